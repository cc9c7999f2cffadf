"""One mapping of a file, read key by key: what is wrong goes to the faults, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

from bot.query.errors import quoted
from bot.rules.fault import Faults, did_you_mean, listed
from bot.rules.format import Key
from bot.rules.yaml_reader import Node

LONGEST = 2_000
"""Characters of a text for people."""

_DURATION = re.compile(r"([1-9][0-9]{0,5})(s|m|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_KINDS: Mapping[type, str] = {
    dict: "a mapping", tuple: "a list", str: "text", bool: "true or false",
    int: "a number", float: "a number", type(None): "nothing",
}  # fmt: skip


class Section:
    """One mapping and the table of its keys. Keys that the table does not hold are faults.

    Every reader returns an empty value of its type where the key is missing or wrong; then a
    fault says so, unless the table says that the key may be missing.
    """

    def __init__(
        self,
        node: Node,
        path: str,
        keys: Mapping[str, Key],
        faults: Faults,
        not_yet: Collection[str] = (),
    ) -> None:
        self.path = path
        self.line = node.line
        self.faults = faults
        self._keys = keys
        self._entries: dict[str, Node] = {}
        if isinstance(node.value, dict):
            self._entries = node.value
        else:
            self._wrong(path, node, "a mapping of keys")
            self._keys = {}
        for name, entry in self._entries.items():
            if name in not_yet:
                message = "This key is not obeyed yet."
                faults.add(self.at(name), message, "Remove it for now.", entry.line)
            elif name not in keys:
                fix = did_you_mean(name, keys, f"Keys are {listed(keys)}.")
                message = f"There is no key {quoted(name)} here."
                faults.add(self.at(name), message, fix, entry.line)

    def at(self, name: str) -> str:
        """The dotted place of a key, or of the section itself (an empty name), for faults."""
        return ".".join(part for part in (self.path, name) if part)

    def line_of(self, name: str) -> int:
        """The line of a key, or of the section where the key is missing."""
        return self._entries[name].line if name in self._entries else self.line

    def fault(self, name: str, message: str, fix: str = "") -> None:
        """Note that something is wrong with the value of a key."""
        self.faults.add(self.at(name), message, fix, self.line_of(name))

    def has(self, name: str) -> bool:
        """Whether the key is there, right or wrong."""
        return name in self._entries

    def node(self, name: str) -> Node | None:
        """The value of a key as it stands; a fault if it is missing and must not be."""
        found = self._entries.get(name)
        if found is None and name in self._keys and self._keys[name].needed == "yes":
            message = f"The key {quoted(name)} is missing."
            self.faults.add(self.at(name), message, f"Add it: {self._keys[name].words}.", self.line)
        return found

    def text(self, name: str, pattern: str = "", shape: str = "", longest: int = LONGEST) -> str:
        """A text for people, or one that matches `pattern`; `shape` says what that means."""
        found = self.node(name)
        return "" if found is None else self._text(self.at(name), found, (pattern, shape, longest))

    def texts(self, name: str, pattern: str = "", shape: str = "") -> tuple[str, ...]:
        """A list of texts, each once."""
        found = self._list(name)
        read = [self._text(f"{self.at(name)}[{i}]", n, (pattern, shape, LONGEST)) for i, n in found]
        for i, text in enumerate(read):
            if text and text in read[:i]:
                self.fault(name, f"{quoted(text)} stands here twice.", "Remove one of them.")
        return tuple(text for text in read if text)

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """One of a few words."""
        found = self.node(name)
        if found is None:
            return default
        if not isinstance(found.value, str):
            self._wrong(self.at(name), found, f"one of {listed(choices)}")
        elif found.value not in choices:
            fix = did_you_mean(found.value, choices, f"Write one of {listed(choices)}.")
            self.fault(name, f"{quoted(found.value)} is none of the words for this key.", fix)
        else:
            return found.value
        return default

    def duration(self, name: str, least: timedelta, most: timedelta) -> timedelta | None:
        """A duration such as `5m`, between `least` and `most`."""
        found = self.node(name)
        if found is None:
            return None
        given = found.value if isinstance(found.value, str) else ""
        if not (read := _DURATION.fullmatch(given)):
            self._wrong(self.at(name), found, "a duration such as 5m, 24h or 7d")
            return None
        value = timedelta(seconds=int(read[1]) * _SECONDS[read[2]])
        if not least <= value <= most:
            fix = f"It may be from {duration_text(least)} to {duration_text(most)}."
            self.fault(name, f"{quoted(given)} is too {'short' if value < least else 'long'}.", fix)
            return None
        return value

    def flag(self, name: str) -> bool:
        """`true` or `false`; false when it is missing."""
        found = self.node(name)
        if found is None:
            return False
        if not isinstance(found.value, bool):
            self._wrong(self.at(name), found, "true or false")
            return False
        return found.value

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number between `least` and `most`."""
        found = self.node(name)
        if found is None:
            return None
        value = found.value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._wrong(self.at(name), found, f"a whole number from {least:,} to {most:,}")
            return None
        return value

    def section(
        self, name: str, keys: Mapping[str, Key], not_yet: Collection[str] = ()
    ) -> Section | None:
        """A mapping below a key."""
        found = self.node(name)
        if found is None:
            return None
        return Section(found, self.at(name), keys, self.faults, not_yet)

    def sections(self, name: str, keys: Mapping[str, Key]) -> list[Section]:
        """A list of mappings."""
        return [
            Section(node, f"{self.at(name)}[{i}]", keys, self.faults)
            for i, node in self._list(name)
        ]

    def entries(self, name: str) -> Iterator[tuple[str, Node]]:
        """The names that the author chose below a key, with their values."""
        found = self.node(name)
        if found is None:
            return
        if isinstance(found.value, dict):
            yield from found.value.items()
        else:
            self._wrong(self.at(name), found, "a mapping of names to values")

    def nodes(self, name: str) -> list[Node]:
        """The values of a list."""
        return [node for _, node in self._list(name)]

    def wrong(self, name: str, node: Node, wanted: str) -> None:
        """Note that a value is not of the kind that is wanted."""
        self._wrong(self.at(name), node, wanted)

    def _list(self, name: str) -> list[tuple[int, Node]]:
        found = self.node(name)
        if found is None:
            return []
        if not isinstance(found.value, tuple):
            self._wrong(self.at(name), found, "a list")
            return []
        return list(enumerate(found.value))

    def _text(self, path: str, node: Node, wanted: tuple[str, str, int]) -> str:
        pattern, shape, longest = wanted
        if not isinstance(node.value, str):
            self._wrong(path, node, shape or "text")
            return ""
        value = node.value.strip()
        if not value:
            self.faults.add(path, "This is empty.", f"Write {shape or 'text'}.", node.line)
        elif pattern and not re.fullmatch(pattern, value):
            message = f"{quoted(value)} does not fit here."
            self.faults.add(path, message, f"Write {shape}.", node.line)
        elif len(value) > longest:
            message = f"This has {len(value):,} characters; it may have {longest:,}."
            self.faults.add(path, message, "Make it shorter.", node.line)
        elif not value.replace("\n", "").isprintable():
            message = "This holds a character that cannot be seen."
            self.faults.add(path, message, "Remove it.", node.line)
        else:
            return value
        return ""

    def _wrong(self, path: str, node: Node, wanted: str) -> None:
        kind = _KINDS[type(node.value)]
        given = f", {quoted(str(node.value))}" if isinstance(node.value, str | int | float) else ""
        self.faults.add(
            path, f"This is {kind}{given}, not {wanted}.", f"Write {wanted}.", node.line
        )


def duration_text(value: timedelta) -> str:
    """A duration as a rule file writes it, in the largest unit that fits: `90m`, `24h`, `7d`."""
    seconds = int(value.total_seconds())
    unit = next(u for u in ("d", "h", "m", "s") if seconds % _SECONDS[u] == 0 and seconds)
    return f"{seconds // _SECONDS[unit]}{unit}"
