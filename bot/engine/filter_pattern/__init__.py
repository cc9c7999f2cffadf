"""Filter patterns of CloudWatch Logs: which messages a pattern lets through.

CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription filters, filter
log events, and Live Tail" (FilterAndPatternSyntax). Three forms: terms, `{ … }` for JSON events and
`[ … ]` for events of fields between blanks. What the page leaves open is said where it is decided.
"""

from __future__ import annotations

from bot.engine.filter_pattern.cursor import FilterPatternError, Test
from bot.engine.filter_pattern.delimited import delimited_test
from bot.engine.filter_pattern.json_form import json_test
from bot.engine.filter_pattern.terms import terms_test

__all__ = ["FilterPatternError", "Test", "filter_test"]


def filter_test(pattern: str) -> Test | None:
    """What says of a message whether the pattern lets it through; None if it lets all through.

    Raises `FilterPatternError` for what is no pattern, with the place.
    """
    bare = pattern.strip()
    if not bare:
        return None
    if bare.startswith("{"):
        return json_test(pattern)
    if bare.startswith("["):
        return delimited_test(pattern)
    return terms_test(pattern)
