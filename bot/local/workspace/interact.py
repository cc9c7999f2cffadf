"""What people do, and how it reaches the bot: commands, clicks, modals sent and closed."""

from __future__ import annotations

import json
from typing import Any

from bot.local.workspace import responses
from bot.local.workspace.content import ApiError
from bot.local.workspace.elements import (
    Found,
    Values,
    Wanted,
    act,
    enter,
    find_element,
    initial_values,
    missing_inputs,
    overlay,
)
from bot.local.workspace.escape import escape
from bot.local.workspace.journal import Answer
from bot.local.workspace.messages import Message, from_slackbot
from bot.local.workspace.parts import Parts
from bot.local.workspace.payloads import (
    block_actions,
    command_form,
    in_form,
    view_closed,
    view_submission,
)
from bot.local.workspace.people import Channel, Somebody, find_channel
from bot.local.workspace.views import View


async def command(parts: Parts, person: Somebody, channel: Channel, typed: str) -> dict[str, Any]:
    """Send a slash command and show what comes back. `typed` may leave the command's name out."""
    typed = typed.strip()
    if not typed.startswith("/"):
        typed = f"{parts.commands[0]['command']} {typed}".rstrip()
    name, _, text = typed.partition(" ")
    if name not in [known["command"] for known in parts.commands]:
        _slackbot(parts, channel, person, f"{name} is not a valid command.")
        return {"ok": False, "status": 0, "error": "invalid_command"}
    trigger = parts.tickets.new_trigger(person.id)
    key = parts.tickets.new_response(person.id, channel.id)
    form = command_form(person, channel, name, escape(text.strip()))
    form |= {"response_url": f"{parts.base_url}/_response/{key}", "trigger_id": trigger}
    parts.tell("busy", channel, person.id, busy=True)
    answer = await parts.deliveries.send("command", form, form)
    parts.tell("busy", channel, person.id, busy=False)
    if answer.error:
        responses.failed(parts, channel.id, person.id, name, answer.error)
    else:
        responses.acknowledged(parts, key, typed, answer.body)
    return _outcome(answer) | {"trigger_id": trigger}


def refuse_in_thread(parts: Parts, person: Somebody, channel: Channel, typed: str, ts: str) -> None:
    """Slack does not run commands in threads, and says so to the one who tried."""
    name = typed.split(maxsplit=1)[0] if typed.startswith("/") else parts.commands[0]["command"]
    body = from_slackbot(f"{name} is not supported in threads. Sorry!")
    parts.messages.post(channel.id, body, to=person.id, thread=ts)


async def click(parts: Parts, person: Somebody, message: Message, wanted: Wanted) -> dict[str, Any]:
    """Press or choose something in a message. NoElementError if it has no such element."""
    found = find_element(message.body, wanted)
    place = (message.channel, message.ts, person.id)
    action, values = _acted(parts, place, message.body, found, wanted)
    key = parts.tickets.new_response(person.id, message.channel, message.ts)
    about: dict[str, Any] = {
        "container": _container(message, found),
        "trigger_id": parts.tickets.new_trigger(person.id),
        "channel": _channel_named(message.channel),
        "state": {"values": values},
        "response_url": f"{parts.base_url}/_response/{key}",
    }
    if message.to is None:  # an ephemeral message need not be there: bots must use `container`
        about["message"] = message.as_slack()
    payload = block_actions(person, action, **about)
    return await _deliver(parts, "block_actions", payload)


async def click_in_view(
    parts: Parts, person: Somebody, view: View, wanted: Wanted
) -> dict[str, Any]:
    """Press or choose something in a modal."""
    found = find_element(view.body, wanted)
    action, values = _acted(parts, (view.id, person.id), view.body, found, wanted)
    payload = block_actions(
        person,
        action,
        container={"type": "view", "view_id": view.id},
        trigger_id=parts.tickets.new_trigger(person.id, view.id),
        view=view.as_slack(values),
    )
    return await _deliver(parts, "block_actions", payload)


def _acted(
    parts: Parts, place: tuple[str, ...], body: dict[str, Any], found: Found, wanted: Wanted
) -> tuple[dict[str, Any], Values]:
    """The action that the bot is told of, and the state of everything that keeps one, after it."""
    action_id = str(found.element["action_id"])
    values = overlay(initial_values(body), parts.picked.get(place, {}))
    state = values.get(found.block_id, {}).get(action_id)
    change = act(found, wanted, state or {})
    if state is not None:
        state = {"type": found.element["type"], **change}
        values[found.block_id][action_id] = state
        parts.pick(place, found.block_id, action_id, state)
    now = parts.clock().timestamp()
    about = {
        "type": found.element["type"],
        "action_id": action_id,
        "block_id": found.block_id,
        "action_ts": f"{now:.6f}",
    }
    return about | change, values


def _container(message: Message, found: Found) -> dict[str, Any]:
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.to is not None,
    }
    if message.thread is not None:
        container["thread_ts"] = message.thread
    if found.attachment is not None:
        container |= {"type": "message_attachment", "attachment_id": found.attachment}
        container["is_app_unfurl"] = False
    return container


def _channel_named(key: str) -> dict[str, str]:
    channel = find_channel(key)
    return {"id": key, "name": channel.name if channel and not channel.im else "directmessage"}


async def submit(
    parts: Parts, person: Somebody, view: View, given: dict[str, Any]
) -> dict[str, Any]:
    """Send a modal, and do what the bot answers: errors, another view, or closing it."""
    picked = overlay(initial_values(view.body), parts.picked.get((view.id, person.id), {}))
    values = picked | {
        block: picked.get(block, {}) | states for block, states in enter(view.body, given).items()
    }
    errors = missing_inputs(view.body, values)
    if errors:
        return {"ok": False, "errors": errors}
    for block_id, states in values.items():
        for action_id, state in states.items():
            parts.pick((view.id, person.id), block_id, action_id, state)
    trigger = parts.tickets.new_trigger(person.id, view.id)
    payload = view_submission(person, view.as_slack(values), trigger)
    answer = await parts.deliveries.send("view_submission", in_form(payload), payload)
    if answer.error:
        return _outcome(answer)
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


async def close(parts: Parts, person: Somebody, view: View) -> dict[str, Any]:
    """Close a modal; the bot hears of it if it asked to."""
    parts.views.close(view, everything=bool(view.body["clear_on_close"]))
    parts.tell("view", to=person.id)
    if not view.body["notify_on_close"]:
        return {"ok": True, "status": 0}
    return await _deliver(parts, "view_closed", view_closed(person, view))


async def _deliver(parts: Parts, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return _outcome(await parts.deliveries.send(kind, in_form(payload), payload))


def _outcome(answer: Answer) -> dict[str, Any]:
    outcome: dict[str, Any] = {"ok": not answer.error, "status": answer.status}
    return outcome | ({"error": answer.error} if answer.error else {})


def _slackbot(parts: Parts, channel: Channel, person: Somebody, text: str) -> None:
    parts.messages.post(channel.id, from_slackbot(text), to=person.id)
