"""What the rules that alert would find in log files: one pass over the files for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.alerts.findings import alert_query, findings_of
from bot.alerts.model import Finding
from bot.cli.output import ProgressLine
from bot.cli.query import ALL_ROWS
from bot.engine.passes import Asking, Task
from bot.engine.scan import Scanned, ScanRequest, scan, scan_many
from bot.engine.sources import LogFile
from bot.engine.troubles import Trouble
from bot.query.ast import Call, Command, Query, Stats
from bot.query.errors import QueryError
from bot.query.functions import FUNCTIONS
from bot.query.parser import parse
from bot.query.plan import Plan, compile_query
from bot.query.scans.bucketed import check_buckets
from bot.query.walk import walk
from bot.rules.card import Source
from bot.rules.firing import aggregates
from bot.rules.model import AlertPlan, Rule
from bot.rules.schedule import buckets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched: [start, end) of the files, in epoch ms; None is open.

    `now` is what `now()` says, and `end` where that is given. At most `processes` read the files,
    or as many as there are cores.
    """

    files: tuple[LogFile, ...]
    start: int | None
    end: int | None
    now: int
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule that alerts, its query with values, and how the pass is asked."""

    rule: Rule
    alert: AlertPlan
    query: Query
    plan: Plan

    @property
    def grouped(self) -> bool:
        return aggregates(self.query)

    @property
    def over(self) -> int:
        return (self.alert.over or self.alert.every) // _MILLISECOND


def find_in(
    rules: Iterable[Rule], sources: Mapping[str, Source], searched: Searched
) -> tuple[dict[str, list[Finding]], tuple[Trouble, ...]]:
    """What detection would find, by the rule's id, and what was unreadable.

    A rule with a `stats` looks at every bucket that has an event of the window which it counts,
    and at the whole of it, as detection does.
    """
    together: list[_Asked] = []
    alone: list[_Asked] = []
    for rule in rules:
        asked = _asked(rule, sources[rule.log])
        (together if _fits(asked, searched) else alone).append(asked)
    found: dict[str, list[Finding]] = {}
    troubles: tuple[Trouble, ...] = ()
    for asked in alone:
        find = _buckets_alone if asked.grouped else _rows_alone
        found[asked.rule.id], troubles = find(asked, searched)
    if together:
        more, troubles = _together(together, searched)
        found |= more
    return found, troubles


def _asked(rule: Rule, source: Source) -> _Asked:
    assert rule.alert is not None  # noqa: S101 - only rules that alert come here
    query = alert_query(rule, source)
    return _Asked(rule, rule.alert, query, compile_query(query, timed=True))


# ------------------------------------------------------------------------------------ in one pass
def _fits(asked: _Asked, searched: Searched) -> bool:
    """Whether the rule's result in a pass with others is what it finds alone."""
    if not asked.grouped:
        bounded = searched.start is not None or searched.end is not None
        return not (bounded and _looks_at_window(asked))
    try:
        check_buckets(asked.plan)
    except QueryError:
        return False
    return True


def _looks_at_window(asked: _Asked) -> bool:
    calls = (node for command in asked.query.commands for node in walk(command))
    return any(
        isinstance(node, Call) and FUNCTIONS[node.name.lower()].context not in ("", "now")
        for node in calls
    )


def _together(
    rules: Sequence[_Asked], searched: Searched
) -> tuple[dict[str, list[Finding]], tuple[Trouble, ...]]:
    """The findings of the rules in one pass, and what was unreadable.

    It reads as far before and behind the window as the buckets reach that hold a part of it.
    """
    wide = max((asked.over for asked in rules if asked.grouped), default=0)
    start, end = searched.start, searched.end
    task = Task(
        tuple(_asking(asked, searched, wide) for asked in rules),
        searched.files,
        None if start is None else start - wide,
        None if end is None else end + wide,
        searched.now,
        ALL_ROWS,
    )
    line = ProgressLine()
    try:
        results, troubles = scan_many(task, searched.processes, line.listener)
    finally:
        line.close()
    found = {}
    for asked, spans in zip(rules, results, strict=True):
        some: dict[str, Finding] = {}
        for first, last, scanned in spans:
            begin = (start or 0) if first is None else first
            until = searched.now if last is None else last
            some |= _by_id(asked, scanned, begin, until)
        found[asked.rule.id] = list(some.values())
    return found, troubles


def _asking(asked: _Asked, searched: Searched, wide: int) -> Asking:
    if asked.grouped:
        every = asked.alert.every // _MILLISECOND
        window = searched.start, searched.end
        return Asking(str(asked.query), every=every, over=asked.over, counted=window)
    query = asked.query
    if wide:
        query = Query((*_within(searched), *query.commands), query.text)
    return Asking(str(query))


def _within(searched: Searched) -> tuple[Command, ...]:
    """Filters for the window."""
    bounds = []
    if searched.start is not None:
        bounds.append(f"filter @timestamp >= {searched.start}")
    if searched.end is not None:
        bounds.append(f"filter @timestamp < {searched.end}")
    return parse("\n| ".join(bounds)).commands if bounds else ()


def _by_id(asked: _Asked, scanned: Scanned, start: int, end: int) -> dict[str, Finding]:
    rows = [
        row if pointer is None else {**row, "@ptr": pointer}
        for row, pointer in zip(scanned.rows, scanned.pointers, strict=True)
    ]
    findings = findings_of(asked.rule, rows, _moment(start), _moment(end))
    return {finding.id: finding for finding in findings}


# ---------------------------------------------------------------------------------- one at a time
def _rows_alone(asked: _Asked, searched: Searched) -> tuple[list[Finding], tuple[Trouble, ...]]:
    """A rule that looks at its own window."""
    scanned = _scan(asked.query, searched, searched.start, searched.end)
    found = _by_id(asked, scanned, searched.start or 0, searched.now)
    return list(found.values()), scanned.troubles


def _buckets_alone(asked: _Asked, searched: Searched) -> tuple[list[Finding], tuple[Trouble, ...]]:
    """A rule whose buckets cannot be worked out together: one scan for each that has an event."""
    commands = asked.query.commands
    head = commands[: next(i for i, c in enumerate(commands) if isinstance(c, Stats))]
    times = parse("\n| ".join(map(str, (*head, "fields @timestamp as siem_seen"))))
    seen = _scan(times, searched, searched.start, searched.end)
    moments = sorted(
        datetime.fromisoformat(row["siem_seen"]).replace(tzinfo=UTC)
        for row in seen.rows
        if "siem_seen" in row
    )
    found: dict[str, Finding] = {}
    for due in buckets(asked.alert, moments[0], moments[-1]) if moments else ():
        if any(due.start <= moment < due.end for moment in moments):
            span = (due.start - _EPOCH) // _MILLISECOND, (due.end - _EPOCH) // _MILLISECOND
            found |= _by_id(asked, _scan(asked.query, searched, *span), *span)
    return list(found.values()), seen.troubles


def _scan(query: Query, searched: Searched, start: int | None, end: int | None) -> Scanned:
    now = searched.now if end is None else end
    request = ScanRequest(
        str(query), searched.files, start, end, now, ALL_ROWS, processes=searched.processes
    )
    line = ProgressLine()
    try:
        return scan(request, line.listener)
    finally:
        line.close()


def _moment(milliseconds: int) -> datetime:
    """The moment, or the nearest that has a date."""
    return _EPOCH + min(max(milliseconds, _FIRST), _LAST) * _MILLISECOND
