"""What of a result a message holds, and that everything in it shows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.answer import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    NARROWEST_CELL,
    WIDEST_CELL,
    Table,
    fit,
    visible,
)


def size(table: Table) -> int:
    return sum(len(cell) for row in (table.columns, *table.rows) for cell in row)


def test_a_small_result_is_shown_whole() -> None:
    table = fit(["time", "who"], [{"time": "t", "who": "w"}, {"time": "t"}, {"who": ""}], {"time"})

    assert table == Table(
        columns=("time", "who"),
        rows=(("t", "w"), ("t", "–"), ("–", '""')),  # noqa: RUF001 - a missing value is a dash
        times=(0,),
    )


def test_no_rows_or_no_columns_make_no_table() -> None:
    assert fit(["a"], []) is None
    assert fit([], [{}]) is None


def test_a_table_has_a_hundred_rows_at_most() -> None:
    table = fit(["a"], [{"a": str(i)} for i in range(2_431)])

    assert table is not None
    assert len(table.rows) == MOST_ROWS
    assert table.rows[-1] == ("99",)
    assert not table.cut


def test_long_cells_are_cut_before_rows_are_left_out() -> None:
    table = fit(["a", "b"], [{"a": "x" * 500, "b": "short"}] * 100)

    assert table is not None
    assert len(table.rows) == 100
    assert table.cut
    assert "x…x" in table.rows[0][0]
    assert table.rows[0][1] == "short"
    assert size(table) <= MOST_CHARACTERS


def test_rows_are_left_out_when_cells_are_as_narrow_as_they_get() -> None:
    columns = [f"column {i}" for i in range(25)]
    table = fit(columns, [dict.fromkeys(columns, "x" * 100)] * 100)

    assert table is not None
    assert len(table.columns) == MOST_COLUMNS
    assert table.hidden_columns == 5
    assert len(table.rows) == 5
    assert {len(cell) for row in table.rows for cell in row} == {NARROWEST_CELL}


def test_an_arn_keeps_both_ends_and_a_sentence_its_start() -> None:
    arn = "arn:aws:sts::111122223333:assumed-role/" + "r" * 1_000 + "/responder-1"
    table = fit(["a", "b"], [{"a": arn, "b": "word " * 300}])

    assert table is not None
    ((who, sentence),) = table.rows
    assert who.startswith("arn:aws:sts::111122223333:assumed-role/r")
    assert who.endswith("r/responder-1")
    assert sentence.startswith("word word")
    assert sentence.endswith("…")


def test_one_huge_value_is_cut_and_the_work_stays_small() -> None:
    table = fit(["a"], [{"a": "x" * 1_000_000}] * 5)

    assert table is not None
    assert {len(row[0]) for row in table.rows} == {WIDEST_CELL}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=25, unique=True),
    st.integers(1, 150),
    st.lists(st.text(max_size=1_500), min_size=1, max_size=5),
)
def test_every_table_keeps_the_limits_of_the_chat(
    columns: list[str], rows: int, values: list[str]
) -> None:
    made = [
        {name: values[(i + j) % len(values)] for j, name in enumerate(columns)} for i in range(rows)
    ]
    table = fit(columns, made)

    assert table is not None
    assert 1 <= len(table.rows) <= MOST_ROWS
    assert size(table) <= MOST_CHARACTERS
    assert all(len(row) == len(table.columns) <= MOST_COLUMNS for row in table.rows)
    assert all(cell and cell.isprintable() for row in (table.columns, *table.rows) for cell in row)


def test_what_would_not_show_is_made_visible() -> None:
    text = "a\x00b\nc\td\x7fe\u202ef\ud800g\u00a0h\u2028i\u200bj\x85k"

    assert visible(text) == "a␀b␊c␉d␡e�f�g h�i�j�k"


@given(st.text())
def test_what_is_made_visible_keeps_its_length(text: str) -> None:
    assert len(visible(text)) == len(text)
    assert visible(text).isprintable()
