"""The functions of the language: one row each. The parser reads the signatures, the plan the code.

CloudWatch Logs user guide, "Supported operations and functions"; what it leaves open is in
`bot.query.questions`. Names mean the same in any letter case. Of two names for one function, the
one that public queries use is printed: AWS takes both.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.query import (
    functions_address,
    functions_choice,
    functions_encoding,
    functions_number,
    functions_stats,
    functions_structure,
    functions_text,
    functions_time,
)
from bot.query.functions_row import CONSTANT, Function, Kind

__all__ = ["CONSTANT", "FUNCTIONS", "Function", "Kind"]

_ROWS = (
    *functions_stats.ROWS,
    *functions_time.ROWS,
    *functions_choice.ROWS,
    *functions_text.ROWS,
    *functions_encoding.ROWS,
    *functions_number.ROWS,
    *functions_address.ROWS,
    *functions_structure.ROWS,
)

FUNCTIONS: Mapping[str, Function] = {spelling: row for row in _ROWS for spelling in row.spellings}
"""By spelling, in lower case."""
