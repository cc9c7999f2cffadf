"""The CSV file of a result: every value, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.csv_file import csv_text


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_rows_become_lines_under_their_columns() -> None:
    rows = [{"who": 'say "a, b"', "time": "2026-11-24 09:00:00.000"}, {"who": "two\nlines"}]

    assert read(csv_text(["time", "who"], rows)) == [
        ["time", "who"],
        ["2026-11-24 09:00:00.000", 'say "a, b"'],
        ["", "two\nlines"],
    ]


@pytest.mark.parametrize(
    "value", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "-"]
)
def test_a_formula_is_made_harmless(value: str) -> None:
    assert read(csv_text(["a"], [{"a": value}]))[1] == [f"'{value}"]


@pytest.mark.parametrize("value", ["-5", "+1.5", "-2.5e-7", "a=b", "", "é", "x\x00y"])
def test_other_values_stay_as_they_are(value: str) -> None:
    assert read(csv_text(["a", "b"], [{"a": value, "b": "x"}]))[1] == [value, "x"]


def test_half_characters_do_not_stop_the_file() -> None:
    text = csv_text(["a"], [{"a": "x\ud800y"}, {"a": "\ud83d\ude00"}])

    assert read(text) == [["a"], ["x\ufffdy"], ["😀"]]


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.text()), min_size=1))
def test_every_file_can_be_written_and_read(rows: list[dict[str, str]]) -> None:
    text = csv_text(["a", "b"], rows)

    assert text.encode("utf-8")
    assert len(read(text)) == len(rows) + 1
