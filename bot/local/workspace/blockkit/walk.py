"""Walks a payload along the table and says all that Slack would refuse in it, in its order.

Whatever the payload is, the walk goes only where the table goes, so it is as deep as the table and
no deeper; how much it looks at is bounded by TOTALS["objects"].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any, cast

from bot.local.workspace.blockkit.across import Across
from bot.local.workspace.blockkit.formats import FORMS, is_unicode
from bot.local.workspace.blockkit.payloads import TOTALS
from bot.local.workspace.blockkit.problem import (
    Problem,
    failed,
    missing,
    shown,
    unknown,
    wrong_type,
)
from bot.local.workspace.blockkit.rules import BY_ROW
from bot.local.workspace.blockkit.shapes import (
    Anything,
    Either,
    Flag,
    Many,
    Number,
    Object,
    One,
    Part,
    Shape,
    Spec,
    String,
    Surface,
    Text,
)
from bot.local.workspace.blockkit.table import FIELDS, TABLE

PROBLEMS = 1_000
"""Reported at most: a payload that is wrong everywhere need not be told so everywhere."""

_NO_TYPE = ("objects/", "payloads/")
"""Rooms of objects that are known by where they stand, not by a `type` of theirs."""
_SHOWN = ("blocks/", "rich_text/", "cells/")
"""Rooms of objects whose `text` is shown as it is, not in a text object."""
_TEXTS = {"plain_text": "emoji", "mrkdwn": "verbatim"}
"""Kinds of text object, and the one more field that each may have."""


class _FullError(Exception):
    """There is more in the payload than is looked at, or more wrong with it than is told."""


class Walk:
    """One payload on its way along the table. `problems` is what was found so far."""

    def __init__(self, surface: Surface) -> None:
        """`surface` is where the payload will stand."""
        self.problems: list[Problem] = []
        self.across = Across(surface, self.problems)
        self._left = TOTALS["objects"].most

    def look(self, spec: Spec, value: object, at: str) -> list[Problem]:
        """All problems of `value`, which stands at the pointer `at` and should be what `spec` says."""
        try:
            self._check(spec, value, at)
            self.across.end(at)
        except _FullError:
            if self._left < 0:
                most = TOTALS["objects"].most
                message = f"must have less than {most + 1} objects and lists"
                self.problems.append(failed(at, "max_size", message, most))
        return self.problems[:PROBLEMS]

    def _check(self, spec: Spec, value: object, at: str) -> None:
        _CHECKS[type(spec)](self, spec, value, at)

    def _count(self, looked_at: int = 1) -> None:
        self._left -= looked_at
        if self._left < 0 or len(self.problems) > PROBLEMS:
            raise _FullError

    # ------------------------------------------------------------------------------ plain values
    def _string(self, spec: String, value: object, at: str) -> None:
        if not isinstance(value, str):
            self.problems.append(wrong_type(at, "a string"))
            return
        if not self._length(value, spec.least, spec.most, at):
            return
        if spec.choices:
            if value not in spec.choices:
                message = f"must be one of: {', '.join(spec.choices)}"
                self.problems.append(failed(at, "enum", message, list(spec.choices), shown(value)))
        elif spec.form and not FORMS[spec.form].fits(value):
            words = FORMS[spec.form].words
            self.problems.append(failed(at, "format", f"must be {words}", words, shown(value)))

    def _length(self, text: str, least: int, most: int | None, at: str) -> bool:
        """Whether it is short and long enough, counted in code points as Slack's library does."""
        if most is not None and len(text) > most:
            message = f"must be less than {most + 1} characters"
            self.problems.append(failed(at, "max_length", message, most, len(text)))
        elif len(text) < least:
            message = f"must be more than {least - 1} characters"
            self.problems.append(failed(at, "min_length", message, least, len(text)))
        elif not text.isascii() and not is_unicode(text):
            message = "must be Unicode: it has half of a surrogate pair"
            self.problems.append(failed(at, "format", message))
        else:
            return True
        return False

    def _number(self, spec: Number, value: object, at: str) -> None:
        wanted = int if spec.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted):
            self.problems.append(wrong_type(at, "an integer" if spec.whole else "a number"))
            return
        number = cast("float", value)
        if isinstance(number, float) and not math.isfinite(number):
            self.problems.append(wrong_type(at, "a number"))
        elif spec.least is not None and number < spec.least:
            message = f"must be greater than or equal to {spec.least}"
            self.problems.append(failed(at, "minimum", message, spec.least, shown(value)))
        elif spec.above is not None and number <= spec.above:
            message = f"must be greater than {spec.above}"
            self.problems.append(failed(at, "minimum", message, spec.above, shown(value)))
        elif spec.most is not None and number > spec.most:
            message = f"must be less than or equal to {spec.most}"
            self.problems.append(failed(at, "maximum", message, spec.most, shown(value)))

    def _flag(self, spec: Flag, value: object, at: str) -> None:
        if not isinstance(value, bool):
            self.problems.append(Problem(at, "invalid_type", "must be a boolean"))

    def _whatever(self, spec: Object, value: object, at: str) -> None:
        if not isinstance(value, dict):
            self.problems.append(wrong_type(at, "an object"))

    def _either(self, spec: Either, value: object, at: str) -> None:
        before = len(self.problems)
        self._check(spec.first, value, at)
        first = self.problems[before:]
        if first:
            del self.problems[before:]
            self._check(spec.second, value, at)
        if first and len(self.problems) > before:
            self.problems[before:] = first

    # ----------------------------------------------------------------------------- what has parts
    def _many(self, spec: Many, value: object, at: str) -> None:
        self._count()
        if not isinstance(value, list):
            self.problems.append(wrong_type(at, "an array"))
            return
        if len(value) < spec.least:
            message = f"no fewer than {spec.least} items allowed"
            self.problems.append(failed(at, "min_items", message, spec.least, len(value)))
        if spec.most is not None and len(value) > spec.most:
            message = f"no more than {spec.most} items allowed"
            self.problems.append(failed(at, "max_items", message, spec.most, len(value)))
        items = value if spec.most is None else value[: spec.most]
        self._count(len(items))
        for index, item in enumerate(items):
            if not (spec.gaps and item is None):
                self._check(spec.of, item, f"{at}/{index}")

    def _text(self, spec: Text, value: object, at: str) -> None:
        self._count()
        if not isinstance(value, dict):
            self.problems.append(wrong_type(at, "an object"))
            return
        kind = value.get("type")
        if self._has_type(kind, spec.kinds, at):
            self._text_object(str(kind), value, at, spec.most)

    def _text_object(self, kind: str, value: dict[Any, Any], at: str, most: int) -> None:
        extra = _TEXTS[kind]
        for name, item in value.items():
            if name == "text":
                if isinstance(item, str):
                    self._length(item, 1, most, f"{at}/text")
                    self.across.characters += len(item)
                elif item is not None:
                    self.problems.append(wrong_type(f"{at}/text", "a string"))
            elif name == extra:
                if item is not None:
                    self._flag(Flag(), item, f"{at}/{extra}")
            elif name != "type":
                self._unknown(name, at)
        if value.get("text") is None:
            self.problems.append(missing(at, "text"))

    def _has_type(self, kind: object, kinds: Collection[str], at: str) -> bool:
        if kind is None:
            self.problems.append(missing(at, "type"))
        elif not isinstance(kind, str):
            self.problems.append(wrong_type(f"{at}/type", "a string"))
        elif kind not in kinds:
            message = f"unsupported type: {shown(kind)}"
            self.problems.append(failed(f"{at}/type", "enum", message, list(kinds), shown(kind)))
        else:
            return True
        return False

    def _one(self, spec: One, value: object, at: str) -> None:
        self._count()
        if not isinstance(value, dict):
            self.problems.append(wrong_type(at, "an object"))
            return
        if not self._has_type(value.get("type"), spec.rows, at):
            return
        kind = str(value["type"])
        if kind in _TEXTS:
            most = cast("String", FIELDS[f"objects/{kind}"]["text"]).most
            self._text_object(kind, value, at, cast("int", most))
            return
        row = spec.rows[kind]
        if spec.placed:
            with self.across.block(row, value, at):
                self._object(row, value, at)
        else:
            if row.startswith("elements/"):
                self.across.element(row, value, at)
            self._object(row, value, at)

    def _part(self, spec: Part, value: object, at: str) -> None:
        self._count()
        if not isinstance(value, dict):
            self.problems.append(wrong_type(at, "an object"))
        else:
            self._object(spec.row, value, at)

    def _object(self, row: str, value: dict[Any, Any], at: str) -> None:
        wrong = self._fields(row, value, at)
        for name in TABLE[row].required:
            if value.get(name) is None:
                self.problems.append(missing(at, name))
                wrong.add(name)
        self._groups(TABLE[row], value, at)
        if row.startswith(_SHOWN) and isinstance(value.get("text"), str):
            self.across.characters += len(value["text"])
        for rule in BY_ROW.get(row, ()):
            if wrong.isdisjoint(rule.reads):
                self.problems.extend(rule.check(value, at))

    def _fields(self, row: str, value: dict[Any, Any], at: str) -> set[str]:
        """Look at each field; the names of those with a problem."""
        fields, wrong = FIELDS[row], set[str]()
        for name, item in value.items():
            spec = fields.get(name)
            if spec is None:
                if name != "type" or row.startswith(_NO_TYPE):
                    self._unknown(name, at)
            elif item is not None:
                before = len(self.problems)
                self._check(spec, item, f"{at}/{name}")
                if len(self.problems) > before:
                    wrong.add(name)
        return wrong

    def _unknown(self, name: object, at: str) -> None:
        self._count()
        self.problems.append(unknown(at, name))

    def _groups(self, shape: Shape, value: dict[Any, Any], at: str) -> None:
        """What must be there, or must not, beside another field."""
        for names in shape.one_of:
            if all(value.get(name) is None for name in names):
                listed = ", ".join(f"`{name}`" for name in names)
                message = f"must define at least one of {listed}"
                self.problems.append(failed(at, "any_of", message, list(names)))
        for first, second in shape.not_both:
            if value.get(first) is not None and value.get(second) is not None:
                message = f"must define either `{first}` or `{second}`, not both"
                self.problems.append(failed(at, "not", message, got=[first, second]))


_CHECKS: dict[type, Callable[[Walk, Any, object, str], None]] = {
    String: Walk._string,
    Text: Walk._text,
    Number: Walk._number,
    Flag: Walk._flag,
    Anything: lambda *_: None,
    Object: Walk._whatever,
    One: Walk._one,
    Part: Walk._part,
    Many: Walk._many,
    Either: Walk._either,
}
