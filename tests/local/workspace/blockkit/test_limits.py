"""Every limit of the table: what is at it is taken, what is just over it is refused at its place."""

from __future__ import annotations

import re

import pytest

from bot.local.workspace.blockkit import payloads
from bot.local.workspace.blockkit.payload import (
    TEXT_EDITED,
    TEXT_POSTED,
    check_blocks,
    check_message,
    check_payload,
    check_view,
    metadata_problem,
    size_of,
)
from bot.local.workspace.blockkit.table import TABLE, limits
from tests.local.workspace.blockkit.expected_limits import ELSEWHERE, EXPECTED, TOTALS, Bound
from tests.local.workspace.blockkit.samples import place, plain, sample, standing

_KINDS = {
    "least characters": "min_length",
    "most characters": "max_length",
    "least items": "min_items",
    "most items": "max_items",
    "at least": "minimum",
    "at most": "maximum",
    "more than": "minimum",
}


def numbers(words: str, inside: str = ""):
    """The limits in `1..10 items of 1..2000 characters`, named as the table names them."""
    if match := re.fullmatch(r"more than (\d+)", words):
        yield f"{inside}more than", int(match[1])
    elif match := re.fullmatch(r"number (\d*)\.\.(\d*)", words):
        yield from (
            (f"{inside}{what}", int(n))
            for what, n in zip(("at least", "at most"), match.groups(), strict=True)
            if n
        )
    else:
        match = re.fullmatch(r"(\d*)\.\.(\d*) (characters|items)(?: of (.*))?", words)
        assert match, words
        for what, n in zip(("least", "most"), match.groups()[:2], strict=True):
            if n:
                yield f"{inside}{what} {match[3]}", int(n)
        if match[4]:
            yield from numbers(match[4], "item, ")


def expected():
    """Every limit that a field has: its name, the number, the page, and how to reach it."""
    for row, (page, fields) in EXPECTED.items():
        for name, bound in fields.items():
            for what, number in numbers(bound.words):
                yield f"{row}.{name}: {what}", number, page, bound


LIMITS = {name: (number, page, bound) for name, number, page, bound in expected()}


def test_the_table_has_the_numbers_and_pages_that_slack_documents():
    """Ids are the same everywhere, and have a test of their own."""
    of_fields = {
        limit.name: (limit.number, limit.page)
        for limit in limits()
        if not limit.where.endswith(("block_id", "action_id"))
        and limit.where not in payloads.TOTALS
    }

    assert of_fields == {name: (number, page) for name, (number, page, _) in LIMITS.items()}
    assert {*EXPECTED} == {*TABLE}
    assert {row: shape.page for row, shape in TABLE.items()} == {
        row: page for row, (page, _) in EXPECTED.items()
    }
    assert {name: (total.most, total.page) for name, total in payloads.TOTALS.items()} == {
        name: (row[0], row[1]) for name, row in {**TOTALS, **ELSEWHERE}.items()
    }


def built(name: str, size: int, bound: Bound):
    """The problems of a payload in which the field is of that size, and where one should be told."""
    check, payload, at = payload_of(name, size, bound)
    return check(payload), at


def payload_of(name: str, size: int, bound: Bound):
    """What checks it, a payload in which the field is of that size, and the place of the size."""
    row, _, field = name.partition(": ")[0].rpartition(".")
    build = bound.each if ": item, " in name else bound.build
    assert build is not None, name
    value, where = build(size)
    check, payload, at = standing(row, sample(row, **{field: value}, **bound.more(size)))
    return check, payload, f"{at}/{field}{where}"


def over(what: str, number: int) -> int:
    """The nearest size that is wrong."""
    return {"least": number - 1, "at least": number - 1, "more than": number}.get(
        re.sub(r" (characters|items)$", "", what.removeprefix("item, ")), number + 1
    )


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_at_a_limit_is_taken(name):
    number, _, bound = LIMITS[name]
    what = name.partition(": ")[2]
    size = number + 1 if what == "more than" else number

    problems, at = built(name, size, bound)

    # A chart or select wants more to fit together than one field of a given size: not its limit.
    assert [
        p
        for p in problems
        if p.pointer.startswith(at) and p.constraint and p.constraint["type"] in _KINDS.values()
    ] == []
    if not name.startswith(_FITTED):
        assert problems == []


_FITTED = (
    *("objects/axes", "objects/point", "objects/series.data", "charts/"),
    *("elements/multi_static_select.initial_options", "elements/checkboxes.initial_options"),
)


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_just_over_a_limit_is_refused_at_its_place(name):
    number, _, bound = LIMITS[name]
    what = name.partition(": ")[2]
    wrong = over(what, number)

    problems, at = built(name, wrong, bound)

    told = [
        (p.pointer, p.code, p.constraint["type"], p.constraint["expected"])
        for p in problems
        if p.constraint and "expected" in p.constraint
    ]
    kind = _KINDS[what.removeprefix("item, ")]
    assert (at, "failed_constraint", kind, number) in told


@pytest.mark.parametrize("name", TOTALS)
def test_what_counts_over_a_payload(name):
    most, _, build, at = TOTALS[name]

    assert check_blocks(build(most), "any", "") == []
    (problem,) = check_blocks(build(most + 1), "any", "")
    assert problem.pointer == at
    assert problem.constraint == {
        "type": "max_length" if "characters" in name else "max_items",
        "expected": most,
        "got": most + 1,
    }


@pytest.mark.parametrize("row", [row for row in TABLE if row.startswith("blocks/")])
def test_block_ids_have_1_to_255_characters(row):
    for length, kind in ((0, "min_length"), (1, None), (255, None), (256, "max_length")):
        problems, at = place(row, sample(row, block_id="b" * length))
        found = [(p.pointer, p.constraint["type"]) for p in problems]
        assert found == ([(f"{at}/block_id", kind)] if kind else [])


@pytest.mark.parametrize("row", [row for row in TABLE if row.startswith("elements/")])
def test_action_ids_have_1_to_255_characters(row):
    passive = row in ("elements/image", "elements/url")
    for length, kind in ((0, "min_length"), (1, None), (255, None), (256, "max_length")):
        problems, at = place(row, sample(row, action_id="b" * length))
        found = [(p.pointer, p.constraint["type"]) for p in problems]
        wrong = "additional_properties" if passive else kind
        assert found == ([(f"{at}/action_id", wrong)] if wrong else [])


def test_a_view_has_at_most_250_000_bytes():
    blocks = [{"type": "section", "text": plain("x" * 3000)} for _ in range(81)]
    room = 250_000 - size_of(sample("payloads/modal", blocks=blocks, private_metadata=""))

    for length, taken in ((room, True), (room + 1, False)):
        view = sample("payloads/modal", blocks=blocks, private_metadata="y" * length)
        problems = check_view(view, at="")
        assert [(p.pointer, p.constraint["type"]) for p in problems] == (
            [] if taken else [("", "max_size")]
        )


def test_metadata_has_at_most_8_000_bytes():
    bare = size_of({"event_type": "x", "event_payload": {"id": ""}})
    for length, taken in ((8_000 - bare, True), (8_001 - bare, False)):
        metadata = {"event_type": "x", "event_payload": {"id": "y" * length}}
        problems = check_payload({"text": "x", "metadata": metadata})
        assert [(p.pointer, p.constraint["type"]) for p in problems] == (
            [] if taken else [("/metadata", "max_size")]
        )
        assert metadata_problem(metadata) == (None if taken else "metadata_too_large")


def test_text_that_may_be_edited_has_at_most_4_000_characters():
    assert check_message({"text": "x" * 4_000}) == []
    (problem,) = check_message({"text": "x" * 4_001})
    assert (problem.pointer, problem.constraint["expected"]) == ("/text", 4_000)
    assert (TEXT_EDITED, TEXT_POSTED) == (4_000, 40_000)


def test_no_more_than_100_000_objects_are_looked_at():
    """Lists in lists and the items of both are counted: one rich_text of 33,000 parts is too much."""
    inline = {"type": "text", "text": "x"}

    def block(count):
        return {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [inline] * count}],
        }

    assert check_blocks([block(49_990)], "any", "") == []
    problems = check_blocks([block(50_010)], "any", "")
    assert [(p.pointer, p.constraint) for p in problems] == [
        ("", {"type": "max_size", "expected": 100_000})
    ]


def test_characters_are_code_points():
    """As the library that Slack published counts: mb_strlen, not bytes, not what a person sees."""
    flag = "\N{REGIONAL INDICATOR SYMBOL LETTER C}\N{REGIONAL INDICATOR SYMBOL LETTER H}"
    for text in ("é" * 150, "\N{FIRE}" * 150, flag * 75, "&" * 150):
        assert place("blocks/header", {"type": "header", "text": plain(text)})[0] == []
        longer = {"type": "header", "text": plain(text + "x")}
        assert [p.pointer for p in place("blocks/header", longer)[0]] == ["/0/text/text"]
