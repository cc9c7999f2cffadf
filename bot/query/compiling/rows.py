"""Compiles the commands that look at one row at a time.

CloudWatch Logs user guide, pages of the commands. Names mean what the commands before made of
them; the items of one `fields` do not see each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from bot.query.ast import (
    Display,
    Expand,
    Expression,
    Field,
    Fields,
    Filter,
    FilterIndex,
    Item,
    JsonExtract,
    Parse,
    ParseForm,
    Regex,
    Unnest,
)
from bot.query.columns.batch import Batch, Column, Reader, at
from bot.query.compiling.arguments import texts
from bot.query.compiling.compute import compute, condition, conjuncts
from bot.query.compiling.frame import Frame
from bot.query.extracting.forms import csv_values, logfmt
from bot.query.extracting.json_paths import json_path
from bot.query.extracting.rows import (
    Elements,
    Matches,
    elements,
    expanded,
    spread,
    spread_matches,
)
from bot.query.functions.patterns import Extract, glob_extract, regex_extract, regex_extract_all
from bot.query.syntax.groups import read_groups

_MESSAGE = Field(("@message",))


def add_fields(frame: Frame, command: Fields) -> None:
    """`fields`: more columns."""
    for name, reader in _items(frame, command.items).items():
        frame.show(name, reader)


def add_display(frame: Frame, command: Display) -> None:
    """`display`: exactly these columns; the last one counts."""
    frame.displayed = _items(frame, command.items)


def _items(frame: Frame, items: Sequence[Item]) -> dict[str, Reader]:
    """Compute the items; the columns that they make."""
    columns: dict[str, Reader] = {}
    made: dict[str, int] = {}
    visible = frame.readings.same_fields == "visible"
    for item in items:
        reader = _shown(frame, item.expression)
        if item.alias is not None or not isinstance(item.expression, Field):
            place = frame.segment.assign(reader)
            reader = at(place)
            made[item.column] = place
            if visible:
                frame.layout.name(item.column, place)
        columns[item.column] = reader
    for name, place in made.items():
        frame.layout.name(name, place)
    return columns


def _shown(frame: Frame, node: Expression) -> Reader:
    """What an item shows. AWS samples name system fields behind a `stats` too: they are missing."""
    if isinstance(node, Field) and str(node.parts[0]).startswith("@"):
        return frame.layout.read_if_there(node)
    return compute(frame.place, node)


def add_filter(frame: Frame, command: Filter | FilterIndex) -> None:
    """`filter` and `filterIndex`: only the rows for which it holds, one condition after the other."""
    for part in conjuncts(command.condition):
        frame.segment.add_filter(condition(frame.place, part))


# ---------------------------------------------------------------------------------------- parse
def add_parse(frame: Frame, command: Parse) -> None:
    """`parse` with a glob or a regex. A text that does not fit gives no values.

    A group that has a name inside the regex and one after `as` is a column under both. What a glob
    has no `*` for has no value.
    """
    source = texts(compute(frame.place, command.source or _MESSAGE))
    if isinstance(command.pattern, Regex):
        inside = read_groups(command.pattern, frame.query.text).names
        names = [*enumerate(inside), *enumerate(command.aliases)]
        if command.multi:
            _add_matches(frame, regex_extract_all(command.pattern.pattern, inside), source, names)
            return
        extract = regex_extract(command.pattern.pattern, inside)
    else:
        names = [*enumerate(command.aliases)]
        extract = glob_extract(command.pattern.value)
    found = frame.segment.assign(lambda batch: _extracted(extract, source(batch)))
    for nth, name in names:
        frame.make(name, partial(_nth, found, nth))


def _extracted(extract: Extract, column: Column) -> Column:
    """What `parse` takes from each text, as a list of values; None where it does not fit."""
    return [None if text is None else extract(text) for text in column]  # type: ignore[misc, arg-type]


def _nth(found: int, nth: int, batch: Batch) -> Column:
    """One of the values that `parse` took, where it took so many."""
    taken: Iterable[Any] = batch.column(found)
    return [values[nth] if values is not None and nth < len(values) else None for values in taken]


def _add_matches(
    frame: Frame, matches: Matches, source: Reader, names: Sequence[tuple[int, str]]
) -> None:
    """`parse … multi`: a row for each match. A name comes with the number of its group."""
    places = [frame.layout.reserve() for _ in {nth for nth, _ in names}]

    def step(batch: Batch) -> Batch:
        rows, columns = spread_matches(source(batch), matches, len(places))  # type: ignore[arg-type]
        batch = batch.take(rows)
        for place, column in zip(places, columns, strict=True):
            batch.put(place, column)
        return batch

    frame.add_step(step)
    for nth, name in names:
        frame.name(name, places[nth])


def add_parse_form(frame: Frame, command: ParseForm) -> None:
    """`parse … logfmt` and `parse … csv`."""
    source = texts(compute(frame.place, command.source or _MESSAGE))
    if command.form == "logfmt":
        (name,) = command.aliases
        frame.make(name, lambda batch: [None if t is None else logfmt(t) for t in source(batch)])  # type: ignore[arg-type]
        return
    width = len(command.aliases)
    extract: Extract = lambda text: tuple(csv_values(text, width))  # noqa: E731
    found = frame.segment.assign(lambda batch: _extracted(extract, source(batch)))
    for nth, name in enumerate(command.aliases):
        frame.make(name, partial(_nth, found, nth))


def add_json(frame: Frame, command: JsonExtract) -> None:
    """`json field=f "a.b" as x`."""
    source, extract = (
        compute(frame.place, command.source or _MESSAGE),
        json_path(command.path.value),
    )
    frame.make(command.alias, lambda batch: list(map(extract, source(batch))))


# ------------------------------------------------------------------------------- rows of elements
def add_unnest(frame: Frame, command: Unnest) -> None:
    """`unnest`: a row for each element of a list."""
    _spread(frame, compute(frame.place, command.value), elements, command.name)


def add_expand(frame: Frame, command: Expand) -> None:
    """`expand`: a row for each element of the JSON array that a text is, under the same name."""
    _spread(frame, compute(frame.place, command.field), expanded, command.field.name)


def _spread(frame: Frame, source: Reader, split: Elements, name: str) -> None:
    place = frame.layout.reserve()

    def step(batch: Batch) -> Batch:
        rows, column = spread(source(batch), split)
        batch = batch.take(rows)
        batch.put(place, column)
        return batch

    frame.add_step(step)
    frame.name(name, place)
