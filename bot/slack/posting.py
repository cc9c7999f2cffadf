"""What all that posts to Slack shares: its refusals in words, and what a crash left behind."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import BotError
from bot.slack import words

log = logging.getLogger(__name__)

TIMEOUT = 10
"""Seconds for one call."""

_FOUND_AMONG = 50
"""Messages that are looked through for one that was posted before a crash."""

# What passes by itself (docs.slack.dev/reference/methods/chat.postMessage, "Errors"): the job runs
# again. Both spellings of the first are in use.
PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
    | {"request_timeout", "team_added_to_org"}
)
# What a message without its table may avoid.
TOO_MUCH = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
# A message that cannot be edited any more: people deleted it, or it is not ours to touch.
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


def once(client: WebClient, timeout: int = TIMEOUT) -> WebClient:
    """The same client, but each call is made once: after a lost connection nobody knows whether a
    message was posted, so whoever posts looks first."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        retry_handlers=[],
    )


def find_posted(client: WebClient, channel: str, posted: str, thread: str = "") -> str | None:
    """The ts of the message whose metadata has this id, if it is among the newest of the channel
    or of the thread, and the bot may read them."""
    how = {"channel": channel, "limit": _FOUND_AMONG, "include_all_metadata": True}
    try:
        if thread:
            read = client.conversations_replies(ts=thread, **how)  # type: ignore[arg-type]  # one dict
        else:
            read = client.conversations_history(**how)  # type: ignore[arg-type]  # one dict
    except SlackApiError as error:
        # The scope for it is one that installations may leave out.
        log.info("cannot look for a message that was posted: %s", why(error))
        return None
    for message in read["messages"]:
        metadata = message.get("metadata") or {}
        if metadata.get("event_payload", {}).get("id") == posted:
            return str(message["ts"])
    return None


@contextmanager
def in_words() -> Iterator[None]:
    """Slack's refusals as `BotError`; what passes by itself goes on as it is."""
    try:
        yield
    except SlackApiError as error:
        if why(error) in PASSING:
            raise
        raise BotError(words.refused(why(error))) from error


def why(error: SlackApiError) -> str:
    """Slack's own word for what went wrong."""
    return str(error.response.get("error", "an unknown error"))
