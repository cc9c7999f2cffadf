"""What the use cases count: runs, how far behind they are, what they found, and what went wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app.detect import detect
from bot.app.ports import Job, Search, Silent, Window
from bot.app.searching import begin
from bot.errors import BotError, LaterError
from tests.app.detecting import EventSearch, a_watch, event, ticked
from tests.fakes import NOW, RecordingMeter, ScriptedSearch, a_desk, a_state

SEARCH = Search("fields @message", ("/aws/cloudtrail",), Window(NOW, NOW + timedelta(hours=1)))


def test_a_run_counts_what_it_found_read_and_how_far_behind_it_is() -> None:
    meter = RecordingMeter()
    watch = a_watch(event(30, 1), event(20, 2), event(10, 3, "other"), meter=meter)
    ticked(watch)
    assert meter.sums() | {"lag": 0} == {
        "ticks": 1, "runs": 1, "lag": 0, "findings": 3, "alerts": 2, "bytes": 100,
    }  # fmt: skip
    # Events have two minutes to become searchable, and runs lie on a grid of five.
    assert meter.values["lag"] == [300.0]
    before = dict(meter.sums())
    detect(watch, Job("detect", "root-used", {}))
    assert meter.sums() == before


def test_a_run_that_fails_is_counted_and_one_without_a_place_waits() -> None:
    meter = RecordingMeter()
    watch = a_watch(event(10), meter=meter)
    watch.search.problems.append(BotError("No such log group."))
    ticked(watch)
    assert meter.sums() == {"ticks": 1, "run_errors": 1}

    class Full(EventSearch):
        def start(self, search: Search) -> str:
            raise LaterError("no place", 2)

    full = a_watch(search=Full(), meter=meter)
    with pytest.raises(LaterError):
        ticked(full)
    assert meter.sums()["places_waited"] == 1
    assert meter.sums()["run_errors"] == 1


def test_the_search_of_a_person_is_begun_the_same_way() -> None:
    search = ScriptedSearch(a_state())
    assert begin(a_desk(), search, SEARCH) == "search-1"
    assert search.started == [SEARCH]
    search.refusal = BotError("no")
    with pytest.raises(BotError):
        begin(a_desk(), search, SEARCH)


def test_who_counts_nothing_needs_no_meter() -> None:
    desk = a_desk()
    assert isinstance(desk.meter, Silent)
    desk.meter.add("runs")
