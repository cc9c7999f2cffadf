"""The text after `/siem`: what Slack escaped is taken back, and the first word says what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Verb: TypeAlias = Literal[
    "pick", "help", "list", "show", "ack", "alerts", "status", "digest", "ask"
]

# `<@U…|name>`, `<#C…|name>`, `<!here>`, `<!subteam^S…|@name>`, `<https://…|label>`
# (docs.slack.dev/interactivity/implementing-slash-commands, "escaping").
_ESCAPED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_HIDDEN = re.compile("[\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Command:
    """What a command asks for, and the text that goes with it."""

    verb: Verb
    text: str


def read_command(text: str) -> Command:
    """The command. No text is `pick`; a first word that is no verb is the rule to ask."""
    plain = unescape(text).strip()
    first, *rest = plain.split(None, 1) or [""]
    match first.lower():
        case "":
            return Command("pick", "")
        case "help" | "list" | "show" | "ack" | "alerts" | "status" | "digest" as verb:
            return Command(verb, "".join(rest))
        case _:
            return Command("ask", plain)


def unescape(text: str) -> str:
    """What the person typed: links and mentions by their label, else by their address or id."""
    typed = _ESCAPED.sub(_typed, _HIDDEN.sub("", text))
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        typed = typed.replace(name, character)
    return typed


def _typed(found: re.Match[str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if label:
        return label.removeprefix("@") if kind == "@" else label
    if kind == "!":
        return f"@{target}"
    return target.removeprefix("mailto:")
