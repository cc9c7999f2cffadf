"""The forms that Slack posts to a bot: commands, clicks, shortcuts, and what happens in modals."""

from __future__ import annotations

import json
from typing import Any

from bot.local.workspace.directory import Directory
from bot.local.workspace.installation import Shortcut
from bot.local.workspace.people import Channel, Somebody
from bot.local.workspace.views import View

VERIFICATION_TOKEN = "verification-token-nobody-should-check"
"""Slack still sends it; signatures replaced it."""


def channel_name(channel: Channel) -> str:
    """What payloads call a channel."""
    if channel.im:
        return "directmessage"
    return "privategroup" if channel.private else channel.name


def command_form(
    directory: Directory, person: Somebody, channel: Channel, command: str, text: str
) -> dict[str, str]:
    """The fields of a slash command, without its trigger and response address.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    team = directory.team_of(person)
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": directory.app.app_id,
        "is_enterprise_install": "false",
    }


def _common(kind: str, directory: Directory, person: Somebody) -> dict[str, Any]:
    team = directory.team_of(person)
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "api_app_id": directory.app.app_id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(
    directory: Directory, person: Somebody, action: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """A click (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""
    return _common("block_actions", directory, person) | more | {"actions": [action]}


def block_suggestion(
    directory: Directory, person: Somebody, typed: str, element: dict[str, str], **more: Any
) -> dict[str, Any]:
    """Somebody types in a menu whose options the bot knows.

    https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
    """
    return _common("block_suggestion", directory, person) | element | {"value": typed} | more


def shortcut(
    directory: Directory, person: Somebody, meant: Shortcut, action_ts: str, **more: Any
) -> dict[str, Any]:
    """A shortcut (https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload)."""
    kind = "message_action" if meant.message else "shortcut"
    about = {"callback_id": meant.callback_id, "action_ts": action_ts}
    return _common(kind, directory, person) | about | more


def view_submission(
    directory: Directory, person: Somebody, view: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """A modal was sent.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    return _common("view_submission", directory, person) | {"view": view} | more


def view_closed(
    directory: Directory, person: Somebody, view: View, *, cleared: bool
) -> dict[str, Any]:
    """A modal was closed; sent only if it has `notify_on_close`."""
    more = {"view": view.as_slack(), "is_cleared": cleared}
    return _common("view_closed", directory, person) | more


def in_form(payload: dict[str, Any]) -> dict[str, str]:
    """The form that carries an interaction."""
    return {"payload": json.dumps(payload)}
