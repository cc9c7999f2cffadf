"""The plan of what goes wrong, and how fast: read from JSON, and refused where it makes no sense."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

import msgspec

from bot.errors import BotError

CONCURRENT_QUERIES = 100
"""Queries that may run at the same time (CloudWatch Logs quotas)."""

AWS_RATES = {
    "CreateLogGroup": 10, "CreateLogStream": 50, "DeleteLogGroup": 10, "DeleteLogStream": 15,
    "DeleteRetentionPolicy": 5, "DescribeLogGroups": 10, "DescribeLogStreams": 25, "FilterLogEvents": 10,
    "GetLogEvents": 10, "GetQueryResults": 10, "ListTagsForResource": 30, "ListTagsLogGroup": 5,
    "PutLogEvents": 5_000, "PutRetentionPolicy": 5, "StartQuery": 10, "TagLogGroup": 5, "TagResource": 5,
    "UntagLogGroup": 5, "UntagResource": 5,
}  # fmt: skip
"""Requests in a second that an account in eu-west-1 has by default (CloudWatch Logs quotas,
AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl)."""

COMMON_ERRORS = (
    "AccessDeniedException", "ExpiredTokenException", "InternalFailure", "InvalidParameterException",
    "LimitExceededException", "MalformedQueryException", "OperationAbortedException",
    "ResourceNotFoundException",
    "ServiceUnavailableException", "ThrottlingException", "UnrecognizedClientException",
    "ValidationException",
)  # fmt: skip
"""What a fault may answer: errors of this service and those that all of AWS has (API reference,
"Common errors")."""

_LONGEST = 1e9  # seconds; some thirty years
_LONGEST_DELAY = 3_600.0

Rates: TypeAlias = dict[str, float] | Literal["aws"]


class _Turn(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """When a row has its turn: at the nth request that it is about, at every nth, or at all.

    `begin` and `until` are seconds after the plan came, by the clock; the end is exclusive.
    """

    nth: int | None = None
    every: int | None = None
    begin: float = msgspec.field(default=0.0, name="from")
    until: float | None = None

    def has_turn(self, count: int, seconds: float) -> bool:
        """Whether this is the turn of the `count`th request, so many seconds after the plan came."""
        if seconds < self.begin or (self.until is not None and seconds >= self.until):
            return False
        if self.nth is not None:
            return count == self.nth
        return self.every is None or count % self.every == 0


class Fault(_Turn, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What goes wrong with a request: it waits, then fails, or loses its connection."""

    operation: str = "*"
    error: str | None = None
    message: str | None = None
    status: int | None = None
    delay: float = 0.0
    drop: Literal["before", "after"] | None = None


class Course(_Turn, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """How a query with `text` in it runs: seconds Scheduled, seconds Running, and its end."""

    text: str = ""
    scheduled: float = 0.0
    running: float = 0.0
    ends: Literal["Complete", "Failed", "Timeout"] = "Complete"


class Ingestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How many seconds after they came in the events of a stream can be found; `*` in names.

    With two numbers, each batch has a lag between them, so that batches may overtake each other.
    """

    lag: float | tuple[float, float]
    group: str = "*"
    stream: str = "*"

    @property
    def lags(self) -> tuple[float, float]:
        """The least and the greatest lag."""
        return self.lag if isinstance(self.lag, tuple) else (self.lag, self.lag)

    def is_about(self, group: str, stream: str) -> bool:
        """Whether these are the group and the stream."""
        return fnmatchcase(group, self.group) and fnmatchcase(stream, self.stream)


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of it; a plan that says nothing changes nothing."""

    concurrent_queries: int = CONCURRENT_QUERIES
    requests_per_second: Rates = msgspec.field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    queries: tuple[Course, ...] = ()
    ingestion: tuple[Ingestion, ...] = ()

    @property
    def rates(self) -> dict[str, float]:
        """Requests in a second, by operation; `*` is any that is not named."""
        named = self.requests_per_second
        return dict(AWS_RATES) if isinstance(named, str) else named


def read_plan(data: bytes, operations: Container[str]) -> Plan:
    """The plan that this JSON says. `BotError` names each place that makes no sense, and why."""
    try:
        plan = msgspec.json.decode(data, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BotError(f"The plan cannot be read: {error}") from error
    faults = list(_wrong(plan, operations))
    if faults:
        raise BotError("The plan makes no sense:\n" + "\n".join(f"  {one}" for one in faults))
    return plan


def _wrong(plan: Plan, operations: Container[str]) -> Iterator[str]:
    if not 1 <= plan.concurrent_queries <= 1_000_000:
        yield "concurrent_queries: expected a number of 1 or more"
    if isinstance(plan.requests_per_second, dict):
        for name, rate in plan.requests_per_second.items():
            where = f"requests_per_second.{name}"
            yield from _known(where, name, operations)
            if not 0 < rate <= _LONGEST:
                yield f"{where}: expected a number above 0"
    for number, fault in enumerate(plan.faults):
        yield from (f"faults[{number}]{wrong}" for wrong in _wrong_fault(fault, operations))
    for number, course in enumerate(plan.queries):
        wrong_course = [*_wrong_turn(course), *_seconds(".scheduled", course.scheduled)]
        wrong_course += _seconds(".running", course.running)
        yield from (f"queries[{number}]{wrong}" for wrong in wrong_course)
    for number, row in enumerate(plan.ingestion):
        low, high = row.lags
        for lag in row.lags:
            yield from (f"ingestion[{number}]{wrong}" for wrong in _seconds(".lag", lag))
        if low > high:
            yield f"ingestion[{number}].lag: the first number is the least; {low} is above {high}"


def _wrong_fault(fault: Fault, operations: Container[str]) -> Iterator[str]:
    yield from _known(".operation", fault.operation, operations)
    yield from _wrong_turn(fault)
    yield from _seconds(".delay", fault.delay, _LONGEST_DELAY)
    if fault.error is not None and fault.error not in COMMON_ERRORS:
        yield f".error: there is no {fault.error}; there are {', '.join(COMMON_ERRORS)}"
    if fault.status is not None and not 400 <= fault.status <= 599:
        yield ".status: expected 400 to 599"
    if fault.status is not None and fault.status < 500 and fault.error is None:
        yield ".status: below 500 an `error` must say which"
    fails = fault.error is not None or fault.status is not None
    if fails and fault.drop is not None:
        yield ".drop: a request whose connection is closed gets no error: leave one of them out"
    if fault.message is not None and not fails:
        yield ".message: there is no `error` or `status` that it could go with"
    if not fails and fault.drop is None and not fault.delay:
        yield ": nothing goes wrong; expected `error`, `status`, `delay` or `drop`"


def _wrong_turn(turn: _Turn) -> Iterator[str]:
    if turn.nth is not None and turn.every is not None:
        yield ".every: it cannot stand beside `nth`"
    for name, number in ((".nth", turn.nth), (".every", turn.every)):
        if number is not None and number < 1:
            yield f"{name}: expected a number of 1 or more"
    yield from _seconds(".from", turn.begin)
    if turn.until is not None and turn.until <= turn.begin:
        yield f".until: it must come after `from`, {turn.begin}"


def _seconds(where: str, seconds: float, most: float = _LONGEST) -> Sequence[str]:
    if 0 <= seconds <= most:
        return ()
    return (f"{where}: expected 0 to {most:,.0f} seconds",)


def _known(where: str, name: str, operations: Container[str]) -> Sequence[str]:
    if name == "*" or name in operations:
        return ()
    return (f"{where}: there is no operation {name} here",)
