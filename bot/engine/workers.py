"""Runs scans and lists in processes of their own, so that no query delays an acknowledgement.

Each worker is a fresh interpreter (never a fork of this threaded process, and never a second
`__main__`) on the other end of two pipes; `bot.engine.worker` is its side.
"""

from __future__ import annotations

import itertools
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar, cast, overload

import bot
from bot.engine.field_shares import FieldShares, FieldsRequest
from bot.engine.listing import Listed, ListRequest
from bot.engine.pipes import receive, send
from bot.engine.scan import Progress, Scanned, ScanRequest
from bot.engine.work import Done, Request
from bot.engine.worker import Answer, Bug, Cancel, Message, Start
from bot.errors import BotError

log = logging.getLogger(__name__)

GRACE = 1.0
"""Seconds that a cancelled run has to end by itself, before its process is killed."""

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from bot.engine.worker import main; main()"
_FOLDER = str(Path(bot.__file__).parent.parent)


_T = TypeVar("_T", bound=Done)


class Running(Generic[_T]):
    """What was submitted. Safe to use from many threads."""

    def __init__(self, number: int, request: Request) -> None:
        """A run that waits for a worker; `Workers.submit` makes it."""
        self.number = number
        self.request = request
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._progress: Progress | None = None
        self._result: _T | None = None
        self._calls: list[Callable[[], None]] = []
        self._error: BotError | None = None
        self._process: _Process | None = None

    def progress(self) -> Progress | None:
        """How far it is; None until a worker has begun."""
        return self._progress

    def result(self) -> _T | None:
        """What it found, once it has ended well."""
        return self._result

    def error(self) -> BotError | None:
        """Why it ended, if it did not end well; being cancelled counts."""
        return self._error

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._ended.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for its end, at most `timeout` seconds; whether it has ended."""
        return self._ended.wait(timeout)

    def when_done(self, call: Callable[[], None]) -> None:
        """Call this at its end, on whatever thread that comes; at once if it has ended."""
        with self._lock:
            if not self.done:
                self._calls.append(call)
                return
        call()

    def cancel(self) -> None:
        """End it now, for the caller; its worker follows within about a second. Twice is fine."""
        with self._lock:
            if self.done:
                return
            self._end(BotError("The query was stopped."))
            process = self._process
        self._told()
        if process is not None:
            process.cancel(self.number)

    def _begin(self, process: _Process) -> bool:
        """Note who runs it; False if nobody wants it any more."""
        with self._lock:
            self._process = process
            return not self.done

    def _tell(self, body: Progress | Done | BotError) -> None:
        """Take what its worker says; nothing changes once it has ended."""
        with self._lock:
            if self.done:
                return
            if isinstance(body, Progress):
                self._progress = body
                return
            self._end(body)
        self._told()

    def _end(self, body: Done | BotError) -> None:
        if isinstance(body, BotError):
            self._error = body
        else:
            self._result = cast("_T", body)  # the worker answers what it was asked
        self._ended.set()

    def _told(self) -> None:
        """Call whoever waits for the end, without the lock."""
        while self._calls:
            self._calls.pop()()


class Workers:
    """A number of worker processes and one queue of runs before them."""

    def __init__(self, size: int = 2) -> None:
        """Start `size` processes, without waiting until they are up."""
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._closed = False
        self._waiting: queue.SimpleQueue[Running[Any] | None] = queue.SimpleQueue()
        self._hands = [_Hand(self._waiting, number) for number in range(1, size + 1)]

    @overload
    def submit(self, request: ScanRequest) -> Running[Scanned]: ...
    @overload
    def submit(self, request: ListRequest) -> Running[Listed]: ...
    @overload
    def submit(self, request: FieldsRequest) -> Running[FieldShares]: ...
    def submit(self, request: Request) -> Running[Any]:
        """Queue a request. A query that cannot run is an error of its run."""
        with self._lock:
            if self._closed:
                raise BotError("The workers are closed; nothing can be searched any more.")
            running: Running[Any] = Running(next(self._numbers), request)
            self._waiting.put(running)
        return running

    def close(self) -> None:
        """End all processes, and all runs with an error. Twice is fine."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        for hand in self._hands:
            hand.close()
            self._waiting.put(None)
        for hand in self._hands:
            hand.join()
        while not self._waiting.empty():
            running = self._waiting.get()
            if running is not None:
                running._tell(_closed())


def _closed() -> BotError:
    return BotError("The query was stopped, because the bot is shutting down.")


class _Hand:
    """A thread that gives runs to one worker process, and replaces the process when it dies."""

    def __init__(self, waiting: queue.SimpleQueue[Running[Any] | None], number: int) -> None:
        self._waiting = waiting
        self._lock = threading.Lock()
        self._closed = False
        self._process: _Process | None = None
        self._thread = threading.Thread(target=self._serve, name=f"worker-{number}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let the process die, and the thread end after it."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def join(self) -> None:
        """Wait until process and thread are gone."""
        self._thread.join()

    def _serve(self) -> None:
        self._ready()
        while (running := self._waiting.get()) is not None and not self._closed:
            process = self._ready()
            if process is None:
                running._tell(_closed() if self._closed else _no_process())
            elif running._begin(process) and not process.run(running):
                self._died(process, running)
        if running is not None:
            running._tell(_closed())
        if self._process is not None:
            self._process.end()

    def _ready(self) -> _Process | None:
        """The process, started if none lives; None when that fails or all is closing."""
        with self._lock:
            if self._process is not None and self._process.gone:
                log.error("a worker process ended with %s while it was idle", self._process.end())
                self._process = None
            if self._process is None and not self._closed:
                try:
                    self._process = _Process()
                except OSError:
                    log.exception("no worker process could be started")
            return self._process

    def _died(self, process: _Process, running: Running[Any]) -> None:
        with self._lock:
            self._process = None
        code = process.end()
        if self._closed:
            running._tell(_closed())
            return
        if not running.done:
            log.error("a worker process ended with %s while it ran a query", code)
        running._tell(
            BotError(
                f"The process that ran the query died (exit status {code}); "
                "it may have run out of memory. Ask for a shorter window, or group by less."
            )
        )


def _no_process() -> BotError:
    return BotError("No process could be started to run the query. Try again when there is room.")


class _Process:
    """One worker process and the pipes to it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            [sys.executable, "-P", "-c", _CHILD, _FOLDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._commands = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        self._sending = threading.Lock()
        self._running = threading.Lock()
        self._current = 0

    @property
    def gone(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def run(self, running: Running[Any]) -> bool:
        """Run it to its end; False if the process died before that."""
        with self._running:
            self._current = running.number
        try:
            if not self._send(Start(running.number, running.request)):
                return False
            while isinstance(answer := receive(self._answers), Answer):
                if not isinstance(answer.body, Progress):
                    running._tell(_ending(answer))
                    return True
                running._tell(answer.body)
            return False
        finally:
            with self._running:
                self._current = 0

    def cancel(self, number: int) -> None:
        """Ask the run to end, and kill the process if it does not."""
        # The timer first: a process that does not even read keeps us waiting until it is dead.
        timer = threading.Timer(GRACE, self._kill_run, (number,))
        timer.daemon = True
        timer.start()
        self._send(Cancel(number))

    def _kill_run(self, number: int) -> None:
        with self._running:
            if self._current == number:
                self._process.kill()

    def kill(self) -> None:
        """End it at once. Killing one that is gone is fine."""
        self._process.kill()

    def end(self) -> int:
        """Its exit status, after it was killed if need be; the pipes are closed."""
        self._process.kill()
        with suppress(BrokenPipeError):
            self._commands.close()
        self._answers.close()
        return self._process.wait()

    def _send(self, message: Message) -> bool:
        try:
            with self._sending:
                send(self._commands, message)
        except (OSError, ValueError):  # it died, or its pipe was closed after that
            return False
        return True


def _ending(answer: Answer) -> Done | BotError:
    """How a run ended, in words for people where it ended badly."""
    match answer.body:
        case Scanned() | Listed() | FieldShares() | BotError() as body:
            return body
        case Bug(about):
            log.error("a query failed in its worker", extra={"our_fields": {"error": about}})
            return BotError("The query could not be run: the bot has a fault. Its log says more.")
        case Progress() | None:
            return BotError("The query was stopped.")
