"""The forms that Slack posts to a bot: commands, clicks, and what happens in modals."""

from __future__ import annotations

import json
from typing import Any

from bot.local.workspace.people import APP_ID, TEAM, TEAM_DOMAIN, Channel, Somebody
from bot.local.workspace.views import View

VERIFICATION_TOKEN = "verification-token-nobody-should-check"
"""Slack still sends it; signatures replaced it."""


def command_form(person: Somebody, channel: Channel, command: str, text: str) -> dict[str, str]:
    """The fields of a slash command, without its trigger and response address.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team,
        "team_domain": TEAM_DOMAIN if person.team == TEAM else "partner",
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.im else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
    }


def _common(kind: str, person: Somebody) -> dict[str, Any]:
    domain = TEAM_DOMAIN if person.team == TEAM else "partner"
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": person.team, "domain": domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(person: Somebody, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A click (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""
    return _common("block_actions", person) | more | {"actions": [action]}


def view_submission(person: Somebody, view: dict[str, Any], trigger_id: str) -> dict[str, Any]:
    """A modal was sent.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    more = {"trigger_id": trigger_id, "view": view, "response_urls": []}
    return _common("view_submission", person) | more


def view_closed(person: Somebody, view: View) -> dict[str, Any]:
    """A modal was closed; sent only if it has `notify_on_close`."""
    return _common("view_closed", person) | {"view": view.as_slack(), "is_cleared": False}


def in_form(payload: dict[str, Any]) -> dict[str, str]:
    """The form that carries an interaction."""
    return {"payload": json.dumps(payload)}
