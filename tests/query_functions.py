"""How the functions of the language are called: for the tables in docs/query.md."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.query.functions import Function, Kind

WORDS: Mapping[Kind, str] = {
    Kind.ANY: "value",
    Kind.TEXT: "text",
    Kind.NUMBER: "number",
    Kind.MOMENT: "moment",
    Kind.PERIOD: "period",
    Kind.SPAN: "span",
    Kind.PERCENT: "percent",
    Kind.RANKS: "count",
    Kind.SUBNET: "subnet",
    Kind.REGEX: "regex",
    Kind.REPLACEMENT: "replacement",
    Kind.DATE_PATTERN: "pattern",
    Kind.TIME_FORMAT: "format",
    Kind.ZONE: "zone",
    Kind.WIDTH: "width",
}
"""What an argument is called where nothing else says more."""

_WRITTEN = (
    "bin([moment,] period)",
    "case(condition, value[, …][, otherwise])",
    "coalesce(value[, …])",
    "concat(text[, …])",
    "count([field])",
    "countOverTime([field])",
    "endsWith(text, part)",
    "formatDate(moment, format[, zone])",
    "greatest(number[, …])",
    "haversine(lat1, lon1, lat2, lon2)",
    "if(condition, value, otherwise)",
    "jsonArrayContains(text, element)",
    "least(number[, …])",
    "ltrim(text[, characters])",
    "parseDate(text, pattern[, zone])",
    "replace(text, part, replacement)",
    "round(number[, decimals])",
    "rtrim(text[, characters])",
    "split(text, delimiter)",
    "startsWith(text, part)",
    "strcontains(text, part[, ignored])",
    "substr(text, start[, length])",
    "trim(text[, characters])",
)
SIGNATURES: Mapping[str, str] = {text.partition("(")[0]: text for text in _WRITTEN}
"""By name, for functions whose arguments need other names than those of their kinds."""


def signature(function: Function) -> str:
    """How the function is called; optional parts in square brackets, `, …` for more of the same."""
    if function.name in SIGNATURES:
        return SIGNATURES[function.name]
    words = [WORDS[function.kind(at)] for at in range(function.at_least)]
    return f"{function.name}({', '.join(words)})"


def forms(text: str) -> tuple[str, str]:
    """The shortest and the longest form of a syntax line, without what `, …` stands for."""
    plain = text.replace("[, …]", "").replace(" | … |", " |").replace(" | …)", ")")
    return _settled(plain, full=False), _settled(plain, full=True)


def _settled(text: str, *, full: bool) -> str:
    """The text with or without its optional parts; a list of texts in quotes is none."""
    while (found := re.search(r"\[([^\[\]']*)\]", text)) is not None:
        text = text[: found.start()] + (found[1] if full else "") + text[found.end() :]
    return " ".join(text.split())
