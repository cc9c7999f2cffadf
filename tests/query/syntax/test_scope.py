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
        # AWS samples name what is gone in `sort`, and system fields in `fields` and `display`.
        "stats count(*) as n by a | sort b, @timestamp desc",
        "stats count(*) as n by a | display @timestamp, a | fields @message",
        "stats latest(@timestamp) as @timestamp by a | display @timestamp | filter @timestamp > 5",
        "stats count(*) as n by a | fields @x as y | filter y",
        # What each command makes is visible after it.
        "stats latest(a) as b | parse b csv as c, d | filter c = d",
        "stats latest(a) as b | parse b logfmt as c | filter c.d = 1",
        "stats latest(a) as b | json field=b 'x' as c | filter c",
        "stats latest(a) as b | parse b /(?<c>.)/ as d | filter c = d",
        "stats latest(a) as b | unnest b into c | filter c.d",
        "stats latest(a) as b | expand b | filter b",
        "stats count(*) as n by a | lookup t a OUTPUT b, c as d | filter b = d",
        "stats count(*) as n by a | lookup t x as a OUTPUT b | filter b",
        "stats count(*) as n by a | cidrlookup t a OUTPUTNEW b as c | filter c",
        "stats sum(b) as n by a | accum n as total | filter total > 5",
        "stats sum(b) as n by a | accum n | filter nobody_knows",
        "stats sum(b) as n by a | autoregress n p=1-2 | filter n_p1 > n_p2",
        "stats sum(b) as n by a | sessionize a | filter session_id = 1",
        "stats sum(b) as n by a | sessionize a as s | filter s = 1",
        "stats sum(b) as n by a | addtotals | filter Total > 1",
        "stats sum(b) as n by a | addtotals fieldname=All n | filter All > 1",
        "stats sum(b) as n by a | outlier mark=true n | filter marked",
        "stats count(*) as n by bin(5m) | fillmissing with 0 for n | filter n = 0",
        "stats count(*) as n by a.b | fillmissing with 0 for a.b",
        "stats sum(b) as n by a | filldown n x*",
        "stats sum(b) as n by a | countFrequent a | filter _approxcount > 5 and a = 1",
        "stats sum(b) as n by a | unmask n",
        "stats sum(b) as n by a | appendcols (stats count(*) as m) | filter m > n",
        "stats sum(b) as n by a | appendcols (fields c) | filter c",
        "stats sum(b) as n by a | $C() | filter c",
        "stats sum(b) as n by a | logcompare timeshift 1d | filter c",
        "pattern @message | filter @ratio > 0.5 and @severityLabel = 'ERROR' | sort @sampleCount",
        "pattern @message | diff | filter anything",
        "pattern @message | anomaly | filter anything",
        "relevantfields where a | filter @relevanceScore > 1",
        "join left=l right=r where l.a = r.a (fields a) | filter l.a = 1 and b",
        "stats count(*) as n by a | join left=l right=r where l.a = r.b (fields b) | filter c",
        (
            "stats count(*) as n by a | join left=l right=r where l.a = r.b (stats max(c) as m by b)"
            " | filter l.n > r.m"
        ),
        "countFrequent a | filter _approxcount > 5 | sort nobody",
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
        ("stats count(*) as n | fields «a», n", "After `stats` there is no `a`", ""),
        ("stats count(*) as n | sort tolower(«a»)", "After `stats` there is no `a`", ""),
        ("stats count(*) as n | display @a | filter «@a» = 1", "there is no `@a`", ""),
        ("stats count(*) as n | display tolower(«@a»)", "there is no `@a`", ""),
        ("stats count(*) as n | dedup «a»", "After `stats` there is no `a`", ""),
        ("stats count(*) as n | «parse» csv as a", "there is no `@message`", "latest(@message)"),
        ("stats count(*) as n | «json» 'a' as b", "there is no `@message`", ""),
        ("stats count(*) as n | unnest «a» into b", "there is no `a`", ""),
        ("stats count(*) as n | expand «a»", "there is no `a`", ""),
        ("stats count(*) as n | lookup t «a.b» OUTPUT c", "there is no `a.b`", ""),
        ("stats count(*) as n | lookup t n, a as «b» OUTPUT c", "there is no `b`", ""),
        ("stats count(*) as n | cidrlookup t «a» OUTPUT c", "there is no `a`", ""),
        ("stats count(*) as n | accum «a»", "there is no `a`", ""),
        ("stats count(*) as n | autoregress «a»", "there is no `a`", ""),
        ("stats count(*) as n | sessionize n, «a»", "there is no `a`", ""),
        ("stats count(*) as n | addtotals «a»", "there is no `a`", ""),
        ("stats count(*) as n | outlier «a»", "there is no `a`", ""),
        ("stats count(*) as n | outlier mark=false n | filter «a»", "there is no `a`", ""),
        ("stats count(*) as n | fillmissing with 0 for «m»", "there is no `m`", ""),
        ("stats count(*) as n | fillmissing with «m» for n", "there is no `m`", ""),
        ("stats count(*) as n | countFrequent «a»", "there is no `a`", ""),
        (
            "countFrequent a | filter «b»",
            "After `countFrequent` there is no `b`, only `_approxcount`, `a`.",
            "Name one",
        ),
        ("pattern a | filter «a» = 1", "After `pattern` there is no `a`, only `@pattern`", ""),
        ("stats count(*) as n | pattern «@message»", "there is no `@message`", ""),
        ("stats count(*) as n | relevantfields where «a»", "there is no `a`", ""),
        ("stats count(*) as n | unmask «a»", "there is no `a`", ""),
        (
            "stats count(*) as n | appendcols (stats max(b) as m) | filter «c»",
            "there is no `c`",
            "",
        ),
        (
            "stats count(*) as n by a | join left=l right=r where «l.b» = r.b (fields b)",
            "there is no `b`",
            "",
        ),
        (
            "stats count(*) as n by a | join left=l right=r where l.a = «r.c» (stats max(c) as m)",
            "The query of this `join` makes no `c`.",
            "Its columns are `m`.",
        ),
        (
            (
                "stats count(*) as n by a | join left=l right=r where l.a = r.b (stats max(c) as m by b)"
                " | filter «n» > 1"
            ),
            "After `join` there is no `n`, only `l.a`, `l.n`, `r.b`, `r.m`.",
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
