"""Admission to AWS's quotas: never more at once than allowed, people first, nobody starves."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app.admission import LONGEST, AdmittedSearch, Quotas
from bot.app.ports import Search, SearchState, SearchStatus, Window
from bot.errors import BotError, LaterError
from tests.fakes import NOW, MemoryStore, SetClock

WINDOW = Window(NOW.replace(microsecond=0) - timedelta(hours=1), NOW.replace(microsecond=0))
QUERY = Search("limit 1", ("g",), WINDOW)
RULE = replace(QUERY, by="rule")
LIMITED = Quotas(queries=4, kept=1, starts=100, polls=100, kept_calls=1)


class Aws:
    """Runs searches until they are looked at `looks` times, and knows how many ran at once."""

    def __init__(self, looks: int = 1) -> None:
        self.looks = looks
        self.left: dict[str, int] = {}
        self.most = 0
        self.started = 0
        self.failure: Exception | None = None
        self.lock = threading.Lock()

    def start(self, search: Search) -> str:
        if self.failure is not None:
            raise self.failure
        with self.lock:
            self.started += 1
            self.left[f"q{self.started}"] = self.looks
            self.most = max(self.most, len(self.left))
            return f"q{self.started}"

    def poll(self, search_id: str) -> SearchState:
        with self.lock:
            if self.left.get(search_id, 0) > 1:
                self.left[search_id] -= 1
                return SearchState(SearchStatus.RUNNING)
            self.left.pop(search_id, None)
            return SearchState(SearchStatus.COMPLETE)

    def stop(self, search_id: str) -> None:
        self.left.pop(search_id, None)

    def link(self, search: Search) -> str | None:
        return f"https://console/{search.query}"


def admitted(aws=None, quotas=LIMITED, store=None, clock=None) -> AdmittedSearch:
    clock = clock or SetClock()
    return AdmittedSearch(aws or Aws(), store or MemoryStore(clock), clock, "eu-west-1", quotas)


def test_a_place_is_had_until_the_search_has_ended():
    search = admitted(quotas=replace(LIMITED, queries=1, kept=0))
    first = search.start(QUERY)
    with pytest.raises(LaterError, match="all 1 places") as later:
        search.start(replace(QUERY, query="limit 2"))
    assert 2 <= later.value.seconds <= 3
    assert search.poll(first).status is SearchStatus.COMPLETE
    search.stop(search.start(QUERY))
    search.start(QUERY)


def test_rules_leave_places_to_people():
    search = admitted(Aws(looks=9))
    for number in range(3):
        search.start(replace(RULE, query=f"limit {number}"))
    with pytest.raises(LaterError, match="all 3 places") as later:
        search.start(RULE)
    assert later.value.seconds >= 10
    search.start(QUERY)
    with pytest.raises(LaterError, match="all 4 places"):
        search.start(QUERY)


def test_a_search_that_could_not_be_started_takes_no_place():
    aws = Aws()
    search = admitted(aws, replace(LIMITED, queries=1, kept=0))
    for failure in (BotError("refused"), LaterError("throttled", 1)):
        aws.failure = failure
        with pytest.raises(type(failure)):
            search.start(QUERY)
    aws.failure = None
    search.start(QUERY)


def test_a_place_that_nobody_gave_back_is_free_again():
    clock = SetClock()
    search = admitted(Aws(looks=99), replace(LIMITED, queries=1, kept=0), clock=clock)
    search.start(QUERY)
    clock.now += LONGEST - timedelta(seconds=1)
    with pytest.raises(LaterError):
        search.start(QUERY)
    clock.move(seconds=1)
    search.start(QUERY)


def test_calls_of_a_second_are_counted_and_some_kept_for_people():
    clock = SetClock()
    quotas = Quotas(queries=99, kept=0, starts=3, polls=2, kept_calls=1)
    search = admitted(Aws(looks=99), quotas, clock=clock)
    search.start(RULE)
    search.start(RULE)
    with pytest.raises(LaterError, match="StartQuery is called 2 times a second") as later:
        search.start(RULE)
    assert 1 <= later.value.seconds <= 2
    person = search.start(QUERY)
    with pytest.raises(LaterError, match="3 times"):
        search.start(QUERY)
    rule = "q1"
    search.poll(rule)
    with pytest.raises(LaterError, match="GetQueryResults"):
        search.poll(rule)
    search.poll(person)
    with pytest.raises(LaterError, match="GetQueryResults"):
        search.poll(person)
    clock.move(seconds=1)
    search.poll(rule)


def test_a_clock_that_is_ahead_elsewhere_counts_for_this_second():
    store, here, ahead = MemoryStore(), SetClock(), SetClock(NOW + timedelta(seconds=2))
    quotas = Quotas(starts=1, kept_calls=0)
    admitted(quotas=quotas, store=store, clock=ahead).start(QUERY)
    with pytest.raises(LaterError):
        admitted(quotas=quotas, store=store, clock=here).start(QUERY)


def test_all_workers_share_the_places():
    store, aws = MemoryStore(), Aws(looks=9)
    one, other = (admitted(aws, store=store) for _ in range(2))
    for worker in (one, other, one, other):
        worker.start(QUERY)
    with pytest.raises(LaterError):
        one.start(QUERY)


def test_a_store_that_is_too_busy_is_tried_later():
    store = MemoryStore()
    search = admitted(store=store)
    search.start(QUERY)
    store.fail_next_writes = 1_000
    with pytest.raises(LaterError, match="too many workers"):
        search.start(QUERY)


def test_a_link_is_that_of_the_search():
    assert admitted().link(QUERY) == "https://console/limit 1"


def test_people_get_through_and_nobody_starves():
    """200 searches of rules and 3 of people, on many threads: never more than the places."""
    clock, aws = SetClock(), Aws(looks=2)
    quotas = Quotas(queries=8, kept=2, starts=10_000, polls=10_000, kept_calls=0)
    store = MemoryStore(clock)
    waiting = [replace(RULE, query=f"limit {number}") for number in range(1, 201)]
    people = [replace(QUERY, query=f"limit {number}") for number in range(301, 304)]
    done: list[Search] = []
    refused: list[Search] = []
    lock = threading.Lock()

    def work(searches: list[Search]) -> None:
        search = admitted(aws, quotas, store, clock)
        while searches:
            one = searches.pop(0)
            try:
                ident = search.start(one)
                while search.poll(ident).status is SearchStatus.RUNNING:
                    pass
            except LaterError as later:
                if "places" in str(later):
                    refused.append(one)
                searches.append(one)
                continue
            with lock:
                done.append(one)

    shares = [waiting[number::12] for number in range(12)]
    threads = [threading.Thread(target=work, args=(share,)) for share in [*shares, people]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 203
    assert aws.most <= 8
    assert all(one.by == "rule" for one in refused)
