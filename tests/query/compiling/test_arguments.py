"""Arguments: what a query must write itself, and what values become on their way to a function."""

from __future__ import annotations

import pytest

from tests.query.evaluating import run, value
from tests.query.not_compiling import not_compiled


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("stats topk(«0», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats topk(«10001», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats topk(«1.5», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats topk(«b», a)", "`topk` needs a whole number from 1 to 10,000 here."),
        ("stats pct(a, «100.5»)", "`pct` needs a number from 0 to 100 here, such as `95`."),
        ("stats pct(a, «-1»)", "`pct` needs a number from 0 to 100 here, such as `95`."),
        ("stats rate(a, «1mo») by bin(1d)", "`rate` needs a period of one length."),
        ("stats rate(a, «5») by bin(1d)", "`rate` needs a period here, such as `5m`."),
        ("stats rate(a, «0m») by bin(1d)", "A period must be longer than nothing."),
        ("stats count(*) by histogram(a, «0»)", "A bucket must be wider than nothing."),
        ("fields isIpInSubnet(a, «'192.0.2.0/33'»)", "`192.0.2.0/33` is no subnet."),
        ("fields regexReplace(a, 'b', «'$1'»)", "What `$` and `\\` mean in a replacement"),
        ("fields formatDate(a, '%Y', «'Nowhere/Land'»)", "`Nowhere/Land` is no time zone."),
    ],
)
def test_what_a_query_must_write_otherwise(marked: str, message: str) -> None:
    assert message in not_compiled(marked).message


@pytest.mark.parametrize("number", ["1", "10000"])
def test_as_many_ranks_as_there_may_be(number: str) -> None:
    assert run(f"stats topk({number}, a) as it", [{"a": "x"}]).rows == [{"it": '["x"]'}]


@pytest.mark.parametrize(("percent", "wanted"), [("0", "1"), ("100", "4"), ("99.9", "4")])
def test_the_bounds_of_a_percentile(percent: str, wanted: str) -> None:
    events = [{"a": n} for n in (3, 1, 4, 2)]
    assert run(f"stats pct(a, {percent}) as it", events).rows == [{"it": wanted}]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("strlen(a)", "2"),
        ("concat(a, b, t)", "121.51970-01-01 00:00:00.012"),
        ("strlen(list)", None),
        ("abs('-3')", "3"),
        ("abs(text)", None),
        ("abs(flag)", "1"),
        ("abs(t)", "12"),
        ("datefloor(b, 1s)", "1970-01-01 00:00:00.000"),
        ("datefloor('-0.5', 1ms)", "1969-12-31 23:59:59.999"),
        ("toMillis(b)", "1"),
        ("datefloor(text, 1s)", None),
        ("replace(text, nothing, 'x')", None),
        ("coalesce(nothing, text)", "x"),
    ],
)
def test_values_become_what_a_function_takes(expression: str, wanted: str | None) -> None:
    text = f"fields fromMillis(12) as t, split('a,b', ',') as list | fields {expression} as it"
    event = {"a": 12, "b": 1.5, "text": "x", "flag": True}
    (row,) = run(text, [event]).rows
    assert row.get("it") == wanted


def test_an_argument_that_is_missing_leaves_the_result_missing() -> None:
    for expression in ("strlen(x)", "substr('abc', x)", "substr('abc', 0, x)", "bin(x, 5m)"):
        assert value(expression) is None
