"""An answer as a message: while it is searched for, when it is there, and when it failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.app.answer import Answer, Table
from bot.slack import words
from bot.slack.blocks import (
    AGAIN,
    CSV,
    LINK_CONSOLE,
    SHARE,
    Block,
    Message,
    actions,
    button,
    context,
    data_table,
    header,
    link_button,
    marked,
    message,
    preformatted,
    rich,
    section,
    styled,
)

PAGE = 20
"""Rows of a table that show at once; the rest is a tap away."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}")
"""How CloudWatch writes a point in time, in UTC."""


def answer_message(answer: Answer, *, table: bool = True) -> Message:
    """The message that shows an answer. Without `table` it leaves out what Slack might not take."""
    zone = ZoneInfo(answer.zone)
    window = words.window(answer.start, answer.end, zone, answer.zone)
    asked, by = words.asked(answer.command, answer.asked_by)
    blocks = [header(answer.title), rich(styled(asked, "code"), styled(by))]
    match answer.state:
        case "running":
            state = words.searching(answer.records, answer.bytes, answer.found)
            if answer.waiting:
                state = words.waiting(answer.waits_for, answer.problem)
            blocks += [section(state), context(window)]
        case "failed":
            state = answer.problem
            # A query that cannot run is shown with a caret under the place.
            problem = preformatted(state) if "\n" in state else marked(state)
            blocks += [problem, context(window), _buttons(answer)]
        case "done":
            state = _summary(answer, window)
            blocks += [*_found(answer, zone, window, table=table), _buttons(answer)]
    if answer.repeated:
        blocks.append(context(words.MAYBE_TWICE))
    text = f"{answer.title} ({asked}): {state}"
    return message(text, blocks)


def _summary(answer: Answer, window: str) -> str:
    """The answer in one or two sentences, without any of the log's own text."""
    if not answer.found:
        return " ".join([words.nothing(window), *_needs(answer)])
    number = words.limited(answer.found) if answer.limited else words.count(answer.found, "row")
    return f"{number} in {window}."


def _found(answer: Answer, zone: tzinfo, window: str, *, table: bool) -> Iterator[Block]:
    shown = 0
    if not answer.found:
        yield section(" ".join([words.nothing(window), *_needs(answer)]))
    elif answer.table is not None and table:
        shown = len(answer.table.rows)
        yield data_table(
            words.rows_shown(shown, answer.found),
            answer.table.columns,
            _in_zone(answer.table, zone),
            min(PAGE, shown),
        )
    notes = " ".join(_notes(answer, shown))
    if notes:
        yield section(notes)
    yield context(
        words.rows_shown(shown, answer.found),
        window,
        words.scanned(answer.records, answer.bytes),
        words.price(answer.dollars),
    )
    if answer.private:
        yield context(*([answer.alone] if answer.alone else []), words.ONLY_YOU)


def _notes(answer: Answer, shown: int) -> Iterator[str]:
    """What the reader would not notice: rows, columns or characters that are not there."""
    if answer.limited:
        yield words.limited(answer.found)
    if shown < answer.found:
        yield words.more_in_csv(shown, answer.found) if shown else words.NO_TABLE
    if answer.table is not None and shown and (answer.table.cut or answer.table.hidden_columns):
        yield words.cells_cut(answer.table.hidden_columns)


def _needs(answer: Answer) -> list[str]:
    return [words.needs(answer.needs)] if answer.needs else []


def _buttons(answer: Answer) -> Block:
    buttons = [button(words.AGAIN, AGAIN, answer.id)]
    if answer.found and answer.state == "done":
        buttons.append(button(words.CSV, CSV, answer.id))
    if answer.link:
        buttons.append(link_button(words.CONSOLE, LINK_CONSOLE, answer.link))
    if answer.private and answer.state == "done":
        buttons.append(button(words.SHARE, SHARE, answer.id))
    return actions(buttons)


def _in_zone(table: Table, zone: tzinfo) -> Iterator[list[str]]:
    """The rows with their times in the person's zone."""
    for row in table.rows:
        yield [_local(cell, zone) if i in table.times else cell for i, cell in enumerate(row)]


def _local(cell: str, zone: tzinfo) -> str:
    if not _TIME.fullmatch(cell):
        return cell
    try:
        moment = datetime.fromisoformat(cell).replace(tzinfo=UTC).astimezone(zone)
    except (ValueError, OverflowError):  # not a day that exists: then it is the log's own text
        return cell
    text = f"{moment:%Y-%m-%d %H:%M:%S}"
    return text if cell.endswith(".000") else text + cell[-4:]
