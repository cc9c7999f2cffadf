"""The life of a worker process: takes requests from its input, one at a time, and answers.

It is started as a fresh interpreter that imports the engine and nothing else. When its input
ends, because the bot closed it or died, the process ends at once, whatever it is doing.
"""

from __future__ import annotations

import gc
import os
import queue
import signal
import threading
from typing import Any, BinaryIO, TypeAlias

import msgspec

from bot.engine.pipes import own_pipes, receive, send
from bot.engine.scan import Progress
from bot.engine.work import Done, Request, work
from bot.errors import BotError
from bot.telemetry import described


class Start(msgspec.Struct, frozen=True):
    """To a worker: run this request."""

    number: int
    request: Request


class Cancel(msgspec.Struct, frozen=True):
    """To a worker: the run of this number is not wanted any more."""

    number: int


class Answer(msgspec.Struct, frozen=True):
    """From a worker: how far a run is, or how it ended."""

    number: int
    body: Progress | Done | BotError | Bug | None
    """None: it was cancelled."""


class Bug(msgspec.Struct, frozen=True):
    """An error that nobody expected: where it happened, without data."""

    about: dict[str, Any]


Message: TypeAlias = Start | Cancel | Answer


class _CancelledError(Exception):
    """The run is not wanted any more."""


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which then ends us
    commands, answers = own_pipes()
    waiting: queue.SimpleQueue[Start] = queue.SimpleQueue()
    cancelled: set[int] = set()
    threading.Thread(target=_listen, args=(commands, waiting, cancelled), daemon=True).start()
    gc.disable()  # events come and go in great numbers and none refers to itself
    while True:
        start = waiting.get()
        answer = Answer(start.number, _run(start, answers, cancelled))
        cancelled.discard(start.number)
        _tell(answers, answer)
        del start, answer
        gc.collect()


def _listen(commands: BinaryIO, waiting: queue.SimpleQueue[Start], cancelled: set[int]) -> None:
    while (message := receive(commands)) is not None:
        if isinstance(message, Cancel):
            cancelled.add(message.number)
        else:
            waiting.put(message)
    os._exit(0)


def _tell(answers: BinaryIO, answer: Answer) -> None:
    try:
        send(answers, answer)
    except OSError:
        os._exit(0)


def _run(start: Start, answers: BinaryIO, cancelled: set[int]) -> Done | BotError | Bug | None:
    def look(_: int) -> None:
        if start.number in cancelled:
            raise _CancelledError

    def on_progress(progress: Progress) -> None:
        look(0)
        _tell(answers, Answer(start.number, progress))

    try:
        return work(start.request, on_progress, look)
    except _CancelledError:
        return None
    except BotError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the bot hears of it, and this worker goes on
        return Bug(described(error))
