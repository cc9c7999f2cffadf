"""Where a store can keep a document: keys and lists that every implementation holds alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.app.ports import Listing
from bot.errors import BotError
from bot.query.errors import quoted

LONGEST_KEY, LONGEST_SORT = 2048, 1024
"""Bytes of UTF-8 (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html,
*Partition key length* and *Sort key length*)."""

MOST_LISTS = 2
"""Each takes an index of the table."""


def is_key(text: str, most: int = LONGEST_KEY) -> bool:
    """Whether a document can have this key: some text, not too long, of whole characters."""
    try:
        return 0 < len(text.encode()) <= most
    except UnicodeEncodeError:  # half a character
        return False


def check_place(key: str, lists: Sequence[Listing], expires: datetime | None) -> None:
    """Raise `BotError` for a key or a place in a list that no store can hold.

    More lists than there are, the same one twice, or an end without a zone is a mistake in the
    program: `ValueError`.
    """
    if not is_key(key):
        raise BotError(
            f"{quoted(key)} cannot be the key of a document: a key has 1 to {LONGEST_KEY:,} "
            "bytes and whole characters."
        )
    for listing in lists:
        if not (is_key(listing.name) and is_key(listing.sort, LONGEST_SORT)):
            raise BotError(
                f"{quoted(key)} cannot stand at {quoted(listing.sort)} of the list "
                f"{quoted(listing.name)}: that takes 1 to {LONGEST_SORT:,} bytes and whole "
                "characters."
            )
    if len(lists) > MOST_LISTS or len({listing.name for listing in lists}) < len(lists):
        raise ValueError(f"{key}: a document stands in {MOST_LISTS} lists at most, once in each")
    if expires is not None and expires.tzinfo is None:
        raise ValueError(f"{key}: the end {expires} has no zone")
