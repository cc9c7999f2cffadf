"""Who answers which question, with which command, and how its rows are read."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

from tests.bench import shell
from tests.bench.data import Data
from tests.bench.detections import DETECTIONS
from tests.bench.measure import BenchError, Contestant, Rows, run, texts
from tests.bench.questions import QUERIES
from tests.bench.rules_pack import PACK, TESTS, write_detections, write_pack

# The commands of the program that is measured.
QUERY = (sys.executable, "-m", "bot", "query", "{query}", "--logs", "{logs}", "--format", "json")
TRY_ALL = (
    sys.executable,
    "-m",
    "bot",
    "rules",
    "try",
    "--all",
    "--logs",
    "{logs}",
    "--format",
    "json",
)
TRY_ONE = (
    sys.executable,
    "-m",
    "bot",
    "rules",
    "try",
    "{rule}",
    "--logs",
    "{logs}",
    "--format",
    "json",
)
TEST_ALL = (sys.executable, "-m", "bot", "rules", "test")
RULES = "SIEM_RULES"
PROCESSES = "--processes"

OURS, HALF, ALONE, ONE_RULE = "ours", "ours, half the events", "ours, one process", "ours, one rule"
DUCKDB, FORTY = "DuckDB", "DuckDB, forty queries"
EVENT, RULE_TESTS = "one rule, one event", "a thousand rule tests"

ONE = "key-made"
"""The rule that stands for one rule."""


def contests(question: str, data: Data) -> list[Contestant]:
    """The contestants of the question. What is not installed is left out."""
    match question:
        case "a" | "b" | "c" | "d":
            return _queries(question, data)
        case "e":
            return _detections(data)
        case "f":
            return _packed(data)
        case "g":
            return _small(data)
        case "h":
            return _cold(data)
    return _limits(data)


def _queries(question: str, data: Data) -> list[Contestant]:
    ours = _ours(question, data.whole)
    ordered = question in "bc"
    found = [ours]
    if _has_switch("query"):
        found.append(replace(ours, name=ALONE, command=(*ours.command, PROCESSES, "1")))
    for name, package in ((DUCKDB, "duckdb"), ("Polars", "polars")):
        if find_spec(package):
            command = _contestant(package, question, data.whole)
            found.append(Contestant(name, command, partial(_answer, ordered=ordered)))
    if shutil.which("jq"):
        found += _shell(question, data)
    if question != "c":
        half = _ours(question, data.half)
        found.append(replace(half, name=HALF, read=None, once=True))
    return found


def _shell(question: str, data: Data) -> list[Contestant]:
    found = []
    if question in shell.GREP:
        command = shell.command(shell.GREP[question], data.whole)
        read = partial(_answer, ordered=True) if question == "b" else _counted_lines
        found.append(Contestant("grep and jq" if question != "a" else "grep", command, read))
    return found + _jq(question, data)


def _jq(question: str, data: Data) -> list[Contestant]:
    """jq over the first events only, and ours over the same ones so that its answer is checked."""
    share = data.few / data.events
    read = partial(_answer, ordered=question in "bc")
    command = shell.command(shell.JQ[question], data.sample)
    if share == 1:
        return [Contestant("jq", command, read, once=True)]
    same = replace(_ours(question, data.sample), name="ours, as many as jq", once=True)
    same = replace(same, like=same.name)
    return [same, Contestant("jq", command, read, share=share, once=True, like=same.name)]


def _ours(question: str, logs: Path) -> Contestant:
    words = {"query": QUERIES[question], "logs": str(logs)}
    command = [part.format(**words) if part in ("{query}", "{logs}") else part for part in QUERY]
    return Contestant(OURS, command, partial(_own_rows, ordered=question in "bc"))


def _detections(data: Data) -> list[Contestant]:
    folder = _folder(data, "detections", write_detections)
    environment = {RULES: str(folder)}

    def ours(name: str, command: Sequence[str], logs: Path) -> Contestant:
        filled = [part.format(logs=logs, rule=ONE) for part in command]
        return Contestant(name, filled, _findings, environment)

    found = [ours(OURS, TRY_ALL, data.whole)]
    found.append(replace(ours(ONE_RULE, TRY_ONE, data.whole), read=None))
    found.append(replace(ours(HALF, TRY_ALL, data.half), read=None, once=True))
    if find_spec("duckdb"):
        for name, question in ((DUCKDB, "e"), (FORTY, "e40")):
            command = _contestant("duckdb", question, data.whole)
            found.append(Contestant(name, command, _counts, once=name == FORTY))
    return found


def _packed(data: Data) -> list[Contestant]:
    found = [_ours("f", data.packed)]
    if find_spec("duckdb"):
        found.append(Contestant(DUCKDB, _contestant("duckdb", "f", data.packed), _answer))
    if shutil.which("jq"):
        command = shell.command(shell.JQ["f"], data.packed)
        found.append(Contestant("zcat and jq", command, _answer, once=True))
    found.append(Contestant("only unpacking", _contestant("inflate", "f", data.packed)))
    return found


def _small(data: Data) -> list[Contestant]:
    pack = _folder(data, "pack", write_pack)
    return [
        Contestant(EVENT, _contestant("event", "g", data.tiny), micro=True),
        Contestant(RULE_TESTS, TEST_ALL, _passed, {RULES: str(pack)}),
    ]


def _cold(data: Data) -> list[Contestant]:
    found = [_ours("h", data.tiny)]
    found.append(Contestant("python -c pass", (sys.executable, "-c", "pass")))
    if find_spec("duckdb"):
        found.append(Contestant(DUCKDB, _contestant("duckdb", "h", data.tiny), _answer))
    return found


def _limits(data: Data) -> list[Contestant]:
    read = shell.command('cat "$1" > /dev/null', data.whole)
    return [
        Contestant("read every byte", read),
        Contestant("decode one field of each event", _contestant("decode", "a", data.whole)),
        Contestant("unpack the gzip files", _contestant("inflate", "f", data.packed)),
    ]


def _contestant(who: str, question: str, path: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.bench.contestant", who, question, str(path))


@cache
def _has_switch(command: str) -> bool:
    """Whether the program can be told how many processes to use."""
    asked = Contestant("help", (sys.executable, "-m", "bot", command, "--help"))
    return PROCESSES in run(asked).output


def _folder(data: Data, name: str, write: Callable[[Path], None]) -> Path:
    """A folder of rules. It is written anew for each run: that takes no time."""
    folder = data.place(name)
    if folder.exists():
        shutil.rmtree(folder)
    write(folder)
    return folder


def _answer(output: str, ordered: bool = False) -> Rows:
    rows = texts(json.loads(output))
    return rows if ordered else sorted(rows)


def _own_rows(output: str, ordered: bool) -> Rows:
    answer = json.loads(output)
    # The names that the query gives come in its own order; groups stand last, in every query here.
    columns = answer["columns"]
    rows = texts([[row.get(name) for name in columns] for row in answer["rows"]])
    return rows if ordered else sorted(rows)


def _counted_lines(output: str) -> Rows:
    """The rows of `uniq -c`: a count, and what was counted."""
    return sorted([line.split()[1], line.split()[0]] for line in output.splitlines())


def _findings(output: str) -> Rows:
    counts = dict.fromkeys((d.id for d in DETECTIONS), 0)
    for group in json.loads(output)["findings"]:
        counts[group["rule"]] += group["count"]
    return [[str(count)] for count in counts.values()]


def _counts(output: str) -> Rows:
    return texts(json.loads(output))


def _passed(output: str) -> Rows:
    last = output.strip().splitlines()[-1]
    wanted = f"{PACK * TESTS} passed, 0 failed"
    if last != wanted:
        raise BenchError(f"The tests of the rules ended with {last!r}, not {wanted!r}.")
    return [[last]]
