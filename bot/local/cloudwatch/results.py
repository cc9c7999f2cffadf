"""GetQueryResults: rows as lists of fields and text values, in pages, with statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from bot.local.cloudwatch.protocol import encode, invalid, read_token, token_for, valid_text
from bot.local.cloudwatch.queries import ACTIVE, Queries, View

PAGE = 10_000
"""Rows of one page at most, and when the request does not say."""

TOKEN_LIFE = 3_600_000
"""How long a token is good for, in ms (GetQueryResults, `nextToken`)."""


class _Cell(msgspec.Struct):
    field: str
    value: str


def get_query_results(queries: Queries, request: Mapping[str, Any], now: int) -> bytes:
    """The answer to a checked request at `now` (ms), as JSON.

    While the query runs: the first page of the rows so far, and no token, since they may still
    change. Raises ResourceNotFoundException, and InvalidParameterException for a wrong token.
    """
    query = queries.get(request["queryId"])
    view = query.view()
    size = request.get("maxItems") or PAGE
    first = _first(request.get("nextToken"), query.id, len(view.rows), now)
    last = first + size
    answer: dict[str, Any] = {
        "queryLanguage": "CWLI",
        "results": msgspec.Raw(_rows(view, first, last)),
        "statistics": _statistics(view, len(query.asked.groups)),
        "status": view.status,
    }
    if view.status not in ACTIVE and last < len(view.rows):
        answer["nextToken"] = token_for(query.id, last, now)
    return encode(answer)


def _first(token: str | None, query_id: str, count: int, now: int) -> int:
    """Where a page begins."""
    if token is None:
        return 0
    of, first, made = read_token(token, str, int, int)
    if now - made > TOKEN_LIFE:
        raise invalid("The specified nextToken has expired.")
    if of != query_id or not 0 <= first <= count:
        raise invalid("The specified nextToken is invalid.")
    return int(first)


def _rows(view: View, first: int, last: int) -> bytes:
    """Rows as JSON, encoded one by one, so that other threads get their turn in between."""
    pairs = zip(view.rows[first:last], view.pointers[first:last], strict=True)
    return b"[" + b",".join(_row(row, pointer) for row, pointer in pairs) + b"]"


def _row(row: Mapping[str, str], pointer: str | None) -> bytes:
    """A row's cells in the order of the columns; `@ptr` last if it stands for one event."""
    cells = [_Cell(name, value) for name, value in row.items()]
    if pointer is not None and "@ptr" not in row:
        cells.append(_Cell("@ptr", pointer))
    try:
        return encode(cells)
    except UnicodeEncodeError:
        return encode([_Cell(valid_text(cell.field), valid_text(cell.value)) for cell in cells])


def _statistics(view: View, groups: int) -> dict[str, float]:
    """Doubles all of them; none that has no value yet, as the API reference of `statistics` says.

    Nothing is ever skipped here: there are no field indexes.
    """
    statistics = {
        "recordsMatched": view.matched,
        "recordsScanned": view.scanned,
        "bytesScanned": view.bytes,
    }
    if view.scanned is not None:
        statistics |= {"estimatedRecordsSkipped": 0, "estimatedBytesSkipped": 0}
        statistics["logGroupsScanned"] = groups
    if view.status == "Complete":
        statistics["resultCount"] = len(view.rows)
    return {name: float(value) for name, value in statistics.items() if value is not None}
