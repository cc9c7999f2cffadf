"""Results on a terminal."""

from __future__ import annotations

import csv
import io
import json

import pytest

from bot.cli.output import ProgressLine, print_result, print_troubles, size, table, visible
from bot.engine.scan import Progress, Scanned, Trouble

HOSTILE = "a\x1b[2Jb\u202ec\ud800\x00\td\ne"


def scanned(rows, columns=("name", "count"), troubles=()):
    return Scanned(columns, rows, [None] * len(rows), 3, 10, 2_500_000, troubles)


def test_json_holds_everything_as_cloudwatch_returns_it(capsys):
    print_result(scanned([{"name": HOSTILE, "count": "1"}, {"name": "b"}]), "json")
    assert json.loads(capsys.readouterr().out) == {
        "columns": ["name", "count"],
        "rows": [{"name": HOSTILE, "count": "1"}, {"name": "b"}],
        "statistics": {"recordsMatched": 3, "recordsScanned": 10, "bytesScanned": 2_500_000},
    }


def test_csv_survives_commas_quotes_and_lines(capsys):
    print_result(scanned([{"name": 'a,"b"\nc', "count": "1"}, {"count": "2"}]), "csv")
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows == [["name", "count"], ['a,"b"\nc', "1"], ["", "2"]]


def test_a_table_obeys_nothing_in_the_log(capsys):
    print_result(scanned([{"name": HOSTILE, "count": "007"}]), "table")
    out = capsys.readouterr().out
    assert r"a\x1b[2Jb\u202ec\ud800\x00\td\ne" in out
    assert "007" in out
    assert "1 row · 3 of 10 records matched · 2.5 MB scanned" in out


def test_a_table_says_when_there_is_nothing_and_when_there_is_more(capsys):
    print_result(scanned([]), "table")
    assert "No rows." in capsys.readouterr().out
    print_result(scanned([{"name": "x"}] * 1_002), "table")
    assert "… and 2 more rows" in capsys.readouterr().out


def test_the_widest_columns_give_way_until_the_table_fits():
    rows = [{"a": "short", "b": "x" * 300, "c": "日本語" * 40}]
    shown = table(["a", "b", "c"], rows, 80)
    assert "short" in shown
    assert "…" in shown
    from wcwidth import wcswidth

    assert max(wcswidth(line) for line in shown.splitlines()) <= 80


def test_a_table_that_fits_is_not_cut():
    assert "…" not in table(["a", "b"], [{"a": "x" * 30, "b": "y" * 40}], 80)


def test_troubles_are_named_then_counted(capsys):
    print_troubles([Trouble("a.json", 3, "not JSON", 1), Trouble("b.gz", None, "cut off", 2)])
    assert (
        capsys.readouterr().err == "warning: a.json:3: not JSON\nwarning: b.gz: cut off (2 times)\n"
    )
    print_troubles([Trouble(f"{n}", None, "bad", 1) for n in range(25)])
    assert capsys.readouterr().err.endswith("warning: 5 more in other places\n")


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (5_600_000, "5.6 MB"), (2e13, "20.0 TB")],
)
def test_sizes(count, shown):
    assert size(count) == shown


def test_printable_text_is_left_alone():
    assert visible("ärger 日本 🙂") == "ärger 日本 🙂"
    assert visible("a\u00a0b") == "a b"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_for_those_who_watch(monkeypatch):
    seconds = iter([0.0, 0.1, 0.9])
    monkeypatch.setattr("bot.cli.output.time.monotonic", lambda: next(seconds))
    terminal = Terminal()
    line = ProgressLine(terminal)
    progress = Progress(1, 2_000, 3_000_000, [], [], 0.25)
    line(progress)
    assert terminal.getvalue() == ""
    line(progress)
    assert "25% · 1 of 2,000 records matched · 3.0 MB scanned" in terminal.getvalue()
    line.close()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_progress_is_silent_in_a_pipe():
    pipe = io.StringIO()
    line = ProgressLine(pipe)
    line(Progress(1, 2, 3, [], [], 0.5))
    line.close()
    assert pipe.getvalue() == ""
