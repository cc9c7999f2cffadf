"""Slack's documented limits, as one table: what each block, element and object may hold.

Checked against https://docs.slack.dev on 2026-09-14. `PAGES` + a row's `page` is its source. Where
two of Slack's pages differ, the table keeps the stricter number: a message must be right for both.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.local.workspace.blockkit.shapes import (
    Flag,
    Many,
    Number,
    One,
    Part,
    Shape,
    String,
    Text,
)

PAGES = "https://docs.slack.dev/reference/block-kit/"

BLOCKS_IN = {"message": 50, "modal": 100, "home": 100}
TEXT_POSTED = 40_000
TEXT_EDITED = 4_000
TEXT_EPHEMERAL = 4_000
ATTACHMENTS = 100
MARKDOWN_TOTAL = 12_000
TABLE_CHARACTERS = 10_000
"""In one table and over the message. The page of data_table says 20,000; see the first lines."""
TABLES = 1
CHARTS = 2
VIEW_BYTES = 250_000
METADATA_BYTES = 8_000
"""Chosen: Slack has a limit (`metadata_too_large`) but does not say which."""

PLAIN = ("plain_text",)
MRKDWN = ("mrkdwn",)
URL = String(3000, 1)
_MESSAGE = frozenset({"message"})
_NOT_MODAL = frozenset({"message", "home"})

_SELECTS = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_PICKERS = ("datepicker", "timepicker")
_CHOICES = ("checkboxes", "radio_buttons")
_ON_MESSAGES = ("button", "overflow", "workflow_button", *_SELECTS, *_PICKERS, *_CHOICES)
_INPUTS = (
    *("plain_text_input", "number_input", "email_text_input", "url_text_input"),
    *("rich_text_input", "file_input", "datetimepicker", *_SELECTS, *_PICKERS, *_CHOICES),
)
ACCESSORIES = One(frozenset({*_ON_MESSAGES, "image"}))
ACTIONS = One(frozenset({*_ON_MESSAGES, "datetimepicker"}))
INPUTS = One(frozenset(_INPUTS))
_RICH = One(
    frozenset({"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"})
)
RICH_BLOCK = One(frozenset({"rich_text"}))
_CELLS = One(frozenset({"raw_text", "raw_number", "rich_text"}))
_IMAGE = One(frozenset({"image"}))
_CHILDREN = frozenset({"actions", "context", "divider", "file", "header", "image", "input"}) | {
    *("rich_text", "section", "table", "video")
}

BLOCKS: Mapping[str, Shape] = {
    "section": Shape(
        "blocks/section-block",
        {
            "text": Text(3000),
            "fields": Many(Text(2000), 10),
            "accessory": ACCESSORIES,
            "expand": Flag(),
        },
        one_of=(("text", "fields"),),
    ),
    "header": Shape("blocks/header-block", {"text": Text(150, PLAIN)}, ("text",)),
    "divider": Shape("blocks/divider-block"),
    "context": Shape(
        "blocks/context-block",
        {"elements": Many(One(frozenset({"image", "plain_text", "mrkdwn"})), 10)},
        ("elements",),
    ),
    "actions": Shape("blocks/actions-block", {"elements": Many(ACTIONS, 25)}, ("elements",)),
    "image": Shape(
        "blocks/image-block",
        {
            "image_url": URL,
            "slack_file": Part("slack_file"),
            "alt_text": String(2000, 1),
            "title": Text(2000, PLAIN),
        },
        ("alt_text",),
        (("image_url", "slack_file"),),
    ),
    "video": Shape(
        "blocks/video-block",
        {
            "alt_text": String(),
            "author_name": String(50),
            "description": Text(200, PLAIN),
            "provider_icon_url": String(),
            "provider_name": String(),
            "title": Text(200, PLAIN),
            "title_url": String(),
            "thumbnail_url": String(),
            "video_url": String(),
        },
        ("alt_text", "title", "thumbnail_url", "video_url"),
    ),
    "input": Shape(
        "blocks/input-block",
        {
            "label": Text(2000, PLAIN),
            "element": INPUTS,
            "dispatch_action": Flag(),
            "hint": Text(2000, PLAIN),
            "optional": Flag(),
        },
        ("label", "element"),
    ),
    "rich_text": Shape("blocks/rich-text-block", {"elements": Many(_RICH)}, ("elements",)),
    "markdown": Shape(
        "blocks/markdown-block", {"text": String(12_000, 1)}, ("text",), surfaces=_MESSAGE
    ),
    "table": Shape(
        "blocks/table-block",
        {
            "rows": Many(Many(_CELLS, 20), 100),
            "column_settings": Many(Part("column_setting"), 20, gaps=True),
        },
        ("rows",),
        surfaces=_NOT_MODAL,
    ),
    "data_table": Shape(
        "blocks/data-table-block",
        {
            "caption": String(least=1),
            "rows": Many(Many(_CELLS, 20), 101, 2),  # the header and 100; a newer page says 200
            "page_size": Number(1, 100),
            "row_header_column_index": Number(0, 19),
        },
        ("caption", "rows"),
        surfaces=_NOT_MODAL,
    ),
    "data_visualization": Shape(
        "blocks/data-visualization-block",
        {"title": String(50, 1), "chart": One(frozenset({"pie", "bar", "area", "line"}))},
        ("title", "chart"),
        surfaces=_NOT_MODAL,
    ),
    "alert": Shape(
        "blocks/alert-block",
        {
            "text": Text(200),
            "level": String(choices=("default", "info", "warning", "error", "success")),
        },
        ("text",),
        surfaces=frozenset({"modal"}),
    ),
    "card": Shape(
        "blocks/card-block",
        {
            "title": Text(150),
            "subtitle": Text(150),
            "body": Text(200),
            "subtext": Text(200),
            "hero_image": _IMAGE,
            "icon": _IMAGE,
            "actions": Many(One(frozenset({"button"})), 3),
        },
        one_of=(("hero_image", "title", "actions", "body"),),
    ),
    "carousel": Shape(
        "blocks/carousel-block",
        {"elements": Many(One(frozenset({"card"})), 10)},
        ("elements",),
        surfaces=_NOT_MODAL,
    ),
    "container": Shape(
        "blocks/container-block",
        {
            "title": Text(150, PLAIN),
            "rich_text_title": RICH_BLOCK,
            "subtitle": Text(150),
            "icon": _IMAGE,
            "child_blocks": Many(One(_CHILDREN), 10),
            "width": String(choices=("narrow", "standard", "wide", "full")),
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        ("child_blocks",),
        (("title", "rich_text_title"),),
    ),
    "context_actions": Shape(
        "blocks/context-actions-block",
        {"elements": Many(One(frozenset({"feedback_buttons", "icon_button"})), 5)},
        ("elements",),
        surfaces=_MESSAGE,
    ),
    "file": Shape(
        "blocks/file-block",
        {"external_id": String(least=1), "source": String(choices=("remote",))},
        ("external_id", "source"),
        surfaces=_MESSAGE,
    ),
}
"""Blocks by type. Every one may also have a `block_id`."""

ID = String(255, 1)
"""`block_id` and `action_id`."""
