"""What a query's first filters require of an event's bytes."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from bot.query.readings import CHOSEN, plausible
from bot.query.scans.required import Sought, required


def texts(query: str) -> list[list[str]]:
    """The alternatives, with `@` before those that are sought in the message itself."""
    return [
        ["@" * sought.in_message + sought.text for sought in need.texts]
        for need in required(parse(query))
    ]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('a = "PutObject"', [["PutObject"]]),
        ('"PutObject" = a.b', [["PutObject"]]),
        ('@@a = "x"', [["x"]]),
        ('a in ["x", "y"]', [["x", "y"]]),
        ('a like "part"', [["part"]]),
        ("a like /first.*second one/", [["second one"]]),
        ("a like /this|that/", [["this", "that"]]),
        ('strcontains(a, "part")', [["part"]]),
        ('a = "x" and b = "y" and c > 5', [["x"], ["y"]]),
        ('a = "x" or b = "y"', [["x", "y"]]),
        ('a = "x" or a = "x"', [["x"]]),
        ('(a = "x" and b = "longer") or c like "z"', [["longer", "z"]]),
        ('a = "x" and (b = "y" or (c = "z" and d = "w"))', [["x"], ["y", "z"]]),
        ('@message like "443"', [["@443"]]),
        ("@message like /a{2}bc/", [["@bc"]]),
        ('@message = "whole"', [["@whole"]]),
        ('a = "x" or @message like "y"', [["x", "@y"]]),
    ],
)
def test_what_a_condition_requires(condition, found):
    assert texts(f"filter {condition}") == found


@pytest.mark.parametrize(
    "condition",
    [
        'a = "443"',  # may be written 4.43e2
        'a = "1"',  # true prints as 1
        'a = ""',
        "a = 443",
        "a = b",
        'a != "x"',
        'not (a = "x")',
        'a not in ["x"]',
        'a in ["x", "443"]',
        'a in ["x", 5]',
        'a in ["x", b]',
        'a like "e+2"',  # 1e22 prints as 1e+22
        "a like /[0-9]+e/",
        'a not like "x"',
        "a like /(?i)some/",
        "a like /some|x*/",
        'toupper(a) = "X"',
        "strcontains(a, b)",
        'a = "x" or b = 5',
        'a = "x" or not (b = "y")',
        'a > "x"',
        "ispresent(a)",
        '@log = "x"',
        '@ptr like "x"',
        '(a = "x") = 1',
    ],
)
def test_what_requires_nothing(condition):
    assert texts(f"filter {condition}") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('fields a | sort b | filter c = "x" | filter d = "y"', [["x"], ["y"]]),
        ('filter c = "x" | stats count(*) as n | filter n = "y"', [["x"]]),
        ('limit 5 | filter c = "x"', []),
        ('fields a as b | filter b = "x" and a = "y"', [["y"]]),
        ('fields b as a | filter a.c = "x"', []),
        ('fields b as `a.c` | filter a.c = "x" and a.d = "y"', [["y"]]),
        ('display concat(a, b) as c | filter c = "x"', []),
        ('fields concat(a, b) | filter `concat(a, b)` = "x" and a = "y"', [["y"]]),
        ('fields c as @message | filter @message like "x"', []),
        ('parse "* *" as a, b | filter a = "x" and c = "y"', [["y"]]),
        ('parse @message /(?<a>x+)/ | filter a = "x" and c = "y"', [["y"]]),
        ('filter a = "x" | dedup a', [["x"]]),
    ],
)
def test_only_fields_of_the_event_before_rows_are_dropped(query, found):
    assert texts(query) == found


def test_the_weakest_text_is_the_shortest():
    (need,) = required(parse('filter a in ["longer", "one"]'))

    assert need.texts == (Sought("longer", False), Sought("one", False))
    assert need.weakest == 3


WORDS = ["x", "ab", "1", "1.0", "e", "", "a/b", 'q"', "é", "true", "1e5", "-"]
VALUES = [*WORDS, 1, 1.0, True, False, None, 1e22, 100000, [], {"b": "x"}, -1]
CONDITIONS = [
    'a = "{}"', 'a != "{}"', 'a in ["{}", "x"]', 'a like "{}"', "a like /{}/", "a like /{}|ab/",
    'not (a = "{}")', 'strcontains(a, "{}")', 'b = "{}"', 'a.b = "{}"', "a like /y?{}z*/", 'a not in ["{}"]',
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(["x", "ab", "1", "e", "1e", "+", "tru"])),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([" and ", " or "]),
    st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(VALUES)),
)  # fmt: skip
def test_what_passes_under_any_reading_holds_what_is_required(parts, joint, event):
    query = parse(
        "filter "
        + joint.join(c.format(word.replace("+", "\\+") if "/" in c else word) for c, word in parts)
    )
    values = list(
        itertools.chain(
            event.values(), *(v.values() for v in event.values() if isinstance(v, dict))
        )
    )
    held = [value for value in values if isinstance(value, str)]
    message = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    for readings in [CHOSEN, *plausible(query)]:
        plan = compile_query(query, readings)
        if evaluate(plan, [event], Context(0)).rows:
            for need in required(query):
                assert any(
                    sought.text in message
                    if sought.in_message
                    else any(sought.text in v for v in held)
                    for sought in need.texts
                )
