"""What Slack hands out for a short while: trigger ids that open a modal, addresses to respond to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

TRIGGER_SECONDS = 3.0
"""https://docs.slack.dev/surfaces/modals: a trigger_id expires in three seconds, used once."""

RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
"""https://docs.slack.dev/interactivity/handling-user-interaction: 30 minutes, five times."""

KEPT = 2_000
"""Tickets remembered of each kind, so that an old one is called expired and not unknown."""


@dataclass(slots=True)
class Trigger:
    """Permission to open a modal for a person; `view` is the modal that it was given in, if any."""

    user: str
    expires: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True)
class Response:
    """An address to respond to. `original` is the message that `replace_original` means.

    For a click that is the message with the button; for a command it is what was last posted here.
    """

    user: str
    channel: str
    expires: float
    original: str | None = None
    of_click: bool = False
    uses: int = 0


@dataclass(slots=True)
class Tickets:
    """Both kinds, with their rules. `timer` gives seconds on any scale that never runs backwards."""

    timer: Callable[[], float]
    triggers: dict[str, Trigger] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """A trigger id for this person, good for three seconds."""
        key = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[key] = Trigger(user, self.timer() + TRIGGER_SECONDS, view)
        _trim(self.triggers)
        return key

    def use_trigger(self, key: str) -> Trigger | str:
        """The trigger, used up by this; or Slack's word for why it cannot be used."""
        trigger = self.triggers.get(key)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self.timer() > trigger.expires:
            return "expired_trigger_id"
        trigger.used = True
        return trigger

    def new_response(self, user: str, channel: str, original: str | None = None) -> str:
        """The last part of a response_url: of a click on the message `original`, or of a command."""
        key = secrets.token_hex(20)
        expires = self.timer() + RESPONSE_SECONDS
        clicked = original is not None
        self.responses[key] = Response(user, channel, expires, original, clicked)
        _trim(self.responses)
        return key

    def use_response(self, key: str) -> Response | str:
        """The address, one use fewer; or Slack's word for why there is none."""
        response = self.responses.get(key)
        if response is None or self.timer() > response.expires:
            return "expired_url"
        if response.uses >= RESPONSE_USES:
            return "used_url"
        response.uses += 1
        return response


def _trim(tickets: dict[str, Trigger] | dict[str, Response]) -> None:
    while len(tickets) > KEPT:
        del tickets[next(iter(tickets))]
