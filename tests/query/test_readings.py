"""Each reading changes what it says and nothing else, and is asked for where it can matter."""

from __future__ import annotations

import re
from typing import Any, get_args, get_type_hints

import pytest
from msgspec.structs import fields, replace

from bot.errors import BotError
from bot.query.parser import parse
from bot.query.readings import (
    CHOSEN,
    MOST_SETS,
    QUESTIONS,
    Readings,
    changes,
    open_questions,
    plausible,
    read_readings,
)
from tests.query.evaluating import ids, run
from tests.query.goldens_read import CASES, plan_of, result_of


def reading(**answers: Any) -> Readings:
    return replace(CHOSEN, **answers)


EMPTY = reading(missing="empty")
THREE = reading(logic="three-valued")


def test_the_table_and_the_readings_agree() -> None:
    table = {question.id: question for question in QUESTIONS}
    assert len(table) == len(QUESTIONS)
    answers = get_type_hints(Readings)
    for field in fields(Readings):
        question = table[field.name]
        assert set(question.readings) == set(get_args(answers[field.name]))
        assert question.chosen == field.default == getattr(CHOSEN, field.name)
    for question in QUESTIONS:
        assert question.chosen in question.readings
        assert question.question.endswith("?")
        assert question.why
        assert question.source
        assert (len(question.readings) > 1) == (question.id in answers)


EVENTS = [{"id": 1, "a": "x", "n": 5}, {"id": 2, "a": "y", "n": "-"}, {"id": 3}, {"id": 4, "a": ""}]


@pytest.mark.parametrize(
    ("condition", "chosen", "empty", "three"),
    [
        ('a = "x"', "1", "1", "1"),
        ('a != "x"', "24", "234", "24"),
        ('not a = "x"', "234", "234", "24"),
        ('not (a != "x")', "13", "1", "1"),
        ('a = ""', "4", "34", "4"),
        ('a like "x"', "1", "1", "1"),
        ('a not like "x"', "24", "234", "24"),
        ("a not like /x/", "24", "234", "24"),
        ("a like /^$/", "4", "34", "4"),
        ('not (a like "x")', "234", "234", "24"),
        ('a in ["x", "y"]', "12", "12", "12"),
        ('a not in ["x", "y"]', "4", "34", "4"),
        ('a not in ["x", 5]', "24", "234", "24"),
        ('not (a in ["x", "y"])', "34", "34", "4"),
        ('a in ["x", ""]', "14", "134", "14"),
        ('not (a = "x" and n = 5)', "234", "234", "24"),
        ('not (a = "x" or n = 7)', "234", "234", "2"),
        ('not (n = 7 or a = "x")', "234", "234", "2"),
        ('not (a = "q" and n = 5)', "1234", "1234", "124"),
        ("a = b", "", "4", ""),
        ("a = true", "", "4", ""),
        ("b = c", "", "", ""),
        ("b != c", "", "", ""),
        ("not n", "234", "234", "2"),
        ("not ispresent(a)", "3", "3", "3"),
        ('(a = "x") = 0', "234", "234", "24"),
        ('if(a = "x", 0, 1)', "234", "234", "234"),
        ('ispresent(a) and a != "x"', "24", "24", "24"),
        ("n < 6", "1", "1", "1"),
        ("not (n < 6)", "234", "234", ""),
    ],
)
def test_missing_values_and_logic(condition: str, chosen: str, empty: str, three: str) -> None:
    found = [ids(f"filter {condition} | sort id", EVENTS, r) for r in (CHOSEN, EMPTY, THREE)]
    assert found == [chosen, empty, three]


def test_both_at_once() -> None:
    both = reading(missing="empty", logic="three-valued")
    assert ids('filter not (a = "x") | sort id', EVENTS, both) == "234"
    assert ids("filter not (n < 6) | sort id", EVENTS, both) == ""


def test_a_condition_that_is_not_known_prints_nothing_in_three_valued_logic() -> None:
    text = 'fields a = "x" as it | stats count(it) as n, count(*) as all'
    assert run(text, EVENTS).rows == [{"n": "4", "all": "4"}]
    assert run(text, EVENTS, THREE).rows == [{"n": "3", "all": "4"}]


def test_a_boolean_and_a_text() -> None:
    events = [{"id": 1, "a": True}, {"id": 2, "a": 1}, {"id": 3, "a": "1"}]
    equal = reading(boolean_text="equal")
    for condition in ('a = "1"', '"1" = a', 'a in ["1"]', 'a in ["1", 7]'):
        assert ids(f"filter {condition} | sort id", events) == "23"
        assert ids(f"filter {condition} | sort id", events, equal) == "123"
    assert ids('filter a != "1"', events) == "1"


def test_texts_that_are_numbers() -> None:
    events = [{"id": 1, "a": "1"}, {"id": 2, "a": "1.0"}, {"id": 3, "a": "x"}]
    number = reading(numeric_texts="number")
    for condition in ('a = "1"', 'a in ["1", "z"]'):
        assert ids(f"filter {condition}", events) == "1"
        assert ids(f"filter {condition}", events, number) == "12"
    assert ids('filter a = "x"', events, number) == "3"
    assert ids('filter a != "1"', events, number) == "3"


def test_texts_and_numbers_in_order() -> None:
    events = [{"id": 1, "a": "-"}, {"id": 2, "a": 5}, {"id": 3}]
    natural = reading(mixed_order="natural")
    assert ids("filter a < 9", events) == "2"
    assert ids("filter a < 9", events, natural) == "12"
    assert ids('filter a > "-"', events) == ""
    assert ids('filter a > "-"', events, natural) == "2"
    assert ids('filter a >= "-"', events) == "1"


def test_sort() -> None:
    events = [{"id": 1, "a": 1}, {"id": 2, "a": 2}, {"id": 3}]
    assert ids("sort a", events) == "123"
    assert ids("sort a", events, reading(sort_direction="descending")) == "213"
    smallest = reading(sort_missing="smallest")
    assert ids("sort a", events, smallest) == "312"
    assert ids("sort a desc", events, smallest) == "213"


def test_stats_of_nothing() -> None:
    none = reading(empty_stats="no row")
    assert run("stats count(*) as n", []).rows == [{"n": "0"}]
    assert run("stats count(*) as n", [], none).rows == []
    assert run("stats count(*) as n", [{}], none).rows == [{"n": "1"}]
    text = "stats count(*) as n by a | stats count(*) as groups"
    assert run(text, []).rows == [{"groups": "0"}]
    assert run(text, [], none).rows == []


def test_names_of_the_same_fields() -> None:
    visible = reading(same_fields="visible")
    text = "fields a + 1 as b, b + 1 as c | display b, c"
    assert run(text, [{"a": 1}]).rows == [{"b": "2"}]
    assert run(text, [{"a": 1}], visible).rows == [{"b": "2", "c": "3"}]
    text = "fields jsonParse(a) as j, j.x as x | display x"
    assert run(text, [{"a": '{"x":1}'}]).rows == [{}]
    assert run(text, [{"a": '{"x":1}'}], visible).rows == [{"x": "1"}]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("fields a", ""),
        ('filter a = "x"', ""),
        ("filter a = 5", ""),
        ('filter a != "x"', "missing"),
        ("filter a != 5", "missing"),
        ('filter a not in ["x"]', "missing"),
        ('filter a not like "x"', "missing"),
        ("filter a not like /x/", "missing"),
        ('filter a = ""', "missing"),
        ('filter a in ["x", ""]', "missing"),
        ('filter a like ""', "missing"),
        ("filter a like /x*/", "missing"),
        ("filter a like /x/", ""),
        ('filter a like "x" and a in ["x"]', ""),
        ('filter not (a = "x")', "missing logic"),
        ("filter not ispresent(a)", "logic"),
        ("filter not (a in [5])", "missing logic"),
        ("filter a = b", "missing boolean_text numeric_texts"),
        ('filter a = "1"', "boolean_text numeric_texts"),
        ('filter a = "200"', "numeric_texts"),
        ('filter a in ["x", "6"]', "numeric_texts"),
        ("filter a > 5", "mixed_order"),
        ("filter 5 >= a", "mixed_order"),
        ('fields a = "x" as b', "logic"),
        ('filter if(a = "x", 1, 0)', "logic"),
        ('stats sum(a like "x")', "logic empty_stats"),
        ('filter a = "x" and (b = "y" or c like "z")', ""),
        ("sort a", ""),
        ("sort a | limit 1", "sort_direction sort_missing"),
        ("sort a desc | dedup b", "sort_missing"),
        ("sort a | stats count(*) by b", ""),
        ("limit 1 | sort a", ""),
        ("stats count(*) by a", ""),
        ("stats count(*)", "empty_stats"),
        ("fields a as b, strlen(b)", "same_fields"),
        ("display jsonParse(a) as j, j.x as y", "same_fields"),
        ("fields a as b, c | fields b", ""),
        ("filterIndex a = 1", ""),
        ("filterIndex a = ''", "missing"),
        ("filter a in (SOURCE 'x' | fields b)", "missing boolean_text numeric_texts"),
        (
            "filter a in (SOURCE 'x' | stats count(*))",
            "missing boolean_text numeric_texts empty_stats",
        ),
        (
            "filter a in (SOURCE 'x' | sort b | fields b)",
            ("missing boolean_text numeric_texts sort_direction sort_missing"),
        ),
        (
            "filter a in (SOURCE 'x' | fields b as c, c as d)",
            ("missing boolean_text numeric_texts same_fields"),
        ),
        (
            "filter ispresent(a) = 1 and a in (SOURCE 'x' | filter b > 1 | fields b)",
            "missing boolean_text numeric_texts mixed_order",
        ),
        (
            "join type=inner left=l right=r where l.a=r.b (SOURCE 'x' | fields b)",
            "missing boolean_text numeric_texts",
        ),
        ("lookup t a as b OUTPUT c", "missing boolean_text numeric_texts"),
        ("lookup t a OUTPUT c", "missing boolean_text numeric_texts"),
        ("cidrlookup t a OUTPUT c", ""),
        ("sort a | tail 3", "sort_direction sort_missing"),
        ("sort a | head 3", "sort_direction sort_missing"),
        ("sort a desc | accum b as c", "sort_missing"),
        ("sort a desc | autoregress b", "sort_missing"),
        ("sort a desc | filldown b", "sort_missing"),
        ("sort a desc | sessionize b", "sort_missing"),
        ("sort a desc | appendcols (SOURCE 'x' | fields b)", "sort_missing"),
        ("sort a | countFrequent b | limit 5", ""),
        ("sort a | expand b | unnest c into d", ""),
        ("fields a | outlier b | addtotals b", ""),
    ],
)
def test_which_readings_can_matter(text: str, questions: str) -> None:
    first, *others = plausible(parse(text))
    assert first == CHOSEN
    differing = {name for other in others for name in changes(other)}
    assert differing == set(questions.split())
    assert [q.id for q in open_questions(parse(text))] == questions.split()
    assert len(others) == 2 ** len(differing) - 1


@pytest.mark.parametrize("field", [field.name for field in fields(Readings)])
def test_what_cannot_matter_does_not(field: str) -> None:
    """Where a question is left out for a query, its other answer changes no golden."""
    other = next(q for q in QUESTIONS if q.id == field).readings[1]
    changed = reading(**{field: other})
    left_out = 0
    for case in CASES:
        if changed not in plausible(parse(case["query"])):
            left_out += 1
            found, chosen = (
                result_of(case, plan_of(case, readings)).rows for readings in (changed, CHOSEN)
            )
            if field.startswith("sort_"):  # only the order of the rows may differ
                found, chosen = (sorted(rows, key=repr) for rows in (found, chosen))
            assert found == chosen, case["query"]
    assert left_out > len(CASES) / 2


def test_many_open_questions_are_varied_one_and_two_at_a_time() -> None:
    text = """filter not (a = b) and c < 5 | sort d | limit 1
        | fields a as e, strlen(e) | display a like "x" as y"""
    query = parse(text)
    open_ones = open_questions(query)
    assert len(open_ones) == 8
    sets = plausible(query)
    assert sets[0] == CHOSEN
    sizes = [len(changes(one)) for one in sets]
    assert sizes == [0] + [1] * 8 + [2] * 28
    assert len(set(sets)) == len(sets) <= MOST_SETS


def test_few_open_questions_are_varied_in_every_way() -> None:
    sets = plausible(parse("filter not (a = b) | sort c | limit 1"))
    assert len(set(sets)) == len(sets) == 2**6 == MOST_SETS
    sizes = [len(changes(one)) for one in sets]
    assert sizes == sorted(sizes)
    assert sizes[-1] == 6


def test_readings_can_be_named() -> None:
    assert read_readings([]) == CHOSEN
    named = read_readings(["missing=empty", " logic = three-valued "])
    assert named == reading(missing="empty", logic="three-valued")
    assert changes(named) == {"missing": "empty", "logic": "three-valued"}
    assert read_readings(["empty_stats=no row"]) == reading(empty_stats="no row")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            "mising=empty",
            "`mising` is no question with several readings; there are `missing`, `logic`",
        ),
        ("booleans=the number 1 or 0", "`booleans` is no question with several readings"),
        (
            "missing=maybe",
            "`missing=maybe` is no reading; write `missing=false` or `missing=empty`.",
        ),
        ("missing", "`missing` is no reading; write `missing=false` or"),
        ("", "`` is no question"),
        ("missing=\x1b[2J", "`missing=?[2J` is no reading"),
    ],
)
def test_what_is_no_reading_names_those_there_are(given: str, words: str) -> None:
    with pytest.raises(BotError, match=re.escape(words)):
        read_readings([given])


OTHERS = [q for q in QUESTIONS if len(q.readings) > 1]


@pytest.mark.parametrize("case", CASES, ids=[str(n) for n in range(len(CASES))])
def test_what_cannot_matter_does_not_in_any_combination(case: dict[str, Any]) -> None:
    """All answers changed at once give what those changed give that can matter to the query."""
    query = parse(case["query"])
    every = reading(**{q.id: q.readings[1] for q in OTHERS})
    some = reading(**{q.id: q.readings[1] for q in open_questions(query)})
    found, wanted = (result_of(case, plan_of(case, readings)).rows for readings in (every, some))
    assert sorted(found, key=repr) == sorted(wanted, key=repr)
