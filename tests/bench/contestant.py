"""`python -m tests.bench.contestant WHO QUESTION PATH`: one answer, as JSON, from a fresh process.

WHO is duckdb, polars, decode (the JSON decoder alone), inflate (unpacking alone) or event (one
rule on one event, over and over; it answers with microseconds).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def answer(who: str, question: str, path: Path) -> Any:
    """What that contestant answers. Imports only what the contestant needs."""
    match who:
        case "duckdb":
            from tests.bench import duck

            return duck.answer(question, path)
        case "polars":
            from tests.bench import polar

            return polar.answer(question, path)
        case "decode":
            from tests.bench.limits import decode

            return decode(path)
        case "inflate":
            from tests.bench.limits import inflate

            return inflate(path)
        case "event":
            from tests.bench.one_event import microseconds

            return microseconds(path)
    raise ValueError(f"There is no contestant {who}.")


if __name__ == "__main__":
    json.dump(answer(sys.argv[1], sys.argv[2], Path(sys.argv[3])), sys.stdout)
