"""Queries that must be refused, written with «…» around the place that the error must name."""

from __future__ import annotations

import pytest

from bot.query.errors import QueryError, Span
from bot.query.parser import parse


def refused(marked: str) -> QueryError:
    """The error that `parse` gives for the query, whose span must be what «…» marks."""
    start = marked.index("«")
    end = marked.index("»") - 1
    text = marked.replace("«", "", 1).replace("»", "", 1)
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert error.span == Span(start, end), str(error)
    assert error.text == text
    return error
