"""Every kind of object that the table knows has a sample, and Slack would take it."""

from __future__ import annotations

import pytest

from bot.local.workspace.blockkit.formats import FORMS
from bot.local.workspace.blockkit.payload import check_blocks
from bot.local.workspace.blockkit.shapes import Either, Many, One, Part, Spec, String
from bot.local.workspace.blockkit.table import FIELDS, TABLE
from tests.local.workspace.blockkit.samples import SAMPLES, place, sample, standing


def test_there_is_a_sample_of_every_row():
    assert {*SAMPLES} == {*TABLE}


@pytest.mark.parametrize("row", TABLE)
def test_a_sample_is_taken(row):
    problems, _ = place(row, sample(row))

    assert problems == []


@pytest.mark.parametrize("row", TABLE)
def test_what_is_required_is_missed(row):
    for name in TABLE[row].required:
        problems, at = place(row, sample(row, **{name: ...}))

        assert (at, "missing_field", name) in [(p.pointer, p.code, p.field) for p in problems], name


_NOT_NEEDED = {
    ("elements/button", "action_id"),
    ("objects/style", "bold"),
    ("objects/dispatch_action_config", "trigger_actions_on"),
    ("objects/column_setting", "align"),
    ("payloads/field", "title"),
    ("payloads/field", "value"),
}
"""Fields of samples that could be left out."""


@pytest.mark.parametrize("row", TABLE)
def test_a_sample_without_one_of_its_fields_is_refused(row):
    """Apart from the table, which says itself what it requires."""
    for name in SAMPLES[row]:
        problems, _ = place(row, sample(row, **{name: ...}))

        assert bool(problems) == ((row, name) not in _NOT_NEEDED), name


@pytest.mark.parametrize("row", TABLE)
def test_an_unknown_field_is_refused_at_its_place(row):
    problems, at = place(row, sample(row, **{"a/b~c": 1}))

    (problem,) = [p for p in problems if "a~1b~0c" in p.pointer]
    assert (problem.pointer, problem.field) == (f"{at}/a~1b~0c", "a/b~c")
    assert problem.constraint == {"type": "additional_properties", "got": "a/b~c"}


@pytest.mark.parametrize("row", TABLE)
@pytest.mark.parametrize("nonsense", [5, "x", [], True])
def test_something_else_in_place_of_an_object_is_refused(row, nonsense):
    problems, at = place(row, nonsense)

    assert problems[0].code == "invalid_type"
    assert problems[0].pointer == at


_OPAQUE = {
    "blocks/call": {"call"},
    "blocks/task_card": {"icon"},
    "objects/task": {"icon"},
    "objects/input_parameter": {"value"},
    "rich_text/citation": {"details"},
    "payloads/attachment": {"preview"},
    "payloads/action": {"confirm"},
    "payloads/metadata": {"event_payload"},
}
"""Fields that hold an object, into which nobody looks here."""


@pytest.mark.parametrize("row", TABLE)
def test_a_field_of_the_wrong_type_is_refused_at_its_place(row):
    """Every field of every object in turn holds what fits none of them."""
    for name in {*FIELDS[row]} - _OPAQUE.get(row, set()):
        problems, at = place(row, sample(row, **{name: {"type": 5}}))
        pointers = [p.pointer for p in problems]

        assert any(pointer.startswith(f"{at}/{name}") for pointer in pointers), (name, pointers)


@pytest.mark.parametrize("row", TABLE)
def test_what_excludes_each_other_is_refused(row):
    for first, second in TABLE[row].not_both:
        problems, at = place(row, sample(row, **{first: 5, second: 5}))
        kinds = [p.constraint["type"] for p in problems if p.constraint and p.pointer == at]

        assert "not" in kinds, (first, second)


@pytest.mark.parametrize("row", TABLE)
def test_of_some_fields_one_must_be_there(row):
    for names in TABLE[row].one_of:
        problems, at = place(row, sample(row, **dict.fromkeys(names, ...)))
        found = [p.constraint["expected"] for p in problems if p.pointer == at and p.constraint]

        assert [*names] in found, names


def test_the_table_names_only_rows_forms_and_fields_that_exist():
    def look(spec: Spec) -> None:
        match spec:
            case Many():
                look(spec.of)
            case One():
                assert {*spec.rows.values()} <= {*TABLE}
                assert all(row.endswith(f"/{kind}") for kind, row in spec.rows.items())
            case Part(row):
                assert row in TABLE
            case Either(first, second):
                look(first)
                look(second)
            case String(form=form):
                assert not form or form in FORMS

    for row, shape in TABLE.items():
        assert shape.page
        assert not shape.page.startswith("http")
        assert {*shape.required} <= {*FIELDS[row]}
        assert {*shape.chosen} <= {*FIELDS[row], ""}
        for spec in FIELDS[row].values():
            look(spec)


@pytest.mark.parametrize(
    "row", ["elements/feedback_buttons", "elements/icon_button", "elements/url"]
)
def test_what_stands_only_in_blocks_of_messages_stands_in_messages(row):
    _, blocks, _ = standing(row, sample(row))

    assert check_blocks(blocks, "message") == []
    assert check_blocks(blocks, "modal", "")[0].pointer == "/0/type"
