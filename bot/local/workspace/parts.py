"""All that one workspace consists of, in one place, so that its doors can share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.local.workspace.clock import Alarms, Clock
from bot.local.workspace.deliver import Deliveries
from bot.local.workspace.directory import Directory
from bot.local.workspace.elements import Values
from bot.local.workspace.faults import Faults
from bot.local.workspace.files import File, Files
from bot.local.workspace.installation import Installation
from bot.local.workspace.journal import Journal, News
from bot.local.workspace.messages import Message, Messages
from bot.local.workspace.people import Channel
from bot.local.workspace.rates import Rates
from bot.local.workspace.scheduled import Scheduled
from bot.local.workspace.tickets import Tickets
from bot.local.workspace.views import Views

PICKED = 1_000
"""Messages and views whose ticked boxes are remembered for a person."""


@dataclass(slots=True)
class Parts:
    """The state of the workspace. Only the event loop that serves it may touch it."""

    directory: Directory
    clock: Clock
    messages: Messages
    tickets: Tickets
    deliveries: Deliveries
    journal: Journal
    views: Views
    alarms: Alarms
    rates: Rates
    faults: Faults
    base_url: str = ""
    notice: str = ""
    text_required: bool = True
    """Whether a message with blocks needs a text too."""
    news: News = field(default_factory=News)
    files: Files = field(default_factory=Files)
    scheduled: Scheduled = field(default_factory=Scheduled)
    keep_file: Callable[[File], None] = lambda _: None
    """Writes a file to where it survives a restart, or removes one that is gone."""
    picked: dict[tuple[str, ...], Values] = field(default_factory=dict)
    suggested: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=dict)
    """The options that the bot last gave a person for a menu of its own."""

    @property
    def app(self) -> Installation:
        """The one app that is installed."""
        return self.directory.app

    def own(self, message: Message) -> bool:
        """Whether the app's bot posted it, and so may edit it."""
        return message.body.get("bot_id") == self.app.bot_id

    def pick(self, place: tuple[str, ...], block_id: str, action_id: str, state: Any) -> None:
        """Remember what a person ticked or chose: only their own client shows it."""
        values = self.picked.setdefault(place, {})
        values.setdefault(block_id, {})[action_id] = state
        while len(self.picked) > PICKED:
            del self.picked[next(iter(self.picked))]

    def tell(
        self, kind: str, channel: Channel | None = None, to: str | None = None, **more: Any
    ) -> None:
        """News for the pages: of one person, of a channel's people, or of everybody."""
        if to is None and channel is not None and channel.im:
            to = channel.members[0]
        where = {"channel": channel.id} if channel is not None else {}
        self.news.tell({"kind": kind, **where, **more}, to)
