"""`python -m bot query`."""

from __future__ import annotations

import gzip
import io
import json

import pytest

from bot.cli import main
from bot.query.questions import QUESTIONS

EVENTS = [
    {"eventTime": f"2026-11-0{day}T10:00:00Z", "eventSource": source, "n": day}
    for day, source in ((1, "s3.amazonaws.com"), (2, "iam.amazonaws.com"), (3, "s3.amazonaws.com"))
]
COUNT = "stats count(*) as n by eventSource | sort n desc"


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": EVENTS[:2]}).encode()))
    (folder / "b.jsonl").write_text(json.dumps(EVENTS[2]) + "\n")
    return folder


def ran(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_without_times_everything_is_searched(logs, capsys):
    status, out, err = ran(capsys, "query", COUNT, "--logs", logs, "--format", "json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert answer["columns"] == ["eventSource", "n"]
    assert answer["rows"] == [
        {"eventSource": "s3.amazonaws.com", "n": "2"},
        {"eventSource": "iam.amazonaws.com", "n": "1"},
    ]
    assert answer["statistics"]["recordsMatched"] == answer["statistics"]["recordsScanned"] == 3
    assert answer["statistics"]["bytesScanned"] > 0


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (("--start", "2026-11-02", "--zone", "UTC"), ["3", "2"]),
        (("--end", "2026-11-02", "--zone", "UTC"), ["2", "1"]),
        (("--end", "2026-11-02T10:00:00Z"), ["1"]),
        (("--start", "2026-11-01T10:00:00Z", "--end", "2026-11-03T10:00:00Z"), ["2", "1"]),
        (
            ("--start", "2026-11-02T12:00", "--end", "2026-11-03T12:00", "--zone", "Asia/Tokyo"),
            ["2"],
        ),
    ],
)
def test_a_window_is_half_open_and_an_end_date_inclusive(logs, capsys, times, found):
    _, out, _ = ran(capsys, "query", "fields n", "--logs", logs, *times, "--format", "csv")
    assert out.split() == ["n", *found]


def test_several_paths_and_equal_events_in_two_files(logs, capsys):
    _, out, _ = ran(
        capsys,
        "query",
        "stats count(*) as n",
        "--logs",
        logs / "b.jsonl",
        "--logs",
        logs,
        "--format",
        "csv",
    )
    assert out.split() in (["n", "3"], ["n", "4"])


def test_a_query_may_come_from_standard_input(logs, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(COUNT))
    assert "s3.amazonaws.com" in ran(capsys, "query", "-", "--logs", logs)[1]


def test_what_cannot_be_read_is_named_and_the_rest_is_answered(logs, capsys):
    (logs / "broken.json.gz").write_bytes(gzip.compress(b'{"Records": []}' * 2000)[:40])
    with (logs / "b.jsonl").open("a") as file:
        file.write('{"eventTime": \n')
    status, out, err = ran(capsys, "query", COUNT, "--logs", logs, "--format", "csv")
    assert status == 0
    assert "s3.amazonaws.com,2" in out
    assert "broken.json.gz" in err
    assert "b.jsonl" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "fields a", "--logs", "/nowhere/at/all"), "/nowhere/at/all"),
        (("query", "fields a"), "--logs"),
        (("query",), "Which query"),
        (("query", "feilds a", "--logs", "."), "Did you mean `fields`?"),
        (("query", "fields a", "--logs", ".", "--start", "noon"), "is no time"),
        (("query", "fields a", "--logs", ".", "--zone", "Nowhere"), "no time zone"),
        (
            ("query", "fields a", "--logs", ".", "--start", "2026-01-02", "--end", "2026-01-01"),
            "not after",
        ),
        (("query", "--check", "/nowhere/q.jsonl"), "/nowhere/q.jsonl"),
    ],
)
def test_bad_input_is_status_2_with_the_reason(capsys, arguments, words):
    status, out, err = ran(capsys, *arguments)
    assert (status, out) == (2, "")
    assert words in err


def test_explain_prints_the_plan_and_reads_nothing(capsys):
    status, out, _ = ran(capsys, "query", COUNT, "--explain")
    assert status == 0
    assert "eventSource" in out


def test_check_answers_line_by_line(tmp_path, capsys):
    queries = [
        COUNT,
        "feilds @message",
        "filter eventName = 'ä' and nosuch(x) = 1",
        "fields\u2028a",
    ]
    path = tmp_path / "queries.jsonl"
    path.write_text(
        "\n".join(json.dumps({"query": q}, ensure_ascii=False) for q in queries) + "\n\n"
    )
    status, out, _ = ran(capsys, "query", "--check", path)
    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [a["ok"] for a in answers] == [True, False, False, True]
    assert queries[1][answers[1]["start"] : answers[1]["end"]] == "feilds"
    assert queries[2][answers[2]["start"] : answers[2]["end"]].startswith("nosuch")


def test_check_of_good_queries_is_status_0(tmp_path, capsys):
    path = tmp_path / "queries.jsonl"
    path.write_text(json.dumps({"query": COUNT}))
    assert ran(capsys, "query", "--check", path) == (
        0,
        '{"ok": true, "runs": true, "warnings": []}\n',
        "",
    )


def test_check_names_warnings_and_still_accepts(tmp_path, capsys):
    text = "fields ä | sort n"
    path = tmp_path / "queries.jsonl"
    path.write_text(json.dumps({"query": text}))
    status, out, _ = ran(capsys, "query", "--check", path)
    (warning,) = json.loads(out)["warnings"]
    assert status == 0
    assert (warning["code"], text[warning["start"] : warning["end"]]) == ("Q003", "n")
    assert warning["message"].startswith("AWS does not say in which direction")
    assert warning["hint"] == "Add `asc` or `desc`."


def test_lint_draws_each_warning(capsys):
    status, out, err = ran(capsys, "query", "--lint", "filter a == 1\n| sort a")
    assert (status, err) == (1, "")
    assert out == (
        "line 1, column 10: Q002: `==` is not in the manual of the language, which knows `=`.\n"
        "Write `=`.\n"
        "  filter a == 1\n"
        "           ^^\n"
        "\n"
        "line 2, column 8: Q003: AWS does not say in which direction `a` is sorted.\n"
        "Add `asc` or `desc`.\n"
        "  | sort a\n"
        "         ^\n"
        "\n"
        "2 warnings.\n"
    )
    assert ran(capsys, "query", "--lint", "sort a")[1].endswith("\n1 warning.\n")
    assert ran(capsys, "query", "--lint", COUNT) == (0, "No warnings.\n", "")
    assert ran(capsys, "query", "--lint", "feilds a")[0] == 2


def test_a_query_that_runs_says_its_warnings_in_one_line_each(logs, capsys):
    text = "fields n\n| sort n | limit 1"
    status, out, err = ran(capsys, "query", text, "--logs", logs, "--format", "csv")
    assert (status, out.split()) == (0, ["n", "1"])
    assert err == (
        "warning: Q003, line 2, column 8: AWS does not say in which direction `n` is sorted."
        " Add `asc` or `desc`.\n"
    )
    assert ran(capsys, "query", text, "--logs", logs, "--quiet")[2] == ""


def test_a_query_runs_under_named_readings(logs, capsys):
    text = "sort n | limit 1 | fields n"
    run = ("query", text, "--logs", logs, "--format", "csv", "--quiet")
    assert ran(capsys, *run)[1].split() == ["n", "1"]
    named = ("--reading", "sort_direction=descending", "--reading", "missing=empty")
    assert ran(capsys, *run, *named)[1].split() == ["n", "3"]
    explained = ran(capsys, "query", text, "--explain", *named)[1]
    assert "Here: descending." in explained
    status, out, err = ran(capsys, *run, "--reading", "sort=x")
    assert (status, out) == (2, "")
    assert "there are `missing`, `logic`" in err


def test_readings_prints_the_table_for_people(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    status, out, _ = ran(capsys, "query", "--readings")
    assert status == 0
    first = out.split("\n\n")[0]
    assert first.splitlines()[0] == "missing"
    assert "  here:   false" in first
    assert "  or:     missing=empty" in first
    assert "  source: join" in first
    assert max(map(len, out.splitlines())) <= 60
    words = " ".join(out.split())
    for question in QUESTIONS:
        assert question.question in words
        assert " ".join(question.why.split()) in words


def test_readings_for_programs(capsys):
    out = ran(capsys, "query", "--readings", "--format", "json")[1]
    rows = json.loads(out)
    assert [row["id"] for row in rows] == [question.id for question in QUESTIONS]
    assert rows[0]["readings"] == ["false", "empty"]
    assert rows[0]["chosen"] == "false"
    assert ran(capsys, "query", "--readings", "--format", "csv")[0] == 2


def test_format_query_prints_it_laid_out(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("FIELDS  a,b # why\n|SORT a DESC"))
    status, out, _ = ran(capsys, "query", "--format-query", "-")
    assert (status, out) == (0, "fields a, b  # why\n| sort a desc\n")


def test_only_one_thing_is_done_instead_of_running(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["query", "fields a", "--lint", "--explain"])
    assert ended.value.code == 2


@pytest.mark.parametrize("line", ["fields a", "[]", '{"text": "fields a"}', '{"query": 1}'])
def test_check_says_which_line_is_no_query(tmp_path, capsys, line):
    path = tmp_path / "queries.jsonl"
    path.write_text(json.dumps({"query": COUNT}) + f"\n{line}\n")
    status, _, err = ran(capsys, "query", "--check", path)
    assert status == 2
    assert f"{path}:2" in err


def test_a_query_loads_neither_slack_nor_aws_nor_a_web_server(logs):
    import subprocess
    import sys

    code = (
        "import sys; from bot.cli import main; main(sys.argv[1:]); "
        "print(sorted({'slack_bolt', 'slack_sdk', 'boto3', 'aiohttp', 'sqlite3'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "query", COUNT, "--logs", str(logs)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "[]"
