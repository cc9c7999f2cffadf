"""Runs whole processes and says how long they took, what they computed, and what they held."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).absolute().parents[2]

_LAUNCH = Path(__file__).with_name("launch.py")

Rows = list[list[str]]


class BenchError(Exception):
    """A contestant failed, or answered something else than the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Contestant:
    """A command that answers a question.

    `read` makes rows of its output; without one the answer is not compared. `share` is the part of
    the events that it works on: its times are divided by it, and the table says so. `once` is for
    what takes too long to run in every round. `needs` are programs without which it cannot run.
    `micro` reads a time from the output, in place of that of the process.
    """

    name: str
    command: Sequence[str]
    read: Callable[[str], Rows] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0
    once: bool = False
    needs: Sequence[str] = ()
    micro: bool = False
    like: str = ""
    """The contestant whose rows its own must equal, if that is not the first."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds, seconds of processors, bytes of the largest of its processes, its output."""

    wall: float
    cpu: float
    memory: int
    output: str


@dataclass(frozen=True, slots=True)
class Median:
    """The medians of a contestant's runs."""

    contestant: Contestant
    wall: float
    cpu: float
    memory: int


def run(contestant: Contestant) -> Run:
    """One run of the contestant from a fresh process. `BenchError` if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder) / "out", Path(folder) / "errors"
        measured = subprocess.run(
            [sys.executable, "-I", "-S", _LAUNCH, out, errors, *contestant.command],
            cwd=ROOT,
            env={**os.environ, **contestant.environment},
            check=True,
            capture_output=True,
            text=True,
        )
        wall, cpu, kilobytes, status = measured.stdout.split()
        if status != "0":
            words = errors.read_text(errors="replace")[-2000:]
            raise BenchError(f"{contestant.name} failed:\n{words}")
        return Run(float(wall), float(cpu), int(kilobytes) * 1024, out.read_text("utf-8"))


def compete(contestants: Sequence[Contestant], rounds: int) -> list[Median]:
    """Run all contestants in turn, round after round, and compare the first round's answers.

    `BenchError` if one fails, or if two that can be compared do not give the same rows.
    """
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants:
            if number == 0 or not contestant.once:
                words = f"round {number + 1} of {rounds}: {contestant.name}"
                print(words, file=sys.stderr, flush=True)
                runs[contestant.name].append(run(contestant))
        if number == 0:
            compare({c: runs[c.name][0].output for c in contestants})
    return [_median(contestant, runs[contestant.name]) for contestant in contestants]


def compare(outputs: Mapping[Contestant, str]) -> None:
    """`BenchError` if the outputs do not say the same."""
    rows = {c.name: c.read(output) for c, output in outputs.items() if c.read is not None}
    first = next(iter(rows), "")
    for contestant in outputs:
        if contestant.name not in rows:
            continue
        other = contestant.like or first
        if rows[contestant.name] != rows[other]:
            words = _difference(rows[other], rows[contestant.name])
            raise BenchError(f"{other} and {contestant.name} do not give the same: {words}.")


def _difference(one: Rows, other: Rows) -> str:
    if len(one) != len(other):
        return f"{len(one)} rows and {len(other)}"
    place = next(n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    return f"row {place + 1} is {one[place]} and {other[place]}"


def _median(contestant: Contestant, runs: Sequence[Run]) -> Median:
    if contestant.micro:
        wall = cpu = statistics.median(float(run.output) for run in runs) / 1e6
    else:
        wall = statistics.median(run.wall for run in runs) / contestant.share
        cpu = statistics.median(run.cpu for run in runs) / contestant.share
    return Median(contestant, wall, cpu, int(statistics.median(run.memory for run in runs)))


def texts(rows: Sequence[Sequence[Any]]) -> Rows:
    """Rows of texts, as all contestants are compared; what is missing is an empty text."""
    return [["" if value is None else str(value) for value in row] for row in rows]
