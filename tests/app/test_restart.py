"""A bot that stops in the middle of a search and starts again, over the real store and jobs."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from bot.app.answer import Answer
from bot.app.answering import job_handlers
from bot.app.ask import ask
from bot.app.ports import SearchState, SearchStatus
from bot.app.running import give_up
from bot.errors import BotError
from bot.local.jobs import ThreadJobs
from bot.local.sqlite_store import SqliteStore
from tests.fakes import (
    PERSON,
    REPLY,
    RecordingNotifier,
    ScriptedSearch,
    a_desk,
    a_state,
    some_rows,
)


class Watched(ScriptedSearch):
    def __init__(self, *states: SearchState | BotError) -> None:
        super().__init__(*states)
        self.polled = threading.Event()

    def poll(self, search_id: str) -> SearchState:
        self.polled.set()
        return super().poll(search_id)


class Heard(RecordingNotifier):
    def __init__(self) -> None:
        super().__init__()
        self.ended = threading.Event()

    def edit(self, channel: str, ts: str, answer: Answer) -> None:
        super().edit(channel, ts, answer)
        if answer.state != "running":
            self.ended.set()


def test_an_answer_survives_a_restart_that_loses_its_search(tmp_path: Path) -> None:
    before, notifier = Watched(a_state((), SearchStatus.RUNNING)), Heard()
    store, jobs = SqliteStore(tmp_path / "store"), ThreadJobs(tmp_path / "jobs")
    desk = a_desk(notifier=notifier, store=store, jobs=jobs)
    jobs.start(job_handlers(desk, before), partial(give_up, desk))
    ask(desk, "s3-writes my-bucket 24h", PERSON, REPLY, "trigger-1", private=False)
    assert before.polled.wait(5)
    jobs.stop()
    store.close()

    after = Watched(BotError("The results of this search are gone."), a_state(some_rows(2)))
    store, jobs = SqliteStore(tmp_path / "store"), ThreadJobs(tmp_path / "jobs")
    desk = a_desk(notifier=notifier, store=store, jobs=jobs)
    jobs.start(job_handlers(desk, after), partial(give_up, desk))
    assert notifier.ended.wait(10)
    jobs.stop()
    store.close()

    assert len(notifier.named("post")) == 1
    _, _, answer = notifier.named("edit")[-1]
    assert (answer.state, answer.found) == ("done", 2)
    assert before.started == after.started
