"""What the bytes of an event must hold for the event to pass a query's first filters.

Whoever reads events may skip those that do not hold it. So this only ever asks for too little:
where it is not sure that a text must be there, it asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.query.ast import (
    Binary,
    Call,
    Display,
    Expression,
    Field,
    Fields,
    Filter,
    In,
    Like,
    Parse,
    Query,
    Regex,
    Sort,
    Text,
)
from bot.query.scans.certain import certain_texts
from bot.query.syntax.groups import read_groups
from bot.query.values import number_of

_MESSAGE = "@message"
_IN_NUMBERS = frozenset("0123456789+-.eE")  # what numbers are printed with


class Sought(msgspec.Struct, frozen=True):
    """A text that is part of `@message`; or else of a text value in the event, as JSON spells it.

    There each of its characters may be written as an escape.
    """

    text: str
    in_message: bool


class Required(msgspec.Struct, frozen=True):
    """At least one of these is in every event that passes."""

    texts: tuple[Sought, ...]

    @property
    def weakest(self) -> int:
        """The length of its shortest text: the longer it is, the fewer events hold it by chance."""
        return min(len(sought.text) for sought in self.texts)


def required(query: Query) -> tuple[Required, ...]:
    """What each event must hold to pass the filters that come before anything else drops rows.

    An event must hold all parts of the answer. That is so under every set of readings: a text that
    is no number equals only itself and is part of nothing but texts, and the empty text, which a
    missing field may count as, is never asked for.
    """
    made: set[str] = set()
    found: list[Required] = []
    for command in query.commands:
        match command:
            case Filter(condition):
                found += _all_of(condition, made)
            case Fields(items) | Display(items):
                made |= {
                    item.column
                    for item in items
                    if item.alias is not None or not isinstance(item.expression, Field)
                }
            case Parse(_, pattern, aliases):
                made |= set(aliases)
                if isinstance(pattern, Regex):
                    made |= set(read_groups(pattern, query.text).names)
            case Sort():
                pass  # the order of rows drops none
            case _:
                break
    return tuple(found)


def _all_of(condition: Expression, made: set[str]) -> Iterator[Required]:
    """What the condition needs, part by part."""
    for part in _joined(condition, "and"):
        if isinstance(part, Binary) and part.operator == "or":
            if either := _any_of(part, made):
                yield either
        elif texts := _texts(part, made):
            yield Required(texts)


def _any_of(condition: Expression, made: set[str]) -> Required | None:
    """What one of the joined conditions needs, of each the part that says most."""
    texts: list[Sought] = []
    for part in _joined(condition, "or"):
        needs = list(_all_of(part, made))
        if not needs:
            return None
        texts += max(needs, key=lambda need: need.weakest).texts
    return Required(tuple(dict.fromkeys(texts)))


def _joined(condition: Expression, operator: str) -> Iterator[Expression]:
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Binary) and part.operator == operator:
            waiting += (part.right, part.left)
        else:
            yield part


def _texts(condition: Expression, made: set[str]) -> tuple[Sought, ...]:
    """Texts of which the event must hold one where this single condition is true."""
    match condition:
        case Binary("=", Field() as field, Text(text)) | Binary("=", Text(text), Field() as field):
            return _equal(field, [text], made)
        case In(Field() as field, items, False):
            texts = [item.value for item in items if isinstance(item, Text)]
            return _equal(field, texts, made) if len(texts) == len(items) else ()
        case Like(Field() as field, Text(text), False):
            return _within(field, [text], made)
        case Like(Field() as field, Regex(pattern), False):
            return _within(field, certain_texts(pattern), made)
        case Call("strcontains", (Field() as field, Text(text))):
            return _within(field, [text], made)
        case _:
            return ()


def _equal(field: Field, texts: list[str], made: set[str]) -> tuple[Sought, ...]:
    """What is sought where the field is one of these texts; 443 may be written as `4.43e2`."""
    return _sought(field, texts, made) if not any(map(_is_number, texts)) else ()


def _is_number(text: str) -> bool:
    return number_of(text) is not None


def _within(field: Field, texts: list[str], made: set[str]) -> tuple[Sought, ...]:
    """What is sought where one of the texts is part of the field's, which a number has, too."""
    in_numbers = field.name != _MESSAGE and any(_IN_NUMBERS.issuperset(text) for text in texts)
    return () if in_numbers else _sought(field, texts, made)


def _sought(field: Field, texts: list[str], made: set[str]) -> tuple[Sought, ...]:
    parts = field.parts
    hidden = any(Field(parts[:length]).name in made for length in range(1, len(parts) + 1))
    system = field.name.startswith("@") and not field.name.startswith("@@")
    in_message = field.name == _MESSAGE
    if hidden or (system and not in_message) or not all(texts):
        return ()
    return tuple(Sought(text, in_message) for text in texts)
