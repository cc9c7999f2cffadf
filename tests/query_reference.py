"""The tables in docs/query.md, made from the tables in the code. `make fix` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.query.commands import COMMANDS
from bot.query.functions import FUNCTIONS, Function
from bot.query.lint import TRAPS
from bot.query.questions import QUESTIONS

PAGE = Path(__file__).parents[1] / "docs" / "query.md"


def _functions() -> Iterator[str]:
    yield "| function | arguments | where |"
    yield "|---|---|---|"
    for function in sorted(set(FUNCTIONS.values()), key=lambda f: f.name.lower()):
        others = [s for s in function.spellings if s != function.name.lower()]
        names = f"`{function.name}`" + "".join(f", `{other}`" for other in others)
        yield f"| {names} | {_arity(function)} | {'`stats`' if function.aggregate else 'anywhere'} |"


def _arity(function: Function) -> str:
    least, most = function.at_least, function.at_most
    if most is None:
        return f"{least} or more"
    return str(least) if least == most else f"{least} to {most}"


def _questions() -> Iterator[str]:
    yield "| id | question | here | other readings | why | source |"
    yield "|---|---|---|---|---|---|"
    for row in QUESTIONS:
        others = ", ".join(answer for answer in row.readings if answer != row.chosen)
        cells = (f"`{row.id}`", row.question, row.chosen, others, row.why, row.source)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _traps() -> Iterator[str]:
    yield "| code | trap | what happens | what to write | source |"
    yield "|---|---|---|---|---|"
    for row in TRAPS.values():
        cells = (row.code, row.title, row.explanation, row.fix, row.source)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _commands() -> Iterator[str]:
    yield ", ".join(f"`{name}`" for name in COMMANDS)


_PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "commands": _commands,
    "functions": _functions,
    "questions": _questions,
    "traps": _traps,
}


def generated(page: str) -> str:
    """The page with each generated part as the code has it now."""
    for name, lines in _PARTS.items():
        body = "".join(f"{line}\n" for line in lines())
        pattern = rf"(<!-- {name}: generated -->\n).*?(<!-- end -->)"
        page, count = re.subn(pattern, lambda m, body=body: m[1] + body + m[2], page, flags=re.S)
        assert count == 1, name
    return page


if __name__ == "__main__":
    PAGE.write_text(generated(PAGE.read_text("utf-8")), "utf-8")
