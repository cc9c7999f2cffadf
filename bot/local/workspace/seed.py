"""Reads what a workspace starts with: a YAML or JSON file with its team, people, channels and app."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BotError
from bot.local.workspace.directory import Directory, usual
from bot.local.workspace.installation import (
    EVENT_SCOPES,
    USUAL_EVENTS,
    USUAL_SCOPES,
    Installation,
    Shortcut,
)
from bot.local.workspace.people import Channel, Somebody, Team, UserGroup
from bot.local.workspace.seed_keys import (
    APP,
    APP_TOKEN,
    BOT_TOKEN,
    CHANNEL,
    COMMAND,
    GROUP,
    MESSAGE,
    RATES,
    REPLY,
    SEED,
    SHORTCUT,
    SIGNING_SECRET,
    TEAM,
    USER,
)
from bot.query.errors import quoted
from bot.rules.fault import Faults, listed
from bot.rules.section import Section
from bot.rules.yaml_reader import read_yaml

_NAME, _NAME_SHAPE = r"[\w][\w.-]{0,79}", "a name of letters, digits, `-`, `_` and `.`"
_CHANNEL, _CHANNEL_SHAPE = r"[^\W_A-Z][\w-]{0,79}", "a channel's name: small letters, digits, `-`"
_SCOPE, _SCOPE_SHAPE = r"[a-z_.]+(:[a-z_.]+)?", "a scope, such as chat:write"
_URL, _URL_SHAPE = (
    r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/?.*",
    "a loopback address, http://127.0.0.1:3000/slack/events",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A message that is there from the start, with its replies."""

    channel: str
    user: str
    text: str
    replies: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Seed:
    """What a workspace starts with."""

    directory: Directory
    socket_mode: bool | None = None
    rates: bool = True
    burst: int = 1
    require_text: bool = False
    messages: list[Line] = field(default_factory=list)


def usual_seed() -> Seed:
    """The workspace without a seed."""
    directory = usual()
    _tokens(directory.app)
    return Seed(directory)


def read_seed(path: str, text: str) -> Seed:
    """The workspace that `text` describes; `path` is for messages. `BotError` holds all its faults."""
    faults = Faults(path)
    tree = read_yaml(text, faults)
    seed = usual_seed()
    if tree is not None:
        seed = _read(Section(tree, "", SEED, faults))
    if faults.found:
        raise BotError(
            "\n".join(str(fault) for fault in sorted(faults.found, key=lambda f: f.line))
        )
    return seed


def _read(section: Section) -> Seed:
    team = Team("T0LOCAL", "Local workspace", "local")
    given = section.section("team", TEAM)
    if given is not None:
        team = _team(given, team)
    others = [_team(each, Team("", "", "")) for each in section.sections("other_teams", TEAM)]
    app, socket_mode = _app(section)
    directory = Directory(team, app, {each.id: each for each in others})
    _people(section, directory)
    _channels(section, directory)
    _groups(section, directory)
    for person in directory.humans:
        directory.direct_message(person)
    seed = Seed(directory, socket_mode, require_text=section.flag("require_text"))
    rates = section.section("rate_limits", RATES)
    if rates is not None:
        seed.rates = rates.flag("on") if rates.has("on") else True
        seed.burst = rates.number("burst", 1, 1000) or 1
    seed.messages = _messages(section, directory)
    return seed


def _team(section: Section, otherwise: Team) -> Team:
    key = section.text("id", r"T[A-Z0-9]{2,20}", "a team's id, such as T0PARTNER") or otherwise.id
    name = section.text("name") or otherwise.name or key
    if not key and not section.has("id"):
        section.fault("id", "The key `id` is missing.", "Add it, such as T0PARTNER.")
    return Team(key, name, section.text("domain", _NAME, _NAME_SHAPE) or name.lower())


def made_id(letter: str, name: str) -> str:
    """The id that a name gets where none is given: `responder-1` is U0RESPONDER1."""
    return f"{letter}0{re.sub(r'[^A-Z0-9]', '', name.upper())}"


def _id(section: Section, letter: str, name: str) -> str:
    shape = f"an id such as {made_id(letter, name)}"
    return section.text("id", rf"[{letter}][A-Z0-9]{{2,40}}", shape) or made_id(letter, name)


def _people(section: Section, directory: Directory) -> None:
    app = directory.app
    for each in section.sections("users", USER):
        name = each.text("name", _NAME, _NAME_SHAPE)
        key = _id(each, "U", name)
        team = each.text("team") or directory.team.id
        zone = each.text("zone") or "UTC"
        if team != directory.team.id and team not in directory.others:
            each.fault("team", f"There is no team {quoted(team)}.", "Add it to `other_teams`.")
        if not _is_zone(zone):
            each.fault("zone", f"{quoted(zone)} is no time zone.", "Such as Europe/Berlin or UTC.")
            continue
        if key in directory.people or directory.person(name) is not None:
            each.fault("name", f"{quoted(name)} is there twice, by name or id.", "Choose another.")
        bot = each.flag("bot")
        directory.people[key] = Somebody(
            key, name, zone, team,
            restricted=each.flag("guest"), bot=bot, deleted=each.flag("deactivated"),
            away=each.flag("away"), email=each.text("email"), real_name=each.text("real_name"),
            bot_id=made_id("B", name) if bot else "", app_id=made_id("A", name) if bot else "",
        )  # fmt: skip
    if app.bot_user in directory.people or directory.person(app.name) is not None:
        section.fault("users", f"{quoted(app.name)} is the app's own bot.", "Choose another name.")
    directory.people[app.bot_user] = Somebody(
        app.bot_user, app.name, "UTC", directory.team.id,
        bot=True, bot_id=app.bot_id, app_id=app.app_id,
    )  # fmt: skip
    if not directory.humans and not section.faults.found:
        section.fault("users", "There is nobody who can act.", "Add a user.")


def _is_zone(name: str) -> bool:
    try:
        return ZoneInfo(name).key == name
    except (KeyError, OSError, ValueError):  # ZoneInfo raises any of them for what is no zone
        return False


def _members(section: Section, name: str, directory: Directory) -> list[str]:
    found = []
    for each in section.texts(name):
        person = directory.person(each)
        if person is None:
            names = listed(person.name for person in directory.people.values())
            section.fault(name, f"There is no user {quoted(each)}.", f"There are {names}.")
        else:
            found.append(person.id)
    return found


def _channels(section: Section, directory: Directory) -> None:
    ours = [
        each.id
        for each in directory.people.values()
        if each.team == directory.team.id and not each.deleted
    ]
    for each in section.sections("channels", CHANNEL):
        name = each.text("name", _CHANNEL, _CHANNEL_SHAPE)
        key = _id(each, "CG", name) if each.has("id") else made_id("C", name)
        members = _members(each, "members", directory) if each.has("members") else [*ours]
        if key in directory.channels or directory.channel(name) is not None:
            each.fault("name", f"#{name} is there twice, by name or id.", "Choose another.")
        directory.channels[key] = Channel(
            key, name, members,
            shared=each.flag("shared"), private=each.flag("private"),
            archived=each.flag("archived"), topic=each.text("topic"), purpose=each.text("purpose"),
            creator=members[0] if members else "",
        )  # fmt: skip


def _groups(section: Section, directory: Directory) -> None:
    for each in section.sections("user_groups", GROUP):
        handle = each.text("handle", _NAME, _NAME_SHAPE)
        key = _id(each, "S", handle)
        users = _members(each, "users", directory)
        name = each.text("name") or handle
        directory.groups[key] = UserGroup(key, handle, name, users, each.flag("disabled"))


def _tokens(app: Installation) -> None:
    app.bot_token = app.bot_token or BOT_TOKEN
    app.app_token = app.app_token or APP_TOKEN
    app.signing_secret = app.signing_secret or SIGNING_SECRET


def _app(section: Section) -> tuple[Installation, bool | None]:
    given = section.section("app", APP)
    if given is None:
        app = usual().app
        _tokens(app)
        return app, None
    name = given.text("name", _NAME, _NAME_SHAPE) or "siem"
    app = Installation(
        given.text("id", r"A[A-Z0-9]{2,40}", "an app's id, such as A0SIEM") or made_id("A", name),
        given.text("bot_id", r"B[A-Z0-9]{2,40}", "a bot's id, B0SIEM") or made_id("B", name),
        given.text("bot_user", r"U[A-Z0-9]{2,40}", "U0SIEMBOT") or made_id("U", f"{name}bot"),
        name,
        given.text("bot_token", r"xoxb-\S+", "a bot's token, xoxb-…"),
        given.text("app_token", r"xapp-\S+", "an app-level token, xapp-…"),
        given.text("signing_secret"),
        given.texts("scopes", _SCOPE, _SCOPE_SHAPE) if given.has("scopes") else USUAL_SCOPES,
        events=_events(given),
        commands=[_command(each) for each in given.sections("commands", COMMAND)],
        shortcuts=tuple(_shortcut(each) for each in given.sections("shortcuts", SHORTCUT)),
    )
    _tokens(app)
    if given.has("app_scopes"):
        app.app_scopes = given.texts("app_scopes", _SCOPE, _SCOPE_SHAPE)
    for name in ("command", "interactivity", "options", "events"):
        field_name = "commands" if name == "command" else name
        setattr(app.addresses, field_name, given.text(f"{name}_url", _URL, _URL_SHAPE))
    app.addresses.all = given.text("request_url", _URL, _URL_SHAPE)
    return app, given.flag("socket_mode") if given.has("socket_mode") else None


def _events(section: Section) -> tuple[str, ...]:
    if not section.has("events"):
        return USUAL_EVENTS
    wanted = section.texts("events")
    for each in wanted:
        if each not in EVENT_SCOPES:
            fix = f"Events that are sent here are {listed(sorted(EVENT_SCOPES))}."
            section.fault("events", f"{quoted(each)} is never sent here.", fix)
    return wanted


def _command(section: Section) -> dict[str, Any]:
    shape = "a command of at most 32 characters, such as /siem"
    return {
        "command": section.text("command", r"/[\w-]{1,31}", shape),
        "description": section.text("description"),
        "usage_hint": section.text("usage_hint", longest=1000),
        "should_escape": section.flag("should_escape"),
        **({"examples": [*section.texts("examples")]} if section.has("examples") else {}),
    }


def _shortcut(section: Section) -> Shortcut:
    key = section.text("callback_id", longest=255)
    message = section.choice("type", ("global", "message"), "global") == "message"
    return Shortcut(key, section.text("name", longest=24) or key, message)


def _messages(section: Section, directory: Directory) -> list[Line]:
    lines = []
    for each in section.sections("messages", MESSAGE):
        named = each.text("channel")
        channel = directory.channel(named)
        if channel is None and named:
            each.fault("channel", f"There is no channel {quoted(named)}.", "Add it to `channels`.")
        user, text = _said(each, directory)
        replies = tuple(_said(reply, directory) for reply in each.sections("replies", REPLY))
        lines.append(Line(channel.id if channel else "", user, text, replies))
    return lines


def _said(section: Section, directory: Directory) -> tuple[str, str]:
    named = section.text("user")
    person = directory.person(named)
    if person is None and named:
        section.fault("user", f"There is no user {quoted(named)}.", "Add it to `users`.")
    return person.id if person else "", section.text("text", longest=12_000)
