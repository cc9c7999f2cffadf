"""One call of the Web API: in which order Slack checks it, and what it answers.

The method; the token; its kind; its scopes; how often; then the arguments, the channel, the content
and the state, which are the method's own business.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.local.workspace.arguments import read_arguments, typed
from bot.local.workspace.content import ApiError
from bot.local.workspace.methods.finding import missing_scope
from bot.local.workspace.methods.table import METHODS, Method
from bot.local.workspace.parts import Parts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What goes back: a body, and a status that is 200 unless there were too many calls."""

    answer: dict[str, Any]
    status: int = 200
    retry_after: int = 0


class TooOftenError(Exception):
    """Called too often: the text is the seconds to wait."""


async def call(parts: Parts, request: web.Request) -> web.Response:
    """Answer one call: HTTP 200 whatever happens, as Slack does, with `ok` true or false."""
    name = request.match_info["method"]
    given, outcome = await _given(request)
    token = _token(request, given, name)
    fault = parts.faults.next(name, _channel_id(parts, given))
    if fault is not None and fault.delay:
        await asyncio.sleep(fault.delay)
    instead = fault.answer() if fault is not None else None
    if fault is not None and instead is not None:
        outcome = Outcome(instead[1], instead[0], fault.retry_after or 0)
    if outcome is None:
        outcome = _outcome(parts, name, given, token)
    more = {"fault": True} if fault is not None else {}
    parts.journal.call(
        name, given, outcome.answer, token=_kind(parts, token), status=outcome.status, **more
    )
    if fault is not None and (fault.drop_before or fault.drop_after_commit):
        return dropped(request)
    app_level = _kind(parts, token) == "app"
    granted = parts.app.app_scopes if app_level else parts.app.scopes
    return _response(name, request, outcome, ",".join(granted))


async def _given(request: web.Request) -> tuple[dict[str, Any], Outcome | None]:
    try:
        return await read_arguments(request), None
    except ApiError as refused:
        return {}, Outcome(refused.answer())
    except web.HTTPRequestEntityTooLarge:
        return {}, Outcome(ApiError("request_too_large").answer())


def _token(request: web.Request, given: dict[str, Any], name: str) -> str:
    """The token: of the header, else of a form. It is taken out of what was given."""
    in_form = given.pop("token", "")
    header = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    method = METHODS.get(name)
    # Slack's page of apps.connections.open: the token goes into the header and nowhere else. With
    # JSON too (https://docs.slack.dev/apis/web-api#slack-web-api__post-bodies).
    header_only = request.content_type == "application/json" or (method and method.app_level)
    return header or ("" if header_only or not isinstance(in_form, str) else in_form)


def _channel_id(parts: Parts, given: dict[str, Any]) -> str | None:
    named = given.get("channel") or given.get("channel_id")
    found = parts.directory.channel(named) if isinstance(named, str) else None
    return found.id if found else None


def dropped(request: web.Request) -> web.Response:
    """Break the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _outcome(parts: Parts, name: str, given: dict[str, Any], token: str) -> Outcome:
    try:
        return Outcome({"ok": True} | _run(parts, name, given, token))
    except ApiError as refused:
        return Outcome(refused.answer())
    except TooOftenError as often:
        return Outcome({"ok": False, "error": "ratelimited"}, 429, int(str(often)))
    except Exception:
        # The outermost edge of a call: the bot learns what Slack would say, the log why.
        log.exception("%s failed", name[:100])
        return Outcome(ApiError("internal_error").answer())


def _run(parts: Parts, name: str, given: dict[str, Any], token: str) -> dict[str, Any]:
    method = METHODS.get(name)
    if method is None:
        raise ApiError("unknown_method", req_method=name[:100])
    if not method.open:
        _authenticate(parts, method, token)
        _authorize(parts, method)
    wait = parts.rates.call(name, method.tier)
    if not wait and method.posts:
        channel = _channel_id(parts, given)
        wait = parts.rates.post(channel) if channel else 0
    if wait:
        raise TooOftenError(str(wait))
    return method.run(parts, typed(method.arguments, given))


def _authenticate(parts: Parts, method: Method, token: str) -> None:
    if not token:
        raise ApiError("not_authed")
    kind = _kind(parts, token)
    if kind == "unknown":
        raise ApiError("invalid_auth")
    if parts.app.state == "inactive":
        raise ApiError("account_inactive")
    if kind == "bot" and parts.app.state == "revoked":
        raise ApiError("token_revoked")
    if method.app_level is not (kind == "app"):
        raise ApiError("not_allowed_token_type")


def _authorize(parts: Parts, method: Method) -> None:
    """One of the method's scopes is needed; which kind of channel it is, the method looks at."""
    has = parts.app.app_scopes if method.app_level else parts.app.scopes
    needs = method.needs
    if needs and not {*needs} & {*has}:
        refusal = missing_scope(parts, ",".join(needs))
        refusal.more["provided"] = ",".join(has)
        raise refusal


def _kind(parts: Parts, token: str) -> str:
    """bot, app, none, or unknown."""
    if not token:
        return "none"
    for kind, known in (("bot", parts.app.bot_token), ("app", parts.app.app_token)):
        if known and hmac.compare_digest(token.encode("utf-8", "replace"), known.encode()):
            return kind
    return "unknown"


def _response(name: str, request: web.Request, outcome: Outcome, granted: str) -> web.Response:
    if outcome.status not in (200, 429):
        # What stands in front of Slack answers such things in HTML.
        return web.Response(status=outcome.status, text="<html>Server error</html>")
    method = METHODS.get(name)
    headers = {"x-oauth-scopes": granted}
    if method is not None:
        headers["x-accepted-oauth-scopes"] = ",".join(method.needs)
    if outcome.status == 429:
        headers["Retry-After"] = str(outcome.retry_after)
    answer = outcome.answer
    if request.content_type == "application/json" and request.charset is None:
        answer = _warned(answer)
    return web.json_response(answer, status=outcome.status, headers=headers)


def _warned(answer: dict[str, Any]) -> dict[str, Any]:
    """JSON without a charset (https://docs.slack.dev/apis/web-api#slack-web-api__errors-and-warnings)."""
    metadata = answer.get("response_metadata", {})
    warnings = [*metadata.get("warnings", ()), "missing_charset"]
    return answer | {
        "warning": ",".join(warnings),
        "response_metadata": metadata | {"warnings": warnings},
    }
