"""The goldens of the language give the same rows through files of every form."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.scan import ScanRequest, scan
from bot.engine.sources import LogFile
from bot.engine.times import TIME_FIELDS
from bot.query.evaluate import event_reader
from bot.query.parser import parse
from bot.query.plan import Plan, compile_query
from tests.query.goldens_read import CASES, context_of, groups_of, shown, tables_of, wanted

Case = dict[str, Any]
TIMED = ("@timestamp", "earliest", "latest", "bin(", "rate(", "sessionize")
SYSTEM = {"@timestamp", "@ingestionTime", "@message", "@log", "@logStream", "@ptr"}


def moment(event: dict[str, Any], name: str = "@timestamp") -> int | None:
    value = event_reader(name)(event)
    return None if value is None else int(value)


def timed(case: Case) -> bool:
    """Whether the moment of an event matters, other than for the order of rows."""
    columns = plan_of(case).columns if case["rows"] else ()
    words = case["query"] + " ".join(columns)
    return any(word in words for word in TIMED)


def plan_of(case: Case) -> Plan:
    return compile_query(parse(case["query"]), tables=tables_of(case))


def iso(ms: int | None) -> str | None:
    if ms is None:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).isoformat()


def only_decoded(case: Case) -> bool:
    """Whether the case uses keys of a decoded event for what the file says: log, stream, …

    There a key that begins with `@` is a system field; within a file it is a field of the event.
    """
    keys = {key for event in case["events"] for key in event if key.startswith("@")}
    return not keys <= {"@timestamp", "@ingestionTime", "@message"}


def body(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in SYSTEM}


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_stored(case: Case, reads: set[str]) -> bytes | None:
    """Lines of the local CloudWatch, if the case can be told by them."""
    lines = []
    for event in case["events"]:
        time, ingested = moment(event), moment(event, "@ingestionTime")
        if (time is None and timed(case)) or (ingested is None and "@ingestionTime" in reads):
            return None
        if "@message" in event and body(event):
            return None
        message = event.get("@message", compact(body(event)))
        lines.append(compact([time or 0, ingested or 0, message]) + "\n")
    return "".join(lines).encode()


def own_events(case: Case, reads: set[str]) -> list[str] | None:
    """A person's events, if the case can be told by them: their time stands in the event."""
    texts = []
    for event in case["events"]:
        if reads & {"@message", "@ingestionTime", "@@timestamp"} or "@message" in event:
            return None
        # A field that means a moment must not stand in for the moment that the case leaves out.
        if event.keys() & {*TIME_FIELDS} - {"@timestamp"} and timed(case):
            return None
        time = {"@timestamp": iso(moment(event))} if "@timestamp" in event else {}
        texts.append(compact(time | body(event)))
    return texts


def own_messages(case: Case, reads: set[str]) -> list[str] | None:
    """A person's events whose text the case gives, if they are lines of text or objects."""
    texts = []
    for event in case["events"]:
        message = event["@message"] if event.keys() == {"@message"} else ""
        text = message.strip()
        if not text or "\n" in text or timed(case) or (text != message and "@message" in reads):
            return None
        if text.startswith(("{", "[")) and not is_object(text):
            return None
        texts.append(text)
    return texts


def is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def as_lines(case: Case, reads: set[str]) -> bytes | None:
    texts = own_events(case, reads) or own_messages(case, reads)
    return None if texts is None else "\r\n".join(texts).encode()


def as_records(case: Case, reads: set[str]) -> bytes | None:
    texts = own_events(case, reads) or own_messages(case, reads)
    if texts is None or not all(map(is_object, texts)):
        return None
    return None if texts is None else gzip.compress(f'{{"Records":[{",".join(texts)}]}}'.encode())


def as_document(case: Case, reads: set[str]) -> bytes | None:
    texts = own_events(case, reads)
    if not texts:
        return None
    return json.dumps([json.loads(text) for text in texts], indent=1).encode()


FORMS: dict[str, Callable[[Case, set[str]], bytes | None]] = {
    "stored": as_stored,
    "lines": as_lines,
    "records": as_records,
    "document": as_document,
}


def told() -> list[Any]:
    found = []
    for case in CASES:
        reads = set(plan_of(case).reads)
        if only_decoded(case):
            continue
        for form, write in FORMS.items():
            try:
                data = write(case, reads)
            except TypeError:  # the case has a value that JSON has not
                continue
            if data is not None:
                name = f"{form}: {case['theme']}: {case['name']}"
                found.append(pytest.param(case, form, data, id=name))
    return found


TOLD = told()


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize(("case", "form", "data"), TOLD)
def test_a_golden_through_a_file(case, form, data, plain, tmp_path):
    (tmp_path / "log").write_bytes(data)
    context = context_of(case)
    file = LogFile(str(tmp_path / "log"), "own", stored=form == "stored")
    others = []
    for number, (name, events) in enumerate(groups_of(case).items()):
        (tmp_path / str(number)).write_text("\n".join(map(compact, events)))
        others.append(LogFile(str(tmp_path / str(number)), name))

    found = scan(
        ScanRequest(
            case["query"],
            (file,),
            None,
            None,
            context.now,
            elsewhere=tuple(others),
            tables=tables_of(case),
            plain=plain,
        )
    )

    assert shown(case, found) == wanted(case)
    assert len(found.pointers) == len(found.rows)


@pytest.mark.parametrize("form", FORMS)
def test_most_goldens_can_be_told_by_files_of_each_form(form):
    assert sum(param.values[1] == form for param in TOLD) > 0.8 * len(CASES)
