"""Reads YAML into plain values that know their line; refuses what could surprise.

Plain words follow the JSON schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#102-json-schema):
`no`, `on`, dates and `012345678901` stay text. Tags, merge keys and duplicate keys are refused.
Anchors may be used, as long as the file stays small when they are written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import yaml

from bot.query.errors import quoted
from bot.rules.fault import Faults

MAX_CHARACTERS = 1_000_000
MAX_VALUES = 50_000
"""Values in one file, each use of an anchor written out."""
MAX_DEPTH = 50

Scalar: TypeAlias = str | int | float | bool | None

# Control characters, halves of characters, line ends that editors do not show, and the bidi
# controls that make text look other than it is (Unicode TR 36; CVE-2021-42574).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same events, some ten times faster


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the line where it (or its key) stands, counted from 1.

    `text_line` is the line on which a block of text (`|`) begins. `size` counts the values in it.
    """

    value: Scalar | tuple[Node, ...] | dict[str, Node]
    line: int
    text_line: int | None = None
    size: int = 1

    def plain(self) -> Any:
        """The same without lines: `dict`, `list`, `str`, `int`, `float`, `bool` and `None`."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value


def read_yaml(text: str, faults: Faults) -> Node | None:
    """The one document of the text, or None if it cannot be read; why not is in `faults`."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        faults.add(
            "", f"The file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read."
        )
        return None
    if hidden := _HIDDEN.search(text):
        line = text.count("\n", 0, hidden.start()) + 1
        code = f"U+{ord(hidden[0]):04X}"
        fix = f'Remove it, or write "\\u{ord(hidden[0]):04x}" in double quotes.'
        faults.add("", f"The character {code} cannot be seen in an editor.", fix, line)
        return None
    before = len(faults.found)
    builder = _Builder(faults)
    try:
        # The parser keeps its own stack, so that deep nesting cannot exhaust Python's.
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _Refused:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # At the end of the text, the parser names the line after it.
        line = min(mark.line + 1, len(text.splitlines())) if mark else 0
        fix = "Check the indentation, the quotes and the brackets here; tabs do not indent."
        faults.add("", f"This is no YAML: {error.problem or error.context}.", fix, line)
        return None
    if builder.root is None:
        faults.add("", "The file is empty.", "Write a rule, or remove the file.")
    return builder.root if len(faults.found) == before else None


class _Refused(Exception):  # noqa: N818 - it ends the reading, it is no message
    """Reading stops here; the fault has been noted."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read."""

    line: int
    anchor: str | None
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    key: str | None = None
    key_line: int = 0


class _Builder:
    """Takes the parser's events, one by one, and makes the tree."""

    def __init__(self, faults: Faults) -> None:
        self.root: Node | None = None
        self._faults = faults
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0
        self._values = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1  # type: ignore[union-attr]  # the parser always sets it
        match event:
            case yaml.ScalarEvent():  # most are
                self._scalar(event, line)
            case yaml.AliasEvent():
                self._alias(str(event.anchor), line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self._refuse(
                        "The file holds a second document.", "Remove the `---`.", line
                    )
            case _:
                pass

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag is not None:
            raise self._tagged(event.tag, line)
        if self._wants_key():
            fix = 'Put a value such as "{{name}}" in quotes.' if mapping else "Use text as the key."
            raise self._refuse("A key must be text.", fix, line)
        if len(self._stack) >= MAX_DEPTH:
            message = f"This is nested more than {MAX_DEPTH} levels deep."
            raise self._refuse(message, "Flatten it.", line)
        self._count(1, line)
        self._stack.append(_Open(line, event.anchor, mapping))

    def _end(self) -> None:
        done = self._stack.pop()
        children = done.entries.values() if done.mapping else done.items
        value = done.entries if done.mapping else tuple(done.items)
        node = Node(value, done.line, size=1 + sum(child.size for child in children))
        self._place(node, done.anchor)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if event.tag is not None:
            raise self._tagged(event.tag, line)
        if self._wants_key():
            self._key(event, line)
            return
        self._count(1, line)
        block = line + 1 if event.style == "|" else None
        value = self._plain(event.value, line) if event.implicit[0] else event.value
        self._place(Node(value, line, block), event.anchor)

    def _plain(self, text: str, line: int) -> Scalar:
        """What a word without quotes means."""
        if text in _WORDS:
            return _WORDS[text]
        read: Callable[[str], int | float]
        if _INTEGER.fullmatch(text):
            read = int
        elif _FLOAT.fullmatch(text):
            read = float
        else:
            return text
        if len(text) > 300 or abs(value := read(text)) == float("inf"):
            raise self._refuse("This number is too large.", "Put it in quotes.", line)
        return value

    def _key(self, event: yaml.ScalarEvent, line: int) -> None:
        top = self._stack[-1]
        name = event.value
        if event.anchor is not None:
            raise self._refuse("A key may not have an anchor.", "Give it to the value.", line)
        if name == "<<" and event.implicit[0]:
            fix = "Write the keys out, or use an anchor for a whole value."
            raise self._refuse("Merge keys (`<<`) are not read.", fix, line)
        if name in top.entries:
            first = top.entries[name].line
            message = f"The key stands here twice, first on line {first}."
            self._faults.add(self._path(name), message, "Remove one of them.", line)
        top.key, top.key_line = name, line

    def _alias(self, anchor: str, line: int) -> None:
        if self._wants_key():
            raise self._refuse("A key must be text.", "Write the key out.", line)
        node = self._anchors.get(anchor)
        if node is None:
            message = f"The anchor {quoted('&' + anchor)} is not complete before this line."
            raise self._refuse(message, "Define it above, outside of itself.", line)
        self._count(node.size, line)
        self._place(replace(node, line=line, text_line=None), None)

    def _place(self, node: Node, anchor: str | None) -> None:
        """Put a finished value where it belongs."""
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if top.key is None:
            top.items.append(node)
        else:
            top.entries[top.key] = Node(node.value, top.key_line, node.text_line, node.size)
            top.key = None

    def _count(self, size: int, line: int) -> None:
        self._values += size
        if self._values > MAX_VALUES:
            message = f"The file has more than {MAX_VALUES:,} values, anchors written out."
            raise self._refuse(message, "Split it, or use fewer anchors.", line)

    def _wants_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].mapping and self._stack[-1].key is None

    def _path(self, name: str) -> str:
        return ".".join([level.key for level in self._stack if level.key is not None] + [name])

    def _tagged(self, tag: str, line: int) -> _Refused:
        return self._refuse(f"The tag {quoted(tag)} is not read.", "Write the plain value.", line)

    def _refuse(self, message: str, fix: str, line: int) -> _Refused:
        keys = [level.key for level in self._stack if level.key is not None]
        self._faults.add(".".join(keys), message, fix, line)
        return _Refused()
