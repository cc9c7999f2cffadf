"""Compiles the commands that bring in rows from elsewhere: `lookup`, `join`, `appendcols`, `SOURCE`.

CloudWatch Logs user guide, pages of the commands. Lookup tables are known when a query is compiled;
the rows of other queries are there when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from bot.errors import BotError
from bot.query.ast import (
    AppendCols,
    CidrLookup,
    Display,
    Field,
    Item,
    Join,
    Lookup,
    Query,
    Source,
)
from bot.query.columns.batch import Batch, Column, Reader, at
from bot.query.compiling.compute import compute
from bot.query.compiling.frame import Frame
from bot.query.compiling.needs import Table
from bot.query.errors import Span, quoted
from bot.query.tables.joins import join_rows
from bot.query.tables.lookups import LookupTable, filled, looked_up
from bot.query.tables.networks import Networks
from bot.query.tree.node import NOWHERE
from bot.query.walk import walk
from bot.query.windows.append import DEFAULT_MOST, append_columns

Found = Callable[[Batch], Sequence[int | None]]
"""For each row of a batch the number of a row of a table, or None."""


def note_source(frame: Frame, command: Source) -> None:
    """`SOURCE`: where to search. Whoever has the logs obeys it."""
    frame.sources.append(command)


# ---------------------------------------------------------------------------------------- lookups
def add_lookup(frame: Frame, command: Lookup) -> None:
    """`lookup`: columns of the table's first row with the same values."""
    fields = [match.field or Field((match.column,), match.span) for match in command.matches]
    readers = [compute(frame.place, field) for field in fields]
    with _placed(frame, command.span):
        table = _table(frame, command.table)
        index = table.index([match.column for match in command.matches])
        _add_outputs(frame, table, command, lambda batch: index.match([r(batch) for r in readers]))


def add_cidr_lookup(frame: Frame, command: CidrLookup) -> None:
    """`cidrlookup`: columns of the table's row with the smallest network that holds the address."""
    reader = compute(frame.place, command.field)
    with _placed(frame, command.span):
        table = _table(frame, command.table)
        networks = Networks(table, command.column or command.field.name)
        _add_outputs(frame, table, command, lambda batch: networks.match(reader(batch)))


@contextmanager
def _placed(frame: Frame, span: Span) -> Iterator[None]:
    """Give what is wrong with a table its place in the query."""
    try:
        yield
    except BotError as error:
        message, _, hint = str(error).partition("\n")
        raise frame.error(message, span, hint) from None


def _table(frame: Frame, name: str) -> LookupTable:
    table = frame.tables.get(name)
    if table is None:
        there = ", ".join(map(quoted, sorted(frame.tables)))
        hint = f"There are {there}." if there else "Give one: --lookup NAME=FILE.csv."
        raise BotError(f"There is no lookup table {quoted(name)} here.\n{hint}")
    return table


def _add_outputs(
    frame: Frame, table: LookupTable, command: Lookup | CidrLookup, find: Found
) -> None:
    """Add the columns that the command names; with OUTPUTNEW only where there is nothing yet."""
    rows = frame.segment.assign(lambda batch: find(batch))
    made: list[tuple[str, int]] = []
    for output in command.outputs:
        name = output.alias or output.column
        reader: Reader = partial(_looked_up, table.column(output.column), rows)
        if command.new:
            reader = _filling(frame.layout.read_if_there(Field((name,))), reader)
        made.append((name, frame.segment.assign(reader)))
    for name, place in made:
        frame.name(name, place)


def _looked_up(values: Sequence[str], rows: int, batch: Batch) -> Column:
    return looked_up(values, batch.column(rows))  # type: ignore[arg-type]


def _filling(old: Reader, new: Reader) -> Reader:
    return lambda batch: filled(old(batch), new(batch))


# ------------------------------------------------------------------------------------------- join
def add_join(frame: Frame, command: Join) -> None:
    """`join`: rows of another query beside those with the same key, their names behind a prefix."""
    side = f"{command.right}."
    given = frame.columns_of(command.query)
    spans = {name.removeprefix(side): span for name, span in _named(frame.query, side)}
    inside = list(dict.fromkeys([command.right_field.name, *given, *spans]))
    other = _showing(command.query, inside, spans)
    frame.columns_of(other)  # says so now where it has no such column
    fact = frame.need(other, _as_is)
    left = compute(frame.place, command.left_field)
    places = {name: frame.layout.reserve() for name in inside}

    def step(batch: Batch) -> Batch:
        column = left(batch)
        nothing: Mapping[str, Column] = dict.fromkeys(places, ())
        right = batch.facts[fact].columns if fact in batch.facts else nothing
        rows, partners = join_rows(column, right[inside[0]], command.kind)
        joined = batch.take(rows)
        for name, place in places.items():
            joined.put(place, looked_up(right[name], partners))
        return joined

    frame.add_step(step)
    frame.shown = {f"{command.left}.{name}": read for name, read in frame.columns.items()}
    frame.displayed = None
    frame.layout.prefix = command.left
    for name, place in places.items():
        frame.layout.name(side + name, place)
        if name in given:
            frame.shown[side + name] = at(place)


def _named(query: Query, prefix: str) -> Iterator[tuple[str, Span]]:
    """The names in a query that begin with a prefix, and where they stand."""
    for node in walk(query):
        if isinstance(node, Field) and node.name.startswith(prefix):
            yield node.name, node.span


def _showing(query: Query, names: Sequence[str], spans: Mapping[str, Span]) -> Query:
    """The query with these columns and no others; each is named at its span."""
    fields = [Field(tuple(name.split(".")), spans.get(name, NOWHERE)) for name in names]
    items = tuple(Item(field, None, str(field)) for field in fields)
    return Query((*query.commands, Display(items)), query.text)


def _as_is(table: Table) -> Table:
    return table


# ------------------------------------------------------------------------------------- appendcols
def add_append_cols(frame: Frame, command: AppendCols) -> None:
    """`appendcols`: the columns of another query, row beside row."""
    fact = frame.need(command.query, _as_is)
    left = list(frame.columns.items())
    names = list(dict.fromkeys([name for name, _ in left] + [*frame.columns_of(command.query)]))

    def step(batch: Batch) -> Batch:
        mine = {name: read(batch) for name, read in left}
        if fact not in batch.facts:
            return batch.replaced({}, 0, ())
        other: Table = batch.facts[fact]
        most = DEFAULT_MOST if command.most is None else command.most
        columns = append_columns(mine, other.columns, override=bool(command.override), most=most)
        size = max(map(len, columns.values()), default=0)
        rows = [row if row < batch.size else None for row in range(size)]
        return batch.replaced({p: columns[name] for p, name in enumerate(names)}, size, rows)

    frame.rebuild(names, step)
