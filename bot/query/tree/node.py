"""The kind of class that nodes of a query's tree are: values that compare by what they say.

`msgspec.Struct` makes such classes a hundred times faster than `dataclasses` does, and a query has
some eighty of them: with dataclasses they were a quarter of the time until a first answer.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec.structs import replace

from bot.query.errors import Span

__all__ = ["NOWHERE", "TreeNode", "replace"]

NOWHERE = Span(0, 0)


class TreeNode(msgspec.Struct, frozen=True, eq=False, repr_omit_defaults=True):
    """A node. The fields that are `apart`, such as its place in the text, are no part of equality."""

    apart: ClassVar[frozenset[str]] = frozenset({"span"})

    def said(self) -> tuple[object, ...]:
        """The values of the fields that take part in equality, in their order."""
        apart = self.apart
        return tuple([getattr(self, n) for n in self.__struct_fields__ if n not in apart])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.said() == other.said()

    def __ne__(self, other: object) -> bool:  # that of a Struct compares identities
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), self.said()))
