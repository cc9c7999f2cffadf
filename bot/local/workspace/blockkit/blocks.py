"""The table of Block Kit: blocks, the surfaces they may stand on, and what may stand in them."""

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
    Surface,
    Text,
    one,
)

_PAGE = "reference/block-kit/blocks/"
_MESSAGE: frozenset[Surface] = frozenset({"message"})
_NOT_MODAL: frozenset[Surface] = frozenset({"message", "home"})

PLAIN = ("plain_text",)
_URL = String(3000, form="web")
_HTTPS = String(3000, form="https")
_URL_LENGTH = "Slack names a length for the addresses of images only; theirs is taken"
_LESS = "the page says less than, and slack_sdk counts so"

_SELECTS = tuple(
    f"elements/{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_EVERYWHERE = (
    *("elements/button", "elements/overflow", "elements/workflow_button", *_SELECTS),
    *("elements/datepicker", "elements/timepicker"),
    *("elements/checkboxes", "elements/radio_buttons"),
)
_INPUTS = (
    *("elements/plain_text_input", "elements/number_input", "elements/email_text_input"),
    *("elements/url_text_input", "elements/rich_text_input", "elements/file_input"),
    *("elements/datetimepicker", "elements/datepicker", "elements/timepicker"),
    *("elements/checkboxes", "elements/radio_buttons", *_SELECTS),
)
RICH_TEXT = one("blocks/rich_text")
_IMAGE = one("elements/image")
_CELLS = ("cells/raw_text", "cells/raw_number", "blocks/rich_text")
_TASK: Mapping[str, Spec] = {
    "task_id": String(least=1),
    "title": String(least=1),
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": Many(one("elements/url")),
    "icon": Object(),
    "hide_title": Flag(),
}
_STATES = ("pending", "in_progress", "complete", "error")
_TASK_PAGE = _PAGE + "task-card-block"

BLOCKS: Mapping[str, Shape] = {
    "blocks/section": Shape(
        _PAGE + "section-block",
        {
            "text": Text(3000),
            "fields": Many(Text(2000), 10),
            "accessory": one(*_EVERYWHERE, "elements/image"),
            "expand": Flag(),
        },
        one_of=(("text", "fields"),),
    ),
    "blocks/header": Shape(_PAGE + "header-block", {"text": Text(150, PLAIN)}, ("text",)),
    "blocks/divider": Shape(_PAGE + "divider-block"),
    "blocks/context": Shape(
        _PAGE + "context-block",
        {"elements": Many(one("elements/image", "objects/plain_text", "objects/mrkdwn"), 10)},
        ("elements",),
    ),
    "blocks/actions": Shape(
        _PAGE + "actions-block",
        {
            "elements": Many(
                one(*_EVERYWHERE, "elements/datetimepicker", "elements/rich_text_input"), 25
            )
        },
        ("elements",),
    ),
    "blocks/image": Shape(
        _PAGE + "image-block",
        {
            "image_url": _URL,
            "slack_file": Part("objects/slack_file"),
            "alt_text": String(2000, 1),
            "title": Text(2000, PLAIN),
        },
        ("alt_text",),
        (("image_url", "slack_file"),),
        (("image_url", "slack_file"),),
        chosen={"alt_text": "Slack names no minimum; an empty description describes nothing"},
    ),
    "blocks/video": Shape(
        _PAGE + "video-block",
        {
            "alt_text": String(2000),
            "author_name": String(49),
            "description": Text(199, PLAIN),
            "provider_icon_url": _URL,
            "provider_name": String(),
            "title": Text(199, PLAIN),
            "title_url": _HTTPS,
            "thumbnail_url": _URL,
            "video_url": _HTTPS,
        },
        ("alt_text", "title", "thumbnail_url", "video_url"),
        chosen={
            "author_name": _LESS,
            "description": _LESS,
            "title": _LESS,
            "alt_text": "Slack names no length; that of images is taken",
            "provider_icon_url": _URL_LENGTH,
            "title_url": _URL_LENGTH,
            "thumbnail_url": _URL_LENGTH,
            "video_url": _URL_LENGTH,
        },
    ),
    "blocks/input": Shape(
        _PAGE + "input-block",
        {
            "label": Text(2000, PLAIN),
            "element": one(*_INPUTS),
            "dispatch_action": Flag(),
            "hint": Text(2000, PLAIN),
            "optional": Flag(),
        },
        ("label", "element"),
    ),
    "blocks/rich_text": Shape(
        _PAGE + "rich-text-block",
        {
            "elements": Many(
                one(
                    *("rich_text/rich_text_section", "rich_text/rich_text_list"),
                    *("rich_text/rich_text_preformatted", "rich_text/rich_text_quote"),
                )
            )
        },
        ("elements",),
    ),
    "blocks/markdown": Shape(
        _PAGE + "markdown-block", {"text": String(12_000, 1)}, ("text",), surfaces=_MESSAGE
    ),
    "blocks/table": Shape(
        _PAGE + "table-block",
        {
            "rows": Many(Many(one(*_CELLS), 20), 100),
            "column_settings": Many(Part("objects/column_setting"), 20, gaps=True),
        },
        ("rows",),
        surfaces=_NOT_MODAL,
    ),
    "blocks/data_table": Shape(
        _PAGE + "data-table-block",
        {
            "caption": String(least=1),
            "rows": Many(Many(one(*_CELLS, "cells/action"), 20), 201, 2),
            "page_size": Number(1, 100),
            "row_header_column_index": Number(0, 19),
        },
        ("caption", "rows"),
        surfaces=_NOT_MODAL,
        chosen={
            "rows": "an older page says 101; the newer one, 200 rows and the header, is taken",
            "row_header_column_index": "the last of the 20 columns that may be",
            "caption": "Slack names no minimum; an empty caption says nothing",
        },
    ),
    "blocks/data_visualization": Shape(
        _PAGE + "data-visualization-block",
        {
            "title": String(50, 1),
            "chart": one("charts/pie", "charts/bar", "charts/area", "charts/line"),
        },
        ("title", "chart"),
        surfaces=_NOT_MODAL,
    ),
    "blocks/alert": Shape(
        _PAGE + "alert-block",
        {
            "text": Text(200),
            "level": String(choices=("default", "info", "warning", "error", "success")),
        },
        ("text",),
        surfaces=frozenset({"modal"}),
    ),
    "blocks/card": Shape(
        _PAGE + "card-block",
        {
            "title": Text(150),
            "subtitle": Text(150),
            "body": Text(200),
            "subtext": Text(200),
            "hero_image": _IMAGE,
            "icon": _IMAGE,
            "slack_icon": one("icons/icon"),
            "actions": Many(one("elements/button"), 3),
        },
        one_of=(("hero_image", "title", "actions", "body"),),
        not_both=(("icon", "slack_icon"),),
    ),
    "blocks/carousel": Shape(
        _PAGE + "carousel-block",
        {"elements": Many(one("blocks/card", placed=True), 10)},
        ("elements",),
        surfaces=_NOT_MODAL,
    ),
    "blocks/container": Shape(
        _PAGE + "container-block",
        {
            "title": Text(150, PLAIN),
            "rich_text_title": RICH_TEXT,
            "subtitle": Text(150),
            "icon": _IMAGE,
            "child_blocks": Many(
                one(
                    *("blocks/actions", "blocks/context", "blocks/divider", "blocks/file"),
                    *("blocks/header", "blocks/image", "blocks/input", "blocks/rich_text"),
                    *("blocks/section", "blocks/table", "blocks/video"),
                    placed=True,
                ),
                10,
            ),
            "width": String(choices=("narrow", "standard", "wide", "full")),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        ("child_blocks",),
        (("title", "rich_text_title"),),
        surfaces=_NOT_MODAL,
    ),
    "blocks/context_actions": Shape(
        _PAGE + "context-actions-block",
        {"elements": Many(one("elements/feedback_buttons", "elements/icon_button"), 5)},
        ("elements",),
        surfaces=_MESSAGE,
    ),
    "blocks/task_card": Shape(
        _TASK_PAGE,
        {**_TASK, "status": String(choices=_STATES)},
        ("task_id", "title", "status"),
        surfaces=_MESSAGE,
        chosen={"icon": "Slack does not say what an icon consists of: any object is taken"},
    ),
    "blocks/plan": Shape(
        _PAGE + "plan-block",
        {"title": String(least=1), "tasks": Many(Part("objects/task"), 50)},
        ("title", "tasks"),
        surfaces=_MESSAGE,
    ),
    "objects/task": Shape(
        _PAGE + "plan-block",
        {**_TASK, "type": String(choices=("task_card",)), "status": String(choices=_STATES)},
        ("task_id", "title", "status"),
        chosen={"type": "the page says without a type, slack_sdk sends one: both are taken"},
    ),
    "blocks/file": Shape(
        _PAGE + "file-block",
        {"external_id": String(least=1), "source": String(choices=("remote",))},
        ("external_id", "source"),
        surfaces=_MESSAGE,
    ),
    "blocks/call": Shape(
        "apis/web-api/using-the-calls-api",
        {"call_id": String(least=1), "api_decoration_available": Flag(), "call": Object()},
        ("call_id",),
        surfaces=_MESSAGE,
        chosen={"call": "Slack adds it when the message is read: any object is taken"},
    ),
    "blocks/auth_provider": Shape(
        _PAGE + "auth-provider-block",
        {
            "value": String(150, 1),
            "name": Text(75, PLAIN),
            "is_connected": Flag(),
            "description": Text(150, PLAIN),
            "icon_url": _HTTPS,
            "auth_url": _HTTPS,
            "disconnect_url": _HTTPS,
            "connected_identity": Text(75, PLAIN),
            "connected_context": Text(75, PLAIN),
            "accessory": one("elements/overflow"),
            "fallback": Many(
                one(
                    *("blocks/section", "blocks/header", "blocks/divider", "blocks/context"),
                    *("blocks/actions", "blocks/image", "blocks/rich_text"),
                ),
                50,
            ),
        },
        ("value", "name", "is_connected"),
        chosen={
            "": "read in slack_sdk 3.47; the page names no surfaces: it may stand anywhere",
            "fallback": "which blocks is not said: those of every client, as many as a message has",
        },
    ),
}
"""Blocks by row. Every one may also have a `block_id`."""
