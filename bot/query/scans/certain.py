"""Which texts are certain to be in whatever a regex matches."""

from __future__ import annotations

import re

# The pieces of a regex that can be followed without knowing all of RE2. Groups are gone through
# from bracket to bracket; of an escape only those that stand for one character, or for none, are
# known. Whatever fits no piece ends the search.
_PIECE = re.compile(
    r"(?P<group>\((?:\?:|\?P?<\w+>|(?!\?)))"
    r"|(?P<end>\))"
    r"|(?P<either>\|)"
    r"|(?P<class>\[\^?\]?(?:\[:\^?\w+:\]|\\[^\w\s]|\\[dswDSWtnrf]|[^\]\\\[])*\])"
    r"|(?P<repeat>[*+?]|\{\d+(?:,\d*)?\})"
    r"|(?P<any>[.^$]|\\[dDsSwWbBAz])"
    r"|\\(?P<escaped>[^\w\s])"
    r"|(?P<plain>[^\\\[\](){}|*+?.^$])"
)

_DEEPER = {"group": 1, "end": -1}


def certain_texts(pattern: str) -> list[str]:
    """Texts of which every match holds one; none if that is not certain.

    A flag such as `(?i)` makes nothing certain; what is in a group or optional is passed over.
    """
    branches: list[list[str]] = [[""]]  # for each, the texts that lie in it one after the other
    depth = place = 0
    while place < len(pattern):
        piece = _PIECE.match(pattern, place)
        if piece is None:
            return []
        place = piece.end()
        depth += _DEEPER.get(piece.lastgroup or "", 0)
        if piece.lastgroup == "either" and not depth:
            branches.append([""])
        elif piece.lastgroup == "end" or not depth:
            _add(branches[-1], piece)
    longest = [max(texts, key=len) for texts in branches]
    return longest if all(longest) else []


def _add(texts: list[str], piece: re.Match[str]) -> None:
    """Put a piece behind the texts of a branch."""
    character = piece["escaped"] or piece["plain"]
    if character:
        texts[-1] += character
        return
    if piece["repeat"] and piece["repeat"] != "+":
        texts[-1] = texts[-1][:-1]  # it may be there no times at all
    texts.append("")
