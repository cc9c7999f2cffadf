"""The LogSearch port over CloudWatch Logs: StartQuery, GetQueryResults and StopQuery."""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session
from botocore.utils import is_valid_endpoint_url, is_valid_ipv6_endpoint_url

from bot.app.ports import Row, Search, SearchState, SearchStatus, Statistics, Window
from bot.aws.console import insights_link
from bot.aws.failures import FAILURES, Context, Failure, explained, limited, passing
from bot.errors import BotError
from bot.query.errors import quoted

MOST_ROWS = 100_000
"""Rows of one query, over all pages (StartQuery, `limit`)."""

PAGE = 10_000
"""Rows of one page of GetQueryResults, and of a whole answer before it had pages."""

MOST_GROUPS = 50
"""Log groups of one query (StartQuery, `logGroupIdentifiers`)."""

CONNECT_SECONDS = 2.0
READ_SECONDS = 6.0
"""How long one attempt waits for AWS."""

TRIES = 3
_PAUSE = 0.2
"""Seconds before the second attempt, and twice as long before the third."""

_Answer = TypeVar("_Answer")

_ENDED = ("InvalidParameterException", "ResourceNotFoundException")


def connect(region: str, endpoint_url: str | None = None, console: bool = True) -> LogsInsights:
    """A search over AWS in `region`, or over what serves the same API at `endpoint_url`.

    Credentials come from where AWS SDKs find them, except for an endpoint on this machine: that gets
    made-up ones and no proxy, so that the demo needs no account and tells nobody about yours.
    `console`: whether `link` leads to AWS's console; also for an endpoint on this machine, where
    the page shows what the same query looks like in an account.
    Raises `BotError` if the AWS configuration or the endpoint makes no sense.
    """
    # botocore would try what is throttled again by itself, and hide that a quota is used up. So it
    # tries once, and `LogsInsights` what may pass. All attempts of a call stay within some 25 s.
    config = Config(
        region_name=region,
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=20,
    )
    local = endpoint_url is not None and _is_loopback(endpoint_url)
    with _in_words(Context(region)):
        if local:
            config = config.merge(Config(proxies={}))
            session = Session(_NO_CONFIGURATION)
            session.set_credentials("local", "local")
        else:
            session = Session()
        client = session.create_client("logs", region, config=config, endpoint_url=endpoint_url)
    return LogsInsights(client, region, console=console)


# Session variables as botocore defines them (configuration key, environment, default, conversion):
# neither AWS_PROFILE nor a file of settings is looked at.
_NO_CONFIGURATION = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
}


class LogsInsights:
    """Runs Logs Insights queries in one region. Safe to use from many threads, as its client is.

    Rows keep their `@ptr`. Where a quota is used up, that is a `LaterError`; any other failure is a
    `BotError` that says what to do. A StartQuery whose answer was lost is made again, and may run
    twice: that costs, and changes nothing.
    """

    def __init__(self, client: Any, region: str, *, console: bool = True) -> None:
        """Use a `logs` client that tries once. `console`: whether `link` leads to AWS's console."""
        self._client = client
        self._region = region
        self._console = console
        given = client.meta.service_model.operation_model("GetQueryResults").input_shape.members
        self._pages = "nextToken" in given  # since 2026

    def start(self, search: Search) -> str:
        """Start the query and return its id.

        The half-open window becomes StartQuery's inclusive whole seconds: the last second inside.
        Raises `QueryError` with the place if AWS cannot read the query, else `BotError`.
        """
        start, end = _seconds(search.window)
        most = MOST_ROWS if self._pages else PAGE
        groups = _groups(search.groups)
        answer = _asked(
            Context(self._region, search.query, search.groups),
            lambda: self._client.start_query(
                **groups,
                startTime=start,
                endTime=end - 1,
                queryString=search.query,
                limit=max(1, min(search.limit, most)),
            ),
        )
        if not answer.get("queryId"):
            raise BotError("CloudWatch Logs answered without a query id. Try again.")
        return str(answer["queryId"])

    def poll(self, search_id: str) -> SearchState:
        """Where the query stands: while it runs the first page of rows so far, then all rows."""
        answer = self._page(search_id)
        status = _status(answer)
        rows = _rows(answer)
        token = answer.get("nextToken") if status.ended else None
        while token and len(rows) < MOST_ROWS:
            page = self._page(search_id, nextToken=token)
            rows += _rows(page)
            before, token = token, page.get("nextToken")
            if token and (token == before or not page.get("results")):  # it leads nowhere
                raise BotError("CloudWatch Logs did not hand over all rows. Ask again.")
        return SearchState(status, rows, _statistics(answer))

    def stop(self, search_id: str) -> None:
        """Ask the query to end. If it has ended already, nothing happens."""

        def stop() -> None:
            try:
                self._client.stop_query(queryId=search_id)
            except ClientError as error:
                # "If the query has already ended, the operation returns an error" (StopQuery); and
                # one that is gone has ended long ago.
                if error.response["Error"].get("Code") not in _ENDED:
                    raise

        _asked(Context(self._region, search_id=search_id), stop)

    def link(self, search: Search) -> str | None:
        """The console page with the same query, or None: it would be too long, or is not wanted."""
        if not self._console:
            return None
        return insights_link(self._region, search.query, search.groups, search.window)

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()

    def _page(self, search_id: str, **token: str) -> Mapping[str, Any]:
        """One page of results."""
        return _asked(
            Context(self._region, search_id=search_id),
            lambda: self._client.get_query_results(queryId=search_id, **token),
        )


def _asked(context: Context, call: Callable[[], _Answer]) -> _Answer:
    """What AWS answers, tried again where that may help; `LaterError` or `BotError` if it does not."""
    for attempt in range(1, TRIES + 1):
        try:
            return call()
        except FAILURES as error:
            _settle(error, context, last=attempt == TRIES)
        time.sleep(_PAUSE * attempt)
    raise AssertionError("the last try returns or raises")


def _settle(error: Failure, context: Context, *, last: bool) -> None:
    """Raise what the failure means, unless it is worth another try."""
    later = limited(error, context)
    if later is not None:
        raise later from error
    if last or not passing(error):
        raise explained(error, context) from error


@contextmanager
def _in_words(context: Context) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise explained(error, context) from error


def _is_loopback(url: str) -> bool:
    """Whether the endpoint is on this machine. Raises `BotError` if it is no web address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") and parts.port != 0 else None
    except ValueError:  # a port that is no number, half an IPv6 address
        host = None
    if not host or not (is_valid_endpoint_url(url) or is_valid_ipv6_endpoint_url(url)):
        raise BotError(
            f"The endpoint {quoted(url)} is not an address: write it as http://127.0.0.1:4566."
        )
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _seconds(window: Window) -> tuple[int, int]:
    """Start and end of the window in whole seconds since the epoch; the end is exclusive."""
    start, end = _second(window.start, "start"), _second(window.end, "end")
    if end <= start:
        raise BotError(
            f"Nothing to search: the window ends at {window.end:%Y-%m-%d %H:%M:%S}, "
            f"which is not after its start at {window.start:%Y-%m-%d %H:%M:%S}."
        )
    return start, end


def _second(moment: datetime, name: str) -> int:
    if moment.tzinfo is None:
        raise BotError(f"The window's {name} {moment} has no time zone: give one.")
    if moment.microsecond:
        raise BotError(
            f"The window's {name} {moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} is not a whole "
            "second, and CloudWatch Logs searches whole seconds: cut the fraction."
        )
    seconds = int(moment.timestamp())
    if seconds < 0:
        raise BotError(f"The window's {name} {moment:%Y-%m-%d} lies before 1970.")
    return seconds


def _groups(groups: Sequence[str]) -> dict[str, list[str]]:
    """StartQuery takes names, or identifiers: names and ARNs mixed, ARNs without `:*`."""
    if not 1 <= len(groups) <= MOST_GROUPS:
        raise BotError(
            f"A query reads 1 to {MOST_GROUPS} log groups, and this one names {len(groups)}: "
            "change the source's `groups` in rules/config.yml."
        )
    if any(group.startswith("arn:") for group in groups):
        return {"logGroupIdentifiers": [group.removesuffix(":*") for group in groups]}
    return {"logGroupNames": list(groups)}


def _status(answer: Mapping[str, Any]) -> SearchStatus:
    try:
        return SearchStatus(answer.get("status", "Unknown"))
    except ValueError:  # a status that AWS has added since
        return SearchStatus.UNKNOWN


def _rows(answer: Mapping[str, Any]) -> list[Row]:
    """Rows as maps. A field without a value is missing."""
    return [
        {cell["field"]: cell["value"] for cell in row if "field" in cell and "value" in cell}
        for row in answer.get("results") or ()
    ]


def _statistics(answer: Mapping[str, Any]) -> Statistics:
    """Counts as whole numbers; CloudWatch sends doubles and leaves out what has no value."""
    given = answer.get("statistics") or {}
    return Statistics(
        records_matched=int(given.get("recordsMatched", 0)),
        records_scanned=int(given.get("recordsScanned", 0)),
        bytes_scanned=int(given.get("bytesScanned", 0)),
    )
