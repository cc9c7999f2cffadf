"""Where the demo keeps its state, so that a restart goes on, and that one process at a time uses it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import BotError

_LOCK = "in-use"

_PATIENCE = 3.0
"""Seconds to wait for a demo that is just stopping."""


class InUseError(BotError):
    """Another process holds the folder."""


def folder_for(data: Path, about: Sequence[str]) -> Path:
    """The folder of state under `data` for what makes one demo another: its log files, its clock.

    `about` is empty for the demo with made-up traffic: `data/demo`.
    """
    if not about:
        return data / "demo"
    return data / f"demo-{hashlib.sha256(json.dumps(list(about)).encode()).hexdigest()[:12]}"


@contextmanager
def held(
    folder: Path,
    *,
    fresh: bool = False,
    whose: str = "demo",
    another: str = "SIEM_DATA=/tmp/siem make demo PORT=9000",
) -> Iterator[Path]:
    """Make the folder if need be and hold it until the block ends; the process's death lets go too.

    `whose` it is, and how to name `another`, are said in errors. With `fresh`, what was kept there
    is deleted first. Raises `InUseError` if another process
    holds it, `BotError` if it cannot be used, or if `fresh` would delete what no demo wrote.
    """
    try:
        ours = not folder.exists() or (folder / _LOCK).exists() or not any(folder.iterdir())
        if not ours:
            raise BotError(
                f"{folder} holds something that no {whose} wrote. Name another folder: {another}"
            )
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    except OSError as error:
        raise BotError(
            f"The folder for the {whose}'s state cannot be used: {error}. Name another: {another}"
        ) from error
    with lock:
        _take(lock, f"Another {whose} is running on {folder}", another)
        if fresh:
            _empty(folder)
        yield folder


def _take(lock: BinaryIO, taken: str, another: str) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise InUseError(
                    f"{taken}. Stop it first, or give this one a folder of its own: {another}"
                ) from None
            time.sleep(0.1)
        else:
            return


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name == _LOCK:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
