"""What Slack's errors mean for whoever called: come back later, it will never work, or a bug."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from socket import gaierror
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot import telemetry
from bot.app.ports import ChannelError
from bot.errors import BotError, LaterError, UncertainError
from bot.slack import words

log = logging.getLogger(__name__)

OUTAGE = 10.0
"""Seconds until a call that Slack did not answer is made again."""

NO_ACCESS = 60.0
"""Seconds until the token is tried again: somebody has to renew it, and nothing may be lost."""

_LONGEST = 900.0
_SOON = 1.0

# Errors as docs.slack.dev/reference/methods/chat.postMessage lists them. Both spellings of the
# first are in use.
LIMITED = frozenset({"ratelimited", "rate_limited"})
_AWAY = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
# Slack's own faults: "it's possible some aspect of the operation succeeded". They may lie in what was
# sent, too: `Poster` then sends less.
FAULTS = frozenset({"internal_error", "fatal_error"})
_NO_ACCESS = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
    | {"org_login_required", "ekm_access_denied", "app_uninstalled"}
)
# A message that is too much for Slack, which one with less may avoid.
TOO_MUCH = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "invalid_attachments"}
    | {"msg_blocks_too_long", "msg_too_long", "too_many_attachments"}
)
# A message that cannot be edited any more: people deleted it, or it is not ours to touch.
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
# A channel that takes no message of the bot, whatever it says.
_CLOSED = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "team_access_not_granted"}
    | {"restricted_action", "restricted_action_read_only_channel"}
    | {"restricted_action_thread_only_channel", "restricted_action_non_threadable_channel"}
    | {"messages_tab_disabled", "slack_connect_blocked"}
)


class NoAccessError(LaterError):
    """Slack does not accept the bot's token. Somebody has to renew it, or has just done so."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Slack does not accept the bot's token ({reason})", NO_ACCESS)


_SCOPES = re.compile(r"[a-z.]+(:[a-z.]+)*(,[a-z.]+(:[a-z.]+)*){0,9}")


@contextmanager
def in_words() -> Iterator[None]:
    """Slack's refusals as exceptions that say what to do.

    `LaterError` where Slack or the way to it is busy, down, or wants a new token, and where Slack
    has a fault of its own; `UncertainError` if the call may have been done all the same.
    `ChannelError` where the channel takes nothing; `BotError` for any other refusal.
    """
    telemetry.count("slack_calls")
    try:
        yield
    except SlackApiError as error:
        raise meant(error) from error
    except (URLError, TimeoutError, ConnectionError, HTTPException, SlackRequestError) as error:
        kind = LaterError if _is_unsent(error) else UncertainError
        raise kind(f"Slack cannot be reached ({type(error).__name__})", OUTAGE) from error


def _is_unsent(error: Exception) -> bool:
    """Whether there was no connection at all, so that nothing can have been done."""
    return isinstance(getattr(error, "reason", None), ConnectionRefusedError | gaierror)


def meant(error: SlackApiError) -> Exception:
    """The exception to raise for what Slack answered."""
    reason, status = why(error), getattr(error.response, "status_code", 200)
    if status == 429 or reason in LIMITED:
        return LaterError("Slack gets more calls than it allows", retry_after(error))
    if status >= 500 or reason in _AWAY:
        shown = status if status >= 500 else reason
        return UncertainError(f"Slack is not there ({shown})", OUTAGE)
    if reason in FAULTS:
        return UncertainError(f"Slack has a fault of its own ({reason})", OUTAGE)
    if reason in _NO_ACCESS:
        log.error("Slack does not accept the bot's token: %s", reason)
        return NoAccessError(reason)
    if reason in _CLOSED:
        return ChannelError(words.refused(reason))
    return BotError(words.refused(reason, _needed(error)))


def _needed(error: SlackApiError) -> str:
    """The scopes that Slack asks for (docs.slack.dev/reference/methods, *missing_scope*)."""
    needed = str(error.response.get("needed") or "")
    return needed if _SCOPES.fullmatch(needed) else ""


def why(error: Exception) -> str:
    """Slack's own word for what went wrong; where Slack said nothing, the kind of failure."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    reason = str(error.response.get("error", "an unknown error"))
    # What is no word of Slack's is the text of something else that answered.
    return reason if len(reason) <= 80 and " " not in reason else "no answer that makes sense"


def retry_after(error: SlackApiError) -> float:
    """Seconds that Slack wants us to wait (docs.slack.dev/apis/web-api/rate-limits)."""
    headers = getattr(error.response, "headers", {}) or {}
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return seconds_of(given)


def seconds_of(given: object) -> float:
    """A `Retry-After` in seconds, at least one and at most 900; one where it makes no sense."""
    try:
        seconds = float(str(given[0] if isinstance(given, list) and given else given))
    except ValueError:
        return _SOON
    return min(max(seconds, _SOON), _LONGEST) if seconds == seconds else _SOON
