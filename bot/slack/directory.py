"""Who asks and where: what Slack says about people and channels, remembered for a few minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.app.answer import visible
from bot.app.ports import Clock, Person, Place
from bot.errors import BotError
from bot.slack import words

REMEMBERED = timedelta(minutes=5)
"""How long a person who became a guest, or a channel that was shared, may still pass."""

PATIENCE = 1
"""Seconds for one look-up. A command makes two at most, and must be acknowledged within three."""

_MOST = 2_000

_Found = TypeVar("_Found")


class Directory:
    """Looks up people and channels. Safe to use from many threads: at worst one is asked twice."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        """Use the token and address of `client`, with little patience and no second try."""
        self._client = WebClient(
            token=client.token,
            base_url=client.base_url,
            timeout=PATIENCE,
            ssl=client.ssl,
            proxy=client.proxy,
            retry_handlers=[],
        )
        self._people: _Memory[Person] = _Memory(clock)
        self._places: _Memory[Place] = _Memory(clock)

    def person(self, user: str, team: str) -> Person:
        """The person; a member if they belong to `team` and are no guest, bot or former member.

        Raises `BotError` if Slack does not say: then nobody is let in.
        """
        return self._people.get(user, lambda: self._look_up_person(user, team))

    def place(self, channel: str) -> Place:
        """The channel, and whether the bot may post there; raises `BotError` as `person` does."""
        return self._places.get(channel, lambda: self._look_up_place(channel))

    def _look_up_person(self, user: str, team: str) -> Person:
        try:
            found: dict[str, Any] = self._client.users_info(user=user)["user"]
        except (SlackClientError, OSError) as error:
            raise BotError(words.unknown_person(_why(error))) from error
        barred = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
        profile = found.get("profile") or {}
        return Person(
            id=user,
            name=visible(profile.get("display_name") or found.get("name") or user),
            zone=found.get("tz") or "UTC",
            member=found.get("team_id") == team and not any(found.get(flag) for flag in barred),
        )

    def _look_up_place(self, channel: str) -> Place:
        try:
            found: dict[str, Any] = self._client.conversations_info(channel=channel)["channel"]
        except (SlackClientError, OSError) as error:
            if _why(error) == "channel_not_found":
                # A private channel without the bot, or a talk between others. An answer for one
                # person does no harm there; it cannot be shared.
                return Place(channel, joined=False, shared=False, known=False)
            raise BotError(words.unknown_place(_why(error))) from error
        return Place(
            channel,
            joined=bool(found.get("is_member")) and not found.get("is_archived"),
            shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
        )


class _Memory(Generic[_Found]):
    """What was found lately, by id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[datetime, _Found]] = {}

    def get(self, key: str, look_up: Callable[[], _Found]) -> _Found:
        now = self._clock()
        known = self._known.get(key)
        if known is not None and now - known[0] < REMEMBERED:
            return known[1]
        found = look_up()
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (now, found)
        return found


def _why(error: Exception) -> str:
    """Slack's own word for what went wrong, or the kind of failure."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", "an unknown error"))
    return type(error).__name__
