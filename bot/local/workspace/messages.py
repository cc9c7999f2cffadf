"""The messages of the workspace: time stamps, threads, edits, and what each person can see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.local.workspace.people import SLACKBOT
from bot.local.workspace.pings import pings_of

EPHEMERALS = 200
"""Messages only one person sees, kept per person and channel. Slack forgets them on a reload."""


@dataclass(slots=True, eq=False)
class Message:
    """One message. `body` is Slack's own shape; `to` is set where only one person sees it."""

    channel: str
    ts: str
    body: dict[str, Any]
    to: str | None = None
    thread: str | None = None
    replies: list[Message] = field(default_factory=list)
    json: str | None = None
    """The message as text for whoever looks at the channel, made once after each change."""

    @property
    def in_channel(self) -> bool:
        """Whether it stands in the channel itself: a parent, or a reply that was broadcast."""
        return self.thread is None or self.body.get("subtype") == "thread_broadcast"

    def as_slack(self) -> dict[str, Any]:
        """The message as conversations.history and block_actions show it."""
        shown = {**self.body, "ts": self.ts}
        if self.thread is not None:
            shown["thread_ts"] = self.thread
        elif self.replies:
            writers = dict.fromkeys(str(reply.body.get("user")) for reply in self.replies)
            shown |= {
                "thread_ts": self.ts,
                "reply_count": len(self.replies),
                "reply_users": list(writers),
                "reply_users_count": len(writers),
                "latest_reply": self.replies[-1].ts,
            }
        return shown

    def as_json(self) -> str:
        """The message as the workspace page and the tests see it."""
        if self.json is None:
            extra = {
                "channel": self.channel,
                "ephemeral": self.to is not None,
                "pings": list(pings_of(self.body)),
            }
            self.json = json.dumps({"reply_count": 0} | self.as_slack() | extra)
        return self.json


@dataclass(slots=True)
class Messages:
    """All messages. `changed` is told of each that is new, edited or gone."""

    clock: Callable[[], datetime]
    changed: Callable[[Message], None]
    public: dict[str, dict[str, Message]] = field(default_factory=dict)
    private: dict[tuple[str, str], dict[str, Message]] = field(default_factory=dict)
    read: dict[tuple[str, str], str] = field(default_factory=dict)
    last: int = 0

    def next_ts(self) -> str:
        """A time stamp after all others: seconds and microseconds, which Slack uses as the id."""
        self.last = max(int(self.clock().timestamp() * 1_000_000), self.last + 1)
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"

    def post(
        self, channel: str, body: dict[str, Any], to: str | None = None, thread: str | None = None
    ) -> Message:
        """Add a message; `thread` is the time stamp of its parent, which exists."""
        message = Message(channel, self.next_ts(), {"type": "message"} | body, to, thread)
        self._add(message)
        self.changed(message)
        return message

    def restore(self, channel: str, ts: str, thread: str | None, body: dict[str, Any]) -> None:
        """Put back a message of an earlier run; oldest first."""
        self._add(Message(channel, ts, body, None, thread))
        self.last = max(self.last, int(ts.replace(".", "")))

    def _add(self, message: Message) -> None:
        if message.to is not None:
            kept = self.private.setdefault((message.channel, message.to), {})
            kept[message.ts] = message
            while len(kept) > EPHEMERALS:
                del kept[next(iter(kept))]
            return
        self.public.setdefault(message.channel, {})[message.ts] = message
        parent = self.find(message.channel, message.thread) if message.thread else None
        if parent is not None:
            parent.replies.append(message)
            parent.json = None

    def change(self, message: Message, body: dict[str, Any]) -> None:
        """Give the message another body."""
        message.body, message.json = {"type": "message"} | body, None
        self.changed(message)

    def delete(self, message: Message) -> None:
        """Remove it. A parent with replies stays as a mark that something was there, as in Slack."""
        if message.replies:
            body = {"subtype": "tombstone", "user": SLACKBOT, "text": "This message was deleted."}
            self.change(message, body)
            return
        if message.to is not None:
            self.private[message.channel, message.to].pop(message.ts, None)
        else:
            del self.public[message.channel][message.ts]
            parent = self.find(message.channel, message.thread) if message.thread else None
            if parent is not None:
                parent.replies.remove(message)
                parent.json = None
        message.body = {}
        self.changed(message)

    def find(self, channel: str, ts: str) -> Message | None:
        """A message that everybody in the channel sees."""
        return self.public.get(channel, {}).get(ts)

    def find_for(self, channel: str, ts: str, user: str) -> Message | None:
        """A message that this person sees."""
        return self.find(channel, ts) or self.private.get((channel, user), {}).get(ts)

    def in_channel(self, channel: str) -> list[Message]:
        """What conversations.history lists, oldest first."""
        return [message for message in self.public.get(channel, {}).values() if message.in_channel]

    def seen(self, channel: str, user: str, thread: str | None = None) -> list[Message]:
        """What this person sees in the channel or in a thread (its parent first), oldest first."""
        mine = self.private.get((channel, user), {}).values()
        if thread is None:
            return _in_order([*self.in_channel(channel), *(m for m in mine if m.thread is None)])
        parent = self.find(channel, thread)
        if parent is None:
            return []
        own = (message for message in mine if message.thread == thread)
        return [parent, *_in_order([*parent.replies, *own])]

    def mark_read(self, channel: str, user: str) -> None:
        """This person has looked at the channel."""
        seen = self.seen(channel, user)
        if seen:
            self.read[channel, user] = seen[-1].ts

    def unread(self, channel: str, user: str) -> int:
        """How many messages of others came since this person looked."""
        since = self.read.get((channel, user), "")
        count = 0
        for message in reversed(self.seen(channel, user)):
            if message.ts <= since:
                break
            count += message.body.get("user") != user
        return count


def _in_order(messages: Iterable[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: message.ts)


def written_by(user: str, text: str, **more: Any) -> dict[str, Any]:
    """The body of a message that a person wrote."""
    return {"user": user, "text": text, **more}


def from_slackbot(text: str) -> dict[str, Any]:
    """The body of a message from Slack itself."""
    return {"user": SLACKBOT, "username": "Slackbot", "text": text}
