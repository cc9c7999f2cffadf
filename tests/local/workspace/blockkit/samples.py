"""One right object of every kind that Slack knows, written by hand, and the payload it stands in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.local.workspace.blockkit.payload import check_blocks, check_payload, check_view
from bot.local.workspace.blockkit.problem import Problem

WEB = "https://example.com/a"


def plain(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def raw(text: str = "x") -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


def inline(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def line(*elements: Any, kind: str = "rich_text_section", **more: Any) -> dict[str, Any]:
    return {"type": kind, "elements": list(elements), **more}


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements) or [line(inline())]}


def option(value: str = "v", **more: Any) -> dict[str, Any]:
    return {"text": plain(), "value": value, **more}


def options(count: int = 1, start: int = 0) -> list[dict[str, Any]]:
    return [option(f"v{number}") for number in range(start, start + count)]


def button(action_id: str = "b", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(), "action_id": action_id, **more}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "image_url": WEB, "alt_text": "x", **more}


def points(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "value": 1} for label in labels]


def axes(kind: str) -> dict[str, Any]:
    series = [{"name": "s", "data": points("a")}]
    return {"type": kind, "series": series, "axis_config": {"categories": ["a"]}}


def task(task_id: str = "t", **more: Any) -> dict[str, Any]:
    return {"task_id": task_id, "title": "x", "status": "complete", **more}


SAMPLES: dict[str, dict[str, Any]] = {
    "blocks/section": {"type": "section", "text": mrkdwn()},
    "blocks/header": {"type": "header", "text": plain()},
    "blocks/divider": {"type": "divider"},
    "blocks/context": {"type": "context", "elements": [mrkdwn(), image()]},
    "blocks/actions": {"type": "actions", "elements": [button()]},
    "blocks/image": image(),
    "blocks/video": {
        "type": "video",
        "alt_text": "x",
        "title": plain(),
        "thumbnail_url": WEB,
        "video_url": WEB,
    },
    "blocks/input": {
        "type": "input",
        "label": plain(),
        "element": {"type": "plain_text_input", "action_id": "a"},
    },
    "blocks/rich_text": rich(),
    "blocks/markdown": {"type": "markdown", "text": "x"},
    "blocks/table": {"type": "table", "rows": [[raw()]]},
    "blocks/data_table": {"type": "data_table", "caption": "c", "rows": [[raw()], [raw()]]},
    "blocks/data_visualization": {
        "type": "data_visualization",
        "title": "t",
        "chart": axes("bar"),
    },
    "blocks/alert": {"type": "alert", "text": plain()},
    "blocks/card": {"type": "card", "title": mrkdwn()},
    "blocks/carousel": {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn()}]},
    "blocks/container": {
        "type": "container",
        "title": plain(),
        "child_blocks": [{"type": "divider"}],
    },
    "blocks/context_actions": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}],
    },
    "blocks/task_card": {"type": "task_card", **task()},
    "blocks/plan": {"type": "plan", "title": "x", "tasks": [task()]},
    "blocks/file": {"type": "file", "external_id": "x", "source": "remote"},
    "blocks/call": {"type": "call", "call_id": "R1"},
    "blocks/auth_provider": {
        "type": "auth_provider",
        "value": "x",
        "name": plain(),
        "is_connected": False,
    },
    "objects/task": task(),
    "elements/button": button(),
    "elements/overflow": {"type": "overflow", "options": options()},
    "elements/checkboxes": {"type": "checkboxes", "options": options()},
    "elements/radio_buttons": {"type": "radio_buttons", "options": options()},
    "elements/static_select": {"type": "static_select", "options": options()},
    "elements/multi_static_select": {"type": "multi_static_select", "options": options(3)},
    "elements/external_select": {"type": "external_select"},
    "elements/multi_external_select": {"type": "multi_external_select"},
    "elements/users_select": {"type": "users_select"},
    "elements/multi_users_select": {"type": "multi_users_select"},
    "elements/conversations_select": {"type": "conversations_select"},
    "elements/multi_conversations_select": {"type": "multi_conversations_select"},
    "elements/channels_select": {"type": "channels_select"},
    "elements/multi_channels_select": {"type": "multi_channels_select"},
    "elements/datepicker": {"type": "datepicker"},
    "elements/timepicker": {"type": "timepicker"},
    "elements/datetimepicker": {"type": "datetimepicker"},
    "elements/plain_text_input": {"type": "plain_text_input"},
    "elements/number_input": {"type": "number_input", "is_decimal_allowed": True},
    "elements/email_text_input": {"type": "email_text_input"},
    "elements/url_text_input": {"type": "url_text_input"},
    "elements/rich_text_input": {"type": "rich_text_input"},
    "elements/file_input": {"type": "file_input"},
    "elements/workflow_button": {
        "type": "workflow_button",
        "text": plain(),
        "action_id": "w",
        "workflow": {"trigger": {"url": WEB}},
    },
    "elements/icon_button": {"type": "icon_button", "icon": "trash", "text": plain()},
    "elements/feedback_buttons": {
        "type": "feedback_buttons",
        "positive_button": {"text": plain(), "value": "y"},
        "negative_button": {"text": plain(), "value": "n"},
    },
    "elements/image": image(),
    "elements/url": {"type": "url", "url": WEB, "text": "x"},
    "rich_text/rich_text_section": line(inline()),
    "rich_text/rich_text_list": line(line(inline()), kind="rich_text_list", style="bullet"),
    "rich_text/rich_text_preformatted": line(inline(), kind="rich_text_preformatted"),
    "rich_text/rich_text_quote": line(inline(), kind="rich_text_quote"),
    "rich_text/text": inline(),
    "rich_text/link": {"type": "link", "url": WEB},
    "rich_text/emoji": {"type": "emoji", "name": "wave"},
    "rich_text/user": {"type": "user", "user_id": "U123"},
    "rich_text/channel": {"type": "channel", "channel_id": "C123"},
    "rich_text/usergroup": {"type": "usergroup", "usergroup_id": "S123"},
    "rich_text/team": {"type": "team", "team_id": "T123"},
    "rich_text/date": {"type": "date", "timestamp": 1, "format": "{date}"},
    "rich_text/broadcast": {"type": "broadcast", "range": "here"},
    "rich_text/color": {"type": "color", "value": "#F405B3"},
    "rich_text/attachment_mention": {"type": "attachment_mention", "url": WEB},
    "rich_text/canvas": {"type": "canvas", "file_id": "F123"},
    "rich_text/canvas_user_mention": {"type": "canvas_user_mention", "user_id": "U123"},
    "rich_text/canvas_message_unfurl": {
        "type": "canvas_message_unfurl",
        "root_message_ts": "1783613573",
        "root_message_channel": "C123",
    },
    "rich_text/citation": {
        "type": "citation",
        "url": WEB,
        "text": "x",
        "index": 1,
        "details": {"citation_type": "web"},
    },
    "rich_text/file": {"type": "file", "file_id": "F123"},
    "rich_text/list_record": {"type": "list_record", "file_id": "F123"},
    "rich_text/message_mention": {
        "type": "message_mention",
        "channel_id": "C123",
        "message_ts": "1720710212.123456",
    },
    "rich_text/salesforce_data_field": {
        "type": "salesforce_data_field",
        "salesforce_record_id": "001",
    },
    "rich_text/tag": {"type": "tag"},
    "rich_text/work_object_mention": {
        "type": "work_object_mention",
        "entity_id": "E123",
        "app_id": "A123",
        "text": "x",
        "url": WEB,
    },
    "rich_text/workflow_mention": {
        "type": "workflow_mention",
        "workflow_id": "Wf123",
        "function_trigger_id": "Ft123",
        "text": "x",
    },
    "objects/style": {"bold": True},
    "objects/plain_text": plain(),
    "objects/mrkdwn": mrkdwn(),
    "objects/option": option(),
    "objects/marked_option": option(),
    "objects/overflow_option": option(),
    "objects/option_group": {"label": plain(), "options": options()},
    "objects/confirm": {
        "title": plain(),
        "text": mrkdwn(),
        "confirm": plain(),
        "deny": plain(),
    },
    "objects/filter": {"include": ["public"]},
    "objects/dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    "objects/feedback": {"text": plain(), "value": "y"},
    "objects/slack_file": {"id": "F123"},
    "icons/icon": {"type": "icon", "name": "rocket"},
    "objects/workflow": {"trigger": {"url": WEB}},
    "objects/trigger": {"url": WEB},
    "objects/input_parameter": {"name": "x", "value": ["y"]},
    "objects/column_setting": {"align": "right"},
    "cells/raw_text": raw(),
    "cells/raw_number": {"type": "raw_number", "value": 1.5, "text": "1.5"},
    "cells/action": {"type": "action", "element": button()},
    "charts/pie": {"type": "pie", "segments": points("a")},
    "charts/bar": axes("bar"),
    "charts/area": axes("area"),
    "charts/line": axes("line"),
    "objects/segment": {"label": "a", "value": 1},
    "objects/series": {"name": "s", "data": points("a")},
    "objects/point": {"label": "a", "value": 1},
    "objects/axes": {"categories": ["a"]},
    "payloads/message": {"text": "x"},
    "payloads/attachment": {"fallback": "x"},
    "payloads/field": {"title": "x", "value": "y"},
    "payloads/action": {"type": "button", "text": "x"},
    "payloads/metadata": {"event_type": "x", "event_payload": {"id": "y"}},
    "payloads/modal": {"type": "modal", "title": plain(), "blocks": [{"type": "divider"}]},
    "payloads/home": {"type": "home", "blocks": [{"type": "divider"}]},
    "payloads/workflow_step": {"type": "workflow_step", "blocks": [{"type": "divider"}]},
}
"""By row of the table: the fewest fields, all right."""

Placed = tuple[list[Problem], str]
"""What was found in a payload, and the pointer of the object that it was built around."""
Standing = tuple[Callable[[Any], list[Problem]], Any, str]
"""What checks a payload, the payload, and the pointer of the object that it was built around."""

_INPUT = {
    *("plain_text_input", "number_input", "email_text_input", "url_text_input"),
    *("rich_text_input", "file_input"),
}


def sample(row: str, **changed: Any) -> dict[str, Any]:
    """A copy of a sample with some fields changed; one that is `...` is left out."""
    whole = json.loads(json.dumps(SAMPLES[row])) | changed
    return {name: value for name, value in whole.items() if value is not ...}


def place(row: str, item: Any) -> Placed:
    """Check a payload in which `item` stands as an object of that row."""
    check, payload, at = standing(row, item)
    return check(payload), at


def standing(row: str, item: Any) -> Standing:
    """A payload in which `item` stands as an object of that row, and what checks it."""
    room, _, kind = row.partition("/")
    if room == "payloads":
        return _payload(kind, item)
    if room == "blocks":
        return _listed, [item], "/0"
    if room == "elements":
        block, at = _element(kind, item)
        return _listed, [block], f"/0{at}"
    if room == "rich_text":
        whole = item if kind.startswith("rich_text_") else line(item)
        at = "/0/elements/0" + ("" if kind.startswith("rich_text_") else "/elements/0")
        return _listed, [rich(whole)], at
    wrap, at = _INSIDE[row]
    outer, whole = wrap(item)
    check, payload, outside = standing(outer, whole)
    return check, payload, outside + at


def _listed(blocks: Any) -> list[Problem]:
    return check_blocks(blocks, "any", "")


def _element(kind: str, item: Any) -> tuple[dict[str, Any], str]:
    """A block around an element, and where in the block it stands."""
    if kind in _INPUT:
        return sample("blocks/input", element=item), "/element"
    if kind == "url":
        return sample("blocks/task_card", sources=[item]), "/sources/0"
    block = {
        "icon_button": "context_actions",
        "feedback_buttons": "context_actions",
        "image": "context",
    }.get(kind, "actions")
    return {"type": block, "elements": [item]}, "/elements/0"


def _payload(kind: str, item: Any) -> Standing:
    if kind in ("modal", "home", "workflow_step"):
        return (lambda view: check_view(view, (kind,), "")), item, ""
    if kind == "message":
        return check_payload, item, ""
    if kind == "metadata":
        return check_payload, {"text": "x", "metadata": item}, "/metadata"
    if kind == "attachment":
        return check_payload, {"attachments": [item]}, "/attachments/0"
    name = {"field": "fields", "action": "actions"}[kind]
    attachment = {"fallback": "x", name: [item]}
    return check_payload, {"attachments": [attachment]}, f"/attachments/0/{name}/0"


def _into(row: str, name: str, listed: bool = True) -> tuple[Callable[[Any], Any], str]:
    """The object stands in a field of a sample of another row, alone or as the first of a list."""

    def wrap(item: Any) -> tuple[str, Any]:
        return row, sample(row, **{name: [item] if listed else item})

    return wrap, f"/{name}/0" if listed else f"/{name}"


_INSIDE: dict[str, tuple[Callable[[Any], Any], str]] = {
    "objects/task": _into("blocks/plan", "tasks"),
    "objects/style": _into("rich_text/text", "style", listed=False),
    "objects/plain_text": _into("blocks/context", "elements"),
    "objects/mrkdwn": _into("blocks/context", "elements"),
    "objects/option": _into("elements/static_select", "options"),
    "objects/marked_option": _into("elements/checkboxes", "options"),
    "objects/overflow_option": _into("elements/overflow", "options"),
    "objects/option_group": (
        lambda item: (
            "elements/static_select",
            {"type": "static_select", "option_groups": [item]},
        ),
        "/option_groups/0",
    ),
    "objects/confirm": _into("elements/button", "confirm", listed=False),
    "objects/filter": _into("elements/conversations_select", "filter", listed=False),
    "objects/dispatch_action_config": _into(
        "elements/plain_text_input", "dispatch_action_config", listed=False
    ),
    "objects/feedback": _into("elements/feedback_buttons", "positive_button", listed=False),
    "objects/slack_file": (
        lambda item: (
            "elements/image",
            {"type": "image", "alt_text": "x", "slack_file": item},
        ),
        "/slack_file",
    ),
    "icons/icon": _into("blocks/card", "slack_icon", listed=False),
    "objects/workflow": _into("elements/workflow_button", "workflow", listed=False),
    "objects/trigger": _into("objects/workflow", "trigger", listed=False),
    "objects/input_parameter": _into("objects/trigger", "customizable_input_parameters"),
    "objects/column_setting": _into("blocks/table", "column_settings"),
    "cells/raw_text": (
        lambda item: ("blocks/table", {"type": "table", "rows": [[item]]}),
        "/rows/0/0",
    ),
    "cells/raw_number": (
        lambda item: ("blocks/table", {"type": "table", "rows": [[item]]}),
        "/rows/0/0",
    ),
    "cells/action": (
        lambda item: ("blocks/data_table", sample("blocks/data_table", rows=[[raw()], [item]])),
        "/rows/1/0",
    ),
    **{
        f"charts/{kind}": _into("blocks/data_visualization", "chart", listed=False)
        for kind in ("pie", "bar", "area", "line")
    },
    "objects/segment": _into("charts/pie", "segments"),
    "objects/series": _into("charts/bar", "series"),
    "objects/point": (
        lambda item: ("objects/series", {"name": "s", "data": [item]}),
        "/data/0",
    ),
    "objects/axes": _into("charts/bar", "axis_config", listed=False),
}
"""Where an object stands that has no place of its own in a payload."""
