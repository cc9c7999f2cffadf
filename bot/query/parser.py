"""Reads the text of a query into its tree."""

from __future__ import annotations

import re

import msgspec

from bot.query.ast import Command, Field, Number, Parameter, Query, Text
from bot.query.errors import QueryError, Span
from bot.query.syntax.commands import COMMANDS
from bot.query.syntax.cursor import MAX_DEPTH, Cursor
from bot.query.syntax.refusals import refuse_command
from bot.query.syntax.scope import Scope
from bot.query.walk import depth

MAX_LENGTH = 10_000  # StartQuery, `queryString`
_SURROGATE = re.compile("[\ud800-\udfff]")


class Places(msgspec.Struct, frozen=True):
    """What a tree does not hold: where the commands' names stand, sub-queries' too, and comments."""

    heads: tuple[Span, ...]
    comments: tuple[Span, ...]


def parse(text: str) -> Query:
    """The tree of a query in Logs Insights QL.

    Raises `QueryError`, with the place in `text`, for whatever is not certain to mean here what
    it means in CloudWatch: nothing is skipped.
    """
    return parse_with_places(text)[0]


def parse_with_places(text: str) -> tuple[Query, Places]:
    """The tree of a query, as `parse` gives it, and the places of names and comments in its text."""
    if len(text) > MAX_LENGTH:
        message = f"The query has {len(text):,} characters; Logs Insights takes {MAX_LENGTH:,}."
        raise QueryError(message, Span(MAX_LENGTH, len(text)), text)
    if broken := _SURROGATE.search(text):
        raise QueryError("This is half a character.", Span(*broken.span()), text)
    cursor = Cursor(text, _read_query, COMMANDS.__contains__)
    if cursor.token.ends:
        raise cursor.error("The query is empty.", "Such as `fields @timestamp, @message`.")
    query = _read_query(cursor)
    comments = sorted(cursor.comments.items())
    return query, Places(tuple(cursor.heads), tuple(span for _, span in comments))


def _read_query(cursor: Cursor) -> Query:
    """Read commands up to the end of the text, or of a sub-query."""
    if cursor.token.word == "|":
        raise cursor.error("A query begins with a command, not with `|`.", "Remove it.")
    scope = Scope(cursor.text)
    commands = [_command(cursor, scope)]
    while _pipe(cursor):
        commands.append(_command(cursor, scope))
    return Query(tuple(commands), cursor.text)


def _command(cursor: Cursor, scope: Scope) -> Command:
    name = cursor.token.span
    read = COMMANDS.get(cursor.token.word)
    if read is None:
        raise refuse_command(cursor, COMMANDS)
    cursor.advance()
    cursor.heads.append(name)
    command = read(cursor)
    if depth(command) > MAX_DEPTH:
        raise cursor.error(f"This is nested more than {MAX_DEPTH} levels deep.", span=command.span)
    scope.follow(command, name)
    cursor.columns = scope.columns
    return command


def _pipe(cursor: Cursor) -> bool:
    """Read the `|` before the next command; False at the end of the query."""
    if cursor.token.ends or (cursor.nested and cursor.token.word == ")"):
        return False
    if cursor.token.word != "|":
        raise _not_ended(cursor)
    pipe = cursor.advance().span
    if cursor.token.ends:
        raise cursor.error("A command must follow the `|`.", "Remove it.", pipe)
    if cursor.token.word == "|":
        raise cursor.error("A command is missing between two `|`.", "Remove one of them.")
    return True


def _not_ended(cursor: Cursor) -> QueryError:
    """The error for a token that can neither go on with the command nor begin the next."""
    token = cursor.token
    message = f"Expected `|` or the end of the query here, not {cursor.shown()}."
    hint = ""
    if token.word in COMMANDS:
        hint = "Put a `|` before the next command."
    elif token.word == "|" * 2:
        hint = "Write one `|`."
    elif cursor.text.startswith("//", token.span.start):
        hint = "A comment begins with `#`."
    elif token.word in (")", "]"):
        hint = "Nothing was opened that it could close."
    elif isinstance(token.node, Field):
        hint = "Is a comma, an operator or a `|` missing before it?"
    elif isinstance(token.node, Text | Number | Parameter):
        hint = "Is an operator such as `=` missing before it?"
    return cursor.error(message, hint)
