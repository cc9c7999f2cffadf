"""From what was typed into a form to a question."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.app.form import WINDOW, FormError, question_of, rule_named
from bot.errors import BotError
from bot.rules.card import RuleParameter
from tests.fakes import NOW, RULES, a_rule

ZONE = ZoneInfo("Europe/Berlin")
WRITES = RULES[0]


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        ({"bucket": "my-bucket", WINDOW: "7d"}, "s3-writes my-bucket 7d"),
        ({"bucket": " my-bucket ", WINDOW: ""}, "s3-writes my-bucket 24h"),
        ({"bucket": "s3://my-bucket", WINDOW: "Since 09:00"}, "s3-writes my-bucket since 09:00"),
    ],
)
def test_what_was_typed_makes_a_question(texts: dict[str, str], question: str) -> None:
    assert question_of(WRITES, texts, NOW, ZONE) == question


def test_what_may_be_left_out_is_left_out() -> None:
    rule = a_rule(parameters=(RuleParameter("bucket", "bucket", default="my-bucket"),))
    assert question_of(rule, {"bucket": " "}, NOW, ZONE) == "s3-writes 24h"


def test_a_text_like_a_window_stays_a_value() -> None:
    rule = a_rule(parameters=(RuleParameter("bucket", "text", example="x"),))
    assert question_of(rule, {"bucket": '24h "x"'}, NOW, ZONE) == 's3-writes "24h ""x""" 24h'


def test_all_that_is_wrong_is_said_at_its_place() -> None:
    with pytest.raises(FormError) as error:
        question_of(WRITES, {"bucket": "NO", WINDOW: "soon"}, NOW, ZONE)
    assert "is not a bucket" in error.value.problems["bucket"]
    assert "is not a window" in error.value.problems[WINDOW]

    with pytest.raises(FormError, match="This is needed"):
        question_of(WRITES, {}, NOW, ZONE)
    with pytest.raises(FormError, match="in the future"):
        question_of(WRITES, {"bucket": "my-bucket", WINDOW: "2027-01-01"}, NOW, ZONE)


def test_a_rule_is_found_by_its_id_alone() -> None:
    assert rule_named("s3-writes", RULES) is WRITES
    with pytest.raises(BotError, match="not there any more"):
        rule_named("s3", RULES)
