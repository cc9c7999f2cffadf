"""The tables in docs/query.md, made from the tables in the code. `make fix` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bot.query.compiling.sources import refuse_sources
from bot.query.discovery import lines
from bot.query.errors import QueryError
from bot.query.functions import FUNCTIONS, Function, Kind
from bot.query.lint import TRAPS
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.query.questions import QUESTIONS, Question
from bot.query.syntax.commands import COMMANDS
from bot.query.syntax.refusals import NEVER_LOCAL
from bot.query.tables.lookups import LookupTable
from tests.query_commands import TOLD
from tests.query_functions import WORDS, forms, signature

PAGE = Path(__file__).parents[1] / "docs" / "query.md"
_TABLES = {"table": LookupTable.from_csv("table", "column,field\n192.0.2.0/24,192.0.2.0/24\n")}


def _table(heads: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    count = heads.count("|") + 1
    yield f"| {heads} |"
    yield "|" + "---|" * count
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


# ------------------------------------------------------------------------------------- commands
def _commands() -> Iterator[str]:
    yield from _table("syntax | what it does | runs here | open", _command_rows())


def _command_rows() -> Iterator[tuple[str, ...]]:
    for name, told in TOLD.items():
        other = [f"`{one}`" for one in COMMANDS if one not in _LOWER and _same(one, name)]
        meaning = told.meaning + "".join(f"; also called {spelling}" for spelling in other)
        for at, form in enumerate(told.forms):
            first = (meaning, _open_about(name)) if at == 0 else ("", "")
            yield f"`{form}`", first[0], _runs(forms(form)[0]), first[1]


_LOWER = {name.lower() for name in TOLD}


def _same(spelling: str, name: str) -> bool:
    return COMMANDS[spelling] is COMMANDS[name.lower()]


def _runs(text: str) -> str:
    """Whether the query runs here, or why only AWS can run it."""
    query = parse(text)
    try:
        refuse_sources(compile_query(query, tables=_TABLES).sources, text)
    except QueryError as error:
        reason = NEVER_LOCAL.get(type(query.commands[-1]), error.message)
        return "no: " + reason.removesuffix(".").removesuffix("; run it there")
    return "yes"


# ------------------------------------------------------------------------------------ functions
def _functions() -> Iterator[str]:
    yield from _function_table(aggregate=False)


def _aggregates() -> Iterator[str]:
    yield from _function_table(aggregate=True)


def _function_table(*, aggregate: bool) -> Iterator[str]:
    rows = sorted(set(FUNCTIONS.values()), key=lambda f: f.name.lower())
    chosen = (_function_row(row) for row in rows if row.aggregate == aggregate)
    yield from _table("function | gives | page | open", chosen)


def _function_row(function: Function) -> tuple[str, ...]:
    others = [s for s in function.spellings if s != function.name.lower()]
    also = "".join(f"; also called `{other}`" for other in others)
    alone = "; stands alone, without `by`" if function.alone else ""
    where = " (only in AWS)" if function.only_aws else ""
    meaning = function.meaning + where + alone + also
    return f"`{signature(function)}`", meaning, function.page, _open_about(function.name)


def _arguments() -> Iterator[str]:
    yield from _table("argument | what it must be", ((f"`{WORDS[k]}`", k.value) for k in Kind))


# ------------------------------------------------------------------------------------ questions
def _open_about(name: str) -> str:
    """The ids of the open questions that are about it: they name it, or their id begins so."""
    named = re.compile(rf"(?<![\w@.]){re.escape(name)}(?![\w.])", re.IGNORECASE)
    low = name.lower()

    def about(row: Question) -> bool:
        if row.id == low or (row.id.startswith(f"{low}_") and row.id not in FUNCTIONS):
            return True
        return any(named.search(code) for code in re.findall("`([^`]*)`", row.question))

    return ", ".join(f"`{row.id}`" for row in QUESTIONS if name.isidentifier() and about(row))


def _readings() -> Iterator[str]:
    rows = (_question(row, row.readings) for row in QUESTIONS if len(row.readings) > 1)
    yield from _table("id | question | here | other readings | why | source", rows)


def _question(row: Question, readings: Iterable[str]) -> tuple[str, ...]:
    others = ", ".join(answer for answer in readings if answer != row.chosen)
    return f"`{row.id}`", row.question, row.chosen, others, row.why, row.source


def _settled() -> Iterator[str]:
    rows = (
        (f"`{row.id}`", row.question, row.chosen, row.why, row.source)
        for row in QUESTIONS
        if len(row.readings) == 1
    )
    yield from _table("id | question | here | why | source", rows)


# --------------------------------------------------------------------------------- the other two
def _traps() -> Iterator[str]:
    rows = ((r.code, r.title, r.explanation, r.fix, r.source) for r in TRAPS.values())
    yield from _table("code | trap | what happens | what to write | source", rows)


def _line_fields() -> Iterator[str]:
    flow, dns = lines._FLOW.groupindex, lines._DNS.groupindex
    report = ("@type", "@requestId", *lines._NAMES.values())
    rows = (
        ("a JSON object", "its own, flattened: `userIdentity.arn`, `items.0.id`"),
        ("a VPC flow log, default format", _names(flow)),
        ("a Route 53 query log", _names(dns)),
        ("Lambda's START and END", _names(report[:2])),
        ("Lambda's REPORT", _names(report)),
        ("Lambda's INIT_START", _names(report[:1])),
        (
            "any other line",
            "none; in a log group `/aws/lambda/…`, those of the first JSON object in it",
        ),
    )
    yield from _table("line | fields", rows)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "commands": _commands,
    "fields": _line_fields,
    "functions": _functions,
    "aggregates": _aggregates,
    "arguments": _arguments,
    "readings": _readings,
    "questions": _settled,
    "traps": _traps,
}


def generated(page: str) -> str:
    """The page with each generated part as the code has it now."""
    for name, rows in _PARTS.items():
        body = "".join(f"{line}\n" for line in rows())
        pattern = rf"(<!-- {name}: generated -->\n).*?(<!-- end -->)"
        page, count = re.subn(pattern, lambda m, body=body: m[1] + body + m[2], page, flags=re.S)
        assert count == 1, name
    return page


if __name__ == "__main__":
    PAGE.write_text(generated(PAGE.read_text("utf-8")), "utf-8")
