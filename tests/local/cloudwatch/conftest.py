"""A local CloudWatch Logs over fake workers, and real boto3 to ask it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.local.cloudwatch import CloudWatch
from tests.local.cloudwatch.fake_workers import FakeWorkers
from tests.local.cloudwatch.serving import logs_client, serving

NOW = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)


@dataclass
class Local:
    """The service in one test, with what the test turns and asks."""

    folder: Path
    now: datetime = NOW
    workers: FakeWorkers = field(default_factory=FakeWorkers)
    url: str = ""
    logs: Any = None
    cloudwatch: CloudWatch | None = None

    def clock(self) -> datetime:
        return self.now

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)


@pytest.fixture
def local(tmp_path):
    local = Local(tmp_path / "logs")
    local.cloudwatch = CloudWatch(local.folder, local.workers, local.clock)
    with serving(local.cloudwatch.application()) as local.url:
        local.logs = logs_client(local.url)
        yield local
        local.logs.close()
