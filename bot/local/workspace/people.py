"""Who and where: people, channels and user groups of a workspace, and how Slack shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

SLACKBOT = "USLACKBOT"
"""Slack's own bot: it tells a person, and nobody else, that a command failed."""

BEGINNING = 1_600_000_000
"""When everything that was there from the start was made."""

USUAL_CHANNELS = {
    "siem": "C0SIEM",
    "alerts": "C0ALERTS",
    "random": "C0RANDOM",
    "shared-partner": "C0SHARED",
}
"""The channels of a workspace without a seed, and their ids."""


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace of Slack; one of them is ours, others share channels with it."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member of a workspace. `restricted` is a guest; `zone` is an IANA name.

    A bot has a `bot_id` and the `app_id` of the app that it belongs to.
    """

    id: str
    name: str
    zone: str
    team: str
    restricted: bool = False
    bot: bool = False
    deleted: bool = False
    away: bool = False
    email: str = ""
    real_name: str = ""
    bot_id: str = ""
    app_id: str = ""

    @property
    def dm(self) -> str:
        """The id of the direct message between this person and the app's bot."""
        return f"D{self.id[1:]}"


@dataclass(slots=True, eq=False)
class Channel:
    """A place for messages; `members` are ids. In a direct message they are a person and the bot."""

    id: str
    name: str
    members: list[str]
    shared: bool = False
    im: bool = False
    mpim: bool = False
    private: bool = False
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    created: int = BEGINNING
    pins: list[dict[str, Any]] = field(default_factory=list)
    """Of each pinned message its `ts`, and who pinned it when."""
    bookmarks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The word for it in scopes and events: channels, groups, im or mpim."""
        if self.im:
            return "im"
        if self.mpim:
            return "mpim"
        return "groups" if self.private else "channels"

    @property
    def type(self) -> str:
        """The word for it in `types` of conversations.list."""
        return {"channels": "public_channel", "groups": "private_channel"}.get(self.kind, self.kind)


def find_channel(text: str) -> Channel | None:
    """The channel of the workspace without a seed that has this id or name (with or without #)."""
    for name, key in USUAL_CHANNELS.items():
        if text in (key, name, f"#{name}"):
            return Channel(key, name, [])
    return None


@dataclass(slots=True)
class UserGroup:
    """People that are mentioned together, as `@handle`."""

    id: str
    handle: str
    name: str
    users: list[str]
    disabled: bool = False


def user_object(person: Somebody, now: datetime, home: str) -> dict[str, Any]:
    """What users.info says (https://docs.slack.dev/reference/objects/user-object).

    `home` is the team that asks: of others it sees strangers.
    """
    zone = ZoneInfo(person.zone)
    offset = now.astimezone(zone).utcoffset()
    shown = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.real_name or person.name,
        "deleted": person.deleted,
        "profile": profile_object(person),
        "is_bot": person.bot,
        "is_app_user": False,
        "updated": BEGINNING,
    }
    if person.deleted:
        return shown
    return shown | {
        "tz": person.zone,
        "tz_label": now.astimezone(zone).tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.restricted,
        "is_ultra_restricted": False,
        **({"is_stranger": True} if person.team != home else {}),
    }


def profile_object(person: Somebody) -> dict[str, Any]:
    """What users.profile.get says, without the e-mail address, which needs a scope of its own."""
    return {
        "display_name": person.name,
        "display_name_normalized": person.name,
        "real_name": person.real_name or person.name,
        "real_name_normalized": person.real_name or person.name,
        "status_text": "",
        "status_emoji": "",
        "team": person.team,
        **({"bot_id": person.bot_id, "api_app_id": person.app_id} if person.bot else {}),
    }


def group_object(group: UserGroup, team: str) -> dict[str, Any]:
    """What usergroups.list says (https://docs.slack.dev/reference/objects/usergroup-object)."""
    return {
        "id": group.id,
        "team_id": team,
        "is_usergroup": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": BEGINNING,
        "date_update": BEGINNING,
        "date_delete": BEGINNING if group.disabled else 0,
        "user_count": len(group.users),
    }
