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
from tests.bench.cold_start import write_index
from tests.bench.data import Data
from tests.bench.detections import DETECTIONS
from tests.bench.machine import processors
from tests.bench.measure import BenchError, Contestant, Rows, run, texts
from tests.bench.questions import QUERIES
from tests.bench.rules_pack import PACK, TESTS, write_detections, write_pack

# The commands of the program that is measured.
_BOT = (sys.executable, "-m", "bot")
_JSON = ("--logs", "{logs}", "--format", "json")
QUERY = (*_BOT, "query", "{query}", *_JSON)
TRY_ALL = (*_BOT, "rules", "try", "--all", *_JSON)
TRY_ONE = (*_BOT, "rules", "try", "{rule}", *_JSON)
TEST_ALL = (*_BOT, "rules", "test")
RULES = "SIEM_RULES"
PROCESSES = "--processes"

OURS, HALF, ALONE, ONE_RULE = "ours", "ours, half the events", "ours, one process", "ours, one rule"
DUCKDB, AS_TEXT, FORTY = "DuckDB", "DuckDB, lines as text", "DuckDB, forty queries"
BARE = "a bare Bolt app"
EVENT, RULE_TESTS = "one rule, one event", "a thousand rule tests"

_THREADS = {"POLARS_MAX_THREADS": str(processors())}

ONE = "key-made"
"""The rule that stands for one rule."""


def contests(question: str, data: Data) -> list[Contestant]:
    """The contestants of the question, and first how fast the machine could be at best.

    What is not installed is left out.
    """
    found = _found(question, data)
    return [contestant for contestant in found if _installed(contestant)]


def _found(question: str, data: Data) -> list[Contestant]:
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
    return _acknowledging(data)


def _installed(contestant: Contestant) -> bool:
    return all(map(shutil.which, contestant.needs))


def _queries(question: str, data: Data) -> list[Contestant]:
    ours = _ours(question, data.whole)
    ordered = question in "bc"
    found = [_reading(data), *([_decoding(data)] if question == "a" else ()), ours]
    found += _alone(ours, "query")
    for name, package in ((DUCKDB, "duckdb"), ("Polars", "polars")):
        if find_spec(package):
            command = _contestant(package, question, data.whole)
            found.append(Contestant(name, command, partial(_answer, ordered=ordered), _THREADS))
    if question == "d" and find_spec("duckdb"):
        found.append(Contestant(AS_TEXT, _contestant("duckdb", "d as text", data.whole), _answer))
    if question in shell.GREP:
        command = shell.command(shell.GREP[question], data.whole)
        read = partial(_answer, ordered=True) if question == "b" else _counted_lines
        name, needs = ("grep", ("grep",)) if question == "a" else ("grep and jq", ("grep", "jq"))
        found.append(Contestant(name, command, read, needs=needs))
    found += _jq(question, data)
    if question != "c":
        half = _ours(question, data.half)
        found.append(replace(half, name=HALF, read=None, once=True))
    return found


def _jq(question: str, data: Data) -> list[Contestant]:
    """jq over the first events only, and ours over the same ones so that its answer is checked."""
    share = data.few / data.events
    read = partial(_answer, ordered=question in "bc")
    command = shell.command(shell.JQ[question], data.sample)
    if share == 1:
        return [Contestant("jq", command, read, once=True, needs=("jq",))]
    same = replace(_ours(question, data.sample), name="ours, as many as jq", once=True)
    same = replace(same, like=same.name, needs=("jq",))
    tool = Contestant("jq", command, read, share=share, once=True, like=same.name, needs=("jq",))
    return [same, tool]


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

    whole = ours(OURS, TRY_ALL, data.whole)
    found = [_reading(data), whole, *_alone(whole, "rules", "try")]
    found.append(replace(ours(ONE_RULE, TRY_ONE, data.whole), read=None))
    found.append(replace(ours(HALF, TRY_ALL, data.half), read=None, once=True))
    if find_spec("duckdb"):
        for name, question in ((DUCKDB, "e"), (FORTY, "e40")):
            command = _contestant("duckdb", question, data.whole)
            found.append(Contestant(name, command, _counts, once=name == FORTY))
    return found


def _packed(data: Data) -> list[Contestant]:
    ours = _ours("f", data.packed)
    inflating = Contestant("only unpacking", _contestant("inflate", "f", data.packed))
    found = [inflating, ours, *_alone(ours, "query")]
    for name, package in ((DUCKDB, "duckdb"), ("Polars", "polars")):
        if find_spec(package):
            command = _contestant(package, "f", data.packed)
            found.append(Contestant(name, command, _answer, _THREADS))
    command = shell.command(shell.JQ["f"], data.packed)
    needs = ("zcat", "jq")
    return [*found, Contestant("zcat and jq", command, _answer, once=True, needs=needs)]


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


def _acknowledging(data: Data) -> list[Contestant]:
    folder = str(_folder(data, "index", write_index))
    command = (sys.executable, "-m", "tests.bench.cold_start", "--index", folder, "--one")
    return [
        Contestant(OURS, (*command, "ours"), micro=True),
        Contestant(BARE, (*command, "bare"), micro=True),
    ]


def _reading(data: Data) -> Contestant:
    return Contestant("only reading", shell.command('cat "$1" > /dev/null', data.whole))


def _decoding(data: Data) -> Contestant:
    return Contestant("only decoding the field", _contestant("decode", "a", data.whole))


def _alone(ours: Contestant, *command: str) -> list[Contestant]:
    """The same in one process, where the command can be told so."""
    if not _has_switch(command):
        return []
    return [replace(ours, name=ALONE, command=(*ours.command, PROCESSES, "1"))]


def _contestant(who: str, question: str, path: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.bench.contestant", who, question, str(path))


@cache
def _has_switch(command: tuple[str, ...]) -> bool:
    """Whether the program can be told how many processes to use."""
    asked = Contestant("help", (*_BOT, *command, "--help"))
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
