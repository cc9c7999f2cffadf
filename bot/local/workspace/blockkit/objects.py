"""The table of Block Kit: composition objects, cells of tables and charts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.local.workspace.blockkit.blocks import PLAIN
from bot.local.workspace.blockkit.shapes import (
    Anything,
    Flag,
    Many,
    Number,
    Part,
    Shape,
    Spec,
    String,
    Text,
    one,
)

_PAGE = "reference/block-kit/composition-objects/"
_TABLE = "reference/block-kit/blocks/table-block"
_DATA_TABLE = "reference/block-kit/blocks/data-table-block"
_CHART = "reference/block-kit/blocks/data-visualization-block"

_ICONS = (
    "archive book bookmark bot bug calendar call caret-left caret-right check clipboard code comment"
    " compass copy cube download edit email eye-closed eye-open file flag folder gear globe heart"
    " help image info key lightbulb link map mobile new-window pin plus refine refresh rocket save"
    " screen share sparkle star star-filled tag thumbs-down thumbs-up trash upload user warning"
)
_OPTION: dict[str, Spec] = {
    "text": Text(75, PLAIN),
    "value": String(150, 1),
    "description": Text(75, PLAIN),
}
_VALUE = {"value": "Slack names no minimum; an empty value tells nothing"}
_AXES: dict[str, Spec] = {
    "series": Many(Part("objects/series"), 12),
    "axis_config": Part("objects/axes"),
}

OBJECTS: Mapping[str, Shape] = {
    "objects/plain_text": Shape(
        _PAGE + "text-object", {"text": String(3000, 1), "emoji": Flag()}, ("text",)
    ),
    "objects/mrkdwn": Shape(
        _PAGE + "text-object", {"text": String(3000, 1), "verbatim": Flag()}, ("text",)
    ),
    "objects/option": Shape(_PAGE + "option-object", _OPTION, ("text", "value"), chosen=_VALUE),
    "objects/marked_option": Shape(
        _PAGE + "option-object",
        _OPTION | {"text": Text(75), "description": Text(75)},
        ("text", "value"),
        chosen=_VALUE,
    ),
    "objects/overflow_option": Shape(
        _PAGE + "option-object",
        _OPTION | {"url": String(3000, form="url")},
        ("text", "value"),
        chosen=_VALUE,
    ),
    "objects/option_group": Shape(
        _PAGE + "option-group-object",
        {"label": Text(75, PLAIN), "options": Many(Part("objects/option"), 100)},
        ("label", "options"),
    ),
    "objects/confirm": Shape(
        _PAGE + "confirmation-dialog-object",
        {
            "title": Text(100, PLAIN),
            "text": Text(300),
            "confirm": Text(30, PLAIN),
            "deny": Text(30, PLAIN),
            "style": String(choices=("primary", "danger")),
        },
        ("title", "text", "confirm", "deny"),
        chosen={"text": "the page says plain_text, slack_sdk and @slack/types also mrkdwn"},
    ),
    "objects/filter": Shape(
        _PAGE + "conversation-filter-object",
        {
            "include": Many(String(choices=("im", "mpim", "private", "public")), 4),
            "exclude_external_shared_channels": Flag(),
            "exclude_bot_users": Flag(),
        },
        one_of=(("include", "exclude_external_shared_channels", "exclude_bot_users"),),
        chosen={"include": "at most once each of the four there are"},
    ),
    "objects/dispatch_action_config": Shape(
        _PAGE + "dispatch-action-configuration-object",
        {
            "trigger_actions_on": Many(
                String(choices=("on_enter_pressed", "on_character_entered")), 2
            )
        },
    ),
    "objects/feedback": Shape(
        "reference/block-kit/block-elements/feedback-buttons-element",
        {"text": Text(75, PLAIN), "value": String(2000), "accessibility_label": String(75)},
        ("text", "value"),
    ),
    "objects/slack_file": Shape(
        _PAGE + "slack-file-object",
        {"id": String(least=1), "url": String(form="web")},
        one_of=(("id", "url"),),
        not_both=(("id", "url"),),
    ),
    "icons/icon": Shape(
        _PAGE + "slack-icon-object", {"name": String(choices=tuple(_ICONS.split()))}, ("name",)
    ),
    "objects/workflow": Shape(
        _PAGE + "workflow-object", {"trigger": Part("objects/trigger")}, ("trigger",)
    ),
    "objects/trigger": Shape(
        _PAGE + "trigger-object",
        {
            "url": String(form="web"),
            "customizable_input_parameters": Many(Part("objects/input_parameter"), least=0),
        },
        ("url",),
    ),
    "objects/input_parameter": Shape(
        _PAGE + "trigger-object",
        {
            "name": String(least=1),
            "value": Anything(),
        },
        ("name", "value"),
        chosen={"value": "of the type that the workflow wants, which nobody here knows"},
    ),
    "objects/column_setting": Shape(
        _TABLE,
        {"align": String(choices=("left", "center", "right")), "is_wrapped": Flag()},
    ),
    "cells/raw_text": Shape(_TABLE, {"text": String(least=1)}, ("text",)),
    "cells/raw_number": Shape(
        _DATA_TABLE,
        {"value": Number(whole=False), "text": String(least=1)},
        ("value", "text"),
    ),
    "cells/action": Shape(
        _DATA_TABLE,
        {
            "element": one("elements/button"),
            "fallback": one("cells/raw_text", "cells/raw_number"),
        },
        ("element",),
        chosen={
            "": "the newest page of buttons names data tables; fields as slack-morphism has them"
        },
    ),
    "charts/pie": Shape(_CHART, {"segments": Many(Part("objects/segment"), 12)}, ("segments",)),
    **{
        f"charts/{kind}": Shape(_CHART, _AXES, ("series", "axis_config"))
        for kind in ("bar", "area", "line")
    },
    "objects/segment": Shape(
        _CHART,
        {"label": String(20, 1), "value": Number(above=0, whole=False)},
        ("label", "value"),
    ),
    "objects/series": Shape(
        _CHART,
        {"name": String(20, 1), "data": Many(Part("objects/point"), 20)},
        ("name", "data"),
    ),
    "objects/point": Shape(
        _CHART, {"label": String(20, 1), "value": Number(whole=False)}, ("label", "value")
    ),
    "objects/axes": Shape(
        _CHART,
        {
            "categories": Many(String(20, 1), 20),
            "x_label": String(50),
            "y_label": String(50),
        },
        ("categories",),
        chosen={"categories": "as many as a series may have points"},
    ),
}
"""Composition objects, cells and charts, by row."""
