"""About the app itself: api.test, auth.*, apps.connections.open, blocks.validate."""

from __future__ import annotations

from typing import Any

from bot.local.workspace import events
from bot.local.workspace.content import ApiError
from bot.local.workspace.methods.paging import page
from bot.local.workspace.parts import Parts


def api_test(_: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/api.test."""
    if "error" in arguments:
        raise ApiError(arguments["error"], args=arguments)
    return {"args": arguments}


def auth_test(parts: Parts, _: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/auth.test."""
    return {
        "url": f"{parts.base_url}/",
        "team": parts.directory.team.name,
        "team_id": parts.directory.team.id,
        "user": parts.app.name,
        "user_id": parts.app.bot_user,
        "bot_id": parts.app.bot_id,
        "is_enterprise_install": False,
    }


def revoke(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/auth.revoke: the bot's token ends, unless `test`."""
    if arguments.get("test"):
        return {"revoked": False}
    revoke_token(parts)
    return {"revoked": True}


def revoke_token(parts: Parts) -> None:
    """The bot's token is good no more; the app hears of it if it asked to."""
    tokens = {"oauth": [], "bot": [parts.app.bot_user]}
    events.happened(parts, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})
    parts.app.state = "revoked"


def teams(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/auth.teams.list: one workspace."""
    team = {"id": parts.directory.team.id, "name": parts.directory.team.name}
    return page("teams", [team], arguments, lambda each: each)


def connections_open(parts: Parts, _: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/apps.connections.open."""
    host = parts.base_url.replace("http", "ws", 1)
    ticket = parts.deliveries.sockets.ticket()
    return {"url": f"{host}/_socket?ticket={ticket}&app_id={parts.app.app_id}"}
