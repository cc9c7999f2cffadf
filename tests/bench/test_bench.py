"""The benchmark measures what it says: its events, its answers, its comparison, its verdicts."""

from __future__ import annotations

import collections
import gzip
import hashlib
import json
import sys

import pytest

from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from tests.bench import cold_start, events
from tests.bench.cold_start_services import services
from tests.bench.contests import AS_TEXT, DUCKDB, HALF, OURS, contests
from tests.bench.data import Data
from tests.bench.detections import DETECTIONS
from tests.bench.identities import TYPES
from tests.bench.measure import BenchError, Contestant, Median, compare, compete, run, texts
from tests.bench.report import table
from tests.bench.rules_pack import example
from tests.bench.services import BUCKET, calls
from tests.bench.targets import targets

EVENTS = 4 * events.BLOCK


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return Data(tmp_path_factory.mktemp("bench"), EVENTS)


@pytest.fixture(scope="module")
def written(data):
    return [json.loads(line) for line in data.whole.read_bytes().splitlines()]


def test_the_events_are_the_same_on_every_machine():
    assert hashlib.sha256(events.lines(3)).hexdigest()[:16] == "12782591ec6aabc3"


def test_the_events_are_as_many_and_as_long_as_said(data, written):
    assert len(written) == EVENTS
    assert 1_350 < data.whole.stat().st_size / len(written) < 1_480
    assert len({event["eventID"] for event in written}) == len(written)
    assert len({event["eventTime"] for event in written}) == len(written)
    escaped = [line for line in data.whole.read_bytes().splitlines() if b"\\" in line]
    assert 0.1 < len(escaped) / len(written) < 0.5


def test_there_are_so_many_services_calls_and_types(written):
    found, weights = calls()
    assert len({call.service for call in found}) == 31
    assert len({call.name for call in found}) == len(weights) == 128
    assert {event["userIdentity"]["type"] for event in written} <= set(TYPES)
    assert len(TYPES) == 8


def test_the_half_is_the_first_half(data):
    whole = data.whole.read_bytes().splitlines()
    assert data.half.read_bytes().splitlines() == whole[: len(whole) // 2]


def test_the_gzip_files_hold_the_same_events(data, written):
    files = sorted(data.packed.iterdir())
    assert len(files) == 20
    packed = [json.loads(gzip.decompress(file.read_bytes()))["Records"] for file in files]
    assert [event for records in packed for event in records] == written


def test_what_was_made_is_not_made_again(data):
    before = data.whole.stat().st_mtime_ns
    assert Data(data._folder.parent, data.events).whole.stat().st_mtime_ns == before


def test_what_is_half_made_is_made_anew(tmp_path):
    data = Data(tmp_path, EVENTS)
    part = data.place("tiny.jsonl.part")
    part.write_text("half of it")
    assert len(data.tiny.read_bytes().splitlines()) == 20
    assert not part.exists()


@pytest.mark.parametrize("question", list("abcdef"))
def test_all_who_can_answer_give_the_same(data, question):
    answering = [c for c in contests(question, data) if c.read is not None and c.name != HALF]
    assert OURS in [contestant.name for contestant in answering]
    medians = compete(answering, 1)
    assert all(median.wall > 0 for median in medians)
    assert OURS in table(question, medians)


@pytest.mark.parametrize("question", list("abcdf"))
def test_our_answer_is_the_one_that_a_loop_finds(question, data, written):
    expected = {"a": by_source, "b": writes, "c": groups, "d": refused, "f": by_source}
    wanted = expected[question](written)
    assert wanted, "the data have nothing to find"
    assert answer(question, data) == wanted


def answer(question, data):
    (ours,) = [c for c in contests(question, data) if c.name == OURS]
    return ours.read(run(ours).output)


def by_source(events):
    return sorted(texts(collections.Counter(e["eventSource"] for e in events).items()))


def writes(events):
    asked = [e for e in events if e["eventName"] == "PutObject"]
    rows = [
        [
            e["eventTime"],
            e["userIdentity"].get("arn"),
            e["sourceIPAddress"],
            e["requestParameters"]["key"],
        ]
        for e in asked
        if e["requestParameters"]["bucketName"] == BUCKET
    ]
    return texts(sorted(rows, key=lambda row: row[0], reverse=True)[:100])


def groups(events):
    found = collections.defaultdict(list)
    for e in events:
        hour = e["eventTime"][:13].replace("T", " ") + ":00:00.000"
        found[e["userIdentity"].get("arn", ""), hour].append(e["eventName"])
    rows = [[*key, len(names), len(set(names))] for key, names in found.items()]
    rows.sort(key=lambda row: (-row[2], -row[3], row[1], row[0] == "", row[0]))
    return texts(rows[:100])


def refused(events):
    denied = [e for e in events if e.get("errorCode") == "AccessDenied"]
    words = ("iam:Create", "iam:Get")
    return by_source([e for e in denied if any(word in e["errorMessage"] for word in words)])


def test_our_rules_find_what_a_loop_finds(data, written):
    counts = dict(zip((d.id for d in DETECTIONS), answer("e", data), strict=True))
    roots = [e for e in written if e["userIdentity"]["type"] == "Root"]
    assert counts["root-at-work"] == [str(sum(not e["readOnly"] for e in roots))] != ["0"]
    trails = ("StopLogging", "DeleteTrail", "UpdateTrail")
    stopped = sum(e["eventName"] in trails for e in written)
    assert counts["trail-stopped"] == [str(stopped)] != ["0"]


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda detection: detection.id)
def test_each_detection_finds_its_example_and_no_other(detection):
    plan = compile_query(parse(f"filter {detection.ql} | stats count(*) as n"))
    other = {"eventTime": "2026-11-02T09:00:00Z", "eventSource": "example.amazonaws.com"}
    (row,) = evaluate(plan, [example(detection), other], Context(0)).rows
    assert row == {"n": "1"}


def test_there_are_forty_detections():
    assert len({detection.id for detection in DETECTIONS}) == 40


def said(name, output, **more):
    return Contestant(name, (), lambda text: [[text]], **more), output


def test_another_answer_stops_the_benchmark():
    one, other = said("one", "1"), said("other", "2")
    with pytest.raises(BenchError, match=r"one and other do not give the same: row 1 is"):
        compare(dict([one, other]))
    compare(dict([one, said("other", "1")]))


def test_a_contestant_that_fails_stops_the_benchmark():
    failing = Contestant("failing", (sys.executable, "-c", "raise SystemExit('no luck')"))
    with pytest.raises(BenchError, match=r"failing failed:\nno luck"):
        run(failing)


def test_a_run_counts_the_largest_of_its_processes():
    script = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = b\"1\" * 90_000_000'])"
    )
    measured = run(Contestant("large", (sys.executable, "-c", script)))
    assert 90e6 < measured.memory < 180e6
    assert measured.wall > 0


def median(name, wall, memory=50e6):
    return Median(Contestant(name, ()), wall, wall, int(memory))


def test_targets_are_judged_by_what_was_measured():
    results = {OURS: median(OURS, 1.4), DUCKDB: median(DUCKDB, 1.0), "jq": median("jq", 14.0)}
    lines = [str(target) for target in targets({"a": results})]
    assert lines == [
        "a  met           times as long as DuckDB, at most 1.5: 1.4",
        "a  NOT MET       times as fast as jq, at least 20: 10",
        "a  met           MB in one process, at most 100: 50",
        "a  not measured  times the memory for twice the events, at most 1.2",
    ]


def test_the_faster_way_of_duckdb_counts():
    results = {
        OURS: median(OURS, 1.4),
        DUCKDB: median(DUCKDB, 1.0),
        AS_TEXT: median(AS_TEXT, 0.7),
    }
    assert str(next(targets({"d": results}))).endswith(
        "NOT MET       times as long as DuckDB, at most 1.5: 2"
    )


def test_memory_must_be_small_and_flat():
    results = {OURS: median(OURS, 1, 130e6), HALF: median(HALF, 1, 70e6)}
    assert [target.met for target in targets({"a": results})][2:] == [False, False]


BOTH = {cold_start.OURS: cold_start.HERE, cold_start.BARE: cold_start.HERE}


def test_a_cold_start_is_measured_from_a_new_process_to_its_acknowledgement(tmp_path):
    cold_start.write_index(tmp_path, 11)
    outcome = cold_start.measured(tmp_path, BOTH, 1)
    assert len(outcome.ours) == len(outcome.bare) == 1
    assert 0.05 < outcome.ours[0] < 30
    assert outcome.ratio == outcome.ours[0] / outcome.bare[0]


def test_a_cold_start_that_acknowledges_nothing_is_no_result(tmp_path):
    tmp_path.joinpath("rules.index").write_bytes(b"broken")
    with (
        services() as served,
        pytest.raises(BenchError, match="did not acknowledge: 200 The bot is"),
    ):
        cold_start.one_run(cold_start.OURS, served, tmp_path)
