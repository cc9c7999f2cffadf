"""The functions of the language: one row each. The parser reads the signatures, the plan the code.

CloudWatch Logs user guide, "Supported operations and functions"; what it leaves open is in
`bot.query.questions`. Names mean the same in any letter case. Of two names for one function, the
one that public queries use is printed: AWS takes both.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.query.functions import (
    address,
    choice,
    encoding,
    number,
    stats,
    structure,
    text,
    time,
)
from bot.query.functions.row import CONSTANT, Function, Kind

__all__ = ["CONSTANT", "FUNCTIONS", "Function", "Kind"]

_ROWS = (
    *stats.ROWS,
    *time.ROWS,
    *choice.ROWS,
    *text.ROWS,
    *encoding.ROWS,
    *number.ROWS,
    *address.ROWS,
    *structure.ROWS,
)

FUNCTIONS: Mapping[str, Function] = {spelling: row for row in _ROWS for spelling in row.spellings}
"""By spelling, in lower case."""
