"""What `--explain` prints: the plan of a query, where it searches, and what it needs first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent

from bot.query.ast import CidrLookup, Lookup, Source
from bot.query.errors import plain
from bot.query.explain import explain
from bot.query.plan import Plan, compile_query
from bot.query.walk import walk_here


def explain_whole(plan: Plan) -> str:
    """The plan in words, with its sources, its lookup tables, and the plans that run before it."""
    return "\n".join([explain(plan), *_around(plan, plan.sources)])


def _around(plan: Plan, sources: Sequence[Source]) -> Iterator[str]:
    if sources:
        yield ""
        yield "Searches the files of these log groups:"
        yield from (f"- {plain(str(source))}" for source in sources)
    tables = {
        node.table: plan.tables[node.table]
        for node in walk_here(plan.query)
        if isinstance(node, Lookup | CidrLookup)
    }
    if tables:
        yield ""
        yield "Looks up in these tables:"
    for name, table in tables.items():
        columns = ", ".join(map(plain, table.columns))
        size = len(table.lines)
        yield f"- {name}: {size:,} {'row' if size == 1 else 'rows'}; {columns}"
    for number, need in enumerate(plan.needs, 1):
        inner = compile_query(need.query, plan.readings, plan.tables)
        yield ""
        yield f"Needs the rows of another query first ({number} of {len(plan.needs)}):"
        yield indent("\n".join([explain(inner), *_around(inner, need.sources)]), "    ")
