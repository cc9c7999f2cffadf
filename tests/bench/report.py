"""Prints medians as a table: beside each contestant, how many times as long as ours it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabulate import tabulate

from tests.bench.contests import OURS
from tests.bench.measure import Median
from tests.bench.questions import TITLES
from tests.bench.targets import Results, targets

_HEADERS = ("", "to ours", "wall", "cpu", "memory", "")


def table(question: str, medians: Sequence[Median]) -> str:
    """The table of one question."""
    ours = next((m.wall for m in medians if m.contestant.name == OURS), None)
    rows = [
        (
            median.contestant.name,
            f"{median.wall / ours:.2f}" if ours else "",
            _time(median.wall),
            _time(median.cpu),
            f"{median.memory / 1e6:,.0f} MB",
            _notes(median),
        )
        for median in medians
    ]
    body = tabulate(rows, _HEADERS, tablefmt="simple", disable_numparse=True, colalign=_ALIGNED)
    return f"{question}  {TITLES[question]}\n\n{body}\n"


_ALIGNED = ("left", "right", "right", "right", "right", "left")


def target_lines(results: Results) -> str:
    """One line for each target."""
    return "\n".join(map(str, targets(results)))


def by_name(medians: Sequence[Median]) -> Mapping[str, Median]:
    """The medians by the names of their contestants."""
    return {median.contestant.name: median for median in medians}


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:,.1f} µs"
    return f"{seconds * 1e3:,.0f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def _notes(median: Median) -> str:
    contestant = median.contestant
    notes = []
    if contestant.share != 1:
        notes.append(f"measured on {contestant.share:.0%} of the events, times scaled")
    if contestant.once:
        notes.append("one run")
    if contestant.micro:
        notes.append("inside a process")
    return ", ".join(notes)
