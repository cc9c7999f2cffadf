"""What the page of triage says that people see when something fails is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.app import files, report, running
from bot.app.ports import SearchStatus
from bot.errors import BotError, LaterError
from bot.slack import alert_words, words

PAGE = (Path(__file__).parents[1] / "docs/triage.md").read_text("utf-8")
SECTION = PAGE.split("## When something fails", 1)[1].split("\n## ", 1)[0]
ROWS = [line.split(" | ") for line in SECTION.splitlines() if line.startswith("| ")][1:]
QUOTED = [said for row in ROWS for said in re.findall("“([^”]*)”", row[1])]

ENDS = running._ENDS
SAID = [
    words.waiting("place", ""),
    running.NO_PLACE,
    words.waiting("turn", ""),
    running.NO_TURN,
    words.waiting("away", "…"),
    f"{running.AWAY} …",
    files.WAITING,
    files.WAITING_FOR_AWS,
    ENDS[SearchStatus.FAILED],
    ENDS[SearchStatus.TIMEOUT],
    ENDS[SearchStatus.CANCELLED],
    running.TOO_LONG,
    alert_words.LATE,
    running.late(LaterError("…", 10.0)),
    words.MAYBE_TWICE,
    running.for_you_alone(BotError("…")),
    alert_words.elsewhere("…"),
    report.for_direct_messages(BotError("…")),
    words.NO_TABLE,
    alert_words.no_table("…"),
    words.refused("missing_scope", "…"),
    words.no_form("…"),
    words.no_verdict_form("…"),
    words.BUSY,
]


def test_the_page_says_what_the_code_says_and_nothing_else():
    assert QUOTED == SAID


def test_every_row_says_what_people_see_and_what_the_bot_does():
    assert all(len(row) == 3 and all(cell.strip("| ") for cell in row) for row in ROWS)


@pytest.mark.parametrize("status", [s for s in SearchStatus if s.ended and s != "Complete"])
def test_every_bad_end_of_a_query_is_on_the_page(status):
    assert ENDS[status] in QUOTED
