"""What the plan does to each request, query and batch of events, by the clock and by counting."""

from __future__ import annotations

import threading
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.local.cloudwatch.plan import Course, Fault, Plan
from bot.local.cloudwatch.protocol import ApiError

_STATUS = {"InternalFailure": 500, "ServiceUnavailableException": 503}
_BY_STATUS = {503: "ServiceUnavailableException"}

_USUAL = Course()


@dataclass(frozen=True, slots=True)
class Met:
    """What a request meets: seconds to wait, an error, a closed connection. The journal's note."""

    delay: float = 0.0
    error: ApiError | None = None
    drop: Literal["before", "after"] | None = None
    note: str | None = None


_NOTHING = Met()


class Faults:
    """Applies a plan from the moment it comes. Safe to use from many threads."""

    def __init__(self, plan: Plan, clock: Callable[[], datetime]) -> None:
        """Begin with this plan."""
        self._clock = clock
        self._lock = threading.Lock()
        self.use(plan)

    def use(self, plan: Plan) -> None:
        """Begin anew with another plan: counts and seconds begin at 0."""
        with self._lock:
            self.plan = plan
            self._since = self._clock()
            self._counts: Counter[str] = Counter()
            self._queries: Counter[int] = Counter()
            self._batches: Counter[tuple[str, str]] = Counter()
            self._recent: dict[str, deque[datetime]] = defaultdict(deque)

    def meet(self, operation: str) -> Met:
        """What this request meets; it is counted. Its rate comes first, then the first fault."""
        if not (self.plan.faults or self.plan.requests_per_second):
            return _NOTHING
        with self._lock:
            self._counts[operation] += 1
            self._counts["*"] += 1
            if self._is_too_fast(operation):
                error = ApiError("ThrottlingException", "Rate exceeded")
                return Met(error=error, note="requests_per_second")
            seconds = self._seconds()
            for number, fault in enumerate(self.plan.faults):
                about = fault.operation in (operation, "*")
                if about and fault.has_turn(self._counts[fault.operation], seconds):
                    return Met(fault.delay, _error(fault), fault.drop, f"faults[{number}]")
        return _NOTHING

    def course(self, text: str) -> Course:
        """How a query with this text runs; it is counted."""
        with self._lock:
            seconds = self._seconds()
            for number, course in enumerate(self.plan.queries):
                if course.text in text:
                    self._queries[number] += 1
                    if course.has_turn(self._queries[number], seconds):
                        return course
        return _USUAL

    def lag(self, group: str, stream: str) -> float:
        """Seconds until the events of the next batch of a stream can be found.

        The same for the same stream and number of the batch.
        """
        for row in self.plan.ingestion:
            if row.is_about(group, stream):
                low, high = row.lags
                with self._lock:
                    number = self._batches[group, stream]
                    self._batches[group, stream] += 1
                drawn = zlib.crc32(f"{group}\0{stream}\0{number}".encode("utf-8", "replace"))
                return low + (high - low) * drawn / 0xFFFFFFFF
        return 0.0

    def _seconds(self) -> float:
        return (self._clock() - self._since).total_seconds()

    def _is_too_fast(self, operation: str) -> bool:
        """Whether the second that ends now has had as many requests as it may."""
        rates = self.plan.rates
        rate = rates.get(operation, rates.get("*"))
        if rate is None:
            return False
        now, recent = self._clock(), self._recent[operation]
        # A slow rate, such as one request in two seconds, looks further back.
        span, most = (1.0, rate) if rate >= 1 else (1.0 / rate, 1.0)
        while recent and not 0 <= (now - recent[0]).total_seconds() < span:
            recent.popleft()
        if len(recent) >= int(most):
            return True
        recent.append(now)
        return False


def _error(fault: Fault) -> ApiError | None:
    if fault.error is None and fault.status is None:
        return None
    kind = fault.error or _BY_STATUS.get(fault.status or 0, "InternalFailure")
    status = fault.status or _STATUS.get(kind, 400)
    return ApiError(kind, fault.message or f"{kind}, as the plan says.", status)
