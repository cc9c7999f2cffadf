"""`python -m tests.bench`: measures the engine beside DuckDB, Polars, jq and the machine's limits."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.contests import contests
from tests.bench.data import Data
from tests.bench.machine import processors
from tests.bench.measure import ROOT, BenchError, compete
from tests.bench.questions import TITLES
from tests.bench.report import by_name, table, target_lines


def main(words: Sequence[str] | None = None) -> int:
    """Measure what was asked for and print it; 1 if contestants disagree or one fails."""
    options = _options(words)
    data = Data(options.folder, options.events)
    print(f"{data.events:,} events, {options.rounds} rounds, {_machine()}\n", flush=True)
    results = {}
    try:
        for question in options.only:
            medians = compete(contests(question, data), options.rounds)
            results[question] = by_name(medians)
            print(table(question, medians), flush=True)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print(target_lines(results))
    return 0


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--events", type=_count, default=1_000_000, help="how many events")
    parser.add_argument("--rounds", type=_count, default=5, help="runs of each contestant")
    parser.add_argument(
        "--only", type=_questions, default=tuple(TITLES), help="questions, such as a,b"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / ".data" / "bench")
    return parser.parse_args(words)


def _count(text: str) -> int:
    number = int(text.replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _questions(text: str) -> tuple[str, ...]:
    asked = tuple(text.split(","))
    for question in asked:
        if question not in TITLES:
            raise argparse.ArgumentTypeError(f"{question}: one of {', '.join(TITLES)}")
    return asked


def _machine() -> str:
    return f"{processors()} processors, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
