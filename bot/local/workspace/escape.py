"""What a person types, as Slack delivers it: mentions, channels and links marked, the rest escaped."""

from __future__ import annotations

import re

from bot.local.workspace.directory import Directory, usual

_PIECES = re.compile(
    r"(?P<url>https?://[^\s<>|]+)"
    r"|(?<![\w.+-])(?P<mail>[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})"
    r"|(?<![\w@.])@(?P<person>[A-Za-z0-9][\w.-]*)"
    r"|(?<![\w#])\#(?P<channel>[a-z0-9][\w-]*)"
    r"|(?<![\w@./:-])(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?:com|org|net|io|dev))"
    r"(?![\w@.:/-])"
    r"|(?P<special>[&<>])"
)
"""Slack also makes a link of a bare name that ends like a domain, `s3.amazonaws.com` for one."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str, known: Directory | None = None, *, labels: bool = True) -> str:
    """The text of a command with `should_escape` (`labels`), or of a message.

    `known` is who and what can be named; without it, those of the usual workspace.

    https://docs.slack.dev/interactivity/implementing-slash-commands: mentions become
    `<@U…|name>` and `<#C…|name>`, links `<https://…>`, a bare domain `<http://name|name>`.
    """
    directory = known or usual()
    return _PIECES.sub(lambda match: _piece(match, directory, labels), text)


def _piece(match: re.Match[str], directory: Directory, labels: bool) -> str:
    kind, text = match.lastgroup, match.group()
    if kind == "special":
        return _ENTITIES[text]
    if kind == "person":
        return _mention(text, match["person"], directory, labels)
    if kind == "channel":
        channel = directory.channel(match["channel"])
        return (
            text
            if channel is None
            else _marked("#", channel.id, "" if channel.private else channel.name, labels)
        )
    text = text.replace("&", "&amp;")
    if kind == "mail":
        return f"<mailto:{text}|{text}>"
    return f"<{text}>" if kind == "url" else f"<http://{text}|{text}>"


def _mention(text: str, name: str, directory: Directory, labels: bool) -> str:
    """Who an `@name` means: a person, a group, or in a message everybody who is there."""
    person, group = directory.person(name), directory.group(name)
    if person is not None:
        return _marked("@", person.id, person.name, labels)
    if group is not None:
        return _marked("!subteam^", group.id, f"@{group.handle}", labels)
    return f"<!{name}>" if name in _BROADCASTS and not labels else text


_BROADCASTS = ("here", "channel", "everyone")


def _marked(sign: str, key: str, name: str, label: bool) -> str:
    return f"<{sign}{key}|{name}>" if label else f"<{sign}{key}>"
