"""Printing and parsing are inverse, for trees of every kind and for hostile leaves."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.ast import (
    UNITS,
    Access,
    Binary,
    Call,
    Command,
    Dedup,
    Display,
    Duration,
    Expression,
    Field,
    Fields,
    Filter,
    In,
    Item,
    Like,
    Limit,
    Number,
    Parameter,
    Parse,
    Query,
    Regex,
    Sort,
    SortKey,
    Star,
    Stats,
    Text,
    Unary,
    chain,
)
from bot.query.parser import parse

CHARACTERS = st.characters(exclude_categories=("Cs",))
ODD = st.sampled_from("\"'\\/|#{}()[].*@ \n\x00é\u202e-")
STRINGS = st.text(st.one_of(ODD, CHARACTERS), max_size=8)
PLAIN_NAMES = st.from_regex(r"@{0,2}[a-z_][a-z0-9_@]{0,5}", fullmatch=True)
ODD_NAMES = STRINGS.filter(lambda s: s.strip("@") and "`" not in s and "\n" not in s)
# A leading `@` of a name in backticks stands before them; alone it would be read as a bare name.
NAMES = st.one_of(PLAIN_NAMES, PLAIN_NAMES, st.sampled_from(["by", "In", "sort"]), ODD_NAMES)

FIELDS = st.builds(
    lambda first, rest: Field((first, *rest)),
    NAMES,
    st.lists(st.one_of(NAMES, st.integers(0, 999), st.just("0")), max_size=2),
)
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


EXPRESSIONS = st.recursive(ATOMS, operations, max_leaves=8)


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


def parses() -> st.SearchStrategy[Parse]:
    sources = st.one_of(st.none(), FIELDS, called(ATOMS))
    literals = st.lists(STRINGS.map(lambda s: s.replace("*", "")), min_size=2, max_size=4)
    return st.one_of(
        st.builds(
            lambda source, texts: Parse(
                source, Text("*".join(texts)), tuple(f"n {i}" for i in range(len(texts) - 1))
            ),
            sources,
            literals,
        ),
        st.builds(lambda source: Parse(source, Regex("(?<a>/)"), ()), sources),
        st.builds(lambda source: Parse(source, Regex(r"(\d)"), ("a.b",)), sources),
    )


COUNT = item(Call("count", (Star(),)), "number")
EARLY: st.SearchStrategy[Command] = st.one_of(
    items_of(EXPRESSIONS).map(Fields),
    items_of(EXPRESSIONS).map(Display),
    EXPRESSIONS.map(Filter),
    parses(),
)
LATE: st.SearchStrategy[tuple[Command, ...]] = st.one_of(
    st.builds(
        lambda by: (Stats((COUNT,), by), Sort((SortKey(Field(("number",)), True),))),
        items_of(EXPRESSIONS),
    ),
    st.builds(
        lambda value, way, keys, count: (
            Sort((SortKey(value, way),)),
            Dedup(tuple(keys)),
            Limit(count),
        ),
        EXPRESSIONS,
        st.sampled_from([None, True, False]),
        st.lists(FIELDS, min_size=1, max_size=3),
        st.one_of(st.integers(1, 100_000).map(lambda n: Number(str(n))), PARAMETERS),
    ),
)
QUERIES = st.builds(lambda early, late: Query((*early, *late)), st.lists(EARLY, max_size=3), LATE)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(QUERIES)
def test_a_printed_tree_reads_as_the_same_tree(tree: Query) -> None:
    text = str(tree)
    assert parse(text) == tree
    assert str(parse(text)) == text
