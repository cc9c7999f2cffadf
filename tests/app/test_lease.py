"""A lease has one holder at a time; one whose time is over can do nothing with it any more."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bot.app.lease import Lease, extend, held, look, release, take
from tests.fakes import MemoryStore, SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(clock: SetClock) -> MemoryStore:
    return MemoryStore(clock)


def test_one_holds_it_and_others_do_not(store, clock):
    lease = take(store, "tick", "a", clock(), 60)

    assert lease == Lease("tick", "a", clock() + timedelta(seconds=60), 1)
    assert take(store, "tick", "b", clock(), 60) is None
    assert take(store, "tick", "a", clock(), 60) is None
    assert take(store, "other", "b", clock(), 60) is not None


def test_anybody_sees_who_holds_it(store, clock):
    assert look(store, "tick") is None
    lease = take(store, "tick", "a", clock(), 60)

    assert look(store, "tick") == Lease("tick", "a", None, lease.version)
    assert extend(store, look(store, "tick"), clock(), 60) is not None
    release(store, look(store, "tick"), clock())
    assert look(store, "tick") is None


def test_what_is_let_go_can_be_taken_at_once(store, clock):
    lease = take(store, "tick", "a", clock(), 60)

    assert release(store, lease, clock())
    assert not release(store, lease, clock())
    assert take(store, "tick", "b", clock(), 60) is not None


def test_it_is_over_after_its_time_and_can_be_taken_over(store, clock):
    former = take(store, "tick", "a", clock(), 60)
    clock.move(seconds=60)

    assert extend(store, former, clock(), 60) is None
    new = take(store, "tick", "b", clock(), 60)
    assert new is not None
    assert extend(store, former, clock(), 60) is None
    assert not release(store, former, clock())
    assert take(store, "tick", "c", clock(), 60) is None
    assert release(store, new, clock())


def test_a_former_holder_does_nothing_to_one_that_was_taken_and_let_go_since(store, clock):
    """Were a lease deleted when it is let go, the next holder would have the first one's version."""
    former = take(store, "tick", "a", clock(), 60)
    clock.move(seconds=60)
    release(store, take(store, "tick", "b", clock(), 60), clock())
    mine = take(store, "tick", "c", clock(), 60)

    assert extend(store, former, clock(), 60) is None
    assert not release(store, former, clock())
    assert extend(store, mine, clock(), 60) is not None


def test_it_is_extended_from_now_and_the_old_one_is_worth_nothing(store, clock):
    first = take(store, "tick", "a", clock(), 60)
    clock.move(seconds=50)
    second = extend(store, first, clock(), 60)
    assert second is not None
    clock.move(seconds=50)

    assert second.until == clock() + timedelta(seconds=10)
    assert take(store, "tick", "b", clock(), 60) is None
    assert not release(store, first, clock())
    assert release(store, second, clock())


def test_a_block_holds_it_and_lets_go_also_when_it_fails(store, clock):
    with held(store, "tick", "a", clock, 60) as lease:
        assert lease is not None
        with held(store, "tick", "b", clock, 60) as none:
            assert none is None
        assert take(store, "tick", "c", clock(), 60) is None
    with pytest.raises(ZeroDivisionError), held(store, "tick", "a", clock, 60):
        raise ZeroDivisionError
    assert take(store, "tick", "d", clock(), 60) is not None


def test_a_block_that_took_too_long_lets_go_of_nothing_that_is_anothers(store, clock):
    with held(store, "tick", "a", clock, 60):
        clock.move(seconds=61)
        other = take(store, "tick", "b", clock(), 60)
    assert extend(store, other, clock(), 60) is not None


def test_of_many_who_want_it_one_gets_it(store, clock):
    gate, got = threading.Barrier(16), []

    def want(holder: str) -> None:
        gate.wait(10)
        got.append(take(store, "tick", holder, clock(), 60))

    threads = [threading.Thread(target=want, args=(f"{n}",)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(lease is not None for lease in got) == 1
