"""The table of Block Kit: elements, what people press, choose and type in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.local.workspace.blockkit.blocks import PLAIN, RICH_TEXT
from bot.local.workspace.blockkit.shapes import (
    Flag,
    Many,
    Number,
    Part,
    Shape,
    Spec,
    String,
    Surface,
    Text,
)

_PAGE = "reference/block-kit/block-elements/"
_LIST = "reference/block-kit/block-elements"
_MODAL: frozenset[Surface] = frozenset({"modal"})

_CONFIRM: dict[str, Spec] = {"confirm": Part("objects/confirm")}
_FOCUS: dict[str, Spec] = {"focus_on_load": Flag()}
_SELECT: dict[str, Spec] = _CONFIRM | _FOCUS | {"placeholder": Text(150, PLAIN)}
_MULTI: dict[str, Spec] = _SELECT | {"max_selected_items": Number(1)}
_OPTIONS: dict[str, Spec] = {
    "options": Many(Part("objects/option"), 100),
    "option_groups": Many(Part("objects/option_group"), 100),
}
_ONE_OPTION: dict[str, Spec] = {"initial_option": Part("objects/option")}
_MORE_OPTIONS: dict[str, Spec] = {"initial_options": Many(Part("objects/option"))}
_FILTER: dict[str, Spec] = {
    "filter": Part("objects/filter"),
    "default_to_current_conversation": Flag(),
}
_TYPED: dict[str, Spec] = _FOCUS | {
    "placeholder": Text(150, PLAIN),
    "initial_value": String(),
    "dispatch_action_config": Part("objects/dispatch_action_config"),
}
_STYLE = String(choices=("primary", "danger"))
_LABEL = String(75)
_MULTI_PAGE = _PAGE + "multi-select-menu-element"
_SELECT_PAGE = _PAGE + "select-menu-element"
_BOTH_OPTIONS = (("options", "option_groups"),)
_INITIAL = {"initial_options": "an empty list is not documented, and reported to be refused"}
_SURFACES = {"": f"surfaces as {_LIST} lists them"}


def _ids(form: str) -> Many:
    return Many(String(form=form), least=0)


ELEMENTS: Mapping[str, Shape] = {
    "elements/button": Shape(
        _PAGE + "button-element",
        _CONFIRM
        | {
            "text": Text(75, PLAIN),
            "url": String(3000, form="url"),
            "value": String(2000),
            "style": _STYLE,
            "accessibility_label": _LABEL,
            "agent_prompt": String(4000),
            "agent_prompt_display": String(),
            "visible_to_user_ids": _ids("user"),
        },
        ("text",),
        chosen={"agent_prompt": "the number is that of slack_sdk 3.47"},
    ),
    "elements/overflow": Shape(
        _PAGE + "overflow-menu-element",
        _CONFIRM | {"options": Many(Part("objects/overflow_option"), 5)},
        ("options",),
    ),
    "elements/checkboxes": Shape(
        _PAGE + "checkboxes-element",
        _CONFIRM
        | _FOCUS
        | {
            "options": Many(Part("objects/marked_option"), 10),
            "initial_options": Many(Part("objects/marked_option")),
        },
        ("options",),
        chosen=_INITIAL,
    ),
    "elements/radio_buttons": Shape(
        _PAGE + "radio-button-group-element",
        _CONFIRM
        | _FOCUS
        | {
            "options": Many(Part("objects/marked_option"), 10),
            "initial_option": Part("objects/marked_option"),
        },
        ("options",),
    ),
    "elements/static_select": Shape(
        _SELECT_PAGE,
        _SELECT | _OPTIONS | _ONE_OPTION,
        one_of=_BOTH_OPTIONS,
        not_both=_BOTH_OPTIONS,
    ),
    "elements/multi_static_select": Shape(
        _MULTI_PAGE,
        _MULTI | _OPTIONS | _MORE_OPTIONS,
        one_of=_BOTH_OPTIONS,
        not_both=_BOTH_OPTIONS,
        chosen=_INITIAL,
    ),
    "elements/external_select": Shape(
        _SELECT_PAGE, _SELECT | _ONE_OPTION | {"min_query_length": Number(0)}
    ),
    "elements/multi_external_select": Shape(
        _MULTI_PAGE, _MULTI | _MORE_OPTIONS | {"min_query_length": Number(0)}, chosen=_INITIAL
    ),
    "elements/users_select": Shape(_SELECT_PAGE, _SELECT | {"initial_user": String(form="user")}),
    "elements/multi_users_select": Shape(_MULTI_PAGE, _MULTI | {"initial_users": _ids("user")}),
    "elements/conversations_select": Shape(
        _SELECT_PAGE,
        _SELECT
        | _FILTER
        | {"initial_conversation": String(form="conversation"), "response_url_enabled": Flag()},
    ),
    "elements/multi_conversations_select": Shape(
        _MULTI_PAGE, _MULTI | _FILTER | {"initial_conversations": _ids("conversation")}
    ),
    "elements/channels_select": Shape(
        _SELECT_PAGE,
        _SELECT | {"initial_channel": String(form="channel"), "response_url_enabled": Flag()},
    ),
    "elements/multi_channels_select": Shape(
        _MULTI_PAGE, _MULTI | {"initial_channels": _ids("channel")}
    ),
    "elements/datepicker": Shape(
        _PAGE + "date-picker-element", _SELECT | {"initial_date": String(form="date")}
    ),
    "elements/timepicker": Shape(
        _PAGE + "time-picker-element",
        _SELECT | {"initial_time": String(form="time"), "timezone": String(form="zone")},
    ),
    "elements/datetimepicker": Shape(
        _PAGE + "datetime-picker-element",
        _CONFIRM | _FOCUS | {"initial_date_time": Number(1_000_000_000, 9_999_999_999)},
        surfaces=frozenset({"message", "modal"}),
        chosen=_SURFACES,
    ),
    "elements/plain_text_input": Shape(
        _PAGE + "plain-text-input-element",
        _TYPED
        | {
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
            "initial_value": String(3000),
        },
        chosen={"initial_value": "a person could not type more"},
    ),
    "elements/number_input": Shape(
        _PAGE + "number-input-element",
        _TYPED
        | {
            "is_decimal_allowed": Flag(),
            "initial_value": String(form="number"),
            "min_value": String(form="number"),
            "max_value": String(form="number"),
        },
        ("is_decimal_allowed",),
        surfaces=_MODAL,
        chosen=_SURFACES,
    ),
    "elements/email_text_input": Shape(
        _PAGE + "email-input-element", _TYPED, surfaces=_MODAL, chosen=_SURFACES
    ),
    "elements/url_text_input": Shape(
        _PAGE + "url-input-element", _TYPED, surfaces=_MODAL, chosen=_SURFACES
    ),
    "elements/rich_text_input": Shape(
        _PAGE + "rich-text-input-element",
        _TYPED
        | {
            "initial_value": RICH_TEXT,
            "min_lines": Number(1, 100),
            "max_lines": Number(1, 100),
        },
    ),
    "elements/file_input": Shape(
        _PAGE + "file-input-element",
        {"filetypes": Many(String(least=1)), "max_files": Number(1, 10)},
        surfaces=_MODAL,
        chosen=_SURFACES,
    ),
    "elements/workflow_button": Shape(
        _PAGE + "workflow-button-element",
        _CONFIRM
        | {
            "text": Text(75, PLAIN),
            "workflow": Part("objects/workflow"),
            "style": _STYLE,
            "accessibility_label": _LABEL,
        },
        ("text", "workflow", "action_id"),
        chosen={"confirm": "the page does not list it, @slack/types does"},
    ),
    "elements/icon_button": Shape(
        _PAGE + "icon-button-element",
        _CONFIRM
        | {
            "icon": String(choices=("trash",)),
            "text": Text(75, PLAIN),
            "value": String(2000),
            "accessibility_label": _LABEL,
            "visible_to_user_ids": Many(String(form="user"), 10, least=0),
        },
        ("icon", "text"),
        chosen={
            "text": "the page names no length; that of a button is taken",
            "visible_to_user_ids": "the page names no number; slackblocks, which asked Slack, has it",
        },
    ),
    "elements/feedback_buttons": Shape(
        _PAGE + "feedback-buttons-element",
        {
            "positive_button": Part("objects/feedback"),
            "negative_button": Part("objects/feedback"),
        },
        ("positive_button", "negative_button"),
    ),
    "elements/image": Shape(
        _PAGE + "image-element",
        {
            "image_url": String(3000, form="web"),
            "slack_file": Part("objects/slack_file"),
            "alt_text": String(2000, 1),
        },
        ("alt_text",),
        (("image_url", "slack_file"),),
        (("image_url", "slack_file"),),
        chosen={"alt_text": "Slack names no minimum; an empty description describes nothing"},
    ),
    "elements/url": Shape(
        _PAGE + "url-source-element",
        {"url": String(3000, form="url"), "text": String(least=1)},
        ("url", "text"),
        chosen={"url": "Slack names no length; that of other addresses is taken"},
    ),
}
"""Elements by row. Every one but images and sources may also have an `action_id`."""

PASSIVE = frozenset({"elements/image", "elements/url"})
"""Elements that nobody can act on."""
