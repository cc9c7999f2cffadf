"""What one row of the function table says. The rows themselves stand beside what they run."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

import msgspec

from bot.query.aggregates import State
from bot.query.values import Value


class Kind(Enum):
    """What a function takes in one place. Where it gets none of it, its result is missing."""

    ANY = "any value, a missing one too"
    TEXT = "a text; numbers are printed"
    NUMBER = "a number, or a text that is one"
    MOMENT = "a timestamp, or milliseconds since the epoch"
    PERIOD = "a period such as `5m`, written in the query"
    SPAN = "a period of one length, up to weeks, written in the query"
    PERCENT = "a number from 0 to 100, written in the query"
    RANKS = "a whole number from 1 to 10,000, written in the query"
    SUBNET = "any value; written in the query, it must be a subnet"
    REGEX = "a text; written in the query, it must be a regex"
    REPLACEMENT = "a text; written in the query, it may not refer to groups"
    DATE_PATTERN = "a text; written in the query, it must be a date pattern of Java"
    TIME_FORMAT = "a text; written in the query, it must be a format of strftime"
    ZONE = "a text; written in the query, it must be a time zone"
    WIDTH = "a number; written in the query, it must be above 0"


CONSTANT = frozenset({Kind.PERIOD, Kind.SPAN, Kind.PERCENT, Kind.RANKS})
"""What the query itself must write: it is no value of a row."""


class Function(msgspec.Struct, frozen=True):
    """One function: `name` as printed, every accepted `spellings` (lower case), its arity.

    `takes` has the kind of each argument; the last one is also that of all further arguments.
    A scalar function has `run`, from the values of its arguments to its own; or `context`, the
    name of what it gives of the run's context. An aggregate has `state`, which makes its state
    from the constants among its arguments; what it gathers is `dated` where it also looks at the
    moment of each event, and `alone` means that no `by` and no other aggregate stands beside it.
    `only_aws` says why a function does not run here.
    `meaning` and `page` are for its documentation: the page of the CloudWatch Logs user guide, or
    "observed" (others saw it on AWS).
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
    dated: bool = False
    alone: bool = False
    only_aws: str = ""
    meaning: str = ""
    page: str = ""

    def kind(self, at: int) -> Kind:
        """What the argument at this place must be."""
        return self.takes[min(at, len(self.takes) - 1)]


Arity: TypeAlias = tuple[int, int | None]
Takes: TypeAlias = tuple[Kind, ...]

ANY: Takes = (Kind.ANY,)
TEXT: Takes = (Kind.TEXT,)
NUMBER: Takes = (Kind.NUMBER,)
MOMENT: Takes = (Kind.MOMENT,)


def scalar(
    names: str, arity: Arity, takes: Takes, run: Callable[..., Value], meaning: str, page: str
) -> Function:
    """The row of a function of values. Of several `names`, the first one is printed."""
    name, *_ = spellings = names.split()
    lower = tuple(spelling.lower() for spelling in spellings)
    return Function(name, lower, *arity, takes=takes, run=run, meaning=meaning, page=page)


def given(name: str, context: str, meaning: str, page: str) -> Function:
    """The row of a function that takes nothing, and gives what is the same for the whole run."""
    return Function(name, (name.lower(),), 0, 0, context=context, meaning=meaning, page=page)
