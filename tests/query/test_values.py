"""How values count as numbers and texts, how they sort, and how they print."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.values import (
    Timestamp,
    bounded,
    identity,
    number_of,
    order_key,
    render,
    text_of,
    truth,
)

HUGE = 10**5000


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (1.5, 1.5),
        (True, 1),
        (Timestamp(7), 7),
        ("12", 12),
        ("-1.50", -1.5),
        ("+3", 3),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("0123", 123),
        ("9" * 1000, int("9" * 1000)),
    ],
)
def test_what_counts_as_a_number(value: Any, number: float) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(
    "value",
    ["", " 1", "1 ", "1\n", "0x10", "1_000", "\u0661", "1e", "--1", "nan", "inf", "1e400", "9" * 1001,
     "True", ".", "-", None, [1], {"a": 1}, -math.inf],
)  # fmt: skip
def test_what_does_not(value: Any) -> None:
    assert number_of(value) is None
    assert not truth(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        ("", ""),
        (1, "1"),
        (1.0, "1"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (999999999999999.0, "999999999999999"),
        (1e15, "1000000000000000.0"),
        (1e20, "1e+20"),
        (1e-7, "1e-07"),
        (True, "1"),
        (False, "0"),
        (2**100, str(2**100)),
        (Timestamp(0), "1970-01-01 00:00:00.000"),
        (Timestamp(-1), "1969-12-31 23:59:59.999"),
        (Timestamp(-62_135_596_800_000), "0001-01-01 00:00:00.000"),
        (Timestamp(10**18), str(10**18)),
        ([1, "a"], '[1,"a"]'),
        ({"a": [True, None]}, '{"a":[true,null]}'),
        ([{1, 2}.__class__], None),
        (["\ud800"], None),
        (math.inf, None),
        (math.nan, None),
        (None, None),
    ],
)
def test_how_values_print(value: Any, text: str | None) -> None:
    assert render(value) == text


def test_numbers_that_python_refuses_to_print_are_missing() -> None:
    assert number_of(HUGE) == HUGE
    assert render(HUGE) is None
    assert render(Timestamp(HUGE)) is None


def test_structures_have_no_text_and_no_identity() -> None:
    assert text_of([1]) is None
    assert identity({"a": 1}) is None
    assert order_key([1]) is None
    assert text_of(1.0) == identity(1) == identity("1") == identity(True) == "1"
    assert identity(None) is None


def test_what_is_out_of_bounds_is_missing() -> None:
    assert bounded(2**4095) == 2**4095
    assert bounded(2**4096) is None
    assert bounded(-(2**4096)) is None
    assert bounded(math.inf) is None


def ordered(*values: Any) -> list[Any]:
    return sorted(values, key=order_key)  # type: ignore[arg-type, return-value]


def test_natural_order() -> None:
    wanted = ["!:", "#", "*%04", "0#", "5A", "111A", "2345_", "@", "@_", "A", "A9876fghj"]
    wanted += ["a12345hfh", "0", "1", "2", "3"]  # CloudWatch Logs user guide, `sort`
    assert ordered(*reversed(wanted)) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        ["", "a", "a0", "a1", "a1b", "a2", "a00", "a10", "a-", "b"],
        ["1.2.3", "1.2.10", "1.10.0", "10.0.0"],
        ["2026-01-02T00:00:00Z", "2026-01-10T00:00:00Z", "2026-11-01T00:00:00Z"],
        ["-", "x", -5, "0", 1.5, "2e0", 10, "1e3", Timestamp(5000)],
    ],
)
def test_chunks_of_digits_compare_by_length_then_value(wanted: list[Any]) -> None:
    assert ordered(*reversed(wanted)) == wanted


hostile = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(alphabet="a1.-\0\ud800é", max_size=6),
    st.text(max_size=8),
    st.integers(min_value=-(10**16), max_value=10**16).map(Timestamp),
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(hostile, max_size=6))
def test_the_order_is_total_and_printing_never_fails(values: list[Any]) -> None:
    keys = [key for value in values if (key := order_key(value)) is not None]
    backwards = list(reversed(keys))
    assert sorted(keys) == sorted(backwards)
    for value in values:
        text = render(value)
        assert text is None or text not in ("inf", "-inf", "nan")
        assert (order_key(value) is None) == (text is None)
