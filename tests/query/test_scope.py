"""Which command may follow which, and which names are visible after a `stats`."""

from __future__ import annotations

import pytest

from bot.query.parser import parse
from tests.query.refusing import refused


@pytest.mark.parametrize(
    "text",
    [
        "stats count(*) as n by a | filter n > 5 | sort n desc | limit 3",
        "stats count(*) by a | sort count(*) desc",
        "stats count(*) by a | sort `count(*)` desc",
        "stats COUNT( * ) | sort COUNT( * )",
        "stats count(*) by bin(5m) | sort bin(5m)",
        "stats count(*) by bin(5m) as t | stats max(t) as last",
        "stats sum(a) as b, count(*) as c, b / c as d | display d",
        "stats sum(a) / 1024 as kb, 100 * count(*)",
        "stats latest(a) as b by c | filter b.d[0] = 1 | display b.e",
        "stats count(*) by a.b | filter a.b = 1",
        "stats count(*) as n by a | fields n * 2 as m | sort m",
        "stats latest(a) as b | parse b '*-*' as x, y | display x",
        "stats latest(a) as b | parse b /(?<x>.)/ | display x",
        "stats latest(a) as b | parse b /(.)/ as x | display x",
        "stats max(@timestamp) as @t by a | stats count(*) by datefloor(@t, 1h) as h",
        "stats latest(@timestamp) as @timestamp by a | stats count(*) by bin(1h)",
        "sort a | stats count(*)",
        "limit 5 | stats count(*)",
        "fields a | dedup a | limit 5",
        "dedup a | limit 5 | limit 2",
        "fields a | fields tolower(a) as b | stats count(*) by b",
        "fields a, b as c | fields d as c | sort c",
        "fields a | fields b as a | stats count(*) by c",
        "fields tolower(a) as a | stats count(*) by a",
        "fields a | fields a | stats count(*) by a",
        "stats count(*) as n | fields n + 1 as m | fields n + 2 as m",
        "stats " + "count(*) as n | stats " * 9 + "max(n)",
    ],
)
def test_what_may_follow(text: str) -> None:
    tree = parse(text)
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        (
            "dedup a | «sort» a",
            "Only `limit`, `fields` and `display` may follow `dedup`.",
            "before `dedup`",
        ),
        (
            "dedup a | fields b | «filter» a",
            "Only `limit`, `fields` and `display` may follow `dedup`.",
            "before `dedup`",
        ),
        (
            "«sort» a | stats count(*) as n | stats max(n)",
            "`sort` may not stand before a later `stats`.",
            "after the last",
        ),
        (
            "stats count(*) as n by a | «limit» 5 | sort n | stats max(n)",
            "`limit` may not stand before a later `stats`.",
            "after the last",
        ),
        (
            "stats " + "count(*) as n | stats " * 9 + "max(n) as n | «stats» max(n)",
            "A query has at most 10 `stats`.",
            "",
        ),
        ("stats «a» by b", "In `stats`, `a` must stand in an aggregate.", "`latest(a)`"),
        ("stats count(*) + «a»", "In `stats`, `a` must stand in an aggregate.", ""),
        ("stats tolower(«a»)", "In `stats`, `a` must stand in an aggregate.", ""),
        ("stats «b» / 2, count(*) as b", "In `stats`, `b` must stand in an aggregate.", ""),
        ("stats «1 as a»", "Each item of `stats` needs an aggregate.", "`count(*)`"),
        ("stats count(*), «tolower('a')»", "Each item of `stats` needs an aggregate.", ""),
        ("filter «count(*)» > 5", "`count` stands only in `stats`.", "use the name here"),
        ("fields tolower(«max(a)») as b", "`max` stands only in `stats`.", ""),
        ("stats count(*) by «max(a)»", "`max` stands only in `stats`.", ""),
        ("sort «count(*)»", "`count` stands only in `stats`.", ""),
        ("stats sum(«count(*)»)", "`count` may not stand inside `sum`.", "before this one"),
        ("stats max(tolower(«min(a)»))", "`min` may not stand inside `max`.", ""),
        (
            "stats count(*) as n by a | filter «b» = 1",
            "After `stats` there is no `b`, only `a`, `n`.",
            "Add the field to it",
        ),
        (
            "stats count(*) by userName | filter «userNam» = 1",
            "After `stats` there is no `userNam`",
            "Did you mean `userName`?",
        ),
        (
            "stats count(*) by a | filter «count» > 5",
            "After `stats` there is no `count`, only `a`, `count(*)`.",
            "Did you mean `count(*)`?",
        ),
        (
            "stats count(*) as n by a.b | filter «a» = 1",
            "After `stats` there is no `a`, only `a.b`, `n`.",
            "Add the field to it",
        ),
        (
            "stats count(*) as n | filter «@timestamp» > 5",
            "After `stats` there is no `@timestamp`, only `n`.",
            "`latest(@timestamp) as t`",
        ),
        (
            "stats count(*) as n | «parse» '*' as x",
            "After `stats` there is no `@message`, only `n`.",
            "`latest(@message) as message`",
        ),
        (
            "stats count(*) as n | stats max(n) by «bin(5m)»",
            "After `stats` there is no `@timestamp`, only `n`.",
            "`by bin(5m) as t`",
        ),
        (
            "stats count(*) as n | stats max(n) by «bin({{p}})» as t",
            "After `stats` there is no `@timestamp`, only `n`.",
            "",
        ),
        (
            "stats count(*) as n | stats «latest(n)»",
            "After `stats` there is no `@timestamp`, only `n`.",
            "",
        ),
        (
            "stats " + ", ".join(f"max(a) as b{n:02}" for n in range(12)) + " | filter «q»",
            "`b08`, `b09`, ….",
            "",
        ),
        ("fields «a as b», c as b", "Two columns have the name `b`.", ""),
        ("stats «count(*) as a», max(b) as a", "Two columns have the name `a`.", ""),
        ("stats «count(*) as a» by a", "Two columns have the name `a`.", "its own name"),
        ("fields a, «b as a»", "Two columns have the name `a`.", "its own name"),
        (
            "fields a | fields b as a | stats count(*) by «a»",
            "`a` was made twice before this `stats`.",
            "a name of its own",
        ),
        (
            "fields b as a | fields tolower(a) as a | filter a = 'x' | stats max(«a») as m",
            "`a` was made twice before this `stats`.",
            "",
        ),
    ],
)
def test_what_may_not(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
