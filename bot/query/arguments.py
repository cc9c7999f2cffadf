"""The arguments of a function: what the query must write itself, and how values are converted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.query.ast import UNITS, Duration, Expression, Text
from bot.query.errors import quoted
from bot.query.functions import Function, Kind
from bot.query.functions_address import read_subnet
from bot.query.layout import Reader, Row
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
    """A reader of the same value as what the function takes; None if it cannot be that."""
    if kind is Kind.TEXT:
        return lambda row: text_of(reader(row))
    if kind is Kind.NUMBER:
        return lambda row: number_of(reader(row))
    if kind is Kind.MOMENT:
        return lambda row: _whole(reader(row))
    return reader


def _whole(value: Value) -> Value:
    number = number_of(value)
    return None if number is None else int(number // 1)


def applied(run: Callable[..., Value], readers: Sequence[Reader]) -> Reader:
    """The function's value for its arguments, missing ones too."""
    if len(readers) == 1:
        (only,) = readers
        return lambda row: run(only(row))
    return lambda row: run(*[reader(row) for reader in readers])


def applied_to_present(run: Callable[..., Value], readers: Sequence[Reader]) -> Reader:
    """The function's value for its arguments; missing if one of them is."""

    def present(row: Row) -> Value:
        values = []
        for reader in readers:
            value = reader(row)
            if value is None:
                return None
            values.append(value)
        return run(*values)

    return present
