"""Strategies for small queries and the events that they run over, made to meet each other often."""

from __future__ import annotations

import re
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st
from msgspec.structs import fields

from bot.query.readings import Readings
from tests.query.oracle_words import (
    CALLED,
    COMPARED,
    DATED,
    EVENTS,
    FIELDS,
    GLOBS,
    LITERALS,
    ONE,
    PARSED,
    PARTS,
    PERIODS,
    REGEXES,
    SPANS,
    TIMED,
)

Draw = st.DrawFn
SEVERAL = st.lists(EVENTS, max_size=8)


class Pipeline:
    """The commands so far, and what the next one may use."""

    def __init__(self, draw: Draw) -> None:
        self.names: tuple[str, ...] = FIELDS
        self.commands: list[str] = []
        self.dated = True
        self._draw = draw
        self._made = 0

    def new(self, count: int = 1) -> list[str]:
        """New names."""
        self._made += count
        return [f"c{at}" for at in range(self._made - count, self._made)]

    def add(self, command: str, *names: str) -> None:
        """Another command, and the names that it makes."""
        self.commands.append(command)
        self.names += names

    def pick(self, *choices: str) -> str:
        """One of the texts."""
        return self._draw(st.sampled_from(choices))

    def number(self, least: int, most: int) -> int:
        """A number."""
        return self._draw(st.integers(least, most))

    def expression(self, depth: int = 2) -> str:
        """The text of an expression."""
        kind = self.number(0, 9) if depth else 0
        if kind < 4:
            return self.pick(*self.names)
        if kind == 4:
            return self.pick(*LITERALS)
        if kind == 5 and self.dated:
            return self.filled(self.pick(*TIMED), depth)
        return self.filled(self.pick(*(CALLED if kind < 8 else COMPARED)), depth)

    def condition(self) -> str:
        """The text of what is mostly a condition."""
        return self.filled(self.pick(*COMPARED), 2) if self.number(0, 5) else self.expression()

    def aggregate(self) -> str:
        """The text of one item of `stats`, without its alias."""
        return self.filled(self.pick(*ONE, *(DATED if self.dated else ())), 2)

    def filled(self, form: str, depth: int = 1) -> str:
        """The form with something in its places."""
        return re.sub(r"\b[EPRST]\b", lambda found: self._hole(found[0], depth - 1), form)

    def _hole(self, letter: str, depth: int) -> str:
        if letter == "E":
            return self.expression(depth) if self.number(0, 3) else self.pick(*LITERALS)
        return self.pick(*{"P": PARTS, "R": REGEXES, "S": SPANS, "T": PERIODS}[letter])


# ------------------------------------------------------------------------------------ commands
def _items(line: Pipeline, word: str) -> None:
    names = line.new(line.number(1, 3))
    line.add(f"{word} " + ", ".join(f"{line.expression()} as {name}" for name in names), *names)


def _fields(line: Pipeline) -> None:
    if line.number(0, 2):
        _items(line, "fields")
    else:
        line.add(f"fields {line.pick(*line.names)}")


def _display(line: Pipeline) -> None:
    _items(line, "display")


def _again(line: Pipeline) -> None:
    """A field of the event gets another value."""
    name = line.pick("a", "b", "n")
    made = (f"fields {name}", f" as {name}")
    if not any(command.endswith(made) for command in line.commands):
        line.add(f"fields {line.expression()} as {name}")


def _filter(line: Pipeline) -> None:
    line.add(f"{line.pick('filter', 'where')} {line.condition()}")


def _sort(line: Pipeline) -> None:
    keys = [line.expression(1) + line.pick("", " asc", " desc") for _ in range(line.number(1, 2))]
    line.add("sort " + ", ".join(keys))


def _limit(line: Pipeline) -> None:
    line.add(f"limit {line.number(1, 5)}")


def _source(line: Pipeline) -> str:
    return line.pick(
        "text", "json", "@message" if line.dated else "c0", *line.names, "tolower(text)"
    )


def _parse_glob(line: Pipeline) -> None:
    glob = line.pick(*GLOBS)
    names = line.new(max(1, glob.count("*")))
    line.add(f"parse {_source(line)} '{glob}' as {', '.join(names)}", *names)


def _parse_regex(line: Pipeline) -> None:
    regex, names = line.pick(*PARSED), line.new(2)
    names = names if "M>" in regex else names[:1]
    for letter, name in zip("NM", names, strict=False):
        regex = regex.replace(f"<{letter}>", f"<{name}>")
    line.add(f"parse {_source(line)} {regex}{line.pick('', '', ' multi')}", *names)


def _parse_form(line: Pipeline) -> None:
    if line.number(0, 1):
        names = line.new(2)
        line.add(f"parse {_source(line)} csv as {', '.join(names)}", *names)
    else:
        (name,) = line.new()
        line.add(f"parse {_source(line)} logfmt as {name}", name, f"{name}.user", f"{name}.k")


def _structure(line: Pipeline) -> None:
    (name,) = line.new()
    parts = (f"{name}.k", f"{name}[0]", f"{name}.k.z[0]", f"{name}[1].k")
    line.add(f"fields jsonParse({line.pick('json', *line.names)}) as {name}", name, *parts)


def _unnest(line: Pipeline) -> None:
    (name,) = line.new()
    of = line.pick("jsonParse(json)", "jsonParse(text)", "split(text, ',')", *line.names)
    line.add(f"unnest {of} into {name}", name, f"{name}.k")


def _expand(line: Pipeline) -> None:
    line.add(f"expand {line.pick('json', 'json', 'text', 'a', 'o.x', 'n')}")


def _json(line: Pipeline) -> None:
    (name,) = line.new()
    path = line.pick("k", "k.z", "k.z.1", "k.z[0]", "b", "0.k", "n")
    line.add(f'json field={line.pick("json", "json", *FIELDS)} "{path}" as {name}', name)


EARLY = (
    *(_fields, _fields, _display, _filter, _filter, _filter, _parse_glob, _parse_regex),
    *(_parse_form, _structure, _unnest, _expand, _json, _again),
)


def _stats(line: Pipeline) -> None:
    keys = [line.expression() for _ in range(line.number(0, 2))]
    bins = [f"bin({line.pick(*PERIODS)})"] if line.dated and line.number(0, 1) else []
    columns, made = line.new(len(keys + bins)), line.new(line.number(1, 3))
    told = [f"{line.aggregate()} as {name}" for name in made]
    if len(made) > 1 and line.number(0, 1):
        made += line.new()
        told.append(f"{made[0]} - {made[1]} as {made[-1]}")
    by = ", ".join(map("{} as {}".format, keys + bins, columns))
    offset = line.pick("", " offset 3s", " offset 30m") if bins else ""
    line.add(f"stats {', '.join(told)}" + (f" by {by}{offset}" if by else ""))
    line.names, line.dated = (*columns, *made), False


@st.composite
def queries(draw: Draw) -> str:
    """The text of a query."""
    line = Pipeline(draw)
    stats = draw(st.sampled_from([0, 0, 1, 1, 2]))
    early = (*EARLY, _sort, _limit) if stats < 2 else EARLY
    for step in draw(st.lists(st.sampled_from(early), max_size=3)):
        step(line)
    for _ in range(stats):
        _stats(line)
        for step in draw(st.lists(st.sampled_from([_filter, _fields, _display]), max_size=1)):
            step(line)
    for step in draw(st.lists(st.sampled_from([_sort, _sort, _limit]), max_size=2)):
        step(line)
    _last(line)
    return " | ".join(line.commands)


def _last(line: Pipeline) -> None:
    word = line.pick("dedup", "tail", "limit", *(["", "", ""] if line.commands else []))
    if word == "dedup":
        plain = [name for name in line.names if "[" not in name]
        line.add(
            "dedup " + ", ".join(dict.fromkeys(line.pick(*plain) for _ in range(line.number(1, 2))))
        )
    elif word:
        line.add(f"{word} {line.number(1, 5)}")


@st.composite
def everything(draw: Draw) -> str:
    """The text of a query with all forms of expressions, or with all aggregates."""
    line = Pipeline(draw)
    both = [(CALLED + COMPARED + TIMED, "fields"), (ONE + DATED, "stats")]
    forms, word = draw(st.sampled_from(both))
    items = [
        f"{line.filled(form)} as {name}"
        for form, name in zip(forms, line.new(len(forms)), strict=True)
    ]
    keys = f" by {line.pick(*FIELDS)}" if word == "stats" else ""
    return f"{word} {', '.join(items)}{keys}"


def readings() -> st.SearchStrategy[Readings]:
    """Any answers to what the engine can answer in more than one way."""
    answers = {
        field.name: st.sampled_from(get_args(get_type_hints(Readings)[field.name]))
        for field in fields(Readings)
    }
    return st.builds(Readings, **answers)


Case = tuple[str, list[dict[str, Any]]]


def cases() -> st.SearchStrategy[Case]:
    """A query and the events that it runs over."""
    return st.tuples(queries(), SEVERAL)


def full_cases() -> st.SearchStrategy[Case]:
    """A query with all functions, or with all aggregates, and the events that it runs over."""
    return st.tuples(everything(), SEVERAL)
