"""Queries that parse and must not compile, written with «…» around the place that the error names."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.query.errors import QueryError
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.query.tables.lookups import LookupTable


def not_compiled(marked: str, tables: Mapping[str, str] | None = None) -> QueryError:
    """The error that `compile_query` gives, whose span must be what «…» marks.

    `tables` are the CSV texts of lookup tables.
    """
    text = marked.replace("«", "").replace("»", "")
    known = {name: LookupTable.from_csv(name, csv) for name, csv in (tables or {}).items()}
    with pytest.raises(QueryError) as caught:
        compile_query(parse(text), tables=known)
    error = caught.value
    start, end = marked.index("«"), marked.index("»") - 1
    assert (error.span.start, error.span.end) == (start, end), str(error)
    assert error.text == text
    return error
