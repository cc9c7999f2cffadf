"""The benchmark's data is the same everywhere, and its contestants are held to the same answers."""

import gzip
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from tests.bench.contests import DUCKDB, HALF, ONE_RULE, OURS, contests
from tests.bench.data import Data
from tests.bench.detections import DETECTIONS, sql_columns
from tests.bench.events import BLOCK, BUCKET, block, lines, records
from tests.bench.measure import (
    ROOT,
    BenchError,
    Contestant,
    Median,
    compare,
    compete,
    run,
    texts,
)
from tests.bench.report import table
from tests.bench.rules_pack import example
from tests.bench.targets import targets

EVENTS = 2 * BLOCK
ELSEWHERE = (
    "import hashlib; from tests.bench.events import lines; "
    "print(hashlib.sha256(lines(0) + lines(7)).hexdigest())"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return Data(tmp_path_factory.mktemp("bench"), EVENTS)


def events_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_events_depend_on_nothing_but_their_number():
    hashes = {
        subprocess.run(
            [sys.executable, "-c", ELSEWHERE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1
    assert lines(0) != lines(1)


def test_files_are_their_blocks_and_a_short_file_is_the_first_part_of_a_long_one(data):
    whole = data.whole.read_bytes()
    assert whole == lines(0) + lines(1)
    assert whole.startswith(data.half.read_bytes())
    assert len(events_of(data.half)) == BLOCK
    assert events_of(data.tiny) == block(0)[:20]


def test_gzip_files_hold_the_same_events(data):
    packed = [
        event
        for path in sorted(data.packed.iterdir())
        for event in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]
    assert packed == events_of(data.whole)
    assert json.loads(records(1, 5, 7))["Records"] == block(1)[5:7]


def test_half_made_files_are_made_again(tmp_path):
    data = Data(tmp_path, EVENTS)
    part = data.place("tiny.jsonl.part")
    part.write_text("half of it")
    assert events_of(data.tiny) == block(0)[:20]
    assert not part.exists()


def test_events_are_as_large_and_as_mixed_as_the_page_says():
    made = [event for number in range(20) for event in block(number)]
    size = sum(len(lines(number)) for number in range(20)) / len(made)
    assert 1350 < size < 1480
    assert len({event["eventSource"] for event in made}) == 31
    assert len({event["eventName"] for event in made}) <= 128
    assert len({event["userIdentity"]["type"] for event in made}) == 8
    assert len({event["eventTime"] for event in made}) == len(made)
    assert b"\\u003c" in lines(0)
    assert b'\\"' in lines(0)


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda detection: detection.id)
def test_detections_find_their_example_and_nothing_in_an_empty_event(detection):
    plan = compile_query(parse(f"filter {detection.ql} | stats count(*) as n"))
    found = [evaluate(plan, [e], Context(0)).rows for e in (example(detection), {"a": 1})]
    assert found == [[{"n": "1"}], [{"n": "0"}]]


def test_forty_detections_and_the_columns_they_need():
    assert len({detection.id for detection in DETECTIONS}) == 40
    columns = sql_columns(DETECTIONS)
    assert columns["readOnly"] == "BOOLEAN"
    assert '"cidrIp" VARCHAR' in columns["requestParameters"]
    assert DETECTIONS[1].sql == (
        "\"eventSource\" = 'iam.amazonaws.com' AND \"eventName\" = 'CreateAccessKey'"
        ' AND "userIdentity"."type" != \'AWSService\''
    )


def expected(question: str, path: Path) -> list[list[str]]:
    """The answer, worked out without the engine."""
    events = events_of(path)
    match question:
        case "b":
            rows = [
                [e["eventTime"], e["userIdentity"].get("arn"), e["sourceIPAddress"], asked["key"]]
                for e in events
                if (asked := e["requestParameters"])
                and (e["eventName"], asked.get("bucketName")) == ("PutObject", BUCKET)
            ]
            return texts(sorted(rows, reverse=True)[:100])
        case "c":
            groups = defaultdict(list)
            for e in events:
                hour = e["eventTime"][:13].replace("T", " ") + ":00:00.000"
                groups[e["userIdentity"].get("arn", ""), hour].append(e["eventName"])
            rows = [[*key, len(names), len(set(names))] for key, names in groups.items()]
            rows.sort(key=lambda r: (-r[2], -r[3], r[1], r[0] == "", r[0]))
            return texts(rows[:100])
        case "d":
            events = [
                e
                for e in events
                if e.get("errorCode") == "AccessDenied"
                and any(f"iam:{verb}" in e["errorMessage"] for verb in ("Create", "Get"))
            ]
    return sorted(texts(Counter(e["eventSource"] for e in events).items()))


@pytest.mark.parametrize("question", "acdf")
def test_our_answer_is_the_one_worked_out_by_hand(question, data):
    ours = contests(question, data)[0]
    rows = ours.read(run(ours).output)
    assert rows == expected(question, data.whole)
    assert rows


def test_our_answer_about_a_rare_write_is_the_one_worked_out_by_hand(tmp_path):
    data = Data(tmp_path, 16 * BLOCK)  # few, but one such write is among them
    ours = contests("b", data)[0]
    rows = ours.read(run(ours).output)
    assert rows == expected("b", data.whole)
    assert rows


def test_our_rules_find_what_is_there(data):
    ours = contests("e", data)[0]
    counts = dict(zip((d.id for d in DETECTIONS), ours.read(run(ours).output), strict=True))
    roots = [e for e in events_of(data.whole) if e["userIdentity"]["type"] == "Root"]
    refused = [e for e in roots if "Access" in e.get("errorCode", "")]
    assert counts["root-at-work"] == [str(sum(not e["readOnly"] for e in roots))]
    assert counts["root-refused"] == [str(len(refused))]
    assert counts["trail-stopped"] != ["0"]


def test_whoever_is_installed_agrees(data):
    medians = compete(contests("a", data), 1)
    assert medians[0].contestant.name == OURS
    assert all(m.wall > 0 and m.memory > 1e6 for m in medians)
    assert "count by eventSource" in table("a", medians)


def test_different_answers_stop_the_bench():
    one, other = (Contestant(name, (), json.loads) for name in ("one", "other"))
    with pytest.raises(BenchError, match=r"one and other do not give the same: row 2 is"):
        compare({one: '[["a"], ["b"]]', other: '[["a"], ["c"]]'})
    with pytest.raises(BenchError, match="1 rows and 0"):
        compare({one: '[["a"]]', other: "[]"})
    compare({one: "[]", other: "[]"})


def test_a_contestant_that_fails_stops_the_bench():
    broken = Contestant("broken", (sys.executable, "-c", "raise SystemExit('no such file')"))
    with pytest.raises(BenchError, match="broken failed:\nno such file"):
        run(broken)


def median(name: str, wall: float, memory: float = 50e6) -> Median:
    return Median(Contestant(name, ()), wall, wall, int(memory))


@pytest.mark.parametrize(
    ("walls", "met"),
    [
        ({OURS: 1.4, DUCKDB: 1, "jq": 30, HALF: 1}, [True, True, True, True]),
        ({OURS: 1.6, DUCKDB: 1, "jq": 30, HALF: 1}, [False, False, True, True]),
    ],
)
def test_targets_are_met_or_not_by_what_was_measured(walls, met):
    found = list(targets({"a": {name: median(name, wall) for name, wall in walls.items()}}))
    assert [target.met for target in found] == met
    assert ("NOT MET" in str(found[0])) is not met[0]


def test_memory_must_be_small_and_flat():
    grown = {OURS: median(OURS, 1, 130e6), HALF: median(HALF, 1, 70e6)}
    assert [t.met for t in targets({"a": grown})][2:] == [False, False]


def test_what_was_not_measured_is_no_target_that_is_met_or_missed():
    alone = {"e": {OURS: median(OURS, 2), ONE_RULE: median(ONE_RULE, 1)}}
    words = [str(target) for target in targets(alone)]
    assert [("not measured" in word) for word in words] == [False, True, False, True]
