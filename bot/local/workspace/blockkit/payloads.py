"""The table of Block Kit: whole messages, attachments and views, and what counts over all of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.local.workspace.blockkit.blocks import BLOCKS, PLAIN
from bot.local.workspace.blockkit.shapes import (
    Either,
    Flag,
    Many,
    Number,
    Object,
    Part,
    Shape,
    Spec,
    String,
    Text,
    one,
)

_ATTACHMENTS = "legacy/legacy-messaging/legacy-secondary-message-attachments"
_BUTTONS = "legacy/legacy-messaging/legacy-message-buttons"
_MODAL = "reference/views/modal-views"
_HOME = "reference/views/home-tab-views"
_POST = "reference/methods/chat.postMessage"
_METADATA = "messaging/message-metadata"

_ALL = one(*(row for row in BLOCKS if row.startswith("blocks/")), placed=True)
_ADDRESS = String(form="url")
_VIEW: dict[str, Spec] = {
    "type": String(choices=("modal",)),
    "blocks": Many(_ALL, 100),
    "private_metadata": String(3000),
    "callback_id": String(255),
    "external_id": String(255),
}
_VIEW_CHOSEN = {
    "blocks": "the page names no minimum; slack_sdk wants one block at least",
    "external_id": "the page names no length; that of callback_id is taken",
}

PAYLOADS: Mapping[str, Shape] = {
    "payloads/message": Shape(
        _POST,
        {
            "text": String(40_000),
            "blocks": Many(_ALL, 50, least=0),
            "attachments": Many(Part("payloads/attachment"), 100, least=0),
            "markdown_text": String(12_000),
            "metadata": Part("payloads/metadata"),
            **{
                name: Flag()
                for name in (
                    *("as_user", "link_names", "mrkdwn", "reply_broadcast"),
                    *("unfurl_links", "unfurl_media", "replace_original", "delete_original"),
                )
            },
            **{
                name: String()
                for name in (
                    *("channel", "user", "ts", "thread_ts", "username", "parse"),
                    *("icon_emoji", "icon_url", "client_msg_id"),
                )
            },
            "response_type": String(choices=("in_channel", "ephemeral")),
        },
        one_of=(("text", "blocks", "attachments", "markdown_text"),),
        not_both=(("markdown_text", "text"), ("markdown_text", "blocks")),
        chosen={
            "": "the real blocks.validate is reported to know blocks and attachments only, and to"
            " refuse text (github.com/slackapi/java-slack-sdk/pull/1622); its page says a message"
            " payload, so what chat.postMessage takes is taken here",
            "text": "chat.postMessage cuts what is longer; here it is told",
            "blocks": "an empty list is none",
        },
    ),
    "payloads/attachment": Shape(
        _ATTACHMENTS,
        {
            "blocks": Many(_ALL, 50),
            "color": String(form="bar"),
            "fallback": String(),
            "fields": Many(Part("payloads/field"), least=0),
            "footer": String(300),
            "mrkdwn_in": Many(String(), least=0),
            "ts": Either(Number(0, whole=False), String(form="stamp")),
            "callback_id": String(255),
            "actions": Many(Part("payloads/action"), 5),
            "id": Number(),
            "is_app_unfurl": Flag(),
            "preview": Object(),
            **{name: String() for name in ("author_name", "author_subname")},
            **{name: String() for name in ("pretext", "text", "title", "attachment_type")},
            **{name: String() for name in ("app_id", "bot_id")},
            **dict.fromkeys(("author_link", "author_icon", "footer_icon"), _ADDRESS),
            **dict.fromkeys(("image_url", "thumb_url", "title_link"), _ADDRESS),
            "app_unfurl_url": _ADDRESS,
        },
        one_of=(("blocks", "fallback", "text"),),
        not_both=(("image_url", "thumb_url"),),
        chosen={
            "blocks": "as many as a message has",
            "callback_id": "Slack names no length; that of views is taken",
            "actions": "the number is that of slack_sdk's InteractiveAttachment",
            "mrkdwn_in": "any names: Slack ignores those that it does not know",
        },
    ),
    "payloads/field": Shape(_ATTACHMENTS, {"title": String(), "value": String(), "short": Flag()}),
    "payloads/action": Shape(
        _BUTTONS,
        {
            "type": String(choices=("button", "select")),
            "name": String(),
            "text": String(),
            "value": String(2000),
            "url": _ADDRESS,
            "style": String(choices=("default", "primary", "danger")),
            "id": String(),
            "confirm": Object(),
            "data_source": String(
                choices=("static", "users", "channels", "conversations", "external")
            ),
            "min_query_length": Number(0),
            "options": Many(Object(), 100),
            "option_groups": Many(Object(), 100),
            "selected_options": Many(Object(), 1),
        },
        ("type", "text"),
        chosen={
            "": "legacy: what is inside options and confirm is not looked at",
            "value": "the number is that of slack_sdk's ActionButton",
            "options": "as block elements have them",
            "option_groups": "as block elements have them",
            "selected_options": "one can be selected",
        },
    ),
    "payloads/metadata": Shape(
        _METADATA,
        {
            "event_type": String(255, 1),
            "event_payload": Object(),
            "entities": Many(Object(), least=0),
        },
        one_of=(("event_type", "entities"),),
        chosen={
            "event_type": "the page names no length; that of other names is taken",
            "": "entities alone are work objects; what is in them is not looked at",
        },
    ),
    "payloads/modal": Shape(
        _MODAL,
        _VIEW
        | {
            "title": Text(24, PLAIN),
            "submit": Text(24, PLAIN),
            "close": Text(24, PLAIN),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
            "submit_disabled": Flag(),
        },
        ("type", "title", "blocks"),
        chosen=_VIEW_CHOSEN,
    ),
    "payloads/home": Shape(
        _HOME,
        _VIEW | {"type": String(choices=("home",))},
        ("type", "blocks"),
        chosen=_VIEW_CHOSEN,
    ),
    "payloads/workflow_step": Shape(
        "legacy/legacy-steps-from-apps",
        _VIEW | {"type": String(choices=("workflow_step",)), "submit_disabled": Flag()},
        ("type", "blocks"),
        chosen=_VIEW_CHOSEN | {"": "Slack runs none any more; @slack/types still has it"},
    ),
}
"""Messages and views and their parts, by row."""

BLOCK_ID = String(255, 1)
"""`block_id`, of every block."""
ACTION_ID = String(255, 1)
"""`action_id`, of every element that people act on."""


@dataclass(frozen=True, slots=True)
class Total:
    """A limit that counts over a whole payload: what is counted, how many there may be."""

    says: str
    most: int
    page: str
    chosen: str = ""


_BLOCK_PAGE = "reference/block-kit/blocks/"

TOTALS: Mapping[str, Total] = {
    "tables": Total(
        "table blocks in a message, attachments included",
        1,
        _BLOCK_PAGE + "table-block",
        "told by a guide of Slack's own to Block Kit, not by the page; data tables do not count",
    ),
    "table characters": Total(
        "characters in all cells of table blocks", 10_000, _BLOCK_PAGE + "table-block"
    ),
    "data table characters": Total(
        "characters in all cells of data_table blocks", 20_000, _BLOCK_PAGE + "data-table-block"
    ),
    "charts": Total(
        "data_visualization blocks in a message", 2, _BLOCK_PAGE + "data-visualization-block"
    ),
    "markdown characters": Total(
        "characters in all markdown blocks", 12_000, _BLOCK_PAGE + "markdown-block"
    ),
    "text characters": Total(
        "characters in all texts of a payload",
        150_000,
        _POST,
        "Slack refuses with msg_blocks_too_long and does not say when: fifty sections at their limit",
    ),
    "focus": Total(
        "elements with focus_on_load", 1, "reference/block-kit/block-elements/select-menu-element"
    ),
    "view bytes": Total("bytes of a view as JSON", 250_000, "surfaces/modals"),
    "metadata bytes": Total(
        "bytes of message metadata as JSON",
        8_000,
        _METADATA,
        "Slack refuses with metadata_too_large and does not say when",
    ),
    "edited text": Total(
        "characters of text in chat.update and chat.postEphemeral",
        4_000,
        "reference/methods/chat.update",
    ),
    "objects": Total(
        "objects and lists that are looked at in one payload",
        100_000,
        "reference/methods/blocks.validate",
        "Slack refuses a body that is too large; what is counted here keeps a check short",
    ),
}
"""Limits over a whole payload, by what they count."""
