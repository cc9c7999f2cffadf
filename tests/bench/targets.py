"""What the engine wants to reach, and whether this run reached it: from measured figures only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.bench.contests import (
    AS_TEXT,
    BARE,
    DUCKDB,
    EVENT,
    FORTY,
    HALF,
    ONE_RULE,
    OURS,
    RULE_TESTS,
)
from tests.bench.measure import Median

Results = Mapping[str, Mapping[str, Median]]
"""By question, then by the name of the contestant."""

_MEGABYTE = 1e6
_FLAT = 1.2
"""Memory counts as flat if twice the events take at most so many times as much."""


@dataclass(frozen=True, slots=True)
class Target:
    """A wish, and what of it was measured, if it was."""

    question: str
    wish: str
    measured: float | None
    met: bool

    def __str__(self) -> str:
        if self.measured is None:
            return f"{self.question}  not measured  {self.wish}"
        word = "met    " if self.met else "NOT MET"
        return f"{self.question}  {word}       {self.wish}: {self.measured:,.4g}"


def targets(results: Results) -> Iterator[Target]:
    """All targets of the questions that were asked."""
    for question in "abcdefghi":
        if question in results:
            yield from _OF[question](question, results[question])


def _ratio(
    results: Mapping[str, Median], of: str, to: str, measure: Callable[[Median], float]
) -> float | None:
    if of not in results or to not in results:
        return None
    return measure(results[of]) / measure(results[to])


def _wall(median: Median) -> float:
    return median.wall


def _memory(median: Median) -> float:
    return median.memory


def _at_most(question: str, wish: str, measured: float | None, most: float) -> Target:
    return Target(question, f"{wish}, at most {most:g}", measured, (measured or 0) <= most)


def _at_least(question: str, wish: str, measured: float | None, least: float) -> Target:
    return Target(question, f"{wish}, at least {least:g}", measured, (measured or 0) >= least)


def _beside_duckdb(question: str, results: Mapping[str, Median], most: float) -> Target:
    # Where it can answer in two ways, the faster one counts.
    ways = [ratio for name in (DUCKDB, AS_TEXT) if (ratio := _ratio(results, OURS, name, _wall))]
    ratio = max(ways, default=None)
    return _at_most(question, "times as long as DuckDB", ratio, most)


def _streaming(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    memory = results[OURS].memory / _MEGABYTE
    yield _at_most(question, "MB in one process", memory, 100)
    grown = _ratio(results, OURS, HALF, _memory)
    yield _at_most(question, "times the memory for twice the events", grown, _FLAT)


def _scan(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    yield _beside_duckdb(question, results, 1.5)
    yield _at_least(question, "times as fast as jq", _ratio(results, "jq", OURS, _wall), 20)
    yield from _streaming(question, results)


def _groups(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    yield _beside_duckdb(question, results, 3)


def _rules(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    forty = _ratio(results, OURS, ONE_RULE, _wall)
    yield _at_most(question, "times as long as one rule", forty, 2.5)
    slower = _ratio(results, FORTY, OURS, _wall)
    yield _at_least(question, "times as fast as forty queries of DuckDB", slower, 10)
    yield from _streaming(question, results)


def _packed(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    yield _beside_duckdb(question, results, 1.5)


def _small(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    yield _at_most(question, "µs for one rule on one event", results[EVENT].wall * 1e6, 10)
    yield _at_most(question, "seconds for a thousand rule tests", results[RULE_TESTS].wall, 3)


def _cold(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    yield _at_most(question, "ms from nothing to a row", results[OURS].wall * 1e3, 200)
    yield _at_most(question, "MB for it", results[OURS].memory / _MEGABYTE, 45)


def _acknowledged(question: str, results: Mapping[str, Median]) -> Iterator[Target]:
    ratio = _ratio(results, OURS, BARE, _wall)
    yield _at_most(question, "times as long as a bare Bolt app", ratio, 1.3)


_OF: Mapping[str, Callable[[str, Mapping[str, Median]], Iterator[Target]]] = {
    "a": _scan,
    "b": _scan,
    "c": _groups,
    "d": _scan,
    "e": _rules,
    "f": _packed,
    "g": _small,
    "h": _cold,
    "i": _acknowledged,
}
