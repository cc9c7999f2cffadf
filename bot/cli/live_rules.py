"""Rules and sources that can be read anew while the bot runs: who holds them sees the new ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from bot.rules.card import Source
from bot.rules.model import Rule


class LiveRules(Sequence[Rule]):
    """The rules as they are now. A loop that has begun ends with those it began with."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.now = tuple(rules)

    def __len__(self) -> int:
        return len(self.now)

    @overload
    def __getitem__(self, at: int) -> Rule: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Rule]: ...

    def __getitem__(self, at: int | slice) -> Rule | Sequence[Rule]:
        return self.now[at]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.now)


class LiveSources(Mapping[str, Source]):
    """The sources as they are now, by name."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.now = dict(sources)

    def __len__(self) -> int:
        return len(self.now)

    def __getitem__(self, name: str) -> Source:
        return self.now[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.now)
