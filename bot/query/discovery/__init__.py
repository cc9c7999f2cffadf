"""The fields that CloudWatch finds by itself in the raw text of a log event."""

from __future__ import annotations

from typing import Any

from bot.query.discovery.access import field_of
from bot.query.discovery.flattening import fields_of, may_have_more
from bot.query.discovery.json_text import first_object_in, object_of
from bot.query.discovery.lines import line_fields
from bot.query.values import Value

_LAMBDA = "/aws/lambda/"
_BEFORE_JSON = ("{", " ", "\t", "\n", "\r")


def discovered(message: str, log: str = "") -> dict[str, Value]:
    """The fields of an event, under the names that a query has for them. Any text has an answer.

    A JSON object has at most 200, flattened, where a name that begins with `@` gets one more;
    a line of text has those of `bot.query.discovery.lines`. `log` is the log group's name, or the value of
    `@log`: in Lambda's log groups a line also has the fields of the first object within it
    (CloudWatch Logs user guide, "Supported logs and discovered fields").
    """
    event = _object(message, log)
    if event is None:
        return line_fields(message)
    found = fields_of(event)
    shown = {f"@{name}" if name.startswith("@") else name: found[name] for name in found}
    return shown | line_fields(message)


def field_in(message: str, name: str, log: str = "") -> Value:
    """The value of one field, as in `discovered`, without finding the others; None if missing."""
    value = line_fields(message).get(name)
    if value is not None or is_system(name):
        return value
    event = _object(message, log)
    if event is None:
        return None
    inside = name.removeprefix("@")
    return fields_of(event).get(inside) if may_have_more(message) else field_of(event, inside)


def is_system(name: str) -> bool:
    """Whether a name is one that CloudWatch gives, and no key of an object."""
    return name.startswith("@") and not name.startswith("@@")


def _object(message: str, log: str) -> dict[str, Any] | None:
    """The object that holds the event's fields: the event itself, or the first within it."""
    event = object_of(message) if message.startswith(_BEFORE_JSON) else None
    if event is None and log.rpartition(":")[2].startswith(_LAMBDA):
        return first_object_in(message)
    return event
