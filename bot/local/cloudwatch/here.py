"""What every operation works on, and how listings are cut into pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bot.local.cloudwatch.definitions import Definitions
from bot.local.cloudwatch.faults import Faults
from bot.local.cloudwatch.groups import Groups
from bot.local.cloudwatch.later import Later
from bot.local.cloudwatch.listings import Listings
from bot.local.cloudwatch.lookup_store import LookupTables
from bot.local.cloudwatch.protocol import invalid, read_token, token_for
from bot.local.cloudwatch.queries import Queries


@dataclass(frozen=True, slots=True)
class Here:
    """What the operations work on: one account in one region."""

    groups: Groups
    queries: Queries
    tables: LookupTables
    definitions: Definitions
    listings: Listings
    faults: Faults
    clock: Callable[[], datetime]
    account: str

    def now(self) -> int:
        """The time in epoch milliseconds."""
        return int(self.clock().timestamp() * 1000)


Request: TypeAlias = Mapping[str, Any]
Operation: TypeAlias = Callable[[Here, Request], dict[str, Any] | bytes | Later]


def page(request: Request, name: str, found: list[Any], size: int) -> dict[str, Any]:
    """One page of a listing, and a token if there is more.

    Raises InvalidParameterException for a wrong token.
    """
    first = 0
    if "nextToken" in request:
        kind, first = read_token(request["nextToken"], str, int)
        if kind != name or not 0 <= first <= len(found):
            raise invalid("The specified nextToken is invalid.")
    page: dict[str, Any] = {name: found[first : first + size]}
    if first + size < len(found):
        page["nextToken"] = token_for(name, first + size)
    return page
