"""The table of Block Kit: what a rich_text block consists of."""

from __future__ import annotations

from collections.abc import Mapping

from bot.local.workspace.blockkit.shapes import (
    Flag,
    Many,
    Number,
    Object,
    Part,
    Shape,
    Spec,
    String,
    one,
)

_PAGE = "reference/block-kit/block-elements/"
_STYLE: dict[str, Spec] = {"style": Part("objects/style")}
_URL = String(form="url")
_TEXT = String()
_ID = String(least=1)
_NOT_EMPTY = "Slack names no minimum, and refuses an empty text"

_PARTS: Mapping[str, Shape] = {
    "text": Shape(
        _PAGE + "text-element",
        _STYLE | {"text": String(least=1)},
        ("text",),
        chosen={"text": _NOT_EMPTY},
    ),
    "link": Shape(
        _PAGE + "link-element",
        _STYLE
        | {
            "url": _URL,
            "text": _TEXT,
            "unsafe": Flag(),
            "from_llm": Flag(),
            "is_slack_url": Flag(),
            "truncated": Flag(),
        },
        ("url",),
    ),
    "emoji": Shape(
        _PAGE + "emoji-element",
        _STYLE
        | {
            "name": String(form="emoji"),
            "unicode": String(form="codepoint"),
            "skin_tone": Number(1, 6),
            "url": _URL,
        },
        ("name",),
        chosen={"skin_tone": "read in slack_sdk; Slack's modifiers go from 2 to 6, 1 is none"},
    ),
    "user": Shape(
        _PAGE + "user-element",
        _STYLE | {"user_id": String(form="user"), "from_llm": Flag()},
        ("user_id",),
    ),
    "channel": Shape(
        _PAGE + "channel-element",
        _STYLE | {"channel_id": String(form="conversation")},
        ("channel_id",),
    ),
    "usergroup": Shape(
        _PAGE + "usergroup-element",
        _STYLE | {"usergroup_id": String(form="usergroup")},
        ("usergroup_id",),
    ),
    "team": Shape(_PAGE + "team-element", _STYLE | {"team_id": String(form="team")}, ("team_id",)),
    "date": Shape(
        _PAGE + "date-element",
        _STYLE
        | {
            "timestamp": Number(),
            "format": String(least=1),
            "timezone": String(form="zone"),
            "url": _URL,
            "fallback": _TEXT,
        },
        ("timestamp", "format"),
        chosen={"format": "Slack names no minimum; an empty format shows nothing"},
    ),
    "broadcast": Shape(
        _PAGE + "broadcast-element",
        _STYLE | {"range": String(choices=("here", "channel", "everyone"))},
        ("range",),
    ),
    "color": Shape(_PAGE + "color-element", _STYLE | {"value": String(form="colour")}, ("value",)),
    "attachment_mention": Shape(
        _PAGE + "attachment-mention-element",
        _STYLE
        | {
            "url": _URL,
            "full_size_preview_enabled": Flag(),
            **dict.fromkeys(
                (
                    *("text", "app_id", "entity_id", "icon_url", "channel_id", "ts"),
                    *("icon_name", "reference_object_type"),
                ),
                _TEXT,
            ),
        },
        ("url",),
    ),
    "canvas": Shape(
        _PAGE + "canvas-element",
        _STYLE
        | {
            "file_id": _ID,
            "label": _TEXT,
            "hide_title": Flag(),
            "section_id": _TEXT,
            "text": _TEXT,
            "url": _URL,
            "is_skill_invocation": Flag(),
        },
        ("file_id",),
    ),
    "canvas_user_mention": Shape(
        _PAGE + "canvas-user-mention-element",
        _STYLE | {"user_id": String(form="user"), "thread_id": _TEXT},
        ("user_id",),
    ),
    "canvas_message_unfurl": Shape(
        _PAGE + "canvas-message-unfurl-element",
        _STYLE | {"root_message_ts": _ID, "root_message_channel": _ID},
        ("root_message_ts", "root_message_channel"),
    ),
    "citation": Shape(
        _PAGE + "citation-element",
        {
            "url": _URL,
            "text": _TEXT,
            "index": Number(),
            "details": Object(),
            "from_llm": Flag(),
            "is_slack_url": Flag(),
        },
        ("url", "text", "index", "details"),
        chosen={"details": "five kinds, for Slack's own assistant: any object is taken"},
    ),
    "file": Shape(
        _PAGE + "file-element",
        _STYLE | {"file_id": _ID, "text": _TEXT, "url": _URL, "is_skill_invocation": Flag()},
        ("file_id",),
    ),
    "list_record": Shape(
        _PAGE + "list-record-element",
        _STYLE | {"file_id": _ID, "record_id": _TEXT, "view_id": _TEXT, "text": _TEXT, "url": _URL},
        ("file_id",),
    ),
    "message_mention": Shape(
        _PAGE + "message-mention-element",
        _STYLE
        | {
            "channel_id": _ID,
            "message_ts": _ID,
            "author_id": _TEXT,
            "thread_ts": _TEXT,
            "text": _TEXT,
            "url": _URL,
        },
        ("channel_id", "message_ts"),
    ),
    "salesforce_data_field": Shape(
        _PAGE + "salesforce-data-field-element",
        _STYLE
        | {
            "salesforce_record_id": _ID,
            "salesforce_field_label": _TEXT,
            "salesforce_field_api_name": _TEXT,
            "salesforce_include_field_label": Flag(),
        },
        ("salesforce_record_id",),
    ),
    "tag": Shape(
        _PAGE + "tag-element",
        _STYLE | {"tag_id": _TEXT, "text": _TEXT, "name": _TEXT},
        chosen={
            "": "listed by the pages that hold it, its own was not found: no field is required"
        },
    ),
    "work_object_mention": Shape(
        _PAGE + "work-object-mention-element",
        _STYLE
        | {
            "entity_id": _ID,
            "app_id": _ID,
            "text": _TEXT,
            "url": _URL,
            "icon_url": _TEXT,
            "full_size_preview_enabled": Flag(),
            "product_name": _TEXT,
        },
        ("entity_id", "app_id", "text", "url"),
    ),
    "workflow_mention": Shape(
        _PAGE + "workflow-mention-element",
        _STYLE
        | {
            "workflow_id": _ID,
            "function_trigger_id": _ID,
            "text": _TEXT,
            "url": _URL,
            "channel_id": _TEXT,
            "ts": _TEXT,
        },
        ("workflow_id", "function_trigger_id", "text"),
    ),
}

_INLINE = one(*(f"rich_text/{name}" for name in _PARTS))
_BORDER: dict[str, Spec] = {"border": Number(0, 1)}
_EMPTY = {"elements": "slack_sdk sends it empty, as one of few lists that may be"}

RICH_TEXT_PARTS: Mapping[str, Shape] = {
    "rich_text/rich_text_section": Shape(
        _PAGE + "rich-text-section-element",
        {"elements": Many(_INLINE, least=0)},
        ("elements",),
        chosen=_EMPTY,
    ),
    "rich_text/rich_text_list": Shape(
        _PAGE + "rich-text-list-element",
        _BORDER
        | {
            "elements": Many(one("rich_text/rich_text_section"), least=0),
            "style": String(choices=("bullet", "ordered")),
            "indent": Number(0, 8),
            "offset": Number(0),
        },
        ("elements", "style"),
        chosen=_EMPTY,
    ),
    "rich_text/rich_text_preformatted": Shape(
        _PAGE + "rich-text-preformatted-element",
        _BORDER
        | {
            "elements": Many(one("rich_text/text", "rich_text/link"), least=0),
            "language": _TEXT,
        },
        ("elements",),
        chosen=_EMPTY,
    ),
    "rich_text/rich_text_quote": Shape(
        _PAGE + "rich-text-quote-element",
        _BORDER | {"elements": Many(_INLINE, least=0)},
        ("elements",),
        chosen=_EMPTY,
    ),
    **{f"rich_text/{name}": shape for name, shape in _PARTS.items()},
    "objects/style": Shape(
        _PAGE + "text-element",
        {
            name: Flag()
            for name in (
                *("bold", "italic", "strike", "code", "underline"),
                *("highlight", "client_highlight", "unlink"),
            )
        },
    ),
}
"""Parts of a rich_text block, by row."""
