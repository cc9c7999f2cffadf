"""What is known about a query's columns before it runs: their order, and which hold times."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.query.ast import Call, Display, Expression, Field, Fields, Item, Query, Stats

POINTER = "@ptr"
"""CloudWatch adds it to every row that stands for one event; it means nothing to people."""

_TIME_FIELDS = frozenset({"@timestamp", "@ingestionTime"})
_TIME_CALLS = frozenset({"bin", "datefloor", "dateceil", "frommillis"})
_KEEPING = frozenset({"min", "max", "earliest", "latest", "coalesce"})


def time_columns(query: Query) -> frozenset[str]:
    """The columns that hold a point in time, which CloudWatch writes in UTC."""
    times = set(_TIME_FIELDS)
    for command in query.commands:
        match command:
            case Fields(items) | Display(items):
                made = _times(items, times)
                times = (times - {item.column for item in items}) | made
            case Stats(items, by):
                times = _times((*by, *items), times)
            case _:
                pass
    return frozenset(times)


def named_columns(query: Query) -> tuple[str, ...]:
    """The columns that the query's text names, in the order of the text; empty if it names none."""
    names: dict[str, None] = {}
    for command in query.commands:
        match command:
            case Fields(items):
                names |= dict.fromkeys(item.column for item in items)
            case Display(items):
                names = dict.fromkeys(item.column for item in items)
            case Stats(items, by):
                names = dict.fromkeys(item.column for item in (*by, *items))
            case _:
                pass
    return tuple(names)


def in_order(rows: Sequence[Mapping[str, str]], expected: Collection[str] = ()) -> tuple[str, ...]:
    """The columns of rows that leave out what they miss, in the order that the rows have them.

    A column that the first rows miss stands where a later row has it, and one that all rows miss
    where `expected` has it. `@ptr` is left out.
    """
    order: list[str] = []
    known: set[str] = set()
    for row in (*rows, expected):
        if known.issuperset(row):
            continue
        place = 0
        for name in row:
            if name in known:
                place = order.index(name) + 1
            else:
                order.insert(place, name)
                known.add(name)
                place += 1
    return tuple(name for name in order if name != POINTER)


def _times(items: Iterable[Item], known: set[str]) -> set[str]:
    return {item.column for item in items if _is_time(item.expression, known)}


def _is_time(expression: Expression, known: set[str]) -> bool:
    match expression:
        case Field():
            return expression.name in known
        case Call(name, arguments):
            if name.lower() in _TIME_CALLS:
                return True
            return (
                name.lower() in _KEEPING
                and bool(arguments)
                and all(_is_time(argument, known) for argument in arguments)
            )
        case _:
            return False
