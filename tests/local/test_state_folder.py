"""The folder of state: one process at a time, and deleting only what a demo wrote."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.errors import BotError
from bot.local import state_folder
from bot.local.state_folder import InUseError, folder_for, held


def test_each_demo_has_a_folder(tmp_path):
    assert folder_for(tmp_path, []) == tmp_path / "demo"
    one, other = folder_for(tmp_path, ["/logs/a"]), folder_for(tmp_path, ["/logs/b"])
    assert one != other
    assert one == folder_for(tmp_path, ["/logs/a"])


def test_what_is_kept_stays_and_fresh_deletes_it(tmp_path):
    with held(tmp_path / "demo") as folder:
        (folder / "store.db").write_text("kept")
        (folder / "logs").mkdir()
        (folder / "logs" / "a").write_text("kept")
    with held(tmp_path / "demo") as folder:
        assert (folder / "logs" / "a").read_text() == "kept"
    with held(tmp_path / "demo", fresh=True) as folder:
        assert [path.name for path in folder.iterdir()] == ["in-use"]


def test_the_second_is_told_and_deletes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(state_folder, "_PATIENCE", 0.0)
    with held(tmp_path / "demo") as folder:
        (folder / "store.db").write_text("kept")
        with pytest.raises(InUseError, match="Another demo"), held(folder, fresh=True):
            pass
        assert (folder / "store.db").exists()


def test_a_process_that_was_killed_lets_go(tmp_path):
    program = (
        "import os, sys, pathlib; from bot.local.state_folder import held\n"
        "with held(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    died = subprocess.run([sys.executable, "-c", program, tmp_path / "demo"], check=False)
    assert died.returncode == -9
    with held(tmp_path / "demo"):
        pass


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "photos").write_text("mine")
    with pytest.raises(BotError, match="no demo wrote"), held(tmp_path / "demo", fresh=True):
        pass
    assert (tmp_path / "demo" / "photos").exists()


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BotError, match="cannot be used"), held(tmp_path / "file" / "demo"):
        pass
