"""A CloudWatch alarm has one message while it lasts, whatever comes twice, late, or out of order."""

from __future__ import annotations

import itertools
from datetime import timedelta

import msgspec
import pytest

from bot.app import alarms
from bot.app.alarms import ALARMS, MOST_CHANGES, MOST_EPISODES, job_of
from bot.app.documents import read
from bot.app.ops import Notice, Ops
from bot.app.ports import ChannelError, Job, UnseenError
from bot.errors import LaterError
from tests.app.ops_samples import MemoryOpsBoard, an_ops, hear, news, work
from tests.fakes import MemoryStore


def states(ops: Ops) -> list[list[str]]:
    """The states that each message shows, in the order in which they were posted."""
    return [[one.state for one in shown.changes] for shown in ops.board.shown.values()]


def test_an_alarm_becomes_a_message_in_the_channel_for_it() -> None:
    ops = an_ops()
    hear(ops, news())

    ((channel, _),) = ops.board.shown
    assert channel == "C0OPS"
    assert states(ops) == [["ALARM"]]
    assert ops.board.notes == []


def test_without_a_channel_of_its_own_it_stands_in_the_default_one() -> None:
    ops = an_ops(channels={"default": "C0ALERTS"})
    hear(ops, news())

    assert list(ops.board.shown) == [("C0ALERTS", "1.1")]


def test_without_any_channel_it_is_kept_and_nobody_fails() -> None:
    ops = an_ops(channels={})
    hear(ops, news())

    assert ops.board.shown == {}
    assert read(ops.store, ALARMS, news().id) is not None


def test_the_return_edits_the_message_and_its_thread_says_so() -> None:
    ops = an_ops()
    hear(ops, news(), news("OK", 10))

    assert states(ops) == [["ALARM", "OK"]]
    assert [(ts, note.now.state) for ts, note in ops.board.notes] == [("1.1", "OK")]


def test_what_comes_twice_is_told_once() -> None:
    ops = an_ops()
    hear(ops, news(), news(), news("OK", 10), news("OK", 10), news())

    assert states(ops) == [["ALARM", "OK"]]
    assert len(ops.board.notes) == 1


def test_the_same_change_is_the_same_job() -> None:
    assert job_of(news()).id == job_of(news(reason="told otherwise")).id
    assert job_of(news()).id != job_of(news("OK")).id != job_of(news("OK", 1)).id


def test_an_ok_that_ends_nothing_is_not_told() -> None:
    ops = an_ops()
    hear(ops, news("OK"), news("OK", 1))

    assert ops.board.shown == {}


def test_an_alarm_without_data_is_told_and_goes_on_in_the_same_message() -> None:
    ops = an_ops()
    hear(ops, news("INSUFFICIENT_DATA"), news("ALARM", 5), news("OK", 9))

    assert states(ops) == [["INSUFFICIENT_DATA", "ALARM", "OK"]]
    assert [note.now.state for _, note in ops.board.notes] == ["ALARM", "OK"]


def test_soon_again_is_the_same_trouble_and_later_a_new_one() -> None:
    ops = an_ops()
    hear(ops, news(), news("OK", 5), news("ALARM", 19), news("OK", 21), news("ALARM", 40))

    assert states(ops) == [["ALARM", "OK", "ALARM", "OK"], ["ALARM"]]
    assert len({shown.id for shown in ops.board.shown.values()}) == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_in_which_news_come_does_not_matter(order: tuple[int, ...]) -> None:
    heard = [news("ALARM"), news("INSUFFICIENT_DATA", 3), news("OK", 6)]
    ops = an_ops()
    hear(ops, *(heard[place] for place in order))

    (shown,) = ops.board.shown.values()
    assert shown.now.state == "OK"
    assert shown.changes[0].state != "OK"


def test_late_news_of_an_alarm_that_is_over_change_nothing() -> None:
    ops = an_ops()
    hear(ops, news("ALARM", 0), news("OK", 1), news("ALARM", 60))
    hear(ops, news("ALARM", -30), news("ALARM", 59, arn=news().arn))

    assert states(ops) == [["ALARM", "OK"], ["ALARM"]]


def test_alarms_are_kept_apart() -> None:
    ops = an_ops()
    hear(ops, news(), news(arn="arn:other", name="other"))

    assert states(ops) == [["ALARM"], ["ALARM"]]


def test_the_newest_of_many_changes_are_kept() -> None:
    ops = an_ops()
    for number in range(MOST_CHANGES + 6):
        hear(ops, news("OK" if number % 2 else "ALARM", number))
    for number in range(MOST_EPISODES + 2):
        hear(ops, news("ALARM", 100 + 30 * number), news("OK", 101 + 30 * number))

    kept = read(ops.store, ALARMS, news().id)
    assert kept is not None
    assert len(kept.episodes) == MOST_EPISODES
    assert len(states(ops)[0]) == MOST_CHANGES
    assert len(states(ops)) == 1 + MOST_EPISODES + 2
    assert len({shown.id for shown in ops.board.shown.values()}) == len(states(ops))


def test_a_message_that_people_deleted_is_posted_anew() -> None:
    ops = an_ops()
    hear(ops, news())
    ops.board.shown.clear()
    hear(ops, news("OK", 5))

    assert states(ops) == [["ALARM", "OK"]]
    assert ops.board.notes == []


def test_a_closed_channel_falls_back_to_the_default_one() -> None:
    ops = an_ops()
    hear(ops, news())
    ops.board.closed = {"C0OPS"}
    hear(ops, news("OK", 5))

    assert [channel for channel, _ in ops.board.shown] == ["C0OPS", "C0ALERTS"]

    ops.board.closed = {"C0OPS", "C0ALERTS"}
    with pytest.raises(ChannelError):
        hear(ops, news(arn="arn:other"))


def test_a_crash_after_the_post_finds_the_message() -> None:
    board = MemoryOpsBoard()
    ops = an_ops(board=board)

    board.after = crash
    with pytest.raises(KeyboardInterrupt):
        hear(ops, news())
    board.after = lambda: None
    work(ops, Job("ring", news().id, {}))

    assert states(ops) == [["ALARM"]]

    board.after = crash
    with pytest.raises(KeyboardInterrupt):
        hear(ops, news(arn="arn:other"))
    board.shown.popitem()  # nobody finds it, say
    board.after = lambda: None
    work(ops, Job("ring", news(arn="arn:other").id, {}))

    assert states(ops) == [["ALARM"], ["ALARM"]]


def test_after_a_crash_where_the_bot_may_not_look_it_is_said_twice_rather_than_never() -> None:
    class Blind(MemoryOpsBoard):
        def find(self, channel: str, notice: Notice) -> str | None:
            raise UnseenError("the bot lacks a scope")

    ops = an_ops(board=Blind())
    ops.board.after = crash
    with pytest.raises(KeyboardInterrupt):
        hear(ops, news())
    ops.board.after = lambda: None
    work(ops, Job("ring", news().id, {}))

    assert states(ops) == [["ALARM"], ["ALARM"]]


def crash() -> None:
    raise KeyboardInterrupt


def test_what_happens_while_it_is_shown_is_shown_after() -> None:
    ops = an_ops()
    waiting = [news("INSUFFICIENT_DATA", 1), news("OK", 2)]

    def meanwhile() -> None:
        if waiting:
            alarms.take_in(ops, job_of(waiting.pop(0)))

    ops.board.after = meanwhile
    hear(ops, news())
    ops.board.after = lambda: None
    hear(ops, *waiting)

    assert states(ops) == [["ALARM", "INSUFFICIENT_DATA", "OK"]]
    assert [note.now.state for _, note in ops.board.notes] == ["INSUFFICIENT_DATA", "OK"]


def test_a_note_that_fails_is_told_by_the_next_try() -> None:
    ops = an_ops()
    hear(ops, news())
    ops.board.failure = LaterError("Slack is busy", 1.0)
    with pytest.raises(LaterError):
        hear(ops, news("OK", 5))
    ops.board.failure = None
    work(ops, Job("ring", news().id, {}))

    assert [note.now.state for _, note in ops.board.notes] == ["OK"]
    assert states(ops) == [["ALARM", "OK"]]


def test_an_alarm_that_is_unknown_rings_for_nobody() -> None:
    ops = an_ops()
    work(ops, Job("ring", "unknown", {}))
    assert ops.board.shown == {}


class Forgetful(MemoryStore):
    """A store whose documents are gone once something was posted."""

    def forget(self) -> None:
        self.documents.clear()


def test_an_alarm_that_expires_while_it_is_shown_harms_nobody() -> None:
    store = Forgetful()
    ops = an_ops(store=store)
    ops.board.after = store.forget
    hear(ops, news())

    assert len(ops.board.shown) == 1


def test_an_alarm_is_kept_for_longer_than_a_year() -> None:
    ops = an_ops()
    hear(ops, news())
    ops.clock.move(days=399)
    hear(ops, news("OK", timedelta(days=399) / timedelta(minutes=1)))

    assert states(ops) == [["ALARM", "OK"]]


def test_the_job_carries_the_event_and_refuses_another_form() -> None:
    ops = an_ops()
    with pytest.raises(msgspec.ValidationError):
        alarms.take_in(ops, Job("alarm", "1", {"name": 1}))
