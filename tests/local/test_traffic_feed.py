"""The demo's feed: a day at once, then live; what a crash leaves behind is gone on with, exactly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.workers import Workers
from bot.errors import BotError
from bot.local import traffic_feed
from bot.local.cloudwatch import CloudWatch
from bot.local.traffic import Delivered, events
from bot.local.traffic_feed import STREAM, Feed

NOW = datetime(2026, 11, 3, 12, 0, 30, tzinfo=UTC)
GROUP = "trail"
HISTORY = timedelta(hours=3)
"""Less than the demo's day: it says the same, and is made sooner."""


@dataclass(frozen=True)
class Burst:
    """Three events, ten seconds apart."""

    id: str = "burst"
    title: str = "A burst"
    story: str = "Three events."

    def events(self, start: datetime, seed: int) -> list[Delivered]:
        first = int(start.timestamp() * 1000)
        times = [first, first + 10_000, first + 20_000]
        return [Delivered(at, at, json.dumps({"n": n})) for n, at in enumerate(times)]


class Laptop:
    """The local CloudWatch and its feed, started again and again over the same folder."""

    def __init__(self, folder, workers) -> None:
        self.folder, self.workers, self.now = folder, workers, NOW
        self.told: list[tuple[str, ...]] = []
        self.boot()

    def boot(self) -> None:
        """What a new process does; nothing of the one before it was closed."""
        self.cloudwatch = CloudWatch(self.folder / "logs", self.workers, lambda: self.now)
        self.cloudwatch.create_group(GROUP)
        self.feed = Feed(self.cloudwatch, GROUP, self.folder, lambda: self.now, 1, [Burst()])
        self.feed.on_change = self.told.append

    def lines(self, *, incidents: bool = False) -> list[tuple[int, str]]:
        """All events of the traffic, or of the incidents."""
        found = []
        for name in sorted((self.folder / "logs").glob("*/*.stream")):
            if (json.loads(name.read_bytes())["name"] != STREAM) == incidents:
                written = name.with_suffix(".jsonl").read_text().splitlines()
                found += [(time, text) for time, _, text in map(json.loads, written)]
        return found

    def file(self):
        return max((self.folder / "logs").glob("*/*.jsonl"), key=lambda path: path.stat().st_size)


@pytest.fixture(scope="module")
def workers():
    workers = Workers(1)
    yield workers
    workers.close()


@pytest.fixture
def laptop(tmp_path, workers, monkeypatch):
    monkeypatch.setattr(traffic_feed, "HISTORY", HISTORY)
    return Laptop(tmp_path, workers)


def delivered(begin: datetime, end: datetime) -> list[tuple[int, str]]:
    limit = int(end.timestamp() * 1000)
    return [
        (event.delivered, event.message)
        for event in events(1, begin, end)
        if event.delivered <= limit
    ]


def test_a_day_at_once_then_what_is_new(laptop):
    laptop.feed.fill()
    assert laptop.lines() == delivered(NOW - HISTORY, NOW)
    laptop.feed.fill()
    for _ in range(5):
        laptop.now += timedelta(minutes=1, seconds=7)
        laptop.feed.fill()
    assert laptop.lines() == delivered(NOW - HISTORY, laptop.now)
    times = [time for time, _ in laptop.lines()]
    assert times == sorted(times)


@pytest.mark.parametrize("cut", [0, 1, 150, 5_000, 40_000])
def test_after_a_crash_no_event_is_lost_and_none_is_there_twice(laptop, cut):
    laptop.feed.fill()
    size = laptop.file().stat().st_size
    with laptop.file().open("r+b") as file:
        file.truncate(size - cut)
    laptop.now += timedelta(minutes=9)
    laptop.boot()
    laptop.feed.fill()
    assert laptop.lines() == delivered(NOW - HISTORY, laptop.now)


def test_events_of_the_same_moment_are_told_apart(laptop):
    """A crash between two events that were delivered in one batch, so at one time."""
    laptop.feed.fill()
    whole = laptop.lines()
    written = laptop.file().read_bytes().splitlines(keepends=True)
    last = next(n for n in range(len(written) - 2, 0, -1) if whole[n][0] == whole[n - 1][0])
    laptop.file().write_bytes(b"".join(written[:last]))
    laptop.boot()
    laptop.feed.fill()
    assert laptop.lines() == whole


def test_after_days_of_pause_there_is_one_more_day(laptop):
    laptop.feed.fill()
    before = laptop.lines()
    laptop.now += timedelta(days=4)
    laptop.boot()
    laptop.feed.fill()
    assert laptop.lines() == before + delivered(laptop.now - HISTORY, laptop.now)


def test_a_clock_that_was_set_back_adds_nothing(laptop):
    laptop.feed.fill()
    before = laptop.lines()
    laptop.now -= timedelta(hours=2)
    laptop.boot()
    laptop.feed.fill()
    assert laptop.lines() == before
    laptop.now = NOW + timedelta(minutes=3)
    laptop.feed.fill()
    assert laptop.lines() == delivered(NOW - HISTORY, laptop.now)


def test_a_full_disk_loses_nothing(laptop, monkeypatch):
    laptop.feed.fill()
    laptop.now += timedelta(minutes=5)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(laptop.cloudwatch, "put", full)
        with pytest.raises(OSError, match="No space"):
            laptop.feed.fill()
    laptop.feed.fill()
    assert laptop.lines() == delivered(NOW - HISTORY, laptop.now)


def test_an_incident_unfolds_and_is_over(laptop):
    laptop.feed.fill()
    laptop.feed.begin("burst")
    assert laptop.feed.unfolding == ("burst",)
    assert len(laptop.lines(incidents=True)) == 1
    with pytest.raises(BotError, match="unfolding already"):
        laptop.feed.begin("burst")
    laptop.now += timedelta(seconds=21)
    laptop.feed.fill()
    assert len(laptop.lines(incidents=True)) == 3
    laptop.now += timedelta(seconds=21)
    laptop.feed.fill()
    assert laptop.told == [("burst",), ()]
    laptop.feed.begin("burst")
    assert len(laptop.lines(incidents=True)) == 4


@pytest.mark.parametrize("lost", [0, 1])
def test_an_incident_goes_on_after_a_crash(laptop, lost):
    laptop.feed.fill()
    laptop.feed.begin("burst")
    laptop.now += timedelta(seconds=11)
    if not lost:
        laptop.feed.fill()
    laptop.boot()
    laptop.feed.fill()
    assert [text for _, text in laptop.lines(incidents=True)] == ['{"n": 0}', '{"n": 1}']
    laptop.now += timedelta(seconds=60)
    laptop.feed.fill()
    laptop.boot()
    laptop.feed.fill()
    assert [text for _, text in laptop.lines(incidents=True)] == [f'{{"n": {n}}}' for n in range(3)]
    assert laptop.feed.unfolding == ()


def test_what_is_not_known_does_not_begin(laptop):
    laptop.feed.fill()
    with pytest.raises(BotError, match="There are: burst"):
        laptop.feed.begin("flood")


@pytest.mark.parametrize("text", ["", "[", '[{"id": "gone", "start": "2026-11-03T12:00:00Z"}]'])
def test_a_damaged_list_of_incidents_is_no_reason_not_to_start(laptop, text):
    (laptop.folder / "incidents.json").write_text(text)
    laptop.feed.fill()
    assert laptop.feed.unfolding == ()


def test_it_goes_on_by_itself_and_stops(laptop):
    laptop.feed.start()
    laptop.feed.stop()
    laptop.feed.stop()
