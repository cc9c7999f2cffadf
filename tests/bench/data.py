"""Makes the benchmark's files once, in several processes, and remembers them under `.data/bench`."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import multiprocessing
import shutil
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from tests.bench.events import BLOCK, lines, records
from tests.bench.machine import processors

PARTS = 5
"""Gzip files that are made of one block."""
FEW = 100_000
"""Events of what is measured on less: slow tools, and the gzip files."""

_MAKERS = ("services.py", "identities.py", "events.py")


class Data:
    """The files for a number of events. What is missing is made when it is first asked for."""

    def __init__(self, root: Path, events: int) -> None:
        made = b"".join((Path(__file__).parent / name).read_bytes() for name in _MAKERS)
        self._folder = root / hashlib.sha256(made).hexdigest()[:8]
        self._folder.mkdir(parents=True, exist_ok=True)
        self.events = max(2 * BLOCK, events // BLOCK * BLOCK)
        self.few = min(FEW, self.events)

    @property
    def whole(self) -> Path:
        """All events, one JSON object on a line."""
        name = f"events-{self.events}.jsonl"
        return self._made(name, partial(_lines, blocks=self.events // BLOCK))

    @property
    def half(self) -> Path:
        """The first half of them."""
        return self._first(self.events // 2 // BLOCK * BLOCK)

    @property
    def sample(self) -> Path:
        """The first of them, for tools that would take minutes."""
        return self.whole if self.few == self.events else self._first(self.few)

    @property
    def tiny(self) -> Path:
        """Twenty events."""
        return self._made("tiny.jsonl", lambda path: _write(path, _head(lines(0), 20)))

    @property
    def packed(self) -> Path:
        """A folder of gzip files in the form in which CloudTrail delivers events to a bucket."""
        return self._made(f"gzip-{self.few}", partial(_pack, blocks=self.few // BLOCK))

    def place(self, name: str) -> Path:
        """Where something else may be kept that is made from the same events."""
        return self._folder / name

    def _first(self, events: int) -> Path:
        whole = self.whole

        def make(path: Path) -> None:
            with whole.open("rb") as file:
                _write(path, itertools.islice(file, events))

        return self._made(f"events-{events}.jsonl", make)

    def _made(self, name: str, make: Callable[[Path], None]) -> Path:
        """The path of that name, made under another one first, so that half of it is never used."""
        path = self._folder / name
        if not path.exists():
            print(f"Making {name} …", file=sys.stderr, flush=True)
            part = path.with_name(f"{name}.part")
            if part.is_dir():
                shutil.rmtree(part)
            make(part)
            part.rename(path)
        return path


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


def _head(text: bytes, count: int) -> list[bytes]:
    return text.splitlines(keepends=True)[:count]


def _lines(path: Path, blocks: int) -> None:
    with multiprocessing.get_context("spawn").Pool(processors()) as pool:
        _write(path, pool.imap(lines, range(blocks), chunksize=4))


def _pack(folder: Path, blocks: int) -> None:
    folder.mkdir()
    with multiprocessing.get_context("spawn").Pool(processors()) as pool:
        pool.map(partial(_pack_block, folder), range(blocks))


def _pack_block(folder: Path, number: int) -> None:
    size = BLOCK // PARTS
    for part in range(PARTS):
        content = records(number, part * size, (part + 1) * size)
        name = f"111122223333_CloudTrail_eu-central-1_{number:05d}_{part}.json.gz"
        (folder / name).write_bytes(gzip.compress(content, 6, mtime=0))
