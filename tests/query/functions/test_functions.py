"""The table of functions, and what functions do at the edges; the goldens have the plain cases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.errors import QueryError
from bot.query.functions import FUNCTIONS, Function, Kind
from bot.query.functions.text import concat, replace
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.query.values import MOST_TEXT
from tests.query.evaluating import run, value

MEGABYTE = "x" * 1_000_000


def test_what_only_aws_can_do_is_refused_with_the_reason() -> None:
    with pytest.raises(QueryError, match="`unmask` does not run here") as caught:
        compile_query(parse("fields unmask(@message)"))
    assert "masks" in caught.value.hint


def test_every_row_is_one_kind_of_function() -> None:
    for spelling, row in FUNCTIONS.items():
        assert spelling in row.spellings
        assert spelling == spelling.lower()
        assert row.name.lower() in row.spellings
        kinds = (row.run is not None, row.state is not None, bool(row.context), bool(row.only_aws))
        assert sum(kinds) == 1
        assert row.aggregate == (row.state is not None)
        assert row.meaning
        assert not row.meaning.endswith(".")
        assert row.page
        assert row.aggregate or not (row.dated or row.alone)
        assert row.aggregate or not {Kind.PERCENT, Kind.RANKS, Kind.SPAN} & set(row.takes)
        assert row.kind(0) is row.takes[0]
        assert row.kind(99) is row.takes[-1]


def test_old_and_new_spellings_are_one_function() -> None:
    assert FUNCTIONS["count_distinct"] is FUNCTIONS["countdistinct"]
    assert FUNCTIONS["regex_replace"] is FUNCTIONS["regexreplace"]
    assert FUNCTIONS["collect_values"] is FUNCTIONS["values"]
    assert FUNCTIONS["strftime"] is FUNCTIONS["formatdate"]
    assert FUNCTIONS["substr"].kind(2) is Kind.NUMBER


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        # numbers without bounds
        ("a ^ a", None),
        ("a * a", None),
        ("a + 0.5", None),
        ("a - a", "0"),
        ("sqrt(a)", None),
        ("log(a) > 900000000", "0"),
        ("toDouble(a)", None),
        ("toLong(a)", None),
        ("toInt(2147483647)", "2147483647"),
        ("toInt(2147483648)", None),
        ("toLong(9223372036854775807)", "9223372036854775807"),
        ("round(a) = a", "1"),
        ("round(1.5, 99)", None),
        ("round(0.5)", "1"),
        ("round(1.005, 2)", "1.01"),
        ("round(1234, 0 - 2)", "1200"),
        ("2 ^ 0.5", "1.4142135623730951"),
        ("2.5 % 2", "0.5"),
        ("0 / 0", None),
        ("1e308 * 10", None),
        ("fromMillis(1e308)", "missing"),
        # structures where texts and numbers are wanted
        ("strlen(split(a, ','))", None),
        ("abs(split(a, ','))", None),
        ("isempty(split(a, ','))", "1"),
        ("jsonStringify('x')", None),
        # texts
        ("substr('abc', 1, 1e300)", "bc"),
        ("substr('abc', 1.9)", "bc"),
        ("trim('', '')", ""),
        ("tolower('İ') = 'i̇'", "1"),
        ("strcontains('abc', '')", "1"),
        ("isValidIp('::ffff:192.0.2.1')", "1"),
        ("isIpv4InSubnet('::ffff:192.0.2.1', '192.0.2.0/24')", "0"),
        ("isValidIp('192.0.2.01')", "0"),
        ("isIpInSubnet('192.0.2.1', b)", "0"),
        ("isIpInSubnet('192.0.2.1', '0.0.0.0/0')", "1"),
    ],
)
def test_edges(expression: str, wanted: str | None) -> None:
    event = {"a": 10**4000, "b": "192.0.2.0/255.255.255.0"}
    found = value(expression, event)
    if wanted == "missing":
        assert found is not None
        assert found.isdigit()
    else:
        assert found == wanted


@pytest.mark.parametrize("subnet", ["", "192.0.2.0", "/24", "192.0.2.0/33", "x/24", "fe80::%1/64"])
def test_what_is_no_subnet_holds_nothing(subnet: str) -> None:
    assert value("isIpInSubnet('192.0.2.1', b)", {"b": subnet}) == "0"


@pytest.mark.parametrize(
    "text",
    ['["\\ud800"]', "[" * 100_000, "[1e400]", "[" + "9" * 5000 + "]", "\ud800", "[NaN]", "[1,]"],
)
def test_json_that_cannot_be_decoded_is_missing(text: str) -> None:
    assert value("jsonParse(a)", {"a": text}) is None
    assert value("jsonArraySize(a)", {"a": text}) is None
    assert value("jsonArrayContains(a, 'x')", {"a": text}) == "0"


def test_texts_cannot_be_made_without_end() -> None:
    doubling = "fields concat(a, a) as a | " * 40 + "fields strlen(a) as n"
    assert run(doubling, [{"a": MEGABYTE}]).rows == [{}]
    assert value("strlen(replace(a, 'x', a))", {"a": MEGABYTE}) is None
    assert value("strlen(concat(a, a))", {"a": MEGABYTE}) == "2000000"
    assert concat("x" * MOST_TEXT) is not None
    assert replace("xx", "x", "y" * (MOST_TEXT // 2)) is not None
    assert replace("xx", "x", "y" * (MOST_TEXT // 2 + 1)) is None


def test_giant_powers_return_at_once() -> None:
    assert value("9999999999 ^ 9999999999 ^ 9999999999") is None
    assert value("2 ^ 4095 > 0") == "1"
    assert value("2 ^ 4096") is None


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(alphabet='a1.,:/-[]{}"\0\ud800é', max_size=8),
    st.lists(st.integers(), max_size=2),
)
SCALARS = [row for row in dict.fromkeys(FUNCTIONS.values()) if row.run]


@settings(max_examples=120, derandomize=True, deadline=None)
@given(st.sampled_from(SCALARS), st.lists(anything, min_size=21, max_size=21))
def test_no_value_makes_a_function_fail(row: Function, values: list[object]) -> None:
    for count in range(row.at_least, min(row.at_most or 3, 5) + 1):
        arguments = [f"jsonParse(s{at}).v" for at in range(count)]
        arguments += [f"f{at}" for at in range(count)]
        for names in (arguments[:count], arguments[count:]):
            written = [
                "5m" if row.kind(at) is Kind.PERIOD else name for at, name in enumerate(names)
            ]
            if row.name == "bin" and count == 1:
                written = ["5m"]
            call = f"{row.name}({', '.join(written)})"
            event = {f"f{at}": given for at, given in enumerate(values)}
            run(f"fields {call} as it | filter it != 'x' or it > 1 | sort it", [event])


WRITTEN = {Kind.PERCENT: "50", Kind.RANKS: "2", Kind.SPAN: "1m"}
AGGREGATES = [row for row in dict.fromkeys(FUNCTIONS.values()) if row.aggregate]
CALLS = {
    row.name: f"{row.name}({', '.join(WRITTEN.get(kind, 'f') for kind in row.takes)})"
    for row in AGGREGATES
}


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(anything, max_size=6))
def test_no_value_makes_an_aggregate_fail(values: list[object]) -> None:
    together = ", ".join(CALLS[row.name] for row in AGGREGATES if not row.alone)
    alone = [CALLS[row.name] for row in AGGREGATES if row.alone]
    events = [{"f": given, "@timestamp": at} for at, given in enumerate(values)]
    for text in (together, f"{together} by f", *alone):
        for row in run(f"stats {text}", events).rows:
            assert not {"nan", "inf", "-inf"} & set(row.values())
