"""What Slack wants of all blocks of a payload together: ids, surfaces, and what is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.local.workspace.blockkit.blocks import BLOCKS
from bot.local.workspace.blockkit.elements import ELEMENTS
from bot.local.workspace.blockkit.payloads import TOTALS
from bot.local.workspace.blockkit.problem import Problem, failed, shown
from bot.local.workspace.blockkit.shapes import Surface

ACROSS: Mapping[str, tuple[str, str]] = {
    "a block stands only on a surface that its page names": (
        "reference/block-kit/blocks",
        "",
    ),
    "an element stands only on a surface that its page names": (
        "reference/block-kit/block-elements",
        "",
    ),
    "block_id is unique in a message or view": (
        "reference/block-kit/blocks/section-block",
        "rich text inside other blocks is not counted: the page of plan repeats one",
    ),
    "action_id is unique in its block": ("reference/block-kit/block-elements/button-element", ""),
    "response_url_enabled only in an input block of a modal": (
        "reference/block-kit/block-elements/select-menu-element",
        "",
    ),
    "a modal with an input block has a submit": ("reference/views/modal-views", ""),
}
"""Rules over a payload that are no number: what they say, the page, and what was chosen."""


class Across:
    """What was seen in one payload so far. Problems go to the list that the walk fills."""

    def __init__(self, surface: Surface, problems: list[Problem]) -> None:
        """`surface` is where the payload will stand."""
        self.surface = surface
        self.problems = problems
        self.characters = 0
        """Of all texts so far."""
        self.inputs: list[str] = []
        """Where input blocks stand."""
        self._block_ids: set[str] = set()
        self._action_ids: set[str] = set()
        self._block = ""
        self._counts = dict.fromkeys(TOTALS, 0)

    @contextmanager
    def block(self, row: str, block: Mapping[Any, Any], at: str) -> Iterator[None]:
        """While the walk is in a block that stands by itself; what is in it was looked at after."""
        self._on_surface(BLOCKS[row].surfaces, block, at)
        name = block.get("block_id")
        if isinstance(name, str) and name:
            if name in self._block_ids:
                self._again(f"{at}/block_id", "block_id", name)
            self._block_ids.add(name)
        if row == "blocks/input":
            self.inputs.append(at)
        outside = self._action_ids, self._block
        self._action_ids, self._block = set(), row
        yield
        self._action_ids, self._block = outside
        if row in _COUNTED:
            for total, count, place in _COUNTED[row]:
                self._add(total, count(block), at + place)

    def element(self, row: str, element: Mapping[Any, Any], at: str) -> None:
        """An element that the walk comes to."""
        self._on_surface(ELEMENTS[row].surfaces, element, at)
        name = element.get("action_id")
        if isinstance(name, str) and name:
            if name in self._action_ids:
                self._again(f"{at}/action_id", "action_id", name)
            self._action_ids.add(name)
        if element.get("focus_on_load") is True:
            self._add("focus", 1, f"{at}/focus_on_load")
        if element.get("response_url_enabled") is True and not (
            self._block == "blocks/input" and self.surface in ("modal", "any")
        ):
            message = "response_url_enabled is only for an input block of a modal"
            self.problems.append(failed(f"{at}/response_url_enabled", "not", message))

    def end(self, at: str) -> None:
        """The walk is through. What is shown counts over a message; a view has a size instead."""
        if self.surface in ("message", "any"):
            more = self.characters - self._counts["text characters"]
            self._add("text characters", more, at)

    def _on_surface(self, surfaces: frozenset[Surface], item: Mapping[Any, Any], at: str) -> None:
        if self.surface != "any" and self.surface not in surfaces:
            kind = shown(item.get("type"))
            message = f"unsupported type: {kind} (not in a {self.surface})"
            allowed = [s for s in ("message", "modal", "home") if s in surfaces]
            self.problems.append(failed(f"{at}/type", "enum", message, allowed, self.surface))

    def _again(self, at: str, what: str, name: str) -> None:
        message = f"{what} already exists: {shown(name)}"
        self.problems.append(failed(at, "unique", message, got=shown(name)))

    def _add(self, name: str, count: int, at: str) -> None:
        """Count; the one that is too many is told, and those after it are not."""
        total, before = TOTALS[name], self._counts[name]
        self._counts[name] = before + count
        if before <= total.most < before + count:
            kind = "max_length" if "characters" in name else "max_items"
            message = f"no more than {total.most} allowed: {total.says}"
            self.problems.append(failed(at, kind, message, total.most, before + count))


def _one(_: Mapping[Any, Any]) -> int:
    return 1


def _markdown(block: Mapping[Any, Any]) -> int:
    text = block.get("text")
    return len(text) if isinstance(text, str) else 0


def _cells(block: Mapping[Any, Any]) -> int:
    rows = block.get("rows")
    return sum(_characters(row) for row in rows) if isinstance(rows, list) else 0


_DEEPEST = 8
"""A row, a cell, a rich_text, its list, a section of it, a text: six."""


def _characters(value: object, deep: int = 0) -> int:
    """The characters that a row or cell shows; the address of a link that has no text."""
    if deep > _DEEPEST:
        return 0
    if isinstance(value, list):
        return sum(_characters(item, deep + 1) for item in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text") or (value.get("url") if value.get("type") == "link" else None)
    inside = _characters(value.get("elements"), deep + 1)
    return (len(own) if isinstance(own, str) else 0) + inside


_Counter = tuple[str, Callable[[Mapping[Any, Any]], int], str]

_COUNTED: Mapping[str, tuple[_Counter, ...]] = {
    "blocks/table": (("tables", _one, "/type"), ("table characters", _cells, "/rows")),
    "blocks/data_table": (("data table characters", _cells, "/rows"),),
    "blocks/data_visualization": (("charts", _one, "/type"),),
    "blocks/markdown": (("markdown characters", _markdown, "/text"),),
}
"""By block: the total that it adds to, how much, and where a problem is told."""
