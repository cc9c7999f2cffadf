"""A process that reads one share of a scan's files: both its sides.

It is a fresh interpreter that imports the engine and nothing else. It ends when its input does,
because whoever started it is done or has died.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import bot
from bot.engine.passes import Gathered, Pass, Task
from bot.engine.pipes import own_pipes, receive, send
from bot.errors import BotError

PAUSE = 0.05
"""Seconds between two reports of how much has been read."""

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from bot.engine.partner import main; main()"
_FOLDER = str(Path(bot.__file__).parent.parent)


class Partner:
    """The side of whoever starts the process."""

    def __init__(self, task: Task) -> None:
        """Start a process, and let it begin."""
        self.read = 0
        self._ended: Gathered | BotError | str | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
            [sys.executable, "-c", _CHILD, _FOLDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._commands = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        self._listener = threading.Thread(target=self._listen, args=(task,), daemon=True)
        self._listener.start()

    def _listen(self, task: Task) -> None:
        with suppress(OSError, ValueError, EOFError):
            send(self._commands, task)
            while (message := receive(self._answers)) is not None:
                if isinstance(message, int):
                    self.read = message
                else:
                    self._ended = message
                    return

    def wait(self, timeout: float) -> bool:
        """Wait for its end, at most so many seconds; whether it has ended."""
        self._listener.join(timeout)
        return not self._listener.is_alive()

    def result(self) -> Gathered:
        """What it came to. Raises what ended it, if that was an error."""
        if isinstance(self._ended, Gathered):
            return self._ended
        if isinstance(self._ended, BotError):
            raise self._ended
        detail = self._ended or f"it ended with status {self._process.poll()}"
        raise RuntimeError(f"a process that helped to read the logs failed: {detail}")

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        with suppress(OSError):
            self._commands.close()
        self._listener.join()
        self._answers.close()
        self._process.wait()


def main() -> None:
    """The side of the process: read one share, and tell what it came to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which then ends us
    commands, answers = own_pipes()
    task = receive(commands)
    if task is None:
        return
    threading.Thread(target=_end_with, args=(commands,), daemon=True).start()
    gc.disable()  # events come and go in great numbers and none refers to itself
    with suppress(OSError):
        send(answers, _gather(task, answers))


def _end_with(commands: BinaryIO) -> None:
    commands.read()
    os._exit(0)


def _gather(task: Task, answers: BinaryIO) -> Gathered | BotError | str:
    read, due = 0, 0.0

    def tick(size: int) -> None:
        nonlocal read, due
        read += size
        if time.monotonic() >= due:
            send(answers, read)
            due = time.monotonic() + PAUSE

    try:
        one = Pass(task)
        one.run(tick)
        return one.gathered()
    except BotError as error:
        return error
    except Exception:  # noqa: BLE001 - who started us hears of it
        return traceback.format_exc()
