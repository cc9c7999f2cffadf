"""All people and places of one workspace, and the app in it; found by id or name."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.local.workspace.installation import Installation
from bot.local.workspace.people import USUAL_CHANNELS, Channel, Somebody, Team, UserGroup


@dataclass(slots=True)
class Directory:
    """Who and what there is. `keep` is told of each channel that is new or changed."""

    team: Team
    app: Installation
    others: dict[str, Team] = field(default_factory=dict)
    """Other workspaces, by id."""
    people: dict[str, Somebody] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    keep: Callable[[Channel], None] = lambda _: None

    @property
    def bot(self) -> Somebody:
        """The app's own bot."""
        return self.people[self.app.bot_user]

    @property
    def humans(self) -> list[Somebody]:
        """Everybody who can act."""
        return [each for each in self.people.values() if not each.bot and not each.deleted]

    def team_of(self, person: Somebody) -> Team:
        """The workspace that a person belongs to."""
        return self.others.get(person.team, self.team)

    def person(self, text: str) -> Somebody | None:
        """The person or bot of this id or name (with or without @)."""
        if text in self.people:
            return self.people[text]
        name = text.removeprefix("@")
        return next((each for each in self.people.values() if each.name == name), None)

    def channel(self, text: str) -> Channel | None:
        """The channel of this id or name (with or without #). A direct message has only its id."""
        if text in self.channels:
            return self.channels[text]
        name = text.removeprefix("#")
        named = (each for each in self.channels.values() if each.name == name and not each.im)
        return next(named, None)

    def group(self, handle: str) -> UserGroup | None:
        """The user group of this handle (without @)."""
        return next((each for each in self.groups.values() if each.handle == handle), None)

    def joined(self, channel: Channel) -> bool:
        """Whether the app's bot is a member."""
        return self.app.bot_user in channel.members

    def direct_message(self, person: Somebody) -> Channel:
        """Where the bot and this person talk alone; made if it is not there yet."""
        if person.dm not in self.channels:
            members = [person.id, self.app.bot_user]
            self.add(Channel(person.dm, self.app.name, members, im=True))
        return self.channels[person.dm]

    def group_message(self, users: Iterable[str], created: int) -> Channel:
        """Where the bot and several people talk; made if it is not there yet."""
        members = [*dict.fromkeys(users), self.app.bot_user]
        for channel in self.channels.values():
            if channel.mpim and {*channel.members} == {*members}:
                return channel
        names = "--".join(self.people[each].name for each in members)
        return self.add(
            Channel(
                new_id("G"), f"mpdm-{names}-1", members,
                mpim=True, private=True, creator=self.app.bot_user, created=created,
            )
        )  # fmt: skip

    def add(self, channel: Channel) -> Channel:
        """There is a new channel."""
        self.channels[channel.id] = channel
        self.keep(channel)
        return channel

    def seen_by(self, person: Somebody) -> list[Channel]:
        """The channels that this person is in, as the rail of Slack lists them."""
        return [each for each in self.channels.values() if person.id in each.members]

    def channel_object(self, channel: Channel) -> dict[str, Any]:
        """What conversations.info says.

        https://docs.slack.dev/reference/objects/conversation-object
        """
        common = {
            "id": channel.id,
            "created": channel.created,
            "is_im": channel.im,
            "is_mpim": channel.mpim,
            "is_archived": channel.archived,
            "is_org_shared": False,
            "context_team_id": self.team.id,
        }
        if channel.im:
            gone = self.people[channel.members[0]].deleted
            return common | {
                "user": channel.members[0],
                "is_user_deleted": gone,
                "is_open": True,
            }
        teams = {self.people[each].team for each in channel.members} if channel.shared else set()
        return common | {
            "name": channel.name,
            "name_normalized": channel.name,
            "is_channel": channel.kind == "channels",
            "is_group": channel.kind == "groups",
            "is_private": channel.private,
            "is_general": channel.name == "general",
            "is_member": self.joined(channel),
            "is_shared": channel.shared,
            "is_ext_shared": channel.shared,
            "is_pending_ext_shared": False,
            "shared_team_ids": [self.team.id, *sorted(teams - {self.team.id})],
            "creator": channel.creator,
            "topic": _said(channel.topic, channel),
            "purpose": _said(channel.purpose, channel),
            "num_members": len(channel.members),
        }


def _said(value: str, channel: Channel) -> dict[str, Any]:
    return {
        "value": value,
        "creator": channel.creator if value else "",
        "last_set": channel.created if value else 0,
    }


def new_id(letter: str) -> str:
    """An id as Slack makes them."""
    return f"{letter}0{secrets.token_hex(4).upper()}"


USAGE = "[RULE arguments window | alerts | status | digest | list | show RULE | help]"


def usual() -> Directory:
    """The workspace without a seed: four people, four channels, one bot."""
    team, partner = Team("T0LOCAL", "Local workspace", "local"), "T0PARTNER01"
    app = Installation("A0SIEM", "B0SIEM", "U0SIEMBOT", "siem")
    app.commands.append(
        {
            "command": "/siem",
            "usage_hint": USAGE,
            "description": "Ask the logs with a rule, or list and show the rules",
            "should_escape": True,
        }
    )
    people = (
        Somebody(
            "U0RESPONDER1", "responder-1", "Europe/Berlin", team.id, email="responder-1@example.com"
        ),
        Somebody(
            "U0RESPONDER2",
            "responder-2",
            "America/New_York",
            team.id,
            email="responder-2@example.com",
        ),
        Somebody("U0GUEST001", "guest-1", "UTC", team.id, True, email="guest-1@example.com"),
        Somebody("U0PARTNER1", "partner-1", "UTC", partner, email="partner-1@example.org"),
        Somebody(
            app.bot_user, app.name, "UTC", team.id, bot=True, bot_id=app.bot_id, app_id=app.app_id
        ),
    )
    directory = Directory(
        team,
        app,
        others={partner: Team(partner, "Partner", "partner")},
        people={each.id: each for each in people},
    )
    ours = [each.id for each in people if each.team == team.id and not each.bot]
    members = {
        "siem": [*ours, app.bot_user],
        "alerts": [*ours, app.bot_user],
        "random": ours,
        "shared-partner": [*ours, "U0PARTNER1", app.bot_user],
    }
    for name, key in USUAL_CHANNELS.items():
        shared = name == "shared-partner"
        directory.add(Channel(key, name, [*members[name]], shared, creator=ours[0]))
    for person in directory.humans:
        directory.direct_message(person)
    return directory
