"""Modals as people use them: sent, with what the bot answers, and closed."""

from __future__ import annotations

import json
from typing import Any

from bot.local.workspace.content import ApiError
from bot.local.workspace.deliver import Parcel
from bot.local.workspace.elements import Values, missing_inputs
from bot.local.workspace.interact import deliver, entered, outcome, remember
from bot.local.workspace.journal import Answer
from bot.local.workspace.parts import Parts
from bot.local.workspace.payloads import in_form, view_closed, view_submission
from bot.local.workspace.people import Somebody
from bot.local.workspace.views import View


async def submit(
    parts: Parts, person: Somebody, view: View, given: dict[str, Any]
) -> dict[str, Any]:
    """Send a modal, and do what the bot answers: errors, another view, or closing it."""
    values = entered(parts, person, view, given)
    errors = missing_inputs(view.body, values)
    if errors:
        return {"ok": False, "errors": errors}
    remember(parts, person, view, values)
    trigger = parts.tickets.new_trigger(person.id, view.id)
    payload = view_submission(
        parts.directory, person, view.as_slack(values),
        trigger_id=trigger, response_urls=_response_urls(parts, person, view, values),
    )  # fmt: skip
    answer = await parts.deliveries.send(Parcel("view_submission", payload, in_form(payload)))
    if answer.error:
        return outcome(answer)
    try:
        return _obey(parts, view, answer)
    except ApiError as refused:
        return {"status": 200, **refused.answer()}
    finally:
        parts.tell("view", to=person.id)


def _obey(parts: Parts, view: View, answer: Answer) -> dict[str, Any]:
    """Do as `response_action` says (https://docs.slack.dev/surfaces/modals#updating_response)."""
    try:
        given = json.loads(answer.body) if answer.body.strip() else {}
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return {"ok": False, "status": 200, "error": "invalid_response"}
    wanted = given.get("response_action")
    if view not in parts.views.stack(view.user):
        return {"ok": True, "status": 200}
    match wanted:
        case None:
            parts.views.close(view)
        case "clear":
            parts.views.close(view, everything=True)
        case "update":
            parts.views.update(view, given.get("view"))
        case "push":
            parts.views.push(view.user, given.get("view"))
        case "errors":
            return _errors(view, given.get("errors"))
        case _:
            return {"ok": False, "status": 200, "error": "invalid_response_action"}
    return {"ok": True, "status": 200, "response_action": wanted}


def _errors(view: View, errors: Any) -> dict[str, Any]:
    """Errors belong to input blocks; Slack shows none of others and calls the answer wrong."""
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not {*errors} <= inputs:
        return {"ok": False, "status": 200, "error": "invalid_errors"}
    return {"ok": False, "status": 200, "response_action": "errors", "errors": errors}


def _response_urls(
    parts: Parts, person: Somebody, view: View, values: Values
) -> list[dict[str, str]]:
    """An address to respond to for each channel chosen in a menu with `response_url_enabled`."""
    urls = []
    for block in view.body["blocks"]:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        action_id = str(element["action_id"])
        state = values.get(block["block_id"], {}).get(action_id, {})
        channel = state.get("selected_conversation") or state.get("selected_channel")
        if channel in parts.directory.channels:
            key = parts.tickets.new_response(person.id, channel)
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": action_id,
                    "channel_id": channel,
                    "response_url": f"{parts.base_url}/_response/{key}",
                }
            )
    return urls


async def close(
    parts: Parts, person: Somebody, view: View, *, everything: bool = False
) -> dict[str, Any]:
    """Close a modal, or with `everything` its whole stack; the bot hears of it if it asked to."""
    cleared = everything or bool(view.body["clear_on_close"])
    parts.views.close(view, everything=cleared)
    parts.tell("view", to=person.id)
    if not view.body["notify_on_close"]:
        return {"ok": True, "status": 0}
    payload = view_closed(parts.directory, person, view, cleared=cleared)
    return await deliver(parts, "view_closed", payload)
