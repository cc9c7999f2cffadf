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


# ------------------------------------------------------------- log groups, lookup tables, checks
@pytest.fixture
def groups(tmp_path):
    """The two log groups `app` and `people`, as arguments."""
    for name, events in (
        ("app", [{"user": "responder-1", "n": 1}, {"user": "responder-2", "n": 2}]),
        ("people", [{"name": "responder-2"}]),
    ):
        lines = [json.dumps({"eventTime": "2026-11-01T10:00:00Z"} | event) for event in events]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    return [f"{name}={tmp_path / name}.jsonl" for name in ("app", "people")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SOURCE 'app' | fields n | sort n asc", ["1", "2"]),
        ("SOURCE logGroups(namePrefix: ['peo']) | fields name as n", ["responder-2"]),
        ("fields n | filter user in (SOURCE 'people' | fields name)", ["2"]),
        (
            "SOURCE 'app' | join left=l right=r where l.user=r.name (SOURCE 'people') | display l.n as n",
            ["2"],
        ),
        ("SOURCE 'people' | stats count(*) as n by @log | display @log as n", ["people"]),
        ("stats count(*) as n", ["3"]),
    ],
)
def test_source_subqueries_and_joins_name_the_groups_that_are_given(groups, capsys, query, found):
    status, out, err = ran(capsys, "query", query, "--logs", *groups, "--format", "csv", "--quiet")
    assert (status, err) == (0, "")
    assert out.split() == ["n", *found]


def test_a_group_that_is_not_given_is_an_error_where_some_are(groups, capsys):
    status, _, err = ran(capsys, "query", "SOURCE 'x' | fields n", "--logs", *groups)
    assert status == 2
    assert "there are: `app`, `people`" in err


def test_without_groups_source_searches_all_files_and_says_so(logs, capsys):
    run = ("query", "SOURCE 'x' | stats count(*) as n", "--logs", logs, "--format", "csv")
    status, out, err = ran(capsys, *run)
    assert (status, out.split()) == (0, ["n", "3"])
    assert err == "note: SOURCE searches all files, because none is given as GROUP=PATH.\n"
    assert ran(capsys, *run, "--quiet")[2] == ""


def test_a_path_that_is_there_is_no_group(logs, capsys):
    odd = logs.rename(logs.with_name("app=logs"))
    _, out, _ = ran(capsys, "query", "stats count(*) as n", "--logs", odd, "--format", "csv")
    assert out.split() == ["n", "3"]


def test_a_query_looks_up_in_a_table_from_a_file(groups, tmp_path, capsys):
    (tmp_path / "t.csv").write_text("\ufeffname,team\nresponder-2,search\n", encoding="utf-8")
    query = "SOURCE 'app' | lookup t name as user OUTPUT team | fields n, team | sort n asc"
    given = ("--lookup", f"t={tmp_path / 't.csv'}", "--format", "json")
    status, out, _ = ran(capsys, "query", query, "--logs", *groups, *given)
    assert status == 0
    assert json.loads(out)["rows"] == [{"n": "1"}, {"n": "2", "team": "search"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n3\n", "t.csv: Lookup table `t`, line 3: "),
        (b"a\nb\n\xff\n", "t.csv: Lookup table `t`, line 3: it is not UTF-8."),
        (b"", "t.csv: Lookup table `t` is empty."),
        (b"a\n" + b"b" * (10 * 1024 * 1024), "t.csv: Lookup table `t` has more than 10 MB."),
        (None, "t.csv cannot be read: No such file"),
    ],
)
def test_a_file_that_is_no_table_is_named_with_the_line(tmp_path, capsys, content, words):
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    status, out, err = ran(capsys, "query", "fields a", "--logs", ".", "--lookup", f"t={path}")
    assert (status, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--lookup", "t"), "names no lookup table"),
        (("--lookup", "t="), "names no lookup table"),
        (("--lookup", "a-b={file}"), "is no name of a lookup table"),
        (("--lookup", "t={file}", "--lookup", "t={file}"), "`t` is given twice"),
        (("--logs", "a b=x"), "`a b` is no name of a log group"),
        (("--logs", "g="), "Which files are in `g`?"),
        (("--logs", "g=nowhere"), "`nowhere` cannot be read"),
    ],
)
def test_what_is_given_wrongly_is_status_2_with_the_reason(tmp_path, capsys, arguments, words):
    file = tmp_path / "t.csv"
    file.write_text("a\n1\n")
    given = [argument.format(file=file) for argument in arguments]
    status, out, err = ran(capsys, "query", "fields a", "--logs", tmp_path, *given)
    assert (status, out) == (2, "")
    assert words in err


def test_plain_and_the_number_of_processes_reach_the_engine(logs, capsys, monkeypatch):
    from bot.engine import scan as engine

    seen = []

    def spy(request, on_progress):
        seen.append((request.plain, request.processes))
        return real(request, on_progress)

    real = engine.scan
    monkeypatch.setattr(engine, "scan", spy)
    run = ("query", COUNT, "--logs", logs, "--format", "json")
    usual = ran(capsys, *run)
    assert ran(capsys, *run, "--plain", "--processes", "3") == usual
    assert seen == [(False, None), (True, 3)]


@pytest.mark.parametrize("count", ["0", "-1", "x", "1.5", "9" * 5000, "²"])
def test_a_number_of_processes_is_one_or_more(capsys, count):
    with pytest.raises(SystemExit) as ended:
        main(["query", "fields a", f"--processes={count}"])
    assert ended.value.code == 2
    assert "expected a number of 1 or more" in capsys.readouterr().err


def test_explain_tells_of_sources_tables_and_the_queries_inside(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("name,team\na,b\n")
    query = (
        "SOURCE 'app' | lookup t name as user OUTPUT team"
        " | filter user in (SOURCE 'people' | lookup t name OUTPUT team | fields team)"
    )
    given = ("--lookup", f"t={tmp_path / 't.csv'}")
    status, out, _ = ran(capsys, "query", query, "--explain", *given)
    assert status == 0
    end = out[out.index("Searches") :]
    assert end.startswith(
        "Searches the files of these log groups:\n"
        '- SOURCE "app"\n'
        "\n"
        "Looks up in these tables:\n"
        "- t: 1 row; name, team\n"
        "\n"
        "Needs the rows of another query first (1 of 1):\n"
        "    Reads 1 field of each event: name.\n"
    )
    assert end.endswith(
        "    Searches the files of these log groups:\n"
        '    - SOURCE "people"\n'
        "\n"
        "    Looks up in these tables:\n"
        "    - t: 1 row; name, team\n"
    )
    assert "no lookup table `t`" in ran(capsys, "query", query, "--explain")[2]


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


def checked(tmp_path, capsys, query, *more):
    path = tmp_path / "queries.jsonl"
    path.write_text(json.dumps({"query": query}))
    status, out, _ = ran(capsys, "query", "--check", path, *more)
    answer = json.loads(out)
    assert status == (0 if answer["ok"] else 1)
    return answer


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("pattern @message | sort @sampleCount desc", ["`pattern` does not run here.", "a model"]),
        ("filter a in (SOURCE 'g' | pattern a | fields @pattern)", ["`pattern`"]),
        ("fields a | $Saved(x = 1)", ["`$Saved(…)` is a saved query"]),
        ("fields unmask(@message) | limit 5", ["`unmask` does not run here.", "masks"]),
        ("filter a = {{one}} | limit 5", ["The parameter `one` has no value."]),
        ("lookup t a OUTPUT b | stats count(*) by b", ["no lookup table `t`", "--lookup"]),
        ("cidrlookup nets ip OUTPUT zone", ["no lookup table `nets`"]),
        ("SOURCE dataSource(['aws.x']) | fields a", ["Only AWS knows", "Name them"]),
        (
            'filter a in (SOURCE logGroupTags([{"key": "k", "values": ["v"]}]) | fields a)',
            ["Only AWS knows"],
        ),
        ("lookup t a OUTPUT b | filter b = {{x}} | pattern b", ["`t`", "`x`", "`pattern`"]),
    ],
)
def test_check_tells_what_is_valid_and_does_not_run_here(tmp_path, capsys, query, why):
    answer = checked(tmp_path, capsys, query)
    assert (answer["ok"], answer["runs"]) == (True, False)
    for words in why:
        assert words in answer["why"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("lookup t a OUTPUT b | stats nosuch(b)", "nosuch"),
        ("lookup t a OUTPUT b | fillmissing with 0", None),
        ("fields nosuch(a) | pattern a", "nosuch"),
        ("filter a in (SOURCE 'g' | fields nosuch(a))", "nosuch"),
        ("pattern a | stats count(*) by nosuch(a)", "nosuch"),
        ("filter a in (SOURCE 'g' | stats count(*) by b | fields c)", "c"),
    ],
)
def test_check_refuses_what_is_wrong_beside_what_does_not_run(tmp_path, capsys, query, place):
    answer = checked(tmp_path, capsys, query)
    assert not answer["ok"]
    assert "runs" not in answer
    if place is not None:
        assert query[answer["start"] : answer["end"]].startswith(place)


def test_check_knows_the_tables_that_are_given(tmp_path, capsys):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n1,2\n")
    given = ("--lookup", f"t={table}")
    assert checked(tmp_path, capsys, "lookup t a OUTPUT b", *given)["runs"]
    answer = checked(tmp_path, capsys, "lookup t a OUTPUT c", *given)
    assert "no column `c`" in answer["error"]
    assert not checked(tmp_path, capsys, "lookup u a OUTPUT c", *given)["runs"]


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
