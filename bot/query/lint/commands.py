"""Warnings about what commands do to one another: order, names, rows.

Q003, Q011 to Q014, Q020, Q023, Q024, Q029 to Q031, Q033, Q035.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from bot.query.ast import (
    Binary,
    Command,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    FilterIndex,
    Item,
    Limit,
    Number,
    Parse,
    Query,
    Regex,
    Sort,
    Stats,
)
from bot.query.errors import quoted
from bot.query.lint.traps import Warning, warn
from bot.query.readings import uses_order
from bot.query.syntax.groups import read_groups
from bot.query.syntax.scope import Scope, columns_of
from bot.query.syntax.visible import is_among
from bot.query.walk import walk

_PAGE = 10_000
"""Rows that GetQueryResults gives at a time."""


def commands(query: Query) -> Iterator[Warning]:
    """The commands of one pipeline, without its sub-queries."""
    yield from _gone(query)
    made: dict[str, Command] = {}
    for at, command in enumerate(query.commands):
        before, after = query.commands[:at], query.commands[at + 1 :]
        match command:
            case Fields() | Display():
                yield from _fields(command, made, after)
            case Parse():
                yield from _again(command, _parsed(command), made)
            case Sort():
                yield from _sort(command, after)
            case Limit():
                yield from _limit(command, before, after)
            case Dedup():
                yield from _dedup(command, before)
            case Stats():
                yield from _stats(command, after)
                made = {}
            case FilterIndex():
                message = "Only log groups with an index, and events after it was made, are seen."
                yield warn("Q030", command, message)
            case _:
                pass


def _fields(
    command: Fields | Display, made: dict[str, Command], after: Sequence[Command]
) -> Iterator[Warning]:
    names: set[str] = set()
    told: set[str] = set()
    for item in command.items:
        for node in walk(item.expression):
            if isinstance(node, Field) and (name := _part_of(node, names)) not in ("", *told):
                told.add(name)
                message = f"{quoted(name)} is made by this same command: here it is still missing."
                hint = "Take it in a `fields` of its own, after a `|`."
                yield warn("Q011", node, message, hint)
        if item.alias is not None:
            names.add(item.alias)
    yield from _again(command, [item.column for item in command.items if _computes(item)], made)
    if isinstance(command, Fields) and not any(map(_computes, command.items)):
        yield from _unused(command, after)


def _computes(item: Item) -> bool:
    return item.alias is not None or not isinstance(item.expression, Field)


def _part_of(field: Field, names: set[str]) -> str:
    """The name among these that the field is, or is a part of."""
    for length in range(1, len(field.parts) + 1):
        if (name := Field(field.parts[:length]).name) in names:
            return name
    return ""


def _parsed(command: Parse) -> Sequence[str]:
    if isinstance(command.pattern, Regex):
        return (*read_groups(command.pattern, "").names, *command.aliases)
    return command.aliases


def _again(command: Command, names: Sequence[str], made: dict[str, Command]) -> Iterator[Warning]:
    for name in names:
        if name in made:
            yield warn("Q012", command, f"{quoted(name)} was made before; this hides the first.")
        made[name] = command


def _unused(command: Fields, after: Sequence[Command]) -> Iterator[Warning]:
    """`fields` that shows whole events before a `stats`, which shows none."""
    shown = any(item.column == "@message" for item in command.items)
    for later in after:
        if shown and isinstance(later, Stats):
            columns = ", ".join(item.column for item in (*later.items, *later.by))
            message = f"The `stats` after it shows only {quoted(columns)}, and no `@message`."
            yield warn("Q035", command, message)
            return


def _sort(command: Sort, after: Sequence[Command]) -> Iterator[Warning]:
    for key in command.keys:
        if key.descending is None:
            message = (
                f"AWS does not say in which direction {quoted(str(key.expression))} is sorted."
            )
            yield warn("Q003", key, message)
            break
    if any(isinstance(later, Stats) for later in after) and not uses_order(after):
        yield warn("Q013", command, "The `stats` after it forgets this order.")


def _limit(
    command: Limit, before: Sequence[Command], after: Sequence[Command]
) -> Iterator[Warning]:
    if command.any:
        yield warn("Q031", command, "These are any rows that match, not the newest.")
    if isinstance(command.count, Number) and command.count.value > _PAGE:
        yield warn("Q033", command, "The rows behind the first 10,000 are on further pages.")
    if any(isinstance(earlier, Sort) for earlier in before):
        return  # the first of a sorted list are what was meant
    for later in after:
        if isinstance(later, Filter | FilterIndex | Stats | Sort | Dedup):
            word = type(later).__name__.lower()
            shown = f"The `{word}` after it sees only {command.count} rows"
            yield warn("Q020", command, f"{shown}, in no documented order.")
            return


def _dedup(command: Dedup, before: Sequence[Command]) -> Iterator[Warning]:
    sorts = [earlier for earlier in before if isinstance(earlier, Sort)]
    if any(isinstance(earlier, Stats) for earlier in before):
        return
    if not sorts:
        yield warn("Q023", command, "Without a `sort`, the newest event of each is kept.")
        return
    key = sorts[-1].keys[0]
    is_time = isinstance(key.expression, Field) and key.expression.name in (
        "@timestamp",
        "eventTime",
    )
    if is_time and not key.descending:
        yield warn("Q024", command, "After this `sort`, the oldest event of each is kept.")


def _stats(command: Stats, after: Sequence[Command]) -> Iterator[Warning]:
    if command.by:
        return
    for later in after:
        if isinstance(later, Stats):
            return
        if isinstance(later, Filter):
            yield from _absence(later)


def _gone(query: Query) -> Iterator[Warning]:
    """A name that no command makes after a `stats`, where AWS's own samples have such names."""
    scope = Scope(query.text)
    told = False
    for at, command in enumerate(query.commands):
        columns = scope.columns or set()
        for field in _shown_or_sorted(command) if columns and not told else ():
            # There are commands of which nobody knows what columns they make.
            before = Query(query.commands[:at])
            if not is_among(field, columns) and not told and columns_of(before, query.text):
                told = True
                message = f"After `stats` there is no {quoted(field.name)}."
                yield warn("Q014", field, message, _instead(field.name, columns))
        scope.follow(command, command.span)


def _shown_or_sorted(command: Command) -> Iterator[Field]:
    """The plain names in the command that the parser lets pass."""
    match command:
        case Sort(keys):
            yield from (key.expression for key in keys if isinstance(key.expression, Field))
        case Fields(items) | Display(items):
            yield from (item.expression for item in items if isinstance(item.expression, Field))
        case _:
            pass


def _instead(name: str, columns: set[str]) -> str:
    near = [c for c in sorted(columns) if c.startswith(f"{name}(")]
    if name == "@timestamp":
        near = [c for c in sorted(columns) if c.startswith("bin(")]
    near = near or difflib.get_close_matches(name[:80], sorted(columns), 1)
    return f"Write `{near[0]}`." if near else ""


def _absence(command: Filter) -> Iterator[Warning]:
    for node in walk(command):
        match node:
            case Binary("<" | "<=", Field(), Number()) | Binary("=", Field(), Number("0")):
                message = "If no event matches, there may be no row that this could hold for."
                yield warn("Q029", node, message)
            case _:
                pass
