"""The arguments of a function: what the query must write itself, and how values are converted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.query.ast import UNITS, Duration, Expression, Text
from bot.query.batch import Batch, Column, Reader
from bot.query.errors import quoted
from bot.query.functions import Function, Kind
from bot.query.functions_address import read_subnet
from bot.query.periods import Period
from bot.query.place import Place
from bot.query.values import Value, number_of, text_of


def check_subnet(place: Place, node: Expression) -> None:
    """`QueryError` if the node is a text that is no subnet: it would silently match nothing."""
    if isinstance(node, Text) and read_subnet(node.value) is None:
        hint = "Write it with the first address of its block: `192.0.2.0/24`."
        raise place.error(f"{quoted(node.value)} is no subnet.", node, hint)


def period_of(place: Place, function: Function, node: Expression) -> Period:
    """The period that the node writes; `QueryError` if it is none."""
    if not isinstance(node, Duration):
        raise place.error(f"`{function.name}` needs a period here, such as `5m`.", node)
    if node.amount < 1:
        raise place.error("A period must be longer than nothing.", node)
    return Period(node.amount, UNITS[node.unit])


def converted(kind: Kind, reader: Reader) -> Reader:
    """A reader of the same values as what the function takes; None if one cannot be that."""
    if kind is Kind.TEXT:
        return texts(reader)
    if kind is Kind.NUMBER:
        return numbers(reader)
    if kind is Kind.MOMENT:
        return lambda batch: list(map(_whole, reader(batch)))
    return reader


def texts(reader: Reader) -> Reader:
    """A reader of the values as texts."""
    return lambda batch: [v if v.__class__ is str else text_of(v) for v in reader(batch)]


def numbers(reader: Reader) -> Reader:
    """A reader of the values as numbers."""
    return lambda batch: [v if v.__class__ is int else number_of(v) for v in reader(batch)]


def _whole(value: Value) -> Value:
    number = number_of(value)
    return None if number is None else int(number // 1)


def applied(run: Callable[..., Value], readers: Sequence[Reader]) -> Reader:
    """The function's values for its arguments, missing ones too."""
    return lambda batch: list(map(run, *[reader(batch) for reader in readers]))


def applied_to_present(run: Callable[..., Value], readers: Sequence[Reader]) -> Reader:
    """The function's values for its arguments; missing if one of them is."""
    if len(readers) == 1:
        (only,) = readers
        return lambda batch: [None if v is None else run(v) for v in only(batch)]

    def present(batch: Batch) -> Column:
        rows = zip(*[reader(batch) for reader in readers], strict=True)
        return [None if any(v is None for v in row) else run(*row) for row in rows]

    return present
