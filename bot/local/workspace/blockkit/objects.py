"""The rest of the table of limits: rich text, cells, charts, options, attachments and views."""

from __future__ import annotations

from collections.abc import Mapping

from bot.local.workspace.blockkit.blocks import BLOCKS, PLAIN
from bot.local.workspace.blockkit.shapes import (
    Anything,
    Flag,
    Many,
    Number,
    One,
    Part,
    Shape,
    Spec,
    String,
    Text,
)

_RICH_PAGE = "blocks/rich-text-block"
_CHART_PAGE = "blocks/data-visualization-block"
_OBJECT = "composition-objects/"
_STYLE: dict[str, Spec] = {"style": Part("style")}
_INLINE = One(
    frozenset(
        {"text", "link", "emoji", "user", "channel", "usergroup"}
        | {"team", "date", "broadcast", "color"}
    )
)
_LINES: dict[str, Spec] = {"elements": Many(_INLINE, least=0), "border": Number(0, 1)}

RICH: Mapping[str, Shape] = {
    "rich_text_section": Shape(_RICH_PAGE, {"elements": Many(_INLINE, least=0)}, ("elements",)),
    "rich_text_list": Shape(
        _RICH_PAGE,
        {
            "elements": Many(One(frozenset({"rich_text_section"}))),
            "style": String(choices=("bullet", "ordered")),
            "indent": Number(0, 8),
            "offset": Number(0),
            "border": Number(0, 1),
        },
        ("elements", "style"),
    ),
    "rich_text_preformatted": Shape(_RICH_PAGE, _LINES | {"language": String()}, ("elements",)),
    "rich_text_quote": Shape(_RICH_PAGE, _LINES, ("elements",)),
    "text": Shape(_RICH_PAGE, _STYLE | {"text": String(least=1)}, ("text",)),
    "link": Shape(
        _RICH_PAGE,
        _STYLE | {"url": String(least=1), "text": String(), "unsafe": Flag()},
        ("url",),
    ),
    "emoji": Shape(
        _RICH_PAGE,
        _STYLE | {"name": String(least=1), "unicode": String(), "skin_tone": Number(1, 6)},
        ("name",),
    ),
    "user": Shape(_RICH_PAGE, _STYLE | {"user_id": String(least=1)}, ("user_id",)),
    "channel": Shape(_RICH_PAGE, _STYLE | {"channel_id": String(least=1)}, ("channel_id",)),
    "usergroup": Shape(_RICH_PAGE, _STYLE | {"usergroup_id": String(least=1)}, ("usergroup_id",)),
    "team": Shape(_RICH_PAGE, _STYLE | {"team_id": String(least=1)}, ("team_id",)),
    "date": Shape(
        _RICH_PAGE,
        _STYLE
        | {
            "timestamp": Number(0),
            "format": String(least=1),
            "url": String(),
            "fallback": String(),
        },
        ("timestamp", "format"),
    ),
    "broadcast": Shape(
        _RICH_PAGE,
        _STYLE | {"range": String(choices=("here", "channel", "everyone"))},
        ("range",),
    ),
    "color": Shape(_RICH_PAGE, _STYLE | {"value": String(least=1)}, ("value",)),
}
"""Parts of a rich_text block, by type."""

CELLS: Mapping[str, Shape] = {
    "raw_text": Shape("blocks/table-block", {"text": String(least=1)}, ("text",)),
    "raw_number": Shape(
        "blocks/data-table-block",
        {"value": Number(whole=False), "text": String(least=1)},
        ("value", "text"),
    ),
}
"""Cells of a table other than rich_text, by type."""

_AXES: dict[str, Spec] = {"series": Many(Part("series"), 12), "axis_config": Part("axes")}

CHARTS: Mapping[str, Shape] = {
    "pie": Shape(_CHART_PAGE, {"segments": Many(Part("segment"), 12)}, ("segments",)),
    **{
        kind: Shape(_CHART_PAGE, _AXES, ("series", "axis_config"))
        for kind in ("bar", "area", "line")
    },
}
"""Charts, by type."""

PARTS: Mapping[str, Shape] = {
    "style": Shape(
        _RICH_PAGE,
        {
            name: Flag()
            for name in (
                *("bold", "italic", "strike", "code", "underline"),
                *("highlight", "client_highlight", "unlink"),
            )
        },
    ),
    "segment": Shape(
        _CHART_PAGE, {"label": String(20, 1), "value": Number(whole=False)}, ("label", "value")
    ),
    "series": Shape(
        _CHART_PAGE, {"name": String(20, 1), "data": Many(Part("segment"), 20)}, ("name", "data")
    ),
    "axes": Shape(
        _CHART_PAGE,
        {
            "categories": Many(String(20, 1), 20),
            "x_label": String(50),
            "y_label": String(50),
        },
        ("categories",),
    ),
    "column_setting": Shape(
        "blocks/table-block",
        {"align": String(choices=("left", "center", "right")), "is_wrapped": Flag()},
    ),
    "option": Shape(
        _OBJECT + "option-object",
        {"text": Text(75, PLAIN), "value": String(150, 1), "description": Text(75, PLAIN)},
        ("text", "value"),
    ),
    "marked_option": Shape(
        _OBJECT + "option-object",
        {"text": Text(75), "value": String(150, 1), "description": Text(75)},
        ("text", "value"),
    ),
    "overflow_option": Shape(
        _OBJECT + "option-object",
        {
            "text": Text(75, PLAIN),
            "value": String(150, 1),
            "description": Text(75, PLAIN),
            "url": String(3000, 1),
        },
        ("text", "value"),
    ),
    "option_group": Shape(
        _OBJECT + "option-group-object",
        {"label": Text(75, PLAIN), "options": Many(Part("option"), 100)},
        ("label", "options"),
    ),
    "confirm": Shape(
        _OBJECT + "confirmation-dialog-object",
        {
            "title": Text(100, PLAIN),
            "text": Text(300),
            "confirm": Text(30, PLAIN),
            "deny": Text(30, PLAIN),
            "style": String(choices=("primary", "danger")),
        },
        ("title", "text", "confirm", "deny"),
    ),
    "feedback": Shape(
        "block-elements/feedback-buttons-element",
        {"text": Text(75, PLAIN), "value": String(2000), "accessibility_label": String(75)},
        ("text", "value"),
    ),
    "slack_file": Shape(
        _OBJECT + "slack-file-object",
        {"id": String(), "url": String()},
        one_of=(("id", "url"),),
    ),
    "attachment": Shape(
        "../../legacy/legacy-messaging/legacy-secondary-message-attachments",
        {
            "color": String(matches=r"good|warning|danger|#?[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3})?"),
            "fallback": String(),
            "blocks": Many(One(frozenset(BLOCKS)), 50),
            "callback_id": String(255),
            "fields": Many(Part("attachment_field")),
            "footer": String(300),
            "mrkdwn_in": Many(String(choices=("pretext", "text", "fields")), least=0),
            "ts": Anything(),
            **{
                name: String()
                for name in (
                    *("author_name", "author_link", "author_icon", "footer_icon", "image_url"),
                    *("pretext", "text", "thumb_url", "title", "title_link"),
                )
            },
        },
    ),
    "attachment_field": Shape(
        "../../legacy/legacy-messaging/legacy-secondary-message-attachments",
        {"title": String(), "value": String(), "short": Flag()},
    ),
    "view": Shape(
        "../views/modal-views",
        {
            "type": String(choices=("modal",)),
            "title": Text(24, PLAIN),
            "submit": Text(24, PLAIN),
            "close": Text(24, PLAIN),
            "blocks": Many(One(frozenset(BLOCKS)), 100),
            "private_metadata": String(3000),
            "callback_id": String(255),
            "external_id": String(255),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
            "submit_disabled": Flag(),
        },
        ("type", "title", "blocks"),
    ),
}
"""Objects that have no type, by the name that other rows call them."""
