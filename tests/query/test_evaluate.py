"""Evaluating decoded events: their system fields, their times, their text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.errors import BotError
from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from tests.query.evaluating import run


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (1500, "1970-01-01 00:00:01.500"),
        ("2026-11-01T12:00:00Z", "2026-11-01 12:00:00.000"),
        ("2026-11-01T12:00:00.123456+02:00", "2026-11-01 10:00:00.123"),
        ("2026-11-01 12:00", "2026-11-01 12:00:00.000"),
        (datetime(2026, 11, 1, 12, tzinfo=UTC), "2026-11-01 12:00:00.000"),
        (datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=1))), "2026-11-01 11:00:00.000"),
        (datetime(2026, 11, 1, 12), "2026-11-01 12:00:00.000"),  # noqa: DTZ001 - as YAML gives it
    ],
)
def test_times_of_events(moment: Any, shown: str) -> None:
    events = [{"@timestamp": moment, "@ingestionTime": moment}]
    row = {"@timestamp": shown, "@ingestionTime": shown}
    assert run("fields @timestamp, @ingestionTime", events).rows == [row]


@pytest.mark.parametrize("moment", ["yesterday", "", True, 1.5, [1], "\ud800"])
def test_what_is_no_time_is_said(moment: Any) -> None:
    with pytest.raises(BotError, match="is no moment"):
        run("fields @timestamp", [{"@timestamp": moment}])


def test_an_event_without_a_time_has_none() -> None:
    assert run("fields @timestamp, a", [{"a": 1}, {"@timestamp": None, "a": 2}]).rows == [
        {"a": "1"},
        {"a": "2"},
    ]


def test_the_message_is_the_event_as_json() -> None:
    event = {"@timestamp": 0, "@log": "x", "a": "é\ud800", "b": {"c": [1, None, True]}}
    (row,) = run("fields @message", [event]).rows
    assert row["@message"] == '{"a":"é\ud800","b":{"c":[1,null,true]}}'


def test_the_message_may_be_given() -> None:
    events = [{"@message": "text"}, {"@message": None}, {"when": datetime(2026, 11, 1, tzinfo=UTC)}]
    rows = run("fields @message", events).rows
    assert rows == [{"@message": "text"}, {}, {"@message": '{"when":"2026-11-01 00:00:00+00:00"}'}]


def test_only_system_fields_have_one_sign() -> None:
    event = {"@x": {"y": 1}, "z": 2}
    assert run("fields @@x.y, @x.y, @z, @@z", [event]).rows == [{"@@x.y": "1", "@x.y": "1"}]


def test_events_of_any_kind_of_iterable() -> None:
    assert run("stats count(*) as n", iter([{}, {}])).rows == [{"n": "2"}]


MANY: dict[str, Any] = {f"f{number}": number for number in range(201)}


def test_an_event_has_its_first_200_fields_and_all_of_its_system_fields() -> None:
    event = {
        "@timestamp": datetime(2026, 11, 1, tzinfo=UTC),
        "@log": "x",
        "@entity": {"Type": "Service"},
        **MANY,
    }
    text = "fields @timestamp, @log, @@log, @entity.Type, @entity, f0, f199, f200"
    row = {"@timestamp": "2026-11-01 00:00:00.000", "@log": "x", "@@log": "x"}
    row |= {"@entity.Type": "Service", "f0": "0", "f199": "199"}
    assert run(text, [event]).rows == [row]


def test_the_message_of_a_large_event_is_all_of_it() -> None:
    text = "fields strlen(@message) as n, @message"
    (row,) = run(text + "| display n", [MANY]).rows
    assert int(row["n"]) > 201 * len('"f1":1')
    assert run(text, [MANY | {"@message": "text"}]).rows == [{"n": "4", "@message": "text"}]
    assert run("fields @message", [MANY | {"@message": None}]).rows == [{}]


def test_a_text_has_the_fields_that_are_found_in_it() -> None:
    line = 'INFO {"level":"warn","@log":"own"}'
    events: list[dict[str, Any]] = [
        {"@message": '{"@timestamp":"then","a":{"b":1}}', "@timestamp": 0},
        {"@log": "1:/aws/lambda/a", "@message": line},
        {"@log": ["/aws/lambda/a"], "@message": line},
        {"@message": '{"a":{"b":1}}', "a": {"b": 2}},
    ]
    assert run("fields level, @log, @@log, a.b, @@timestamp", events).rows == [
        {"a.b": "1", "@@timestamp": "then"},
        {"level": "warn", "@log": "1:/aws/lambda/a", "@@log": "own"},
        {},
        {"a.b": "2"},
    ]


def test_what_an_event_says_of_itself_wins_over_what_is_found() -> None:
    line = "END RequestId: 00000000-1111-2222-3333-444444444444"
    events = [{"@message": line}, {"@message": line, "@type": "other"}]
    assert run("fields @type", events).rows == [{"@type": "END"}, {"@type": "other"}]


def test_keys_that_are_no_texts_are_no_names() -> None:
    event: Any = {1: "x", "a": 2, "@message": "text"}
    assert run("fields a", [event, {1: "x", **MANY}]).rows == [{"a": "2"}, {}]


def test_a_message_that_json_cannot_hold_is_missing() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    dated: Any = {datetime(2026, 11, 1, tzinfo=UTC): 1}
    events = [{"id": 1, "a": 10**5000}, {"id": 2, **deep}, {"id": 3, "a": dated}]
    rows = run("fields id, @message", events).rows
    assert rows == [{"id": "1"}, {"id": "2"}, {"id": "3"}]


def test_values_that_json_does_not_have_are_missing() -> None:
    events: list[dict[str, Any]] = [
        {"a": float("nan")}, {"a": float("inf")}, {"a": b"x"}, {"a": {1}}, {"a": object()},
        {"a": 10**5000}, {"a": None},
    ]  # fmt: skip
    assert (
        run("fields a, a + 1 as b, abs(a) as c, strlen(a) as d | sort a", events).rows == [{}] * 7
    )
    assert run("filter ispresent(a) | stats count(*) as n", events).rows == [{"n": "1"}]


def test_wide_and_deep_events_take_no_time() -> None:
    deep: dict[str, Any] = {"end": 1}
    for _ in range(10_000):
        deep = {"a": deep}
    wide = {f"f{number}": number for number in range(100_000)}
    text = f"fields f199, f200, f99999, {'.'.join('a' * 50)}.end as end, nothing.at.all"
    assert run(text, [wide, deep, {"x": wide}, {"x": list(range(100_000))}]).rows == [
        {"f199": "199"},
        {},
        {},
        {},
    ]


def test_half_characters_pass_through() -> None:
    text = "fields a, concat(a, a) as b, strlen(a) as n | filter a like /^.$/ and a = a | sort a"
    events = [{"a": "\ud800", "pattern": "\udfff"}]
    assert run(text, events).rows == [{"a": "\ud800", "b": "\ud800\ud800", "n": "1"}]
    assert run("stats count(*) as n by a", events).rows == [{"a": "\ud800", "n": "1"}]
    assert run("fields regexReplace(a, pattern, 'x') as it", events).rows == [{}]


def test_a_group_without_events_is_said() -> None:
    plan = compile_query(parse("filter a in (SOURCE 'other' | fields k)"))
    with pytest.raises(BotError, match="has no events here; those given are: `one`, `two`"):
        evaluate(plan, [{}], Context(0), groups={"one": [], "two": []})
    with pytest.raises(BotError, match="those given are: none"):
        evaluate(plan, [{}], Context(0))


def test_no_more_events_are_taken_than_are_needed() -> None:
    taken: list[int] = []

    def events() -> Iterator[dict[str, Any]]:
        for number in range(100_000):
            taken.append(number)
            yield {"id": number}

    assert run("fields id | limit any 2", events()).rows == [{"id": "0"}, {"id": "1"}]
    assert len(taken) < 10_000
