"""Reads the options that a bot answers a menu with."""

from __future__ import annotations

from typing import Any

from bot.local.workspace.blockkit.payload import check_blocks


def read_options(given: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """The options, the groups they stand in, and what Slack would refuse, or empty.

    They are checked where Slack's limits for them are known: in a static menu.
    """
    names = ("options", "option_groups")
    if not isinstance(given, dict) or sum(name in given for name in names) != 1:
        return [], [], "the answer holds either options or option_groups"
    if given.get("options") == [] or given.get("option_groups") == []:
        return [], [], ""
    menu = {
        "type": "static_select",
        "action_id": "a",
        "placeholder": {"type": "plain_text", "text": "p"},
        **{name: given[name] for name in names if name in given},
    }
    problems = check_blocks([{"type": "actions", "elements": [menu]}])
    if problems:
        return [], [], str(problems[0]).replace("/blocks/0/elements/0", "")
    groups = given.get("option_groups", [])
    options = given.get("options") or [each for group in groups for each in group["options"]]
    return options, groups, ""
