"""What arguments mean: channels, people and messages, with Slack's words for those there are not."""

from __future__ import annotations

import re
from typing import Any

from bot.local.workspace.content import ApiError
from bot.local.workspace.messages import Message
from bot.local.workspace.parts import Parts
from bot.local.workspace.people import Channel, Somebody

TS = re.compile(r"\d{1,12}\.\d{6}", re.ASCII)
"""How a time stamp looks; one that lost its last zeros as a number is none."""


def channel_of(parts: Parts, text: str, *, names: bool = False, people: bool = False) -> Channel:
    """The channel that an argument means: an id; with `names` also `#name`.

    `people`: a user id means the direct message with them. Private channels without the bot are
    not there, for the bot.
    """
    directory = parts.directory
    channel = directory.channel(text) if names else directory.channels.get(text)
    if channel is None and people:
        person = directory.people.get(text)
        if person is not None and not person.bot and not person.deleted:
            channel = directory.direct_message(person)
    if channel is None or (channel.private and not directory.joined(channel)):
        raise ApiError("channel_not_found")
    return channel


def living(channel: Channel) -> Channel:
    """The channel, if it is not archived."""
    if channel.archived:
        raise ApiError("is_archived")
    return channel


def joined(parts: Parts, channel: Channel) -> Channel:
    """The channel, if the bot is in it."""
    if not parts.directory.joined(channel):
        raise ApiError("not_in_channel")
    return channel


def postable(parts: Parts, channel: Channel) -> Channel:
    """The channel, if the bot may post there: it is a member, or `chat:write.public` was granted."""
    living(channel)
    if channel.kind == "channels" and "chat:write.public" in parts.app.scopes:
        return channel
    return joined(parts, channel)


def granted(parts: Parts, channel: Channel, verb: str) -> Channel:
    """The channel, if the app has the scope `<kind of channel>:<verb>` for it."""
    needed = f"{channel.kind}:{verb}"
    if needed not in parts.app.scopes:
        raise missing_scope(parts, needed)
    return channel


def missing_scope(parts: Parts, needed: str) -> ApiError:
    """The refusal that names what is needed and what was granted."""
    return ApiError("missing_scope", needed=needed, provided=",".join(parts.app.scopes))


def person_of(parts: Parts, text: str) -> Somebody:
    """The person or bot of this id."""
    person = parts.directory.people.get(text)
    if person is None:
        raise ApiError("user_not_found")
    return person


def message_of(parts: Parts, channel: Channel, ts: str) -> Message:
    """A message that everybody in the channel sees."""
    message = parts.messages.find(channel.id, ts)
    if message is None or message.body.get("subtype") == "tombstone":
        raise ApiError("message_not_found")
    return message


def own_message(parts: Parts, channel: Channel, ts: str, otherwise: str) -> Message:
    """A message that the bot posted; `otherwise` is Slack's word if somebody else did."""
    message = message_of(parts, channel, ts)
    if not parts.own(message):
        raise ApiError(otherwise)
    return message


def wrong(name: str, why: str) -> ApiError:
    """An argument that makes no sense."""
    return ApiError("invalid_arguments", (f"[ERROR] {why} [json-pointer:/{name}]",))


def given_one_of(arguments: dict[str, Any], *names: str) -> None:
    """At least one of these arguments must be there."""
    if not any(arguments.get(name) for name in names):
        why = f"[ERROR] missing required field: {' or '.join(names)}"
        raise ApiError("invalid_arguments", (why,))
