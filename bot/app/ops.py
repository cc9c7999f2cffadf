"""Where the bot speaks of alarms and of itself: one message for each matter, edited as it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.app.ports import ChannelError, Clock, Jobs, Store, UnseenError


class Notice(Protocol):
    """What such a message shows."""

    @property
    def id(self) -> str:
        """The id of the message, by which it is found after a crash."""
        ...


class OpsBoard(Protocol):
    """Shows notices in the chat. It fails as `Notifier` does."""

    def post(self, channel: str, notice: Notice) -> str:
        """Post a new message and return its ts. It carries the notice's id, so that `find` works."""
        ...

    def find(self, channel: str, notice: Notice) -> str | None:
        """The ts of the message that already shows the notice, where the bot may look, else None."""
        ...

    def edit(self, channel: str, ts: str, notice: Notice) -> bool:
        """Make the message show the notice as it is now; False if it is gone."""
        ...

    def note(self, channel: str, ts: str, notice: Notice) -> None:
        """Say in the message's thread what is new."""
        ...


@dataclass(frozen=True, slots=True)
class Ops:
    """What it takes to speak of alarms and of the bot itself.

    `channels` has a channel's id for `ops`; without it, that for `default` counts.
    """

    store: Store
    jobs: Jobs
    clock: Clock
    board: OpsBoard
    channels: Mapping[str, str]

    @property
    def places(self) -> tuple[str, ...]:
        """The channels to try, the best first. None at all if the configuration names none."""
        named = (self.channels.get("ops", ""), self.channels.get("default", ""))
        return tuple(dict.fromkeys(channel for channel in named if channel))


@dataclass(frozen=True, slots=True)
class Message:
    """Where a notice stands; empty before it is posted. `posting` is set before, and `ts` after."""

    channel: str = ""
    ts: str = ""
    posting: bool = False


NOWHERE = Message()


def show(
    ops: Ops, at: Message, notice: Notice, keep: Callable[[Message], None]
) -> tuple[Message, bool]:
    """Make the notice's message show it, and say where it stands and whether the message is new.

    One that people deleted is posted anew; one that was posted before a crash is found, if it may
    be. `keep` stores what would be lost in one. `ops` has a place at least; raises `ChannelError` if none
    takes it.
    """
    if at.ts:
        try:
            if ops.board.edit(at.channel, at.ts, notice):
                return at, False
        except ChannelError:
            pass  # its channel is closed by now
        at = NOWHERE
    if at.posting:
        ts = _found(ops, at.channel, notice)
        if ts is not None and ops.board.edit(at.channel, ts, notice):
            return replace(at, ts=ts, posting=False), True
    for channel in ops.places[:-1]:
        try:
            return _posted(ops, channel, notice, keep), True
        except ChannelError:
            continue
    return _posted(ops, ops.places[-1], notice, keep), True


def _found(ops: Ops, channel: str, notice: Notice) -> str | None:
    """The message that shows it already; None too where the bot may not look: twice is better than never."""
    try:
        return ops.board.find(channel, notice)
    except UnseenError:
        return None


def _posted(ops: Ops, channel: str, notice: Notice, keep: Callable[[Message], None]) -> Message:
    keep(Message(channel, posting=True))
    return Message(channel, ops.board.post(channel, notice))
