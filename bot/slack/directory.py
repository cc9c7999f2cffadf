"""Who asks and where, and who the bot itself is: what Slack says about them decides who may pass."""

from __future__ import annotations

import hashlib
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.app.answer import visible
from bot.app.ports import Clock, Person, Place, Store
from bot.errors import BotError
from bot.slack import words
from bot.slack.posting import once
from bot.slack.refusals import why
from bot.slack.remembered import (
    FRESH_TEAM,
    PEOPLE,
    PLACES,
    TEAMS,
    Acquaintance,
    Memory,
)

PATIENCE = 1
"""Seconds for one look-up. A command makes two as a rule, and must be acknowledged within three."""


class Directory:
    """Looks up people, channels and the bot. Safe to use from many threads.

    What is remembered belongs to one token: notes in the store are found by a hash of it.
    """

    def __init__(self, client: WebClient, store: Store, clock: Clock) -> None:
        """Use the token and address of `client`, with little patience and no second try."""
        self._client = once(client, PATIENCE)
        self._token = hashlib.sha256((client.token or "").encode()).hexdigest()[:16]
        self._teams = Memory(store, TEAMS, clock, FRESH_TEAM)
        self._people = Memory(store, PEOPLE, clock)
        self._places = Memory(store, PLACES, clock)

    def team(self, user: str) -> str:
        """The bot's own team, as `auth.test` says it and not what a payload claims.

        What is known about `user`, who is asked for next, tells it too. Raises `BotError` if Slack
        does not say: then nobody is let in.
        """
        known = self._people.recall(self._key(user))
        return known.team if known else self._teams.get(self._token, self._look_up_team)

    def person(self, user: str, team: str) -> Person:
        """The person; a member if they belong to `team` and are no guest, bot or former member.

        Raises `BotError` as `team` does.
        """
        return self._people.get(
            self._key(user), lambda: Acquaintance(self._look_up_person(user, team), team)
        ).person

    def place(self, channel: str) -> Place:
        """The channel, and whether the bot may post there; raises `BotError` as `team` does."""
        return self._places.get(self._key(channel), lambda: self._look_up_place(channel))

    def _key(self, ident: str) -> str:
        return f"{self._token}.{ident}"

    def _look_up_team(self) -> str:
        try:
            return str(self._client.auth_test()["team_id"] or "")
        except (SlackClientError, OSError) as error:
            raise BotError(words.unknown_bot(why(error))) from error

    def _look_up_person(self, user: str, team: str) -> Person:
        try:
            found: dict[str, Any] = self._client.users_info(user=user)["user"]
        except (SlackClientError, OSError) as error:
            raise BotError(words.unknown_person(why(error))) from error
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
            if why(error) == "channel_not_found":
                # A private channel without the bot, or a talk between others. An answer for one
                # person does no harm there; it cannot be shared.
                return Place(channel, joined=False, shared=False, known=False)
            raise BotError(words.unknown_place(why(error))) from error
        return Place(
            channel,
            joined=bool(found.get("is_member")) and not found.get("is_archived"),
            shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
        )
