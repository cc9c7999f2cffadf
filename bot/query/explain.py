"""Says in words what a plan does: what it reads, its steps in order, and what it never looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.query.ast import Command, Dedup, Display, Fields, Filter, Limit, Parse, Sort, Stats
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


_WORDS: Mapping[type[Command], str] = {
    Filter: "drops each row for which this does not hold",
    Parse: "takes values out of a text; a row that does not fit stays, without them",
    Sort: "decides the order; rows without a value come last",
}


def _meaning(command: Command) -> str:
    match command:
        case Fields(items):
            return f"adds {_listed([item.column for item in items])}"
        case Display(items):
            return f"shows only {_listed([item.column for item in items])}"
        case Limit(count):
            return f"drops all rows behind the first {count}"
        case Dedup(keys):
            names = _listed([key.name for key in keys])
            return f"keeps the first row for each {names}, and all rows without it"
        case Stats(_, by):
            return _groups([key.column for key in by])
        case _:
            return _WORDS[type(command)]


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
