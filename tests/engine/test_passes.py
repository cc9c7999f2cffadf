"""Several processes and many queries give what one process gives for each query."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.engine import shares
from bot.engine.passes import Asking, Pass, Task
from bot.engine.scan import ScanRequest, scan, scan_many
from bot.engine.sources import LogFile
from bot.query.errors import QueryError

NOON = 1_795_435_200_000  # 2026-11-23T12:00:00Z
QUERIES = (
    "fields n, k",
    "filter k = 'x' | sort n desc | limit 3",
    "stats count(*) as c, sum(n) as s, latest(n) as l by k",
    "dedup k | fields k, n",
    "filter n > 2 | accum n as t | fields t",
    "stats pct(n, 50) as p, count_distinct(k) as d by bin(1m)",
    "limit 4",
)


class _Here:
    """A partner in this process: quick, and all else is as it is."""

    read = 0

    def __init__(self, task: Task) -> None:
        self._pass = Pass(task)
        self._pass.run(lambda _size: None)

    def wait(self, _timeout: float) -> bool:
        return True

    def result(self):
        return self._pass.gathered()

    def end(self) -> None:
        pass


@pytest.fixture
def cut(monkeypatch):
    monkeypatch.setattr(shares, "WORTH", 1)
    monkeypatch.setattr(shares, "_HEAD", 48)
    monkeypatch.setattr("bot.engine.partner.Partner", _Here)


def line_of(second, n, k):
    minute, rest = divmod(second, 60)
    return json.dumps({"eventTime": f"2026-11-23T12:{minute:02}:{rest:02}Z", "n": n, "k": k})


lines = st.builds(
    line_of, st.integers(0, 600), st.integers(0, 9), st.sampled_from(["x", "y", "é", None])
) | st.sampled_from(["words", '{"torn": ', "", '{"n": 5}', '{"Records": []}'])


def seen(found):
    troubles: dict[tuple[str, str], int] = {}
    for one in found.troubles:  # a part does not know the numbers of its lines
        troubles[one.path, one.why] = troubles.get((one.path, one.why), 0) + one.count
    return replace(found, troubles=tuple(sorted(troubles.items())))


def write(folder, contents):
    files = []
    for number, content in enumerate(contents):
        head = line_of(0, 0, "x")
        (folder / str(number)).write_text("".join(f"{line}\n" for line in (head, *content)))
        files.append(LogFile(str(folder / str(number)), log=f"g{number}"))
    return tuple(files)


@given(
    st.lists(st.lists(lines, max_size=20), min_size=1, max_size=3),
    st.sampled_from(QUERIES),
    st.sampled_from([(None, None), (NOON + 60_000, NOON + 400_000)]),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80
)
def test_the_number_of_processes_changes_nothing(cut, tmp_path, contents, query, window):
    request = ScanRequest(query, write(tmp_path, contents), *window, NOON, processes=1)

    alone, two, three = [seen(scan(replace(request, processes=n))) for n in (1, 2, 3)]

    for more in (two, three):
        assert (more.columns, more.rows, more.pointers) == (
            alone.columns,
            alone.rows,
            alone.pointers,
        )
        if "limit" not in query:  # whoever has enough stops
            assert more == alone


def test_many_queries_give_what_each_gives_alone(cut, tmp_path):
    content = [line_of(n * 7 % 600, n % 10, "xyz"[n % 3]) for n in range(200)]
    files = write(tmp_path, [content, content[::-1]])
    task = Task(tuple(map(Asking, QUERIES)), files, None, None, NOON, 10_000)

    for processes in (1, 3):
        results, troubles = scan_many(task, processes)
        assert troubles == ()
        for query, ((start, end, found),) in zip(QUERIES, results, strict=True):
            alone = scan(ScanRequest(query, files, None, None, NOON, processes=1))
            assert (start, end) == (None, None)
            assert (found.rows, found.pointers) == (alone.rows, alone.pointers)


def test_only_buckets_with_rows_have_a_result(tmp_path):
    files = write(tmp_path, [[line_of(second, 1, "x") for second in (10, 20, 130)]])
    asking = Asking("stats count(*) as c | filter c < 3", every=60_000)
    progress = []

    ((spans,), _) = scan_many(Task((asking,), files, None, None, NOON, 10), None, progress.append)

    assert [(start - NOON, end - NOON, found.rows) for start, end, found in spans] == [
        (120_000, 180_000, [{"c": "1"}])
    ]
    assert progress[0].rows == []


def test_a_query_that_cannot_run_is_refused_with_its_text():
    for asking in (Asking("fields {{x}}"), Asking("fields a", every=1)):
        with pytest.raises(QueryError) as caught:
            Pass(Task((Asking("fields a"), asking), (), None, None, 0, 1))
        assert caught.value.text == asking.query


# ------------------------------------------------------------------------ log groups and subqueries
@pytest.fixture
def groups(tmp_path):
    return write(tmp_path, [[line_of(1, 1, "x"), line_of(2, 2, "y")], [line_of(3, 3, "y")]])


def asked(query, files, **more):
    return scan(ScanRequest(query, files, None, None, NOON + 600_000, **more)).rows


def test_source_chooses_the_files_of_its_log_group(groups):
    assert [row["n"] for row in asked("SOURCE 'g1' | filter n > 0 | fields n", groups)] == ["3"]
    assert asked("SOURCE 'g0' START=-1h END=0s | stats count(*) as c", groups) == [{"c": "3"}]


def test_a_log_group_that_is_not_there_is_refused_with_those_that_are(groups):
    with pytest.raises(QueryError, match="there are: `g0`, `g1`"):
        asked("SOURCE 'other' | fields n", groups)


def test_files_without_a_log_group_are_any_log_group(groups):
    files = tuple(replace(file, log="") for file in groups)

    assert asked("SOURCE 'other' | stats count(*) as c", files) == [{"c": "5"}]


def test_a_subquery_reads_its_own_log_group_also_elsewhere(groups):
    query = "filter k in (SOURCE 'g1' | filter n > 0 | fields k) | fields n"

    assert asked(query, groups[:1], elsewhere=groups[1:]) == [{"n": "2"}]
    with pytest.raises(QueryError, match="no such log group"):
        asked(query, groups[:1])


def test_a_join_reads_two_log_groups(groups):
    query = (
        "join type=inner left=l right=r where l.k=r.k (SOURCE 'g1' | filter n > 0 | fields k, n)"
    )

    rows = asked(f"{query} | fields l.n as a, r.n as b", groups[:1], elsewhere=groups[1:])

    assert [(row["a"], row["b"]) for row in rows] == [("2", "3")]
