"""The units of a period such as `5m`: how people and queries spell them."""

from __future__ import annotations

# Spelling of a unit → the unit it means (insights-ql "Period": the long forms may take an `s`).
UNITS = {
    spelling + plural: unit
    for unit, spellings in {
        "ms": ("ms", "msec", "millisecond"),
        "s": ("s", "sec", "second"),
        "m": ("m", "min", "minute"),
        "h": ("h", "hr", "hour"),
        "d": ("d", "day"),
        "w": ("w", "week"),
        "mo": ("mo", "mon", "month"),
        "q": ("q", "qtr", "quarter"),
        "y": ("y", "yr", "year"),
    }.items()
    for spelling in spellings
    for plural in (("", "s") if len(spelling) > 2 or spelling in ("hr", "yr", "mo") else ("",))
}
