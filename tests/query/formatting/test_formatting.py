"""The canonical layout: lines, wrapping, comments; it means the same and formats to itself."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.query.ast import Query
from bot.query.errors import QueryError
from bot.query.formatting import WIDTH, format_query
from bot.query.parser import MAX_LENGTH, parse
from tests.query.trees import QUERIES

CASES = {
    "FIELDS a,b|where a=1|head 5": """\
        fields a, b
        | filter a = 1
        | limit 5""",
    "stats count( * ),sum( a )/2 as b by bin( 5m ) offset 1h": """\
        stats count( * ), sum(a) / 2 as b by bin( 5m ) offset 1h""",
    "estimate": "estimate",
    "STATS count( * )": "stats count( * )",
    "\n\nfilldown  a   b* | $A( p=1 )": """\
        filldown a b*
        | $A(p = 1)""",
    # A long list is filled, from the first line on.
    f"fields {', '.join(f'some.long.name{n}' for n in range(8))}": """\
        fields some.long.name0, some.long.name1, some.long.name2, some.long.name3, some.long.name4,
            some.long.name5, some.long.name6, some.long.name7""",
    f"stats {', '.join(f'count(*) as number{n}' for n in range(5))} by {'x' * 40}, bin(1h) offset 5m": f"""\
        stats count(*) as number0, count(*) as number1, count(*) as number2, count(*) as number3,
            count(*) as number4
          by {"x" * 40}, bin(1h)
          offset 5m""",
    f"sort a | dedup {'a' * 60}, {'b' * 60}": f"""\
        sort a
        | dedup {"a" * 60},
            {"b" * 60}""",
    # What does not fit anywhere has a line of its own.
    f"fields a, tolower({'b' * 110}) as c, d": f"""\
        fields a,
            tolower({"b" * 110}) as c,
            d""",
    # A long condition has a line for each operand.
    f"filter {'a' * 50} = 1 and {'b' * 50} = 2 and c": f"""\
        filter {"a" * 50} = 1
            and {"b" * 50} = 2
            and c""",
    f"filter ({'a' * 50} or b and {'c' * 50} or d) and (e or f)": f"""\
        filter ({"a" * 50}
                or b and {"c" * 50}
                or d)
            and (e or f)""",
    f"filter a or b and {'c' * 60} and {'d' * 60}": f"""\
        filter a
            or b
                and {"c" * 60}
                and {"d" * 60}""",
    f"filter eventName in [{', '.join(repr(f'EventNumber{n}') for n in range(8))}] and a": """\
        filter eventName in ["EventNumber0", "EventNumber1", "EventNumber2", "EventNumber3", "EventNumber4",
                "EventNumber5", "EventNumber6", "EventNumber7"]
            and a""",
    # A sub-query has lines of its own.
    "filter a in ( SOURCE 'x'|filter b|fields c ) and d": """\
        filter a in (
                SOURCE "x"
                | filter b
                | fields c
            )
            and d""",
    "fields a|join left=l right=r where l.a=r.b (fields b)": """\
        fields a
        | join type=inner left=l right=r where l.a = r.b (
                fields b
            )""",
    "appendcols (limit 5)": """\
        appendcols (
                limit 5
            )""",
    "filter not a in (fields b)": "filter not a in (fields b)",
    # Comments.
    "# one\n# two\nfields a # three\n# four\n| limit 5 # five\n\n# six\n": """\
        # one
        # two
        fields a  # three
        # four
        | limit 5  # five
        # six""",
    "fields a |\n# why\nlimit 5": """\
        fields a
        # why
        | limit 5""",
    "fields a | # why\nlimit 5 | # last\n limit 4": """\
        fields a  # why
        | limit 5  # last
        | limit 4""",
    "fields a, # first\n b,\n # third\n c": """\
        fields a,  # first
            b,
            # third
            c""",
    "fields # these\n a, b": """\
        fields  # these
            a, b""",
    "fields\n# these\n a, b": """\
        fields
            # these
            a, b""",
    "stats count(*) as n # how many\n by # each\n a,\n # and\n b": """\
        stats count(*) as n  # how many # each
          by a,
            # and
            b""",
    "stats count(*)\n # the key\n by a": """\
        stats count(*)
          # the key
          by a""",
    "stats count(*) by a # key\n, b": """\
        stats count(*)
          by a,  # key
            b""",
    "filter a = 1 # one\n and ( b # two\n or c ) # three\n # four\n and d": """\
        filter a = 1  # one
            and (b  # two
                or c)  # three
            # four
            and d""",
    "filter a in [ # these\n 'b', # one\n # and\n 'c'\n ]": """\
        filter a in [  # these
                "b",  # one
                # and
                "c"]""",
    "filter a and b in [\n # one\n 'c', 'd']": """\
        filter a
            and b in [
                # one
                "c", "d"]""",
    "filter a in ( # inner\n fields b # last\n ) # outer": """\
        filter a in (  # inner
                fields b  # last # outer
            )""",
    "lookup t a # match\n OUTPUT b # give\n # next\n | limit 5": """\
        lookup t a OUTPUT b  # match # give
        # next
        | limit 5""",
    "lookup t a\n # give\n OUTPUT b": """\
        # give
        lookup t a OUTPUT b""",
    "fields '# no' as a, `# no` # yes": """\
        fields "# no" as a, `# no`  # yes""",
    "filter a like /# no/ # yes": "filter a like /# no/  # yes",
    # A computed column without an alias is named by its text, which stays.
    "fields  a  +  1, b": "fields a  +  1, b",
    "fields a + # in the name\n 1, b # after": "fields a + # in the name\n         1, b  # after",
    "fields if(a in (fields b + # name\n 1), 1, 0) as c # after": (
        "fields if(a in (fields b + # name\n         1), 1, 0) as c  # after"
    ),
}


@pytest.mark.parametrize("text", CASES)
def test_layout(text: str) -> None:
    expected = dedent(CASES[text])
    assert format_query(text) == expected.replace("\n         1", "\n 1")
    check(text)


def check(text: str) -> None:
    once = format_query(text)
    assert parse(once) == parse(text)
    assert format_query(once) == once


def test_no_line_is_longer_than_it_must_be() -> None:
    texts = (format_query(text) for text in CASES)
    lines = [line for text in texts for line in text.split("\n") if "b" * 110 not in line]
    assert max(map(len, lines)) <= WIDTH


def test_what_would_become_too_long_stays_as_it_is() -> None:
    text = "fields a" + "|fields a" * 1_100
    assert len(text) < MAX_LENGTH < len(text) + 2 * 1_100
    assert format_query(text) == text


def test_what_is_no_query_is_refused() -> None:
    with pytest.raises(QueryError):
        format_query("fields")


@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(QUERIES)
def test_the_layout_of_any_query_means_the_same(tree: Query) -> None:
    check(str(tree))


PLACES = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=6)
TEXTS = st.sampled_from([*CASES, " | ".join(text for text in CASES if text.startswith("filter"))])


@settings(max_examples=400, derandomize=True, deadline=None)
@given(TEXTS, PLACES)
@example("filter a in (fields b) and c", [(22, True), (3, False)])
@example("stats count(*) as a, sum(b) as c by d, e", [(19, True), (33, False), (36, True)])
def test_comments_anywhere_are_kept(text: str, places: list[tuple[int, bool]]) -> None:
    """Comments go in at white space; where that is in a text or a name, it is no comment."""
    for number, (place, alone) in enumerate(places):
        gaps = [m.start() for m in re.finditer(r"[ \n]", text)]
        if gaps:
            at = gaps[place % len(gaps)]
            text = text[:at] + ("\n" if alone else " ") + f"#{number}c\n" + text[at:]
    try:
        parse(text)
    except QueryError:
        return
    check(text)
    formatted = format_query(text)
    for number in range(len(places)):
        assert formatted.count(f"#{number}c") == text.count(f"#{number}c")
