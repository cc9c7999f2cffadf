"""One pass for all rules finds what a scan for each rule and each bucket finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.alerts.findings import alert_query, findings_of
from bot.cli.query import ALL_ROWS
from bot.cli.rule_pass import Searched, find_in
from bot.engine import partner, shares
from bot.engine.scan import ScanRequest, scan
from bot.engine.sources import LogFile
from bot.query.ast import Stats
from bot.query.parser import parse
from bot.rules.card import Source
from bot.rules.firing import aggregates
from bot.rules.loader import load_rules
from bot.rules.schedule import buckets
from tests.rules.samples import ALERTING, changed

SOURCE = Source("cloudtrail", ("cloudtrail",), event_time="eventTime")
NOON = 1_795_435_200  # 2026-11-23T12:00:00Z
LATER = (NOON + 100_000) * 1000

RULES = {
    "rows": ('filter eventName = "Put" | fields who, n', "", "5m", None),
    "more-rows": ("filter n > 2 | fields who, eventName as what", 'filter what != "Get"', "1m", None),
    "counts": ('filter eventName in ["Put", "Get"] | stats count(*) as c by who', "filter c > 1", "5m", "15m"),
    "sums": ("stats sum(n) as s, latest(eventName) as l by who", "filter s > 3", "2m", "3m"),
    "all": (
        'stats count_distinct(who) as c, max(n) as m | fields "all" as who',
        "filter c >= 1",
        "10m",
        "12m",
    ),
    "asks-now": ("stats latest(@timestamp) as l by who", "fields now() * 1000 - l as age | filter age > 5000", "5m", "10m"),
    "asks-window": ("stats count(*) as c by who", "fields queryStartTime() as q, queryEndTime() as e", "5m", "5m"),
    "looks-first": ("filter toMillis(@timestamp) > queryStartTime() + 90000 | stats count(*) as c by who", "", "3m", "6m"),
    "rows-window": ("filter toMillis(@timestamp) > queryStartTime() + 60000 | fields who", "", "5m", None),
    "elements": ("fields jsonParse(@message) as j | unnest j.tags into tag | stats count(*) as c by tag as who", "", "4m", "8m"),
    "nobody": ('filter eventName = "Never" | stats count(*) as c | fields "x" as who', "", "5m", "5m"),
    "running": ("accum n as t | filter t > 4 | stats count(*) as c by who", "", "6m", "6m"),
"spread": ("fields jsonParse(@message) as j | unnest j.tags into tag | fields who, tag", "", "5m", None),
}  # fmt: skip


def rule_of(name):
    query, when, every, over = RULES[name]
    text = changed(ALERTING, "odd-writes\ntitle", f"{name}\ntitle")
    head = text.partition("parameters:\n")[0]
    triage = "triage:\n  - {id: a, ask: A?}\n  - {id: b, ask: B?}\n  - id: c\n    ask: C?\n    query: filter n = 1\n    answers: {none: a, some: b, many: c}\n"
    alert = f"alert:\n  condition: It is so.\n  every: {every}\n  key: [who]\n"
    alert += f"  when: {json.dumps(when)}\n" if when else ""
    alert += f"  over: {over}\n" if over else ""
    body = f"query: {json.dumps(query)}\n{alert}{triage}tests:\n"
    body += "  - {name: y, fires: true, events: [{who: a}]}\n  - {name: n, fires: false, events: [{who: b}]}\n"
    loaded = load_rules({f"rules/cloudtrail/{name}.yml": head + body})
    assert loaded.faults == ()
    return loaded.rules[0]


PREPARED = [rule_of(name) for name in RULES]


def milliseconds(moment):
    return round(moment.timestamp() * 1000)


def one_by_one(rule, searched):
    """The reference: a scan for the rule, and where it has a `stats` one for each bucket."""

    def rows(query, begin, stop):
        now = LATER if stop is None else stop
        request = ScanRequest(str(query), searched.files, begin, stop, now, ALL_ROWS, processes=1)
        return scan(request).rows

    start, end = searched.start, searched.end
    query = alert_query(rule, SOURCE)
    if not aggregates(query):
        last = datetime.fromtimestamp(searched.now / 1000, UTC)
        first = datetime.fromtimestamp((start or 0) / 1000, UTC)
        return findings_of(rule, rows(query, start, end), first, last)
    head = query.commands[: next(i for i, c in enumerate(query.commands) if isinstance(c, Stats))]
    times = parse("\n| ".join(map(str, (*head, "fields @timestamp as seen"))))
    moments = sorted(
        datetime.fromisoformat(row["seen"]).replace(tzinfo=UTC)
        for row in rows(times, start, end)
        if "seen" in row
    )
    found = {}
    for due in buckets(rule.alert, moments[0], moments[-1]) if moments else ():
        if any(due.start <= moment < due.end for moment in moments):
            some = rows(query, milliseconds(due.start), milliseconds(due.end))
            found |= {f.id: f for f in findings_of(rule, some, due.start, due.end)}
    return list(found.values())


def line_of(second, name, who, n, tags):
    time = datetime.fromtimestamp(NOON + second, UTC).isoformat().replace("+00:00", "Z")
    event = {"eventTime": time, "eventName": name, "who": who, "n": n, "tags": tags}
    return json.dumps({key: value for key, value in event.items() if value is not None})


lines = st.builds(
    line_of,
    st.integers(0, 1500),
    st.sampled_from(["Put", "Get", "List"]),
    st.sampled_from(["role-a", "role-b", None]),
    st.integers(0, 5),
    st.sampled_from([None, [], ["x"], ["x", "y"]]),
) | st.sampled_from(["words", '{"torn": ', '{"who": "role-a", "eventName": "Put"}'])
moments = st.none() | st.integers(-100, 1600).map(lambda second: (NOON + second) * 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("logs")


def written(folder, contents):
    files = []
    for number, content in enumerate(contents):
        (folder / str(number)).write_text("".join(line + "\n" for line in content))
        files.append(LogFile(str(folder / str(number)), log="cloudtrail"))
    return tuple(files)


def told(finding):
    return finding.id, finding.key, finding.happened, finding.seen, finding.row


def searching(files, start=None, end=None, processes=1):
    return Searched(files, start, end, LATER if end is None else end, processes)


def same(searched, rules=PREPARED):
    found, _ = find_in(rules, {"cloudtrail": SOURCE}, searched)
    for rule in rules:
        wanted = one_by_one(rule, searched)
        assert list(map(told, found[rule.id])) == list(map(told, wanted)), rule.id
    return found


@given(st.lists(st.lists(lines, max_size=12), min_size=1, max_size=3), moments, moments)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_pass_finds_what_scans_one_by_one_find(folder, contents, start, end):
    if start is not None and end is not None and start >= end:
        start, end = end, start + 1
    same(searching(written(folder, contents), start, end))


def test_several_processes_find_the_same(folder, monkeypatch):
    contents = [
        [line_of(n * 7 % 1500, ["Put", "Get", "List"][n % 3], f"role-{n % 5}", n % 6, ["x"] * (n % 3)) for n in range(part, 400, 2)]
        for part in (0, 1)
    ]  # fmt: skip
    files = written(folder, contents)
    monkeypatch.setattr(shares, "WORTH", 1)
    started = []
    monkeypatch.setattr(
        partner,
        "Partner",
        lambda task, made=partner.Partner: started.append(task) or made(task),
    )
    together = [rule for rule in PREPARED if rule.id not in ("looks-first", "running")]

    found = same(searching(files, NOON * 1000 + 200_000, NOON * 1000 + 900_000, 2), together)

    assert started
    assert all(found[rule.id] for rule in together if rule.id != "nobody")


def test_a_bucket_that_reaches_out_of_the_window_counts_whole(folder):
    files = written(folder, [[line_of(n, "Put", "role-a", 1, None) for n in (10, 20, 280, 310)]])
    rules = [rule for rule in PREPARED if rule.id == "counts"]

    found, _ = find_in(rules, {"cloudtrail": SOURCE}, searching(files, (NOON + 270) * 1000, (NOON + 290) * 1000))  # fmt: skip

    assert [(f.row["c"], milliseconds(f.seen) // 1000 - NOON) for f in found["counts"]] == [
        ("3", 300), ("4", 600), ("4", 900),
    ]  # fmt: skip


def test_the_end_of_time_is_no_end_of_the_pass(folder):
    events = ['{"eventTime": "9999-12-31T23:59:59Z", "who": "role-a", "eventName": "Put", "n": 5}']
    rules = [rule for rule in PREPARED if rule.id in ("rows", "counts", "sums")]

    found, _ = find_in(rules, {"cloudtrail": SOURCE}, searching(written(folder, [events])))

    assert {name: len(some) for name, some in found.items()} == {"rows": 1, "counts": 0, "sums": 1}
