"""The tables in docs/block-kit.md, made from the table of the validator. `make fix` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bot.local.workspace.blockkit.across import ACROSS
from bot.local.workspace.blockkit.formats import FORMS
from bot.local.workspace.blockkit.payloads import TOTALS
from bot.local.workspace.blockkit.problem import CODES, CONSTRAINTS
from bot.local.workspace.blockkit.rules import RULES
from bot.local.workspace.blockkit.shapes import (
    EVERYWHERE,
    Anything,
    Either,
    Flag,
    Many,
    Number,
    Object,
    One,
    Part,
    Shape,
    Spec,
    String,
    Text,
)
from bot.local.workspace.blockkit.table import FIELDS, TABLE

PAGE = Path(__file__).parents[1] / "docs" / "block-kit.md"


def _table(heads: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    count = heads.count("|") + 1
    yield f"| {heads} |"
    yield "|" + "---|" * count
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _page(page: str) -> str:
    return f"[{page.rpartition('/')[2]}](https://docs.slack.dev/{page})"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# ------------------------------------------------------------------------------------- surfaces
def _surfaces() -> Iterator[str]:
    """Blocks, and the elements that do not stand everywhere."""
    shown = [row for row in TABLE if row.startswith("blocks/")]
    shown += [
        row
        for row, shape in TABLE.items()
        if row.startswith("elements/") and shape.surfaces != EVERYWHERE
    ]
    rows = (
        (f"`{row}`", *("yes" if s in TABLE[row].surfaces else "no" for s in _ORDER))
        for row in shown
    )
    yield from _table("block or element | message | modal | home", rows)


_ORDER = ("message", "modal", "home")


# --------------------------------------------------------------------------------------- fields
def _room(room: str) -> Callable[[], Iterator[str]]:
    """The section of every row of one room."""

    def sections() -> Iterator[str]:
        for row, shape in TABLE.items():
            if row.startswith(f"{room}/"):
                yield from ("", f"**`{row}`** ({_page(shape.page)}){_groups(shape)}", "")
                yield from _table("field | what it holds | left open by Slack", _fields(row, shape))

    return sections


def _groups(shape: Shape) -> str:
    """What the row wants of several fields, and what Slack leaves open about all of it."""
    said = [f"one of {_names(names)}" for names in shape.one_of]
    said += [f"not both of {_names(names)}" for names in shape.not_both]
    said += [f"chosen: {shape.chosen['']}"] if "" in shape.chosen else []
    return "; ".join(["", *said])


def _fields(row: str, shape: Shape) -> Iterator[tuple[str, ...]]:
    for name, spec in FIELDS[row].items():
        must = " (required)" if name in shape.required else ""
        yield f"`{name}`{must}", _holds(spec), shape.chosen.get(name, "")


def _holds(spec: Spec) -> str:
    """What a field may hold, in words."""
    for kind, words in _WORDS.items():
        if isinstance(spec, kind):
            return words(spec)
    raise TypeError(spec)


def _string(spec: String) -> str:
    kind = "one of " + _names(spec.choices) if spec.choices else "text"
    kind = FORMS[spec.form].words if spec.form else kind
    return kind + _between(spec.least or None, spec.most, " characters")


def _number(spec: Number) -> str:
    more = f", more than {spec.above}" if spec.above is not None else ""
    return ("a whole number" if spec.whole else "a number") + more + _between(spec.least, spec.most)


def _many(spec: Many) -> str:
    gaps = " (or null)" if spec.gaps else ""
    return f"a list of{_between(spec.least, spec.most, before='')}: {_holds(spec.of)}{gaps}"


_WORDS: dict[type, Callable[..., str]] = {
    String: _string,
    Text: lambda spec: f"{_names(spec.kinds)}, 1 to {spec.most:,} characters",
    Number: _number,
    Many: _many,
    One: lambda spec: _names(spec.rows.values()),
    Part: lambda spec: f"`{spec.row}`",
    Either: lambda spec: f"{_holds(spec.first)}; or {_holds(spec.second)}",
    Flag: lambda _: "true or false",
    Object: lambda _: "an object, not looked into",
    Anything: lambda _: "anything",
}


def _between(least: int | None, most: int | None, unit: str = "", before: str = ",") -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return f"{before} at least {least:,}{unit}"
    if least is None:
        return f"{before} at most {most:,}{unit}"
    return f"{before} {least:,} to {most:,}{unit}"


# ---------------------------------------------------------------------------------------- rules
def _totals() -> Iterator[str]:
    rows = ((t.says, f"{t.most:,}", _page(t.page), t.chosen) for t in TOTALS.values())
    yield from _table("counted | at most | page | left open by Slack", rows)


def _rules() -> Iterator[str]:
    rows = [(says, "", _page(page), chosen) for says, (page, chosen) in ACROSS.items()]
    rows += [(r.says, _names(r.rows), _page(r.page), r.chosen) for r in RULES]
    yield from _table("rule | of | page | left open by Slack", rows)


def _formats() -> Iterator[str]:
    rows = ((form.words, _page(form.page), form.chosen) for form in FORMS.values())
    yield from _table("written as | page | left open by Slack", rows)


def _codes() -> Iterator[str]:
    yield from _table("code | meaning", ((f"`{code}`", says) for code, says in CODES.items()))


def _constraints() -> Iterator[str]:
    rows = ((f"`{kind}`", says) for kind, says in CONSTRAINTS.items())
    yield from _table("`constraint.type` | meaning", rows)


_PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "codes": _codes,
    "constraints": _constraints,
    "surfaces": _surfaces,
    "totals": _totals,
    "rules": _rules,
    "formats": _formats,
    **{
        room: _room(room)
        for room in (
            *("blocks", "elements", "rich_text", "objects", "cells", "charts", "icons"),
            "payloads",
        )
    },
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
