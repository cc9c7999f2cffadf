"""Web API: blocks.validate, which says all that Slack would refuse without posting anything."""

from __future__ import annotations

from typing import Any

from bot.local.workspace.blockkit.payload import VIEWS, check_blocks, check_payload, check_view
from bot.local.workspace.content import ApiError
from bot.local.workspace.parts import Parts


def validate(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/blocks.validate; it needs no token.

    Pointers begin at the argument: `/0/text` in blocks, `/blocks/0/text` in a view or message.
    """
    if len(arguments) != 1:
        why = "must provide exactly one of `blocks`, `view`, or `message`"
        raise ApiError("invalid_arguments", (why,))
    ((name, given),) = arguments.items()
    if name == "blocks":
        problems = check_blocks(given, "any", "")
    elif name == "view":
        problems = check_view(given, VIEWS, "")
    else:
        problems = check_payload(given)
    if problems:
        raise ApiError(f"invalid_{name}", errors=[problem.as_slack() for problem in problems])
    return {}
