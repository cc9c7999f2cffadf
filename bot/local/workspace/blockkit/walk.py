"""Walks a payload along the table of limits and says all that Slack would refuse in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local.workspace.blockkit.blocks import BLOCKS, ID
from bot.local.workspace.blockkit.elements import ELEMENTS, IMAGE_ELEMENT
from bot.local.workspace.blockkit.objects import CELLS, CHARTS, PARTS, RICH
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


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that Slack would refuse, in the shape that blocks.validate answers with.

    `pointer` is a JSON pointer into the payload, `/blocks/0/text`. See
    https://docs.slack.dev/reference/methods/blocks.validate.
    """

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        """As Slack writes it into `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


_SHAPES: Mapping[str, Shape] = {**CHARTS, **CELLS, **RICH, **ELEMENTS, **BLOCKS}
_TEXTS = {"plain_text": "emoji", "mrkdwn": "verbatim"}
"""Kinds of text object, and the one more field that each may have."""


def check(spec: Spec, value: Any, at: str) -> Iterator[Problem]:
    """The problems of `value`, which stands at the pointer `at` and should be what `spec` says."""
    match spec:
        case String():
            yield from _string(spec, value, at)
        case Text():
            yield from _text(spec, value, at)
        case Number():
            yield from _number(spec, value, at)
        case Many():
            yield from _many(spec, value, at)
        case One():
            yield from _one(spec, value, at)
        case Part(name):
            yield from _object(PARTS[name], value, at, ())
        case Flag():
            if not isinstance(value, bool):
                yield Problem(at, "invalid_type", "must be a boolean")
        case Anything():
            pass


def _string(spec: String, value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(at, "invalid_type", "must be a string")
        return
    yield from _length(value, spec.least, spec.most, at)
    if spec.choices and value not in spec.choices:
        yield Problem(at, "invalid_value", f"must be one of: {', '.join(spec.choices)}")
    if spec.matches and not re.fullmatch(spec.matches, value):
        yield Problem(at, "invalid_value", f"must match {spec.matches}")


def _length(text: str, least: int, most: int | None, at: str) -> Iterator[Problem]:
    if len(text) < least:
        yield Problem(at, "too_short", f"must be more than {least - 1} characters")
    if most is not None and len(text) > most:
        yield Problem(at, "too_long", f"must be less than {most + 1} characters")


def _text(spec: Text, value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(at, "invalid_type", "must be a text object")
        return
    kind = value.get("type")
    if kind not in spec.kinds:
        yield Problem(f"{at}/type", "invalid_value", f"must be one of: {', '.join(spec.kinds)}")
        return
    yield from _text_object(kind, value, at, spec.most)


def _text_object(kind: str, value: dict[str, Any], at: str, most: int) -> Iterator[Problem]:
    extra = _TEXTS[kind]
    yield from _unknown(value, {"type", "text", extra}, at)
    if "text" not in value:
        yield Problem(at, "missing_field", "missing required field: text")
    else:
        yield from _string(String(most, 1), value["text"], f"{at}/text")
    if extra in value and not isinstance(value[extra], bool):
        yield Problem(f"{at}/{extra}", "invalid_type", "must be a boolean")


def _number(spec: Number, value: Any, at: str) -> Iterator[Problem]:
    wanted = int if spec.whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted):
        yield Problem(at, "invalid_type", f"must be {'an integer' if spec.whole else 'a number'}")
    elif spec.least is not None and value < spec.least:
        yield Problem(at, "invalid_value", f"must be at least {spec.least}")
    elif spec.most is not None and value > spec.most:
        yield Problem(at, "invalid_value", f"must be at most {spec.most}")


def _many(spec: Many, value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(at, "invalid_type", "must be an array")
        return
    if len(value) < spec.least:
        yield Problem(at, "too_few", f"no fewer than {spec.least} items allowed")
    if spec.most is not None and len(value) > spec.most:
        yield Problem(at, "too_many", f"no more than {spec.most} items allowed")
    for index, item in enumerate(value):
        if not (spec.gaps and item is None):
            yield from check(spec.of, item, f"{at}/{index}")


def _one(spec: One, value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(at, "invalid_type", "must be an object")
        return
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in spec.kinds:
        yield Problem(f"{at}/type", "unknown_type", f"unsupported type: {_short(kind)}")
    elif kind in _TEXTS:
        yield from _text_object(kind, value, at, 2000)
    elif kind == "image" and "section" not in spec.kinds:
        yield from _object(IMAGE_ELEMENT, value, at, ("type",))
    else:
        own = ("type", "action_id") if kind in ELEMENTS else ("type",)
        own = (*own, "block_id") if kind in BLOCKS else own
        yield from _object(_SHAPES[kind], value, at, own)


def _object(shape: Shape, value: Any, at: str, own: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(at, "invalid_type", "must be an object")
        return
    yield from _unknown(value, {*shape.fields, *own}, at)
    for name in shape.required:
        if value.get(name) is None:
            yield Problem(at, "missing_field", f"missing required field: {name}")
    for names in shape.one_of:
        if all(value.get(name) is None for name in names):
            yield Problem(at, "missing_field", f"one of these is required: {', '.join(names)}")
    for name, spec in shape.fields.items():
        if value.get(name) is not None:
            yield from check(spec, value[name], f"{at}/{name}")
    for name in ("block_id", "action_id"):
        if name in own and value.get(name) is not None:
            yield from _string(ID, value[name], f"{at}/{name}")


def _unknown(value: Mapping[str, Any], known: set[str], at: str) -> Iterator[Problem]:
    for name in value:
        if name not in known:
            yield Problem(
                f"{at}/{pointed(name)}", "unknown_field", f"unknown field: {_short(name)}"
            )


def pointed(name: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901), cut if it is long."""
    return name[:100].replace("~", "~0").replace("/", "~1")


def _short(value: object) -> str:
    return str(value)[:100]
