"""A workspace with a small bot, anew for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.workspace.driving import Local, start


@pytest.fixture
def local() -> Iterator[Local]:
    local = start()
    yield local
    local.loop.stop()
