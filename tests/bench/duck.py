"""The same questions as SQL for DuckDB, written by hand for speed: only named columns are read.

`records=true` and `format` matter: with a single entry in `columns` and without them, DuckDB looks
anew at what each file holds and is many times slower, which would be no fair comparison.
"""

# ruff: noqa: S608 - the text is our own

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.machine import processors
from tests.bench.questions import PATTERN
from tests.bench.services import BUCKET


def answer(question: str, path: Path) -> list[list[Any]]:
    """The rows that answer the question over the file."""
    connection = duckdb.connect(config={"threads": processors()})
    return [list(row) for text in _ASKED[question](path) for row in _rows(connection, text)]


def _rows(connection: Any, text: str) -> list[tuple[Any, ...]]:
    return list(connection.execute(text).fetchall())


def _by_source(path: Path) -> list[str]:
    return [f"SELECT eventSource, count(*) FROM {_typed(path, _SOURCE)} GROUP BY 1"]


def _refused(path: Path) -> list[str]:
    # The text of a line is only to be had untyped; one field of the few that match is cheap.
    objects = f"read_ndjson_objects({_quoted(path)})"
    matching = f"WHERE regexp_matches(json, {_quoted(PATTERN)})"
    return [f"SELECT json->>'eventSource', count(*) FROM {objects} {matching} GROUP BY 1"]


def _refused_as_text(path: Path) -> list[str]:
    # The same without checking that each line is JSON: one column, and no quoting.
    form = "delim='\x01', quote='', escape='', header=false, auto_detect=false"
    text = f"read_csv({_quoted(path)}, columns={{'line': 'VARCHAR'}}, {form})"
    matching = f"WHERE regexp_matches(line, {_quoted(PATTERN)})"
    return [f"SELECT line::JSON->>'eventSource', count(*) FROM {text} {matching} GROUP BY 1"]


def _in_one(path: Path) -> list[str]:
    # Imported only here, as elsewhere they would count as DuckDB's time.
    from tests.bench.detections import DETECTIONS, sql_columns

    counts = ", ".join(f"count(*) FILTER (WHERE {d.sql})" for d in DETECTIONS)
    return [f"SELECT unnest([{counts}]) FROM {_typed(path, sql_columns(DETECTIONS))}"]


def _one_by_one(path: Path) -> list[str]:
    from tests.bench.detections import DETECTIONS, sql_columns

    return [
        f"SELECT count(*) FROM {_typed(path, sql_columns([d]))} WHERE {d.sql}" for d in DETECTIONS
    ]


def _of_one_source(path: Path) -> list[str]:
    return [f"SELECT count(*) FROM {_typed(path, _SOURCE)} WHERE eventSource = 's3.amazonaws.com'"]


_SOURCE = {"eventSource": "VARCHAR"}


def _typed(path: Path, columns: dict[str, str]) -> str:
    named = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in columns.items())
    form = "format='newline_delimited', records=true"
    return f"read_json({_quoted(path)}, {form}, columns={{{named}}})"


def _rare_write(path: Path) -> list[str]:
    columns = {
        **_SOURCE,
        "eventName": "VARCHAR",
        "eventTime": "VARCHAR",
        "sourceIPAddress": "VARCHAR",
        "userIdentity": "STRUCT(arn VARCHAR)",
        "requestParameters": 'STRUCT("bucketName" VARCHAR, "key" VARCHAR)',
    }
    text = f"""SELECT eventTime, userIdentity.arn, sourceIPAddress, requestParameters.key
        FROM {_typed(path, columns)}
        WHERE eventSource = 's3.amazonaws.com' AND eventName = 'PutObject'
            AND requestParameters.bucketName = {_quoted(BUCKET)}
        ORDER BY eventTime DESC LIMIT 100"""
    return [text]


def _by_person_and_hour(path: Path) -> list[str]:
    columns = {
        "eventName": "VARCHAR",
        "eventTime": "VARCHAR",
        "userIdentity": "STRUCT(arn VARCHAR)",
    }
    groups = f"""SELECT userIdentity.arn AS who, left(eventTime, 13) AS hour, count(*) AS n,
        count(DISTINCT eventName) AS names FROM {_typed(path, columns)} GROUP BY 1, 2"""
    text = f"""SELECT who, replace(hour, 'T', ' ') || ':00:00.000', n, names FROM ({groups})
        ORDER BY n DESC, names DESC, hour, who NULLS LAST LIMIT 100"""
    return [text]


def _packed(path: Path) -> list[str]:
    files = _quoted(path / "*.json.gz")
    form = "format='newline_delimited', records=true, compression='gzip'"
    columns = "columns={'Records': 'STRUCT(\"eventSource\" VARCHAR)[]'}"
    read = f"SELECT unnest(Records) AS event FROM read_json({files}, {form}, {columns})"
    return [f"SELECT event.eventSource, count(*) FROM ({read}) GROUP BY 1"]


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


_ASKED: dict[str, Callable[[Path], list[str]]] = {
    "a": _by_source,
    "b": _rare_write,
    "c": _by_person_and_hour,
    "d": _refused,
    "d as text": _refused_as_text,
    "e": _in_one,
    "e40": _one_by_one,
    "f": _packed,
    "h": _of_one_source,
}
