"""What Slack would refuse in blocks, attachments, a message or a view: the doors of the validator."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, cast

from bot.local.workspace.blockkit.formats import is_unicode
from bot.local.workspace.blockkit.payloads import PAYLOADS, TOTALS
from bot.local.workspace.blockkit.problem import (
    Problem,
    failed,
    missing,
    shown,
    step,
    wrong_type,
)
from bot.local.workspace.blockkit.shapes import Many, Part, Spec, String, Surface
from bot.local.workspace.blockkit.walk import Walk

_MESSAGE = PAYLOADS["payloads/message"].fields

TEXT_POSTED = cast("int", cast("String", _MESSAGE["text"]).most)
"""chat.postMessage cuts text here (https://docs.slack.dev/reference/methods/chat.postMessage)."""
TEXT_EDITED = TOTALS["edited text"].most
"""Text longer than this is refused by chat.update and chat.postEphemeral."""
ATTACHMENTS = cast("int", cast("Many", _MESSAGE["attachments"]).most)
VIEW_BYTES = TOTALS["view bytes"].most
_LISTED: Mapping[Surface, Spec] = {
    "message": _MESSAGE["blocks"],
    "any": _MESSAGE["blocks"],
    "modal": PAYLOADS["payloads/modal"].fields["blocks"],
    "home": PAYLOADS["payloads/home"].fields["blocks"],
}
VIEWS = ("modal", "home", "workflow_step")
"""Types of view. Steps are dead, and stand where modals do."""


def check_blocks(blocks: Any, surface: Surface = "message", at: str = "/blocks") -> list[Problem]:
    """The problems of a list of blocks alone; empty if Slack takes it.

    `any` is a list of which nobody says where it will stand: it is checked as that of a message is,
    but for what only a surface forbids.
    """
    return Walk(surface).look(_LISTED[surface], blocks, at)


def check_content(blocks: Any, attachments: Any) -> tuple[list[Problem], list[Problem]]:
    """The problems of the blocks and of the attachments of one message, ids counted over both."""
    walk = Walk("message")
    problems = walk.look(_MESSAGE["blocks"], blocks, "/blocks") if blocks else []
    found = len(problems)
    after = walk.look(_MESSAGE["attachments"], attachments, "/attachments") if attachments else []
    return problems[:found], after[found:]


def check_view(view: Any, kinds: tuple[str, ...] = ("modal",), at: str = "/view") -> list[Problem]:
    """The problems of a view whose type is one of `kinds`.

    https://docs.slack.dev/reference/views
    """
    if not isinstance(view, dict):
        return [wrong_type(at, "an object")]
    kind = view.get("type")
    if kind is None:
        return [missing(at, "type"), *_view(kinds[0], view, at)]
    if not isinstance(kind, str):
        return [wrong_type(f"{at}/type", "a string")]
    if kind not in kinds:
        message = f"unsupported type: {shown(kind)}"
        return [failed(f"{at}/type", "enum", message, list(kinds), shown(kind))]
    return _view(kind, view, at)


def _view(kind: str, view: dict[str, Any], at: str) -> list[Problem]:
    walk = Walk("home" if kind == "home" else "modal")
    problems = walk.look(Part(f"payloads/{kind}"), {**view, "type": kind}, at)
    if kind == "modal" and view.get("submit") is None and walk.across.inputs:
        message = "must define `submit` to use an `input` block in modals"
        problems.append(missing(at, "submit", message))
    most = VIEW_BYTES
    if not problems and size_of(view) > most:
        problems.append(failed(at, "max_size", f"must be less than {most + 1} bytes", most))
    return problems


def check_payload(message: Any, at: str = "") -> list[Problem]:
    """The problems of a whole message as blocks.validate takes it, metadata included."""
    if not isinstance(message, dict):
        return [wrong_type(at, "an object")]
    metadata = message.get("metadata")
    if metadata == {}:
        message = {name: value for name, value in message.items() if name != "metadata"}
    problems = Walk("message").look(Part("payloads/message"), message, at)
    if isinstance(metadata, dict):
        problems += _payload_of_metadata(metadata, f"{at}/metadata")
    return problems


def check_message(payload: Mapping[str, Any]) -> list[Problem]:
    """All problems of a message that this bot posts, `text` included.

    For tests of views: what this accepts, the workspace accepts, and a later edit too.
    """
    blocks, attachments = payload.get("blocks") or [], payload.get("attachments") or []
    before, after = check_content(blocks, attachments)
    problems = [*before, *after]
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        problems.append(missing("", "text", "text is required, also beside blocks"))
    elif len(text) > TEXT_EDITED:
        message = f"must be less than {TEXT_EDITED + 1} characters, or it can never be edited"
        problems.append(failed("/text", "max_length", message, TEXT_EDITED, len(text)))
    return problems


def metadata_problem(metadata: Any) -> str | None:
    """The error of chat.postMessage for what is wrong with message metadata, or None.

    https://docs.slack.dev/messaging/message-metadata: flat values, ids and not secrets.
    """
    if metadata in ({}, None):
        return None
    if Walk("message").look(Part("payloads/metadata"), metadata, "/metadata"):
        return "invalid_metadata_format"
    if "event_type" in metadata and not isinstance(metadata.get("event_payload"), dict):
        return "invalid_metadata_format"
    if size_of(metadata) > TOTALS["metadata bytes"].most:
        return "metadata_too_large"
    return "invalid_metadata_schema" if _payload_of_metadata(metadata, "") else None


def _payload_of_metadata(metadata: dict[str, Any], at: str) -> list[Problem]:
    if metadata.get("event_type") is not None and metadata.get("event_payload") is None:
        return [missing(at, "event_payload")]
    payload = metadata.get("event_payload")
    if not isinstance(payload, dict):
        return []
    most = TOTALS["metadata bytes"].most
    if size_of(metadata) > most:
        return [failed(at, "max_size", f"must be less than {most + 1} bytes", most)]
    return [problem for name in payload for problem in _named(name, payload, f"{at}/event_payload")]


def _named(name: Any, values: dict[Any, Any], at: str, **allowed: bool) -> Iterator[Problem]:
    """One field of an object of metadata: its name must be one that can be sent."""
    place = f"{at}/{step(name)}"
    if not isinstance(name, str) or not is_unicode(name):
        yield wrong_type(place, "a name that is Unicode text")
    else:
        yield from _flat(values[name], place, **allowed)


def _flat(value: Any, at: str, lists: bool = True, objects: bool = True) -> Iterator[Problem]:
    """A value of metadata: plain, an object of plain values, or a list of either."""
    if isinstance(value, list) and lists:
        for index, item in enumerate(value):
            yield from _flat(item, f"{at}/{index}", lists=False)
    elif isinstance(value, dict) and objects:
        for name in value:
            yield from _named(name, value, at, lists=lists, objects=False)
    elif not _is_plain(value):
        yield wrong_type(at, "a string, a number, a boolean or a flat object of them")


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return is_unicode(value)
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def size_of(value: Any) -> int:
    """The bytes of a value as JSON, or more than any limit if it can be none."""
    try:
        return len(
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
        )
    except (ValueError, TypeError, RecursionError):
        return 1 << 62
