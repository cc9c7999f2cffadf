"""All that one workspace consists of, in one place, so that its doors can share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.local.workspace.deliver import Deliveries
from bot.local.workspace.elements import Values
from bot.local.workspace.files import File, Files
from bot.local.workspace.journal import Journal, News
from bot.local.workspace.messages import Messages
from bot.local.workspace.people import Channel
from bot.local.workspace.tickets import Tickets
from bot.local.workspace.views import Views

PICKED = 1_000
"""Messages and views whose ticked boxes are remembered for a person."""


@dataclass(slots=True)
class Parts:
    """The state of the workspace. Only the event loop that serves it may touch it."""

    token: str
    app_token: str
    clock: Callable[[], datetime]
    messages: Messages
    tickets: Tickets
    deliveries: Deliveries
    journal: Journal
    news: News
    commands: list[dict[str, Any]]
    base_url: str = ""
    notice: str = ""
    views: Views = field(default_factory=Views)
    files: Files = field(default_factory=Files)
    keep_file: Callable[[File], None] = lambda _: None
    """Writes a file to where it survives a restart, if there is such a place."""
    picked: dict[tuple[str, ...], Values] = field(default_factory=dict)

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
