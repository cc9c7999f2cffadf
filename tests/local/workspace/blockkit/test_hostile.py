"""Payloads made to break the validator: it says what is wrong with them, and soon."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.workspace.blockkit import walk
from bot.local.workspace.blockkit.payload import (
    VIEWS,
    check_blocks,
    check_message,
    check_payload,
    check_view,
    metadata_problem,
    size_of,
)
from bot.local.workspace.blockkit.problem import Problem, shown
from bot.local.workspace.blockkit.table import FIELDS, TABLE
from tests.local.workspace.blockkit.samples import inline, line, place, plain, rich, sample


def deep(kind, depth=100_000):
    """Lists in lists, or objects in objects, deeper than Python may recurse."""
    value = kind()
    for _ in range(depth):
        value = [value] if kind is list else {"text": value, "elements": value, "type": "x"}
    return value


def everywhere(value):
    """Every door, with the value as all of the payload and as a part of it."""
    yield check_blocks(value)
    yield check_blocks([value])
    yield check_blocks([{"type": "section", "text": value, "fields": value, "accessory": value}])
    yield check_view(value, VIEWS, "")
    yield check_view({"type": "modal", "title": value, "blocks": value}, VIEWS, "")
    yield check_payload(value)
    yield check_payload({"text": value, "blocks": value, "attachments": value, "metadata": value})


WEIRD = {
    "deep lists": deep(list),
    "deep objects": deep(dict),
    "nan": math.nan,
    "infinity": math.inf,
    "a huge number": 10**5_000,
    "a huge fraction": 1e308,
    "half of a pair": "\ud800",
    "null characters": "\0\x7f",
    "keys that are no text": {5: 1, None: 2, (1, 2): 3, 1.5: 4, True: 5, b"x": 6},
    "a key that is half of a pair": {"\ud800": 1, "type": "section"},
    "a tuple": ({"type": "divider"},),
    "a set": {1, 2},
    "bytes": b"x",
    "an object of no kind": object(),
    "a type that cannot be hashed": {"type": {"type": []}},
    "a type that is a number": {"type": 10**5_000},
    "true": True,
}


@pytest.mark.parametrize("name", WEIRD)
def test_nothing_breaks_it_and_every_error_can_be_sent(name):
    for problems in everywhere(WEIRD[name]):
        assert problems
        assert json.dumps([problem.as_slack() for problem in problems]).encode()
        assert "\n".join(map(str, problems)).encode()
    metadata = {"event_type": "x", "event_payload": {"a": WEIRD[name]}}
    wrong = check_payload({"text": "x", "metadata": metadata})
    assert json.dumps([problem.as_slack() for problem in wrong])
    assert bool(wrong) == (name not in ("a huge fraction", "null characters", "true"))
    metadata_problem(WEIRD[name])
    check_message({"text": WEIRD[name]})


@pytest.mark.parametrize("value", [None, 5, -1.5, "x", "", [], {}, [None], {"type": None}, True])
@pytest.mark.parametrize("row", TABLE)
def test_nonsense_in_any_field_never_breaks_it(row, value):
    for name in FIELDS[row]:
        problems, _ = place(row, sample(row, **{name: value}))
        assert all(isinstance(problem, Problem) for problem in problems)


def test_numbers_that_are_none_are_refused_where_they_stand():
    for value in (math.nan, math.inf, -math.inf, True, "1", None):
        cell = {"type": "raw_number", "value": value, "text": "x"}
        problems = check_blocks([sample("blocks/table", rows=[[cell]])], at="")
        where = "/0/rows/0/0" if value is None else "/0/rows/0/0/value"
        assert [p.pointer for p in problems] == [where]


def test_half_of_a_surrogate_pair_is_no_text():
    problems = check_blocks([{"type": "section", "text": plain("x\udc00")}], at="")

    assert [(p.pointer, p.constraint["type"]) for p in problems] == [("/0/text/text", "format")]


def test_what_an_error_repeats_is_short_and_can_be_written():
    assert shown("x" * 1000) == "x" * 100
    assert shown("\ud800") == "?"
    assert shown(10**5_000) == "int"
    assert shown([[]]) == "list"
    assert (shown(None), shown(1.5), shown(7)) == ("None", "1.5", "7")


# ------------------------------------------------------------------------------------ bounded work
class Counted(walk.Walk):
    """A walk that counts its steps."""

    steps = 0

    def _check(self, spec, value, at):
        type(self).steps += 1
        super()._check(spec, value, at)


@pytest.fixture
def steps(monkeypatch):
    """How many values the walks of this test looked at."""
    Counted.steps = 0
    monkeypatch.setattr("bot.local.workspace.blockkit.payload.Walk", Counted)
    return lambda: Counted.steps


MOST_STEPS = 110_000
"""The objects that may be looked at, and some plain values beside them."""

HUGE = {
    "blocks": [{"type": "divider"}] * 300_000,
    "parts of a text": [rich(line(*[inline()] * 300_000))],
    "unknown fields": [{"type": "divider", **{f"f{n}": n for n in range(300_000)}}],
    "unknown fields of a text": [
        {"type": "section", "text": plain(**{f"f{n}": n for n in range(300_000)})}
    ],
    "wrong items": [rich(line(*[5] * 300_000))],
    "names": [sample("blocks/input", element={"type": "file_input", "filetypes": [""] * 300_000})],
    "one text": [{"type": "section", "text": plain("x" * 10_000_000)}],
    "options": [
        {
            "type": "actions",
            "elements": [
                {
                    "type": "static_select",
                    "option_groups": [
                        {
                            "label": plain(),
                            "options": [
                                {"text": plain(), "value": f"{group}-{n}"} for n in range(100)
                            ],
                        }
                        for group in range(100)
                    ],
                }
            ]
            * 25,
        }
    ]
    * 50,
}


@pytest.mark.parametrize("name", HUGE)
def test_a_payload_of_megabytes_costs_no_more_than_the_bound(name, steps):
    problems = check_blocks(HUGE[name])

    assert 1 <= len(problems) <= walk.PROBLEMS
    assert steps() <= MOST_STEPS


def test_a_huge_table_is_refused_for_its_size_not_walked_to_its_end(steps):
    rows = [[{"type": "raw_text", "text": "x"}] * 20] * 100_000

    problems = check_blocks([{"type": "data_table", "caption": "x", "rows": rows}], at="")

    assert problems[0].pointer == "/0/rows"
    assert steps() <= 10_000


def test_an_address_without_an_end_is_read_once(steps):
    """A pattern that tries every place to divide it would take hours."""
    for text in ("https://" + "x" * 1_000_000 + " ", "a:" * 1_000_000, "1" * 1_000_000):
        parts = [{"type": "link", "url": text}, {"type": "emoji", "name": text}]
        assert len(check_blocks([rich(line(*parts))])) <= 2
        number = sample("elements/number_input", initial_value=text)
        assert check_blocks([sample("blocks/input", element=number)], "any")


def test_the_size_of_what_can_be_no_json_is_more_than_any():
    for value in (deep(list), math.nan, {1, 2}, {(1, 2): 3}):
        assert size_of(value) > 1 << 60


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from([*TABLE]), st.data())
def test_any_json_in_any_field_is_told_or_taken(value, row, data):
    name = data.draw(st.sampled_from([*FIELDS[row], "type"]))

    problems, _ = place(row, sample(row, **{name: value}))

    assert json.dumps([problem.as_slack() for problem in problems])
    assert all(problem.pointer == "" or problem.pointer[0] == "/" for problem in problems)
