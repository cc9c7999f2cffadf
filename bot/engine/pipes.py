"""Messages between the bot and the processes that it starts: pickled, each with its length before."""

from __future__ import annotations

import os
import pickle
import struct
from typing import Any, BinaryIO

_SIZE = struct.Struct(">Q")


def send(pipe: BinaryIO, message: object) -> None:
    """Write one message. Raises OSError if nobody reads any more."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_SIZE.pack(len(body)) + body)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """The next message, or None at the end of the pipe."""
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    body = pipe.read(size)
    # Only the bot and its own processes hold the ends of these pipes.
    return pickle.loads(body) if len(body) == size else None  # noqa: S301


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """A started process's two pipes, moved away from where a stray `print` or `input` would find them."""
    commands, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return commands, answers
