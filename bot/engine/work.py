"""What a worker process can be asked to do, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bot.engine.field_shares import FieldShares, FieldsRequest, field_shares
from bot.engine.listing import Listed, ListRequest, list_events
from bot.engine.scan import Progress, Scanned, ScanRequest, scan

Request: TypeAlias = ScanRequest | ListRequest | FieldsRequest
Done: TypeAlias = Scanned | Listed | FieldShares


def work(
    request: Request, on_progress: Callable[[Progress], None], tick: Callable[[int], None]
) -> Done:
    """Do it. Only a scan tells of progress; what `tick` raises ends the others."""
    match request:
        case ScanRequest():
            return scan(request, on_progress)
        case ListRequest():
            return list_events(request, tick)
        case FieldsRequest():
            return field_shares(request, tick)
