"""What people do, and how it reaches the bot: commands, clicks, shortcuts and typing in menus."""

from __future__ import annotations

import json
from typing import Any

from bot.local.workspace import responses
from bot.local.workspace.deliver import Parcel
from bot.local.workspace.elements import (
    Found,
    NoElementError,
    Values,
    Wanted,
    act,
    enter,
    find_element,
    initial_values,
    overlay,
)
from bot.local.workspace.escape import escape
from bot.local.workspace.installation import Shortcut
from bot.local.workspace.journal import Answer
from bot.local.workspace.messages import Message, from_slackbot
from bot.local.workspace.parts import Parts
from bot.local.workspace.payloads import (
    block_actions,
    block_suggestion,
    channel_name,
    command_form,
    in_form,
    shortcut,
)
from bot.local.workspace.people import Channel, Somebody
from bot.local.workspace.suggestions import read_options
from bot.local.workspace.views import View


async def command(parts: Parts, person: Somebody, channel: Channel, typed: str) -> dict[str, Any]:
    """Send a slash command and show what comes back. `typed` may leave the command's name out."""
    typed = typed.strip()
    if not typed.startswith("/"):
        typed = f"{_usual_command(parts)} {typed}".rstrip()
    name, _, text = typed.partition(" ")
    known = {each["command"]: each for each in parts.app.commands}
    if name not in known:
        _slackbot(parts, channel, person, f"{name} is not a valid command.")
        return {"ok": False, "status": 0, "error": "invalid_command"}
    trigger = parts.tickets.new_trigger(person.id)
    key = parts.tickets.new_response(person.id, channel.id)
    text = text.strip()
    if known[name].get("should_escape"):
        text = escape(text, parts.directory)
    form = command_form(parts.directory, person, channel, name, text)
    form |= {"response_url": f"{parts.base_url}/_response/{key}", "trigger_id": trigger}
    parts.tell("busy", channel, person.id, busy=True)
    answer = await parts.deliveries.send(Parcel("command", form, form))
    parts.tell("busy", channel, person.id, busy=False)
    if answer.error:
        responses.failed(parts, channel.id, person.id, name, answer.error)
    else:
        responses.acknowledged(parts, key, typed, answer.body)
    return outcome(answer) | {"trigger_id": trigger}


def _usual_command(parts: Parts) -> str:
    return str(parts.app.commands[0]["command"]) if parts.app.commands else "/"


def refuse_in_thread(parts: Parts, person: Somebody, channel: Channel, typed: str, ts: str) -> None:
    """Slack does not run commands in threads, and says so to the one who tried."""
    name = typed.split(maxsplit=1)[0] if typed.startswith("/") else _usual_command(parts)
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
        "channel": _channel_named(parts, message.channel),
        "state": {"values": values},
        "response_url": f"{parts.base_url}/_response/{key}",
    }
    if message.to is None:  # an ephemeral message need not be there: bots must use `container`
        about["message"] = message.as_slack()
    payload = block_actions(parts.directory, person, action, **about)
    return await deliver(parts, "block_actions", payload)


async def click_in_view(
    parts: Parts, person: Somebody, view: View, wanted: Wanted, given: dict[str, Any]
) -> dict[str, Any]:
    """Press or choose something in a modal or App Home; `given` is what was entered so far."""
    found = find_element(view.body, wanted)
    remember(parts, person, view, entered(parts, person, view, given))
    action, values = _acted(parts, (view.id, person.id), view.body, found, wanted)
    payload = block_actions(
        parts.directory,
        person,
        action,
        container={"type": "view", "view_id": view.id},
        trigger_id=parts.tickets.new_trigger(person.id, view.id),
        view=view.as_slack(values),
    )
    return await deliver(parts, "block_actions", payload)


def entered(parts: Parts, person: Somebody, view: View, given: dict[str, Any]) -> Values:
    """The state of a view: what stood there, what was picked, and over it `given` (see `enter`)."""
    place = (view.id, person.id)
    values = overlay(initial_values(view.body), parts.picked.get(place, {}))
    for block_id, states in enter(view.body, given).items():
        for action_id, state in states.items():
            suggested = parts.suggested.get((*place, block_id, action_id))
            values.setdefault(block_id, {})[action_id] = _as_suggested(state, suggested)
    return values


def remember(parts: Parts, person: Somebody, view: View, values: Values) -> None:
    """Keep what was entered: the view that is drawn next shows it."""
    for block_id, states in values.items():
        for action_id, state in states.items():
            parts.pick((view.id, person.id), block_id, action_id, state)


def _acted(
    parts: Parts, place: tuple[str, ...], body: dict[str, Any], found: Found, wanted: Wanted
) -> tuple[dict[str, Any], Values]:
    """The action that the bot is told of, and the state of everything that keeps one, after it."""
    action_id = str(found.element["action_id"])
    values = overlay(initial_values(body), parts.picked.get(place, {}))
    state = values.get(found.block_id, {}).get(action_id)
    change = _as_suggested(
        act(found, wanted, state or {}), parts.suggested.get(_menu(place, found))
    )
    if state is not None:
        state = {"type": found.element["type"], **change}
        values[found.block_id][action_id] = state
        parts.pick(place, found.block_id, action_id, state)
    now = parts.clock.now().timestamp()
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


def _channel_named(parts: Parts, key: str) -> dict[str, str]:
    return {"id": key, "name": channel_name(parts.directory.channels[key])}


def _menu(place: tuple[str, ...], found: Found) -> tuple[str, ...]:
    return (*place, found.block_id, str(found.element["action_id"]))


def _as_suggested(change: dict[str, Any], suggested: list[dict[str, Any]] | None) -> dict[str, Any]:
    """What was chosen in a menu of the bot's own, as the bot wrote it when it was asked."""

    def whole(option: Any) -> Any:
        for each in suggested or ():
            if option and option["value"] in (each["value"], each["text"]["text"]):
                return each
        return option

    if suggested is None:
        return change
    if "selected_option" in change:
        return change | {"selected_option": whole(change["selected_option"])}
    return change | {"selected_options": [whole(each) for each in change["selected_options"]]}


async def suggest(
    parts: Parts, person: Somebody, where: Message | View, wanted: Wanted, typed: str
) -> dict[str, Any]:
    """Type in a menu whose options the bot knows: the options that it answers with."""
    found = find_element(where.body, wanted)
    element = found.element
    if not element["type"].endswith("external_select"):
        raise NoElementError(f"{element.get('action_id')} does not ask the bot for its options.")
    least = element.get("min_query_length", 3)
    if len(typed) < least:
        return {"ok": True, "status": 0, "options": []}
    names = {"action_id": str(element["action_id"]), "block_id": found.block_id}
    if isinstance(where, Message):
        place: tuple[str, ...] = (where.channel, where.ts, person.id)
        about: dict[str, Any] = {
            "container": _container(where, found),
            "channel": _channel_named(parts, where.channel),
            "message": where.as_slack(),
        }
    else:
        place = (where.id, person.id)
        about = {"container": {"type": "view", "view_id": where.id}, "view": where.as_slack()}
    payload = block_suggestion(parts.directory, person, typed, names, **about)
    answer = await parts.deliveries.send(Parcel("block_suggestion", payload, in_form(payload)))
    if answer.error:
        return outcome(answer)
    try:
        given = json.loads(answer.body) if answer.body.strip() else {}
    except (ValueError, RecursionError):
        given = None
    options, groups, problem = read_options(given)
    if problem:
        return {"ok": False, "status": 200, "error": "invalid_options", "detail": problem}
    parts.suggested[_menu(place, found)] = options
    return {"ok": True, "status": 200, "options": options} | (
        {"option_groups": groups} if groups else {}
    )


async def use_shortcut(
    parts: Parts, person: Somebody, meant: Shortcut, message: Message | None
) -> dict[str, Any]:
    """Use a shortcut: a global one, or one in the menu of a message."""
    trigger = parts.tickets.new_trigger(person.id)
    about: dict[str, Any] = {"trigger_id": trigger}
    if message is not None:
        # What somebody wrote is not the bot's to replace: the address only adds to it.
        key = parts.tickets.new_response(person.id, message.channel)
        about |= {
            "response_url": f"{parts.base_url}/_response/{key}",
            "channel": _channel_named(parts, message.channel),
            "message_ts": message.ts,
            "message": message.as_slack(),
        }
    action_ts = f"{parts.clock.now().timestamp():.6f}"
    payload = shortcut(parts.directory, person, meant, action_ts, **about)
    done = await deliver(parts, payload["type"], payload)
    return done | {"trigger_id": trigger}


async def deliver(parts: Parts, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Send an interaction; its outcome for whoever acted."""
    return outcome(await parts.deliveries.send(Parcel(kind, payload, in_form(payload))))


def outcome(answer: Answer) -> dict[str, Any]:
    """What whoever acted is told of the bot's answer."""
    told: dict[str, Any] = {"ok": not answer.error, "status": answer.status}
    return told | ({"error": answer.error} if answer.error else {})


def _slackbot(parts: Parts, channel: Channel, person: Somebody, text: str) -> None:
    parts.messages.post(channel.id, from_slackbot(text), to=person.id)
