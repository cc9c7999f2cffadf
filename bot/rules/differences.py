"""Says where two readings of a query differ on events: which answer, which event, which condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import BotError
from bot.query.ast import (
    Binary,
    Call,
    Command,
    Dedup,
    Display,
    Expression,
    Field,
    Filter,
    FilterIndex,
    In,
    Item,
    Like,
    Limit,
    Query,
    Sort,
    Stats,
    Tail,
    Unary,
)
from bot.query.errors import QueryError, Span, plain
from bot.query.evaluate import evaluate
from bot.query.functions import FUNCTIONS
from bot.query.plan import compile_query
from bot.query.readings import CHOSEN, Readings, changes
from bot.query.values import truth
from bot.query.walk import walk
from bot.rules.model import Rule
from bot.rules.prepared import Events, Prepared, context_of

_MEANS: Mapping[str, str] = {
    "missing=empty": "a missing field counts as an empty text",
    "logic=three-valued": "a comparison with a missing field stays unknown under `not`",
    "boolean_text=equal": 'a JSON boolean equals the text "1" or "0"',
    "numeric_texts=number": "texts are equal where they are the same number",
    "mixed_order=natural": "a text that is no number comes before every number",
    "sort_direction=descending": "`sort` without a direction begins with the largest",
    "sort_missing=smallest": "a missing value sorts as the smallest",
    "empty_stats=no row": "`stats` without `by` gives no row where no event has come to it",
    "same_fields=visible": "an item of `fields` sees what earlier items of it make",
}
"""What an answer means, as the end of a sentence with `if`."""

_WRITE: Mapping[str, str] = {
    "missing": "Write `ispresent({0}) and …` to leave such events out, or `not ispresent({0}) or …`"
    " to keep them.",
    "logic": "Write `ispresent({0}) and not (…)` to leave events without it out, or"
    " `not ispresent({0}) or not (…)` to keep them.",
    "boolean_text": "Compare a boolean with 1 or 0, without quotes.",
    "numeric_texts": "Write `like /^…$/` where the text itself is meant, or `toNumber({0})` where"
    " the number is.",
    "mixed_order": "Write `isNumeric({0}) and …`.",
    "sort_direction": "Write `asc` or `desc` after each key of the `sort`.",
    "sort_missing": "Write a filter with `ispresent` before the `sort`.",
    "empty_stats": "Write `stats … by` something, or count nothing that may be absent.",
    "same_fields": "Take it in a `fields` of its own.",
}
"""What to write to say what is meant; `{0}` is a field of the condition."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition in a query that is true under one reading and false under another.

    `command` counts from 0; `event` too, and is None where the condition is one on groups.
    """

    node: Expression
    command: int
    event: int | None
    chosen: bool


def difference(rule: Rule, prepared: Prepared, events: Events, readings: Readings, why: str) -> str:
    """What to tell the author of a test that holds as chosen, and not under these readings.

    `readings` are the nearest to the chosen ones under which it fails, and `why` says how.
    """
    changed = changes(readings)
    named = ", ".join(f"{name} = {answer}" for name, answer in changed.items())
    lines = [f"AWS leaves open what this means, and the readings differ ({named}):", why]
    shown = [
        i for i, event in enumerate(events)
        if prepared.rows([event]) != prepared.rows([event], readings)
    ]  # fmt: skip
    found = find_clause(prepared.query, events, readings, shown)
    event = found.event if found is not None else None
    if event is None and shown:
        event = shown[0]
    if event is not None:
        lines.append(f"on event {event + 1}{_called(events[event])}")
    if found is not None:
        lines.append(_sentence(found, rule, changed))
    field = _field_of(found.node) if found is not None else "x"
    lines += [_WRITE[name].format(field) for name in changed if name in _WRITE]
    return "\n".join(lines)


def _called(event: Mapping[str, object]) -> str:
    name = event.get("eventName")
    return f" ({plain(name)})" if isinstance(name, str) else ""


def _sentence(found: Clause, rule: Rule, changed: Mapping[str, str]) -> str:
    means = " and ".join(
        _MEANS.get(f"{name}={answer}", f"{name} is read as {answer}")
        for name, answer in changed.items()
    )
    now, then = ("true", "false") if found.chosen else ("false", "true")
    clause = f"`{plain(str(found.node))}`{_place(found, rule)}"
    return f"{clause} is {then} if {means}, and {now} otherwise."


def _field_of(node: Expression) -> str:
    """A field of the condition, for an example."""
    return next((str(part) for part in walk(node) if isinstance(part, Field)), "x")


# ---------------------------------------------------------------------------------- the clause
_ONLY_ROWS = Filter | FilterIndex | Sort | Limit | Tail | Dedup | Display
"""Commands that make no names: what is before a condition runs without them, on one event."""


def find_clause(
    query: Query, events: Events, readings: Readings, first: Sequence[int] = ()
) -> Clause | None:
    """The smallest condition whose truth differs between the chosen readings and others.

    Events in `first` are looked at first. None where no condition of the query differs.
    """
    order = [*first, *(i for i in range(len(events)) if i not in first)]
    aggregated = False
    for at, command in enumerate(query.commands):
        before = query.commands[:at]
        if not aggregated:
            before = tuple(c for c in before if not isinstance(c, _ONLY_ROWS))
        conditions = sorted(_conditions(command), key=lambda node: len(str(node)))
        places = [None] if aggregated else order
        for event in places if conditions else ():
            given = events if event is None else [events[event]]
            answers = [_truths(before, conditions, given, r) for r in (CHOSEN, readings)]
            for node, chosen, other in zip(conditions, *answers, strict=True):
                if chosen != other:
                    return Clause(node, at, event, any(chosen))
        aggregated = aggregated or isinstance(command, Stats)
    return None


def _conditions(command: Command) -> Iterator[Expression]:
    """The conditions in the command that a row alone decides."""
    for node in walk(command):
        if isinstance(node, Like | In | Unary | Binary) and _is_condition(node):
            parts = list(walk(node))
            aggregates = any(
                isinstance(p, Call) and FUNCTIONS[p.name.lower()].aggregate for p in parts
            )
            if not aggregates and not any(isinstance(part, Query) for part in parts):
                yield node


def _is_condition(node: Like | In | Unary | Binary) -> bool:
    match node:
        case Binary(operator):
            return operator not in "+-*/%^"
        case Unary(operator):
            return operator == "not"
        case _:
            return True


def _truths(
    before: tuple[Command, ...],
    conditions: Sequence[Expression],
    events: Events,
    readings: Readings,
) -> list[list[bool]]:
    """For each condition, whether it holds on each row that comes to it."""
    names = [f"@clause{i}" for i in range(len(conditions))]
    items = tuple(Item(node, name, "") for node, name in zip(conditions, names, strict=True))
    try:
        plan = compile_query(Query((*before, Display(items))), readings)
        rows = evaluate(plan, events, context_of(events)).rows
    except BotError:
        return [[] for _ in names]
    return [[truth(row.get(name)) for row in rows] for name in names]


# ----------------------------------------------------------------------------- where it stands
def _place(found: Clause, rule: Rule) -> str:
    """Where the condition stands in the rule's file: ` (line 2, column 10 of the query)`."""
    finds = rule.alert.finds if rule.alert is not None else None
    own = rule.query.commands
    node, at = found.node, found.command
    if at < len(own) and (span := _span_in(own[at], node)):
        return _at(rule.query.text, span, "the query")
    if rule.alert is not None and finds is not None and at < len(finds.commands):
        when = rule.alert.when.strip().removeprefix("|").strip()
        offset = len(finds.text) - len(when)
        if (span := _span_in(finds.commands[at], node)) and span.start >= offset:
            return _at(when, Span(span.start - offset, span.end - offset), "`when`")
    return ""


def _span_in(command: Command, node: Expression) -> Span | None:
    """Where the command, which may hold parameters, has the condition; None if it has not."""
    text = str(node)
    return next(
        (
            p.span
            for p in walk(command)
            if isinstance(p, Like | In | Unary | Binary) and str(p) == text
        ),
        None,
    )


def _at(text: str, span: Span, where: str) -> str:
    line, column = QueryError("", span, text).position
    return f" (line {line}, column {column} of {where})"
