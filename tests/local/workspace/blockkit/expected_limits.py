"""Slack's limits as its pages have them, written down apart from the table, and how to reach each.

The pages were read on 2026-09-14 and again, where there was a newer copy, on 2026-11-25.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.local.workspace.blockkit.samples import (
    SAMPLES,
    button,
    mrkdwn,
    option,
    options,
    plain,
    points,
    raw,
    rich,
    sample,
    task,
)

Built = tuple[Any, str]
"""A value for a field, and where in it the limit is told: a pointer from the field on."""
Builder = Callable[[int], Built]


@dataclass(frozen=True)
class Bound:
    """What a field may hold: `1..10 items of 1..2000 characters`, and how to build as many."""

    words: str
    build: Builder
    each: Builder | None = None
    more: Callable[[int], dict[str, Any]] = lambda _: {}
    """Other fields that the value needs beside it."""


def text(count: int) -> Built:
    return plain("x" * count), "/text"


def marked(count: int) -> Built:
    return mrkdwn("x" * count), "/text"


def chars(count: int) -> Built:
    return "x" * count, ""


def address(count: int) -> Built:
    return "https://example.com/".ljust(count, "x"), ""


def number(value: int) -> Built:
    return value, ""


def many(item: Callable[[int], Any]) -> Builder:
    return lambda count: ([item(index) for index in range(count)], "")


def first(build: Builder) -> Builder:
    """A list of one item, of the size that is asked for."""

    def built(count: int) -> Built:
        value, where = build(count)
        return [value], f"/0{where}"

    return built


def _same(item: Any) -> Builder:
    return many(lambda _: item)


def _option(count: int) -> Built:
    return options(count), ""


def _group(index: int) -> dict[str, Any]:
    return {"label": plain(), "options": [option(f"v{index}")]}


def _one_of(*values: str) -> Builder:
    return many(lambda index: values[index % len(values)])


def _series(index: int) -> dict[str, Any]:
    return {"name": f"s{index}", "data": points("a")}


def _data(count: int) -> Built:
    return points(*map(str, range(count))), ""


def _rows(count: int) -> Built:
    return [[raw()] for _ in range(count)], ""


def _columns(count: int) -> Built:
    return [[raw()] * count], "/0"


def _data_columns(count: int) -> Built:
    return [[raw()] * count, [raw()] * count], "/0"


def _header_index(value: int) -> Built:
    return value, ""


_DIVIDER = {"type": "divider"}
_CARD = {"type": "card", "title": mrkdwn()}
_SOURCE = SAMPLES["elements/url"]

_HTTP = Bound("..3000 characters", address)
_NAMED = Bound("1.. characters", chars)
_PLACEHOLDER = {"placeholder": Bound("1..150 characters", text)}
_SELECTED = {"max_selected_items": Bound("number 1..", number)}
_QUERY = {"min_query_length": Bound("number 0..", number)}
_INITIAL = {"initial_options": Bound("1.. items", _option)}
_OPTIONS = {
    "options": Bound("1..100 items", _option),
    "option_groups": Bound("1..100 items", many(_group), more=lambda _: {"options": ...}),
}
_OPTION = {
    "text": Bound("1..75 characters", text),
    "value": Bound("1..150 characters", chars),
    "description": Bound("1..75 characters", text),
}
_LABEL = {"accessibility_label": Bound("..75 characters", chars)}
_BORDER = {"border": Bound("number 0..1", number)}
_VIEW = {
    "blocks": Bound("1..100 items", _same(_DIVIDER)),
    "private_metadata": Bound("..3000 characters", chars),
    "callback_id": Bound("..255 characters", chars),
    "external_id": Bound("..255 characters", chars),
}
_TASK = {"task_id": _NAMED, "title": _NAMED, "sources": Bound("1.. items", _same(_SOURCE))}
_CHART = {"series": Bound("1..12 items", many(_series))}

_BLOCKS = "reference/block-kit/blocks/"
_ELEMENTS = "reference/block-kit/block-elements/"
_OBJECTS = "reference/block-kit/composition-objects/"
_SELECT = _ELEMENTS + "select-menu-element"
_MULTI = _ELEMENTS + "multi-select-menu-element"
_DATA = _BLOCKS + "data-visualization-block"

EXPECTED: dict[str, tuple[str, dict[str, Bound]]] = {
    "blocks/section": (
        _BLOCKS + "section-block",
        {
            "text": Bound("1..3000 characters", marked),
            "fields": Bound("1..10 items of 1..2000 characters", _same(mrkdwn()), first(marked)),
        },
    ),
    "blocks/header": (_BLOCKS + "header-block", {"text": Bound("1..150 characters", text)}),
    "blocks/divider": (_BLOCKS + "divider-block", {}),
    "blocks/context": (
        _BLOCKS + "context-block",
        {"elements": Bound("1..10 items", _same(mrkdwn()))},
    ),
    "blocks/actions": (
        _BLOCKS + "actions-block",
        {"elements": Bound("1..25 items", many(lambda index: button(f"b{index}")))},
    ),
    "blocks/image": (
        _BLOCKS + "image-block",
        {
            "image_url": _HTTP,
            "alt_text": Bound("1..2000 characters", chars),
            "title": Bound("1..2000 characters", text),
        },
    ),
    "blocks/video": (
        _BLOCKS + "video-block",
        {
            "alt_text": Bound("..2000 characters", chars),
            "author_name": Bound("..49 characters", chars),
            "description": Bound("1..199 characters", text),
            "title": Bound("1..199 characters", text),
            **dict.fromkeys(("provider_icon_url", "thumbnail_url"), _HTTP),
            **dict.fromkeys(("title_url", "video_url"), _HTTP),
        },
    ),
    "blocks/input": (
        _BLOCKS + "input-block",
        {
            "label": Bound("1..2000 characters", text),
            "hint": Bound("1..2000 characters", text),
        },
    ),
    "blocks/rich_text": (
        _BLOCKS + "rich-text-block",
        {"elements": Bound("1.. items", _same(SAMPLES["rich_text/rich_text_section"]))},
    ),
    "blocks/markdown": (
        _BLOCKS + "markdown-block",
        {"text": Bound("1..12000 characters", chars)},
    ),
    "blocks/table": (
        _BLOCKS + "table-block",
        {
            "rows": Bound("1..100 items of 1..20 items", _rows, _columns),
            "column_settings": Bound("1..20 items", _same({"align": "left"})),
        },
    ),
    "blocks/data_table": (
        _BLOCKS + "data-table-block",
        {
            "caption": _NAMED,
            "rows": Bound("2..201 items of 1..20 items", _rows, _data_columns),
            "page_size": Bound("number 1..100", number),
            "row_header_column_index": Bound(
                "number 0..19", number, more=lambda _: {"rows": [[raw()] * 20] * 2}
            ),
        },
    ),
    "blocks/data_visualization": (_DATA, {"title": Bound("1..50 characters", chars)}),
    "blocks/alert": (_BLOCKS + "alert-block", {"text": Bound("1..200 characters", text)}),
    "blocks/card": (
        _BLOCKS + "card-block",
        {
            "title": Bound("1..150 characters", marked),
            "subtitle": Bound("1..150 characters", marked),
            "body": Bound("1..200 characters", marked),
            "subtext": Bound("1..200 characters", text),
            "actions": Bound("1..3 items", many(lambda index: button(f"b{index}"))),
        },
    ),
    "blocks/carousel": (
        _BLOCKS + "carousel-block",
        {"elements": Bound("1..10 items", _same(_CARD))},
    ),
    "blocks/container": (
        _BLOCKS + "container-block",
        {
            "title": Bound("1..150 characters", text),
            "subtitle": Bound("1..150 characters", text),
            "child_blocks": Bound("1..10 items", _same(_DIVIDER)),
        },
    ),
    "blocks/context_actions": (
        _BLOCKS + "context-actions-block",
        {"elements": Bound("1..5 items", _same(SAMPLES["elements/icon_button"]))},
    ),
    "blocks/task_card": (_BLOCKS + "task-card-block", _TASK),
    "blocks/plan": (
        _BLOCKS + "plan-block",
        {"title": _NAMED, "tasks": Bound("1..50 items", many(lambda i: task(f"t{i}")))},
    ),
    "objects/task": (_BLOCKS + "plan-block", _TASK),
    "blocks/file": (_BLOCKS + "file-block", {"external_id": _NAMED}),
    "blocks/call": ("apis/web-api/using-the-calls-api", {"call_id": _NAMED}),
    "blocks/auth_provider": (
        _BLOCKS + "auth-provider-block",
        {
            "value": Bound("1..150 characters", chars),
            "name": Bound("1..75 characters", text),
            "description": Bound("1..150 characters", text),
            "connected_identity": Bound("1..75 characters", text),
            "connected_context": Bound("1..75 characters", text),
            **dict.fromkeys(("icon_url", "auth_url", "disconnect_url"), _HTTP),
            "fallback": Bound("1..50 items", _same(_DIVIDER)),
        },
    ),
    "elements/button": (
        _ELEMENTS + "button-element",
        {
            "text": Bound("1..75 characters", text),
            "url": _HTTP,
            "value": Bound("..2000 characters", chars),
            "agent_prompt": Bound("..4000 characters", chars),
            **_LABEL,
        },
    ),
    "elements/overflow": (
        _ELEMENTS + "overflow-menu-element",
        {"options": Bound("1..5 items", _option)},
    ),
    "elements/checkboxes": (
        _ELEMENTS + "checkboxes-element",
        {"options": Bound("1..10 items", _option), **_INITIAL},
    ),
    "elements/radio_buttons": (
        _ELEMENTS + "radio-button-group-element",
        {"options": Bound("1..10 items", _option)},
    ),
    "elements/static_select": (_SELECT, _PLACEHOLDER | _OPTIONS),
    "elements/multi_static_select": (_MULTI, _PLACEHOLDER | _OPTIONS | _SELECTED | _INITIAL),
    "elements/external_select": (_SELECT, _PLACEHOLDER | _QUERY),
    "elements/multi_external_select": (_MULTI, _PLACEHOLDER | _QUERY | _SELECTED | _INITIAL),
    "elements/users_select": (_SELECT, _PLACEHOLDER),
    "elements/multi_users_select": (_MULTI, _PLACEHOLDER | _SELECTED),
    "elements/conversations_select": (_SELECT, _PLACEHOLDER),
    "elements/multi_conversations_select": (_MULTI, _PLACEHOLDER | _SELECTED),
    "elements/channels_select": (_SELECT, _PLACEHOLDER),
    "elements/multi_channels_select": (_MULTI, _PLACEHOLDER | _SELECTED),
    "elements/datepicker": (_ELEMENTS + "date-picker-element", _PLACEHOLDER),
    "elements/timepicker": (_ELEMENTS + "time-picker-element", _PLACEHOLDER),
    "elements/datetimepicker": (
        _ELEMENTS + "datetime-picker-element",
        {"initial_date_time": Bound("number 1000000000..9999999999", number)},
    ),
    "elements/plain_text_input": (
        _ELEMENTS + "plain-text-input-element",
        _PLACEHOLDER
        | {
            "initial_value": Bound("..3000 characters", chars),
            "min_length": Bound("number 0..3000", number),
            "max_length": Bound("number 1..3000", number),
        },
    ),
    "elements/number_input": (_ELEMENTS + "number-input-element", _PLACEHOLDER),
    "elements/email_text_input": (_ELEMENTS + "email-input-element", _PLACEHOLDER),
    "elements/url_text_input": (_ELEMENTS + "url-input-element", _PLACEHOLDER),
    "elements/rich_text_input": (
        _ELEMENTS + "rich-text-input-element",
        _PLACEHOLDER
        | {
            "min_lines": Bound("number 1..100", number),
            "max_lines": Bound("number 1..100", number),
        },
    ),
    "elements/file_input": (
        _ELEMENTS + "file-input-element",
        {
            "filetypes": Bound("1.. items of 1.. characters", _same("png"), first(chars)),
            "max_files": Bound("number 1..10", number),
        },
    ),
    "elements/workflow_button": (
        _ELEMENTS + "workflow-button-element",
        {"text": Bound("1..75 characters", text), **_LABEL},
    ),
    "elements/icon_button": (
        _ELEMENTS + "icon-button-element",
        {
            "text": Bound("1..75 characters", text),
            "value": Bound("..2000 characters", chars),
            "visible_to_user_ids": Bound("..10 items", many(lambda index: f"U{index}")),
            **_LABEL,
        },
    ),
    "elements/feedback_buttons": (_ELEMENTS + "feedback-buttons-element", {}),
    "elements/image": (
        _ELEMENTS + "image-element",
        {"image_url": _HTTP, "alt_text": Bound("1..2000 characters", chars)},
    ),
    "elements/url": (_ELEMENTS + "url-source-element", {"url": _HTTP, "text": _NAMED}),
    "rich_text/rich_text_section": (_ELEMENTS + "rich-text-section-element", {}),
    "rich_text/rich_text_list": (
        _ELEMENTS + "rich-text-list-element",
        {
            "indent": Bound("number 0..8", number),
            "offset": Bound("number 0..", number),
            **_BORDER,
        },
    ),
    "rich_text/rich_text_preformatted": (
        _ELEMENTS + "rich-text-preformatted-element",
        _BORDER,
    ),
    "rich_text/rich_text_quote": (_ELEMENTS + "rich-text-quote-element", _BORDER),
    "rich_text/text": (_ELEMENTS + "text-element", {"text": _NAMED}),
    "rich_text/link": (_ELEMENTS + "link-element", {}),
    "rich_text/emoji": (
        _ELEMENTS + "emoji-element",
        {"skin_tone": Bound("number 1..6", number)},
    ),
    "rich_text/user": (_ELEMENTS + "user-element", {}),
    "rich_text/channel": (_ELEMENTS + "channel-element", {}),
    "rich_text/usergroup": (_ELEMENTS + "usergroup-element", {}),
    "rich_text/team": (_ELEMENTS + "team-element", {}),
    "rich_text/date": (_ELEMENTS + "date-element", {"format": _NAMED}),
    "rich_text/broadcast": (_ELEMENTS + "broadcast-element", {}),
    "rich_text/color": (_ELEMENTS + "color-element", {}),
    "rich_text/attachment_mention": (_ELEMENTS + "attachment-mention-element", {}),
    "rich_text/canvas": (_ELEMENTS + "canvas-element", {"file_id": _NAMED}),
    "rich_text/canvas_user_mention": (_ELEMENTS + "canvas-user-mention-element", {}),
    "rich_text/canvas_message_unfurl": (
        _ELEMENTS + "canvas-message-unfurl-element",
        {"root_message_ts": _NAMED, "root_message_channel": _NAMED},
    ),
    "rich_text/citation": (_ELEMENTS + "citation-element", {}),
    "rich_text/file": (_ELEMENTS + "file-element", {"file_id": _NAMED}),
    "rich_text/list_record": (_ELEMENTS + "list-record-element", {"file_id": _NAMED}),
    "rich_text/message_mention": (
        _ELEMENTS + "message-mention-element",
        {"channel_id": _NAMED, "message_ts": _NAMED},
    ),
    "rich_text/salesforce_data_field": (
        _ELEMENTS + "salesforce-data-field-element",
        {"salesforce_record_id": _NAMED},
    ),
    "rich_text/tag": (_ELEMENTS + "tag-element", {}),
    "rich_text/work_object_mention": (
        _ELEMENTS + "work-object-mention-element",
        {"entity_id": _NAMED, "app_id": _NAMED},
    ),
    "rich_text/workflow_mention": (
        _ELEMENTS + "workflow-mention-element",
        {"workflow_id": _NAMED, "function_trigger_id": _NAMED},
    ),
    "objects/style": (_ELEMENTS + "text-element", {}),
    "objects/plain_text": (_OBJECTS + "text-object", {"text": Bound("1..3000 characters", chars)}),
    "objects/mrkdwn": (_OBJECTS + "text-object", {"text": Bound("1..3000 characters", chars)}),
    "objects/option": (_OBJECTS + "option-object", _OPTION),
    "objects/marked_option": (_OBJECTS + "option-object", _OPTION),
    "objects/overflow_option": (_OBJECTS + "option-object", _OPTION | {"url": _HTTP}),
    "objects/option_group": (
        _OBJECTS + "option-group-object",
        {
            "label": Bound("1..75 characters", text),
            "options": Bound("1..100 items", _option),
        },
    ),
    "objects/confirm": (
        _OBJECTS + "confirmation-dialog-object",
        {
            "title": Bound("1..100 characters", text),
            "text": Bound("1..300 characters", marked),
            "confirm": Bound("1..30 characters", text),
            "deny": Bound("1..30 characters", text),
        },
    ),
    "objects/filter": (
        _OBJECTS + "conversation-filter-object",
        {"include": Bound("1..4 items", _one_of("im", "mpim", "private", "public"))},
    ),
    "objects/dispatch_action_config": (
        _OBJECTS + "dispatch-action-configuration-object",
        {
            "trigger_actions_on": Bound(
                "1..2 items", _one_of("on_enter_pressed", "on_character_entered")
            )
        },
    ),
    "objects/feedback": (
        _ELEMENTS + "feedback-buttons-element",
        {
            "text": Bound("1..75 characters", text),
            "value": Bound("..2000 characters", chars),
            **_LABEL,
        },
    ),
    "objects/slack_file": (_OBJECTS + "slack-file-object", {"id": _NAMED}),
    "icons/icon": (_OBJECTS + "slack-icon-object", {}),
    "objects/workflow": (_OBJECTS + "workflow-object", {}),
    "objects/trigger": (_OBJECTS + "trigger-object", {}),
    "objects/input_parameter": (_OBJECTS + "trigger-object", {"name": _NAMED}),
    "objects/column_setting": (_BLOCKS + "table-block", {}),
    "cells/raw_text": (_BLOCKS + "table-block", {"text": _NAMED}),
    "cells/raw_number": (_BLOCKS + "data-table-block", {"text": _NAMED}),
    "cells/action": (_BLOCKS + "data-table-block", {}),
    "charts/pie": (
        _DATA,
        {"segments": Bound("1..12 items", many(lambda i: {"label": f"l{i}", "value": 1}))},
    ),
    "charts/bar": (_DATA, _CHART),
    "charts/area": (_DATA, _CHART),
    "charts/line": (_DATA, _CHART),
    "objects/segment": (
        _DATA,
        {"label": Bound("1..20 characters", chars), "value": Bound("more than 0", number)},
    ),
    "objects/series": (
        _DATA,
        {
            "name": Bound("1..20 characters", chars),
            "data": Bound("1..20 items", _data),
        },
    ),
    "objects/point": (_DATA, {"label": Bound("1..20 characters", chars)}),
    "objects/axes": (
        _DATA,
        {
            "categories": Bound(
                "1..20 items of 1..20 characters", many(lambda i: f"c{i}"), first(chars)
            ),
            "x_label": Bound("..50 characters", chars),
            "y_label": Bound("..50 characters", chars),
        },
    ),
    "payloads/message": (
        "reference/methods/chat.postMessage",
        {
            "text": Bound("..40000 characters", chars),
            "blocks": Bound("..50 items", _same(_DIVIDER)),
            "attachments": Bound("..100 items", _same({"fallback": "x"})),
            "markdown_text": Bound("..12000 characters", chars, more=lambda _: {"text": ...}),
        },
    ),
    "payloads/attachment": (
        "legacy/legacy-messaging/legacy-secondary-message-attachments",
        {
            "blocks": Bound("1..50 items", _same(_DIVIDER)),
            "footer": Bound("..300 characters", chars),
            "ts": Bound("number 0..", number),
            "callback_id": Bound("..255 characters", chars),
            "actions": Bound("1..5 items", _same(SAMPLES["payloads/action"])),
        },
    ),
    "payloads/field": ("legacy/legacy-messaging/legacy-secondary-message-attachments", {}),
    "payloads/action": (
        "legacy/legacy-messaging/legacy-message-buttons",
        {
            "value": Bound("..2000 characters", chars),
            "min_query_length": Bound("number 0..", number),
            "options": Bound("1..100 items", _same({})),
            "option_groups": Bound("1..100 items", _same({})),
            "selected_options": Bound("1..1 items", _same({})),
        },
    ),
    "payloads/metadata": (
        "messaging/message-metadata",
        {"event_type": Bound("1..255 characters", chars)},
    ),
    "payloads/modal": (
        "reference/views/modal-views",
        _VIEW
        | {
            "title": Bound("1..24 characters", text),
            "submit": Bound("1..24 characters", text),
            "close": Bound("1..24 characters", text),
        },
    ),
    "payloads/home": ("reference/views/home-tab-views", _VIEW),
    "payloads/workflow_step": ("legacy/legacy-steps-from-apps", _VIEW),
}
"""By row of the table: its page, and by field what it may hold."""


def _chart() -> dict[str, Any]:
    return sample("blocks/data_visualization")


def _table(kind: str, characters: int) -> dict[str, Any]:
    """A table whose cells have so many characters in all, in texts of every kind."""
    cell = rich({"type": "rich_text_section", "elements": [{"type": "text", "text": "xx"}]})
    rows = [[raw("x")], [cell], [raw("x" * (characters - 3))]]
    return sample(kind, rows=rows)


def _wordy(characters: int) -> list[dict[str, Any]]:
    """Sections of 3,000 characters, and one whose fields have the rest."""
    rest = characters - 49 * 3000
    fields = [mrkdwn("x" * 2000), mrkdwn("x" * (rest - 2000))]
    whole = [{"type": "section", "text": mrkdwn("x" * 3000)}] * 49
    return [*whole, {"type": "section", "fields": fields}]


def _focused(count: int) -> list[dict[str, Any]]:
    return [
        sample("blocks/input", element={"type": "plain_text_input", "focus_on_load": True})
        for _ in range(count)
    ]


TOTALS: dict[str, tuple[int, str, Callable[[int], list[dict[str, Any]]], str]] = {
    "tables": (
        1,
        _BLOCKS + "table-block",
        lambda count: [sample("blocks/table") for _ in range(count)],
        "/1/type",
    ),
    "table characters": (
        10_000,
        _BLOCKS + "table-block",
        lambda count: [_table("blocks/table", count)],
        "/0/rows",
    ),
    "data table characters": (
        20_000,
        _BLOCKS + "data-table-block",
        lambda count: [
            _table("blocks/data_table", count - 100) | {"rows": [[raw()], [raw("x" * 99)]]},
            sample("blocks/data_table", rows=[[raw()], [raw("x" * (count - 101))]]),
        ],
        "/1/rows",
    ),
    "charts": (2, _DATA, lambda count: [_chart() for _ in range(count)], "/2/type"),
    "markdown characters": (
        12_000,
        _BLOCKS + "markdown-block",
        lambda count: [
            {"type": "markdown", "text": "x" * 6000},
            {"type": "markdown", "text": "x" * (count - 6000)},
        ],
        "/1/text",
    ),
    "text characters": (150_000, "reference/methods/chat.postMessage", _wordy, ""),
    "focus": (1, _SELECT, _focused, "/1/element/focus_on_load"),
}
"""Limits over a list of blocks: number, page, how to reach it, and where it is told."""

ELSEWHERE: dict[str, tuple[int, str]] = {
    "view bytes": (250_000, "surfaces/modals"),
    "metadata bytes": (8_000, "messaging/message-metadata"),
    "edited text": (4_000, "reference/methods/chat.update"),
    "objects": (100_000, "reference/methods/blocks.validate"),
}
"""Limits over other payloads, each with a test of its own in test_limits."""
