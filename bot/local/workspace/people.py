"""Who and where: the people, the channels and the bot of the local workspace, as Slack shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

TEAM = "T0LOCAL"
PARTNER_TEAM = "T0PARTNER01"
TEAM_NAME = "Local workspace"
TEAM_DOMAIN = "local"

BOT_ID = "B0SIEM"
BOT_USER = "U0SIEMBOT"
BOT_NAME = "siem"
APP_ID = "A0SIEM"

SLACKBOT = "USLACKBOT"
"""Slack's own bot: it tells a person, and nobody else, that a command failed."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member of a workspace. `restricted` is a guest; `zone` is an IANA name."""

    id: str
    name: str
    zone: str
    team: str = TEAM
    restricted: bool = False
    bot: bool = False

    @property
    def dm(self) -> str:
        """The id of the direct message between this person and the bot."""
        return f"D{self.id[1:]}"


@dataclass(frozen=True, slots=True)
class Channel:
    """A place for messages; `members` are ids. In a direct message they are a person and the bot."""

    id: str
    name: str
    members: tuple[str, ...]
    shared: bool = False
    im: bool = False

    @property
    def joined(self) -> bool:
        """Whether the bot is a member, and so may post."""
        return BOT_USER in self.members


PEOPLE = (
    Somebody("U0RESPONDER1", "responder-1", "Europe/Berlin"),
    Somebody("U0RESPONDER2", "responder-2", "America/New_York"),
    Somebody("U0GUEST001", "guest-1", "UTC", restricted=True),
    Somebody("U0PARTNER1", "partner-1", "UTC", team=PARTNER_TEAM),
)
BOT = Somebody(BOT_USER, BOT_NAME, "UTC", bot=True)

_OURS = tuple(person.id for person in PEOPLE if person.team == TEAM)

CHANNELS = (
    Channel("C0SIEM", "siem", (*_OURS, BOT_USER)),
    Channel("C0ALERTS", "alerts", (*_OURS, BOT_USER)),
    Channel("C0RANDOM", "random", _OURS),
    Channel("C0SHARED", "shared-partner", (*_OURS, "U0PARTNER1", BOT_USER), shared=True),
    *(Channel(person.dm, BOT_NAME, (person.id, BOT_USER), im=True) for person in PEOPLE),
)

_PEOPLE = {key: somebody for somebody in (*PEOPLE, BOT) for key in (somebody.id, somebody.name)}
_BY_ID = {channel.id: channel for channel in CHANNELS}
_BY_NAME = {channel.name: channel for channel in CHANNELS if not channel.im}


def find_person(text: str) -> Somebody | None:
    """The person or bot of this id or name (with or without @)."""
    return _PEOPLE.get(text.removeprefix("@"))


def find_channel(text: str) -> Channel | None:
    """The channel of this id or name (with or without #). A direct message has only its id."""
    return _BY_ID.get(text) or _BY_NAME.get(text.removeprefix("#"))


def direct_message(person: Somebody) -> Channel:
    """Where the bot and this person talk alone."""
    return _BY_ID[person.dm]


def user_object(person: Somebody, now: datetime) -> dict[str, Any]:
    """What users.info says (https://docs.slack.dev/reference/objects/user-object)."""
    zone = ZoneInfo(person.zone)
    offset = now.astimezone(zone).utcoffset()
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.name,
        "deleted": False,
        "tz": person.zone,
        "tz_label": now.astimezone(zone).tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {
            "display_name": person.name,
            "real_name": person.name,
            "team": person.team,
            **({"bot_id": BOT_ID, "api_app_id": APP_ID} if person.bot else {}),
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.restricted,
        "is_ultra_restricted": False,
        "is_bot": person.bot,
        "is_app_user": False,
        **({"is_stranger": True} if person.team != TEAM else {}),
        "updated": 1_600_000_000,
    }


def channel_object(channel: Channel) -> dict[str, Any]:
    """What conversations.info says (https://docs.slack.dev/reference/objects/conversation-object)."""
    common = {
        "id": channel.id,
        "created": 1_600_000_000,
        "is_im": channel.im,
        "is_mpim": False,
        "is_archived": False,
        "is_org_shared": False,
        "context_team_id": TEAM,
    }
    if channel.im:
        return common | {"user": channel.members[0], "is_user_deleted": False, "is_open": True}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_private": False,
        "is_general": False,
        "is_member": channel.joined,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_pending_ext_shared": False,
        "shared_team_ids": [TEAM, PARTNER_TEAM] if channel.shared else [TEAM],
        "creator": PEOPLE[0].id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }
