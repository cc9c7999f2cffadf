"""What is kept about a question that was asked: one document, from the command to the last edit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app.answer import Answer, Table
from bot.app.ports import Reply, Search, Store, Window

FORM = 1
"""The shape of the document. One of another shape, left by another version, counts as not kept."""

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and all that happened to it.

    `search` is what runs, and `search_id` its name there; `columns` and `times` are what the query
    says about its columns. `reply` is where it was asked. `posting` is set before the message is
    posted and `ts` after it, so that a crash between them shows; `told` says that the message
    shows the end. `files` are the places that have the CSV file: `thread`, or people.
    """

    answer: Answer
    search: Search
    reply: Reply
    columns: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    posting: bool = False
    ts: str = ""
    search_id: str = ""
    restarts: int = 0
    told: bool = False
    shared: bool = False
    files: tuple[str, ...] = ()
    thread: str = ""
    """The message under which the answer stands; empty for the channel itself."""
    item: tuple[str, ...] = ()
    """The alert's id and the checklist item's, if the answer is one of them."""

    @property
    def id(self) -> str:
        """The answer's id, which buttons and jobs carry."""
        return self.answer.id


def keep(store: Store, asked: Asked) -> bool:
    """Store a new question. False if it is there already: the command was delivered twice."""
    return bool(store.put(_key(asked.id), _document(asked), expected=0))


def look_up(store: Store, answer_id: str) -> Asked | None:
    """The question, if it is still kept."""
    stored = store.get(_key(answer_id))
    return None if stored is None else _read(stored.value)


def change(store: Store, answer_id: str, how: Callable[[Asked], Asked]) -> Asked | None:
    """Write what `how` makes of the stored question, and return it; None if it is not kept.

    `how` may run several times, when somebody else writes in between.
    """
    for _ in range(_ATTEMPTS):
        stored = store.get(_key(answer_id))
        before = None if stored is None else _read(stored.value)
        if stored is None or before is None:
            return None
        after = how(before)
        if after == before or store.put(_key(answer_id), _document(after), stored.version):
            return after
    raise RuntimeError(f"{_key(answer_id)} was written {_ATTEMPTS} times by others meanwhile")


def _key(answer_id: str) -> str:
    return f"asked:{answer_id}"


def _document(asked: Asked) -> dict[str, Any]:
    value = dataclasses.asdict(asked)
    for part, name in (("answer", "start"), ("answer", "end")):
        value[part][name] = value[part][name].isoformat()
    window = asked.search.window
    value["search"]["window"] = [window.start.isoformat(), window.end.isoformat()]
    return {"form": FORM, **value}


def _read(value: Mapping[str, Any]) -> Asked | None:
    if value.get("form") != FORM:
        return None
    start, end = map(datetime.fromisoformat, value["search"]["window"])
    search = {**value["search"], "groups": tuple(value["search"]["groups"])}
    rest = {name: part for name, part in value.items() if name != "form"}
    return Asked(
        **rest
        | {
            "answer": _read_answer(value["answer"]),
            "search": Search(**search | {"window": Window(start, end)}),
            "reply": Reply(**value["reply"]),
        }
        | {name: tuple(value[name]) for name in ("columns", "times", "files")}
        | {"item": tuple(value.get("item", ()))}
    )


def _read_answer(value: Mapping[str, Any]) -> Answer:
    changed: dict[str, Any] = {
        "start": datetime.fromisoformat(value["start"]),
        "end": datetime.fromisoformat(value["end"]),
        "needs": tuple(value["needs"]),
        "table": _read_table(value["table"]) if value["table"] else None,
    }
    return Answer(**{**value, **changed})


def _read_table(value: Mapping[str, Any]) -> Table:
    return Table(
        columns=tuple(value["columns"]),
        rows=tuple(tuple(row) for row in value["rows"]),
        times=tuple(value["times"]),
        hidden_columns=value["hidden_columns"],
        cut=value["cut"],
    )
