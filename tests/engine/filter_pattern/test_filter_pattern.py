"""Filter patterns find what AWS's page says they find, and refuse what it does not allow."""

from __future__ import annotations

import json
import pickle

import pytest

from bot.engine.filter_pattern import FilterPatternError, filter_test

LINES = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[INFO] REQUEST FAILED",
    "all is well",
]


def found(pattern: str, messages: list[str]) -> list[int]:
    test = filter_test(pattern)
    return [n for n, message in enumerate(messages) if test is None or test(message)]


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("  \n", [0, 1, 2, 3, 4]),
        ('" "', [0, 1, 2, 3, 4]),
        ('""', [0, 1, 2, 3, 4]),
        ("ERROR", [0, 1, 2]),
        ("error", []),
        ("ERROR ARGUMENTS", [2]),
        ("?REQUEST ?ARGUMENTS", [0, 1, 2, 3]),
        ("?well REQUEST ?ARGUMENTS", [0, 1, 3]),
        ('"BAD REQUEST"', [0]),
        ('"BAD  REQUEST"', []),
        ("REQUEST -ERROR", [3]),
        ('-"ERROR 4"', [3, 4]),
        ('ERROR -"BAD REQUEST" -ARGUMENTS', [1]),
        ('?"all is" ?FAILED', [3, 4]),
        ("%AUTHORIZED%", [1]),
        ("%^all|FAILED$%", [3, 4]),
        (r"%\[ERROR 4[01]{2}\]% REQUEST", [0, 1]),
        ("%4[0-9]{,1} BAD%", []),
        ("%4[0-9]{,2}\\]%", [0, 1, 2]),
        ("-%[0-9]%", [3, 4]),
        ("?%400% ?%419%", [0, 2]),
        (r'"a \" quote"', []),
    ],
)
def test_terms(pattern, numbers):
    assert found(pattern, LINES) == numbers


def test_a_phrase_may_hold_escaped_quotes_and_backslashes():
    assert found(r'"say \"hi\" \\ now"', ['they say "hi" \\ now', "say hi"]) == [0]


EVENTS = [
    json.dumps(event)
    for event in (
        {"eventType": "UpdateTrail", "ip": "192.0.2.77", "n": 400, "list": ["value", "other"]},
        {"eventType": "Delete", "ip": "198.51.100.7", "n": 4e2, "null": None, "yes": True, "no": False},
        {"eventType": 'a "b" c', "n": "75", "objects": [{"id": 1}, {"id": 2}], "a.b": "dot", "deep": {"x": -1.5}},
        {"grid": [[0, 1], [4, 5]], "big": 10**400, "n": 1001},
        ["eventType"],
    )
] + ["not JSON { at all", '{"half', "", "{" * 5000]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        ('{ $.eventType = "UpdateTrail" }', [0]),
        ("{$.eventType=UpdateTrail}", [0]),
        ('{ $.eventType != "UpdateTrail" }', [1, 2]),
        ('{ $.eventType = "*e*e*" }', [1]),
        ('{ $.eventType = "Up*Trail" }', [0]),
        ('{ $.eventType = "UpdateTrail*Trail" }', []),
        ('{ $.eventType = "*" }', [0, 1, 2]),
        (r'{ $.eventType = "a \"b\" c" }', [2]),
        ("{ $.ip != 192.0.* }", [1]),
        ("{ $.ip = 192.0.* }", [0]),
        ("{ $.eventType = %Trail% }", [0]),
        ("{ $.eventType != %Trail% }", [1, 2]),
        (r"{ $.* = %192\.0\.2\.[0-9]{1,3}% }", [0]),
        ("{ $.n = 400 }", [0, 1]),
        ('{ $.n = "400" }', []),
        ('{ $.n = "75" }', [2]),
        ("{ $.n = 75 }", [2]),
        ("{ $.n = 4e+2 }", [0, 1]),
        ("{ $.n = 4* }", [0, 1]),
        ("{ $.n != 400 }", [2, 3]),
        ("{ $.n > 75 }", [0, 1, 3]),
        ("{ $.n >= 75 }", [0, 1, 2, 3]),
        ("{ $.n < 400 }", [2]),
        ("{ $.n <= 400 }", [0, 1, 2]),
        ("{ $.deep.x > -2 && $.deep.x < 0 }", [2]),
        ("{ $.big > 1 }", []),
        ("{ $.big = 1 }", []),
        ("{ $.yes > 0 }", []),
        ("{ $.list[0] = value }", [0]),
        ("{ $.list[9] = value }", []),
        ("{ $.list[*] = %oth.{2}% }", [0]),
        ("{ $.list = value }", []),
        ("{ $.objects[*].id = 2 }", [2]),
        ("{ $.objects.id = 2 }", []),
        ("{ $.grid[1][0] = 4 }", [3]),
        ("{ $.['a.b'] = \"dot\" }", [2]),
        ('{ $["a.b"] = dot }', [2]),
        ("{ $.a.b = dot }", []),
        ("{ $.null IS NULL }", [1]),
        ("{ $.null = null }", []),
        ("{ $.null != x }", []),
        ("{ $.yes IS TRUE }", [1]),
        ("{ $.no is false }", [1]),
        ("{ $.yes = true }", [1]),
        ("{ $.no = true }", []),
        ("{ $.n IS TRUE }", []),
        ("{ $.eventType NOT EXISTS }", [3]),
        ("{ $.null NOT EXISTS }", [0, 2, 3]),
        ("{ ($.n = 400) && ($.list[1] = other) }", [0]),
        ("{ $.n = 75 || $.n = 400 && $.eventType = Delete }", [1, 2]),
        ("{ ($.n = 75 || $.n = 400) && $.eventType = Delete }", [1]),
        ("  { $.n = 75 }  ", [2]),
    ],
)
def test_json(pattern, numbers):
    assert found(pattern, EVENTS) == numbers


ACCESS = [
    '192.0.2.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
    '192.0.2.2 Prod anna [10/Oct/2000:13:25:16 -0700] "GET /a/67 HTTP/1.0" 200 99',
    "ERROR 09/25/2014 12:00:02 Failed to process request",
    "WARNING alone",
    "ERROR",
    "",
]


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        ("[ip, user, name, time, request, status, bytes]", [0, 1, 2]),
        ("[ip, user, name, time, request, status, bytes > 0]", [0, 1]),
        ("[ip, user, name, time, request =*.html*, status = 4*, bytes]", [0]),
        ('[ip, user, name, time, request = "GET /a*", status, bytes = 99]', [1]),
        ("[ip=%192\\.0\\.2\\.[1-9]%, user, name, time, request, status, bytes]", [0, 1]),
        ("[..., status = 404 || status = 200, bytes]", [0, 1]),
        ("[..., status != 404, bytes < 100]", [1]),
        ("[..., status >= 200 && status <= 299, bytes]", [1]),
        ("[ip, ..., bytes=1534]", [0]),
        ("[time = %10/Oct%, ...]", []),
        ("[a, b, c, time = %^10/Oct%, ...]", [0, 1]),
        ("[w1=ERROR, w2]", [2]),
        ("[w1=ERROR]", [4]),
        ("[w1=ERROR || w1=WARNING, w2]", [2, 3]),
        ("[w1!=ERROR && w1!=WARNING, w2]", [0, 1]),
        ("[w1, w2=alone]", [3]),
        ("[...]", [0, 1, 2, 3, 4, 5]),
        ("[w]", [0, 1, 2, 3, 4]),
    ],
)
def test_delimited(pattern, numbers):
    assert found(pattern, ACCESS) == numbers


@pytest.mark.parametrize(
    ("pattern", "at", "words"),
    [
        ("foo-bar", 0, "Invalid character(s) in term 'foo-bar'"),
        ("ok @x", 3, "Invalid character(s) in term '@x'"),
        ("-", 1, "Invalid character(s) in term ''"),
        ('"open', 0, "not closed"),
        ("%open", 0, "between two `%`"),
        ("%%", 0, "between two `%`"),
        ("%some(thing)%", 5, "cannot stand in a regex"),
        ("%wow!%", 4, "cannot stand in a regex"),
        ("%ä%", 1, "cannot stand in a regex"),
        ("%[%", 0, "cannot be read: missing ]"),
        ("{ }", 2, "expected a selector"),
        ("{ eventType = a }", 2, "expected a selector"),
        ("{ $ = 1 }", 3, "expected `.name`"),
        ("{ $.a }", 6, "expected one of = != > < >= <="),
        ("{ $.a = }", 8, "expected a text, a number or a %regex%"),
        ("{ $.a > x }", 9, "`>` takes a number"),
        ("{ $.a = 1", 9, "expected `}`"),
        ("{ $.a = 1 } x", 12, "something follows"),
        ("{ ($.a = 1 }", 11, "expected `)`"),
        ("{ $.a = 1 & $.b = 2 }", 10, "expected `}`"),
        ("{ $.a IS NOT NULL }", 12, "NOT EXISTS is"),
        ("{ $.a EXISTS }", 12, "NOT EXISTS is"),
        ("{ $.*.* = 1 }", 7, "one wildcard at most"),
        ("{ $.*=1 || $.a[*]=1 || $.b[*]=1 || $.c[*]=1 }", 41, "more than 3 wildcards"),
        ("{ $.a = %1% || $.a = %2% || $.a = %3% }", 39, "more than 2 regexes"),
        ("{ $.ä! = 1 }", 5, "expected one of ="),
        ("{ $.[x] = 1 }", 4, "expected the name of a property"),
        ("{" + "(" * 60, 52, "nested too deep"),
        ("[a, b", 5, "expected one of ="),
        ("[a, a]", 4, "the field `a` is there twice"),
        ("[a, b=1 || c=2]", 12, "about `b` only"),
        ("[..., a, ...]", 12, "stands once"),
        ("[=1]", 1, "expected the name of a field"),
        ("[]", 1, "expected the name of a field"),
        ("[a] x", 4, "something follows"),
        ("[a=%1%, b=%2%, c=%3%]", 21, "more than 2 regexes"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_place(pattern, at, words):
    with pytest.raises(FilterPatternError) as caught:
        filter_test(pattern)

    assert words in caught.value.message
    assert caught.value.at == at
    assert str(caught.value).startswith("Invalid filter pattern: ")


def test_an_error_can_cross_to_another_process():
    with pytest.raises(FilterPatternError) as caught:
        filter_test("a @b")

    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own


def test_no_regex_and_no_glob_runs_away():
    message = "a" * 100_000

    assert found("%^a*a*a*a*a*a*a*$%", [message]) == [0]
    assert found("{ $.a = " + '"' + "*a" * 100 + '*b" }', [json.dumps({"a": message})]) == []
