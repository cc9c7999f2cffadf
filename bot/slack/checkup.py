"""Looks at the Slack app from outside: its tokens, scopes and channels, and the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.app.checkup import Check, failed, ok, skipped, warning
from bot.slack.manifest import APP_SCOPE, SCOPES
from bot.slack.posting import once
from bot.slack.refusals import why

SKEW_WARNS, SKEW_FAILS = timedelta(seconds=60), timedelta(minutes=5)
"""Slack's requests are refused when their time is five minutes off
(docs.slack.dev/authentication/verifying-requests-from-slack)."""

_INSTALL = "Install the app anew with the manifest (`python -m bot slack manifest`)"
_SECRET = re.compile("[0-9a-f]{32}")


def check_slack(client: WebClient, channels: Mapping[str, str], now: datetime) -> Iterator[Check]:
    """Check the bot's token, its scopes, the clock, and each of `channels` (purpose to id)."""
    quick = once(client)
    try:
        answer = quick.auth_test()
    except SlackApiError as error:
        yield failed(
            "Slack token",
            f"Slack does not accept the bot's token: {why(error)}.",
            f"{_INSTALL}, and store its *Bot User OAuth Token* (xoxb-…).",
        )
        return
    except (SlackClientError, OSError) as error:
        yield failed(
            "Slack token",
            f"Slack cannot be reached: {type(error).__name__}.",
            "Let the bot open https connections to slack.com.",
        )
        return
    yield ok("Slack token", f"{answer.get('user')} in the workspace {answer.get('team')}")
    granted = _granted(answer)
    yield from _scopes(granted)
    yield from _clock(answer, now)
    public = granted is None or "chat:write.public" in granted
    yield from _channels(quick, channels, public=public)


def check_app_token(client: WebClient) -> Iterator[Check]:
    """Check the app-level token, which Socket Mode needs."""
    try:
        once(client).apps_connections_open(app_token=client.token or "")
    except SlackApiError as error:
        yield failed(
            "Socket Mode",
            f"Slack gives no connection: {why(error)}.",
            f"In the app's settings, turn Socket Mode on, and make an app-level token (xapp-…) with "
            f"the scope {APP_SCOPE}.",
        )
    except (SlackClientError, OSError) as error:
        yield failed(
            "Socket Mode",
            f"Slack cannot be reached: {type(error).__name__}.",
            "Let the bot open https and wss connections to slack.com.",
        )
    else:
        yield ok("Socket Mode", "Slack gives a connection")


def check_signing_secret(secret: str) -> Iterator[Check]:
    """Check that the secret looks like one: only a request from Slack can prove it."""
    if _SECRET.fullmatch(secret):
        yield ok("Signing secret", "it looks like one; the first command proves it")
    else:
        yield failed(
            "Signing secret",
            "This is no signing secret: those are 32 digits and letters a to f.",
            "Copy *Signing Secret* from the app's *Basic Information*.",
        )


def _granted(answer: SlackResponse) -> set[str] | None:
    """The scopes that the token has; None if Slack does not say."""
    headers = {name.lower(): value for name, value in dict(answer.headers).items()}
    given = headers.get("x-oauth-scopes")
    return None if given is None else {name.strip() for name in given.split(",")}


def _scopes(granted: set[str] | None) -> Iterator[Check]:
    if granted is None:
        yield skipped("Slack scopes", "Slack did not say which scopes the token has")
        return
    missing = [scope for scope in SCOPES if scope.name not in granted]
    for scope in missing:
        if scope.optional:
            yield warning(
                f"Scope {scope.name}",
                f"It is not granted, so {scope.without}.",
                f"If you want it: {_INSTALL}.",
            )
        else:
            yield failed(
                f"Scope {scope.name}",
                f"It is not granted, and the bot needs it for {scope.why}.",
                f"{_INSTALL}.",
            )
    if not missing:
        yield ok("Slack scopes", f"all {len(SCOPES)} are granted")


def _clock(answer: SlackResponse, now: datetime) -> Iterator[Check]:
    headers = {name.lower(): value for name, value in dict(answer.headers).items()}
    yield from check_clock(headers.get("date", ""), now, "Slack")


def check_clock(date: object, now: datetime, whose: str) -> Iterator[Check]:
    """Compare `now` with the `Date` header of an answer."""
    try:
        theirs = parsedate_to_datetime(str(date[0] if isinstance(date, list) and date else date))
        off = abs(now - theirs)
    except (TypeError, ValueError):  # no date, or one without a zone
        yield skipped("Clock", f"{whose} did not say what time it is")
        return
    said = f"{off.total_seconds():.0f} s off {whose}'s"
    fix = "Let the machine's clock be set by NTP."
    if off > SKEW_FAILS:
        yield failed("Clock", f"It is {said}: every request is refused as too old.", fix)
    elif off > SKEW_WARNS:
        yield warning("Clock", f"It is {said}; beyond 5 minutes nothing works.", fix)
    else:
        yield ok("Clock", said)


def _channels(client: WebClient, channels: Mapping[str, str], *, public: bool) -> Iterator[Check]:
    for channel in dict.fromkeys(channels.values()):
        purposes = ", ".join(name for name, given in channels.items() if given == channel)
        yield _channel(client, channel, f"Channel {channel} ({purposes})", public=public)


def _channel(client: WebClient, channel: str, subject: str, *, public: bool) -> Check:
    try:
        found: dict[str, Any] = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        if why(error) == "channel_not_found":
            return failed(
                subject,
                "The bot cannot see it: there is none, or it is private and the bot is not in it.",
                "Invite the bot there with /invite, or correct the id in rules/config.yml.",
            )
        return failed(subject, f"Slack says {why(error)}.", "Mend what is above, then look again.")
    except (SlackClientError, OSError) as error:
        return failed(subject, f"Slack did not answer: {type(error).__name__}.", "Look again.")
    return _fit(found, subject, public=public)


def _fit(found: Mapping[str, Any], subject: str, *, public: bool) -> Check:
    """Whether alerts can go into the channel."""
    elsewhere, invite = "Name another channel in rules/config.yml.", "Invite the bot with /invite."
    if found.get("is_archived"):
        return failed(subject, "It is archived.", elsewhere)
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
        says = "It is shared with another organisation, which would read your alerts."
        return failed(subject, says, elsewhere)
    if found.get("is_member"):
        return ok(subject, f"#{found.get('name', '')}, and the bot is in it")
    if found.get("is_private") or not public:
        return failed(subject, "The bot is not in it.", invite)
    return warning(subject, "The bot is not in it: it can post, but upload no file.", invite)
