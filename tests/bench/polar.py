"""The same questions for Polars, lazily, with a schema of just the fields that are needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tests.bench.questions import PATTERN
from tests.bench.services import BUCKET

_SOURCE = {"eventSource": pl.String}
_WHO = {"userIdentity": pl.Struct({"arn": pl.String})}


def answer(question: str, path: Path) -> list[list[Any]]:
    """The rows that answer the question over the file."""
    asked = {
        "a": _by_source,
        "b": _rare_write,
        "c": _by_person_and_hour,
        "d": _refused,
        "f": _packed,
    }
    return [list(row) for row in asked[question](path).collect().rows()]


def _by_source(path: Path) -> pl.LazyFrame:
    return pl.scan_ndjson(path, schema=_SOURCE).group_by("eventSource").len()


def _rare_write(path: Path) -> pl.LazyFrame:
    names = ("eventSource", "eventName", "eventTime", "sourceIPAddress")
    parameters = pl.Struct({"bucketName": pl.String, "key": pl.String})
    schema = dict.fromkeys(names, pl.String) | _WHO | {"requestParameters": parameters}
    asked = pl.col("requestParameters").struct
    return (
        pl.scan_ndjson(path, schema=schema)
        .filter(
            pl.col("eventSource") == "s3.amazonaws.com",
            pl.col("eventName") == "PutObject",
            asked.field("bucketName") == BUCKET,
        )
        .select(
            "eventTime",
            pl.col("userIdentity").struct.field("arn"),
            "sourceIPAddress",
            asked.field("key"),
        )
        .sort("eventTime", descending=True)
        .head(100)
    )


def _by_person_and_hour(path: Path) -> pl.LazyFrame:
    schema = dict.fromkeys(("eventName", "eventTime"), pl.String) | _WHO
    return (
        pl.scan_ndjson(path, schema=schema)
        .group_by(
            pl.col("userIdentity").struct.field("arn").alias("who"),
            pl.col("eventTime").str.head(13).str.replace("T", " ").alias("hour"),
        )
        .agg(pl.len().alias("n"), pl.col("eventName").n_unique().alias("names"))
        .sort("n", "names", "hour", "who", descending=[True, True, False, False], nulls_last=True)
        .head(100)
        .select("who", pl.col("hour") + ":00:00.000", "n", "names")
    )


def _refused(path: Path) -> pl.LazyFrame:
    # One column that holds each line: a separator that no line has, and no quoting.
    lines = pl.scan_csv(
        path, has_header=False, separator="\x01", quote_char=None, schema={"line": pl.String}
    )
    source = pl.col("line").str.json_path_match("$.eventSource")
    matching = lines.filter(pl.col("line").str.contains(PATTERN))
    return matching.select(source.alias("source")).group_by("source").len()


def _packed(path: Path) -> pl.LazyFrame:
    files = sorted(path.glob("*.json.gz"))
    event = pl.col("Records").struct.field("eventSource")
    schema = {"Records": pl.List(pl.Struct(_SOURCE))}
    return pl.scan_ndjson(files, schema=schema).explode("Records").group_by(event).len()
