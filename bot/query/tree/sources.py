"""Where a query's events come from: `SOURCE` in all its forms, and calls of saved queries.

CloudWatch Logs user guide, pages "SOURCE" and "Saved queries with parameters".
"""

from __future__ import annotations

import re
from typing import TypeAlias

from bot.query.errors import Span
from bot.query.tree.leaves import (
    Duration,
    Field,
    Number,
    Text,
    print_text,
)
from bot.query.tree.node import NOWHERE, TreeNode

_BARE = re.compile(r"[^\W\d]\w*")


class LogGroups(TreeNode, frozen=True):
    """`logGroups(namePrefix: ["/aws"], accountIdentifier: […], class: […])`; empty is not given."""

    prefixes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    span: Span = NOWHERE

    def __str__(self) -> str:
        given = (
            ("namePrefix", self.prefixes),
            ("accountIdentifier", self.accounts),
            ("class", self.classes),
        )
        return (
            f"logGroups({', '.join(f'{key}: {_listed(texts)}' for key, texts in given if texts)})"
        )


class DataSource(TreeNode, frozen=True):
    """`dataSource(["amazon_vpc.flow"])`."""

    names: tuple[str, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"dataSource({_listed(self.names)})"


class TagFilter(TreeNode, frozen=True):
    """One filter of `logGroupTags`: a value may hold `*`, and `!` before it says what not to take."""

    key: str
    values: tuple[str, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f'{{"key": {print_text(self.key)}, "values": {_listed(self.values)}}}'


class LogGroupTags(TreeNode, frozen=True):
    """`logGroupTags([{"key": "team", "values": ["a*", "!b"]}])`."""

    filters: tuple[TagFilter, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"logGroupTags([{', '.join(map(str, self.filters))}])"


Selector: TypeAlias = LogGroups | DataSource | LogGroupTags


class Source(TreeNode, frozen=True):
    """`SOURCE "name" START=-1h END=0s`, or `SOURCE logGroups(…)` and the like.

    `name` is a log group or its ARN, or None where `selectors` choose log groups. `start` and
    `end` are as written: milliseconds since the epoch, a period relative to now, or `now`.
    `SOURCE 'a' | SOURCE 'b'` is two commands.
    """

    name: str | None = None
    start: str | None = None
    end: str | None = None
    selectors: tuple[Selector, ...] = ()
    span: Span = NOWHERE

    def __str__(self) -> str:
        where = [print_text(self.name)] if self.name is not None else map(str, self.selectors)
        start = f" START={self.start}" if self.start is not None else ""
        end = f" END={self.end}" if self.end is not None else ""
        return f"SOURCE {' '.join(where)}{start}{end}"


def _listed(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(print_text, texts))}]"


SavedValue: TypeAlias = Text | Number | Duration | Field


class Argument(TreeNode, frozen=True):
    """One argument of a saved query: AWS puts its text, quotes and all, in the parameter's place."""

    name: str
    value: SavedValue
    negative: bool = False
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.name} = {'-' if self.negative else ''}{self.value}"


class SavedCall(TreeNode, frozen=True):
    """`$Name(p = "v")`: a saved query in place of commands. It must be expanded to run."""

    name: str
    arguments: tuple[Argument, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        name = self.name if _BARE.fullmatch(self.name) else f"`{self.name}`"
        return f"${name}({', '.join(map(str, self.arguments))})"
