"""The functions of the language: one row each. The parser reads the signatures, the plan the code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """One function: `name` as printed, every accepted `spellings` (lower case), its arity."""

    name: str
    spellings: tuple[str, ...]
    at_least: int
    at_most: int | None
    aggregate: bool = False


FUNCTIONS: Mapping[str, Function] = {}
"""By spelling, in lower case."""
