"""The arguments of a function: what the query must write itself, and how values are converted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.query.ast import Call, Duration, Expression, Number, Regex, Text
from bot.query.columns.batch import Batch, Column, Reader
from bot.query.compiling.place import Place
from bot.query.errors import quoted
from bot.query.functions import CONSTANT, Function, Kind
from bot.query.functions.address import read_subnet
from bot.query.functions.patterns import refers_to_groups
from bot.query.functions.periods import Period
from bot.query.functions.time_format import wrong_format
from bot.query.functions.time_read import wrong_pattern
from bot.query.functions.zone import zone_of
from bot.query.syntax.groups import read_groups
from bot.query.units import UNITS
from bot.query.values import Timestamp, Value, number_of, text_of

_MOST_RANKS = 10_000


# ------------------------------------------------------------------- what the query itself writes
def constant(place: Place, function: Function, kind: Kind, node: Expression) -> object:
    """What the node says, in a place of one of the kinds of `CONSTANT`; `QueryError` if it cannot.

    A period for `PERIOD`, its milliseconds for `SPAN`, a number for `PERCENT` and `RANKS`.
    """
    if kind is Kind.PERIOD:
        return period_of(place, function, node)
    if kind is Kind.SPAN:
        period = period_of(place, function, node)
        if period.milliseconds is None:
            hint = "Write it in days, such as `30d`."
            raise place.error(f"`{function.name}` needs a period of one length.", node, hint)
        return period.milliseconds
    number = node.value if isinstance(node, Number) else None
    if kind is Kind.PERCENT:
        if number is None or not 0 <= number <= 100:
            message = f"`{function.name}` needs a number from 0 to 100 here, such as `95`."
            raise place.error(message, node)
    elif not isinstance(number, int) or not 1 <= number <= _MOST_RANKS:
        message = f"`{function.name}` needs a whole number from 1 to {_MOST_RANKS:,} here."
        raise place.error(message, node, f"Such as `{function.name}(10, field)`.")
    return number


def constants(place: Place, function: Function, call: Call) -> list[object]:
    """The constants among the arguments of an aggregate, in their order: for `function.state`."""
    return [
        constant(place, function, function.kind(at), node)
        for at, node in enumerate(call.arguments)
        if function.kind(at) in CONSTANT
    ]


def gathered(function: Function, call: Call) -> tuple[int, Expression]:
    """The place of the argument that an aggregate gathers, and the argument: the one to compute."""
    return next(
        (at, node) for at, node in enumerate(call.arguments) if function.kind(at) not in CONSTANT
    )


def period_of(place: Place, function: Function, node: Expression) -> Period:
    """The period that the node writes; `QueryError` if it is none."""
    if not isinstance(node, Duration):
        raise place.error(f"`{function.name}` needs a period here, such as `5m`.", node)
    if node.amount < 1:
        raise place.error("A period must be longer than nothing.", node)
    return Period(node.amount, UNITS[node.unit])


def check_literal(place: Place, kind: Kind, node: Expression) -> None:
    """`QueryError` if the node is a literal that its function cannot take: it would match nothing."""
    if isinstance(node, Text) and kind in _CHECKS:
        _CHECKS[kind](place, node)
    elif isinstance(node, Number) and kind is Kind.WIDTH and not node.value > 0:
        raise place.error("A bucket must be wider than nothing.", node)


def _check_subnet(place: Place, node: Text) -> None:
    if read_subnet(node.value) is None:
        hint = "Write it with the first address of its block: `192.0.2.0/24`."
        raise place.error(f"{quoted(node.value)} is no subnet.", node, hint)


def _check_regex(place: Place, node: Text) -> None:
    read_groups(Regex(node.value, node.span), place.text)


def _check_replacement(place: Place, node: Text) -> None:
    if refers_to_groups(node.value):
        hint = "To keep a part of the text, take it out with `parse` and put it back with `concat`."
        message = "What `$` and `\\` mean in a replacement is not documented."
        raise place.error(message, node, hint)


def _check_zone(place: Place, node: Text) -> None:
    if zone_of(node.value) is None:
        hint = "Write `UTC`, an offset such as `+09:00`, or a region such as `Asia/Tokyo`."
        raise place.error(f"{quoted(node.value)} is no time zone.", node, hint)


def _check_date_pattern(place: Place, node: Text) -> None:
    if wrong := wrong_pattern(node.value):
        hint = "It is a pattern of Java's DateTimeFormatter, such as `yyyy-MM-dd HH:mm:ss`."
        raise place.error(wrong, node, hint)


def _check_time_format(place: Place, node: Text) -> None:
    if wrong := wrong_format(node.value):
        hint = "It is a format of strftime, such as `%Y-%m-%d %H:%M:%S`."
        raise place.error(wrong, node, hint)


_CHECKS: Mapping[Kind, Callable[[Place, Text], None]] = {
    Kind.SUBNET: _check_subnet,
    Kind.REGEX: _check_regex,
    Kind.REPLACEMENT: _check_replacement,
    Kind.ZONE: _check_zone,
    Kind.DATE_PATTERN: _check_date_pattern,
    Kind.TIME_FORMAT: _check_time_format,
}


# --------------------------------------------------------------------------- what the rows have
_AS_TEXT = frozenset(
    {Kind.TEXT, Kind.REGEX, Kind.REPLACEMENT, Kind.ZONE, Kind.DATE_PATTERN, Kind.TIME_FORMAT}
)


def converted(kind: Kind, reader: Reader) -> Reader:
    """A reader of the same values as what the function takes; None if one cannot be that."""
    if kind in _AS_TEXT:
        return texts(reader)
    if kind in (Kind.NUMBER, Kind.WIDTH):
        return numbers(reader)
    if kind is Kind.MOMENT:
        return lambda batch: [v if v.__class__ is Timestamp else _whole(v) for v in reader(batch)]
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
