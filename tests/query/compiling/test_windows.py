"""Commands that look at the rows around a row: what they cannot run on, and what they read."""

from __future__ import annotations

import pytest

from bot.query.parser import parse
from bot.query.plan import compile_query
from tests.query.evaluating import run
from tests.query.not_compiling import not_compiled


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("autoregress «a p=1-101»", "`autoregress` makes at most 100 columns.", ""),
        ("sessionize a maxspan «1mo»", "`1mo` has no fixed length.", "Write days"),
        ("«fillmissing»", "`fillmissing` follows a `stats … by bin(…)`.", "Such as"),
        ("stats count(*) by a | «fillmissing»", "`fillmissing` follows a", "by bin(5m)"),
        ("stats count(*) as n by bin(1h) | stats max(n) | «fillmissing»", "`fillmissing` fol", ""),
        ("stats count(*) as n by a | «sessionize a»", "There is no column `@timestamp` here.", ""),
        ("stats count(*) as n by a | «filldown b»", "There is no column `b` here.", ""),
        (
            "stats count(*) as n by bin(1m) as t | display n | addtotals col=true | «fillmissing»",
            "There is no column `t` here.",
            "",
        ),
        (
            "stats count(*) as n by a | accum n | «addtotals b»",
            "There is no column `b` here.",
            "",
        ),
    ],
)
def test_what_cannot_run_names_its_place(marked: str, message: str, hint: str) -> None:
    # The span of a command begins behind its name where it has arguments.
    name, _, rest = marked.partition("«")[2].partition(" ")
    if rest and name in ("autoregress", "sessionize", "filldown", "addtotals"):
        marked = marked.replace(f"«{name} ", f"{name} «")
    error = not_compiled(marked)
    assert message in error.message
    assert hint in error.hint


def test_as_many_rows_back_as_there_may_be() -> None:
    plan = compile_query(parse("autoregress a p=1-100"))
    assert plan.columns[0] == "a_p1"
    assert plan.columns[99:] == ("a_p100",)


def test_windows_ask_for_nothing_but_their_fields() -> None:
    texts = {
        "accum a": ("@timestamp", "a"),
        "display a, b | filldown a": ("a", "b", "@timestamp"),
        "sessionize a": ("@timestamp", "a"),
        "outlier action=remove a | display b": ("@timestamp", "a", "b"),
    }
    assert {text: compile_query(parse(text)).reads for text in texts} == texts


def test_a_window_sees_the_rows_of_all_batches() -> None:
    events = [{"id": n, "@timestamp": -n} for n in range(10_000)]
    rows = run("fields id | accum id as total | filter id = 9999", events).rows
    assert rows == [{"id": "9999", "total": str(9999 * 10_000 // 2)}]


def test_addtotals_names_its_sum_as_told() -> None:
    rows = run("fields a, b | addtotals fieldname=all col=true a", [{"a": 1, "b": 5}]).rows
    assert rows == [{"a": "1", "b": "5", "all": "1"}, {"a": "1", "all": "1"}]


def test_fillmissing_fills_with_what_an_expression_gives() -> None:
    text = "stats sum(a) as s by bin(1m) as t | fillmissing with 1 + 1 for s"
    events = [{"@timestamp": 0, "a": 9}, {"@timestamp": 120_000, "a": 8}]
    assert [row["s"] for row in run(text, events).rows] == ["9", "2", "8"]


def test_fillmissing_takes_the_grid_of_its_key() -> None:
    events = [{"@timestamp": 0}, {"@timestamp": 2 * 3_600_000}]
    for key in ("bin(1h)", "datefloor(@timestamp, 1h)", "dateceil(@timestamp, 1h)"):
        text = f"stats count(*) as n by {key} as t | fillmissing with 0 for n"
        assert [row["n"] for row in run(text, events).rows] == ["1", "0", "1"]
