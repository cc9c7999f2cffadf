"""What Slack wants of several fields, or several blocks, together: each rule taken and refused."""

from __future__ import annotations

import pytest

from bot.local.workspace.blockkit.across import ACROSS
from bot.local.workspace.blockkit.blocks import BLOCKS
from bot.local.workspace.blockkit.elements import ELEMENTS, PASSIVE
from bot.local.workspace.blockkit.payload import check_blocks, check_payload, check_view
from bot.local.workspace.blockkit.rules import RULES
from bot.local.workspace.blockkit.table import TABLE
from tests.local.workspace.blockkit.samples import (
    button,
    inline,
    line,
    option,
    options,
    place,
    plain,
    points,
    raw,
    rich,
    sample,
    task,
)


def element(kind, **more):
    return f"elements/{kind}", sample(f"elements/{kind}", **more)


def block(kind, **more):
    return f"blocks/{kind}", sample(f"blocks/{kind}", **more)


def chart(kind="bar", categories=("a", "b"), labels=("a", "b"), **more):
    series = [{"name": "s", "data": points(*labels)}]
    whole = {"type": kind, "series": series, "axis_config": {"categories": [*categories]}}
    return f"charts/{kind}", whole | more


GROUPED = {"options": ..., "option_groups": [{"label": plain(), "options": options(2)}]}

TAKEN = {
    "the option itself": element("static_select", options=options(2), initial_option=option("v1")),
    "an option of a group": element("static_select", **GROUPED, initial_option=option("v1")),
    "several": element("multi_static_select", options=options(3), initial_options=options(2)),
    "all boxes": element("checkboxes", options=options(3), initial_options=options(3)),
    "one radio": element("radio_buttons", options=options(3), initial_option=option("v2")),
    "anything from outside": element("external_select", initial_option=option("other")),
    "fields in another order": element(
        "radio_buttons",
        initial_option={"value": "v0", "text": {"text": "x", "type": "plain_text"}},
        options=options(1),
    ),
    "as many as may be": element(
        "multi_users_select", initial_users=["U1", "U2"], max_selected_items=2
    ),
    "a length": element("plain_text_input", min_length=2, max_length=2, initial_value="xx"),
    "an empty start": element("plain_text_input", min_length=2, initial_value=""),
    "a decimal": element("number_input", initial_value="1.5", min_value="-1", max_value="1.5"),
    "the same number": element("number_input", min_value="10", max_value="10", initial_value="10"),
    "not as text": element("number_input", min_value="9", max_value="10"),
    "as many lines": element("rich_text_input", min_lines=3, max_lines=3),
    "even rows": block("table", rows=[[raw(), raw()], [raw(), raw()]]),
    "rich cells": block("data_table", rows=[[raw()], [rich()]]),
    "the last column": block("data_table", rows=[[raw()] * 2] * 2, row_header_column_index=1),
    "points in another order": chart(labels=("b", "a")),
    "a negative point": chart(
        series=[{"name": "s", "data": [{"label": "a", "value": -1}, {"label": "b", "value": 0}]}]
    ),
    "a pending task": block("plan", tasks=[task("a", status="pending"), task("b")]),
    "collapsed": block("container", is_collapsible=True, default_collapsed=True),
    "a divider": block("container", is_collapsible=False, has_header_divider=True),
    "a file": block("input", dispatch_action=False, element={"type": "file_input"}),
    "dispatch": block("input", dispatch_action=True),
    "both titles": block("container", rich_text_title=rich()),
}

REFUSED = {
    "not an option": (
        element("static_select", options=options(2), initial_option=option("v2")),
        "/initial_option",
        "match options exactly",
    ),
    "another text": (
        element("radio_buttons", initial_option=option("v0", text=plain("y"))),
        "/initial_option",
        "match options exactly",
    ),
    "another emoji": (
        element("checkboxes", initial_options=[option("v0", text=plain("x", emoji=True))]),
        "/initial_options/0",
        "match options exactly",
    ),
    "not in a group": (
        element("multi_static_select", **GROUPED, initial_options=options(3)),
        "/initial_options/2",
        "match options exactly",
    ),
    "the same value": (
        element("overflow", options=[option("a"), option("a", text=plain("y"))]),
        "/options/1/value",
        "values of options are unique",
    ),
    "the same value in two groups": (
        element(
            "static_select",
            options=...,
            option_groups=[
                {"label": plain(), "options": options(1)},
                {"label": plain(), "options": options(1)},
            ],
        ),
        "/option_groups/1/options/0/value",
        "values of options are unique",
    ),
    "too many users": (
        element("multi_users_select", initial_users=["U1", "U2"], max_selected_items=1),
        "/initial_users",
        "max_selected_items",
    ),
    "too many options": (
        element("multi_static_select", initial_options=options(3), max_selected_items=2),
        "/initial_options",
        "max_selected_items",
    ),
    "too many conversations": (
        element(
            "multi_conversations_select", initial_conversations=["C1", "D2"], max_selected_items=1
        ),
        "/initial_conversations",
        "max_selected_items",
    ),
    "too many channels": (
        element("multi_channels_select", initial_channels=["C1", "C2"], max_selected_items=1),
        "/initial_channels",
        "max_selected_items",
    ),
    "too many from outside": (
        element("multi_external_select", initial_options=options(2), max_selected_items=1),
        "/initial_options",
        "max_selected_items",
    ),
    "no length": (
        element("plain_text_input", min_length=3, max_length=2),
        "/min_length",
        "min_length is not more than max_length",
    ),
    "too short a start": (
        element("plain_text_input", min_length=3, initial_value="xx"),
        "/initial_value",
        "initial_value is as long as",
    ),
    "too long a start": (
        element("plain_text_input", max_length=1, initial_value="xx"),
        "/initial_value",
        "initial_value is as long as",
    ),
    "no decimals": (
        element("number_input", is_decimal_allowed=False, initial_value="1.5"),
        "/initial_value",
        "decimals only",
    ),
    "no decimal bounds": (
        element("number_input", is_decimal_allowed=False, max_value="1.5"),
        "/max_value",
        "decimals only",
    ),
    "no range": (
        element("number_input", min_value="10", max_value="9"),
        "/min_value",
        "min_value is not more than max_value",
    ),
    "too small": (
        element("number_input", min_value="10", initial_value="9"),
        "/initial_value",
        "initial_value lies between",
    ),
    "too large": (
        element("number_input", max_value="9.5", initial_value="9.6"),
        "/initial_value",
        "initial_value lies between",
    ),
    "no lines": (
        element("rich_text_input", min_lines=4, max_lines=3),
        "/min_lines",
        "min_lines is not more than max_lines",
    ),
    "a ragged table": (
        block("table", rows=[[raw(), raw()], [raw()]]),
        "/rows/1",
        "all rows have as many cells",
    ),
    "a ragged data table": (
        block("data_table", rows=[[raw()], [raw()], [raw(), raw()]]),
        "/rows/2",
        "all rows have as many cells",
    ),
    "a rich header": (
        block("data_table", rows=[[raw(), rich()], [raw(), raw()]]),
        "/rows/0/1/type",
        "the first row is a header",
    ),
    "a button in the header": (
        block("data_table", rows=[[sample("cells/action")], [raw()]]),
        "/rows/0/0/type",
        "the first row is a header",
    ),
    "no such column": (
        block("data_table", row_header_column_index=1),
        "/row_header_column_index",
        "a column that is there",
    ),
    "the same series": (
        chart(series=[{"name": "s", "data": points("a", "b")}] * 2),
        "/series/1/name",
        "names of series are unique",
    ),
    "the same category": (
        chart(categories=("a", "a"), labels=("a",)),
        "/axis_config/categories/1",
        "categories are unique",
    ),
    "a point is missing": (chart(labels=("a",)), "/series/0/data", "exactly one point"),
    "a point is twice": (
        chart(labels=("a", "b", "a")),
        "/series/0/data/2/label",
        "exactly one point",
    ),
    "a point of no category": (
        chart("line", labels=("a", "b", "c")),
        "/series/0/data/2/label",
        "exactly one point",
    ),
    "the same task": (block("plan", tasks=[task("a"), task("a")]), "/tasks/1/task_id", "unique"),
    "pending alone": (block("task_card", status="pending"), "/status", "only a task of a plan"),
    "collapsed but not collapsible": (
        block("container", default_collapsed=True),
        "/default_collapsed",
        "default_collapsed needs",
    ),
    "a divider that folds": (
        block("container", has_header_divider=True, is_collapsible=True),
        "/has_header_divider",
        "has_header_divider excludes",
    ),
    "files while typing": (
        block("input", dispatch_action=True, element={"type": "file_input"}),
        "/element/type",
        "dispatch_action excludes",
    ),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_fits_together_is_taken(name):
    row, item = TAKEN[name]

    assert place(row, item)[0] == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_together_is_refused(name):
    (row, item), where, _ = REFUSED[name]

    problems, at = place(row, item)

    assert [(p.pointer, p.code) for p in problems] == [(f"{at}{where}", "failed_constraint")]


def test_every_rule_is_refused_once_at_least_and_names_rows_and_fields_that_exist():
    for rule in RULES:
        assert any(
            said in rule.says and row in rule.rows for (row, _), _, said in REFUSED.values()
        ), rule.says
        assert rule.page
        for row in rule.rows:
            assert {*rule.reads} & {*TABLE[row].fields}, row


def test_a_rule_is_not_asked_where_what_it_reads_is_wrong():
    """An option that is too long is one problem; that the start is not among them, none."""
    wrong = [option("v" * 151)]
    row, item = element("static_select", options=wrong, initial_option=option("v1"))

    problems, at = place(row, item)

    assert [p.pointer for p in problems] == [f"{at}/options/0/value"]


# --------------------------------------------------------------------------- over a whole payload
ONLY = {
    "message": {"markdown", "context_actions", "task_card", "plan", "file", "call"},
    "modal": {"alert"},
    "home": set(),
}
NOT_MODAL = {"table", "data_table", "data_visualization", "carousel", "container"}
"""https://docs.slack.dev/reference/block-kit/blocks, read on 2026-09-14."""


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_a_block_stands_only_on_its_surfaces(surface):
    for row in (row for row in BLOCKS if row.startswith("blocks/")):
        kind = row.partition("/")[2]
        elsewhere = any(kind in kinds for other, kinds in ONLY.items() if other != surface)
        wanted = elsewhere or (surface == "modal" and kind in NOT_MODAL)
        problems = check_blocks([sample(row)], surface, "")
        assert [p.pointer for p in problems] == (["/0/type"] if wanted else []), kind
        if wanted:
            assert problems[0].message.startswith(f"unsupported type: {kind}")


ELEMENT_SURFACES = {
    **{f"{kind}_input": {"modal"} for kind in ("number", "email_text", "url_text", "file")},
    "datetimepicker": {"message", "modal"},
}
"""https://docs.slack.dev/reference/block-kit/block-elements; all others stand everywhere."""


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_an_element_stands_only_on_its_surfaces(surface):
    for row in {*ELEMENTS} - PASSIVE:
        kind = row.partition("/")[2]
        if kind in ("icon_button", "feedback_buttons"):
            continue  # their block stands in messages only
        holder = {"type": "actions", "elements": [sample(row)]}
        at = "/0/elements/0/type"
        if kind.endswith(("_input",)):
            holder, at = sample("blocks/input", element=sample(row)), "/0/element/type"
        wrong = surface not in ELEMENT_SURFACES.get(kind, {surface})
        problems = check_blocks([holder], surface, "")
        assert [p.pointer for p in problems] == ([at] if wrong else []), kind


STAND_IN = {
    "actions": {
        *("button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons"),
        *("timepicker", "workflow_button", "rich_text_input"),
    },
    "section": {
        *("button", "checkboxes", "datepicker", "image", "overflow", "radio_buttons"),
        *("timepicker", "workflow_button"),
    },
    "input": {
        *("checkboxes", "datepicker", "datetimepicker", "email_text_input", "file_input"),
        *("number_input", "plain_text_input", "radio_buttons", "rich_text_input"),
        *("timepicker", "url_text_input"),
    },
    "context": {"image"},
    "context_actions": {"feedback_buttons", "icon_button"},
}
SELECTS = {
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
}
"""As the pages of the five blocks list them; select menus stand in the first three."""


@pytest.mark.parametrize("holder", STAND_IN)
@pytest.mark.parametrize("row", ELEMENTS)
def test_which_element_stands_in_which_block(holder, row):
    kind = row.partition("/")[2]
    known = STAND_IN[holder] | (SELECTS if holder in ("actions", "section", "input") else set())
    where = {
        "section": ("accessory", "/0/accessory/type", sample(row)),
        "input": ("element", "/0/element/type", sample(row)),
    }.get(holder, ("elements", "/0/elements/0/type", [sample(row)]))

    problems = check_blocks([sample(f"blocks/{holder}", **{where[0]: where[2]})], "any", "")

    assert [p.pointer for p in problems] == ([] if kind in known else [where[1]])
    for problem in problems:
        assert problem.message == f"unsupported type: {kind}"
        assert {*problem.constraint["expected"]} >= known


def test_block_ids_are_unique_in_a_message_with_its_attachments_containers_and_cards():
    named = sample("blocks/divider", block_id="b")
    holder = sample("blocks/container", child_blocks=[named])
    cards = sample("blocks/carousel", elements=[sample("blocks/card", block_id="b")])
    message = {"blocks": [named, holder, cards], "attachments": [{"blocks": [named]}]}

    problems = check_payload(message)

    assert [p.pointer for p in problems] == [
        "/blocks/1/child_blocks/0/block_id",
        "/blocks/2/elements/0/block_id",
        "/attachments/0/blocks/0/block_id",
    ]
    assert problems[0].constraint == {"type": "unique", "got": "b"}
    assert check_payload({"blocks": [named, sample("blocks/divider", block_id="B")]}) == []


def test_rich_text_in_another_block_may_repeat_an_id():
    """As the example on the page of the plan block does."""
    noted = rich() | {"block_id": "viMWO"}
    tasks = [task("a", details=noted, output=noted), task("b", output=noted)]

    assert check_blocks([sample("blocks/plan", tasks=tasks)]) == []


def test_action_ids_are_unique_in_their_block_and_only_there():
    twice = {"type": "actions", "elements": [button("a"), button("c"), button("a")]}
    card = sample("blocks/card", actions=[button("a")])

    assert [p.pointer for p in check_blocks([twice])] == ["/blocks/0/elements/2/action_id"]
    assert check_blocks([sample("blocks/actions"), sample("blocks/actions")]) == []
    assert check_blocks([sample("blocks/carousel", elements=[card, card])]) == []
    cells = [[raw(), raw()], [sample("cells/action"), sample("cells/action")]]
    table = check_blocks([sample("blocks/data_table", rows=cells)], at="")
    assert [p.pointer for p in table] == ["/0/rows/1/1/element/action_id"]


def menu(kind):
    return {"type": f"{kind}_select", "response_url_enabled": True}


@pytest.mark.parametrize("kind", ["conversations", "channels"])
def test_a_response_url_is_only_for_an_input_of_a_modal(kind):
    modal = sample("payloads/modal", submit=plain())
    asked = sample("blocks/input", element=menu(kind))
    inside = {"type": "actions", "elements": [menu(kind)]}

    assert check_view(modal | {"blocks": [asked]}) == []
    (problem,) = check_view(modal | {"blocks": [inside]})
    assert problem.pointer == "/view/blocks/0/elements/0/response_url_enabled"
    (problem,) = check_blocks([asked])
    assert problem.pointer == "/blocks/0/element/response_url_enabled"
    assert (
        check_blocks([sample("blocks/input", element=menu(kind) | {"response_url_enabled": False})])
        == []
    )


def test_a_modal_with_an_input_needs_a_submit_and_a_home_does_not():
    view = sample("payloads/modal", blocks=[sample("blocks/input")])

    (problem,) = check_view(view)
    assert (problem.pointer, problem.code, problem.field) == ("/view", "missing_field", "submit")
    assert problem.message == "must define `submit` to use an `input` block in modals"
    assert check_view(view | {"submit": plain()}) == []
    assert check_view(sample("payloads/home", blocks=[sample("blocks/input")]), ("home",)) == []


def test_what_counts_in_a_message_counts_over_attachments_and_containers():
    table = sample("blocks/table")
    inside = sample("blocks/container", child_blocks=[table])
    problems = check_payload({"blocks": [inside], "attachments": [{"blocks": [table]}]})
    assert [p.pointer for p in problems] == ["/attachments/0/blocks/0/type"]


def test_links_in_a_table_count_with_what_they_show():
    shown = rich(line({"type": "link", "url": "https://example.com/" + "x" * 9_980}))
    hidden = rich(line({"type": "link", "url": "https://example.com/" + "x" * 9_980, "text": "x"}))

    assert check_blocks([sample("blocks/table", rows=[[shown]])]) == []
    (problem,) = check_blocks([sample("blocks/table", rows=[[shown], [raw("x")]])])
    assert problem.pointer == "/blocks/0/rows"
    assert check_blocks([sample("blocks/table", rows=[[hidden], [rich(line(inline()))]])]) == []


def test_every_rule_over_a_payload_has_a_page():
    assert len(ACROSS) == 6  # each of them has a test above
    assert all(page for page, _ in ACROSS.values())
