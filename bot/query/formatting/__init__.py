"""Lays a query out as people read it best: a command to a line, long ones wrapped, comments kept.

The text is laid out from the tree, so it means the same by construction. Comments are no part of
the tree: each goes with the piece of the text that it stood before, or that it followed on its line.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.query.ast import Command, Field, Item, Query
from bot.query.errors import Span
from bot.query.formatting.pieces import (
    Chain,
    Inner,
    Listed,
    Part,
    Piece,
    Step,
    one_line,
    pieces,
    steps_of,
)
from bot.query.parser import MAX_LENGTH, parse_with_places
from bot.query.walk import walk

WIDTH = 100
_INDENT = 4


def format_query(text: str) -> str:
    """The query in its canonical layout; it parses to the same tree, and formats to itself.

    A comment alone on its line stays alone, before what it preceded; one after something stays
    there. A text that would grow beyond what Logs Insights takes is given back as it is.
    `QueryError` if the text is no query.
    """
    query, places = parse_with_places(text)
    commands = (node for node in walk(query) if isinstance(node, Command))
    heads = {id(node): head for node, head in zip(commands, places.heads, strict=True)}
    steps = steps_of(query, heads)
    footer = _attach(text, steps, places.comments, _exact_spans(query))
    writer = _Writer()
    writer.steps(steps, 0)
    for comment in footer:
        writer.newline(0)
        writer.line += comment
    laid_out = writer.text()
    return laid_out if len(laid_out) <= MAX_LENGTH else text


def _exact_spans(query: Query) -> list[Span]:
    """The places that are printed as they stand, with the comments in them."""
    items = (node for node in walk(query) if isinstance(node, Item))
    return [i.span for i in items if i.alias is None and not isinstance(i.expression, Field)]


def _attach(
    text: str, steps: Sequence[Step], comments: Sequence[Span], exact: Sequence[Span]
) -> list[str]:
    """Give each comment to its piece; what is left stands after the last command."""
    found = [piece for step in steps for piece in pieces(step)]
    starts = [piece.span.start for piece in found]
    footer: list[str] = []
    for span in comments:
        if any(place.start <= span.start < place.end for place in exact):
            continue
        comment = text[span.start : span.end].rstrip()
        alone = not text[text.rfind("\n", 0, span.start) + 1 : span.start].strip()
        place = bisect_left(starts, span.start) - 1  # the last piece that begins before it
        if not alone:
            found[place].after.append(comment)
            continue
        if place < 0 or found[place].span.end <= span.start:
            place += 1
        (found[place].before if place < len(found) else footer).append(comment)
    return footer


@dataclass(slots=True)
class _Writer:
    """Puts pieces on lines. `trailing` are the comments that the current line ends with."""

    lines: list[str] = field(default_factory=list)
    line: str = ""
    trailing: list[str] = field(default_factory=list)

    def text(self) -> str:
        """All that was written."""
        self.newline(0)
        return "\n".join(self.lines)

    def newline(self, indent: int) -> None:
        """End the line, unless nothing stands on it, and indent the next."""
        if self.line.strip():
            comments = f"  {' '.join(self.trailing)}" if self.trailing else ""
            self.lines.append(self.line.rstrip() + comments)
        self.line = " " * indent
        self.trailing = []

    def steps(self, steps: Sequence[Step], indent: int) -> None:
        """Write commands, each on lines of its own."""
        for number, step in enumerate(steps):
            self.newline(indent)
            self._put(step.head, indent, "| " if number else "")
            self._step(step, indent)

    def _step(self, step: Step, indent: int) -> None:
        whole = _flat(step)
        if whole is not None and self._fits(f" {whole.text}") and not self.trailing:
            self._put(whole, indent + _INDENT, " ")
            return
        for keyword, parts in step.groups:
            lead = " "
            if keyword:
                self._comments(_first(parts[0]), indent + 2)
                self.newline(indent + 2)
                self.line += keyword
            for number, part in enumerate(parts):
                tail = "," if number < len(parts) - 1 else ""
                self._part(part, indent + _INDENT, lead, tail)

    def _part(self, part: Part, indent: int, lead: str, tail: str = "") -> None:
        whole = _flat_part(part)
        if isinstance(part, Piece):
            self._put(part, indent, lead, tail)
        elif whole is not None and self._holds(whole, indent, lead, tail):
            self._put(whole, indent, lead, tail)
        else:
            self._broken(part, indent, lead, tail)

    def _broken(self, part: Chain | Listed | Inner, indent: int, lead: str, tail: str) -> None:
        """Write a part on several lines."""
        match part:
            case Chain(operator, operands, nested, enclosed):
                opening, closing = ("(", ")") if enclosed else ("", "")
                inner = indent + _INDENT if nested else indent
                self._part(operands[0], indent, lead + opening)
                for number, operand in enumerate(operands[1:], 2):
                    last = number == len(operands)
                    self.newline(inner)
                    self._part(operand, inner, f"{operator} ", closing + tail if last else "")
            case Listed(opened, items):
                self._put(opened, indent, lead)
                for number, item in enumerate(items, 1):
                    ending = "]" + tail if number == len(items) else ","
                    self._put(item, indent + _INDENT, "" if number == 1 else " ", ending)
            case _:  # `Inner`, says mypy
                if part.opened is not None:
                    self._put(part.opened, indent, lead)
                self.steps(part.steps, indent + _INDENT)
                self.newline(indent)
                self.line += ")" + tail

    def _put(self, piece: Piece, indent: int, lead: str, tail: str = "") -> None:
        """Write a piece on this line, or on a new one if it does not fit or comments part them."""
        self._comments(piece, indent)
        if self.trailing or not self._fits(lead + piece.text + tail):
            self.newline(indent)
        self.line += (lead if self.line.strip() else lead.lstrip()) + piece.text + tail
        self.trailing += piece.after

    def _comments(self, piece: Piece, indent: int) -> None:
        """Write the comments before the piece, each on a line of its own."""
        for comment in piece.before:
            self.newline(indent)
            self.line += comment
        if piece.before:
            self.newline(indent)
            piece.before = []

    def _fits(self, text: str) -> bool:
        used = len(self.line.rsplit("\n", 1)[-1])
        return not self.line.strip() or used + len(text.split("\n", 1)[0]) <= WIDTH

    def _holds(self, whole: Piece, indent: int, lead: str, tail: str) -> bool:
        """Whether the whole can stand on one line, this one or the next."""
        fresh = bool(whole.before or self.trailing)
        used = indent if fresh else len(self.line.rsplit("\n", 1)[-1])
        return used + len(lead + whole.text + tail) <= WIDTH


def _first(part: Part) -> Piece:
    """The piece with which a part begins."""
    return next(pieces(part))


def _flat(step: Step) -> Piece | None:
    """All groups of a command on one line, or None if comments or a sub-query forbid it."""
    if step.head.after:
        return None
    texts: list[str] = []
    after: list[str] = []
    for keyword, parts in step.groups:
        wholes = [whole for whole in map(_flat_part, parts) if whole is not None]
        if len(wholes) < len(parts) or after or any(whole.before for whole in wholes):
            return None
        if any(whole.after for whole in wholes[:-1]):
            return None
        after = wholes[-1].after
        shown = ", ".join(whole.text for whole in wholes)
        texts.append(f"{keyword} {shown}" if keyword else shown)
    return Piece(" ".join(texts), step.head.span, after=after)


def _flat_part(part: Part) -> Piece | None:
    """A part on one line, or None if comments or a sub-query forbid it."""
    if isinstance(part, Piece):
        return part
    text = one_line(part)
    if text is None:
        return None
    found = list(pieces(part))
    if any(piece.before for piece in found[1:]) or any(piece.after for piece in found[:-1]):
        return None
    return Piece(text, found[0].span, before=found[0].before, after=found[-1].after)
