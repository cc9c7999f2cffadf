"""The Slack app as a manifest: what it may do, and where Slack reaches it.

Form and limits: docs.slack.dev/reference/app-manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.errors import BotError
from bot.query.errors import quoted
from bot.slack import words

_LONGEST_URL = 3_000


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope of the bot's token: what it is for and, where the bot works without it, what is lost."""

    name: str
    why: str
    without: str = ""

    @property
    def optional(self) -> bool:
        """Whether an administrator may leave it out."""
        return bool(self.without)


SCOPES = (
    Scope("commands", "the slash command"),
    Scope("chat:write", "answers, alerts, digests"),
    Scope("channels:read", "who reads a public channel: is it shared with another organisation"),
    Scope("groups:read", "the same of private channels that the bot is in"),
    Scope("im:read", "the same of direct messages with the bot"),
    Scope("mpim:read", "the same of group messages that the bot is in"),
    Scope("users:read", "who asks: a member or a guest, and their time zone"),
    Scope("im:write", "what only one person may see, where the channel takes nothing"),
    Scope(
        "chat:write.public",
        "answers and alerts in public channels that the bot was not invited to",
        "the bot must be invited to every channel where it is to post",
    ),
    Scope("files:write", "all rows as a CSV file", "*As CSV* says that the scope is missing"),
    Scope(
        "channels:history",
        "after a crash, whether a message was posted in a public channel",
        "a crash in the middle of posting can leave a message twice",
    ),
    Scope(
        "groups:history",
        "the same in private channels",
        "the same, in private channels",
    ),
    Scope("im:history", "the same in direct messages", "the same, in direct messages"),
)
"""What the bot calls, and what Slack wants for it (the pages of the methods). What is optional can
be taken out of `bot` and `bot_optional` of the manifest before it is installed."""

APP_SCOPE = "connections:write"
"""The scope of the app-level token, which Socket Mode needs."""


def manifest(url: str | None, name: str = "siem") -> dict[str, Any]:
    """The manifest as Slack takes it. `url` is where Slack posts to; without one, Socket Mode.

    `name` is what people see. Raises `BotError` for an address that Slack would refuse.
    """
    if not 1 <= len(name) <= 35:
        raise BotError("The app's name has 1 to 35 characters.")
    if url is not None:
        _check(url)
    command = {
        "command": words.COMMAND,
        "description": "Ask the logs, and take alerts to a verdict",
        "usage_hint": words.USAGE_HINT,
        # Mentions and links arrive marked, so that they can be told from typed text.
        "should_escape": True,
    }
    interactivity: dict[str, Any] = {"is_enabled": True}
    if url is not None:
        command["url"] = url
        interactivity["request_url"] = url
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": "Answers questions about logs, and posts alerts with a plan for triage.",
            "background_color": "#1d1c1d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {
            "scopes": {
                "bot": [scope.name for scope in SCOPES],
                "bot_optional": [scope.name for scope in SCOPES if scope.optional],
            }
        },
        "settings": {
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number
        good = False
    if not good or len(url) > _LONGEST_URL or not url.isascii() or " " in url:
        raise BotError(
            f"Slack cannot post to {quoted(url[:100])}: give the address of the deployed function, "
            "https://…, or leave --url out for Socket Mode."
        )
