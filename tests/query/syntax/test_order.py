"""Which command may follow which."""

from __future__ import annotations

from typing import cast

import pytest

from bot.query.functions import FUNCTIONS, Function
from bot.query.parser import parse
from tests.query.refusing import refused


@pytest.mark.parametrize(
    "text",
    [
        "SOURCE 'a' | SOURCE logGroups() | fields b",
        "SOURCE 'a'",
        "dedup a | fields b | display c | limit 5",
        "dedup a | estimate",
        "dedup a | $B()",
        "sort a | stats count(*)",
        "tail 5 | stats count(*)",
        "sort a | stats count(*) as n | pattern n",
        "pattern a | sort @ratio | anomaly | diff",
        "pattern a | limit 5 | diff previousDay",
        "$A() | diff | anomaly",
        "fields a | estimate",
        "join left=a right=b where a.c = b.c (fields c) | fields d",
        "filter a in (fields b) and c in (fields d)",
        "filter a in (SOURCE 'b' | SOURCE 'c' | fields d) | filter e in (SOURCE 'f' | fields g)",
    ],
)
def test_what_may_follow(text: str) -> None:
    tree = parse(text)
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("fields a | «SOURCE» 'b'", "`SOURCE` stands only first.", "before all other"),
        ("SOURCE 'a' | fields b | «source» 'c'", "`SOURCE` stands only first.", ""),
        ("dedup a | «stats» count(*)", "may follow `dedup`.", "before `dedup`"),
        ("dedup a | limit 5 | «sort» b", "may follow `dedup`.", ""),
        ("dedup a | fields b | «filter» b", "may follow `dedup`.", ""),
        ("dedup a | «dedup» b", "may follow `dedup`.", ""),
        (
            "«head» 5 | stats count(*) as n | stats max(n)",
            "`head` may not stand before a later `stats`.",
            "after the last",
        ),
        ("«tail» 5 | stats count(*) as n | stats max(n)", "`tail` may not stand before", ""),
        ("«order» by a | stats count(*) as n | stats max(n)", "`order` may not stand", ""),
        ("sort a | «pattern» @message", "`pattern` may not follow `sort`.", "Put `sort` after it."),
        ("«diff»", "`diff` needs a `pattern` before it.", "`pattern @message | diff`"),
        ("fields a | «Anomaly»", "`anomaly` needs a `pattern` before it.", "| anomaly`"),
        ("estimate | «limit» 5", "Nothing may follow `estimate`.", "Put `estimate` last."),
        ("estimate | «estimate»", "Nothing may follow `estimate`.", ""),
        (
            (
                "join left=a right=b where a.c = b.c (fields c)"
                " | «join» left=d right=e where d.c = e.c (fields c)"
            ),
            "A query has at most one `join`.",
            "",
        ),
        ("filter a in (dedup b | «sort» c)", "may follow `dedup`.", ""),
    ],
)
def test_what_may_not(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint


def test_topk_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = cast(dict[str, Function], FUNCTIONS)
    monkeypatch.setitem(functions, "topk", Function("topk", ("topk",), 2, 2, aggregate=True))
    assert parse("stats topk(10, a) as t | fields t")
    message = "`topk` stands alone in its `stats`."
    assert refused("stats «topk(10, a)», count(*)").message == message
    assert refused("stats count(*), tolower(«TOPK(10, a)») as b").message == message
    assert refused("stats topk(10, a) by «b, c»").message == "`topk` takes no `by`."
