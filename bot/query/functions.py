"""The functions of the language: one row each. The parser reads the signatures, the plan the code.

CloudWatch Logs user guide, "Supported operations and functions"; what it leaves open is in
`bot.query.readings`. Names mean the same in any letter case. Of two names for one function, the
one that public queries use is printed: AWS takes both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from bot.query import functions_address as addresses
from bot.query import functions_number as numbers
from bot.query import functions_structure as structures
from bot.query import functions_text as texts
from bot.query import functions_time as times
from bot.query import periods
from bot.query.aggregates import (
    Average,
    Count,
    CountDistinct,
    Deviation,
    Earliest,
    First,
    Last,
    Latest,
    Percentile,
    State,
    Sum,
)
from bot.query.values import Value


class Kind(Enum):
    """What a function takes in one place. Where it gets none of it, its result is missing."""

    ANY = "any value, a missing one too"
    TEXT = "a text; numbers are printed"
    NUMBER = "a number, or a text that is one"
    MOMENT = "a timestamp, or milliseconds since the epoch"
    PERIOD = "a period such as `5m`, written in the query"
    PERCENT = "a number from 0 to 100, written in the query"
    SUBNET = "any value; written in the query, it must be a subnet"


@dataclass(frozen=True, slots=True)
class Function:
    """One function: `name` as printed, every accepted `spellings` (lower case), its arity.

    `takes` has the kind of each argument; the last one is also that of all further arguments.
    A scalar function has `run`, from the values of its arguments to its own; or `context`, the
    name of what it gives of the run's context. An aggregate has `state`, which makes its state.
    """

    name: str
    spellings: tuple[str, ...]
    at_least: int
    at_most: int | None
    aggregate: bool = False
    takes: tuple[Kind, ...] = (Kind.ANY,)
    run: Callable[..., Value] | None = None
    context: str = ""
    state: Callable[..., State] | None = None

    def kind(self, at: int) -> Kind:
        """What the argument at this place must be."""
        return self.takes[min(at, len(self.takes) - 1)]


_ANY, _TEXT, _NUMBER = (Kind.ANY,), (Kind.TEXT,), (Kind.NUMBER,)
_IN_SUBNET = (Kind.ANY, Kind.SUBNET)
_LAID_ON_GRID = (Kind.MOMENT, Kind.PERIOD)
_Takes = tuple[Kind, ...]


def _scalar(
    name: str, least: int, most: int | None, takes: _Takes, run: Callable[..., Value]
) -> Function:
    return Function(name, (name.lower(),), least, most, takes=takes, run=run)


def _given(name: str, context: str) -> Function:
    return Function(name, (name.lower(),), 0, 0, context=context)


def _aggregate(
    names: str, least: int, most: int, takes: _Takes, state: Callable[..., State]
) -> Function:
    name, *_ = spellings = names.split()
    lower = tuple(spelling.lower() for spelling in spellings)
    return Function(name, lower, least, most, aggregate=True, takes=takes, state=state)


_ROWS = (
    # Aggregates
    _aggregate("count", 0, 1, _ANY, Count),
    _aggregate("count_distinct countDistinct", 1, 1, _ANY, CountDistinct),
    _aggregate("sum", 1, 1, _NUMBER, Sum),
    _aggregate("avg", 1, 1, _NUMBER, Average),
    _aggregate("min", 1, 1, _ANY, First),
    _aggregate("max", 1, 1, _ANY, Last),
    _aggregate("pct", 2, 2, (Kind.NUMBER, Kind.PERCENT), Percentile),
    _aggregate("stddev", 1, 1, _NUMBER, Deviation),
    _aggregate("earliest", 1, 1, _ANY, Earliest),
    _aggregate("latest", 1, 1, _ANY, Latest),
    _aggregate("sortsFirst sorts_first", 1, 1, _ANY, First),
    _aggregate("sortsLast sorts_last", 1, 1, _ANY, Last),
    _aggregate("countOverTime count_over_time", 0, 1, _ANY, Count),
    _aggregate("sumOverTime sum_over_time", 1, 1, _NUMBER, Sum),
    # Moments; `bin(period)` looks at `@timestamp`
    _scalar("bin", 1, 2, _LAID_ON_GRID, periods.floor),
    _scalar("datefloor", 2, 2, _LAID_ON_GRID, periods.floor),
    _scalar("dateceil", 2, 2, _LAID_ON_GRID, periods.ceil),
    _scalar("toMillis", 1, 1, (Kind.MOMENT,), times.to_millis),
    _scalar("fromMillis", 1, 1, _NUMBER, times.from_millis),
    _given("now", "now"),
    _given("queryStartTime", "start"),
    _given("queryEndTime", "end"),
    _given("queryTimeRange", "range"),
    # Choosing
    _scalar("ispresent", 1, 1, _ANY, structures.is_present),
    _scalar("coalesce", 1, None, _ANY, structures.coalesce),
    _scalar("if", 3, 3, _ANY, structures.choose),
    _scalar("case", 2, 21, _ANY, structures.case),
    _scalar("isNumeric", 1, 1, _ANY, numbers.is_numeric),
    # Texts
    _scalar("isempty", 1, 1, _ANY, texts.is_empty),
    _scalar("isblank", 1, 1, _ANY, texts.is_blank),
    _scalar("concat", 1, None, _TEXT, texts.concat),
    _scalar("strlen", 1, 1, _TEXT, len),
    _scalar("tolower", 1, 1, _TEXT, str.lower),
    _scalar("toupper", 1, 1, _TEXT, str.upper),
    _scalar("trim", 1, 2, _TEXT, texts.trim),
    _scalar("ltrim", 1, 2, _TEXT, texts.trim_left),
    _scalar("rtrim", 1, 2, _TEXT, texts.trim_right),
    _scalar("substr", 2, 3, (Kind.TEXT, Kind.NUMBER), texts.substring),
    _scalar("replace", 3, 3, _TEXT, texts.replace),
    _scalar("strcontains", 2, 3, _TEXT, texts.contains),
    _scalar("startsWith", 2, 2, _TEXT, texts.starts_with),
    _scalar("endsWith", 2, 2, _TEXT, texts.ends_with),
    _scalar("split", 2, 2, _TEXT, texts.split),
    _scalar("messageSize", 1, 1, _TEXT, texts.size),
    # Numbers
    _scalar("abs", 1, 1, _NUMBER, abs),
    _scalar("ceil", 1, 1, _NUMBER, numbers.ceiling),
    _scalar("floor", 1, 1, _NUMBER, numbers.floor),
    _scalar("round", 1, 2, _NUMBER, numbers.rounded),
    _scalar("sqrt", 1, 1, _NUMBER, numbers.square_root),
    _scalar("log", 1, 1, _NUMBER, numbers.natural_log),
    _scalar("greatest", 1, None, _NUMBER, numbers.greatest),
    _scalar("least", 1, None, _NUMBER, numbers.least),
    _scalar("toNumber", 1, 1, _NUMBER, numbers.same),
    _scalar("toInt", 1, 1, _NUMBER, numbers.to_int),
    _scalar("toLong", 1, 1, _NUMBER, numbers.to_long),
    _scalar("toDouble", 1, 1, _NUMBER, numbers.to_double),
    # Addresses
    _scalar("isValidIp", 1, 1, _ANY, addresses.is_address),
    _scalar("isValidIpV4", 1, 1, _ANY, addresses.is_address_4),
    _scalar("isValidIpV6", 1, 1, _ANY, addresses.is_address_6),
    _scalar("isIpInSubnet", 2, 2, _IN_SUBNET, addresses.in_subnet),
    _scalar("isIpv4InSubnet", 2, 2, _IN_SUBNET, addresses.in_subnet_4),
    _scalar("isIpv6InSubnet", 2, 2, _IN_SUBNET, addresses.in_subnet_6),
    _scalar("isPrivateIP", 1, 1, _ANY, addresses.is_private),
    _scalar("ipv4ToNumber", 1, 1, _TEXT, addresses.as_number),
    # JSON
    _scalar("jsonParse", 1, 1, _TEXT, structures.parse_json),
    _scalar("jsonStringify", 1, 1, _ANY, structures.print_json),
    _scalar("jsonArraySize", 1, 1, _TEXT, structures.array_size),
    _scalar("jsonArrayContains", 2, 2, _TEXT, structures.array_contains),
)

FUNCTIONS: Mapping[str, Function] = {spelling: row for row in _ROWS for spelling in row.spellings}
"""By spelling, in lower case."""
