"""One thing that Slack would refuse, in the shape and the words of blocks.validate.

The page (https://docs.slack.dev/reference/methods/blocks.validate) shows one error; codes, kinds of
constraint and sentences are those of the library that Slack wrote for it and published
(https://github.com/slackhq/hack-json-schema), as its answers have shown them for years.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

CODES: Mapping[str, str] = {
    "missing_field": "a required field is not there; `field` names it",
    "invalid_type": "a value is of another kind: text where a number is wanted",
    "failed_constraint": "a value breaks a rule; `constraint` says which",
}
"""Every `code` there is."""

CONSTRAINTS: Mapping[str, str] = {
    "max_length": "a text has more characters",
    "min_length": "a text has fewer characters",
    "max_items": "a list, or a whole payload, has more items",
    "min_items": "a list has fewer items",
    "maximum": "a number is larger",
    "minimum": "a number is smaller",
    "enum": "a value, or a type, is not one of those allowed here",
    "format": "a text is not written as it must be",
    "additional_properties": "the object has a field that Slack does not know; `field` names it",
    "any_of": "at least one of several fields must be there",
    "all_of": "one item for each of several names must be there",
    "not": "the value is not allowed together with another, or in this place",
    "unique": "the value was used before, and must be unique",
    "max_size": "the payload is too large to be looked at",
}
"""Every `constraint.type` there is; `expected` and `got` say more where they can."""

SHOWN = 100
"""Characters of a name or value of the payload that an error repeats."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """An error of blocks.validate. `pointer` is a JSON pointer (RFC 6901) into the payload."""

    pointer: str
    code: str
    message: str
    field: str | None = None
    constraint: Mapping[str, Any] | None = dataclasses.field(default=None, compare=False)

    def __str__(self) -> str:
        """As Slack writes it into `response_metadata.messages` of the other methods."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"

    def as_slack(self) -> dict[str, Any]:
        """As it stands in the `errors` of blocks.validate."""
        shown: dict[str, Any] = {
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
        }
        if self.field is not None:
            shown["field"] = self.field
        if self.constraint is not None:
            shown["constraint"] = dict(self.constraint)
        return shown


def failed(
    pointer: str,
    kind: str,
    message: str,
    expected: Any = None,
    got: Any = None,
) -> Problem:
    """A rule of the kind `kind` (CONSTRAINTS) that was broken."""
    constraint = {"type": kind}
    if expected is not None:
        constraint["expected"] = expected
    if got is not None:
        constraint["got"] = got
    return Problem(pointer, "failed_constraint", message, constraint=constraint)


def missing(pointer: str, name: str, message: str = "") -> Problem:
    """A field that is not there; the pointer is that of the object that wants it."""
    return Problem(
        pointer, "missing_field", message or f"missing required field: {name}", field=name
    )


def unknown(pointer: str, name: object) -> Problem:
    """A field that Slack does not know, of the object at `pointer`.

    Slack points at the object. Here the pointer goes on to the field, which is what to mend.
    """
    named = shown(name)
    return Problem(
        f"{pointer}/{step(name)}",
        "failed_constraint",
        f"invalid additional property: {named}",
        field=named,
        constraint={"type": "additional_properties", "got": named},
    )


def wrong_type(pointer: str, wanted: str) -> Problem:
    """A value of another kind than `wanted`, which is in words."""
    return Problem(pointer, "invalid_type", f"must provide {wanted}")


def shown(value: object) -> str:
    """A name or value of the payload as an error may repeat it: short, and always writable."""
    if isinstance(value, str):
        return value[:SHOWN].encode("utf-8", "replace").decode()
    if isinstance(value, bool | float | None) or (isinstance(value, int) and abs(value) < 1e18):
        return str(value)
    return type(value).__name__


def step(name: object) -> str:
    """A key as one step of a JSON pointer (RFC 6901), cut if it is long."""
    return shown(name).replace("~", "~0").replace("/", "~1")
