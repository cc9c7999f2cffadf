"""Every type and field that Slack's own libraries know is one that the validator knows."""

from __future__ import annotations

import inspect

import pytest
import slack_sdk.models.attachments
import slack_sdk.models.blocks
import slack_sdk.models.views
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import RichTextElementParts

from bot.local.workspace.blockkit.table import FIELDS, TABLE

# Every `type` in the declarations of the npm package @slack/types 3.2.0: block-kit/blocks.d.ts,
# block-elements.d.ts, composition-objects.d.ts, views.d.ts and message-attachments.d.ts, in their
# order. Its chunk.d.ts is not here: chunks are what chat.appendStream takes, not Block Kit.
SLACK_TYPES: dict[str, str] = {
    "blocks": """
        actions alert card carousel container context context_actions data_table divider file header
        image input markdown rich_text section table task_card plan video
    """,
    "elements": """
        button checkboxes datepicker datetimepicker email_text_input feedback_buttons file_input
        icon_button image users_select multi_users_select static_select multi_static_select
        conversations_select multi_conversations_select channels_select multi_channels_select
        external_select multi_external_select number_input overflow plain_text_input radio_buttons
        timepicker url_text_input url workflow_button rich_text_input
    """,
    "rich_text": """
        broadcast color channel date emoji link team text user usergroup
        rich_text_section rich_text_list rich_text_quote rich_text_preformatted
    """,
    "objects": "plain_text mrkdwn",
    "cells": "raw_text raw_number",
    "payloads": "home modal workflow_step",
}

# Pages below docs.slack.dev/reference/block-kit/ for what neither library has.
ONLY_DOCUMENTED = {
    "blocks": {"data_visualization"},
    "cells": {"action"},
    "charts": {"pie", "bar", "area", "line"},
    "icons": {"icon"},
    "rich_text": {
        *("attachment_mention", "canvas", "canvas_message_unfurl", "canvas_user_mention"),
        *("citation", "file", "list_record", "message_mention", "salesforce_data_field"),
        *("tag", "work_object_mention", "workflow_mention"),
    },
}

# Blocks that slack_sdk alone has a class for.
ONLY_IN_SLACK_SDK = {"call", "auth_provider"}

# Classes of slack_sdk for objects that have no `type`, and the rows that they are.
UNTYPED = {
    "ConfirmObject": "objects/confirm",
    "ConversationFilter": "objects/filter",
    "FeedbackButtonObject": "objects/feedback",
    "Option": "objects/marked_option",
    "OptionGroup": "objects/option_group",
    "TableBlockColumnSettings": "objects/column_setting",
    "AttachmentField": "payloads/field",
    "Attachment": "payloads/attachment",
    "BlockAttachment": "payloads/attachment",
    "InteractiveAttachment": "payloads/attachment",
    "Action": "payloads/action",
    "ActionButton": "payloads/action",
    "ActionLinkButton": "payloads/action",
    "ActionUserSelector": "payloads/action",
    "ActionChannelSelector": "payloads/action",
    "ActionConversationSelector": "payloads/action",
    "ActionExternalSelector": "payloads/action",
}

# Classes that others are derived from, or that are never part of a message or view that is sent.
NOT_SENT = {
    *("Block", "BlockElement", "InteractiveElement", "InputInteractiveElement"),
    *("RichTextElement", "TextObject", "AbstractActionSelector"),
    *("View", "ViewState", "ViewStateValue"),  # `state` comes from Slack; views have rows by type
}

# What constructors of slack_sdk take that is no field of that object in JSON.
ONLY_FIELDS = {
    ("Option", "label"): "its `text` in dialogs, which are no part of Block Kit",
    ("Option", "url"): "of an option in an overflow menu, which has a row of its own",
    ("Attachment", "markdown_in"): "written out as `mrkdwn_in`",
    ("InteractiveAttachment", "markdown_in"): "written out as `mrkdwn_in`",
    ("Action", "subtype"): "written out as `type`",
    ("ActionUserSelector", "selected_user"): "written out as `selected_options`",
    ("ActionChannelSelector", "selected_channel"): "written out as `selected_options`",
    ("ActionConversationSelector", "selected_conversation"): "written out as `selected_options`",
    ("ActionExternalSelector", "selected_option"): "written out as `selected_options`",
}


@pytest.mark.parametrize("room", SLACK_TYPES)
def test_every_type_of_slack_types_is_a_row(room):
    names = SLACK_TYPES[room].split()

    assert {f"{room}/{name}" for name in names} <= {*TABLE}
    assert len({*names}) == len(names)


def test_a_row_with_a_type_of_its_own_is_in_a_library_or_on_a_page():
    rooms = {*SLACK_TYPES, *ONLY_DOCUMENTED} - {"objects"}
    typed = {row for row in TABLE if row.partition("/")[0] in rooms}
    known = {f"{room}/{name}" for room, names in SLACK_TYPES.items() for name in names.split()}
    known |= {f"{room}/{name}" for room, names in ONLY_DOCUMENTED.items() for name in names}
    known |= {f"blocks/{name}" for name in ONLY_IN_SLACK_SDK}
    messages = {
        f"payloads/{name}" for name in ("message", "attachment", "field", "action", "metadata")
    }

    assert typed == known - {"objects/plain_text", "objects/mrkdwn"} | messages


def classes():
    """Every public class of slack_sdk's models that has fields, by name."""
    modules = (slack_sdk.models.blocks, slack_sdk.models.attachments, slack_sdk.models.views)
    found = {
        name: each
        for module in modules
        for name, each in vars(module).items()
        if inspect.isclass(each) and issubclass(each, JsonObject) and not name.startswith("_")
    }
    parts = {
        f"RichTextElementParts.{name}": each
        for name, each in vars(RichTextElementParts).items()
        if inspect.isclass(each)
    }
    return {name: each for name, each in {**found, **parts}.items() if name not in NOT_SENT}


CLASSES = classes()
PARENTS = {"JsonObject", "JsonValidator", "EnumValidator"}


def row_of(name: str) -> str | None:
    """The row of the table for a class of slack_sdk."""
    each = CLASSES[name]
    kind = getattr(each, "type", None)
    if name in UNTYPED:
        return UNTYPED[name]
    if name == "RichTextElementParts.TextStyle":
        return "objects/style"
    if name.startswith("RichTextElementParts."):
        return f"rich_text/{kind}"
    rooms = ("blocks",) if name.endswith("Block") else ("elements", "rich_text", "objects", "cells")
    return next((f"{room}/{kind}" for room in rooms if f"{room}/{kind}" in TABLE), None)


@pytest.mark.parametrize("name", sorted({*CLASSES} - PARENTS))
def test_every_class_of_slack_sdk_is_a_row_and_has_no_other_fields(name):
    row = row_of(name)

    assert row is not None
    # What its constructor names: `attributes` also has what an element only inherits.
    fields = {*inspect.signature(CLASSES[name].__init__).parameters}
    fields -= {"self", "type", "others", "kwargs"}
    assert fields - {*FIELDS[row]} == {f for n, f in ONLY_FIELDS if n == name}


def test_a_type_that_nobody_knows_has_no_row():
    assert all(f"{room}/{kind}" not in TABLE for room in SLACK_TYPES for kind in ("timeline", ""))
