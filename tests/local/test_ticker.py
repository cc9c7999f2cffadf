"""The ticker: a first job at once, one soon after news, others now and then, none after its end."""

from __future__ import annotations

import queue

import pytest

from bot.app.ports import Job
from bot.local.ticker import Ticker

TICK = Job("tick", "tick", {})


class Jobs:
    """Remembers what was put."""

    def __init__(self) -> None:
        self.seen: queue.Queue[Job] = queue.Queue()

    def put(self, job: Job, delay: float = 0.0) -> None:
        self.seen.put(job)


def test_it_ticks_until_it_is_stopped():
    jobs = Jobs()
    ticker = Ticker(jobs, ["tick"], every=0.01)
    ticker.start()
    assert [jobs.seen.get(timeout=5) for _ in range(3)] == [TICK] * 3
    ticker.stop()
    count = jobs.seen.qsize()
    ticker.wake()
    assert jobs.seen.qsize() == count
    ticker.stop()


def test_news_bring_a_tick_soon():
    jobs = Jobs()
    ticker = Ticker(jobs, ["tick"], every=3600, soon=0.01)
    ticker.start()
    assert jobs.seen.get(timeout=5) == TICK
    with pytest.raises(queue.Empty):
        jobs.seen.get(timeout=0.05)
    ticker.wake()
    assert jobs.seen.get(timeout=5) == TICK
    ticker.stop()


def test_each_kind_is_put():
    jobs = Jobs()
    ticker = Ticker(jobs, ["tick", "digests"])
    ticker.start()
    assert [jobs.seen.get(timeout=5).kind for _ in range(2)] == ["tick", "digests"]
    ticker.stop()
