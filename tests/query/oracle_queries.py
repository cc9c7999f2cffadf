"""Strategies for small queries and small events, made so that they meet each other often."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

Draw = st.DrawFn

# -------------------------------------------------------------------------------------- events
START = 1_793_491_200_000  # 2026-11-01, a Sunday
PLACES = ("192.0.2.1", "10.0.0.5", "2001:db8::1", "::1")
WORDS = (
    *("", " ", "x", "X", "xy", "y x", "-", "é🙂", "ß", "true", "%41+b", "user=x ip=10.0.0.5"),
    *("k=x, [y] z", "a,b,,c", "file9", "file10", "x_p", "0#", "5A", "111A"),
)
NUMERALS = ("0", "1", "01", "1.0", "+1", "-2", ".5", "1e2", "2.5", "1e999", "0x1f", "10", "9", " 1")
JSONS = (
    *('["x",1,"x",null,true]', '[{"k":1},{"k":"y"}]', "[]", "{}", "null", '"x"', "[1.0,1]"),
    *('{"k":{"z":["x",2.5]},"n":null}', '{"k":"x","b":true}', "[1", '[[1],"[2]"]'),
)
STRINGS = st.sampled_from((*WORDS, *NUMERALS, *JSONS, *PLACES))
SHORT = st.sampled_from(("x", "y", "", "1", "01", "X"))
NUMBERS = st.one_of(
    st.integers(-3, 12), st.sampled_from([0.5, 1.0, -1.5, 2.5, 100.0, 1e15, 2**53, -0.0, 3e-7])
)
SCALARS = st.one_of(STRINGS, SHORT, NUMBERS, st.booleans(), st.none())
MOMENTS = st.one_of(
    st.integers(START - 5, START + 5),
    st.integers(-3, 3).map(lambda n: START + n * 60_000),
    st.integers(-9, 9).map(lambda n: START + n * 11 * 86_400_000 + n),
)
LISTS = st.lists(SCALARS, max_size=2)
EVENTS = st.fixed_dictionaries(
    {"@timestamp": MOMENTS},
    optional={
        "a": SCALARS,
        "b": SHORT | SCALARS,
        "n": NUMBERS | SCALARS,
        "flag": st.booleans() | SCALARS,
        "ip": st.sampled_from(PLACES) | SCALARS,
        "text": STRINGS,
        "json": st.sampled_from(JSONS) | SCALARS,
        "odd-name": SCALARS,
        "o": st.fixed_dictionaries({}, optional={"x": SCALARS, "l": LISTS}) | SCALARS,
        "list": LISTS | SCALARS,
    },
)
SEVERAL = st.lists(EVENTS, max_size=8)
FIELDS = (
    *("a", "b", "n", "flag", "ip", "text", "json", "`odd-name`", "o.x", "o.l.0", "o", "list.0"),
    *("list.1", "list", "nowhere", "true"),
)


# --------------------------------------------------------------------------------- expressions
LITERALS = (
    *("1", "0", "2", "10", "1.0", "2.5", "-2", "0.1", "1e2", "9007199254740992"),
    *("'x'", '"y"', "''", "'1'", "'01'", "'-'", "'X'", "'0'", "'10'", "'é🙂'", "'1.0'", "'true'"),
    *("'10.0.0.5'", "'file9'", "'.5'"),
)
PARTS = ("'x'", "''", "'.'", "'1'", "'%'", "'é'", "'x_'", "'ile'", "'k='", "','")
REGEXES = (
    *("/x/", "/^x/", "/(?i)^X$/", "/[0-9]+/", r"/\d\.\d/", "/./", "/a|b|é/", r"/\bx\b/"),
    *("/(?:x|y) ?z?/", r"/^\s*$/", "/[^a-z]$/", r"/\//"),
)
PERIODS = (
    *("500ms", "1s", "7s", "90s", "1m", "5m", "7m", "1h", "30h", "1d", "2d", "1w", "1mo", "1q"),
    "1y",
)
SPANS = ("1s", "5m", "90s", "1w")
# In the forms below `E` is an expression, `P` a part of a text, `R` a regex, `T` a period.
COMPARED = (
    *("(E = E)", "(E != E)", "(E < E)", "(E <= E)", "(E > E)", "(E >= E)", "(E in [E])"),
    *("(E in [E, E, E])", "(E not in [E, E])", "(E like P)", "(E not like P)", "(E like R)"),
    *("(E not like R)", "(E =~ R)", "(E and E)", "(E or E)", "(not E)", "(not E = E)", "(!(E = E))"),
)
CALLED = (
    *("(E + E)", "(E - E)", "(E * E)", "(E / E)", "(E % E)", "(E ^ 2)", "(2 ^ E)", "-(E)"),
    *("tolower(E)", "toupper(E)", "trim(E)", "ltrim(E)", "rtrim(E)", "trim(E, P)", "ltrim(E, P)"),
    *("rtrim(E, P)", "strlen(E)", "isempty(E)", "isblank(E)", "ispresent(E)", "isNumeric(E)"),
    *("abs(E)", "ceil(E)", "floor(E)", "round(E)", "round(E, 1)", "sqrt(E)", "log(E)"),
    *("toNumber(E)", "toInt(E)", "toLong(E)", "toDouble(E)", "greatest(E, E)", "least(E, E, E)"),
    *("haversine(E, 1, E, 2)", "urlencode(E)", "urldecode(E)", "base64encode(E)"),
    *("base64decode(E)", "hexToAscii(E)", "hexToDec(E)", "decToHex(E)", "md5(E)", "sha256(E)"),
    *("messageSize(E)", "isValidIp(E)", "isValidIpV4(E)", "isValidIpV6(E)", "isPrivateIP(E)"),
    *("ipv4ToNumber(E)", "isIpInSubnet(E, '10.0.0.0/8')", "isIpv4InSubnet(E, '0.0.0.0/0')"),
    *("isIpv6InSubnet(E, '2001:db8::/32')", "isIpInSubnet(E, '::/0')"),
    *("strcontains(E, P)", "startsWith(E, P)", "endsWith(E, P)", "split(E, P)", "split(E, P)[1]"),
    *("replace(E, P, E)", "concat(E, E)", "concat(E, P, E)", "coalesce(E, E)", "coalesce(E, E, E)"),
    *("if(E, E, E)", "case(E, E, E, E)", "case(E, E, E, E, E)", "case(E, E)", "if(E = E, E, E)"),
    *("substr(E, 0)", "substr(E, 1)", "substr(E, 2, 3)", "substr(E, 9)", "substr(E, 0, E)"),
    *("substr(E, E)", "regexReplace(E, 'x', '-')", "regexReplace(E, '[0-9]+', '')"),
    *("regexReplace(E, '.', '..')", "jsonParse(E).k", "jsonParse(E)[0]", "jsonParse(E)[1].k"),
    *("jsonParse(E).k.z[1]", "jsonParse(E).b", "jsonStringify(E)", "jsonStringify(jsonParse(E))"),
    *("jsonArraySize(E)", "jsonArrayContains(E, P)", "jsonArrayContains('[1,\"x\"]', E)", "jsonParse(E)"),
    *("datefloor(E, T)", "dateceil(E, T)", "fromMillis(E)", "toMillis(E)"),
)
TIMED = (
    *("@timestamp", "bin(T)", "datefloor(@timestamp, T)", "dateceil(@timestamp, T)"),
    *("toMillis(@timestamp)", "fromMillis(toMillis(@timestamp) + 1)", "(@timestamp >= E)"),
    "(toMillis(bin(1h)) = E)",
)
ONE = (
    *("count(E)", "count_distinct(E)", "sum(E)", "avg(E)", "min(E)", "max(E)", "median(E)"),
    *("stddev(E)", "variance(E)", "values(E)", "sortsFirst(E)", "sortsLast(E)", "count(*)"),
    *("pct(E, 0)", "pct(E, 50)", "pct(E, 75)", "pct(E, 99.9)", "pct(E, 100)", "sum(if(E, 1, 0))"),
    *("avg(E) * 2", "sum(E) / count(*)", "round(avg(E), 1)", "max(E) - min(E)"),
    *("countOverTime(E)", "sumOverTime(E)", "if(count(E) > 1, max(E), min(E))"),
)
DATED = ("earliest(E)", "latest(E)", "rate(E, S)", "earliest(@timestamp)", "max(@timestamp)")


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
            return self._filled(self.pick(*TIMED), depth)
        return self._filled(self.pick(*(CALLED if kind < 8 else COMPARED)), depth)

    def condition(self) -> str:
        """The text of what is mostly a condition."""
        return self._filled(self.pick(*COMPARED), 2) if self.number(0, 5) else self.expression()

    def aggregate(self) -> str:
        """The text of one item of `stats`, without its alias."""
        return self._filled(self.pick(*ONE, *(DATED if self.dated else ())), 2)

    def _filled(self, form: str, depth: int) -> str:
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


GLOBS = ("*", "x*", "*x", "user=* ip=*", "[*] *", "k=*, *", "*,*", "**", "", ".*", "* *", "*é*")
PARSED = (
    *("/(?<N>x)/", "/(?<N>[0-9]+)/", "/(?<N>.)(?<M>.)?/", "/^(?<N>[a-z]+)=(?<M>[a-z])/"),
    *("/(?<N>x)|(?<M>[0-9])/", "/(?i)(?<N>X+)$/"),
)


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
        line.add("dedup " + ", ".join(dict.fromkeys(line.pick(*plain) for _ in range(line.number(1, 2)))))
    elif word:
        line.add(f"{word} {line.number(1, 5)}")


def case() -> st.SearchStrategy[tuple[str, list[dict[str, Any]]]]:
    """A query and the events that it runs over."""
    return st.tuples(queries(), SEVERAL)
