"""LogSearch over files in this process, as the terminal uses it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.ports import LogSearch, Search, SearchStatus, Statistics, Window
from bot.engine import file_search as module
from bot.engine.file_search import FileSearch
from bot.engine.sources import find_files
from bot.errors import BotError
from bot.query.errors import QueryError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = Window(NOON - timedelta(hours=1), NOON)


@pytest.fixture
def search(tmp_path):
    events = [{"eventTime": f"2026-11-23T11:59:{n:02}Z", "n": n} for n in range(10)]
    lines = [json.dumps(event) for event in events]
    outside = '{"eventTime": "2026-11-23T12:00:00Z", "n": "at noon"}'
    (tmp_path / "log").write_text("\n".join([*lines, outside, '{"torn']))
    return FileSearch(find_files([tmp_path / "log"]), lambda: NOON)


def asked(query: str, limit: int = 10_000) -> Search:
    return Search(query, ("any group",), HOUR, limit)


def test_a_search_gives_rows_with_pointers_and_counts(search: LogSearch):
    search_id = search.start(asked("fields n | sort n desc | limit 2"))
    assert search.wait(search_id, 20)

    state = search.poll(search_id)

    assert state.status is SearchStatus.COMPLETE
    assert [list(row) for row in state.rows] == [["n", "@ptr"]] * 2
    assert [row["n"] for row in state.rows] == ["9", "8"]
    assert state.statistics == Statistics(
        10, 10, 10 * len(json.dumps({"eventTime": "x" * 20, "n": 1}))
    )
    assert [trouble.line for trouble in search.troubles(search_id)] == [12]
    assert search.fraction(search_id) == 1.0
    search.stop(search_id)
    assert search.poll(search_id).status is SearchStatus.COMPLETE
    assert search.link(asked("fields n")) is None


def test_rows_of_stats_and_rows_that_show_their_pointer_get_no_other(search):
    for query, columns in (("stats count(*) as n", ["n"]), ("fields @ptr, n", ["@ptr", "n"])):
        search_id = search.start(asked(query))
        assert search.wait(search_id, 20)
        assert list(search.poll(search_id).rows[0]) == columns


def test_a_query_that_cannot_run_is_refused_at_the_start(search):
    with pytest.raises(QueryError) as caught:
        search.start(asked("fields a | nonsense"))

    assert caught.value.text == "fields a | nonsense"


def test_an_unknown_search_is_refused(search):
    for call in (search.poll, search.stop, search.troubles):
        with pytest.raises(BotError, match="There is no search 7"):
            call("7")


def test_a_search_shows_rows_on_its_way_and_stops_when_asked(search, tmp_path, monkeypatch):
    (tmp_path / "log").write_text('{"eventTime": "2026-11-23T11:59:00Z", "n": 1}\n' * 20_000)
    told, go_on = threading.Event(), threading.Event()
    scan = module.scan

    def slow_scan(request, on_progress):
        def tell(progress):
            on_progress(progress)
            told.set()
            assert go_on.wait(20)

        return scan(request, tell)

    monkeypatch.setattr(module, "scan", slow_scan)
    monkeypatch.setattr("bot.engine.scan.PAUSE", 0)
    search_id = search.start(asked("fields n"))
    assert told.wait(20)

    assert search.poll(search_id).status is SearchStatus.RUNNING
    search.stop(search_id)
    go_on.set()

    assert search.wait(search_id, 20)
    assert search.poll(search_id).status is SearchStatus.CANCELLED


def test_a_fault_is_raised_where_somebody_listens(search, monkeypatch):
    def fail(_request, _on_progress):
        raise ZeroDivisionError

    monkeypatch.setattr(module, "scan", fail)
    search_id = search.start(asked("fields n"))
    assert search.wait(search_id, 20)

    with pytest.raises(ZeroDivisionError):
        search.poll(search_id)
