"""A query over files, to rows, counts and troubles."""

from __future__ import annotations

import gzip
import json
from collections import Counter

import pytest

from bot.engine import scan as module
from bot.engine.scan import Progress, ScanRequest, newest_time, read_event, scan
from bot.engine.sources import LogFile, find_files
from bot.query.errors import QueryError, Span

NOON = 1_795_435_200_000  # 2026-11-23T12:00:00Z


def ask(query: str, files, start=None, end=None, limit=10_000, on_progress=None):
    return scan(ScanRequest(query, tuple(files), start, end, NOON, limit), on_progress)


def an_event(second: int, **more):
    minute, rest = divmod(second, 60)
    return {"eventTime": f"2026-11-23T12:{minute:02}:{rest:02}Z", "n": second, **more}


@pytest.fixture
def generated(tmp_path):
    """A thousand events in files of every form, and the events."""
    sources = ["s3", "iam", "ec2", None]
    events = [
        an_event(n, eventSource=sources[n % 7 % 4], size=n * n, who={"arn": f"role-{n % 13}"})
        for n in range(1000)
    ]
    texts = [json.dumps(event) for event in events]
    stored = [json.dumps([NOON + 1000 * n, NOON + 1000 * n, texts[n]]) for n in range(800, 1000)]
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(
        gzip.compress(f'{{"Records":[{",".join(texts[:200])}]}}'.encode())
    )
    (folder / "b.txt").write_text("\n".join(texts[200:400]))
    (folder / "c.json").write_text(json.dumps({"Records": events[400:600]}, indent=1))
    (folder / "d").write_text("".join(texts[600:700]))
    (folder / "e.gz").write_text(f"[{','.join(texts[700:800])}]\n")
    (tmp_path / "stored").write_text("\n".join(stored) + "\n")
    return [*find_files([folder]), LogFile(str(tmp_path / "stored"), stored=True)], events


# --------------------------------------------------------------------------- independent counts
def test_counts_are_those_of_an_independent_count(generated):
    files, events = generated

    found = ask("stats count(*) as n, sum(size) as total by eventSource", files)

    counted = Counter(event["eventSource"] for event in events)
    sizes = {
        key: sum(event["size"] for event in events if event["eventSource"] == key)
        for key in counted
    }
    assert {row.get("eventSource"): int(row["n"]) for row in found.rows} == counted
    assert {row.get("eventSource"): int(row["total"]) for row in found.rows} == sizes
    assert (found.matched, found.scanned) == (1000, 1000)
    assert found.pointers == [None] * len(counted)
    assert found.troubles == ()


def test_a_window_limits_what_is_matched_scanned_and_weighed(generated):
    files, events = generated
    window = NOON + 150_000, NOON + 850_000

    found = ask('filter eventSource = "iam" | stats count(*) as n', files, *window)

    inside = events[150:850]
    assert found.rows == [{"n": str(sum(event["eventSource"] == "iam" for event in inside))}]
    assert found.scanned == 700
    assert found.matched == int(found.rows[0]["n"])
    pretty = sum(len(json.dumps(event, indent=1)) + 2 * 9 for event in events[400:600])
    plain = sum(len(json.dumps(event)) for event in inside if not 400 <= event["n"] < 600)
    assert abs(found.bytes - plain - pretty) < 200 * 30  # an indented event, give or take blanks


def test_bytes_are_those_of_messages_in_utf_8(tmp_path):
    lines = ['{"a": "é"}', "words", "\U0001f600"]
    (tmp_path / "own").write_text("\r\n".join(lines), newline="")
    (tmp_path / "stored").write_text("".join(json.dumps([1, 1, line]) + "\n" for line in lines))

    for file in (LogFile(str(tmp_path / "own")), LogFile(str(tmp_path / "stored"), stored=True)):
        assert ask("fields @message", [file]).bytes == sum(len(line.encode()) for line in lines)


def test_rows_of_events_have_pointers_that_lead_back(generated):
    files, events = generated

    found = ask("fields n, @ptr | sort size desc | limit 400", files)

    assert [int(row["n"]) for row in found.rows] == list(range(999, 599, -1))
    for row, pointer in list(zip(found.rows, found.pointers, strict=True))[::20]:
        assert row["@ptr"] == pointer
        record = read_event(pointer, files)
        assert json.loads(record["@message"]) == events[int(row["n"])]


def test_equal_events_in_two_files_are_two_events(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_text(json.dumps(an_event(1)) + "\n")

    found = ask("fields n", find_files([tmp_path]))

    assert found.rows == [{"n": "1"}, {"n": "1"}]
    assert len(set(found.pointers)) == 2


def test_system_fields_come_from_the_file_and_the_event(tmp_path):
    (tmp_path / "log").write_text(json.dumps(an_event(1, **{"@log": "inner"})))
    file = LogFile(str(tmp_path / "log"), log="111122223333:g", stream="a/b")
    query = "fields @timestamp, @ingestionTime, @log, @logStream, @@log, @requestId"

    (row,) = ask(query, [file]).rows

    moment = "2026-11-23 12:00:01.000"
    assert row == {
        "@timestamp": moment, "@ingestionTime": moment,
        "@log": "111122223333:g", "@logStream": "a/b", "@@log": "inner",
    }  # fmt: skip


def test_a_stored_event_keeps_its_two_times(tmp_path):
    (tmp_path / "s").write_text(f'[{NOON}, {NOON + 90_000}, "words"]\n')

    (row,) = ask(
        "fields @timestamp, @ingestionTime, @message", [LogFile(str(tmp_path / "s"), stored=True)]
    ).rows

    assert row == {
        "@timestamp": "2026-11-23 12:00:00.000",
        "@ingestionTime": "2026-11-23 12:01:30.000",
        "@message": "words",
    }


def test_the_smaller_limit_holds(generated):
    files, _ = generated

    assert len(ask("fields n", files, limit=7).rows) == 7
    assert len(ask("fields n | limit 5", files, limit=7).rows) == 5
    assert len(ask("fields n", files, limit=1 << 62).rows) == 1000


def test_no_files_give_no_rows(tmp_path):
    found = ask("fields @message", [])

    assert (found.rows, found.scanned, found.bytes) == ([], 0, 0)
    assert found.columns == ("@message",)


def test_bad_files_and_lines_are_named_and_the_rest_is_searched(tmp_path):
    good = json.dumps(an_event(1))
    (tmp_path / "a").write_text(f'{good}\n{{"torn": \n{good}\n')
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "c").symlink_to(tmp_path / "gone")
    (tmp_path / "d").write_text("no time\n" + good)

    found = ask("fields n", find_files([tmp_path]), start=NOON)

    assert len(found.rows) == 3
    assert [str(trouble).removeprefix(f"{tmp_path}/") for trouble in found.troubles] == [
        "a, line 2: is not JSON that can be read; it is left out",
        "b.zip: is a zip file; unpack it first",
        "c: cannot be read: No such file or directory",
        "d, line 1: an event has no time that can be read; no window holds it, so it is left out",
    ]


@pytest.mark.parametrize("query", ["fields a |\n nonsense", "fields {{name}}", "stats"])
def test_a_query_that_cannot_run_is_refused_with_its_text(query):
    with pytest.raises(QueryError) as caught:
        ask(query, [])

    assert caught.value.text == query
    assert caught.value.span != Span(0, 0)


# ------------------------------------------------------------------------------------ progress
@pytest.fixture
def many(tmp_path):
    (tmp_path / "many").write_text(
        "".join(json.dumps(an_event(n % 3000)) + "\n" for n in range(30_000))
    )
    return find_files([tmp_path / "many"])


def test_progress_grows_from_nothing_to_all(many, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0)
    monkeypatch.setattr(module, "_SHARE", 1_000)
    seen: list[Progress] = []

    found = ask("fields n | limit 20000", many, limit=20_000, on_progress=seen.append)

    assert len(seen) > 3
    assert (seen[0].scanned, seen[0].fraction, seen[0].rows) == (0, 0.0, [])
    for name in ("scanned", "matched", "bytes", "fraction"):
        values = [getattr(progress, name) for progress in seen]
        assert values == sorted(values)
    assert seen[-1].fraction == 1.0
    assert len(seen[-1].rows) == len(seen[-1].pointers) == module.SHOWN
    assert len(found.rows) == 20_000


def test_telling_takes_a_small_part_of_the_time(many):
    calls = []

    ask("fields n", many, on_progress=calls.append)

    assert 1 <= len(calls) < 20


def test_what_the_listener_raises_ends_the_scan(many, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0)

    def stop(progress: Progress) -> None:
        if progress.scanned:
            raise KeyError

    with pytest.raises(KeyError):
        ask("fields n", many, on_progress=stop)


def test_the_listener_hears_of_a_scan_whose_events_are_all_outside_the_window(many, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0)
    seen: list[Progress] = []

    ask("fields n", many, end=1, on_progress=seen.append)

    assert len({progress.fraction for progress in seen}) > 3


def test_the_newest_time_of_all_files(generated, tmp_path):
    files, _ = generated

    assert newest_time(files) == NOON + 999_000
    assert newest_time(files[:1]) == NOON + 199_000
    assert newest_time([]) is None
    (tmp_path / "words").write_text("words\n")
    assert newest_time(find_files([tmp_path / "words"])) is None
