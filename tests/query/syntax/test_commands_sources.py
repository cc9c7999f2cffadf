"""`SOURCE` in all its forms, and calls of saved queries: trees, canonical text, refusals."""

from __future__ import annotations

import pytest

from bot.query.ast import (
    Argument,
    DataSource,
    Duration,
    Field,
    LogGroups,
    LogGroupTags,
    Number,
    Query,
    SavedCall,
    Source,
    TagFilter,
    Text,
)
from bot.query.parser import parse
from tests.query.refusing import refused

ARN = "arn:aws:logs:eu-west-1:111122223333:log-group:/x"


@pytest.mark.parametrize(
    ("text", "command", "canonical"),
    [
        ("SOURCE 'lg'", Source("lg"), 'SOURCE "lg"'),
        ("source `a/b`", Source("a/b"), 'SOURCE "a/b"'),
        (
            "SOURCE lg start=-1d end=now",
            Source("lg", "-1d", "now"),
            'SOURCE "lg" START=-1d END=now',
        ),
        (
            f'SOURCE "{ARN}" START=-3600s END=0s',
            Source(ARN, "-3600s", "0s"),
            f'SOURCE "{ARN}" START=-3600s END=0s',
        ),
        (
            'SOURCE "lg" END = 1700000000999 START = 1700000000000',
            Source("lg", "1700000000000", "1700000000999"),
            'SOURCE "lg" START=1700000000000 END=1700000000999',
        ),
        ("SOURCE logGroups()", Source(selectors=(LogGroups(),)), "SOURCE logGroups()"),
        ("SOURCE logGroups", Source("logGroups"), 'SOURCE "logGroups"'),
        (
            (
                "SOURCE LOGGROUPS(class: ['standard'], nameprefix: ['/a', \"/b\"],\n"
                "  accountIdentifier: ['111122223333']) # all"
            ),
            Source(selectors=(LogGroups(("/a", "/b"), ("111122223333",), ("STANDARD",)),)),
            (
                'SOURCE logGroups(namePrefix: ["/a", "/b"], accountIdentifier: ["111122223333"], '
                'class: ["STANDARD"])'
            ),
        ),
        (
            "SOURCE dataSource(['amazon_vpc.flow']) logGroups(namePrefix: ['a'])",
            Source(selectors=(DataSource(("amazon_vpc.flow",)), LogGroups(("a",)))),
            'SOURCE dataSource(["amazon_vpc.flow"]) logGroups(namePrefix: ["a"])',
        ),
        (
            (
                'SOURCE logGroupTags([{"key": "k", "values": ["a*", "!b"]}, # more\n'
                "{'values': ['c'], 'key': 'l'}]) START=-1h"
            ),
            Source(
                start="-1h",
                selectors=(LogGroupTags((TagFilter("k", ("a*", "!b")), TagFilter("l", ("c",)))),),
            ),
            (
                'SOURCE logGroupTags([{"key": "k", "values": ["a*", "!b"]}, '
                '{"key": "l", "values": ["c"]}]) START=-1h'
            ),
        ),
    ],
)
def test_every_form_of_source(text: str, command: Source, canonical: str) -> None:
    assert parse(text) == Query((command,))
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


def test_a_chain_of_sources_is_one_command_for_each() -> None:
    tree = parse("SOURCE 'a' | SOURCE 'b' START=-1h | fields c")
    assert tree.commands[:2] == (Source("a"), Source("b", "-1h"))


@pytest.mark.parametrize(
    ("text", "command", "canonical"),
    [
        ("$A()", SavedCall("A", ()), "$A()"),
        ("$`With Spaces/x`()", SavedCall("With Spaces/x", ()), "$`With Spaces/x`()"),
        ("$`@a`()", SavedCall("@a", ()), "$`@a`()"),
        ("$by ( # none\n)", SavedCall("by", ()), "$by()"),
        (
            "$A(p = \"v\", q=-3, r = 5m, _s = WARN, t = 'x.y')",
            SavedCall(
                "A",
                (
                    Argument("p", Text("v")),
                    Argument("q", Number("3"), negative=True),
                    Argument("r", Duration(5, "m")),
                    Argument("_s", Field(("WARN",))),
                    Argument("t", Text("x.y")),
                ),
            ),
            '$A(p = "v", q = -3, r = 5m, _s = WARN, t = "x.y")',
        ),
    ],
)
def test_calls_of_saved_queries(text: str, command: SavedCall, canonical: str) -> None:
    assert parse(text) == Query((command,))
    assert str(parse(text)) == canonical
    chained = parse(f"{text} | $B(count = 10) | fields a | {text}")
    assert chained.commands[0] == chained.commands[3] == command


def test_the_span_of_a_call_has_all_of_it() -> None:
    text = "fields a | $B(c = 1) | limit 5"
    span = parse(text).commands[1].span
    assert text[span.start : span.end] == "$B(c = 1)"


@pytest.mark.parametrize(
    ("marked", "message", "hint"),
    [
        ("SOURCE «»", "Expected a log group here, not the end", '`SOURCE "name"`'),
        ("SOURCE «''»", "Expected a log group here", ""),
        ("SOURCE «5»", "Expected a log group here", ""),
        ("SOURCE «/»aws/lambda/x", "Expected a log group here, not `/`.", '`SOURCE "name"`'),
        ("SOURCE 'a' START=«x»", "Expected a time here, not `x`.", "`-1h`"),
        ("SOURCE 'a' START=-«now»", "Expected a time here, not `now`.", ""),
        ("SOURCE 'a' START=«1.5»", "Expected a time here, not `1.5`.", ""),
        ("SOURCE 'a' START=«'x'»", "Expected a time here", ""),
        ("SOURCE 'a' START «-»1h", "Expected `=` here, not `-`.", ""),
        ("SOURCE 'a' START=1 «start»=2", "`start` is given twice.", ""),
        ("SOURCE 'a' «begin»=1", "Expected `|` or the end of the query here", ""),
        (
            "SOURCE logGroups(«prefix»: ['a'])",
            "`logGroups` has nothing called `prefix`.",
            "`class:`",
        ),
        ("SOURCE logGroups(class«=»['STANDARD'])", "Expected `:` here, not `=`.", ""),
        ("SOURCE logGroups(class«»", "Expected `:` here, not the end of the query.", ""),
        ("SOURCE logGroups(class: «['GOLD']»)", "There is no such class.", "`STANDARD`"),
        (
            "SOURCE logGroups(class: ['STANDARD'], «class»: ['STANDARD'])",
            "`class` is given twice.",
            "",
        ),
        ("SOURCE logGroups(namePrefix: «'a'»)", "Expected `[` here, not `'a'`.", ""),
        ("SOURCE logGroups(namePrefix: [«]»)", "Expected a text in quotes here, not `]`.", ""),
        ("SOURCE logGroups(namePrefix: [«''»])", "Expected a text in quotes here", ""),
        ("SOURCE logGroups(namePrefix: «[»'a'", "This `[` is not closed.", ""),
        ("SOURCE logGroups«(»", "This `(` is not closed.", ""),
        ("SOURCE logGroups(namePrefix: ['a'] «'b'»)", "Expected `)` here, not `'b'`.", ""),
        (
            "SOURCE logGroups(namePrefix: «['a', 'b', 'c', 'd', 'e', 'f']»)",
            "This list takes at most 5.",
            "",
        ),
        ("SOURCE logGroups() «logGroups»()", "`logGroups` stands twice in this `SOURCE`.", ""),
        ("SOURCE logGroups() dataSource «[»'a']", "Expected `(` after `dataSource`", ""),
        ("SOURCE dataSource(«[" + "'a', " * 10 + "'a']»)", "This list takes at most 10.", ""),
        ("SOURCE logGroupTags(«'a'»)", "Expected `[` here, not `'a'`.", ""),
        ("SOURCE logGroupTags([«]»)", "Expected `{` here, not `]`.", ""),
        ('SOURCE logGroupTags([{«"k"»: "a"}])', 'Expected `"key"` or `"values"`', "Write `{"),
        ('SOURCE logGroupTags([{"key": "a", «"key"»: "b"}])', 'Expected `"key"` or', ""),
        ('SOURCE logGroupTags([{"key": «1», "values": ["b"]}])', "Expected a text in quotes", ""),
        ('SOURCE logGroupTags([{"key": «""», "values": ["b"]}])', "Expected a text in quotes", ""),
        ('SOURCE logGroupTags([{"key": "a"«}»])', "Expected `,` here, not `}`.", ""),
        ('SOURCE logGroupTags([{"key": "a", "values": ["b"]«,»}])', "Expected `}` here", ""),
        (
            "SOURCE logGroupTags(«["
            + '{"key": "a", "values": ["b"]}, ' * 5
            + '{"key": "a", "values": ["b"]}]»)',
            "This list takes at most 5.",
            "",
        ),
        ("$«5»()", "This is no name of a saved query.", "backticks"),
        ("$«a.b»()", "This is no name of a saved query.", ""),
        ("$A«»", "Expected `(` after the name, not the end of the query.", ""),
        ("$A«(»", "This `(` is not closed.", ""),
        ("$A(«'x'»)", "Expected the name of a parameter here, not `'x'`.", "`$Name(parameter"),
        ("$A(«a.b» = 1)", "Expected the name of a parameter here, not `a.b`.", ""),
        ("$A(p «1»)", "Expected `=` here, not `1`.", ""),
        ("$A(p = «[»1])", "`[` is no value of a parameter.", "a text in quotes"),
        ("$A(p = -«'x'»)", "`'x'` is no value of a parameter.", ""),
        ("$A(p = «{{q}}»)", "`{{q}}` is no value of a parameter.", ""),
        ("$A(p = 1, «p = 2»)", "The parameter `p` is given twice.", ""),
        ("$A(p = 1 «q» = 2)", "Expected `)` here, not `q`.", ""),
    ],
)
def test_what_is_refused(marked: str, message: str, hint: str) -> None:
    error = refused(marked)
    assert message in error.message
    assert hint in error.hint
