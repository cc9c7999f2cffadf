"""The modals each person has open and the App Homes: stacks of views, their ids and hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from bot.local.workspace.blockkit.payload import VIEW_BYTES, check_view, size_of
from bot.local.workspace.content import ApiError, with_ids
from bot.local.workspace.installation import Installation

STACK = 3
"""Views open at once (https://docs.slack.dev/surfaces/modals)."""

_KEPT = ("title", "submit", "close", "private_metadata", "callback_id", "external_id")
_FLAGS = ("clear_on_close", "notify_on_close")


@dataclass(slots=True, eq=False)
class View:
    """One view in a person's stack. `body` is Slack's view object without its state."""

    id: str
    user: str
    body: dict[str, Any]

    def as_slack(self, values: dict[str, Any] | None = None) -> dict[str, Any]:
        """The view object; `values` is what the person has entered."""
        return self.body | {"state": {"values": values or {}}}


@dataclass(slots=True)
class Views:
    """All stacks, the view on top last, and the App Home of each person."""

    app: Installation
    team: str
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def find(self, view_id: str = "", external_id: str = "") -> View | None:
        """A view that is open, by either id."""
        for view in (*chain(*self.stacks.values()), *self.homes.values()):
            if view.id == view_id or (external_id and view.body["external_id"] == external_id):
                return view
        return None

    def stack(self, user: str) -> list[View]:
        """What this person has open."""
        return self.stacks.setdefault(user, [])

    def open(self, user: str, given: Any) -> View:
        """Open a first view, closing what was open."""
        body = self._read(given)
        self.stacks[user] = []
        return self._push(user, body)

    def push(self, user: str, given: Any) -> View:
        """Put a view on top of the others."""
        if len(self.stack(user)) >= STACK:
            raise ApiError("push_limit_reached")
        return self._push(user, self._read(given))

    def update(self, view: View, given: Any, hash_: str | None = None) -> None:
        """Give a view another content; `hash_` guards against writing over a newer one."""
        if hash_ is not None and hash_ != view.body["hash"]:
            raise ApiError("hash_conflict")
        body = self._read(given, view, surface="home" if self.is_home(view) else "modal")
        names = ("id", "root_view_id", "previous_view_id")
        view.body = {**body, **{name: view.body[name] for name in names}, "hash": _new_hash()}

    def publish(self, user: str, given: Any, hash_: str | None = None) -> View:
        """Give a person's App Home its content; `hash_` guards against writing over a newer one."""
        old = self.homes.get(user)
        if hash_ is not None and hash_ != (old.body["hash"] if old else None):
            raise ApiError("hash_conflict")
        body = self._read(given, old, surface="home")
        key = old.id if old else f"V{secrets.token_hex(5).upper()}"
        body |= {"id": key, "hash": _new_hash(), "root_view_id": key, "previous_view_id": None}
        if old is None:
            self.homes[user] = View(key, user, body)
        else:
            old.body = body
        return self.homes[user]

    def is_home(self, view: View) -> bool:
        """Whether it is an App Home, which is neither sent nor closed."""
        return self.homes.get(view.user) is view

    def close(self, view: View, *, everything: bool = False) -> None:
        """Take a view off its stack, with those above it; or all of them."""
        stack = self.stack(view.user)
        del stack[0 if everything else stack.index(view) :]

    def _push(self, user: str, body: dict[str, Any]) -> View:
        stack = self.stack(user)
        key = f"V{secrets.token_hex(5).upper()}"
        body |= {
            "id": key,
            "hash": _new_hash(),
            "root_view_id": stack[0].id if stack else key,
            "previous_view_id": stack[-1].id if stack else None,
        }
        view = View(key, user, body)
        stack.append(view)
        return view

    def _read(
        self, given: Any, updated: View | None = None, *, surface: str = "modal"
    ) -> dict[str, Any]:
        """Check a view as the bot sent it and fill in what Slack fills in."""
        if size_of(given) > VIEW_BYTES:
            raise ApiError("view_too_large")
        problems = check_view(given, (surface,))
        if problems:
            raise ApiError("invalid_arguments", tuple(map(str, problems)))
        other = self.find(external_id=given.get("external_id") or "")
        if other is not None and other is not updated:
            raise ApiError("duplicate_external_id")
        return {
            "team_id": self.team,
            "app_id": self.app.app_id,
            "app_installed_team_id": self.team,
            "bot_id": self.app.bot_id,
            "type": given["type"],
            "blocks": with_ids(given["blocks"]),
            **{name: given.get(name) for name in ("title", "submit", "close")},
            **{name: given.get(name) or "" for name in _KEPT[3:]},
            **{name: bool(given.get(name)) for name in _FLAGS},
        }


def _new_hash() -> str:
    return secrets.token_hex(8)
