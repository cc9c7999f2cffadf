"""What cannot be read is told once, and not without end."""

from __future__ import annotations

from bot.engine.troubles import Trouble
from bot.local.cloudwatch import unread as module
from bot.local.cloudwatch.unread import Unread


def test_each_trouble_is_told_once_and_of_very_many_that_there_are_more(caplog, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    unread = Unread()

    unread.tell(
        [Trouble("a", 1, "is broken"), Trouble("a", 9, "is broken"), Trouble("b", None, "is odd")]
    )
    unread.tell(
        [Trouble("c", None, "is odd"), Trouble("d", None, "is odd"), Trouble("b", None, "is odd")]
    )

    assert caplog.messages == [
        "a, line 1: is broken",
        "b: is odd",
        "more could not be read that is not listed",
    ]
