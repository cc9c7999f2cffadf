"""The same tree gives the same zip, whenever and wherever it was laid out; code is compiled for its place."""

from __future__ import annotations

import importlib.util
import marshal
import os
import sys
import zipfile

import pytest

from bot.cli.packing.archive import compile_all, interpreter, zipped
from bot.errors import BotError

HERE = "{}.{}".format(*sys.version_info)


def a_tree(folder, order=("b.py", "a.py", "lib/x.cpython-313-x86_64-linux-gnu.so")):
    for name in order:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(
            'def f(x):\n    return x in {"a", "b", "c", "d", "e", "f", "g"}\n'
        )
    return folder


def test_the_same_tree_gives_the_same_bytes(tmp_path):
    first, second = a_tree(tmp_path / "1"), a_tree(tmp_path / "2", ("a.py", "lib/x.cpython-313-x86_64-linux-gnu.so", "b.py"))  # fmt: skip
    os.utime(second / "a.py", (1, 1))
    (second / "a.py").chmod(0o600)
    for folder in (first, second):
        compile_all(folder, sys.executable)
        zipped(folder, folder.with_suffix(".zip"))

    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_names_are_sorted_whatever_the_folder_s_order(tmp_path):
    names = [f"{letter}{number}.py" for letter in "zyxabc" for number in (3, 1, 2)]

    zipped(a_tree(tmp_path / "tree", names), tmp_path / "a.zip")

    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == sorted(names)


def test_files_are_readable_by_all_and_have_no_date(tmp_path):
    size = zipped(a_tree(tmp_path / "tree"), tmp_path / "a.zip")

    entries = zipfile.ZipFile(tmp_path / "a.zip").infolist()

    modes = {entry.filename: oct(entry.external_attr >> 16) for entry in entries}
    assert modes.pop("lib/x.cpython-313-x86_64-linux-gnu.so") == "0o100755"
    assert modes == {"a.py": "0o100644", "b.py": "0o100644"}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert size == sum(entry.file_size for entry in entries)


def test_compiled_code_is_used_unchecked_and_names_the_place_where_it_runs(tmp_path):
    compile_all(a_tree(tmp_path), sys.executable)

    content = (tmp_path / "__pycache__" / f"a.{sys.implementation.cache_tag}.pyc").read_bytes()

    assert content[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(content[4:8], "little") == 0b01  # by hash, and the hash is not checked
    assert marshal.loads(content[16:]).co_filename == "/var/task/a.py"  # noqa: S302 - made just now


def test_a_source_that_does_not_compile_stops_the_build(tmp_path):
    (tmp_path / "bad.py").write_text("if")

    with pytest.raises(BotError, match=r"bad\.py"):
        compile_all(tmp_path, sys.executable)


def test_the_python_that_runs_is_found_and_one_that_is_not_there_is_not(tmp_path, monkeypatch):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert interpreter(HERE) == sys.executable
    assert interpreter("3.99") is None


def test_a_name_on_the_path_that_does_not_run_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    shim = tmp_path / "python3.98"
    shim.write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert interpreter("3.98") is None

    real = tmp_path / "pyenv/versions/3.98.0/bin/python3.98"
    real.parent.mkdir(parents=True)
    real.write_text("#!/bin/sh\necho 3.98 cpython\n")
    real.chmod(0o755)
    assert interpreter("3.98") == str(real)
