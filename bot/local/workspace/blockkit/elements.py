"""The table of limits: what people press, choose and type in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.local.workspace.blockkit.blocks import PLAIN, RICH_BLOCK, URL
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
)

_CONFIRM: dict[str, Spec] = {"confirm": Part("confirm")}
_FOCUS: dict[str, Spec] = {"focus_on_load": Flag()}
_SELECT: dict[str, Spec] = _CONFIRM | _FOCUS | {"placeholder": Text(150, PLAIN)}
_MULTI: dict[str, Spec] = _SELECT | {"max_selected_items": Number(1)}
_OPTIONS: dict[str, Spec] = {
    "options": Many(Part("option"), 100),
    "option_groups": Many(Part("option_group"), 100),
}
_ONE_OPTION: dict[str, Spec] = {"initial_option": Part("option")}
_MORE_OPTIONS: dict[str, Spec] = {"initial_options": Many(Part("option"), 100)}
_FILTER: dict[str, Spec] = {"filter": Anything(), "default_to_current_conversation": Flag()}
_TYPED: dict[str, Spec] = _FOCUS | {
    "placeholder": Text(150, PLAIN),
    "initial_value": String(),
    "dispatch_action_config": Anything(),
}
_ELEMENT = "block-elements/"
_MULTI_PAGE = _ELEMENT + "multi-select-menu-element"
_SELECT_PAGE = _ELEMENT + "select-menu-element"
_EITHER_OPTIONS = (("options", "option_groups"),)

ELEMENTS: Mapping[str, Shape] = {
    "button": Shape(
        _ELEMENT + "button-element",
        _CONFIRM
        | {
            "text": Text(75, PLAIN),
            "url": URL,
            "value": String(2000),
            "style": String(choices=("primary", "danger")),
            "accessibility_label": String(75),
            "visible_to_user_ids": Many(String()),
        },
        ("text", "action_id"),  # Slack would make an id up; no listener could name it
    ),
    "overflow": Shape(
        _ELEMENT + "overflow-menu-element",
        _CONFIRM | {"options": Many(Part("overflow_option"), 5)},
        ("options", "action_id"),
    ),
    "checkboxes": Shape(
        _ELEMENT + "checkboxes-element",
        _CONFIRM
        | _FOCUS
        | {
            "options": Many(Part("marked_option"), 10),
            "initial_options": Many(Part("marked_option"), 10),
        },
        ("options", "action_id"),
    ),
    "radio_buttons": Shape(
        _ELEMENT + "radio-button-group-element",
        _CONFIRM
        | _FOCUS
        | {
            "options": Many(Part("marked_option"), 10),
            "initial_option": Part("marked_option"),
        },
        ("options", "action_id"),
    ),
    "static_select": Shape(
        _SELECT_PAGE, _SELECT | _OPTIONS | _ONE_OPTION, ("action_id",), _EITHER_OPTIONS
    ),
    "multi_static_select": Shape(
        _MULTI_PAGE, _MULTI | _OPTIONS | _MORE_OPTIONS, ("action_id",), _EITHER_OPTIONS
    ),
    "external_select": Shape(
        _SELECT_PAGE, _SELECT | _ONE_OPTION | {"min_query_length": Number(0)}, ("action_id",)
    ),
    "multi_external_select": Shape(
        _MULTI_PAGE, _MULTI | _MORE_OPTIONS | {"min_query_length": Number(0)}, ("action_id",)
    ),
    "users_select": Shape(_SELECT_PAGE, _SELECT | {"initial_user": String()}, ("action_id",)),
    "multi_users_select": Shape(
        _MULTI_PAGE, _MULTI | {"initial_users": Many(String())}, ("action_id",)
    ),
    "conversations_select": Shape(
        _SELECT_PAGE,
        _SELECT | _FILTER | {"initial_conversation": String(), "response_url_enabled": Flag()},
        ("action_id",),
    ),
    "multi_conversations_select": Shape(
        _MULTI_PAGE, _MULTI | _FILTER | {"initial_conversations": Many(String())}, ("action_id",)
    ),
    "channels_select": Shape(
        _SELECT_PAGE,
        _SELECT | {"initial_channel": String(), "response_url_enabled": Flag()},
        ("action_id",),
    ),
    "multi_channels_select": Shape(
        _MULTI_PAGE, _MULTI | {"initial_channels": Many(String())}, ("action_id",)
    ),
    "datepicker": Shape(
        _ELEMENT + "date-picker-element",
        _SELECT | {"initial_date": String(matches=r"\d{4}-\d{2}-\d{2}")},
        ("action_id",),
    ),
    "timepicker": Shape(
        _ELEMENT + "time-picker-element",
        _SELECT | {"initial_time": String(matches=r"\d{2}:\d{2}"), "timezone": String()},
        ("action_id",),
    ),
    "datetimepicker": Shape(
        _ELEMENT + "datetime-picker-element",
        _CONFIRM | _FOCUS | {"initial_date_time": Number(1_000_000_000, 9_999_999_999)},
        ("action_id",),
    ),
    "plain_text_input": Shape(
        _ELEMENT + "plain-text-input-element",
        _TYPED
        | {
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
        ("action_id",),
    ),
    "number_input": Shape(
        _ELEMENT + "number-input-element",
        _TYPED | {"is_decimal_allowed": Flag(), "min_value": String(), "max_value": String()},
        ("action_id", "is_decimal_allowed"),
    ),
    "email_text_input": Shape(_ELEMENT + "email-input-element", _TYPED, ("action_id",)),
    "url_text_input": Shape(_ELEMENT + "url-input-element", _TYPED, ("action_id",)),
    "rich_text_input": Shape(
        _ELEMENT + "rich-text-input-element",
        _TYPED | {"initial_value": RICH_BLOCK, "min_lines": Number(1), "max_lines": Number(1)},
        ("action_id",),
    ),
    "file_input": Shape(
        _ELEMENT + "file-input-element",
        {"filetypes": Many(String()), "max_files": Number(1, 10)},
        ("action_id",),
    ),
    "workflow_button": Shape(
        _ELEMENT + "workflow-button-element",
        {
            "text": Text(75, PLAIN),
            "workflow": Anything(),
            "style": String(choices=("primary", "danger")),
            "accessibility_label": String(75),
        },
        ("text", "workflow", "action_id"),
    ),
    "icon_button": Shape(
        _ELEMENT + "icon-button-element",
        _CONFIRM
        | {
            "icon": String(choices=("trash",)),
            "text": Text(75, PLAIN),
            "value": String(2000),
            "accessibility_label": String(75),
            "visible_to_user_ids": Many(String(), 10),
        },
        ("icon", "text", "action_id"),
    ),
    "feedback_buttons": Shape(
        _ELEMENT + "feedback-buttons-element",
        {"positive_button": Part("feedback"), "negative_button": Part("feedback")},
        ("positive_button", "negative_button", "action_id"),
    ),
}
"""What people act on, by type. Every one may also have an `action_id`."""

IMAGE_ELEMENT = Shape(
    _ELEMENT + "image-element",
    {"image_url": URL, "slack_file": Part("slack_file"), "alt_text": String(2000, 1)},
    ("alt_text",),
    (("image_url", "slack_file"),),
)
"""`image` as an element; as a block it is a row of BLOCKS."""
