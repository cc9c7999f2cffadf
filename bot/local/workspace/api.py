"""The Web API: which methods there are, who may call them, and in which order Slack checks."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.local.workspace import api_chat, api_files, api_rooms, api_validate, api_views
from bot.local.workspace.arguments import read_arguments, typed
from bot.local.workspace.content import ApiError
from bot.local.workspace.parts import Parts

log = logging.getLogger(__name__)

SCOPES = (
    "commands,chat:write,channels:read,channels:history,groups:read,im:write,im:history,"
    "users:read,files:write"
)
"""What the bot of this workspace was granted."""


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the table: what runs, and its arguments (see `arguments.typed`)."""

    run: Callable[[Parts, dict[str, Any]], dict[str, Any]]
    arguments: str = ""
    open: bool = False
    """Whether it needs no token."""


_CONTENT = "text blocks:json attachments:json metadata:json markdown_text"

METHODS: Mapping[str, Method] = {
    "api.test": Method(api_rooms.api_test, "error foo", open=True),
    "auth.test": Method(api_rooms.auth_test),
    "blocks.validate": Method(
        api_validate.validate, "blocks:json view:json message:json", open=True
    ),
    "chat.delete": Method(api_chat.delete, "channel! ts!"),
    "chat.getPermalink": Method(api_chat.get_permalink, "channel! message_ts!"),
    "chat.postEphemeral": Method(api_chat.post_ephemeral, f"channel! user! thread_ts {_CONTENT}"),
    "chat.postMessage": Method(
        api_chat.post_message, f"channel! thread_ts reply_broadcast:bool {_CONTENT}"
    ),
    "chat.update": Method(api_chat.update, f"channel! ts! reply_broadcast:bool {_CONTENT}"),
    "conversations.history": Method(
        api_rooms.history,
        "channel! cursor limit:int latest oldest inclusive:bool include_all_metadata:bool",
    ),
    "conversations.info": Method(api_rooms.conversation_info, "channel!"),
    "conversations.list": Method(api_rooms.conversations_list, "types cursor limit:int"),
    "conversations.members": Method(api_rooms.members, "channel! cursor limit:int"),
    "conversations.open": Method(api_rooms.conversations_open, "channel users return_im:bool"),
    "conversations.replies": Method(
        api_rooms.replies,
        "channel! ts! cursor limit:int latest oldest inclusive:bool include_all_metadata:bool",
    ),
    "files.completeUploadExternal": Method(
        api_files.complete_upload,
        "files:json! channel_id channels initial_comment thread_ts blocks:json",
    ),
    "files.getUploadURLExternal": Method(api_files.get_upload_url, "filename! length:int!"),
    "users.info": Method(api_rooms.user_info, "user!"),
    "users.list": Method(api_rooms.users_list, "cursor limit:int"),
    "views.open": Method(api_views.open_view, "trigger_id! view:json!"),
    "views.push": Method(api_views.push_view, "trigger_id! view:json!"),
    "views.update": Method(api_views.update_view, "view:json! view_id external_id hash"),
}


async def call(parts: Parts, request: web.Request) -> web.Response:
    """Answer one call: HTTP 200 whatever happens, as Slack does, with `ok` true or false."""
    name = request.match_info["method"]
    given: dict[str, Any] = {}
    try:
        given = await read_arguments(request)
        answer = {"ok": True} | _run(parts, name, given, request.headers.get("Authorization", ""))
    except ApiError as refused:
        answer = refused.answer()
    except web.HTTPRequestEntityTooLarge:
        answer = ApiError("request_too_large").answer()
    except Exception:
        # The outermost edge of a call: the bot learns what Slack would say, the log why.
        log.exception("%s failed", name[:100])
        answer = ApiError("internal_error").answer()
    given.pop("token", None)
    parts.journal.call(name, given, answer)
    return web.json_response(answer, headers={"x-oauth-scopes": SCOPES})


def _run(parts: Parts, name: str, given: dict[str, Any], authorization: str) -> dict[str, Any]:
    """Slack's order: the method, the token, then (not yet) scope and rate, then the arguments."""
    method = METHODS.get(name)
    if method is None:
        raise ApiError("unknown_method", req_method=name[:100])
    if not method.open:
        _authenticate(parts, authorization.removeprefix("Bearer ").strip() or given.get("token"))
    return method.run(parts, typed(method.arguments, given))


def _authenticate(parts: Parts, token: Any) -> None:
    if not token:
        raise ApiError("not_authed")
    if not isinstance(token, str) or not hmac.compare_digest(
        token.encode("utf-8", "replace"), parts.token.encode()
    ):
        raise ApiError("invalid_auth")
