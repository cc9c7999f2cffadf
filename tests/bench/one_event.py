"""How long one rule takes on one event, from the bytes of the event to its rows."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import msgspec

from bot.query.evaluate import evaluate
from bot.query.parser import parse
from bot.query.plan import Context, compile_query
from tests.bench.detections import DETECTIONS

_ROUNDS = 15
_TIMES = 400


def microseconds(path: Path) -> float:
    """The median of some rounds over the file's events, with a rule that was compiled before."""
    plan = compile_query(parse(f"filter {DETECTIONS[0].ql} | fields eventName, sourceIPAddress"))
    context = Context(0)
    events = path.read_bytes().splitlines()
    decode = msgspec.json.Decoder(float_hook=str).decode
    rounds = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        for _ in range(_TIMES):
            for event in events:
                evaluate(plan, (decode(event),), context)
        rounds.append((time.perf_counter() - start) / _TIMES / len(events))
    return statistics.median(rounds) * 1e6
