"""Each trap is found where it bites, and nothing is said where it does not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings

from bot.query.ast import Call, Display, Field, Item, Number, Query
from bot.query.errors import QueryError
from bot.query.lint import TRAPS, Warning, lint
from bot.query.lint.calls import calls
from bot.query.parser import parse
from tests.query.test_fuzz import SOUP

HOLE = "AWS does not say whether this holds where"


def codes(text: str) -> list[str]:
    return [warning.code for warning in lint(parse(text))]


def only(text: str) -> Warning:
    (warning,) = lint(parse(text))
    return warning


def test_the_table_is_whole() -> None:
    assert list(TRAPS) == [f"Q{number:03}" for number in range(1, len(TRAPS) + 1)]
    for code, trap in TRAPS.items():
        assert trap.code == code
        for words in (trap.title, trap.explanation, trap.fix, trap.source):
            assert words
        assert trap.explanation.endswith(".")
        assert trap.fix.endswith(".")


# One line for each trap: the query, with the place of the warning between « and ».
BITES = [
    ("Q001", "stats count(*) by bin(«300s»)", "Write `5m`."),
    ("Q001", "stats count(*) by bin(«3600s»)", "Write `1h`."),
    ("Q001", "fields datefloor(t, «36h») as d", "Use the next larger unit: `5m` for 300 seconds."),
    ("Q001", "stats count(*) by bin(«86400000ms»)", "Write `1d`."),
    ("Q001", "stats count(*) by bin(«90s»)", "Use the next larger unit: `5m` for 300 seconds."),
    ("Q002", "filter a «==» 1", "Write `=`."),
    ("Q003", "sort «a»", "Add `asc` or `desc`."),
    ("Q003", "sort a desc, «b», c", "Add `asc` or `desc`."),
    ("Q004", "filter a = «true»", "Write `1`, which is what a boolean of JSON is here."),
    ("Q004", "filter «false» != a and ispresent(a)", "Write `0`, which is what a boolean of JSON is here."),
    ("Q004", "filter a in [1, «false»]", "Write `0`, which is what a boolean of JSON is here."),
    (
        "Q004", "filter sessionCredentialFromConsole = «true»",
        'Write `"true"`: `sessionCredentialFromConsole` holds a text.',
    ),
    ("Q005", 'filter readOnly = «"false"»', "Write `0`, without quotes."),
    ("Q005", "filter readOnly in [«'1'»]", "Write `1`, without quotes."),
    (
        "Q005", "filter userIdentity.sessionContext.attributes.mfaAuthenticated = «0»",
        'Write `"false"`.',
    ),
    ("Q005", "filter sessionCredentialFromConsole = «1»", 'Write `"true"`.'),
    (
        "Q006", 'filter «errorCode != "x"»',
        ("Write `ispresent(errorCode) and …` to leave such events out, or"
        " `not ispresent(errorCode) or …` to keep them."),
    ),
    ("Q007", 'filter a like «"%denied%"»', 'Write `"denied"`: a part of the value is enough.'),
    ("Q007", 'filter a like «"Delete*"»', 'Write `"Delete"`: a part of the value is enough.'),
    ("Q007", 'filter a like «"%"»', "Remove them, or write a regex between slashes."),
    ("Q008", 'filter a like «"/err(or)?/"»', "Write `/err(or)?/`, without quotes."),
    ("Q008", 'filter a like «"(?i)error"»', "Write `/(?i)error/`, without quotes."),
    ("Q008", 'filter a like «"Put|Delete"»', "Write `/Put|Delete/`, without quotes."),
    ("Q009", "filter «a = 1 and b = 2» or c = 3", "Put parentheses around what belongs together."),
    ("Q010", "filter ispresent(a) and «not a = 1»", "Write `not (a = b)`, or `a != b`."),
    (
        "Q011", "fields jsonParse(m) as j, «j.a» as b",
        "Take it in a `fields` of its own, after a `|`.",
    ),
    ("Q012", "fields a as b | fields «c as b»", "Give the second a name of its own."),
    ("Q012", 'fields a as b | parse «m "x*" as b»', "Give the second a name of its own."),
    ("Q012", "fields a as b | parse «m /(?<b>x)/»", "Give the second a name of its own."),
    ("Q013", "sort «a desc» | stats count(*) by b", "Put the `sort` after `stats`."),
    ("Q014", "stats count(*) by bin(5m) | sort «@timestamp» desc", "Write `bin(5m)`."),
    ("Q014", "stats count(*) by a | sort «count» desc", "Write `count(*)`."),
    ("Q014", "stats sum(b) as bytes by a | sort «byte» desc", "Write `bytes`."),
    (
        "Q014", "stats sum(b) as n by a | display n, «@message»",
        "Add it after `by`, or in an aggregate such as `latest(x) as x`.",
    ),
    ("Q014", "stats sum(b) as n by a | sort «x» asc | sort y asc", ("Add it after `by`, or in an"
     " aggregate such as `latest(x) as x`.")),
    ("Q015", "filter «dstPort < 1024»", "Write `isNumeric(dstPort) and …`."),
    ("Q015", "filter «1024 >= dstPort»", "Write `isNumeric(dstPort) and …`."),
    ("Q015", "filter «a > \"m\"»", "Compare numbers, or use `=`, `in` or `like`."),
    ("Q016", "filter a like «/.*denied.*/»", "Write `/denied/`."),
    ("Q016", "filter a like «/(?i).*denied/»", "Write `/(?i)denied/`."),
    ("Q017", 'filter «eventsource» = "x"', "Write `eventSource`."),
    ("Q017", 'filter «userIdentiy.arn» = "x" and eventSource = "y"', "Write `userIdentity`."),
    ("Q017", 'filter «requestId» = "x" and eventSource = "y"', "Write `requestID`."),
    ("Q018", "fields a | «head» 5", "Write `limit`."),
    ("Q018", "fields a | «order by» a desc", "Write `sort x desc`."),
    ("Q018", "fields a | «sort by» a desc", "Write `sort x desc`, without `by`."),
    ("Q020", "limit «5» | filter a = 1", "Put the `limit` last."),
    ("Q022", 'filter strcontains(a, "x", «1»)', ("Compare `tolower(x)` with small letters, or write"
     " `like /(?i)…/`.")),
    ("Q023", "dedup «a»", "Say which one: `sort @timestamp desc` before it."),
    ("Q024", "sort @timestamp asc | dedup «a»", "Write `sort @timestamp desc` to keep the newest."),
    ("Q025", 'stats «count(a = "x")» by b', "Write `sum(a = \"x\")`."),
    ("Q025", "stats «count(not a)» by b", "Write `sum(not a)`."),
    ("Q025", "stats «count(ispresent(a))» by b", "Write `sum(ispresent(a))`."),
    ("Q025", 'stats «count(a like "x")» by b', "Write `sum(a like \"x\")`."),
    ("Q026", 'filter «@timestamp > "2026-11-01"»', ("Compare `toMillis(@timestamp)` with"
     " milliseconds, or give the query its time range.")),
    ("Q026", "filter «1762000000 < @timestamp»", ("Compare `toMillis(@timestamp)` with"
     " milliseconds, or give the query its time range.")),
    ("Q027", "stats «latest(@timestamp)» as t by a", ("Write `fromMillis(t)` in a later command;"
     " `max(@timestamp)` is the same moment.")),
    ("Q027", "stats «earliest(@timestamp)» as t by a", ("Write `fromMillis(t)` in a later command;"
     " `min(@timestamp)` is the same moment.")),
    ("Q028", 'fields concat(@log, "-", «b») as c', 'Write `coalesce(b, "")`.'),
    ("Q029", "stats count(*) as n | filter «n = 0»", TRAPS["Q029"].fix),
    ("Q029", "stats count(*) as n | filter «n < 5»", TRAPS["Q029"].fix),
    ("Q030", "filterIndex «a = 1»", TRAPS["Q030"].fix),
    ("Q032", "stats count(*) by bin(«1w»)", TRAPS["Q032"].fix),
    ("Q032", "stats count(*) by bin(«7m»)", TRAPS["Q032"].fix),
    ("Q032", "stats count(*) by bin(«2d»)", TRAPS["Q032"].fix),
    ("Q033", "fields a | limit «10001»", TRAPS["Q033"].fix),
    ("Q034", 'filter a in [200, «"404"»]', TRAPS["Q034"].fix),
    ("Q035", "fields «@message» | stats count(*) by a", "Remove the `fields`."),
    ("Q036", 'filter a = «"Put*"»', "Write `like /^Put/`."),
    ("Q036", 'filter a in ["x", «"s3:*"»]', "Write `like /^s3:/`."),
    ("Q036", 'filter a = «"*.example.com"»', "Write `like /\\.example\\.com$/`."),
    ("Q037", "filter toMillis(@timestamp) > «now()» - 3600", "Write `now() * 1000`."),
    ("Q038", "stats pct(a, «0.95») by b", "Write `pct(…, 95)`."),
    (
        "Q039", 'filter «errorCode = ""»',
        "Write `isempty(errorCode)` if it should, and `ispresent` beside it if not.",
    ),
    ("Q040", "filter a like «/one,\n  two/»", TRAPS["Q040"].fix),
]  # fmt: skip


@pytest.mark.parametrize(("code", "marked", "hint"), BITES)
def test_a_trap_is_found_at_its_place(code: str, marked: str, hint: str) -> None:
    text = re.sub("[«»]", "", marked)
    found = [warning for warning in lint(parse(text)) if warning.code == code]
    assert [text[w.span.start : w.span.end] for w in found] == re.findall(
        "«(.*?)»", marked, re.DOTALL
    )
    assert [w.hint for w in found] == [hint]
    others = [w.code for w in lint(parse(text)) if w.code != code]
    assert set(others) <= {"Q003", "Q006", "Q014", "Q037"} - {code}, others


QUIET = [
    'filter eventSource = "iam.amazonaws.com" and eventName like /^(Put|Attach)/',
    "stats count(*) by bin(5m), bin(60s), bin(12h), bin(1d)",
    "fields toMillis(t) as ms | sort ms desc | limit 10000",
    'filter a = "true" or a = "a*b" or a = "a * b"',
    'filter readOnly = 1 or readOnly = "x"',
    'filter userIdentity.sessionContext.attributes.mfaAuthenticated = "false"',
    'filter a like "100%" or a like "%2e%2e/" or a like "SELECT *" or a like "a_b"',
    'filter a like "/aws/lambda/" or a like "a | b"',
    "filter a like /.*/ or a like /x\\.*/ or a like /a.*b/ or a like /(?i)ab/",
    "filter (a = 1 and b = 2) or c = 3",
    "filter ((a = 1) and (b = 2)) or (c = 3)",
    "filter a = 1 and (b = 2 or c = 3)",
    "filter a = 1 or b = 2 or c = 3",
    "filter not ispresent(a) and !isempty(b) and not (isblank(c))",
    "filter ispresent(a) and not (a = 1)",
    'fields a as b | fields b as c | parse c "x*" as d',
    "fields a, b | fields a",
    "sort a desc | limit 5 | stats count(*) by b",
    "sort a desc | dedup b | limit 9",
    "stats count(*) as n by a | sort n desc, a asc | display a, n",
    "stats count(*) as n by a | stats sum(n) as m by a | sort m desc",
    "stats latest(jsonParse(m)) as j by a | sort j.x desc",
    "fields a | stats count(*) by a",
    "fields @message, a as b",
    "filter isNumeric(dstPort) and dstPort < 1024",
    "filter dstPort > 1024 and latency < 5 and 1024 < srcPort",
    'filter requestId = "x" and userAgent = "y"',
    'filter eventName = "x" and resource = "y" and requestId = "z"',
    'parse m "*" as eventsource | filter eventsource = "x"',
    "parse m /(?<eventname>x)/ | stats count(*) as useridentity by eventname | sort useridentity desc",
    'fields a as sourceipaddress | filter sourceipaddress = "x"',
    'filter strcontains(a, "x")',
    "stats count(a), count(*), count(), count(a + 1), count(tolower(a)), count(-a) by b",
    "filter @timestamp > 1762000000000 and bin(5m) > 1762000000000",
    "filter toMillis(@timestamp) > (now() - 3600) * 1000 and now() > 5",
    "stats max(@timestamp), latest(a), earliest(b) by c",
    'fields concat(@log, "x", coalesce(a, "")) as c',
    "stats count(*) as n | filter n > 5",
    "stats count(*) as n | stats max(n) as m by n | filter m < 5",
    "stats count(*) as n by a | filter n < 5",
    "filter a in [200, 404] or b in ['200', '404'] or c in ['x', 1]",
    "stats pct(a, 95), pct(b, 0), pct(c, 1) by d",
    "sort b desc | dedup a",
    "sort @timestamp desc | dedup a",
    "stats count(*) as n by a | dedup a",
    "fields a, strlen(a) as n, `b (` as x # (a and b or c == d | sort by",
    "fields `a == b` as `c | sort by d (` | filter `x y` = 'z == ('",
]


@pytest.mark.parametrize("text", QUIET)
def test_nothing_is_said_where_no_trap_bites(text: str) -> None:
    assert lint(parse(text)) == []


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ('a != "x"', "a"),
        ("5 != a", "a"),
        ("a not in [1]", "a"),
        ('a not like "x"', "a"),
        ("a not like /x/", "a"),
        ("not (a = 1)", "a"),
        ("not (a in [1])", "a"),
        ("not (a < 1)", "a"),
        ("not (not (a = 1))", "a"),
        ("a != b", "a"),
        ("ispresent(a) and a != b", "b"),
        ('tolower(a) != "x"', "a"),
        ('b = 1 and a != "x"', "a"),
        ('isempty(a) and a != "x"', "a"),
        ('ispresent(b) or a != "x"', "a"),
        ('ispresent(a) or a != "x"', "a"),
        ('(ispresent(a) or b = 1) and a != "x"', "a"),
        ("not (a = 1 and b = 2)", "a"),
        ("not (a = 1 and b = 2)", "b"),
        ('a != "x" or not ispresent(b)', "a"),
        ('a = "" and a != "x"', "a"),
    ],
)
def test_a_negated_condition_needs_its_field(condition: str, field: str) -> None:
    found = [w.message for w in lint(parse(f"filter {condition}")) if w.code == "Q006"]
    assert f"{HOLE} `{field}` is missing." in found


@pytest.mark.parametrize(
    "query",
    [
        'filter ispresent(a) and a != "x"',
        'filter a != "x" and ispresent(a)',
        'filter (b = 1 and a != "x") and ispresent(a)',
        'filter not isempty(a) and a != "x"',
        'filter isempty(a) = 0 and a != "x"',
        'filter a != "" and a != "x"',
        'filter "" != a and a not like ""',
        "filter a like /x/ and a not like /y/",
        "filter a > 5 and a != 7",
        "filter a and a != 7",
        "filter isNumeric(a) and a != 7",
        'filter a = 1 | filter a != "x"',
        'filter ispresent(a) | fields a as b | filter b != "x"',
        'fields a as b | filter ispresent(a) and b != "x"',
        'fields tolower(a) as b | filter ispresent(a) and b != "x"',
        'fields coalesce(a, c) as b | filter ispresent(c) and b != "x"',
        'fields coalesce(a, "") as b | filter b != "x"',
        "fields strlen(@message) as n | filter n != 0",
        'filter not ispresent(a) or a != "x"',
        "filter a not in [1] or !ispresent(a)",
        'filter ispresent(a) = 0 or a != "x"',
        'filter isempty(a) or a != "x"',
        'filter isblank(a) or (b = 1 or a != "x")',
        "filter (isempty(a) or isempty(b)) or a != b",
        "filter (a = 1 or a = 2) and a != 3",
        'filter eventName != "x" and @message not like /x/',
        'filter coalesce(a, "") != "x"',
        "filter not (ispresent(a) and a = 1)",
        "filter ispresent(a) and not (a = 1 or a = 2)",
        "stats count(*) as n by a | filter n != 5",
        "filter ispresent(a) | stats count(*) as n by a | filter a != 5",
    ],
)
def test_a_field_that_is_there_or_excused_is_no_trap(query: str) -> None:
    assert "Q006" not in codes(query)


@pytest.mark.parametrize(
    "query",
    [
        'filter ispresent(a) | stats count(*) as n by b | filter b != "x"',
        'filter ispresent(a) | fields b as a | filter a != "x"',
        'fields concat(a, c) as b | filter ispresent(a) and b != "x"',
        'stats max(x) as n by a | filter n != "x"',
        'filter ispresent(a) | stats max(x) as a by b | filter a != "x"',
        'filter isempty(a) | filter a != "x"',
    ],
)
def test_a_field_that_only_seems_to_be_there_is_one(query: str) -> None:
    assert "Q006" in codes(query)


def test_a_field_is_told_of_once() -> None:
    assert codes("filter a != 1 and a != 2 | filter a != 3") == ["Q006"]


def test_a_field_that_is_compared_with_an_empty_text() -> None:
    assert codes('filter a = ""') == ["Q039"]
    assert codes('filter not (a = "")') == ["Q039"]
    assert codes('filter ispresent(a) and a = ""') == []


def test_a_sub_query_is_looked_through_too() -> None:
    text = "filter a in (SOURCE 'x' | filter b != 1 | fields b) | sort c"
    assert codes(text) == ["Q006", "Q003"]
    assert codes("filter a not in (SOURCE 'x' | fields b)") == ["Q006"]


def test_one_chain_is_told_of_once() -> None:
    assert codes("filter a = 1 and b = 2 or c = 3 and d = 4 or e = 5 and f = 6") == ["Q009"]


def test_names_that_nobody_can_know_are_no_trap() -> None:
    text = "stats count(*) as n by a | accum n | sort total desc"
    assert codes(text) == []


def test_limit_any() -> None:
    assert only("fields a | limit any 5").code == "Q031"


def test_warnings_come_in_the_order_of_the_text() -> None:
    text = "filter a == true | sort b | limit 20000"
    found = lint(parse(text))
    assert [w.code for w in found] == ["Q002", "Q004", "Q003", "Q033"]
    assert [w.span.start for w in found] == sorted(w.span.start for w in found)


def test_other_boolean_fields_can_be_named() -> None:
    query = parse('filter ok = "1"')
    assert lint(query) == []
    assert [w.code for w in lint(query, {"ok"})] == ["Q005"]


def of_call(name: str, *arguments: object) -> list[str]:
    """The warnings about a call that was put together, not read."""
    call = Call(name, tuple(arguments))  # type: ignore[arg-type]
    return [w.code for w in calls(Query((Display((Item(call, "x", ""),)),)))]


def test_functions_that_no_page_names_or_explains() -> None:
    assert of_call("median", Field(("a",))) == ["Q019"]
    assert of_call("histogram", Field(("a",)), Number("5")) == ["Q021"]
    assert of_call("histogram", Field(("a",))) == []


def test_a_tree_without_text_is_looked_through_as_far_as_it_goes() -> None:
    query = parse("filter a = 1 and b = 2 or not c = 3 | head 5")
    assert [w.code for w in lint(Query(query.commands))] == ["Q006"]
    assert [w.code for w in lint(query)] == ["Q009", "Q010", "Q006", "Q018"]


def test_every_comparison_has_a_place() -> None:
    """Warnings that a printed query has are those of the query."""
    for _, marked, _ in BITES:
        query = parse(re.sub("[«»]", "", marked))
        again = parse(str(query))
        spelled = {"Q002", "Q018", "Q009", "Q010"}
        assert {w.code for w in lint(again)} - spelled == {w.code for w in lint(query)} - spelled
        assert all(0 <= w.span.start < w.span.end <= len(query.text) for w in lint(query))


@pytest.mark.parametrize(
    "text",
    [
        "filter " + " and ".join(f"a{i} != 1" for i in range(700)),
        "filter " + " or ".join(f"a{i} != 1 and b = 2" for i in range(430)),
        "stats count(*) | " + " | ".join(f"sort a{i}" for i in range(800)),
        "limit 1 | " * 900 + "sort a",
        "filter " + "(not " * 40 + "a = 1" + ")" * 40,
        'filter a like "' + ".*(" * 3000 + '"',
        'filter a = "' + "*a" * 4000 + '"',
    ],
)
def test_no_query_takes_long(text: str) -> None:
    query = parse(text)
    began = time.perf_counter()
    assert lint(query)
    assert time.perf_counter() - began < 3


@settings(max_examples=500, derandomize=True, deadline=None)
@given(SOUP)
def test_any_query_can_be_looked_through(words: list[str]) -> None:
    for text in (
        " ".join(words),
        "filter " + " ".join(words),
        "stats count(*) | sort " + "".join(words),
    ):
        try:
            query = parse(text)
        except QueryError:
            continue
        for warning in lint(query):
            assert 0 <= warning.span.start < warning.span.end <= len(text)
            assert (warning.message + warning.hint).isprintable()


def test_what_is_said_is_short_and_printable() -> None:
    long = "a" * 3000
    odd = "`a\x1b[2J\u202e`"
    for name in (long, odd):
        found = lint(parse(f'filter {name} != 1 and {name} = "*x" | fields concat({name}) as b'))
        assert {w.code for w in found} == {"Q028", "Q036"}
        found += lint(parse(f"filter {name} != 1"))
        assert [w.code for w in found].count("Q006") == 1
        assert all((w.message + w.hint).isprintable() for w in found)
        assert all(len(w.message) < 300 and len(w.hint) <= 300 for w in found)
