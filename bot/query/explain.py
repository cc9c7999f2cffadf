"""Says in words what a plan does: what it reads, its steps in order, and what it never looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.query.ast import (
    Accum,
    AddTotals,
    Anomaly,
    AppendCols,
    Autoregress,
    CidrLookup,
    Command,
    CountFrequent,
    Dedup,
    Diff,
    Display,
    Estimate,
    Expand,
    Fields,
    Filldown,
    Fillmissing,
    Filter,
    FilterIndex,
    Join,
    JsonExtract,
    Limit,
    LogCompare,
    Lookup,
    Outlier,
    Parse,
    ParseForm,
    PatternCommand,
    RelevantFields,
    SavedCall,
    Sessionize,
    Sort,
    Source,
    Stats,
    Tail,
    Unmask,
    Unnest,
)  # fmt: skip
from bot.query.errors import plain
from bot.query.plan import MOST_ROWS, Plan
from bot.query.readings import open_questions

_SYSTEM = ("@timestamp", "@message", "@ingestionTime", "@log", "@logStream", "@ptr")


def explain(plan: Plan) -> str:
    """The plan in lines of plain text, for the person who wrote the query."""
    return "\n".join([*_reads(plan), "", *_steps(plan), "", *_result(plan), *_open(plan)])


def _reads(plan: Plan) -> Iterator[str]:
    fields = [name for name in plan.reads if name not in _SYSTEM]
    system = [name for name in plan.reads if name in _SYSTEM]
    if fields:
        yield f"Reads {_counted(len(fields), 'field')} of each event: {_listed(fields)}."
        yield "Nothing else in the event is decoded."
    else:
        yield "Reads no field of the event's own text: events are not decoded."
    if system:
        yield f"Uses what came with it: {_listed(system)}."


def _steps(plan: Plan) -> Iterator[str]:
    for number, command in enumerate(plan.query.commands, 1):
        yield f"{number}. {plain(str(command))}"
        yield f"   {_meaning(command)}"


_ELSEWHERE = "only CloudWatch can do this: it does not run here"

_WORDS: Mapping[type[Command], str] = {
    Filter: "drops each row for which this does not hold",
    FilterIndex: "drops each row for which this does not hold; AWS looks only where there is an index",
    Parse: "takes values out of a text; a row that does not fit stays, without them",
    ParseForm: "takes values out of a text; a row that does not fit stays, without them",
    Sort: "decides the order; rows without a value come last",
    Source: "says where the events come from",
    SavedCall: "stands for a saved query",
    Autoregress: "adds the values of earlier rows",
    Filldown: "fills what is missing with the value of the row above",
    Fillmissing: "adds a row for each bin that has none",
    AddTotals: "adds sums of the numbers",
    Outlier: "looks for values far from the others",
    AppendCols: "puts the columns of another query beside these, row by row",
    PatternCommand: _ELSEWHERE,
    Anomaly: _ELSEWHERE,
    Diff: _ELSEWHERE,
    LogCompare: _ELSEWHERE,
    RelevantFields: _ELSEWHERE,
    Unmask: _ELSEWHERE,
    Estimate: _ELSEWHERE,
}


def _meaning(command: Command) -> str:
    words = _WORDS.get(type(command))
    return _in_words(command) if words is None else words


def _in_words(command: Command) -> str:
    """What a command does, where that depends on what stands in it."""
    kind: Any = type(command)
    return _WORDED[kind](command)


def _on_fields(command: Fields) -> str:
    return f"adds {_listed([item.column for item in command.items])}"


def _on_display(command: Display) -> str:
    return f"shows only {_listed([item.column for item in command.items])}"


def _on_limit(command: Limit) -> str:
    if command.any:
        return f"keeps any {command.count} rows, and need not look further"
    return f"drops all rows behind the first {command.count}"


def _on_dedup(command: Dedup) -> str:
    names = _listed([key.name for key in command.keys])
    return f"keeps the first row for each {names}, and all rows without it"


def _on_stats(command: Stats) -> str:
    return _groups([key.column for key in command.by])


def _on_lookup(command: Lookup | CidrLookup) -> str:
    names = _listed([output.name for output in command.outputs])
    filled = ", where they are missing" if command.new else ""
    return f"adds {names} from the table {plain(command.table)}{filled}"


def _on_join(command: Join) -> str:
    rest = "the others stay" if command.kind == "left" else "the others are dropped"
    return f"puts the rows of another query beside those with the same value; {rest}"


def _on_sessionize(command: Sessionize) -> str:
    names = _listed([field.name for field in command.fields])
    return f"gives rows of one {names} an id, a new one after each long gap"


_WORDED: Mapping[type[Command], Callable[[Any], str]] = {
    Fields: _on_fields,
    Display: _on_display,
    Limit: _on_limit,
    Tail: lambda command: f"keeps only the last {command.count} rows",
    Dedup: _on_dedup,
    Stats: _on_stats,
    JsonExtract: lambda command: f"adds {plain(command.alias)} from inside a text that holds JSON",
    Unnest: lambda command: f"makes a row for each element, as {plain(command.name)}",
    Expand: lambda command: f"makes a row for each element of {plain(command.field.name)}",
    Lookup: _on_lookup,
    CidrLookup: _on_lookup,
    Join: _on_join,
    Accum: lambda command: f"adds the running sum of {plain(command.field.name)}",
    Sessionize: _on_sessionize,
    CountFrequent: lambda command: (
        f"counts each {_listed([field.name for field in command.fields])}, the commonest first"
    ),
}


def _groups(keys: list[str]) -> str:
    if not keys:
        return "makes one row of all rows"
    return f"makes one row for each {_listed(keys)}; memory grows with their number"


def _result(plan: Plan) -> Iterator[str]:
    yield f"Columns: {_listed(plan.columns)}."
    kinds = [type(command) for command in plan.query.commands]
    if Sort not in kinds:
        yield "Order: groups as they appear." if Stats in kinds else "Order: newest first."
    if Limit not in kinds:
        yield f"Rows: at most {MOST_ROWS:,}, unless more are asked for."


def _open(plan: Plan) -> Iterator[str]:
    """The questions that AWS leaves open and that can matter to this query."""
    questions = open_questions(plan.query)
    if questions:
        yield ""
        yield "AWS does not say:"
    for question in questions:
        yield f"- {question.question} Here: {getattr(plan.readings, question.id)}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(map(plain, names))
