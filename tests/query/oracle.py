"""A second, slow implementation of the language: one row after the other, one command at a time.

It is written from the reference of the language and the table of open questions, to be compared
with the one that runs. It takes the parser's tree, and shares nothing else with it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from typing import Any

from bot.query.ast import (
    Dedup,
    Display,
    Expand,
    Field,
    Fields,
    Filter,
    JsonExtract,
    Limit,
    Parse,
    ParseForm,
    Query,
    Regex,
    Sort,
    Stats,
    Tail,
    Unnest,
)
from bot.query.readings import CHOSEN, Readings
from tests.query import oracle_values as values
from tests.query.oracle_expressions import Row, Scene, part, pattern, value_of

DEFAULT = ("@timestamp", "@message")


def answer(
    query: Query, events: Sequence[dict[str, Any]], readings: Readings = CHOSEN
) -> tuple[list[str], list[dict[str, str]]]:
    """The columns of the result, and its rows as they print."""
    oracle = Oracle(events, readings)
    for command in query.commands:
        oracle.take(command)
    oracle.settle()
    columns = oracle.columns()
    return columns, [_printed(row, columns) for row in oracle.rows[:10_000]]


def _printed(row: Row, columns: list[str]) -> dict[str, str]:
    found = {}
    for name in columns:
        value = row.columns[name] if name in row.columns else row.read(tuple(name.split(".")))
        text = values.printed(value)
        if text is not None:
            found[name] = text
    return found


def event_row(at: int, event: dict[str, Any]) -> Row:
    """The event, with its moment and its text."""
    body = {name: value for name, value in event.items() if not name.startswith("@")}
    moment = event.get("@timestamp")
    own = {"@message": values.compact(body)} | event
    return Row(own | {"@timestamp": None if moment is None else values.Moment(moment)}, at=at)


def _newest_first(row: Row) -> float:
    moment = row.read(("@timestamp",))
    return float("inf") if moment is None else -moment


class Oracle:
    """The rows and the columns after each command."""

    def __init__(self, events: Sequence[dict[str, Any]], readings: Readings) -> None:
        self.readings = readings
        self.rows = [event_row(at, event) for at, event in enumerate(events)]
        self.settled = False
        self.shown: list[str] = []
        self.displayed: list[str] | None = None

    def columns(self) -> list[str]:
        """The names of the columns of the result."""
        if self.displayed is not None:
            return self.displayed
        return list(dict.fromkeys(self.shown)) or list(DEFAULT)

    def settle(self) -> None:
        """Put events that nobody has sorted into their order: the newest first."""
        if not self.settled:
            self.rows.sort(key=_newest_first)
        self.settled = True

    def take(self, command: Any) -> None:
        """Do the next command."""
        if isinstance(command, Sort | Limit | Tail | Dedup):
            self.settle()
        match command:
            case Fields(items):
                self._compute(items)
                self.shown += [item.column for item in items]
            case Display(items):
                self._compute(items)
                self.displayed = [item.column for item in items]
            case Filter(condition):
                self.rows = [r for r in self.rows if values.holds(self.value(condition, r))]
            case Sort(keys):
                self._sort(keys)
            case Limit(count):
                self._keep(self.rows[: count.value])
            case Tail(count):
                self._keep(self.rows[-count.value :])
            case Dedup(keys):
                self._dedup(keys)
            case Stats():
                self._stats(command)
            case _:
                self._extract(command)

    def value(self, node: Any, row: Row) -> Any:
        """The value of an expression that is not part of a `stats`."""
        return value_of(node, row, Scene(self.readings))

    def _extract(self, command: Any) -> None:
        match command:
            case Parse(pattern=Regex()):
                self._parse_regex(command)
            case Parse():
                self._parse_glob(command)
            case ParseForm():
                self._parse_form(command)
            case JsonExtract(source, path, alias):
                self.shown.append(alias)
                for row in self.rows:
                    keys = tuple(re.findall(r"[^.\[\]]+", path.value))
                    row.columns[alias] = part(_decoded(self._source(source, row)), keys)
            case Unnest(value, name):
                self._unnest(value, name)
            case Expand(field):
                self._expand(field)

    def _compute(self, items: Any) -> None:
        """Items see what earlier commands made, and earlier items only where a reading says so."""
        for row in self.rows:
            seen, new = row.copy(), row.copy()
            for item in items:
                if item.alias is not None or not isinstance(item.expression, Field):
                    new.columns[item.column] = self.value(item.expression, seen)
                if self.readings.same_fields == "visible":
                    seen.columns |= new.columns
            row.columns = new.columns

    # --------------------------------------------------------------------------- all rows
    def _sort(self, keys: Any) -> None:
        for key in reversed(keys):
            pairs = [(self.value(key.expression, row), row) for row in self.rows]
            there = [pair for pair in pairs if not values.gone(pair[0])]
            falls = key.descending
            if falls is None:
                falls = self.readings.sort_direction == "descending"
            # `reverse` leaves equal rows in their order.
            there.sort(key=lambda pair: values.in_order(pair[0]), reverse=falls)
            without = [row for value, row in pairs if values.gone(value)]
            first = without if self.readings.sort_missing == "smallest" and not falls else []
            self.rows = first + [row for _, row in there] + ([] if first else without)

    def _keep(self, rows: list[Row]) -> None:
        """Go on with so many rows, which come in this order."""
        self.rows = rows
        for at, row in enumerate(rows):
            row.at = at

    def _dedup(self, keys: Any) -> None:
        seen = set()
        kept = []
        for row in self.rows:
            found = tuple(values.text(self.value(key, row)) for key in keys)
            if None in found or found not in seen:
                kept.append(row)
                seen.add(found)
        self.rows = kept

    def _stats(self, command: Stats) -> None:
        amount, unit = values.period(command.offset) if command.offset else (0, "ms")
        shift = amount * values.LENGTHS[unit]
        self.rows.sort(key=lambda row: row.at)  # `stats` does not care how rows were sorted
        groups: dict[Any, tuple[dict[str, Any], list[Row]]] = {} if command.by else {(): ({}, [])}
        for row in self.rows:
            keys = {
                key.column: value_of(key.expression, row, Scene(self.readings, None, shift))
                for key in command.by
            }
            same = tuple(map(values.text, keys.values()))
            groups.setdefault(same, (keys, []))[1].append(row)
        if self.readings.empty_stats == "no row" and not self.rows:
            groups = {}
        self.rows = [self._group(command, keys, rows) for keys, rows in groups.values()]
        self.shown = [item.column for item in (*command.by, *command.items)]
        self.displayed, self.settled = None, True

    def _group(self, command: Stats, keys: dict[str, Any], rows: list[Row]) -> Row:
        """The row of one group; an item sees the earlier ones."""
        made = Row(None, {name: None if values.gone(v) else v for name, v in keys.items()})
        for item in command.items:
            made.columns[item.column] = value_of(
                item.expression, made, Scene(self.readings, tuple(rows))
            )
        return made

    # ---------------------------------------------------------------------------- from text
    def _source(self, source: Any, row: Row) -> str | None:
        return values.text(self.value(source or Field(("@message",)), row))

    def _parse_glob(self, command: Parse) -> None:
        pieces = (command.pattern.value or "*").split("*")
        stars = ["(.*?)"] * (len(pieces) - 2) + ["(.*?)" if pieces[-1] else "(.*)"]
        body = re.escape(pieces[0]) + "".join(
            star + re.escape(piece) for star, piece in zip(stars, pieces[1:], strict=True)
        )
        self.shown += command.aliases
        for row in self.rows:
            text = self._source(command.source, row)
            found = None if text is None else re.search(body, text, re.DOTALL)
            taken = found.groups() if found else [None] * len(command.aliases)
            row.columns |= dict(zip(command.aliases, taken, strict=True))

    def _parse_regex(self, command: Parse) -> None:
        regex = pattern(command.pattern)
        names = command.aliases or tuple(regex.groupindex)
        self.shown += names
        rows = []
        for row in self.rows:
            text = self._source(command.source, row)
            found = [] if text is None else list(regex.finditer(text))
            taken = [match.groups() for match in found[: None if command.multi else 1]]
            rows += [row.copy(**dict(zip(names, groups, strict=True))) for groups in taken]
            if not found:
                rows.append(row.copy(**dict.fromkeys(names)))
        self.rows = rows

    def _parse_form(self, command: ParseForm) -> None:
        self.shown += command.aliases
        for row in self.rows:
            text = self._source(command.source, row)
            if command.form == "logfmt":
                pairs = dict(w.split("=", 1) for w in (text or "").split() if "=" in w)
                row.columns[command.aliases[0]] = pairs or None
            else:
                line = next(csv.reader([text or ""]), [])
                given = [*line, *[None] * len(command.aliases)]
                row.columns |= dict(zip(command.aliases, given, strict=False))

    # ---------------------------------------------------------------------------- from lists
    def _unnest(self, value: Any, name: str) -> None:
        self.shown.append(name)
        rows = []
        for row in self.rows:
            found = self.value(value, row)
            elements = (found if isinstance(found, list) else [found]) or [None]
            rows += [row.copy(**{name: element}) for element in elements]
        self.rows = rows

    def _expand(self, field: Field) -> None:
        self.shown.append(field.name)
        rows = []
        for row in self.rows:
            found = row.read(field.parts)
            elements = _decoded(found if isinstance(found, str) else None)
            if not isinstance(elements, list):
                rows.append(row)
                continue
            elements = elements or [None]
            rows += [row.copy(**{field.name: element}) for element in elements]
        self.rows = rows


def _decoded(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None
