"""The Lambda function that Slack talks to.

It has three seconds, its own start included. So nothing is imported, read or called that an acknowledgement
does not need: no query is parsed, and rules are read as the build compiled them. How long a start takes
measures `python -m tests.bench.cold_start`.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.aws.slack_door import SlackDoor

_door: SlackDoor | None = None


def handler(event: Any, _: object) -> dict[str, Any]:
    """The answer to a request of Slack's, an event of a function URL or of API Gateway."""
    return _opened().answer(event)


def _opened() -> SlackDoor:
    """What one process keeps between its requests. Lambda gives it one request at a time."""
    global _door
    if _door is None:
        # What is made now lives as long as the process. To look through it for garbage, again and
        # again while it grows, is a tenth of the start.
        gc.disable()
        try:
            from bot import telemetry
            from bot.aws.slack_door import SlackDoor

            telemetry.configure(stage=os.environ.get("SIEM_STAGE", ""))
            door = SlackDoor(os.environ)
            door.prepare()
            _door = door
        finally:
            gc.freeze()
            gc.enable()
    return _door


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _opened()  # while Lambda starts the process, before a request waits for it
