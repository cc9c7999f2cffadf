"""The log: one JSON object a line, canonical lines, metrics inside them, and never any data."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from bot import telemetry
from bot.app.ports import Meter, Metric
from bot.errors import BotError, LaterError, SetupError
from bot.telemetry import LineMeter, configure, count, line, note

MARKER = "MARKER <!channel> s3cret\nsecond line\x1b[2J"


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(each) for each in out.getvalue().splitlines()]


# ------------------------------------------------------------------------------ the canonical line
def test_a_line_says_when_what_how_long_and_how_it_went(out: io.StringIO) -> None:
    with line("job", kind="ask", id="0a1b", attempt=1):
        note(verb="again")
        count("store_calls")
        count("store_calls", 2)
    (told,) = lines(out)
    assert datetime.fromisoformat(told["time"]).tzinfo == UTC
    assert told["time"].endswith("Z")
    assert len(told["time"]) == len("2026-11-24T12:00:00.000Z")
    assert told["ms"] >= 0
    assert {name: told[name] for name in ("event", "kind", "id", "attempt", "verb", "outcome")} == {
        "event": "job", "kind": "ask", "id": "0a1b", "attempt": 1, "verb": "again", "outcome": "ok",
    }  # fmt: skip
    assert told["store_calls"] == 3
    assert told["level"] == "info"
    assert "_aws" not in told


@pytest.mark.parametrize(
    ("error", "outcome", "level"),
    [
        (BotError(MARKER), "refused", "info"),
        (LaterError(MARKER, 1), "later", "info"),
        (ValueError(MARKER), "failed", "error"),
        (KeyError(MARKER), "failed", "error"),
    ],
)
def test_how_a_line_ends(out: io.StringIO, error: Exception, outcome: str, level: str) -> None:
    with pytest.raises(type(error)), line("job", kind="ask"):
        raise error
    (told,) = lines(out)
    assert (told["outcome"], told["level"]) == (outcome, level)
    assert told["error"]["at"].startswith("tests/test_telemetry.py:")
    assert ("frames" in told["error"]) == (outcome == "failed")
    assert "MARKER" not in out.getvalue()


def test_what_was_noted_counts_over_how_the_block_ended(out: io.StringIO) -> None:
    with line("request"):
        note(outcome="failed")
    assert [(each["outcome"], each["level"]) for each in lines(out)] == [("failed", "error")]


def test_lines_inside_lines_are_apart(out: io.StringIO) -> None:
    with line("outer"):
        note(id="1")
        with line("inner"):
            note(id="2")
            count("store_calls")
        count("slack_calls")
    inner, outer = lines(out)
    assert (inner["event"], inner["id"], inner["store_calls"]) == ("inner", "2", 1)
    assert (outer["event"], outer["id"], outer["slack_calls"]) == ("outer", "1", 1)
    assert "store_calls" not in outer


def test_threads_have_lines_of_their_own_unless_they_are_given_one(out: io.StringIO) -> None:
    def work(number: int) -> None:
        with line("job", id=str(number)):
            for _ in range(200):
                count("store_calls")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert {(each["id"], each["store_calls"]) for each in lines(out)} == {
        (str(number), 200) for number in range(40)
    }
    out.truncate(0)
    out.seek(0)
    with line("request"), ThreadPoolExecutor(8) as pool:
        pool.submit(count, "lost").result()
        given = [copy_context() for _ in range(8)]
        for context in given:
            pool.submit(context.run, lambda: [count("kept") for _ in range(500)])
    (told,) = lines(out)
    assert told["kept"] == 4_000
    assert "lost" not in told


def test_outside_of_a_line_nothing_happens(out: io.StringIO) -> None:
    note(verb="ask")
    count("store_calls")
    assert lines(out) == []


# ------------------------------------------------------------------------------------- metrics
def test_metrics_travel_in_the_line_as_cloudwatch_reads_them(out: io.StringIO) -> None:
    meter: Meter = LineMeter()
    with line("job", kind="detect"):
        meter.add("runs")
        meter.add("findings", 3)
        meter.add("findings", 2)
        meter.add("lag", 12.5)
        meter.add("lag", 7)
        meter.add("bytes", float("nan"))
    (told,) = lines(out)
    (directive,) = told["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Siem"
    assert directive["Dimensions"] == [["Stage"]]
    assert {each["Name"]: each["Unit"] for each in directive["Metrics"]} == {
        "Runs": "Count", "Findings": "Count", "Lag": "Seconds",
    }  # fmt: skip
    # Every member that the directive names is at the root: the dimension a string, metrics numbers.
    assert (told["Stage"], told["Runs"], told["Findings"], told["Lag"]) == ("test", 1, 5, [12.5, 7])
    now = datetime.now(UTC).timestamp() * 1000
    assert abs(told["_aws"]["Timestamp"] - now) < 60_000


def test_the_names_of_metrics_are_no_names_of_fields_and_the_format_allows_them(
    out: io.StringIO,
) -> None:
    meter = LineMeter()
    with line("job", kind="k", id="i", attempt=1, status=200, retry="1", verb="v", action="a"):
        for name in get_args(Metric):
            meter.add(name)
        for _ in range(300):
            meter.add("lag", 1)
    (told,) = lines(out)
    assert told["kind"] == "k"
    assert told["attempt"] == 1
    assert len(told["Lag"]) == 100
    named = {each["Name"] for each in told["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert len(named) == len(get_args(Metric)) <= 100
    assert {"RunErrors", "PlacesWaited", "Ticks"} <= named <= set(told)
    assert set(telemetry.UNITS) <= set(get_args(Metric))


def test_what_is_counted_after_the_line_or_without_one_is_not_lost(out: io.StringIO) -> None:
    meter = LineMeter()
    before = telemetry.totals().get("alerts", 0)
    with line("request"):
        context = copy_context()
    context.run(meter.add, "alerts")
    meter.add("alerts", 2)
    meter.add("ack", 17)
    assert [each.get("Alerts") for each in lines(out)] == [None, 1, 2, None]
    assert telemetry.totals()["alerts"] == before + 3
    assert telemetry.totals()["ack"] == 17


# -------------------------------------------------------------------------------------- no data
def fail_deeply() -> None:
    try:
        int(MARKER)
    except ValueError as error:
        raise BotError(f"{MARKER} again") from error


def write(message: object, *args: object) -> None:
    """Past pytest's own handler, which insists on arguments that fit."""
    record = logging.makeLogRecord({"name": "bot.somewhere", "msg": message, "args": args})
    logging.getLogger().handlers[0].handle(record)


def test_an_exception_is_its_type_its_places_and_its_causes(out: io.StringIO) -> None:
    log = logging.getLogger("bot.somewhere")
    with pytest.raises(BotError) as caught:
        fail_deeply()
    error = caught.value
    log.error("job %s failed: %s", "0a1b:thread", error, exc_info=error)
    log.warning("a query failed: %s", ValueError(MARKER))
    first, second = lines(out)
    assert first["message"].startswith("job 0a1b:thread failed: bot.errors.BotError at tests/")
    assert first["error"]["type"] == "bot.errors.BotError"
    assert "fail_deeply" in first["error"]["at"]
    assert [each["type"] for each in first["error"]["causes"]] == ["ValueError"]
    assert second["message"] == "a query failed: ValueError"
    assert "MARKER" not in out.getvalue()
    assert "s3cret" not in out.getvalue()


def test_what_an_operator_has_to_mend_is_said_and_no_other_failure(out: io.StringIO) -> None:
    mend = "Not set: SIEM_TABLE. Deploy with the project's serverless.yml."
    write("the function cannot start: %s", SetupError(mend))
    write("the function cannot start: %s", BotError(MARKER))
    with pytest.raises(SetupError), line("job", kind="ask"):
        raise SetupError(mend)
    said, silent, told = lines(out)
    assert said["message"] == f"the function cannot start: {mend}"
    assert told["error"]["says"] == mend
    assert "MARKER" not in json.dumps(silent)


def test_text_that_is_no_identifier_is_not_written(out: io.StringIO) -> None:
    log = logging.getLogger("bot.somewhere")
    log.warning("what came: %s %d %s", MARKER, 7, {"key": MARKER})
    write("a number: %d", MARKER)
    log.warning("named %(what)s", {"what": MARKER})
    log.warning("a token: %s", "xoxb-1234-abcd")
    with line("job", id=MARKER, kind=[MARKER, 1], other=object(), ratio=float("inf")):
        pass
    assert [each.get("message") for each in lines(out)][:3] == [
        "what came: ? 7 ?", "a number: %d", "named %(what)s",
    ]  # fmt: skip
    assert (lines(out)[-1]["id"], lines(out)[-1]["kind"]) == ("?", ["?", 1])
    assert "MARKER" not in out.getvalue()
    assert "xoxb" not in out.getvalue()


def test_libraries_say_where_and_never_what(out: io.StringIO) -> None:
    for name in ("slack_bolt.App", "slack_sdk.web.base_client", "botocore.parsers", "other"):
        logging.getLogger(name).warning(f"Unhandled request ({MARKER})")  # noqa: G004 - as they do
        logging.getLogger(name).info("nothing below warnings")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(MARKER, stacklevel=1)
    told = lines(out)
    assert [each["logger"] for each in told] == [
        "slack_bolt.App", "slack_sdk.web.base_client", "botocore.parsers", "other", "py.warnings",
    ]  # fmt: skip
    assert all("test_telemetry.py" in each["at"] for each in told[:-1])
    assert "MARKER" not in out.getvalue()


def test_what_ends_a_thread_or_the_process_is_in_the_log(
    out: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    def end() -> None:
        raise ValueError(MARKER)

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()
    try:
        end()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    told = lines(out)
    assert [each["level"] for each in told] == ["critical", "critical"]
    assert all(each["error"]["type"] == "ValueError" for each in told)
    assert "MARKER" not in out.getvalue() + "".join(capsys.readouterr())


def test_a_line_that_cannot_be_written_harms_nobody(
    out: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    class Odd:
        def __str__(self) -> str:
            raise RuntimeError(MARKER)

    write(Odd(), 1)
    assert "was lost" in out.getvalue()
    out.close()
    with line("job"):
        pass
    assert "MARKER" not in "".join(capsys.readouterr())


def test_text_for_people(out: io.StringIO) -> None:
    configure(form="text", stream=out)
    with pytest.raises(ValueError, match="MARKER"), line("job", kind="ask", id="0a1b"):
        int(MARKER)
    logging.getLogger("bot.somewhere").warning("something is odd")
    first, *_, last = out.getvalue().splitlines()
    assert " error   job ms=" in first
    assert "kind=ask id=0a1b" in first
    assert last.endswith("warning bot.somewhere something is odd")
    assert "ValueError at tests/test_telemetry.py" in out.getvalue()
    assert "MARKER" not in out.getvalue()
