"""Who there is: users.*, usergroups.*, bots.info, team.info (https://docs.slack.dev/reference/methods)."""

from __future__ import annotations

from typing import Any

from bot.local.workspace.content import ApiError
from bot.local.workspace.methods.finding import person_of
from bot.local.workspace.methods.paging import page
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import (
    BEGINNING,
    Somebody,
    group_object,
    profile_object,
    user_object,
)


def _shown(parts: Parts, person: Somebody) -> dict[str, Any]:
    """The person as the app sees them: with an e-mail address if it was granted that."""
    shown = user_object(person, parts.clock.now(), parts.directory.team.id)
    if person.email and "users:read.email" in parts.app.scopes:
        shown["profile"]["email"] = person.email
    return shown


def info(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.info."""
    return {"user": _shown(parts, person_of(parts, arguments["user"]))}


def listing(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.list: the team's people, and bots."""
    team = parts.directory.team.id
    ours = [person for person in parts.directory.people.values() if person.team == team]
    listed = page("members", ours, arguments, lambda person: _shown(parts, person))
    return listed | {"cache_ts": int(parts.clock.now().timestamp())}


def lookup_by_email(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.lookupByEmail."""
    wanted = arguments["email"].lower()
    for person in parts.directory.people.values():
        if person.email and person.email.lower() == wanted and not person.deleted:
            return {"user": _shown(parts, person)}
    raise ApiError("users_not_found")


def get_presence(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.getPresence."""
    person = person_of(parts, arguments.get("user") or parts.app.bot_user)
    return {"presence": "away" if person.away or person.deleted else "active"}


def profile(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.profile.get."""
    person = person_of(parts, arguments.get("user") or parts.app.bot_user)
    email = {"email": person.email} if "users:read.email" in parts.app.scopes else {}
    return {"profile": profile_object(person) | (email if person.email else {})}


def bot_info(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/bots.info."""
    wanted = arguments.get("bot") or parts.app.bot_id
    for person in parts.directory.people.values():
        if person.bot and person.bot_id == wanted:
            about = {"id": person.bot_id, "app_id": person.app_id, "user_id": person.id}
            more = {"name": person.name, "deleted": person.deleted, "updated": BEGINNING}
            return {"bot": about | more | {"icons": {}}}
    raise ApiError("bot_not_found")


def team_info(parts: Parts, _: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/team.info."""
    team = parts.directory.team
    about = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": ""}
    return {"team": about | {"url": f"{parts.base_url}/", "icon": {"image_default": True}}}


def groups(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/usergroups.list."""
    found = []
    for group in parts.directory.groups.values():
        if group.disabled and not arguments.get("include_disabled"):
            continue
        shown = group_object(group, parts.directory.team.id)
        if not arguments.get("include_count"):
            del shown["user_count"]
        found.append(shown | ({"users": group.users} if arguments.get("include_users") else {}))
    return {"usergroups": found}


def group_users(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/usergroups.users.list."""
    group = parts.directory.groups.get(arguments["usergroup"])
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": group.users if not group.disabled or arguments.get("include_disabled") else []}


def emoji(_: Parts, __: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/emoji.list: no custom emoji are there."""
    return {"emoji": {}, "cache_ts": f"{BEGINNING}.000000"}
