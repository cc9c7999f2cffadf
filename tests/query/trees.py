"""Strategies that make trees of every kind of node, with hostile leaves."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.query.ast import (
    Access,
    Accum,
    AddTotals,
    Anomaly,
    AppendCols,
    Argument,
    Autoregress,
    Binary,
    Call,
    CidrLookup,
    Command,
    CountFrequent,
    DataSource,
    Dedup,
    Diff,
    Display,
    Duration,
    Estimate,
    Expand,
    Expression,
    Field,
    Fields,
    Fill,
    Filldown,
    Fillmissing,
    Filter,
    FilterIndex,
    In,
    InQuery,
    Item,
    Join,
    JsonExtract,
    Like,
    Limit,
    LogCompare,
    LogGroups,
    LogGroupTags,
    Lookup,
    Match,
    Number,
    Outlier,
    Output,
    Parameter,
    Parse,
    ParseForm,
    PatternCommand,
    Query,
    Regex,
    RelevantFields,
    SavedCall,
    Sessionize,
    Sort,
    SortKey,
    Source,
    Star,
    Stats,
    TagFilter,
    Tail,
    Text,
    Unary,
    Unmask,
    Unnest,
    chain,
)
from bot.query.units import UNITS

Commands = st.SearchStrategy[tuple[Command, ...]]

CHARACTERS = st.characters(exclude_categories=("Cs",))
ODD = st.sampled_from("\"'\\/|#{}()[].*@ \n\x00é\u202e-")
STRINGS = st.text(st.one_of(ODD, CHARACTERS), max_size=8)
SOME_TEXT = STRINGS.filter(bool)
PLAIN_NAMES = st.from_regex(r"@{0,2}[a-z_][a-z0-9_@]{0,5}", fullmatch=True)
ODD_NAMES = STRINGS.filter(lambda s: s.strip("@") and "`" not in s and "\n" not in s)
WORDS = st.sampled_from(
    [
        "by",
        "In",
        "sort",
        "where",
        "output",
        "OutputNew",
        "into",
        "as",
        "with",
        "for",
        "field",
        "type",
        "left",
        "multi",
        "any",
        "p",
        "csv",
        "logfmt",
        "maxspan",
        "row",
        "action",
        "start",
        "SOURCE",
    ]
)
# A leading `@` of a name in backticks stands before them; alone it would be read as a bare name.
NAMES = st.one_of(PLAIN_NAMES, PLAIN_NAMES, WORDS, ODD_NAMES)
SIDES = NAMES.filter(lambda name: "." not in name)
FLAGS = st.sampled_from([None, True, False])

FIELDS = st.builds(
    lambda first, rest: Field((first, *rest)),
    NAMES,
    st.lists(st.one_of(NAMES, st.integers(0, 999), st.just("0")), max_size=2),
)
SOME_FIELDS = st.lists(FIELDS, min_size=1, max_size=3).map(tuple)
NUMBERS = st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,3})?(e[0-9])?", fullmatch=True).map(Number)
DURATIONS = st.builds(Duration, st.integers(0, 999), st.sampled_from(sorted(UNITS)))
PATTERNS = st.from_regex(r"([a-z0-9 \"'#|]|\\[dwsA/]|/|\.\*|\[a/z\]){1,6}", fullmatch=True)
# The tree holds a slash without its backslash.
REGEXES = PATTERNS.map(lambda p: Regex(p.replace("\\/", "/")))
PARAMETERS = st.from_regex(r"[a-z_][a-z0-9_.-]{0,5}", fullmatch=True).map(Parameter)
ATOMS = st.one_of(FIELDS, NUMBERS, STRINGS.map(Text), PARAMETERS)


def called(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Call]:
    return st.one_of(
        st.builds(lambda a: Call("tolower", (a,)), inner),
        st.builds(lambda a, b, c: Call("if", (a, b, c)), inner, inner, inner),
        st.builds(lambda a, d: Call("datefloor", (a, d)), inner, DURATIONS),
        st.lists(inner, min_size=1, max_size=3).map(lambda a: Call("coalesce", tuple(a))),
    )


def operations(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    arithmetic, comparison = (
        st.sampled_from("+-*/%^"),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    )
    items = st.lists(inner, min_size=1, max_size=3).map(tuple)
    patterns = st.one_of(STRINGS.map(Text), REGEXES, PARAMETERS)
    parts = st.lists(st.one_of(NAMES, st.integers(0, 99)), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Binary, arithmetic, inner, inner),
        st.builds(Binary, comparison, inner, inner),
        st.builds(Unary, st.sampled_from(["not", "-"]), inner),
        st.builds(Like, inner, patterns, st.booleans()),
        st.builds(In, inner, items, st.booleans()),
        st.builds(chain, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4)),
        called(inner),
        st.builds(Access, called(inner), parts),
    )


def item(value: Expression, alias: str) -> Item:
    return Item(value, alias, str(value))


def items_of(values: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[Item, ...]]:
    """Items with one alias each, none of which another item has."""
    aliases = st.lists(NAMES.map("x".__add__), min_size=3, max_size=3, unique=True)
    return st.builds(
        lambda given, names: tuple(map(item, given, names)),
        st.lists(values, min_size=1, max_size=3),
        aliases,
    )


# ------------------------------------------------------------------------------------- sources
TEXTS = st.lists(SOME_TEXT, max_size=3).map(tuple)
SOME_TEXTS = st.lists(SOME_TEXT, min_size=1, max_size=3).map(tuple)
CLASSES = st.sampled_from([(), ("STANDARD",), ("STANDARD", "INFREQUENT_ACCESS")])
TAGS = st.lists(st.builds(TagFilter, SOME_TEXT, SOME_TEXTS), min_size=1, max_size=2).map(tuple)
SELECTORS = st.tuples(
    st.builds(LogGroups, TEXTS, TEXTS, CLASSES),
    st.builds(DataSource, SOME_TEXTS),
    st.builds(LogGroupTags, TAGS),
)
TIMES = st.one_of(
    st.none(), st.just("now"), st.from_regex(r"-?[0-9]{1,9}(s|m|h|d)?", fullmatch=True)
)
SOURCES = st.one_of(
    st.builds(Source, SOME_TEXT, TIMES, TIMES),
    st.builds(lambda three, count: Source(selectors=three[:count]), SELECTORS, st.integers(1, 3)),
)
ARGUMENT_NAMES = st.lists(
    st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,5}", fullmatch=True), max_size=3, unique=True
)
ARGUMENT_VALUES = st.one_of(
    st.tuples(st.one_of(STRINGS.map(Text), FIELDS), st.just(False)),
    st.tuples(st.one_of(NUMBERS, DURATIONS), st.booleans()),
)
SAVED_CALLS = st.builds(
    lambda name, names, values: SavedCall(
        name, tuple(Argument(n, *v) for n, v in zip(names, values, strict=False))
    ),
    NAMES,
    ARGUMENT_NAMES,
    st.lists(ARGUMENT_VALUES, min_size=3, max_size=3),
)


# --------------------------------------------------------------------------------- sub-queries
PLAIN_EXPRESSIONS = st.recursive(ATOMS, operations, max_leaves=4)
SUBQUERIES = st.builds(
    lambda source, condition, value: Query(
        (source, Filter(condition), Fields((item(value, "v"),)))
    ),
    SOURCES,
    PLAIN_EXPRESSIONS,
    PLAIN_EXPRESSIONS,
)
EXPRESSIONS = st.recursive(
    st.one_of(ATOMS, ATOMS, st.builds(InQuery, FIELDS, SUBQUERIES, st.booleans())),
    operations,
    max_leaves=6,
)
JOINS = st.builds(
    lambda kind, sides, left, right, query: Join(kind, *sides, left, right, query),
    st.sampled_from(["inner", "left"]),
    st.lists(SIDES, min_size=2, max_size=2, unique=True),
    FIELDS,
    FIELDS,
    SUBQUERIES,
)


# ------------------------------------------------------------------------------------ commands
def parses() -> tuple[st.SearchStrategy[Parse | ParseForm], ...]:
    sources = st.one_of(st.none(), FIELDS, called(ATOMS))
    literals = st.lists(STRINGS.map(lambda s: s.replace("*", "")), min_size=2, max_size=4)
    return (
        st.builds(
            lambda source, texts, more: Parse(
                source, Text("*".join(texts)), tuple(f"n {i}" for i in range(len(texts) - 1 + more))
            ),
            sources,
            literals,
            st.integers(0, 1),
        ),
        st.builds(
            lambda source, names, multi: Parse(source, Regex("(?<a>/)"), names, multi),
            sources,
            st.sampled_from([(), ("as",)]),
            st.booleans(),
        ),
        st.builds(
            lambda source, multi: Parse(source, Regex(r"(\d)"), ("a.b",), multi),
            sources,
            st.booleans(),
        ),
        st.builds(
            ParseForm,
            sources,
            st.just("csv"),
            st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
        ),
        st.builds(ParseForm, sources, st.just("logfmt"), st.tuples(NAMES)),
    )


INDEXED = st.recursive(
    st.one_of(
        FIELDS,
        st.builds(Binary, st.just("="), FIELDS, ATOMS),
        st.builds(In, FIELDS, st.lists(ATOMS, min_size=1, max_size=2).map(tuple)),
    ),
    lambda inner: st.builds(
        chain, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=4,
)
OUTPUTS = st.lists(st.builds(Output, NAMES, st.none() | NAMES), min_size=1, max_size=3).map(tuple)
MATCHES = st.lists(st.builds(Match, NAMES, st.none() | FIELDS), min_size=1, max_size=3).map(tuple)
TABLES = st.from_regex(r"[A-Za-z0-9_]{1,9}", fullmatch=True)
COUNTS = st.one_of(st.integers(1, 100_000).map(lambda n: Number(str(n))), PARAMETERS)
LAGS = st.sampled_from([(None, None), (1, 1), (7, 7), (1, 4)])
FILLED = st.one_of(
    st.from_regex(r"[a-z_@*][a-z0-9_@.*]{0,5}", fullmatch=True),
    SOME_TEXT.filter(lambda s: "`" not in s and "\n" not in s),
)

EARLY_KINDS: tuple[st.SearchStrategy[Command], ...] = (
    items_of(EXPRESSIONS).map(Fields),
    items_of(EXPRESSIONS).map(Display),
    EXPRESSIONS.map(Filter),
    INDEXED.map(FilterIndex),
    *parses(),
    st.builds(JsonExtract, st.none() | FIELDS, SOME_TEXT.map(Text), NAMES),
    st.builds(Unnest, EXPRESSIONS, NAMES),
    FIELDS.map(Expand),
    SAVED_CALLS,
    st.builds(Lookup, TABLES, MATCHES, st.booleans(), OUTPUTS),
    st.builds(CidrLookup, TABLES, FIELDS, st.none() | NAMES, st.booleans(), OUTPUTS),
    st.builds(AppendCols, FLAGS, st.none() | st.integers(1, 100_000), SUBQUERIES),
    st.builds(Accum, FIELDS, st.none() | NAMES),
    st.builds(lambda f, a, lags: Autoregress(f, a, *lags), FIELDS, st.none() | NAMES, LAGS),
    st.lists(FILLED, max_size=3).map(tuple).map(Filldown),
    st.builds(Sessionize, SOME_FIELDS, st.none() | DURATIONS, st.none() | NAMES),
    st.builds(AddTotals, st.none() | SOME_TEXT, FLAGS, FLAGS, st.just(()) | SOME_FIELDS),
    st.builds(
        Outlier,
        st.sampled_from([None, "remove", "transform"]),
        st.none() | NUMBERS,
        FLAGS,
        FLAGS,
        SOME_FIELDS,
    ),
    st.builds(Unmask, st.just(()) | SOME_FIELDS),
)
COUNT = item(Call("count", (Star(),)), "number")
BIN = item(Call("bin", (Duration(5, "m"),)), "time")
LATE_KINDS: tuple[Commands, ...] = (
    st.builds(
        lambda by, offset, value: (
            Stats((COUNT,), (*by, BIN), offset),
            Fillmissing((Fill(value, "number"),)),
            Sort((SortKey(Field(("number",)), True),)),
        ),
        items_of(EXPRESSIONS),
        st.none() | DURATIONS,
        st.one_of(NUMBERS, STRINGS.map(Text)),
    ),
    st.builds(
        lambda value, way, keys, count, some: (
            Sort((SortKey(value, way),)),
            Dedup(tuple(keys)),
            Limit(count, some),
        ),
        EXPRESSIONS,
        st.sampled_from([None, True, False]),
        st.lists(FIELDS, min_size=1, max_size=3),
        COUNTS,
        st.booleans(),
    ),
    st.builds(lambda join, count: (join, Tail(count)), JOINS, COUNTS),
    st.builds(lambda fields: (CountFrequent(fields), Fillmissing(())), SOME_FIELDS),
    st.builds(
        lambda value, after: (PatternCommand(value), *after),
        EXPRESSIONS,
        st.sampled_from([(Anomaly(), Diff(None)), (Diff("previousWeek"), Anomaly())]),
    ),
    st.builds(lambda value: (Filter(value), Estimate()), EXPRESSIONS),
    st.builds(lambda period: (LogCompare(period),), DURATIONS),
    st.builds(lambda *parts: (RelevantFields(*parts),), st.just(()) | SOME_FIELDS, EXPRESSIONS),
)
KINDS: tuple[Commands, ...] = (
    st.tuples(SOURCES),
    *(kind.map(lambda command: (command,)) for kind in EARLY_KINDS),
    *LATE_KINDS,
)
"""One for each kind of command, or for a few that belong together."""

QUERIES = st.builds(
    lambda sources, early, late: Query((*sources, *early, *late)),
    st.lists(SOURCES, max_size=2),
    st.lists(st.one_of(*EARLY_KINDS), max_size=4),
    st.one_of(*LATE_KINDS),
)
