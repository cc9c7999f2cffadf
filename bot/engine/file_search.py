"""LogSearch over a person's files, within this process: for the terminal."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.app.ports import Search, SearchState, SearchStatus, Statistics
from bot.engine.scan import Progress, Scanned, ScanRequest, scan
from bot.engine.sources import LogFile
from bot.engine.troubles import Trouble
from bot.errors import BotError
from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import compile_query


class _StoppedError(Exception):
    """Somebody stopped the search."""


@dataclass(slots=True)
class _Run:
    """One search, and its thread."""

    state: SearchState
    troubles: tuple[Trouble, ...] = ()
    fraction: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None


class FileSearch:
    """Searches files, each search in a thread. Which log groups are asked for means nothing here.

    For one person at a terminal: a server runs queries in `bot.engine.workers`.
    """

    def __init__(self, files: Iterable[LogFile], now: Callable[[], datetime]) -> None:
        """Search these files; `now` is what a query's `now()` says."""
        self._files = tuple(files)
        self._now = now
        self._numbers = itertools.count(1)
        self._runs: dict[str, _Run] = {}

    def start(self, search: Search) -> str:
        """Start a search and return its id. Raises `QueryError` for a query that cannot run."""
        try:
            compile_query(parse(search.query))
        except QueryError as error:
            raise error.within(search.query) from error
        request = ScanRequest(
            query=search.query,
            files=self._files,
            start=_milliseconds(search.window.start),
            end=_milliseconds(search.window.end),
            now=_milliseconds(self._now()),
            limit=search.limit,
        )
        search_id, run = str(next(self._numbers)), _Run(SearchState(SearchStatus.SCHEDULED))
        self._runs[search_id] = run
        threading.Thread(target=_serve, args=(run, request), daemon=True).start()
        return search_id

    def poll(self, search_id: str) -> SearchState:
        """Where the search stands. Raises what ended it, if that was an error."""
        run = self._get(search_id)
        if run.error is not None:
            raise run.error
        return run.state

    def wait(self, search_id: str, timeout: float | None = None) -> bool:
        """Wait for the search to end, at most `timeout` seconds; whether it has ended."""
        return self._get(search_id).ended.wait(timeout)

    def stop(self, search_id: str) -> None:
        """Ask the search to end; it keeps the rows it has."""
        self._get(search_id).stopped.set()

    def link(self, search: Search) -> str | None:
        """None: there is no page for files."""
        return None

    def troubles(self, search_id: str) -> tuple[Trouble, ...]:
        """What could not be read, once the search has ended."""
        return self._get(search_id).troubles

    def fraction(self, search_id: str) -> float:
        """How much of the files has been read, from 0 to 1."""
        return self._get(search_id).fraction

    def _get(self, search_id: str) -> _Run:
        run = self._runs.get(search_id)
        if run is None:
            raise BotError(f"There is no search {search_id}. Ask again.")
        return run


def _serve(run: _Run, request: ScanRequest) -> None:
    def on_progress(progress: Progress) -> None:
        run.fraction = progress.fraction
        run.state = _state(SearchStatus.RUNNING, progress)
        if run.stopped.is_set():
            raise _StoppedError

    try:
        scanned = scan(request, on_progress)
        run.troubles, run.fraction = scanned.troubles, 1.0
        run.state = _state(SearchStatus.COMPLETE, scanned)
    except _StoppedError:
        run.state = SearchState(SearchStatus.CANCELLED, run.state.rows, run.state.statistics)
    except Exception as error:  # noqa: BLE001 - `poll` raises it where somebody listens
        run.error = error
    finally:
        run.ended.set()


def _state(status: SearchStatus, seen: Progress | Scanned) -> SearchState:
    rows = [
        row if pointer is None or "@ptr" in row else {**row, "@ptr": pointer}
        for row, pointer in zip(seen.rows, seen.pointers, strict=True)
    ]
    return SearchState(status, rows, Statistics(seen.matched, seen.scanned, seen.bytes))


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
