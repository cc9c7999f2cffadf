"""What the log says: one JSON object a line, one canonical line a request, job or tick, never any data.

How to use it, at an edge (`bot/slack`, `bot/local`, `bot/aws`, `bot/cli`):

    configure(stage="dev")                        # once, when the process starts; in Lambda, when it loads
    with line("job", kind=job.kind, id=job.id, attempt=2) as told:
        handler(job)                              # inside: note(verb="ask"), count("store_calls")
    Desk(…, meter=LineMeter())                    # what the use cases count goes into the open line

The line is written when the block ends, with `ms` and an `outcome`: `ok`, or what `note(outcome=…)` said,
or after an exception (which goes on its way) `refused` for a `BotError`, `later` for a `LaterError`, else
`failed`. Only `failed` is an error in the log, with the frames of where it happened.

**No data.** Log events, Slack's text and what AWS answers are hostile, and secret to whoever reads logs. So
an exception is written as its type and the places it passed, never its text; a value is written if it is a
number or looks like an identifier, else as `?`; and of what libraries log only the place is written.

Metrics travel in the same line, in CloudWatch's embedded metric format, so that a Lambda function's log
group becomes metrics in the namespace `Siem` with the dimension `Stage`, without a call (`run_errors` is
`RunErrors` there)
(docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
"""

from __future__ import annotations

import json
import logging
import math
import re
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TextIO, TypeAlias

from bot.errors import BotError, LaterError, SetupError

log = logging.getLogger(__name__)

Form: TypeAlias = Literal["json", "text"]

NAMESPACE = "Siem"

UNITS: Mapping[str, str] = {"lag": "Seconds", "ack": "Milliseconds", "bytes": "Bytes"}
"""Units of metrics; all others are counts. Of seconds and milliseconds each value is kept."""

LIBRARIES = ("slack_bolt", "slack_sdk", "botocore", "boto3", "aiohttp", "urllib3", "asyncio")
"""Loggers that are heard from warnings on, whatever they were set to."""

_MEASURED = ("lag", "ack")

_MOST_VALUES = 100
"""Values of one metric in one line (the format's own limit)."""

_FRAMES = 20
_CAUSES = 4

_ROOT = str(Path(__file__).parent.parent) + "/"

# Our ids, kinds, rule ids, exception names, places in code: no blank, no quote, nothing long.
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:@/+#=<>-]{0,160}")
_TOKEN = re.compile("xox[a-z]-|xapp-|AKIA|ASIA")


# ----------------------------------------------------------------------------- canonical lines
class Line:
    """One canonical line while its work goes on. Safe to use from many threads."""

    def __init__(self, event: str, fields: Mapping[str, object]) -> None:
        """`event` says what it is about: `request`, `job`, `tick`."""
        self.event = event
        self._lock = threading.Lock()
        self._fields = dict(fields)
        self._counts: Counter[str] = Counter()
        self._metrics: dict[str, list[float]] = {}
        self._closed = False
        self._start = time.perf_counter()

    @property
    def ms(self) -> float:
        """Milliseconds since it was opened."""
        return round((time.perf_counter() - self._start) * 1000, 1)

    @property
    def failed(self) -> bool:
        """Whether somebody has noted so."""
        return self._fields.get("outcome") == "failed"

    def note(self, fields: Mapping[str, object]) -> None:
        """Add fields; the later value counts."""
        with self._lock:
            self._fields.update(fields)

    def count(self, name: str, by: int) -> None:
        """Count something that is a field of this line alone, no metric."""
        with self._lock:
            self._counts[name] += by

    def measure(self, name: str, value: float) -> bool:
        """Add to a metric; False if the line has been written already."""
        with self._lock:
            if self._closed:
                return False
            values = self._metrics.setdefault(name, [])
            if name in _MEASURED:
                values.append(value)
                del values[:-_MOST_VALUES]
            else:
                values[:] = [sum(values) + value]
        return True

    def write(self, error: BaseException | None = None) -> None:
        """Write it, once, and take no more metrics."""
        with self._lock:
            self._closed = True
            failed = error is not None and not isinstance(error, (BotError, LaterError))
            outcome = _outcome(error) if error is not None else "ok"
            fields = {"ms": self.ms, "outcome": outcome} | self._fields | self._counts
            if error is not None:
                fields = fields | {"error": described(error)}
            log.log(
                logging.ERROR if failed or fields["outcome"] == "failed" else logging.INFO,
                self.event,  # for handlers of others
                extra={
                    "our_event": self.event,
                    "our_fields": fields,
                    "our_metrics": dict(self._metrics),
                },
            )


_open: ContextVar[Line | None] = ContextVar("line", default=None)


@contextmanager
def line(event: str, **fields: object) -> Iterator[Line]:
    """One canonical line for the block. Inside another line it is a line of its own."""
    opened = Line(event, fields)
    token = _open.set(opened)
    try:
        yield opened
    except BaseException as error:
        opened.write(error)
        raise
    else:
        opened.write()
    finally:
        _open.reset(token)


@contextmanager
def job_line(
    kind: str, ident: str, attempt: int, broke: Callable[[], None], **fields: object
) -> Iterator[Line]:
    """The line of one run of a job; a `tick` is an event of its own.

    `broke` is called where it fails in a way that nobody expected.
    """
    event = "tick" if kind == "tick" else "job"
    with line(event, kind=kind, id=ident, attempt=attempt, **fields) as told:
        try:
            yield told
        except (BotError, LaterError):
            raise
        except Exception:
            broke()
            raise


def note(**fields: object) -> None:
    """Add fields to the open line: `verb`, `outcome`. Nothing happens where none is open."""
    opened = _open.get()
    if opened is not None:
        opened.note(fields)


def count(name: str, by: int = 1) -> None:
    """Count calls in the open line, such as `store_calls`. Nothing happens where none is open."""
    opened = _open.get()
    if opened is not None:
        opened.count(name, by)


def _outcome(error: BaseException) -> str:
    match error:
        case BotError():
            return "refused"
        case LaterError():
            return "later"
        case _:
            return "failed"


# ------------------------------------------------------------------------------------- metrics
class LineMeter:
    """The Meter port: what is counted goes into the open line, and into the totals of this process."""

    def add(self, name: str, value: float = 1) -> None:
        """Count `value` more, or for `lag` and `ack` note one value."""
        if not math.isfinite(value):
            return
        _totals.add(name, value)
        opened = _open.get()
        if opened is None or not opened.measure(name, value):
            # After the acknowledgement, say: a line of its own, so that nothing is lost.
            with line("meter") as own:
                own.measure(name, value)


class _Totals:
    """What was counted since the process started: sums, and for `lag` and `ack` the newest value."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: Counter[str] = Counter()
        self._newest: dict[str, float] = {}

    def add(self, name: str, value: float) -> None:
        with self._lock:
            if name in _MEASURED:
                self._newest[name] = value
            else:
                self._sums[name] += value  # type: ignore[assignment]  # bytes and counts: whole numbers

    def now(self) -> dict[str, float]:
        with self._lock:
            return dict(self._sums) | self._newest


_totals = _Totals()


def totals() -> dict[str, float]:
    """Every metric since the process started: a sum, or the newest `lag` and `ack`."""
    return _totals.now()


def measured(name: str) -> bool:
    """Whether a metric is a value of the moment (`lag`, `ack`) rather than a count."""
    return name in _MEASURED


# ---------------------------------------------------------------------------------- exceptions
def described(error: BaseException) -> dict[str, Any]:
    """An exception as fields without data: its type, where it was raised, its causes; never its text.

    A failure that was expected has its place alone, for its type says the rest; a bug has frames.
    """
    found = _one(error)
    causes: list[dict[str, Any]] = []
    cause = _cause(error)
    while cause is not None and len(causes) < _CAUSES:
        causes.append(_one(cause))
        cause = _cause(cause)
    return found | ({"causes": causes} if causes else {})


def place(error: BaseException) -> str:
    """Where an exception was raised: a code for it that holds no data."""
    return str(_one(error)["at"]).partition(" ")[0]


def _one(error: BaseException) -> dict[str, Any]:
    frames = [_frame(frame.f_code.co_filename, line, frame.f_code.co_qualname)
              for frame, line in traceback.walk_tb(error.__traceback__)]  # fmt: skip
    found: dict[str, Any] = {"type": _name(error), "at": frames[-1] if frames else ""}
    if isinstance(error, SetupError):
        found["says"] = str(error)
    if frames and not isinstance(error, (BotError, LaterError)):
        found["frames"] = frames[-_FRAMES:]
    return found


def _cause(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None or error.__suppress_context__:
        return error.__cause__
    return error.__context__


def _name(error: BaseException) -> str:
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return str(_safe(module + kind.__qualname__))


def _frame(file: str, line: int, function: str) -> str:
    return f"{_short(file)}:{line} {function}"


def _short(file: str) -> str:
    """A file from `bot/` or the library's own folder on: where something is installed is nobody's business."""
    if file.startswith(_ROOT):
        return file[len(_ROOT) :].rpartition("site-packages/")[2]
    if "site-packages/" in file:
        return file.rpartition("site-packages/")[2]
    return "/".join(file.split("/")[-2:])


# ------------------------------------------------------------------------------------ the log
def configure(
    *,
    form: Form = "json",
    stage: str = "local",
    stream: TextIO | None = None,
    level: int = logging.INFO,
) -> None:
    """Send all logging of this process to `stream` (default: standard output), and nothing elsewhere.

    `text` is for people at a terminal; it has no metrics. `stage` is the dimension of the metrics.
    What libraries log is written from warnings on. May be called again: the last call counts.
    """
    handler = _Handler(stream or sys.stdout)
    handler.setFormatter(_Json(stage) if form == "json" else _Text())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines. What cannot be written is said in one line without data."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Instead of Python's own, which prints the arguments."""
        with suppress(OSError, ValueError):  # the stream itself may be what is broken
            self.stream.write('{"level": "error", "message": "a line of the log was lost"}\n')


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not isinstance(error, KeyboardInterrupt):
        log.critical("the process ends by an exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and args.exc_type is not SystemExit:
        log.critical("a thread ended by an exception", exc_info=args.exc_value)


class _Json(logging.Formatter):
    """A record as one JSON object."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self._stage = stage or "local"

    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, Any] = {
            "time": _moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        found |= _contents(record)
        metrics: Mapping[str, list[float]] = getattr(record, "our_metrics", {})
        if metrics:
            found |= self._embedded(metrics, record.created)
        return json.dumps(found, ensure_ascii=True, allow_nan=False, separators=(",", ":"))

    def _embedded(self, metrics: Mapping[str, list[float]], at: float) -> dict[str, Any]:
        values = {
            _metric(name): given if name in _MEASURED else given[0]
            for name, given in metrics.items()
        }
        about = [{"Name": _metric(name), "Unit": UNITS.get(name, "Count")} for name in metrics]
        directive = {"Namespace": NAMESPACE, "Dimensions": [["Stage"]], "Metrics": about}
        return {
            "Stage": self._stage,
            **values,
            "_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [directive]},
        }


def _metric(name: str) -> str:
    """A metric's name spelled as CloudWatch's own, `PlacesWaited`; so no field has the same name."""
    return name.title().replace("_", "")


class _Text(logging.Formatter):
    """A record as a line for people, and the frames of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        found = _contents(record)
        error = found.pop("error", None)
        event = found.pop("event", "")
        message = found.pop("message", "")
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in found.items())
        text = f"{moment} {record.levelname.lower():8}{event or record.name} {message}{fields}"
        if error is not None:
            text += f"\n  {error['type']} at {error['at']}"
            text += "".join(f"\n    {frame}" for frame in error.get("frames", ()))
            text += "".join(
                f"\n  after {each['type']} at {each['at']}" for each in error.get("causes", ())
            )
        return text


def _contents(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says, without data."""
    fields: Mapping[str, object] = getattr(record, "our_fields", {})
    found: dict[str, Any] = {name: _safe(value) for name, value in fields.items()}
    event = getattr(record, "our_event", "")
    if event:
        return {"event": event} | found
    if record.name == "bot" or record.name.startswith("bot."):
        found["message"] = _message(record)
    else:
        # Libraries put bodies, queries and rows into what they log: the place says what it was.
        found["at"] = _frame(record.pathname, record.lineno, str(record.funcName))
    error = record.exc_info[1] if record.exc_info else None
    return found | ({"error": described(error)} if error is not None else {})


def _message(record: logging.LogRecord) -> str:
    """Our own constant text, with arguments that are no data."""
    if isinstance(record.args, tuple):
        try:
            return str(record.msg) % tuple(_safe(each) for each in record.args)
        except (TypeError, ValueError):  # such as %d for what is not written
            return str(record.msg)
    return str(record.msg)


def _safe(value: object) -> Any:  # noqa: PLR0911 - one row for each kind of value
    """A value that may be in the log: numbers and identifiers as they are, exceptions by their place."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else "?"
        case str():
            return value if _IDENTIFIER.fullmatch(value) and not _TOKEN.search(value) else "?"
        case SetupError():
            return str(value)
        case BaseException():
            about = _one(value)
            return f"{about['type']} at {about['at']}" if about["at"] else str(about["type"])
        case {"type": str(), "at": str()}:  # what `described` made
            return value
        case list() | tuple():
            return [_safe(each) for each in value]
        case _:
            return "?"


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
