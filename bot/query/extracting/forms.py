"""The forms of `parse` beside globs and regexes: `logfmt` and `csv`.

CloudWatch Logs user guide, `parse`. Each takes time in proportion to the text, whatever it holds.
"""

from __future__ import annotations

import re

# Quantifiers are possessive: what they took they never give back, so nothing is tried twice.
_PAIR = re.compile(r'([^\s="]++)=(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|(\S*+))|\S++', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"([^,\r\n]*+)')
_PLAIN = re.compile(r"[^,\r\n]*+")


def logfmt(text: str) -> dict[str, str] | None:
    r"""The pairs of a text such as `level=info user="responder 1"`; None if there is none.

    Pairs are separated by white space. A value in double quotes may hold spaces, and `\"`, `\\`,
    `\n`, `\r`, `\t`. What has no `=` is skipped; of a key that comes twice the last value counts.
    """
    pairs: dict[str, str] = {}
    for pair in _PAIR.finditer(text):
        key, inside, bare = pair.groups()
        if key is not None:
            pairs[key] = bare if inside is None else _ESCAPE.sub(_unescaped, inside)
    return pairs or None


def _unescaped(escape: re.Match[str]) -> str:
    return _ESCAPED.get(escape[1], escape[0])


def csv_values(text: str, count: int) -> list[str | None]:
    """The first `count` values of a line of comma-separated values; None for those it lacks.

    Values may stand in double quotes, where `""` is a quote; spaces belong to the value (RFC
    4180). Other lines of the text are not looked at.
    """
    values: list[str | None] = []
    at = -1
    while len(values) < count and (at < 0 or text[at : at + 1] == ","):
        quoted = _QUOTED.match(text, at + 1)
        if quoted is not None:
            values.append(quoted[1].replace('""', '"') + quoted[2])
            at = quoted.end()
        else:
            at, start = _PLAIN.match(text, at + 1).end(), at + 1  # type: ignore[union-attr]
            values.append(text[start:at])
    return values + [None] * (count - len(values))
