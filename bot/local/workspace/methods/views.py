"""Modals and App Homes: views.* (https://docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

from typing import Any

from bot.local.workspace.content import ApiError
from bot.local.workspace.methods.finding import given_one_of, person_of
from bot.local.workspace.parts import Parts
from bot.local.workspace.tickets import Trigger


def open_view(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/views.open."""
    trigger = _trigger(parts, arguments["trigger_id"])
    view = parts.views.open(trigger.user, arguments["view"])
    parts.tell("view", to=trigger.user)
    return {"view": view.as_slack()}


def push_view(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/views.push, with a trigger of a click in a modal.

    Slack's page does not name the error for another trigger; this one is chosen.
    """
    trigger = _trigger(parts, arguments["trigger_id"])
    if trigger.view is None:
        raise ApiError("invalid_trigger_id")
    view = parts.views.push(trigger.user, arguments["view"])
    parts.tell("view", to=trigger.user)
    return {"view": view.as_slack()}


def update_view(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/views.update."""
    view_id, external_id = arguments.get("view_id", ""), arguments.get("external_id", "")
    given_one_of(arguments, "view_id", "external_id")
    view = parts.views.find(view_id, external_id)
    if view is None:
        raise ApiError("not_found")
    parts.views.update(view, arguments["view"], arguments.get("hash"))
    parts.tell("view", to=view.user)
    return {"view": view.as_slack()}


def publish_view(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/views.publish: the App Home of one person."""
    person = person_of(parts, arguments["user_id"])
    if person.bot or person.deleted:
        raise ApiError("not_enabled")
    view = parts.views.publish(person.id, arguments["view"], arguments.get("hash"))
    parts.tell("home", to=person.id)
    return {"view": view.as_slack()}


def _trigger(parts: Parts, key: str) -> Trigger:
    trigger = parts.tickets.use_trigger(key)
    if isinstance(trigger, str):
        raise ApiError(trigger)
    return trigger
