"""Puts saved queries in the place of their calls, in the text, as CloudWatch does.

CloudWatch Logs user guide, "Saved queries with parameters". AWS puts the text of a value, quotes
and all, in the place of its `{{parameter}}`; nothing is escaped. So a value can change what a
query means, and nothing that comes from a log may be one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from bot.query.ast import SavedCall
from bot.query.errors import QueryError, Span, quoted
from bot.query.parser import parse
from bot.query.walk import walk

_PLACE = re.compile(r"\{\{[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*\}\}")


class SavedQuery(msgspec.Struct, frozen=True):
    """A saved query. `parameters` has the default of each, as text; None if it has none."""

    text: str
    parameters: Mapping[str, str | None] = msgspec.field(default_factory=dict)


def places_in(text: str) -> frozenset[str]:
    """The names of the parameters that have a place in the text of a saved query."""
    return frozenset(_PLACE.findall(text))


def expand_saved(text: str, definitions: Mapping[str, SavedQuery]) -> str:
    """The query with the text of a saved query in the place of each `$Name(…)`.

    Raises `QueryError` at the place in `text` of a call that names no saved query, names a
    parameter that it does not have, or leaves one without a value. What comes out is read as a
    query: an error in it has a place in the expanded text, which may have no calls of its own and
    no more characters than Logs Insights takes.
    """
    calls = [node for node in walk(parse(text)) if isinstance(node, SavedCall)]
    if not calls:
        return text
    parts: list[str] = []
    end = 0
    for call in calls:
        parts += (text[end : call.span.start], _expanded(call, definitions, text))
        end = call.span.end
    expanded = "".join((*parts, text[end:]))
    for node in walk(parse(expanded)):
        if isinstance(node, SavedCall):
            message = f"The saved query {quoted(node.name)} is called inside another."
            hint = "A saved query may not call one; put its text there."
            raise QueryError(message, node.span, expanded, hint)
    return expanded


def _expanded(call: SavedCall, definitions: Mapping[str, SavedQuery], text: str) -> str:
    """The text of the saved query that the call names, with its values."""
    definition = definitions.get(call.name)
    if definition is None:
        listed = ", ".join(map(quoted, sorted(definitions)[:10])) or "none"
        message = f"There is no saved query {quoted(call.name)}."
        raise QueryError(message, call.span, text, f"Saved queries: {listed}.")
    values: dict[str, str] = {}
    for argument in call.arguments:
        if argument.name not in definition.parameters:
            listed = ", ".join(map(quoted, definition.parameters)) or "none"
            message = f"The saved query has no parameter {quoted(argument.name)}."
            raise QueryError(message, argument.span, text, f"Its parameters: {listed}.")
        values[argument.name] = _written(argument.span, text)
    for name, default in definition.parameters.items():
        given = values.get(name, default)
        if given is None:
            hint = f'Write `{name} = "value"` in the parentheses.'
            raise QueryError(f"There is no value for {quoted(name)}.", call.span, text, hint)
        values[name] = given
    body = _PLACE.sub(lambda place: values.get(place[1], place[0]), definition.text.strip())
    # A comment in the last line must not swallow what follows the call.
    return body + "\n" if "#" in body.rsplit("\n", 1)[-1] else body


def _written(argument: Span, text: str) -> str:
    """The value of an argument as it stands in the text, after the `=`."""
    return text[argument.start : argument.end].split("=", 1)[1].strip()
