"""The document of a question: how long it is kept, and what earlier versions of the bot have left."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.answering import job_handlers
from bot.app.ask import ask
from bot.app.asked import KEPT, Asked, change, keep, look_up
from bot.app.ports import Job, Search, Window
from bot.errors import BotError
from tests.fakes import (
    PERSON,
    REPLY,
    MemoryStore,
    ScriptedSearch,
    SetClock,
    a_desk,
    a_state,
    some_rows,
)

# As the bot wrote it while a question was bound in the listener.
FORM_1 = json.loads(
    """
    {"form": 1,
     "answer": {"id": "6c76b203f77a3d222e19", "state": "running", "title": "Objects written",
       "command": "s3-writes my-bucket 24h", "asked_by": "responder-1",
       "start": "2026-11-23T09:00:00+00:00", "end": "2026-11-24T09:00:00+00:00",
       "zone": "Europe/Berlin", "private": false, "needs": ["s3-data-events"], "link": null,
       "found": 0, "limited": false, "records": 0, "bytes": 0, "problem": "",
       "table": {"columns": ["who"], "rows": [["responder-1"]], "times": [], "hidden_columns": 0, "cut": false}},
     "search": {"query": "fields eventName", "groups": ["/aws/cloudtrail"], "limit": 10000, "by": "person",
       "window": ["2026-11-23T09:00:00+00:00", "2026-11-24T09:00:00+00:00"]},
     "reply": {"channel": "C0SIEM", "user": "U0RESPONDER1", "response_url": ""},
     "columns": ["eventName"], "times": ["@timestamp"], "posting": true, "ts": "1700000000.000001",
     "search_id": "search-1", "restarts": 0, "told": false, "shared": false, "files": [],
     "thread": "", "item": []}
    """
)
ID = FORM_1["answer"]["id"]


def test_a_question_of_form_1_is_read_and_goes_on() -> None:
    desk, search = a_desk(), ScriptedSearch(a_state(some_rows(2)))
    desk.store.put(f"asked:{ID}", FORM_1, expected=0)

    asked = look_up(desk.store, ID)
    job_handlers(desk, search)["follow"](Job("follow", ID, {"turn": 3}))

    start, end = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (23, 24))
    assert asked is not None
    assert asked.search == Search("fields eventName", ("/aws/cloudtrail",), Window(start, end))
    assert (asked.rule, asked.version, asked.values, asked.at) == ("s3-writes", "", {}, None)
    assert asked.answer.table is not None
    assert asked.answer.table.rows == (("responder-1",),)
    ended = look_up(desk.store, ID)
    assert ended is not None
    assert (ended.answer.state, ended.answer.found, ended.told) == ("done", 2, True)


def test_a_question_of_a_newer_form_is_left_alone() -> None:
    store = MemoryStore()
    store.put(f"asked:{ID}", {"form": 99}, expected=0)

    with pytest.raises(BotError, match="newer version of the bot"):
        look_up(store, ID)


def test_a_question_is_kept_for_ninety_days() -> None:
    clock = SetClock()
    desk = a_desk(store=MemoryStore(clock), clock=clock)
    ask(desk, "s3-writes my-bucket 24h", PERSON, REPLY, "trigger-1", False)
    (job, _) = desk.jobs.waiting[0]

    clock.now += KEPT - timedelta(seconds=1)
    assert look_up(desk.store, job.id) is not None
    clock.now += timedelta(seconds=1)
    assert look_up(desk.store, job.id) is None


def test_a_question_is_kept_once() -> None:
    store = MemoryStore()
    store.put(f"asked:{ID}", FORM_1, expected=0)
    asked = look_up(store, ID)
    assert isinstance(asked, Asked)
    assert not keep(store, asked)
    assert change(store, "0" * 20, lambda stored: stored) is None
