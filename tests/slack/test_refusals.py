"""Slack's errors: which pass by themselves, which stay, and how long to wait."""

from __future__ import annotations

import re
import socket

import pytest
from slack_sdk import WebClient

from bot.app.ports import ChannelError, UnseenError
from bot.errors import BotError, LaterError, UncertainError
from bot.slack.blocks import Message
from bot.slack.posting import Poster
from bot.slack.refusals import seconds_of
from tests.slack.answering import Answering, answering


@pytest.fixture
def slack():
    with answering() as made:
        yield made


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("30", 30.0),
        (["7"], 7.0),
        ("0", 1.0),
        ("-5", 1.0),
        ("86400", 900.0),
        ("inf", 900.0),
        ("nan", 1.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1.0),
        ("", 1.0),
        (None, 1.0),
        ([], 1.0),
    ],
)
def test_a_wait_is_at_least_a_second_and_never_for_ever(given, seconds):
    assert seconds_of(given) == seconds


def test_a_slack_that_cannot_be_reached_is_tried_later():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    poster = Poster(WebClient("xoxb-made-up", base_url=f"http://127.0.0.1:{port}/"), "event")
    with pytest.raises(LaterError, match="cannot be reached") as raised:
        poster.post("C1", "id", [lambda: Message("x", ())])
    assert not isinstance(raised.value, UncertainError)  # nothing was sent


@pytest.mark.parametrize(
    ("needed", "said"),
    [
        ("files:write", "lacks the scope `files:write`:"),
        (
            "channels:history,groups:history",
            "lacks the scope `channels:history` or `groups:history`:",
        ),
        ("<https://evil.example|x>", "lacks a scope for this:"),
        ("", "lacks a scope for this:"),
    ],
)
def test_a_scope_that_lacks_is_named_if_it_is_one(slack: Answering, needed: str, said: str):
    slack.answer("chat.postMessage", {"ok": False, "error": "missing_scope", "needed": needed})
    with pytest.raises(BotError, match=re.escape(said)):
        Poster(slack.client(), "event").post("C1", "id", [lambda: Message("x", ())])


def test_what_slack_has_faults_of_its_own_with_is_sent_with_less(slack: Answering):
    no = {"ok": False, "error": "internal_error"}
    slack.answer("chat.postMessage", *[no] * 6, {"ok": True, "ts": "1.2"})
    poster = Poster(slack.client(), "event")
    shown = [lambda: Message("rich", ()), lambda: Message("poor", ())]
    for _ in range(6):
        with pytest.raises(UncertainError):
            poster.post("C1", "id", shown)
    assert poster.post("C1", "id", shown) == "1.2"
    assert poster.post("C1", "id", shown) == "1.2"
    said = [asked["text"] for _, asked in slack.asked]
    assert said == ["rich"] * 3 + ["poor"] * 4 + ["rich"]
    assert [len(asked["blocks"]) for _, asked in slack.asked] == [0] * 6 + [1, 0]


def test_what_is_no_word_of_slacks_is_not_repeated(slack: Answering):
    slack.answer("chat.postMessage", {"ok": False, "error": "<html>a secret from a proxy</html>"})
    with pytest.raises(BotError) as raised:
        Poster(slack.client(), "event").post("C1", "id", [lambda: Message("x", ())])
    assert "secret" not in str(raised.value)


def test_where_slack_takes_no_rendering_it_gets_the_words(slack: Answering):
    no = {"ok": False, "error": "invalid_blocks"}
    slack.answer("chat.postMessage", no, no, {"ok": True, "ts": "1.2"})
    rich = Message("a &lt;b&gt;", ({"type": "divider"},), ({"color": "#ffffff"},))
    assert Poster(slack.client(), "event").post("C1", "id", [lambda: rich, lambda: rich]) == "1.2"
    last = slack.asked[-1][1]
    assert last["blocks"][0]["text"] == {"type": "plain_text", "text": "a <b>", "emoji": False}
    assert (last["text"], last["attachments"]) == ("a &lt;b&gt;", [])


def test_a_channel_that_is_closed_is_told_from_other_refusals(slack: Answering):
    slack.answer("chat.update", {"ok": False, "error": "restricted_action_read_only_channel"})
    with pytest.raises(ChannelError):
        Poster(slack.client(), "event").edit("C1", "1.1", "id", [lambda: Message("x", ())])


def test_a_message_is_looked_for_where_the_bot_may_look(slack: Answering):
    poster = Poster(slack.client(), "event")
    slack.answer("conversations.replies", {"ok": False, "error": "not_in_channel"})
    with pytest.raises(UnseenError):
        poster.find("C1", "id", thread="1.1")
    slack.answer("conversations.replies", {"ok": False, "error": "ratelimited"})
    with pytest.raises(LaterError):
        poster.find("C1", "id", thread="1.1")
