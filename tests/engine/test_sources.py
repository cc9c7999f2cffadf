"""Files and folders that a person names become log files, each once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.engine.sources import find_files
from bot.errors import BotError


def test_a_folder_gives_all_files_below_sorted_with_their_streams(tmp_path):
    for name in ("b.json", "a/z.gz", "a/deep/er/x", ".hidden", ".git/config", "a/.DS_Store"):
        path = tmp_path / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")

    found = find_files([tmp_path / "logs"])

    assert [file.stream for file in found] == ["a/deep/er/x", "a/z.gz", "b.json"]
    assert [file.path for file in found] == [str(tmp_path / "logs" / f.stream) for f in found]
    assert not any(file.stored or file.log for file in found)


def test_a_file_is_its_own_stream_also_when_its_name_begins_with_a_dot(tmp_path):
    (tmp_path / ".events").write_text("x")

    assert [file.stream for file in find_files([str(tmp_path / ".events")])] == [".events"]


def test_what_is_reached_twice_is_there_once_and_a_copy_is_another_file(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_text("x")
    (tmp_path / "a" / "copy").write_text("x")
    (tmp_path / "a" / "link").symlink_to(tmp_path / "a" / "one")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")

    found = find_files([tmp_path, tmp_path / "a", tmp_path / "a" / "one"])

    names = [file.stream.rpartition("/")[2] for file in found]
    assert sorted(names) in (["copy", "link", "self"], ["copy", "one", "self"])


def test_a_link_to_a_folder_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x").write_text("x")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "link").symlink_to(tmp_path / "real")

    assert [file.stream for file in find_files([tmp_path / "given"])] == ["link/x"]


@pytest.mark.parametrize("name", ["absent", "nul\0nul", "x" * 5_000])
def test_a_path_that_is_not_there_is_refused_with_words(tmp_path, name):
    with pytest.raises(BotError, match=r"cannot be read.*Name a log file or a folder"):
        find_files([tmp_path / name])


def test_an_empty_folder_and_no_path_at_all_give_nothing(tmp_path):
    assert find_files([tmp_path]) == []
    assert find_files([]) == []


def test_names_of_any_bytes_have_streams_that_are_text(tmp_path):
    path = os.fsencode(tmp_path) + b"/bad\xff\x1bname"
    with open(path, "wb"):  # noqa: PTH123 - bytes, not a Path
        pass

    (found,) = find_files([tmp_path])

    assert found.stream == "bad\ufffd\x1bname"
    assert os.fsencode(found.path) == path


def test_a_pipe_is_named_so_that_reading_it_can_be_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    assert [file.stream for file in find_files([tmp_path])] == ["pipe"]


def test_a_folder_that_cannot_be_listed_is_named_so_that_reading_it_says_why(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").write_text("x")
    iterdir = Path.iterdir

    def refuse(path):
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)

    assert [file.stream for file in find_files([tmp_path])] == ["closed", "open"]
