"""The validator beside slack_sdk's models: where the two differ, a table says which is right."""

from __future__ import annotations

import copy
import logging
import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.local.workspace.blockkit.payload import check_blocks
from tests.local.workspace.blockkit.samples import SAMPLES, sample, standing
from tests.local.workspace.blockkit.test_limits import LIMITS, over, payload_of

UNKNOWN_TO_SDK = {
    "blocks/data_table": "reference/block-kit/blocks/data-table-block",
    "blocks/data_visualization": "reference/block-kit/blocks/data-visualization-block",
    **dict.fromkeys(
        (
            *("rich_text/attachment_mention", "rich_text/canvas", "rich_text/canvas_user_mention"),
            *("rich_text/canvas_message_unfurl", "rich_text/citation", "rich_text/file"),
            *("rich_text/list_record", "rich_text/message_mention", "rich_text/tag"),
            *("rich_text/salesforce_data_field", "rich_text/work_object_mention"),
            "rich_text/workflow_mention",
        ),
        "reference/block-kit/blocks/rich-text-block",
    ),
}
"""Documented by Slack, and dropped by slack_sdk 3.47 with a warning: the page is right."""


@dataclass(frozen=True)
class Difference:
    """Payloads that the validator refuses and slack_sdk takes, the pages being with the validator."""

    limits: str  # a pattern of names in LIMITS
    why: str
    page: str


_TEXT = "reference/block-kit/composition-objects/text-object"
DIFFERENCES = (
    Difference(
        r".*: (item, )?least characters",
        "slack_sdk looks at empty texts only in objects that are made by themselves",
        _TEXT,
    ),
    Difference(
        r".*: (item, )?least items",
        "slack_sdk leaves an empty list out when it writes, so that Slack never sees it",
        "reference/block-kit/blocks",
    ),
    Difference(
        r".*: at (least|most)",
        "slack_sdk compares no numbers",
        "reference/block-kit/block-elements",
    ),
    Difference(
        r"blocks/(section\.fields|video\.|table\.|alert\.|card\.(subtext|actions)|plan\.tasks"
        r"|auth_provider\.fallback).*most (characters|items)",
        "slack_sdk has the limit in its docstring, or not at all, and no check",
        "reference/block-kit/blocks",
    ),
    Difference(
        r"elements/(checkboxes|radio_buttons|plain_text_input|workflow_button|icon_button|url)\."
        r".*most (characters|items)",
        "slack_sdk has the limit in its docstring, or not at all, and no check",
        "reference/block-kit/block-elements",
    ),
    Difference(
        r"objects/(plain_text|mrkdwn|option|marked_option|overflow_option|option_group|filter"
        r"|dispatch_action_config|feedback)\..*most (characters|items)",
        "slack_sdk checks an object when it is written alone, not inside an element",
        "reference/block-kit/composition-objects",
    ),
    Difference(
        r"payloads/.*\.external_id: most characters",
        "slack_sdk does not count it",
        "reference/views/modal-views",
    ),
)


def taken_by_sdk(payload) -> bool | None:
    """Whether slack_sdk writes the payload; None if it has no class for something in it."""
    try:
        if isinstance(payload, dict):
            View(**copy.deepcopy(payload)).to_dict()
            return True
        parsed = Block.parse_all(copy.deepcopy(payload))
        if None in parsed:
            return None
        written = [block.to_dict() for block in parsed]
    except SlackObjectFormationError:
        return False
    return None if "None" in str(written) else True


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    "row", [row for row in SAMPLES if row.startswith(("blocks/", "elements/", "rich_text/"))]
)
def test_what_is_right_comes_through_slack_sdk_as_it_is(row):
    _, blocks, _ = standing(row, sample(row))

    if row in UNKNOWN_TO_SDK:
        assert taken_by_sdk(blocks) is None
    else:
        assert [block.to_dict() for block in Block.parse_all(blocks)] == blocks


def _comparable():
    """At each limit and just over it: the name, and what both say of the payload."""
    for name, (number, _, bound) in LIMITS.items():
        what = name.partition(": ")[2]
        for size in (number + (what == "more than"), over(what, number)):
            check, payload, _ = payload_of(name, size, bound)
            if isinstance(payload, list) or "type" in payload:
                theirs = taken_by_sdk(payload)
                if theirs is not None:
                    yield name, not check(payload), theirs


def test_both_say_the_same_at_every_limit_but_for_what_the_table_explains():
    differing, agreed = set(), 0
    for name, ours, theirs in _comparable():
        if ours == theirs:
            agreed += 1
            continue
        assert theirs, f"only slack_sdk refuses {name}"
        explained = [row for row in DIFFERENCES if re.fullmatch(row.limits, name)]
        assert explained, f"only the validator refuses {name}"
        differing |= {*explained}

    assert differing == {*DIFFERENCES}, "a row explains nothing"
    assert agreed > 250


# What the validator refuses and slack_sdk takes although it is no matter of one limit.
ONLY_WE_REFUSE = {
    "a header in mrkdwn": (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "reference/block-kit/blocks/header-block",
    ),
    "a field that no page has": (
        {"type": "divider", "colour": "red"},
        "reference/block-kit/blocks/divider-block",
    ),
    "an initial option that is none": (
        {
            "type": "actions",
            "elements": [
                sample(
                    "elements/radio_buttons",
                    initial_option={"text": {"type": "plain_text", "text": "y"}, "value": "y"},
                )
            ],
        },
        "reference/block-kit/block-elements/radio-button-group-element",
    ),
    "rows of two lengths": (
        sample("blocks/table", rows=[[{"type": "raw_text", "text": "x"}] * n for n in (1, 2)]),
        "reference/block-kit/blocks/table-block",
    ),
    "an image from two places": (
        {
            "type": "image",
            "alt_text": "x",
            "image_url": "https://example.com/a",
            "slack_file": {"id": "F1"},
        },
        "reference/block-kit/blocks/image-block",
    ),
    "an icon that no page has": (
        {
            "type": "context_actions",
            "elements": [sample("elements/icon_button", icon="bomb")],
        },
        "reference/block-kit/block-elements/icon-button-element",
    ),
}


@pytest.mark.parametrize("name", ONLY_WE_REFUSE)
def test_the_page_refuses_what_slack_sdk_takes(name):
    block, page = ONLY_WE_REFUSE[name]

    assert page
    assert taken_by_sdk([block])
    assert check_blocks([block])


def test_an_id_twice_is_seen_only_by_the_validator():
    """https://docs.slack.dev/reference/block-kit/blocks: block_id is unique within a message."""
    twice = [{"type": "divider", "block_id": "a"}] * 2

    assert taken_by_sdk(twice)
    assert [problem.pointer for problem in check_blocks(twice, at="")] == ["/1/block_id"]


KNOWN = [row for row in SAMPLES if row.startswith(("blocks/", "elements/"))]
KNOWN = [row for row in KNOWN if row not in {*UNKNOWN_TO_SDK, "blocks/divider"}]
_LENGTHS = st.sampled_from((1, 24, 25, 75, 76, 150, 151, 255, 256, 2000, 2001, 3000, 3001, 12001))


def _places(item, name=""):
    """Every (object or list, key, name of the field) in the payload that holds a string or a list."""
    pairs = item.items() if isinstance(item, dict) else enumerate(item)
    for key, value in pairs:
        field = key if isinstance(key, str) else name
        if isinstance(value, str | list) and field != "type":
            yield item, key
        if isinstance(value, dict | list):
            yield from _places(value, field)


@given(st.data())
def test_what_slack_sdk_refuses_in_a_payload_of_any_size_the_validator_refuses(data):
    """Right payloads of which some texts are made long, and some lists too. None is taken by us alone."""
    _, blocks, _ = standing(row := data.draw(st.sampled_from(KNOWN)), sample(row))
    blocks = copy.deepcopy(blocks)
    places = [*_places(blocks)]
    for holder, key in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        value = holder[key]
        if isinstance(value, str):
            holder[key] = value + "x" * (data.draw(_LENGTHS) - len(value))
        else:
            holder[key] = value * data.draw(st.sampled_from((1, 2, 5, 6, 10, 11, 25, 26, 101)))
    theirs = taken_by_sdk(blocks)

    if theirs is False:
        assert check_blocks(blocks, "any", ""), blocks
    if not check_blocks(blocks, "any", ""):
        assert theirs, blocks
