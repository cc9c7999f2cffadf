"""How property tests run, how servers end with the tests, and where a test reads the log."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

from bot import telemetry
from tests import stand_ins

# A deadline would fail a test because the machine is busy, random examples because of luck.
settings.register_profile("same", deadline=None, derandomize=True)
settings.load_profile("same")


def pytest_unconfigure() -> None:
    """End the servers that the tests of this process have started."""
    stand_ins.stop()


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Where the log goes, as JSON lines of the stage `test`; all that `configure` sets is set back."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in ("bot", *telemetry.LIBRARIES)}
    hooks = sys.excepthook, threading.excepthook
    telemetry.configure(stage="test", stream=stream)
    yield stream
    logging.captureWarnings(False)
    sys.excepthook, threading.excepthook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
