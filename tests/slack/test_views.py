"""What messages say, and that Slack would take each of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.answer import Answer, fit
from bot.app.understand import QuestionError
from bot.errors import BotError
from bot.local.workspace import check_message
from bot.local.workspace.pings import pings_of
from bot.query.errors import QueryError, Span
from bot.query.parser import parse
from bot.rules.card import RuleParameter
from bot.rules.model import AlertPlan, RuleTest, TriageItem
from bot.slack import words
from bot.slack.blocks import Message, link_button
from bot.slack.result_view import answer_message
from bot.slack.rule_view import (
    error_message,
    help_message,
    list_message,
    plain_message,
    rule_message,
)
from tests.fakes import BERLIN, BUCKET, RULES, a_rule
from tests.slack.conftest import block, words_of

ANSWER = Answer(
    id="0123456789abcdef0123",
    state="running",
    title="Objects written to a bucket",
    command="s3-writes my-bucket 24h",
    asked_by="responder-1",
    start=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    end=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    zone=BERLIN,
    needs=("s3-data-events",),
    link="https://eu-west-1.console.aws.amazon.com/cloudwatch/home",
)
ROW = {"time": "2026-11-24 08:00:00.000", "who": "responder-1"}
HOSTILE = "<!channel> @here <@U0RESPONDER1> *b* `c` \x00\u202e\ud800 https://x.example &lt;"


def done(rows: list[dict[str, str]], **others: Any) -> Answer:
    names = list(dict.fromkeys(name for row in rows for name in row))
    given = {
        "found": len(rows),
        "records": 1_234,
        "bytes": 5_600_000,
        "table": fit(names, rows, ["time"]),
    }
    return replace(ANSWER, state="done", **(given | others))


def payload(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)}


def taken(message: Message) -> dict[str, Any]:
    """The message, having checked that Slack takes it, also as an edit and for one person."""
    made = payload(message)
    assert check_message(made) == []
    assert 0 < len(message.text.encode()) <= 3_500
    assert not list(pings_of(made))
    json.dumps(made).encode()
    return made


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"]["text"] for button in block(message, "actions")["elements"]]


# ------------------------------------------------------------------------------------- answers
def test_while_it_runs_it_shows_what_has_been_scanned() -> None:
    message = taken(answer_message(replace(ANSWER, records=1_234, bytes=5_600_000, found=1)))

    assert "Searching … 1,234 records and 5.6 MB scanned, 1 row found so far." in words_of(message)
    assert "2026-11-23 10:00 – 2026-11-24 10:00 (Europe/Berlin)" in words_of(message)  # noqa: RUF001
    assert "/siem s3-writes my-bucket 24h\n asked by responder-1" in words_of(message)
    assert not [b for b in message["blocks"] if b["type"] == "actions"]


def test_while_there_is_no_place_for_it_it_says_that_it_waits() -> None:
    waiting = replace(ANSWER, state="running", table=None, records=0, bytes=0, waiting=2.5)

    shown = words_of(taken(answer_message(waiting)))

    assert "Waiting for a place among AWS's queries" in shown
    assert "scanned" not in shown


def test_the_rows_are_a_table_with_times_in_the_persons_zone() -> None:
    rows = [
        ROW,
        {"time": "2026-11-24 07:00:00.250", "who": "2026-11-24 07:00:00.250"},
        {"time": "soon"},
    ]
    message = taken(answer_message(done(rows)))

    cells = [[cell["text"] for cell in row] for row in block(message, "data_table")["rows"]]
    assert cells == [
        ["time", "who"],
        ["2026-11-24 09:00:00", "responder-1"],
        ["2026-11-24 08:00:00.250", "2026-11-24 07:00:00.250"],
        ["soon", "–"],  # noqa: RUF001 - a dash for what is missing
    ]
    assert {cell["type"] for row in block(message, "data_table")["rows"] for cell in row} == {
        "raw_text"
    }


def test_below_the_table_stands_what_it_covers_and_what_it_cost() -> None:
    message = taken(answer_message(done([ROW] * 12)))

    assert block(message, "context")["elements"][0]["text"] == (
        "12 of 12 rows · 2026-11-23 10:00 – 2026-11-24 10:00 (Europe/Berlin)"  # noqa: RUF001
        " · 1,234 records, 5.6 MB scanned · about $0.00003"
    )
    assert labels(message) == ["Again", "As CSV", "Open in CloudWatch"]
    assert message["text"] == (
        "Objects written to a bucket (/siem s3-writes my-bucket 24h): 12 rows in "
        "2026-11-23 10:00 – 2026-11-24 10:00 (Europe/Berlin)."  # noqa: RUF001
    )


def test_an_empty_answer_says_so_and_what_it_can_also_mean() -> None:
    message = taken(answer_message(done([])))

    assert "Nothing was found in 2026-11-23 10:00" in words_of(message)
    assert "can also mean that S3 data events are not logged" in words_of(message)
    assert "are not logged" in message["text"]
    assert labels(message) == ["Again", "Open in CloudWatch"]


def test_an_empty_answer_of_a_rule_without_needs_claims_nothing_more() -> None:
    message = taken(answer_message(done([], needs=())))

    assert "can also mean" not in words_of(message)


def test_a_long_answer_says_how_much_of_it_is_shown() -> None:
    message = taken(answer_message(done([ROW] * 2_431)))

    assert "First 100 shown of 2,431; all are in the CSV file." in words_of(message)
    assert "100 of 2,431 rows" in words_of(message)
    assert len(block(message, "data_table")["rows"]) == 101


def test_an_answer_at_the_limit_says_to_narrow_it() -> None:
    message = taken(answer_message(done([ROW] * 10_000, limited=True)))

    assert "10,000 rows or more: narrow the window" in words_of(message)
    assert "10,000 rows or more" in message["text"]


def test_cut_cells_and_columns_are_named() -> None:
    rows = [{f"column-{i}": "x" * 2_000 for i in range(25)}]
    message = taken(answer_message(done(rows)))

    assert "5 columns left out; long values are cut (…)" in words_of(message)


def test_without_its_table_an_answer_still_says_where_the_rows_are() -> None:
    message = taken(answer_message(done([ROW]), table=False))

    assert not [b for b in message["blocks"] if b["type"] == "data_table"]
    assert "Slack did not take these rows as a table" in words_of(message)
    assert "As CSV" in labels(message)


def test_a_private_answer_can_be_shared() -> None:
    message = taken(answer_message(done([ROW], private=True, link=None)))

    assert "Only you see this." in words_of(message)
    assert labels(message) == ["Again", "As CSV", "Share"]


def test_a_failure_says_what_went_wrong_and_offers_another_try() -> None:
    answer = replace(ANSWER, state="failed", problem="All places for queries are taken. Try again.")
    message = taken(answer_message(answer))

    assert "All places for queries are taken." in words_of(message)
    assert "All places" in message["text"]
    assert labels(message) == ["Again", "Open in CloudWatch"]


def test_a_query_error_keeps_its_caret() -> None:
    error = QueryError("There is no function `foo`.", Span(7, 10), "fields foo(a)")
    message = taken(answer_message(replace(ANSWER, state="failed", problem=str(error))))

    assert "rich_text_preformatted" in json.dumps(message)
    assert "^^^" in words_of(message)


@pytest.mark.parametrize("state", ["running", "done", "failed"])
def test_nothing_from_logs_or_people_mentions_links_or_formats(state: str) -> None:
    answer = replace(
        done([{HOSTILE: HOSTILE, "time": HOSTILE}]),
        state=state,
        command=f"s3-writes {HOSTILE}",
        asked_by=HOSTILE,
        problem=HOSTILE,
        needs=(HOSTILE,),
    )
    message = taken(answer_message(answer))

    assert "mrkdwn" not in json.dumps(message)
    assert "<" not in message["text"]
    assert "\x00" not in words_of(message)
    assert "\u202e" not in words_of(message)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.dictionaries(st.text(max_size=50), st.text(max_size=400), max_size=22), max_size=120
    ),
    st.text(max_size=300),
)
def test_slack_takes_every_answer(rows: list[dict[str, str]], text: str) -> None:
    taken(answer_message(done(rows, title=text or "x", command=text, asked_by=text)))
    taken(answer_message(replace(ANSWER, state="failed", problem=text or "x")))


# --------------------------------------------------------------------------------------- rules
FULL = a_rule(
    "root-login",
    "filter userIdentity.type = {{kind}} | fields @timestamp | sort @timestamp desc",
    [RuleParameter("kind", "enum", choices=("Root", "IAMUser"), default="Root")],
    title="Root signs in",
    purpose="Know when the root user signs in. " * 20,
    owner="cloud-security",
    needs=("management-events",),
    alert=AlertPlan(condition="The root user signed in.", every=timedelta(minutes=5)),
    triage=(
        TriageItem("who", "Was it planned?", why="It rarely is."),
        TriageItem("mfa", "With MFA?"),
    ),
    tests=(RuleTest("root", events=({},), fires=True),),
)


def test_a_rule_is_shown_with_all_that_a_responder_needs() -> None:
    text = words_of(taken(rule_message(FULL)))

    for part in (
        "Root signs in",
        "root-login · severity medium · log cloudtrail · owner cloud-security",
        "1 test",
        "kind\n enum (Root, IAMUser); Root if left out, such as \nRoot",
        "The root user signed in.",
        "Was it planned?\n It rarely is.",
        "With MFA?",
        FULL.query_text,
        "/siem root-login 24h",
    ):
        assert part in text


def test_a_rule_that_only_answers_has_no_plan_to_show() -> None:
    text = words_of(taken(rule_message(RULES[1])))

    assert "Alerts when" not in text
    assert "Triage plan" not in text


def test_a_rule_with_a_very_long_query_still_fits() -> None:
    query = "filter " + " or ".join(f"eventName = {json.dumps('x' * 50)}" for _ in range(100))

    taken(rule_message(replace(FULL, query=parse(query), query_text=query, parameters=())))


def test_help_shows_how_to_ask_with_rules_that_there_are() -> None:
    text = words_of(taken(help_message(RULES)))

    assert "/siem RULE [arguments] [window] [--private]" in text
    assert "/siem s3-writes my-bucket 24h" in text
    assert "since 09:00" in text


def test_help_works_without_rules() -> None:
    assert "For example" not in words_of(taken(help_message([])))


def test_the_list_names_what_each_rule_takes() -> None:
    message = taken(list_message([*RULES, FULL], ""))

    assert "3 rules" in words_of(message)
    assert "s3-writes BUCKET\n Objects written to a bucket" in words_of(message)
    assert "root-login [KIND]" in words_of(message)
    assert "s3-writes BUCKET: Objects written" in message["text"]


@pytest.mark.parametrize(("word", "found"), [("S3", 1), ("bucket", 1), ("SOURCES", 1), ("-", 2)])
def test_the_list_finds_words_in_names_titles_and_purposes(word: str, found: int) -> None:
    rules = [replace(rule, purpose="") for rule in RULES]

    assert len(list_message(rules, word).text.splitlines()) == found + 1


def test_an_empty_list_says_why() -> None:
    assert "No rule has “zzz”" in words_of(taken(list_message(RULES, "zzz")))
    assert words.NO_RULES in words_of(taken(list_message([], "")))


def test_a_very_long_list_is_cut_and_says_so() -> None:
    rules = [a_rule(f"rule-{i}", title="T" * 70, parameters=(BUCKET,)) for i in range(300)]
    message = taken(list_message(rules, ""))

    assert "240 rules more: /siem list WORD" in words_of(message)


# -------------------------------------------------------------------------------------- errors
def test_an_error_says_what_is_wrong_what_was_understood_and_what_works() -> None:
    error = QuestionError("`bucket` is missing.", "rule `s3-writes`", "s3-writes my-bucket 24h")
    message = taken(error_message(error))

    assert message["text"] == (
        "`bucket` is missing.\nUnderstood: rule `s3-writes`.\nTry: /siem s3-writes my-bucket 24h"
    )
    assert "/siem s3-writes my-bucket 24h" in words_of(message)


def test_an_error_may_have_understood_nothing() -> None:
    assert (
        "Understood" not in taken(error_message(QuestionError("Which rule?", "", "list")))["text"]
    )


@pytest.mark.parametrize(
    "text", [HOSTILE, "x" * 1_000_000, "`", "``", "a\nb", "<" * 5_000, "é" * 5_000]
)
def test_any_words_fit_into_a_message(text: str) -> None:
    taken(plain_message(text))
    taken(error_message(BotError(text)))
    taken(error_message(QuestionError(text, text, text)))


# --------------------------------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("dollars", "said"),
    [
        (0.0, "about $0"),
        (0.000_000_1, "under $0.00001"),
        (0.000_028, "about $0.00003"),
        (0.005, "about $0.005"),
        (0.12, "about $0.12"),
        (1_234.5, "about $1,234.50"),
    ],
)
def test_prices_are_in_cents_or_have_one_digit_that_matters(dollars: float, said: str) -> None:
    assert words.price(dollars) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_500, "1.5 kB"),
        (999_999, "1.0 MB"),
        (5_600_000, "5.6 MB"),
        (2_500_000_000, "2.5 GB"),
        (3 * 10**15, "3,000.0 TB"),
    ],
)
def test_sizes_are_in_steps_of_a_thousand(size: int, said: str) -> None:
    assert words.in_bytes(size) == said


def test_a_link_that_is_too_long_is_a_bug() -> None:
    with pytest.raises(ValueError, match="3001 characters"):
        link_button("Open", "link_x", "https://" + "x" * 2_993)


def test_a_day_that_does_not_exist_is_the_logs_own_text() -> None:
    message = answer_message(done([{"time": "2026-02-30 08:00:00.000", "who": "x"}]))

    assert "2026-02-30 08:00:00.000" in words_of(payload(message))


def test_a_window_shows_seconds_only_where_it_has_some() -> None:
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    assert words.window(start, start + timedelta(seconds=5), UTC, "UTC").startswith(
        "2026-11-24 09:00:00 "
    )
    assert words.window(start, start + timedelta(hours=1), UTC, "UTC").startswith(
        "2026-11-24 09:00 "
    )
