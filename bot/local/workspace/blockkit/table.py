"""The whole table of Block Kit, and every limit in it as a row that docs and tests can walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.local.workspace.blockkit.blocks import BLOCKS
from bot.local.workspace.blockkit.elements import ELEMENTS, PASSIVE
from bot.local.workspace.blockkit.objects import OBJECTS
from bot.local.workspace.blockkit.payloads import ACTION_ID, BLOCK_ID, PAYLOADS, TOTALS
from bot.local.workspace.blockkit.rich_text import RICH_TEXT_PARTS
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
    Text,
)

TABLE: Mapping[str, Shape] = {
    **BLOCKS,
    **ELEMENTS,
    **RICH_TEXT_PARTS,
    **OBJECTS,
    **PAYLOADS,
}
"""Every object that Slack knows, by row: the room it is of, and its name."""


def own_fields(row: str) -> Mapping[str, Spec]:
    """The fields that every object of a room has besides those of its row."""
    room = row.partition("/")[0]
    if room == "blocks":
        return {"block_id": BLOCK_ID}
    if room == "elements" and row not in PASSIVE:
        return {"action_id": ACTION_ID}
    return {}


FIELDS: Mapping[str, Mapping[str, Spec]] = {
    row: {**shape.fields, **own_fields(row)} for row, shape in TABLE.items()
}
"""The fields of every row but `type`, which tells the row."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: where it holds, what it bounds, the number and the page that says so."""

    where: str
    what: str
    number: int
    page: str
    chosen: str = ""

    @property
    def name(self) -> str:
        """How tests and docs call it."""
        return f"{self.where}: {self.what}"


def limits() -> Iterator[Limit]:
    """Every limit, in the order of the table, those over whole payloads last."""
    for row, shape in TABLE.items():
        for name, spec in FIELDS[row].items():
            chosen = shape.chosen.get(name, "")
            for what, number in _numbers(spec):
                yield Limit(f"{row}.{name}", what, number, shape.page, chosen)
    for name, total in TOTALS.items():
        yield Limit(name, total.says, total.most, total.page, total.chosen)


def _numbers(spec: Spec, inside: str = "") -> Iterator[tuple[str, int]]:
    """The numbers of a specification, each with what it bounds."""
    match spec:
        case String(most, least):
            yield from _pair(inside, "characters", least, most)
        case Text(most):
            yield from _pair(inside, "characters", 1, most)
        case Number(least, most, above):
            if above is not None:
                yield f"{inside}more than", above
            if least is not None:
                yield f"{inside}at least", least
            if most is not None:
                yield f"{inside}at most", most
        case Many(of, most, least):
            yield from _pair(inside, "items", least, most)
            yield from _numbers(of, f"{inside}item, ")
        case Either(first, second):
            yield from _numbers(first, inside)
            yield from _numbers(second, inside)
        case Flag() | Anything() | Object() | One() | Part():
            pass


def _pair(inside: str, unit: str, least: int, most: int | None) -> Iterator[tuple[str, int]]:
    if least:
        yield f"{inside}least {unit}", least
    if most is not None:
        yield f"{inside}most {unit}", most
