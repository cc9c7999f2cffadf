"""Admission to AWS's quotas: never more at once than allowed, people first, nobody starves."""

from __future__ import annotations

import heapq
import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.app.admission import LONGEST, MOST_WAITING, AdmittedSearch, Quotas, read_quotas
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
    assert 2 <= later.value.seconds <= 3
    search.start(QUERY)
    with pytest.raises(LaterError, match="all 4 places"):
        search.start(QUERY)


def test_rules_take_places_in_the_order_in_which_they_came():
    """One that runs again at once waits behind those that were refused meanwhile."""
    clock, aws = SetClock(), Aws()
    search = admitted(aws, replace(LIMITED, queries=2, kept=1), clock=clock)
    eager, first, second = (replace(RULE, query=f"limit {number}") for number in range(3))
    running = search.start(eager)
    for one in (first, second, first, second):
        with pytest.raises(LaterError):
            search.start(one)
    search.poll(running)
    for one in (eager, second, eager):
        with pytest.raises(LaterError):
            search.start(one)
    later = replace(first, window=replace(WINDOW, end=NOW + timedelta(hours=1)))
    search.poll(search.start(later))
    with pytest.raises(LaterError):
        search.start(eager)
    search.poll(search.start(second))
    search.poll(search.start(eager))


def test_people_do_not_stand_in_the_queue_of_rules():
    search = admitted(Aws(looks=9), replace(LIMITED, queries=2, kept=1))
    search.start(RULE)
    for number in range(9):
        with pytest.raises(LaterError):
            search.start(replace(RULE, query=f"limit {number}"))
    search.start(QUERY)


def test_who_does_not_come_back_leaves_the_queue():
    clock = SetClock()
    search = admitted(Aws(), replace(LIMITED, queries=2, kept=1), clock=clock)
    running = search.start(RULE)
    gone, other = (replace(RULE, query=f"limit {number}") for number in range(2))
    with pytest.raises(LaterError):
        search.start(gone)
    search.poll(running)
    with pytest.raises(LaterError):
        search.start(other)
    clock.move(seconds=14)
    with pytest.raises(LaterError):
        search.start(other)
    clock.move(seconds=1)
    search.start(other)


def test_the_queue_is_only_so_long():
    store = MemoryStore()
    search = admitted(Aws(looks=9), replace(LIMITED, queries=2, kept=1), store=store)
    search.start(RULE)
    waits = []
    for number in range(MOST_WAITING + 3):
        with pytest.raises(LaterError) as later:
            search.start(replace(RULE, query=f"limit {number}"))
        waits.append(later.value.seconds)
    assert max(waits[:MOST_WAITING]) <= 3 < 10 <= min(waits[MOST_WAITING:])
    assert len(store.get("running-queries:eu-west-1").value["waiting"]) == MOST_WAITING


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
    rule = search.start(RULE)
    search.start(RULE)
    with pytest.raises(LaterError, match="StartQuery is called 2 times a second") as later:
        search.start(RULE)
    assert 1 <= later.value.seconds <= 2
    person = search.start(QUERY)
    with pytest.raises(LaterError, match="3 times"):
        search.start(QUERY)
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


def test_a_clock_that_is_wrong_elsewhere_stops_nobody():
    store, here, ahead = MemoryStore(), SetClock(), SetClock(NOW + timedelta(hours=1))
    quotas = Quotas(starts=1, kept_calls=0)
    admitted(quotas=quotas, store=store, clock=ahead).start(QUERY)
    admitted(quotas=quotas, store=store, clock=here).start(QUERY)


def test_a_search_that_finds_no_place_uses_up_no_calls():
    clock = SetClock()
    search = admitted(Aws(looks=99), Quotas(queries=3, kept=1, starts=4, kept_calls=1), clock=clock)
    search.start(RULE)
    search.start(RULE)
    for _ in range(9):
        with pytest.raises(LaterError, match="places"):
            search.start(RULE)
    search.start(QUERY)


def test_a_search_that_finds_no_call_takes_no_place():
    clock = SetClock()
    search = admitted(Aws(looks=99), Quotas(queries=2, kept=0, starts=1, kept_calls=0), clock=clock)
    search.start(QUERY)
    for _ in range(9):
        with pytest.raises(LaterError, match="StartQuery"):
            search.start(QUERY)
    clock.move(seconds=1)
    search.start(QUERY)


def test_the_same_question_at_the_same_moment_is_two_searches():
    search = admitted(Aws(), replace(LIMITED, queries=2, kept=0))
    first, second = search.start(QUERY), search.start(QUERY)
    search.poll(first)
    search.start(QUERY)
    with pytest.raises(LaterError):
        search.start(QUERY)
    assert first.rpartition("@")[2] != second.rpartition("@")[2]


@pytest.mark.parametrize("call", ["poll", "stop"])
def test_a_search_that_is_lost_gives_its_place_back(call, monkeypatch):
    aws = Aws()
    search = admitted(aws, replace(LIMITED, queries=1, kept=0))
    ident = search.start(QUERY)
    failures = [LaterError("throttled", 1), BotError("gone")]
    monkeypatch.setattr(aws, call, lambda _: (_ for _ in ()).throw(failures.pop(0)))

    with pytest.raises(LaterError):
        getattr(search, call)(ident)
    with pytest.raises(LaterError, match="places"):
        search.start(QUERY)
    with pytest.raises(BotError):
        getattr(search, call)(ident)

    search.start(QUERY)


@pytest.mark.parametrize("ident", ["q1", "q@1", "@@", "a@b@c", "q1@person@"])
def test_what_was_started_without_a_place_can_be_looked_at_and_stopped(ident):
    seen = []

    class Other(Aws):
        def poll(self, search_id: str) -> SearchState:
            seen.append(search_id)
            return super().poll(search_id)

        def stop(self, search_id: str) -> None:
            seen.append(search_id)

    search = admitted(Other())
    search.poll(ident)
    search.stop(ident)
    assert seen == [ident, ident]


def test_a_search_costs_three_writes_and_one_for_each_look():
    store = Counted()
    search = admitted(Aws(looks=3), replace(LIMITED, queries=1, kept=0), store=store)
    first = search.start(QUERY)
    search.poll(first)
    search.stop(first)  # the documents are there from now on
    store.calls.clear()

    ident = search.start(QUERY)
    assert store.calls == ["get", "put"] * 2
    store.calls.clear()
    with pytest.raises(LaterError):
        search.start(QUERY)
    assert store.calls == ["get"]
    store.calls.clear()
    search.poll(ident)
    assert store.calls == ["get", "put"]
    store.calls.clear()
    search.poll(ident)
    search.poll(ident)
    assert store.calls == ["get", "put"] * 3


class Counted(MemoryStore):
    """A store that knows how it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def get(self, key):
        self.calls.append("get")
        return super().get(key)

    def put(self, *args, **others):
        self.calls.append("put")
        before = list(self.calls)
        made = super().put(*args, **others)
        self.calls[:] = before  # this one's put looks itself
        return made


def test_a_place_that_cannot_be_given_back_hides_no_failure():
    aws, store = Aws(), MemoryStore()
    search = admitted(aws, store=store)

    def fail(_: Search) -> str:
        store.fail_next_writes = 1_000
        raise BotError("refused")

    aws.start = fail
    with pytest.raises(BotError, match="refused"):
        search.start(QUERY)


@pytest.mark.parametrize(
    ("text", "quotas"),
    [
        ("", Quotas()),
        ("queries=90", Quotas(queries=90)),
        (" starts=8,polls=9  kept_calls=0 kept=1", Quotas(30, 1, 8, 9, 0)),
    ],
)
def test_quotas_are_read(text, quotas):
    assert read_quotas(text) == quotas


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("query=5", "`query=5` is no quota"),
        ("queries", "is no quota"),
        ("queries=-1", "is no quota"),
        ("queries=many", "as in `queries=30`"),
        ("queries=5", "5 of 5 is not"),
        ("queries=0 kept=0", "0 of 0"),
        ("kept_calls=5", "`kept_calls` of `starts`"),
        ("starts=9 kept_calls=5", "`kept_calls` of `polls`"),
    ],
)
def test_quotas_that_make_no_sense_are_refused_with_words(text, words):
    with pytest.raises(BotError, match=words):
        read_quotas(text)


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


def test_two_hundred_rules_and_three_people_who_come_when_all_places_are_taken():
    """By a clock of our own, with the default quotas: searches of 20 s, looked at every 2 s.

    People begin within seconds, everybody ends, and AWS never gets more than the quotas.
    """
    quotas, clock = Quotas(), SetClock()
    aws = Timed(clock, seconds=20.0)
    search = admitted(aws, quotas, MemoryStore(clock), clock)
    people = {f"limit {1_000 + n}": NOW + timedelta(seconds=n) for n in range(61, 64)}
    agenda = [(NOW, n, replace(RULE, query=f"limit {n}"), "") for n in range(1, 201)]
    agenda += [(at, -n, replace(QUERY, query=q), "") for n, (q, at) in enumerate(people.items())]
    begun: dict[str, timedelta] = {}
    ended: dict[str, timedelta] = {}

    heapq.heapify(agenda)
    while agenda:
        clock.now, number, one, ident = heapq.heappop(agenda)
        after = 2.0
        try:
            if not ident:
                ident = search.start(one)
                begun[one.query] = clock() - people.get(one.query, NOW)
            elif search.poll(ident).status.ended:
                ended[one.query] = clock() - NOW
                continue
        except LaterError as later:
            after = later.seconds
        heapq.heappush(agenda, (clock() + timedelta(seconds=after), number, one, ident))
        assert clock() < NOW + timedelta(hours=1), "somebody starves"

    assert len(ended) == 203
    assert quotas.queries - quotas.kept <= aws.most <= quotas.queries
    assert max(Counter(aws.starts).values()) <= quotas.starts
    assert max(Counter(aws.polls).values()) <= quotas.polls
    assert max(begun[query] for query in people) < timedelta(seconds=1)


class Timed:
    """AWS by a clock: searches take so long, and it knows when it was called."""

    def __init__(self, clock: SetClock, seconds: float) -> None:
        self.clock = clock
        self.takes = timedelta(seconds=seconds)
        self.ends: list[datetime] = []
        self.most = 0
        self.starts: list[datetime] = []
        self.polls: list[datetime] = []

    def start(self, search: Search) -> str:
        self.starts.append(self.clock().replace(microsecond=0))
        self.ends.append(self.clock() + self.takes)
        self.most = max(self.most, sum(end > self.clock() for end in self.ends))
        return f"{len(self.ends) - 1}"

    def poll(self, search_id: str) -> SearchState:
        self.polls.append(self.clock().replace(microsecond=0))
        done = self.clock() >= self.ends[int(search_id)]
        return SearchState(SearchStatus.COMPLETE if done else SearchStatus.RUNNING)
