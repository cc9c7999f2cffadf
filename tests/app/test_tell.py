"""The chat is made to show what is stored: once, again after a crash, and never less than is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.alerts.model import Item, Told
from bot.app.documents import change, read
from bot.app.kept import ALERTS
from bot.app.ports import ChannelError, Job
from bot.app.tell import AUTO, put_tell, tell
from bot.errors import BotError
from tests.app.detecting import NOON, MemoryBoard, a_watch, event, ticked, work
from tests.fakes import SetClock


@pytest.fixture
def told():
    watch = a_watch(event(10), clock=SetClock(NOON))
    (alert,) = ticked(watch)
    return watch, alert


def changed(watch, alert, **how):
    return change(watch.desk.store, ALERTS, alert.id, lambda a: replace(a, **how))


def test_what_is_shown_already_is_left_alone(told):
    watch, alert = told
    watch.board.shown.clear()
    tell(watch, Job("tell", alert.id, {}))
    tell(watch, Job("tell", "gone.1", {}))
    assert not watch.board.shown


def test_a_change_edits_the_message(told):
    watch, alert = told
    changed(watch, alert, note="so it was", revision=alert.revision + 1)
    tell(watch, Job("tell", alert.id, {}))
    assert [shown.note for _, shown in watch.board.shown.values()] == ["so it was"]
    assert watch.board.posts == 1


def test_a_message_that_people_deleted_is_posted_again(told):
    watch, alert = told
    watch.board.shown.clear()
    changed(watch, alert, revision=alert.revision + 1)
    tell(watch, Job("tell", alert.id, {}))
    assert watch.board.posts == 2
    after = read(watch.desk.store, ALERTS, alert.id)
    assert after.told == Told("CHIGH", "1.2", alert.revision + 1)


@pytest.mark.parametrize("there", ["shown", "vanished", "never posted"])
def test_after_a_crash_while_posting_the_message_is_looked_for(told, there):
    watch, alert = told
    changed(watch, alert, told=Told("CHIGH", posting=True))
    if there == "never posted":
        watch.board.shown.clear()
    if there == "vanished":
        watch.board.edit = lambda alert: False
    tell(watch, Job("tell", alert.id, {}))
    assert watch.board.posts == (1 if there == "shown" else 2)
    after = read(watch.desk.store, ALERTS, alert.id).told
    assert (after.posting, after.revision) == (False, alert.revision)


def test_what_changes_while_it_is_told_is_told_again(told):
    watch, alert = told
    changed(watch, alert, revision=alert.revision + 1)
    edit, once = watch.board.edit, [True]

    def busy(shown):
        if once and once.pop():
            changed(watch, alert, note="meanwhile", revision=alert.revision + 2)
        return edit(shown)

    watch.board.edit = busy
    put_tell(watch, alert.id)
    work(watch)
    assert [shown.note for _, shown in watch.board.shown.values()] == ["meanwhile"]


def test_a_chat_that_is_down_delays_the_message_and_not_detection():
    clock, board = SetClock(NOON), MemoryBoard(failure=BotError("Slack is down."))
    watch = a_watch(event(10), board=board, clock=clock)
    with pytest.raises(BotError):
        ticked(watch)
    clock.move(minutes=5)
    board.failure = None
    (alert,) = ticked(watch)
    assert alert.told.revision == alert.revision
    assert board.posts == 1


def test_items_that_run_by_themselves_are_begun_once_the_message_is_there(told):
    watch, alert = told
    auto = Item("who", "Who was it?", runs=True, auto=True)
    changed(watch, alert, checklist=(auto,), told=Told("CHIGH"))
    tell(watch, Job("tell", alert.id, {}))
    assert [job for job, _ in watch.desk.jobs.waiting] == [Job(AUTO, alert.id, {})]
    watch.desk.jobs.waiting.clear()

    changed(watch, alert, revision=alert.revision + 1)
    tell(watch, Job("tell", alert.id, {}))
    assert watch.desk.jobs.waiting == []


class ClosedBoard(MemoryBoard):
    """A chat in which some channels take nothing."""

    closed: tuple[str, ...] = ()

    def post(self, channel, alert):
        if channel in self.closed:
            raise ChannelError("The bot is not in this channel.")
        return super().post(channel, alert)

    def edit(self, alert):
        if alert.told.channel in self.closed:
            raise ChannelError("This channel is archived.")
        return super().edit(alert)


def test_an_alert_whose_channel_is_closed_goes_to_the_default_channel_and_says_so():
    board = ClosedBoard()
    board.closed = ("CHIGH",)
    watch = a_watch(event(10), board=board, clock=SetClock(NOON))
    (alert,) = ticked(watch)
    assert (alert.told.channel, alert.told.meant) == ("CDEFAULT", "CHIGH")
    assert [channel for channel, _ in board.shown.values()] == ["CDEFAULT"]
    changed(watch, alert, revision=alert.revision + 1, note="later")
    tell(watch, Job("tell", alert.id, {}))
    assert [shown.note for _, shown in board.shown.values()] == ["later"]


def test_an_alert_whose_channel_was_archived_is_posted_anew():
    board = ClosedBoard()
    watch = a_watch(event(10), board=board, clock=SetClock(NOON))
    (alert,) = ticked(watch)
    board.closed = ("CHIGH",)
    changed(watch, alert, revision=alert.revision + 1)
    tell(watch, Job("tell", alert.id, {}))
    after = read(watch.desk.store, ALERTS, alert.id).told
    assert (after.channel, after.meant, after.revision) == ("CDEFAULT", "CHIGH", alert.revision + 1)


def test_where_the_default_channel_is_closed_too_the_alert_waits():
    board = ClosedBoard()
    board.closed = ("CHIGH", "CDEFAULT")
    watch = a_watch(event(10), board=board, clock=SetClock(NOON))
    for _ in range(2):
        with pytest.raises(ChannelError):
            ticked(watch)
    board.closed = ("CHIGH",)
    (alert,) = ticked(watch)
    assert (alert.told.channel, alert.told.meant) == ("CDEFAULT", "CHIGH")
