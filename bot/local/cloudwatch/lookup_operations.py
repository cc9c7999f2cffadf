"""The operations on lookup tables, as the API reference has them.

Keys and tags are accepted and not kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from bot.local.cloudwatch.here import Here, Request, page
from bot.local.cloudwatch.lookup_store import Kept, Known
from bot.local.cloudwatch.protocol import ApiError, invalid, valid_text


def create_lookup_table(here: Here, request: Request) -> dict[str, Any]:
    """CreateLookupTable: from CSV text, or from the rows of a query that has ended."""
    name, now = request["lookupTableName"], here.now()
    here.tables.create(Kept(name, request.get("description", ""), now, _body(here, request)))
    return {"lookupTableArn": here.tables.arn(name), "createdAt": now}


def update_lookup_table(here: Here, request: Request) -> dict[str, Any]:
    """UpdateLookupTable: all rows are replaced; the description stays if none is given."""
    arn, now = request["lookupTableArn"], here.now()
    old = here.tables.get(arn).kept
    description = request.get("description", old.description)
    here.tables.replace(Kept(old.name, description, now, _body(here, request)))
    return {"lookupTableArn": arn, "lastUpdatedTime": now}


def get_lookup_table(here: Here, request: Request) -> dict[str, Any]:
    """GetLookupTable: the whole text of a table."""
    known = here.tables.get(request["lookupTableArn"])
    return _described(here, known) | {"tableBody": known.kept.body}


def describe_lookup_tables(here: Here, request: Request) -> dict[str, Any]:
    """DescribeLookupTables: by name, all or those with a prefix."""
    size = request.get("maxResults", 50)
    if size < 1:
        raise invalid("maxResults must be 1 or more.")
    prefix = request.get("lookupTableNamePrefix", "")
    found = [
        _described(here, known)
        | {"tableFields": list(known.table.columns), "recordsCount": len(known.table.lines)}
        for known in here.tables.all()
        if known.kept.name.startswith(prefix)
    ]
    return page(request, "lookupTables", found, size)


def delete_lookup_table(here: Here, request: Request) -> dict[str, Any]:
    """DeleteLookupTable: queries that have begun go on with it."""
    here.tables.delete(request["lookupTableArn"])
    return {}


def _described(here: Here, known: Known) -> dict[str, Any]:
    kept = known.kept
    return {
        "lookupTableArn": here.tables.arn(kept.name),
        "lookupTableName": kept.name,
        "description": kept.description,
        "sizeBytes": len(kept.body.encode()),
        "lastUpdatedTime": kept.updated,
    }


def _body(here: Here, request: Request) -> str:
    """The CSV text of a request, which gives it, or names a query whose rows it is."""
    if ("tableBody" in request) == ("queryId" in request):
        raise invalid("Exactly one of tableBody and queryId must be given.")
    if "tableBody" in request:
        body: str = request["tableBody"]
        return body
    view = here.queries.get(request["queryId"]).view()
    if view.status not in ("Complete", "Cancelled"):
        raise invalid(f"The query is {view.status}; a table needs one that is complete.")
    if not view.rows:
        raise ApiError("ValidationException", "The query has no rows.")
    return _csv(view.rows)


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as CSV text. A value that is missing is an empty text: a table has no other."""
    columns = [name for name in dict.fromkeys(name for row in rows for name in row) if name]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return valid_text(file.getvalue())
