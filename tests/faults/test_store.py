"""The store is held by another process, or the bot's process dies between any two of its steps."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.errors import LaterError
from bot.slack import words
from tests.faults.test_slack_down import ANSWERED, RANG, ask
from tests.faults.world import TICK, World, moment

OF_AN_ANSWER, OF_A_RUN = 15, 25
"""Documents that an answer writes from the command to its end, and at least a run of all rules."""


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process writes to the file, and does not end."""
    other = sqlite3.connect(file, check_same_thread=False)
    other.execute("begin immediate")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def impatient(world: World) -> None:
    """The bot waits a moment for a file that is held, instead of five seconds."""
    world.bot.watch.desk.store._connection.execute("pragma busy_timeout = 20")
    world.bot.jobs._connection.execute("pragma busy_timeout = 20")


def test_a_command_while_the_store_is_held_says_to_try_again(world: World) -> None:
    impatient(world)
    world.command("help")
    world.happens("StopLogging")
    with held(world.folder / "store.db"):
        world.command("calls StopLogging")
    assert world.texts()[-1] == words.BUSY
    world.command("calls StopLogging")
    world.rest()
    assert world.public() == ANSWERED


def test_jobs_wait_for_a_store_that_is_held_and_none_fails(world: World) -> None:
    impatient(world)
    ask(world)
    with held(world.folder / "store.db"):
        world.bot.jobs.put(TICK)
        world.pass_time(120)
        assert world.dead() == []
    world.rest()
    world.tick()
    world.rest()

    assert world.public() == ANSWERED
    assert len(world.public("alerts")) == 1
    assert world.dead() == []


def test_a_queue_that_is_held_stops_no_thread(world: World) -> None:
    impatient(world)
    ask(world)
    with held(world.folder / "jobs.db"):
        world.bot.wake()
        world.clock.now = world.clock.now.replace(second=30)
        world.bot.wake()
        time.sleep(0.1)  # several of its attempts
        assert all(thread.is_alive() for thread in world.bot.jobs._threads)
    world.rest()

    assert world.public() == ANSWERED


def test_a_command_while_the_queue_is_held_says_to_try_again(world: World) -> None:
    impatient(world)
    world.command("help")
    with held(world.folder / "jobs.db"):
        world.command("digest")
    assert world.texts()[-1] == words.BUSY


class Dying:
    """The bot's process stops for good at its nth write, before or after it: its threads do nothing
    more until the test has ended."""

    def __init__(self, world: World, number: int, *, after: bool) -> None:
        self.world, self.jobs = world, world.bot.jobs
        store = world.bot.watch.desk.store
        self.put, self.left, self.after = store.put, number, after
        self.writes, self.counting = 0, threading.Lock()
        self.dead, self.end = threading.Event(), threading.Event()
        world.at_end.append(self.end.set)
        store.put = self

    def __call__(self, key: str, *given: Any, **more: Any) -> int:
        with self.counting:
            self.writes += 1
            last = self.writes == self.left
        if self.dead.is_set() or (last and not self.after):
            self._die()
        done = self.put(key, *given, **more)
        if last:
            self._die()
        return int(done)

    def _die(self) -> None:
        self.jobs._stopping = True
        self.dead.set()
        self.end.wait(30)
        raise LaterError("the process is dead", 900.0)

    def wait(self) -> None:
        """Let time pass until the process is dead, and start another one."""
        until = time.monotonic() + 10
        while not self.dead.is_set():
            assert time.monotonic() < until, f"it has written {self.writes} times and lives"
            if (due := self.world.next_due()) is not None:
                self.world.clock.now = max(self.world.clock.now, moment(due))
            self.world.bot.wake()
            time.sleep(0.005)
        self.world.start_bot()


def test_how_often_an_answer_writes(world: World) -> None:
    world.command("help")
    dying = Dying(world, 10**9, after=False)
    ask(world)
    world.rest()
    assert dying.writes == OF_AN_ANSWER


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", range(2, OF_AN_ANSWER + 1))
def test_a_process_that_dies_at_any_write_of_an_answer_gives_it_once(
    world: World, write: int, after: bool
) -> None:
    world.command("help")
    dying = Dying(world, write, after=after)
    ask(world)
    dying.wait()
    world.rest()

    assert world.public() == ANSWERED
    assert world.dead() == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", range(1, OF_A_RUN + 1, 4))
def test_a_process_that_dies_at_any_write_of_detection_raises_one_alert(
    world: World, write: int, after: bool
) -> None:
    dying = Dying(world, write, after=after)
    world.happens("StopLogging")
    world.pass_time(1)
    world.bot.jobs.put(TICK)
    dying.wait()
    world.tick()
    world.rest()
    world.tick()
    world.rest()

    (alert,) = world.alerts()
    assert alert.count == 1
    assert [text[: len(RANG)] for text in world.public("alerts")] == [RANG]
