"""The use case *Detect*: run the rules that alert, and save what they find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeAlias

from bot.alerts.findings import alert_query
from bot.alerts.model import Alert, Watermark
from bot.alerts.policy import behind, wakes
from bot.app.desk import Watch
from bot.app.documents import Kind, change, create, each, read, remove, write
from bot.app.kept import ALERTS, WATCHED, WATERMARKS, alerts_active
from bot.app.ports import Job, Listing, Search, SearchState, SearchStatus, Statistics, Window
from bot.app.record import NOTHING, Progress, save_findings
from bot.app.running import PATIENCE, delay, waited
from bot.app.searching import begin
from bot.app.spending import spend
from bot.app.tell import put_tell, tell
from bot.errors import BotError, LaterError
from bot.query.errors import quoted
from bot.rules.firing import aggregates
from bot.rules.model import Rule
from bot.rules.schedule import Due, Pace, narrower, next_due

Handler: TypeAlias = Callable[[Job], None]

LIMIT = 10_000
"""Rows of one run. As many as that may be cut off, so the run counts as truncated."""

MOST_TOLD = 100
"""Alerts that one tick has told, the worst first. Slack takes about one message a second, and what is
queued already would be queued again by every tick."""

_ENDS = {
    SearchStatus.FAILED: "CloudWatch Logs could not finish the search.",
    SearchStatus.CANCELLED: "Somebody stopped the search in CloudWatch Logs.",
    SearchStatus.TIMEOUT: "CloudWatch Logs gave up on the search, because it took too long.",
}


@dataclass(frozen=True, slots=True)
class Run:
    """The search that is under way for a rule: stored, so that a restart finds it again."""

    rule: str
    due: Due
    search_id: str
    turn: int = 0
    restarts: int = 0
    progress: Progress = NOTHING
    """How much of what it found is saved: a lot takes several jobs."""


RUNNING = "runs"

RUNS = Kind("run", Run, lists=lambda run: (Listing(RUNNING, run.rule),))


def handlers(watch: Watch) -> Mapping[str, Handler]:
    """The handler for each kind of job that detection makes."""
    return {
        "tick": partial(tick, watch),
        "detect": partial(detect, watch),
        "tell": partial(tell, watch),
    }


def watch_rules(watch: Watch) -> list[Rule]:
    """The rules that run by themselves: those that alert, on trial or live."""
    return [rule for rule in watch.desk.rules if rule.alert is not None and rule.status != "draft"]


def watermark(watch: Watch, rule_id: str) -> Watermark:
    """How far the rule has been searched, and how it fares."""
    return read(watch.desk.store, WATERMARKS, rule_id) or Watermark(rule_id)


def tick(watch: Watch, _job: Job | None = None) -> None:
    """The job `tick`: queue a run of each rule that is due, and what people do not see yet."""
    now = watch.desk.clock()
    # Both lists may lag behind: then a run is queued for nothing, or by the next tick.
    running = {run.rule for run in each(watch.desk.store, RUNS, RUNNING)}
    marks = {mark.rule: mark for mark in each(watch.desk.store, WATERMARKS, WATCHED)}
    for rule in watch_rules(watch):
        through = marks[rule.id].through if rule.id in marks else None
        if rule.id in running or _due(watch, rule, through) is not None:
            watch.desk.jobs.put(Job("detect", rule.id, {}))
    untold = (a for a in alerts_active(watch.desk.store) if wakes(a, now) or behind(a))
    for alert in list(islice(untold, MOST_TOLD)):
        change(watch.desk.store, ALERTS, alert.id, partial(_awake, now=now))
        put_tell(watch, alert.id)
    watch.desk.meter.add("ticks")


def detect(watch: Watch, job: Job) -> None:
    """The job `detect`: begin the rule's next run, or look how far the one under way is."""
    rule = next((rule for rule in watch_rules(watch) if rule.id == job.id), None)
    if rule is None:
        remove(watch.desk.store, RUNS, job.id)
        return
    running = read(watch.desk.store, RUNS, rule.id)
    if running is not None and int(job.payload.get("turn", running.turn)) < running.turn:
        return  # a job that came later has taken over: a tick's, or this one, delivered twice
    try:
        if running is None:
            due = _due(watch, rule, watermark(watch, rule.id).through)
            if due is not None:
                _start(watch, rule, due)
        else:
            _follow(watch, rule, running)
    except BotError as error:
        fail(watch, rule, str(error))


def record(
    watch: Watch, rule: Rule, run: Run, state: SearchState, *, whole: bool = True
) -> Progress:
    """Save what a run found, a slice of it; when all is saved, how far the rule is searched.

    The order of writes is alert, ledger, watermark; recording the same again changes nothing. A
    result that is not `whole` does not count as searched.
    """
    searched = watermark(watch, rule.id).through if whole else None
    progress, alerts = save_findings(watch, rule, run.due, state, searched, run.progress)
    for alert_id in alerts:
        put_tell(watch, alert_id)
    if progress.done and whole:
        _searched(watch, rule, run, state.statistics)
    return progress


def _searched(watch: Watch, rule: Rule, run: Run, statistics: Statistics) -> None:
    now = watch.desk.clock()

    def done(mark: Watermark) -> Watermark:
        counted = mark.through is not None and mark.through >= run.due.through
        if run.search_id and mark.search_id == run.search_id and counted:
            return mark
        return replace(
            mark,
            through=_later(mark.through, run.due.through),
            last_run=now,
            last_ok=now,
            failures=0,
            problem="",
            waiting=None,
            scanned_bytes=mark.scanned_bytes + statistics.bytes_scanned,
            runs=mark.runs + 1,
            search_id=run.search_id,
        )

    _mark(watch, rule, done)
    watch.desk.meter.add("runs")
    watch.desk.meter.add("lag", max(0.0, (now - run.due.through).total_seconds()))


def _start(watch: Watch, rule: Rule, due: Due, restarts: int = 0) -> None:
    search = search_of(watch, rule, due)
    try:
        search_id = begin(watch.desk, watch.search, search)
    except LaterError:
        # No attempt has failed. Its health says so, once it waits long.
        now = watch.desk.clock()
        _mark(watch, rule, lambda mark: mark if mark.waiting else replace(mark, waiting=now))
        raise
    if watermark(watch, rule.id).waiting is not None:
        _mark(watch, rule, lambda mark: replace(mark, waiting=None))
    write(watch.desk.store, RUNS, rule.id, Run(rule.id, due, search_id, restarts=restarts))
    watch.desk.jobs.put(Job("detect", rule.id, {"turn": 0}), delay(0))


def search_of(watch: Watch, rule: Rule, due: Due) -> Search:
    """The search of one run. `BotError` if the rule's log is not among the sources."""
    source = watch.desk.sources.get(rule.log)
    if source is None:
        raise BotError(
            f"The rule `{rule.id}` reads the log {quoted(rule.log)}, which is not among the "
            "sources of rules/config.yml. Add it there."
        )
    query = str(alert_query(rule, source))
    return Search(query, source.groups, Window(due.start, due.end), LIMIT, by="rule")


def _follow(watch: Watch, rule: Rule, running: Run) -> None:
    try:
        state = watch.search.poll(running.search_id)
    except BotError:
        # A search can be lost: the machine that ran it has restarted. Once is bad luck.
        if running.restarts:
            raise
        _start(watch, rule, running.due, restarts=1)
        return
    if state.status is SearchStatus.COMPLETE:
        _complete(watch, rule, running, state)
    elif state.status.ended:
        raise BotError(_ENDS[state.status])
    elif waited(running.turn) > PATIENCE:
        watch.search.stop(running.search_id)
        raise BotError("The search took over 15 minutes, so it was stopped.")
    else:
        turn = running.turn + 1
        write(watch.desk.store, RUNS, rule.id, replace(running, turn=turn))
        watch.desk.jobs.put(Job("detect", rule.id, {"turn": turn}), delay(turn))


def _complete(watch: Watch, rule: Rule, running: Run, state: SearchState) -> None:
    if running.progress == NOTHING:
        spend(watch.desk, state.statistics)
    due = running.due
    whole = len(state.rows) < LIMIT
    half = None if whole else narrower(due, watermark(watch, rule.id).through)
    grouped = rule.alert is not None and rule.alert.finds and aggregates(rule.alert.finds)
    if half is not None and not grouped:
        _start(watch, rule, half)
        return
    progress = record(watch, rule, running, state, whole=whole)
    if not progress.done:
        turn = running.turn + 1
        write(watch.desk.store, RUNS, rule.id, replace(running, turn=turn, progress=progress))
        watch.desk.jobs.put(Job("detect", rule.id, {"turn": turn}))
        return
    if not whole:
        # It cannot be cut smaller: what came is saved, and the rule stands still, visibly.
        raise BotError(
            f"The rule found {LIMIT:,} rows and more between {due.start:%Y-%m-%d %H:%M:%S} and "
            f"{due.end:%H:%M:%S}: they were cut off. Make its condition narrower."
        )
    remove(watch.desk.store, RUNS, rule.id)
    if _due(watch, rule, watermark(watch, rule.id).through) is not None:
        watch.desk.jobs.put(Job("detect", rule.id, {}))


def fail(watch: Watch, rule: Rule, problem: str) -> None:
    """Note that a run failed, for people who look at the rule's health; the next tick tries again."""
    now = watch.desk.clock()
    watch.desk.meter.add("run_errors")
    remove(watch.desk.store, RUNS, rule.id)
    _mark(
        watch,
        rule,
        lambda mark: replace(
            mark, last_run=now, failures=mark.failures + 1, problem=problem, waiting=None
        ),
    )


def _mark(watch: Watch, rule: Rule, how: Callable[[Watermark], Watermark]) -> None:
    create(watch.desk.store, WATERMARKS, rule.id, Watermark(rule.id))
    change(watch.desk.store, WATERMARKS, rule.id, how)


def _due(watch: Watch, rule: Rule, through: datetime | None) -> Due | None:
    pace = Pace(watch.settle, watch.overlap, watch.since, watch.compressed)
    assert rule.alert is not None  # noqa: S101 - only rules that alert come here
    return next_due(rule.alert, through, watch.desk.clock(), pace)


def _awake(alert: Alert, now: datetime) -> Alert:
    if not wakes(alert, now):
        return alert
    return replace(alert, snoozed=None, snoozed_until=None, revision=alert.revision + 1)


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
