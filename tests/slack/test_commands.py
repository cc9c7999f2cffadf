"""The text of a command: what Slack did to it is undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.workspace.escape import escape
from bot.slack.commands import Command, read_command, unescape


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Command("pick", "")),
        ("  ", Command("pick", "")),
        ("help", Command("help", "")),
        ("HELP me", Command("help", "me")),
        ("list", Command("list", "")),
        ("List  s3 writes ", Command("list", "s3 writes")),
        ("show s3-writes", Command("show", "s3-writes")),
        ("show\u00a0s3-writes", Command("show", "s3-writes")),
        ("s3-writes my-bucket 24h", Command("ask", "s3-writes my-bucket 24h")),
        ("lists", Command("ask", "lists")),
    ],
)
def test_the_first_word_says_what_to_do(text: str, command: Command) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    ("escaped", "typed"),
    [
        ("<https://example.com/a?b=c>", "https://example.com/a?b=c"),
        ("<http://my-bucket.example.com|my-bucket.example.com>", "my-bucket.example.com"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<mailto:a@example.com>", "a@example.com"),
        ("<@U0RESPONDER1|responder-1>", "responder-1"),
        ("<@U0RESPONDER1>", "U0RESPONDER1"),
        ("<#C0SIEM|siem>", "siem"),
        ("<#C0SIEM|>", "C0SIEM"),
        ("<!here>", "@here"),
        ("<!subteam^S1|@oncall>", "@oncall"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("rule bucket=<http://a.example.com|a.example.com>", "rule bucket=a.example.com"),
        ("a\u200bb\ufeff", "ab"),
    ],
)
def test_links_mentions_and_escapes_are_taken_back(escaped: str, typed: str) -> None:
    assert unescape(escaped) == typed


@given(st.text(alphabet="ab.-&<>|@/: cdom", max_size=40))
def test_what_the_workspace_escapes_reads_as_it_was_typed(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text())
def test_any_text_is_a_command(text: str) -> None:
    assert read_command(text).verb in ("pick", "help", "list", "show", "ask")
