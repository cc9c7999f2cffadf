"""Workers whose runs do what the test says, one step at a time."""

from __future__ import annotations

from bot.engine.scan import Progress, Scanned, ScanRequest
from bot.errors import BotError


class FakeRunning:
    def __init__(self, request: ScanRequest) -> None:
        self.request = request
        self.cancelled = False
        self._progress: Progress | None = None
        self._result: Scanned | None = None
        self._error: BotError | None = None

    def seen(self, rows=(), pointers=None, matched=0, scanned=0, size=0) -> None:
        rows = list(rows)
        self._progress = Progress(matched, scanned, size, rows, _pointers(rows, pointers), 0.5)

    def finish(self, rows=(), pointers=None, matched=0, scanned=0, size=0) -> None:
        rows = list(rows)
        columns = tuple(rows[0]) if rows else ()
        self._result = Scanned(
            columns, rows, _pointers(rows, pointers), matched, scanned, size, troubles=()
        )

    def fail(self, words: str) -> None:
        self._error = BotError(words)

    def progress(self) -> Progress | None:
        return self._progress

    def result(self) -> Scanned | None:
        return self._result

    def error(self) -> BotError | None:
        return self._error

    @property
    def done(self) -> bool:
        return self._result is not None or self._error is not None

    def cancel(self) -> None:
        self.cancelled = True


def _pointers(rows, pointers):
    return [None] * len(rows) if pointers is None else list(pointers)


class FakeWorkers:
    def __init__(self) -> None:
        self.runs: list[FakeRunning] = []
        self.closed = False

    def submit(self, request: ScanRequest) -> FakeRunning:
        if self.closed:
            raise BotError("The workers are closed.")
        self.runs.append(FakeRunning(request))
        return self.runs[-1]
