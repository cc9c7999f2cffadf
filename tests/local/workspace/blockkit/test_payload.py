"""The table of limits: what Slack refuses is refused, at the place, and what it takes is taken."""

from __future__ import annotations

import json

import pytest

from bot.local.workspace import check_blocks, check_message, check_view
from bot.local.workspace.blockkit.blocks import BLOCKS
from bot.local.workspace.blockkit.elements import ELEMENTS
from bot.local.workspace.blockkit.objects import CELLS, CHARTS, PARTS, RICH
from bot.local.workspace.blockkit.payload import check_attachments
from bot.local.workspace.blockkit.shapes import Many, One, Part
from bot.local.workspace.blockkit.walk import Problem
from tests.local.workspace.driving import actions, button, option, section


def plain(text="x", **more):
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text="x", **more):
    return {"type": "mrkdwn", "text": text, **more}


def raw(text="x"):
    return {"type": "raw_text", "text": text}


def table(rows=1, columns=1, text="x", **more):
    return {"type": "table", "rows": [[raw(text)] * columns for _ in range(rows)], **more}


def data_table(rows=2, columns=1, text="x", **more):
    whole = [[raw(text)] * columns for _ in range(rows)]
    return {"type": "data_table", "caption": "c", "rows": whole, **more}


def rich(*elements):
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements, kind="rich_text_section", **more):
    return {"type": kind, "elements": list(elements), **more}


def inline(text="x", **more):
    return {"type": "text", "text": text, **more}


def boxes(count=1, **more):
    options = [option(str(n)) for n in range(count)]
    return {"type": "checkboxes", "action_id": "a", "options": options, **more}


def chart(kind="bar", categories=("a", "b"), points=None, **more):
    data = [{"label": label, "value": 1} for label in (points or categories)]
    series = more.pop("series", [{"name": "s", "data": data}])
    axes = {"categories": list(categories)}
    whole = {"type": kind, "series": series, "axis_config": axes}
    return {"type": "data_visualization", "title": "t", "chart": whole, **more}


def pie(*values):
    segments = [{"label": f"l{n}", "value": value} for n, value in enumerate(values)]
    chart = {"type": "pie", "segments": segments}
    return {"type": "data_visualization", "title": "t", "chart": chart}


def an_input(element=None, **more):
    element = element or {"type": "plain_text_input", "action_id": "a"}
    return {"type": "input", "label": plain(), "element": element, **more}


AT_THE_LIMIT = {
    "50 blocks": [{"type": "divider"}] * 50,
    "section text": [section("x" * 3000)],
    "section plain": [{"type": "section", "text": plain(), "expand": True}],
    "fields": [{"type": "section", "fields": [mrkdwn("x" * 2000)] * 10}],
    "header": [{"type": "header", "text": plain("x" * 150, emoji=False)}],
    "context": [{"type": "context", "elements": [mrkdwn("x", verbatim=True)] * 10}],
    "actions": [actions(*(button("x" * 75, f"a{n}", value="v" * 2000) for n in range(25)))],
    "action_id": [actions(button("x", "a" * 255, url="https://" + "x" * 2992, style="danger"))],
    "same action_id in two blocks": [actions(button("x", "a")), actions(button("x", "a"))],
    "checkboxes": [actions(boxes(10))],
    "initial options": [actions(boxes(2, initial_options=[option("1")]))],
    "mrkdwn boxes": [actions(boxes() | {"options": [{"text": mrkdwn(), "value": "v" * 150}]})],
    "overflow": [actions({"type": "overflow", "action_id": "a", "options": [option("x")]})],
    "image": [{"type": "image", "image_url": "https://example.com", "alt_text": "x"}],
    "image element": [
        section("x", accessory={"type": "image", "image_url": "https://x", "alt_text": "x"})
    ],
    "table": [table(100, 20, "x" * 5)],
    "table of numbers": [
        {
            "type": "table",
            "rows": [[{"type": "raw_number", "value": 1.5, "text": "1.5"}, rich(line(inline()))]],
            "column_settings": [None, {"align": "right", "is_wrapped": True}],
        }
    ],
    "data table": [data_table(101, 20, "x", page_size=100, row_header_column_index=19)],
    "markdown": [{"type": "markdown", "text": "x" * 6000}] * 2,
    "bar": [chart(), chart("line")],
    "pie": [pie(*[1] * 12)],
    "rich text": [
        rich(
            line(
                inline(style={"bold": True}),
                {"type": "link", "url": "https://example.com", "text": "x"},
                {"type": "user", "user_id": "U1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "emoji", "name": "wave"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "x"},
                {"type": "broadcast", "range": "here"},
                {"type": "color", "value": "#fff"},
            ),
            line(line(inline()), kind="rich_text_list", style="bullet", indent=8),
            line(inline("log"), kind="rich_text_preformatted", border=1, language="json"),
            line(inline(), kind="rich_text_quote"),
        )
    ],
    "confirm": [
        actions(
            button(
                "x",
                "a",
                confirm={
                    "title": plain("x" * 100),
                    "text": mrkdwn("x" * 300),
                    "confirm": plain("x" * 30),
                    "deny": plain(),
                },
            )
        )
    ],
    "null fields": [section("x", fields=None, accessory=None)],
}


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_what_slack_takes(name):
    assert check_blocks(AT_THE_LIMIT[name]) == []


OVER = {
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks", "too_many"),
    "not a list": ("x", "/blocks", "invalid_type"),
    "not an object": (["x"], "/blocks/0", "invalid_type"),
    "no type": ([{}], "/blocks/0/type", "unknown_type"),
    "unknown block": ([{"type": "sectoin"}], "/blocks/0/type", "unknown_type"),
    "type is a list": ([{"type": ["section"]}], "/blocks/0/type", "unknown_type"),
    "unknown field": ([section("x", txet=1)], "/blocks/0/txet", "unknown_field"),
    "field with a slash": ([section("x") | {"a/b~": 1}], "/blocks/0/a~1b~0", "unknown_field"),
    "empty section": ([{"type": "section"}], "/blocks/0", "missing_field"),
    "empty text": ([section("")], "/blocks/0/text/text", "too_short"),
    "text too long": ([section("x" * 3001)], "/blocks/0/text/text", "too_long"),
    "text is a string": ([{"type": "section", "text": "x"}], "/blocks/0/text", "invalid_type"),
    "text without text": (
        [{"type": "header", "text": {"type": "plain_text"}}],
        "/blocks/0/text",
        "missing_field",
    ),
    "text is a number": ([section(5)], "/blocks/0/text/text", "invalid_type"),
    "emoji in mrkdwn": (
        [{"type": "section", "text": mrkdwn(emoji=True)}],
        "/blocks/0/text/emoji",
        "unknown_field",
    ),
    "verbatim is a word": (
        [{"type": "section", "text": mrkdwn(verbatim="yes")}],
        "/blocks/0/text/verbatim",
        "invalid_type",
    ),
    "11 fields": (
        [{"type": "section", "fields": [mrkdwn()] * 11}],
        "/blocks/0/fields",
        "too_many",
    ),
    "long field": (
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
        "/blocks/0/fields/0/text",
        "too_long",
    ),
    "header in mrkdwn": (
        [{"type": "header", "text": mrkdwn()}],
        "/blocks/0/text/type",
        "invalid_value",
    ),
    "long header": (
        [{"type": "header", "text": plain("x" * 151)}],
        "/blocks/0/text/text",
        "too_long",
    ),
    "11 context elements": (
        [{"type": "context", "elements": [mrkdwn()] * 11}],
        "/blocks/0/elements",
        "too_many",
    ),
    "button in context": (
        [{"type": "context", "elements": [button("x", "a")]}],
        "/blocks/0/elements/0/type",
        "unknown_type",
    ),
    "26 elements": (
        [actions(*(button("x", f"a{n}") for n in range(26)))],
        "/blocks/0/elements",
        "too_many",
    ),
    "no elements": ([actions()], "/blocks/0/elements", "too_few"),
    "long button": ([actions(button("x" * 76, "a"))], "/blocks/0/elements/0/text/text", "too_long"),
    "button without action_id": (
        [actions({"type": "button", "text": plain()})],
        "/blocks/0/elements/0",
        "missing_field",
    ),
    "long action_id": (
        [actions(button("x", "a" * 256))],
        "/blocks/0/elements/0/action_id",
        "too_long",
    ),
    "long block_id": ([section("x", block_id="b" * 256)], "/blocks/0/block_id", "too_long"),
    "long value": (
        [actions(button("x", "a", value="v" * 2001))],
        "/blocks/0/elements/0/value",
        "too_long",
    ),
    "button style": (
        [actions(button("x", "a", style="blue"))],
        "/blocks/0/elements/0/style",
        "invalid_value",
    ),
    "same action_id": ([actions(button("x", "a"), button("y", "a"))], "/blocks/0", "duplicate"),
    "same block_id": ([section("x", block_id="b")] * 2, "/blocks/0/block_id", "duplicate"),
    "11 boxes": ([actions(boxes(11))], "/blocks/0/elements/0/options", "too_many"),
    "long description": (
        [actions(boxes() | {"options": [option("x") | {"description": plain("x" * 76)}]})],
        "/blocks/0/elements/0/options/0/description/text",
        "too_long",
    ),
    "long option value": (
        [actions(boxes() | {"options": [{"text": plain(), "value": "v" * 151}]})],
        "/blocks/0/elements/0/options/0/value",
        "too_long",
    ),
    "initial option elsewhere": (
        [actions(boxes(1, initial_options=[option("9")]))],
        "/blocks/0",
        "invalid_value",
    ),
    "no initial options": (
        [actions(boxes(1, initial_options=[]))],
        "/blocks/0/elements/0/initial_options",
        "too_few",
    ),
    "same options": (
        [actions(boxes() | {"options": [option("x"), option("x")]})],
        "/blocks/0",
        "duplicate",
    ),
    "6 menu options": (
        [
            actions(
                {
                    "type": "overflow",
                    "action_id": "a",
                    "options": [option(str(n)) for n in range(6)],
                }
            )
        ],
        "/blocks/0/elements/0/options",
        "too_many",
    ),
    "select without options": (
        [actions({"type": "static_select", "action_id": "a"})],
        "/blocks/0/elements/0",
        "missing_field",
    ),
    "select with both": (
        [
            actions(
                {
                    "type": "static_select",
                    "action_id": "a",
                    "options": [option("x")],
                    "option_groups": [{"label": plain(), "options": [option("y")]}],
                }
            )
        ],
        "/blocks/0",
        "not_allowed_here",
    ),
    "bad date": (
        [actions({"type": "datepicker", "action_id": "a", "initial_date": "today"})],
        "/blocks/0/elements/0/initial_date",
        "invalid_value",
    ),
    "flag": ([section("x", expand="yes")], "/blocks/0/expand", "invalid_type"),
    "image without address": ([{"type": "image", "alt_text": "x"}], "/blocks/0", "missing_field"),
    "image without words": (
        [{"type": "image", "image_url": "https://x"}],
        "/blocks/0",
        "missing_field",
    ),
    "101 rows": ([table(101)], "/blocks/0/rows", "too_many"),
    "21 cells": ([table(1, 21)], "/blocks/0/rows/0", "too_many"),
    "empty cell": ([table(text="")], "/blocks/0/rows/0/0/text", "too_short"),
    "mrkdwn cell": (
        [{"type": "table", "rows": [[mrkdwn()]]}],
        "/blocks/0/rows/0/0/type",
        "unknown_type",
    ),
    "row is an object": ([{"type": "table", "rows": [{}]}], "/blocks/0/rows/0", "invalid_type"),
    "characters": ([table(100, 20, "x" * 6)], "/blocks", "too_long"),
    "characters of rich text": (
        [{"type": "table", "rows": [[rich(line(inline("x" * 10_001)))]]}],
        "/blocks",
        "too_long",
    ),
    "two tables": ([table(), data_table()], "/blocks", "too_many"),
    "data table without rows": ([data_table(1)], "/blocks/0/rows", "too_few"),
    "data table of 101": ([data_table(102)], "/blocks/0/rows", "too_many"),
    "uneven": (
        [{"type": "data_table", "caption": "c", "rows": [[raw()], [raw(), raw()]]}],
        "/blocks/0/rows/1",
        "invalid_value",
    ),
    "rich header": (
        [{"type": "data_table", "caption": "c", "rows": [[rich(line(inline()))], [raw()]]}],
        "/blocks/0/rows/0",
        "invalid_value",
    ),
    "no caption": ([data_table(caption="")], "/blocks/0/caption", "too_short"),
    "page of 101": ([data_table(page_size=101)], "/blocks/0/page_size", "invalid_value"),
    "page of 0": ([data_table(page_size=0)], "/blocks/0/page_size", "invalid_value"),
    "page is true": ([data_table(page_size=True)], "/blocks/0/page_size", "invalid_type"),
    "no such column": (
        [data_table(row_header_column_index=1)],
        "/blocks/0/row_header_column_index",
        "invalid_value",
    ),
    "markdown in all": ([{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks", "too_long"),
    "three charts": ([chart()] * 3, "/blocks", "too_many"),
    "long chart title": ([chart() | {"title": "x" * 51}], "/blocks/0/title", "too_long"),
    "13 segments": ([pie(*[1] * 13)], "/blocks/0/chart/segments", "too_many"),
    "segment of 0": ([pie(0)], "/blocks/0/chart/segments", "invalid_value"),
    "missing point": (
        [chart(points=("a",))],
        "/blocks/0/chart/series/0/data",
        "invalid_value",
    ),
    "same series": (
        [
            chart(
                series=[
                    {"name": "s", "data": [{"label": "a", "value": 1}, {"label": "b", "value": 1}]}
                ]
                * 2
            )
        ],
        "/blocks/0/chart",
        "duplicate",
    ),
    "point is text": (
        [chart(series=[{"name": "s", "data": [{"label": "a", "value": "1"}]}])],
        "/blocks/0/chart/series/0/data/0/value",
        "invalid_type",
    ),
    "alert in a message": (
        [{"type": "alert", "text": plain()}],
        "/blocks/0/type",
        "not_allowed_here",
    ),
    "indent": (
        [rich(line(line(inline()), kind="rich_text_list", style="bullet", indent=9))],
        "/blocks/0/elements/0/indent",
        "invalid_value",
    ),
    "empty rich text": (
        [rich(line(inline("")))],
        "/blocks/0/elements/0/elements/0/text",
        "too_short",
    ),
    "style": (
        [rich(line(inline(style={"blink": True})))],
        "/blocks/0/elements/0/elements/0/style/blink",
        "unknown_field",
    ),
    "nested": (
        [
            {
                "type": "container",
                "title": plain(),
                "child_blocks": [{"type": "container", "title": plain(), "child_blocks": []}],
            }
        ],
        "/blocks/0/child_blocks/0/type",
        "unknown_type",
    ),
    "divider in a container that folds": (
        [
            {
                "type": "container",
                "title": plain(),
                "child_blocks": [{"type": "divider"}],
                "is_collapsible": True,
                "has_header_divider": True,
            }
        ],
        "/blocks/0",
        "not_allowed_here",
    ),
}


@pytest.mark.parametrize("name", OVER)
def test_what_slack_refuses(name):
    blocks, pointer, code = OVER[name]

    problems = check_blocks(blocks)

    assert (pointer, code) in [(problem.pointer, problem.code) for problem in problems], problems


def test_problems_are_told_as_slack_tells_them():
    (problem,) = check_blocks([{"type": "divider"}] * 51)

    assert problem == Problem("/blocks", "too_many", "no more than 50 items allowed")
    assert str(problem) == "[ERROR] no more than 50 items allowed [json-pointer:/blocks]"


def test_a_payload_that_is_wrong_everywhere_is_told_so_briefly():
    problems = check_blocks([{"type": "x" * 10_000}] * 50)

    assert len(problems) == 20
    assert all(len(str(problem)) < 200 for problem in problems)


def test_attachments():
    good = [
        {"color": "#a30200", "fallback": "x", "blocks": [section("x")], "fields": [{"title": "x"}]}
    ]
    assert check_attachments(good) == []
    assert check_attachments([{"color": "red"}])[0].pointer == "/attachments/0/color"
    deep = check_attachments([{"blocks": [section("x" * 3001)]}])
    assert deep[0].pointer == "/attachments/0/blocks/0/text/text"
    assert check_attachments([{"blocks": [table()]}]) == []
    assert check_attachments([{"blocks": [table()]}], [table()])[0].code == "too_many"
    same = check_attachments(
        [{"blocks": [section("x", block_id="b")]}], [section("x", block_id="b")]
    )
    assert same[0].code == "duplicate"


def test_messages():
    assert check_message({"text": "x", "blocks": [section("x")]}) == []
    assert check_message({"blocks": [section("x")]})[0].code == "no_text"
    assert check_message({"text": " "})[0].code == "no_text"
    assert check_message({"text": "x" * 4001})[0].code == "msg_too_long"


def test_views():
    view = {"type": "modal", "title": plain("x" * 24), "blocks": [an_input()], "submit": plain()}
    assert check_view(view) == []
    assert check_view({**view, "submit": None})[0].message.startswith("missing required field")
    assert check_view({**view, "title": plain("x" * 25)})[0].pointer == "/view/title/text"
    assert check_view({**view, "private_metadata": "x" * 3001})[0].code == "too_long"
    assert check_view({**view, "blocks": [an_input()] * 101})[0].code == "too_many"
    assert check_view({**view, "blocks": [table()]})[0].code == "not_allowed_here"
    assert check_view({**view, "blocks": [{"type": "alert", "text": plain()}]}) == []
    assert check_view("x")[0].code == "invalid_type"
    assert check_view({**view, "type": "home"})[0].pointer == "/view/type"


def test_an_input_may_stand_in_a_message():
    assert check_blocks([an_input()]) == []
    wrong = check_blocks([an_input(button("x", "a"))])
    assert wrong[0].pointer == "/blocks/0/element/type"


def test_every_row_of_the_table_has_a_page_and_names_only_rows_that_exist():
    kinds = {*BLOCKS, *ELEMENTS, *RICH, *CELLS, *CHARTS, "plain_text", "mrkdwn"}

    def look(spec):
        match spec:
            case Many():
                look(spec.of)
            case One():
                assert spec.kinds <= kinds
            case Part(name):
                assert name in PARTS

    for shape in [
        shape
        for table in (BLOCKS, ELEMENTS, RICH, CELLS, CHARTS, PARTS)
        for shape in table.values()
    ]:
        assert shape.page
        assert {*shape.required} - {"action_id"} <= {*shape.fields}
        for spec in shape.fields.values():
            look(spec)


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [None], {"type": None}, {"type": {}}])
def test_nonsense_anywhere_is_refused_and_never_breaks(value):
    """Each field of each good payload in turn is replaced by nonsense."""
    for blocks in AT_THE_LIMIT.values():
        text = json.dumps(blocks)
        for path in paths(blocks[:2]):
            broken = json.loads(text)
            spot = broken
            for step in path[:-1]:
                spot = spot[step]
            spot[path[-1]] = value
            check_blocks(broken)


def paths(value, depth=0):
    items = value.items() if isinstance(value, dict) else enumerate(value[:2])
    for key, item in items:
        yield (key,)
        if isinstance(item, dict | list) and depth < 8:
            yield from ((key, *rest) for rest in paths(item, depth + 1))
