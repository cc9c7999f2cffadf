"""Warnings about names of CloudTrail that are written in other letters: Q017."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from bot.query.ast import Field, Item, Parse, Query, Regex
from bot.query.errors import quoted
from bot.query.lint.traps import Warning, warn
from bot.query.syntax.groups import read_groups
from bot.query.walk import walk

FIELDS = (
    "additionalEventData", "addendum", "apiVersion", "awsRegion", "edgeDeviceDetails", "errorCode",
    "errorMessage", "eventCategory", "eventID", "eventName", "eventSource", "eventTime",
    "eventType", "eventVersion", "insightDetails", "managementEvent", "readOnly",
    "recipientAccountId", "requestID", "requestParameters", "resources", "responseElements",
    "serviceEventDetails", "sessionCredentialFromConsole", "sharedEventID", "sourceIPAddress",
    "tlsDetails", "userAgent", "userIdentity", "vpcEndpointAccountId", "vpcEndpointId",
)  # fmt: skip
"""Top-level fields of an event: CloudTrail user guide, "CloudTrail record contents"."""

# Hardly anything but CloudTrail has fields of these names. Others, such as `requestId`, have their
# place in other logs.
_OWN = frozenset({
    "eventSource", "eventName", "eventTime", "eventVersion", "userIdentity", "sourceIPAddress",
    "recipientAccountId", "requestParameters", "responseElements", "awsRegion", "readOnly",
})  # fmt: skip
_TELLING = _OWN - {"eventName", "eventTime", "awsRegion"}
"""Fields that say that a query is about CloudTrail."""
_BY_LETTERS = {name.lower(): name for name in FIELDS}
_CLOSE = 0.88


def names(query: Query) -> Iterator[Warning]:
    """The fields that are nearly one of CloudTrail, where the query is about CloudTrail."""
    made = set(_made(query))
    fields = [node for node in walk(query) if isinstance(node, Field)]
    about = any(str(field.parts[0]) in _TELLING for field in fields)
    told: set[str] = set()
    for field in fields:
        first = str(field.parts[0])
        right = _right(first, about=about)
        if right and first not in told and first not in made and first not in FIELDS:
            told.add(first)
            message = f"CloudTrail has no field {quoted(first)}: it is missing in every event."
            yield warn("Q017", field, message, f"Write `{right}`.")


def _right(name: str, *, about: bool) -> str:
    """The field of CloudTrail that is probably meant, or an empty text."""
    same = _BY_LETTERS.get(name.lower(), "")
    if same and (about or same in _OWN):
        return same
    if about and len(name) > 5:
        own = [letters for letters, right in _BY_LETTERS.items() if right in _OWN]
        near = difflib.get_close_matches(name.lower(), own, 1, _CLOSE)
        return _BY_LETTERS[near[0]] if near else ""
    return ""


def _made(query: Query) -> Iterator[str]:
    """The names that the query makes itself, and those that its `stats` leave."""
    for node in walk(query):
        if isinstance(node, Item) and node.alias is not None:
            yield node.alias.partition(".")[0]
        elif isinstance(node, Parse):
            yield from node.aliases
            if isinstance(node.pattern, Regex):
                yield from read_groups(node.pattern, "").names
