"""What a row of the table of open questions is (`bot.query.questions`)."""

from __future__ import annotations

import msgspec


class Question(msgspec.Struct, frozen=True):
    """One row of the table. `readings` are the answers that the engine can give."""

    id: str
    question: str
    readings: tuple[str, ...]
    chosen: str
    why: str
    source: str


def open_question(id: str, question: str, readings: str, why: str, source: str) -> Question:
    """A question whose `readings` are separated by ` | `, the chosen one first."""
    answers = tuple(readings.split(" | "))
    return Question(id, question, answers, answers[0], why, source)
