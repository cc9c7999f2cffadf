"""The table of what AWS leaves open, for people and for programs."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator

from bot.errors import BotError
from bot.query.questions import QUESTIONS, Question


def print_questions(form: str) -> None:
    """Print each question with its readings, as text that fits the terminal or as `json`."""
    if form == "csv":
        raise BotError("This table comes as text or as --format json.")
    if form == "json":
        print(json.dumps([_described(row) for row in QUESTIONS], indent=2))
        return
    width = shutil.get_terminal_size().columns
    print("\n\n".join("\n".join(_lines(row, width)) for row in QUESTIONS))


def _described(row: Question) -> dict[str, object]:
    return {
        "id": row.id,
        "question": row.question,
        "readings": row.readings,
        "chosen": row.chosen,
        "why": row.why,
        "source": row.source,
    }


def _lines(row: Question, width: int) -> Iterator[str]:
    yield row.id
    yield from _wrapped("", row.question, width)
    yield from _wrapped("here:   ", row.chosen, width)
    others = [f"{row.id}={answer}" for answer in row.readings if answer != row.chosen]
    if others:
        yield from _wrapped("or:     ", ", ".join(others), width)
    yield from _wrapped("why:    ", row.why, width)
    yield from _wrapped("source: ", row.source, width)


def _wrapped(head: str, text: str, width: int) -> list[str]:
    """The text in lines of this width, below each other behind its head."""
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent="  " + head,
        subsequent_indent=" " * (2 + len(head)),
        break_on_hyphens=False,
    )
