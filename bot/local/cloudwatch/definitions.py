"""Saved queries of one account: kept on disk, each in a file of its own."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from bot.errors import BotError
from bot.local.cloudwatch import disk
from bot.local.cloudwatch.protocol import ApiError, not_found
from bot.query.saved import SavedQuery

MOST = 1_000
"""Of one account in one region (CloudWatch Logs quotas)."""


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A parameter of a saved query, as the API has it."""

    name: str
    default_value: str | None = None
    description: str | None = None


class Definition(msgspec.Struct, frozen=True, omit_defaults=True):
    """A saved query; what its file says. `token` is the one that it was made with."""

    id: str
    name: str
    text: str
    modified: int
    groups: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    token: str | None = None
    language: str = "CWLI"


class Definitions:
    """All saved queries. Safe to use from many threads, not processes."""

    def __init__(self, folder: Path) -> None:
        """Open `folder`, or make it. `BotError` if it cannot be used, or holds something else."""
        self._folder = folder
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            known = [_load(path) for path in sorted(folder.glob("*.query"))]
        except OSError as error:
            raise BotError(
                f"The folder for saved queries cannot be used: {error}. Give another folder."
            ) from error
        self._known = {one.id: one for one in known}

    def all(self) -> list[Definition]:
        """All of them by name."""
        return sorted(self._known.copy().values(), key=lambda one: (one.name, one.id))

    def saved_queries(self) -> dict[str, SavedQuery]:
        """What `$Name(…)` in a query stands for; of several with one name the newest."""
        known = [one for one in self._known.copy().values() if one.language == "CWLI"]
        known.sort(key=lambda one: one.modified)
        return {
            one.name: SavedQuery(
                one.text, {given.name: given.default_value for given in one.parameters}
            )
            for one in known
        }

    def put(self, definition: Definition, *, new: bool) -> str:
        """Keep a new one, or replace all of an old one; returns its id.

        A new one with the token of one that is there is that one: somebody asked twice. Raises
        ResourceNotFoundException, and LimitExceededException where there are a thousand.
        """
        with self._lock:
            if not new and definition.id not in self._known:
                raise no_definition()
            if new:
                for one in self._known.values():
                    if definition.token is not None and one.token == definition.token:
                        return one.id
                if len(self._known) >= MOST:
                    words = f"There are {MOST} saved queries, and no account may have more."
                    raise ApiError("LimitExceededException", words)
            disk.write_whole(self._path(definition.id), msgspec.to_builtins(definition))
            self._known[definition.id] = definition
            return definition.id

    def delete(self, definition_id: str) -> None:
        """Forget one. Raises ResourceNotFoundException."""
        with self._lock:
            if definition_id not in self._known:
                raise no_definition()
            self._path(definition_id).unlink(missing_ok=True)
            del self._known[definition_id]

    def _path(self, definition_id: str) -> Path:
        return self._folder / f"{disk.file_name(definition_id)}.query"


def no_definition() -> ApiError:
    """ResourceNotFoundException for a saved query."""
    return not_found("The specified query definition does not exist.")


def _load(path: Path) -> Definition:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Definition)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BotError(
            f"{path} was not written by the local CloudWatch, or is damaged: {error}. "
            "Move it away, or give another folder."
        ) from error
