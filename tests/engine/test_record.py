"""A pointer leads back to its event, and to nothing else."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from bot.engine.pointers import file_identity, read_pointer, write_pointer
from bot.engine.record import read_event
from bot.engine.sources import LogFile
from bot.errors import BotError

NOON = 1_795_435_200_000
EVENT = {
    "eventTime": "2026-11-23T12:00:00Z",
    "a": {"b": [1, None, {"c": "x"}], "empty": {}, "d.e": 1.5},
    "flag": True,
    "none": None,
    "@message": "not the message",
    "big": 10**30,
}


def place_of(file: LogFile, offset: int, nth: int = 0) -> str:
    return write_pointer((file_identity(file), offset, nth))


def test_all_fields_of_an_event_come_back_as_text(tmp_path):
    text = json.dumps(EVENT)
    (tmp_path / "log").write_text(f"first\n{text}\nlast\n")
    file = LogFile(str(tmp_path / "log"), log="111122223333:g", stream="s")
    pointer = place_of(file, 6)

    assert read_event(pointer, [LogFile("other"), file]) == {
        "eventTime": "2026-11-23T12:00:00Z",
        "a.b.0": "1",
        "a.b.2.c": "x",
        "a.d.e": "1.5",
        "flag": "1",
        "@@message": "not the message",
        "big": str(10**30),
        "@timestamp": str(NOON),
        "@ingestionTime": str(NOON),
        "@log": "111122223333:g",
        "@logStream": "s",
        "@message": text,
        "@ptr": pointer,
    }


def test_records_in_gzip_and_joined_and_stored_events_are_found(tmp_path):
    records, joined, stored = (tmp_path / name for name in ("records", "joined", "stored"))
    records.write_bytes(gzip.compress(b'{"Records":[{"n": 1},{"n": 2}]}\n{"Records":[{"n": 3}]}'))
    joined.write_bytes(b'{"n": 1}{"n": 2}\n')
    stored.write_bytes(b'[1,2,"one"]\n[3,4,"{\\"n\\": 5}"]\n')
    files = [LogFile(str(records)), LogFile(str(joined)), LogFile(str(stored), stored=True)]

    assert read_event(place_of(files[0], 0, 1), files)["n"] == "2"
    assert read_event(place_of(files[0], 32, 0), files)["n"] == "3"
    assert read_event(place_of(files[1], 0, 1), files)["n"] == "2"
    found = read_event(place_of(files[2], 12), files)
    assert (found["@timestamp"], found["@ingestionTime"], found["n"]) == ("3", "4", "5")


def test_a_text_without_a_time_has_only_its_text(tmp_path):
    (tmp_path / "log").write_text("words\n")
    file = LogFile(str(tmp_path / "log"))
    pointer = place_of(file, 0)

    assert read_event(pointer, [file]) == {"@message": "words", "@ptr": pointer}


def test_an_event_nested_a_thousand_deep_is_no_problem(tmp_path):
    (tmp_path / "log").write_text('{"a":' * 900 + "1" + "}" * 900)
    file = LogFile(str(tmp_path / "log"))

    assert read_event(place_of(file, 0), [file])[".".join("a" * 900)] == "1"


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "x",
        "Li4vLi4vZXRjL3Bhc3N3ZA==",
        "\U0001f600",
        "\ud83d",
        "A" * 9999,
        base64.b64encode(b"\xff" * 24).decode(),
    ],
    ids=range(7),
)
def test_a_made_up_pointer_leads_nowhere(tmp_path, pointer):
    (tmp_path / "log").write_text("words\n")

    with pytest.raises(BotError, match="leads to no event"):
        read_event(pointer, [LogFile(str(tmp_path / "log"))])


@pytest.mark.parametrize(("offset", "nth"), [(1, 0), (0, 1), (7, 0), (1 << 60, 0)])
def test_a_place_where_no_event_begins_leads_nowhere(tmp_path, offset, nth):
    (tmp_path / "log").write_text("words\nmore\n")
    file = LogFile(str(tmp_path / "log"))

    with pytest.raises(BotError, match="leads to no event"):
        read_event(place_of(file, offset, nth), [file])


def test_a_pointer_stands_for_one_file_in_one_log(tmp_path):
    path = str(tmp_path / "log")
    files = [LogFile(path), LogFile(path, log="a"), LogFile(path, stream="a"), LogFile("other")]

    assert len({file_identity(file) for file in files}) == 4
    assert read_pointer(place_of(files[1], 7, 3)) == (file_identity(files[1]), 7, 3)
    assert len(file_identity(LogFile("half \ud83d"))) == 12


def test_fields_are_those_that_a_query_finds(tmp_path):
    flow = "2 111122223333 eni-0a1b - - - - - - - 1793534400 1793534460 - NODATA"
    many = json.dumps({f"f{number}": number for number in range(300)})
    (tmp_path / "log").write_text(f'{flow}\nINFO {{"level": "warn"}}\n{many}\n')
    file = LogFile(str(tmp_path / "log"), "/aws/lambda/checkout")

    line, inside, cut = (
        read_event(place_of(file, offset), [file]) for offset in (0, len(flow) + 1, len(flow) + 24)
    )

    assert (line["accountId"], line["srcAddr"], line["logStatus"]) == (
        "111122223333",
        "-",
        "NODATA",
    )
    assert inside["level"] == "warn"
    assert [name for name in cut if not name.startswith("@")] == [f"f{n}" for n in range(200)]
