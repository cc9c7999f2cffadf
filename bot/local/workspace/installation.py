"""The app as it is installed: who its bot is, its tokens, what it was granted and asked to hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

USUAL_SCOPES = (
    *("commands", "chat:write", "app_mentions:read", "files:write"),
    *("channels:read", "groups:read", "im:read", "mpim:read", "im:write"),
    *("channels:history", "groups:history", "im:history"),
    *("users:read", "users:read.email", "usergroups:read"),
)
"""What the bot is granted where nothing else is said: all of the manifest's (`bot/slack/manifest.py`)
but `chat:write.public`, which is optional there: without it, `not_in_channel` is seen; and more that
a bot which is mentioned and knows people by e-mail or group needs.
"""

USUAL_EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "tokens_revoked")

EVENT_SCOPES: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_created": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "file_shared": "files:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "app_home_opened": "",
    "app_uninstalled": "",
    "tokens_revoked": "",
}
"""The events that are sent here and what they need (https://docs.slack.dev/reference/events)."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A row of the app's shortcuts; `message` ones stand in a message's menu."""

    callback_id: str
    name: str
    message: bool = False


@dataclass(slots=True)
class Addresses:
    """Where an app without Socket Mode is reached; what is empty goes to `all`."""

    all: str = ""
    commands: str = ""
    interactivity: str = ""
    options: str = ""
    events: str = ""

    def of(self, kind: str) -> str:
        """The address for a kind of delivery."""
        own = {
            "command": self.commands,
            "ssl_check": self.commands,
            "block_suggestion": self.options,
            "event": self.events,
            "url_verification": self.events,
        }
        return own.get(kind, self.interactivity) or self.all


@dataclass(slots=True)
class Installation:
    """The one app of the workspace. `state` is active, revoked (its token) or inactive."""

    app_id: str
    bot_id: str
    bot_user: str
    name: str
    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    scopes: tuple[str, ...] = USUAL_SCOPES
    app_scopes: tuple[str, ...] = ("connections:write",)
    events: tuple[str, ...] = USUAL_EVENTS
    commands: list[dict[str, Any]] = field(default_factory=list)
    shortcuts: tuple[Shortcut, ...] = ()
    addresses: Addresses = field(default_factory=Addresses)
    state: str = "active"

    def hears(self, event: str) -> bool:
        """Whether events of this name are sent: it is subscribed and has the scope."""
        scope = EVENT_SCOPES[event]
        return event in self.events and (not scope or scope in self.scopes)
