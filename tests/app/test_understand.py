"""From a question to a rule, values and a window, or to a question that would work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.question import read_question
from bot.app.understand import (
    QuestionError,
    Understood,
    command,
    example,
    find_rule,
    understand,
)
from bot.app.windows import read_window
from bot.rules.card import RuleParameter
from bot.rules.model import Rule
from tests.fakes import a_rule

ACTIVITY = a_rule(
    "principal-activity",
    "filter userIdentity.arn = {{principal}} | filter awsRegion = {{region}} | fields eventName",
    [
        RuleParameter("principal", "principal", example="responder-1"),
        RuleParameter("region", "region", default="eu-west-1"),
    ],
    window=timedelta(days=7),
)
SLOW = a_rule(
    "slow",
    "stats count(*) as n by bin({{step}}) as at, eventName",
    [RuleParameter("step", "duration")],
)
CHOICE = a_rule(
    "errors",
    "filter errorCode = {{code}} and userIdentity.userName = {{who}} | fields eventName",
    [
        RuleParameter("code", "enum", choices=("AccessDenied", "Throttling")),
        RuleParameter("who", "text", default="responder-1"),
    ],
)
RULES = [a_rule(), a_rule("event-sources", "fields eventSource", ()), ACTIVITY, SLOW, CHOICE]


def read(text: str) -> Understood:
    question = read_question(text)
    return understand(question, find_rule(question, RULES))


def said(text: str) -> tuple[dict[str, str], str]:
    understood = read(text)
    return {n: v.text for n, v in understood.values.items()}, understood.window.text


@pytest.mark.parametrize(
    ("text", "values", "window"),
    [
        ("s3-writes my-bucket 24h", {"bucket": "my-bucket"}, "24h"),
        ("S3-Writes my-bucket", {"bucket": "my-bucket"}, "24h"),
        ("s3-writes bucket=my-bucket 7d", {"bucket": "my-bucket"}, "7d"),
        ("s3-writes 7d bucket=my-bucket", {"bucket": "my-bucket"}, "7d"),
        ("s3-writes 7d my-bucket", {"bucket": "my-bucket"}, "7d"),
        ("s3-writes my-bucket window=7d", {"bucket": "my-bucket"}, "7d"),
        ("s3-writes 'my-bucket' since 09:00", {"bucket": "my-bucket"}, "since 09:00"),
        ("s3-writes my-bucket last 24 hours", {"bucket": "my-bucket"}, "24hours"),
        ("s3-writes my-bucket window='since 09:00'", {"bucket": "my-bucket"}, "since 09:00"),
        (
            "s3-writes my-bucket 2026-11-01 09:00 .. 2026-11-01 10:00",
            {"bucket": "my-bucket"},
            "2026-11-01 09:00..2026-11-01 10:00",
        ),
        # A bucket may be called 24h; then it takes quotes or its name.
        ("s3-writes '24h' 7d", {"bucket": "24h"}, "7d"),
        ("s3-writes bucket=24h", {"bucket": "24h"}, "24h"),
        ("s3-writes 24h 7d", {"bucket": "24h"}, "7d"),
        ("event-sources", {}, "24h"),
        ("event-sources 7d", {}, "7d"),
        (
            "principal-activity responder-1",
            {"principal": "responder-1", "region": "eu-west-1"},
            "7d",
        ),
        (
            "principal-activity responder-1 us-east-1 1h",
            {"principal": "responder-1", "region": "us-east-1"},
            "1h",
        ),
        (
            "principal-activity region=us-east-1 responder-1",
            {"principal": "responder-1", "region": "us-east-1"},
            "7d",
        ),
        # A duration that the rule still needs is not the window.
        ("slow 5m", {"step": "5m"}, "24h"),
        ("slow 5m 24h", {"step": "5m"}, "24h"),
        ("slow 24h 5m", {"step": "24h"}, "5m"),
        ("slow step=5m 7d", {"step": "5m"}, "7d"),
    ],
)
def test_a_question_is_understood(text: str, values: dict[str, str], window: str) -> None:
    assert said(text) == (values, window)


@pytest.mark.parametrize(
    ("text", "problem", "works"),
    [
        ("", "Which rule", "list"),
        ("nonsense", "no rule `nonsense`", "list"),
        ("hlep", "Did you mean `help`", "help"),
        ("lst s3", "Did you mean `list`", "list s3"),
        ("s3-writs my-bucket 7d", "Did you mean `s3-writes`", "s3-writes my-bucket 7d"),
        ("s3-writs", "Did you mean `s3-writes`", "s3-writes my-bucket 24h"),
        (
            "activity responder-1",
            "`principal-activity`",
            "principal-activity responder-1 eu-west-1 7d",
        ),
        ("s3-writes", r"`bucket` \(which bucket\) is missing", "s3-writes my-bucket 24h"),
        ("s3-writes 7d", "I read `7d` as the window", "s3-writes my-bucket 7d"),
        ("s3-writes bukcet=a-b 7d", "Did you mean `bucket`", "s3-writes a-b 7d"),
        ("s3-writes a-b widnow=7d", "Did you mean `window`", "s3-writes a-b 7d"),
        ("s3-writes x=y", "put it in quotes", "s3-writes my-bucket 24h"),
        ("event-sources x=y", "it takes no parameters", "event-sources 24h"),
        ("s3-writes bucket=a-b bucket=c-d", "given twice", "s3-writes my-bucket 24h"),
        ("s3-writes My_Bucket 7d", "`bucket`: `My_Bucket` is not", "s3-writes my-bucket 7d"),
        ("s3-writes my-bucket 24hh", "use s, m, h, d or w", "s3-writes my-bucket 24h"),
        (
            "s3-writes my-bucket other",
            "neither a window nor an argument",
            "s3-writes my-bucket 24h",
        ),
        ("s3-writes my-bucket a..b 7d", "neither a window", "s3-writes my-bucket 7d"),
        ("event-sources my-bucket", "takes no arguments and a window", "event-sources 24h"),
        ("s3-writes my-bucket window=soon", "`soon` is not a window", "s3-writes my-bucket 24h"),
        ("s3-writes my-bucket other '24h'", "neither", "s3-writes my-bucket 24h"),
        ("slow", "`step` is missing", 'slow "15m" 24h'),
        ("errors AccesDenied", "AccessDenied", "errors AccessDenied 24h"),
        ("errors Throttling ''", "it is empty", "errors Throttling 24h"),
        (
            "principal-activity responder-1 nowhere 1h",
            "`region`",
            "principal-activity responder-1 1h",
        ),
    ],
)
def test_what_is_not_understood_comes_back_with_a_question_that_works(
    text: str, problem: str, works: str
) -> None:
    with pytest.raises(QuestionError, match=problem) as raised:
        read(text)

    assert raised.value.suggestion == works
    assert f"Try: {works}" in str(raised.value)
    if works.split()[0] not in ("list", "help"):
        read(works)


def test_it_says_what_was_understood() -> None:
    with pytest.raises(QuestionError) as raised:
        read("s3-writes my-bucket other 7d")

    assert raised.value.understood == "rule `s3-writes`, bucket `my-bucket`, window `7d`"
    assert "Understood: rule `s3-writes`, bucket" in str(raised.value)


def test_a_misspelt_rule_to_show_is_shown_in_the_suggestion() -> None:
    with pytest.raises(QuestionError) as raised:
        find_rule(read_question("s3-writs"), RULES, "show")

    assert raised.value.suggestion == "show s3-writes"


def test_a_verb_is_no_rule_to_show() -> None:
    with pytest.raises(QuestionError) as raised:
        find_rule(read_question("hlep"), RULES, "show")

    assert raised.value.suggestion == "list"


def test_a_value_after_a_gap_carries_its_name() -> None:
    text = command(CHOICE, {"who": "a b"}, read_window("7d"))

    assert text == 'errors who="a b" 7d'


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_example_of_a_rule_works(rule: Rule) -> None:
    assert read(example(rule)).rule == rule


FREE = a_rule(
    "free",
    "filter a = {{x}} and b = {{y}} | fields c",
    [RuleParameter("x", "text"), RuleParameter("y", "text", default="z")],
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10),
    st.text(alphabet="since last0h:2-.\"'= ", min_size=1, max_size=10),
    st.sampled_from(["24h", "since 09:00", "2026-11-01..2026-11-02", "yesterday", "today..now"]),
)
def test_the_plain_form_of_a_question_asks_the_same_again(x: str, y: str, window: str) -> None:
    text = command(FREE, {"x": x, "y": y}, read_window(window))
    again = understand(read_question(text), FREE)

    assert {name: value.text for name, value in again.values.items()} == {"x": x, "y": y}
    assert again.window == read_window(window)
    assert again.command == text
