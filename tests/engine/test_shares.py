"""Files are cut into shares that follow each other, between two lines and nowhere else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.engine import shares as module
from bot.engine.shares import processes_for, shares
from bot.engine.sources import LogFile


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "_HEAD", 64)
    monkeypatch.setattr(module, "WORTH", 100)


def file_of(path: Path, content: bytes, *, stored: bool = False) -> LogFile:
    path.write_bytes(content)
    return LogFile(str(path), stored=stored)


def pieces(cut):
    """The bytes of each share, and a check that no piece begins within a line."""
    found = []
    for share in cut:
        some = b""
        for file in share:
            content = Path(file.path).read_bytes()
            assert file.begin == 0 or content[file.begin - 1 : file.begin] == b"\n"
            some += content[file.begin : file.end]
        found.append(some)
    return found


lines = st.binary(max_size=200).map(lambda text: b'{"a": ' + text.replace(b"\n", b"") + b"}\n")


@given(st.lists(st.lists(lines, max_size=20), min_size=1, max_size=4), st.integers(1, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_shares_hold_everything_once_and_in_order(tmp_path, contents, count):
    whole = [b'{"a": 1}\n' + b"".join(content) for content in contents]
    files = [file_of(tmp_path / str(n), content) for n, content in enumerate(whole)]

    cut = shares(files, count)

    assert b"".join(pieces(cut)) == b"".join(whole)
    assert 1 <= len(cut) <= count
    assert all(cut)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_parts_of_a_file_are_cut_within_themselves(tmp_path, count):
    line = b'[1, 1, "words"]\n'
    file = file_of(tmp_path / "log", line * 100, stored=True)
    parts = [
        replace(file, begin=begin * len(line), end=end and end * len(line))
        for begin, end in ((0, 40), (50, 51), (60, 90), (99, None))
    ]

    cut = pieces(shares(parts, count))

    assert b"".join(cut) == line * 72
    assert len(cut) == count
    assert max(map(len, cut)) < 2 * len(line) * 72 / count
    assert processes_for(parts[1:2], 5) == 1


def test_a_large_file_of_lines_is_cut_into_about_equal_parts(tmp_path):
    file = file_of(tmp_path / "log", b'{"a": 1, "b": "words"}\n' * 1000)

    sizes = [len(piece) for piece in pieces(shares([file], 4))]

    assert len(sizes) == 4
    assert max(sizes) - min(sizes) < 100


def test_lines_of_stored_events_are_cut_whatever_they_hold(tmp_path):
    file = file_of(tmp_path / "log", b'[1, 1, "words"]\n' * 100, stored=True)

    assert len(shares([file], 2)) == 2
    assert len(shares([replace(file, stored=False)], 2)) == 1


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"Records": [{"n": n} for n in range(100)]}).encode(),
        json.dumps({"Records": [{"n": n} for n in range(100)]}).encode() + b"\n" + b"{}\n" * 100,
        json.dumps({"Records": [{"n": n} for n in range(100)]}, indent=1).encode(),
        gzip.compress(b"".join(b'{"n": %d}\n' % n for n in range(1000))),
        b'{"n": 1}' * 200,
        b'{"torn": \n' * 100,
        b"words and words\n" * 100,
    ],
    ids=["records", "records-first", "indented", "gzip", "no-line-feed", "torn", "words"],
)
def test_what_is_no_file_of_objects_on_lines_is_never_cut(tmp_path, content):
    file = file_of(tmp_path / "log", content)

    assert shares([file], 3) == [(file,)]


def test_the_last_line_may_be_longer_than_a_share(tmp_path):
    file = file_of(tmp_path / "log", b'{"a": 1}\n' + b'{"b": "' + b"x" * 1000 + b'"}')

    assert b"".join(pieces(shares([file], 3))) == Path(file.path).read_bytes()


def test_empty_and_unreadable_files_are_somebodys(tmp_path):
    files = [
        file_of(tmp_path / "empty", b""),
        LogFile(str(tmp_path / "gone")),
        LogFile("with\0zero"),
        LogFile(str(tmp_path)),
    ]

    assert [file for share in shares(files, 2) for file in share] == files
    assert processes_for(files[:3], 8) == 1


def test_a_file_that_goes_away_while_it_is_cut_is_left_whole(tmp_path, monkeypatch):
    file = file_of(tmp_path / "log", b'{"a": 1}\n' * 100)
    weighed = module._weighed(file)
    (tmp_path / "log").unlink()
    monkeypatch.setattr(module, "_weighed", lambda _file: weighed)

    assert shares([file], 2) == [(file,)]


def test_more_processes_than_work_are_not_started(tmp_path, monkeypatch):
    lines_file = file_of(tmp_path / "log", b'{"a": 1}\n' * 100)
    packed = file_of(tmp_path / "packed", gzip.compress(bytes(range(256)) * 2))

    assert processes_for([lines_file], 100) == 9
    assert processes_for([lines_file], 2) == 2
    assert processes_for([lines_file], 0) == 1
    assert processes_for([packed], 100) > 1
    monkeypatch.delattr(module.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(module.os, "cpu_count", lambda: None)
    assert processes_for([lines_file], None) == 1
