"""Draws for the demo's traffic: the same on every machine, in every process and Python version."""

from __future__ import annotations

import hashlib
import random
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TypeVar

_Any = TypeVar("_Any")

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Draw:
    """A stream of chance that only its name decides.

    Only `random()` is used: of all methods, Python promises that one to stay as it is
    (docs.python.org/3/library/random.html, "Notes on Reproducibility").
    """

    def __init__(self, name: str) -> None:
        self._random = random.Random(name)  # noqa: S311 - the demo's traffic is no secret

    def chance(self, share: float) -> bool:
        """True in this share of all cases, from 0 to 1."""
        return self._random.random() < share

    def whole(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self._random.random() * (most - least + 1))

    def pick(self, choices: Sequence[_Any]) -> _Any:
        """One of the choices, each as likely."""
        return choices[int(self._random.random() * len(choices))]

    def weighted(self, choices: Sequence[tuple[float, _Any]]) -> _Any:
        """One of the choices, as likely as its weight says."""
        sums = list(accumulate(weight for weight, _ in choices))
        return choices[bisect(sums, self._random.random() * sums[-1], hi=len(sums) - 1)][1]

    def hexadecimal(self, length: int) -> str:
        """Small hexadecimal digits."""
        twelves = range(-(-length // 12))
        return "".join(f"{int(self._random.random() * 2**48):012x}" for _ in twelves)[:length]


def digest(*names: object) -> str:
    """64 hexadecimal digits that the names decide."""
    return hashlib.sha256(":".join(map(str, names)).encode()).hexdigest()


@lru_cache(maxsize=10_000)
def identifier(prefix: str, *names: object) -> str:
    """An id of 20 or 21 capitals and digits as IAM makes them, which says that it is an example."""
    room = (21 if prefix.startswith(("AIDA", "AROA")) else 20) - len(prefix) - len("EXAMPLE")
    number = int(digest(prefix, *names), 16)
    return prefix + "".join(_CAPITALS[number >> 5 * i & 31] for i in range(room)) + "EXAMPLE"


def uuid(*names: object) -> str:
    """An id in the form of a UUID that the names decide."""
    d = digest(*names)
    return f"{d[:8]}-{d[8:12]}-4{d[13:16]}-a{d[17:20]}-{d[20:32]}"
