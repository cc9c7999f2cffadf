"""Values that are kept whole: what comes back equals what was written, and no update is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.alerts.model import Alert, Deed, Item, ItemAnswer, Told, Watermark
from bot.app.documents import Kind, change, create, each, read, remove, write
from bot.app.kept import (
    ALERTS,
    CHANGED,
    REMEMBERED,
    WATCHED,
    WATERMARKS,
    alerts_active,
    alerts_changed,
)
from bot.errors import BotError
from tests.fakes import NOW, MemoryStore

DEED = Deed("U1", "responder-1", NOW)
ALERT = Alert(
    id="1f6b0c2d9a3e.1", rule="r", rule_version="1", title="t", severity="high",
    key_columns=("who",), key=("x",), condition="c", opened=NOW, first=NOW, last=NOW,
    rows=({"who": "x"},), row_times=(NOW,), acknowledged=DEED, told=Told("C1", "1.1", 1),
    checklist=(Item("a", "Who?", ticked=(DEED,), answer=ItemAnswer("done", 1, "some", DEED)),),
)  # fmt: skip


def test_a_value_comes_back_as_it_was():
    store = MemoryStore()
    assert create(store, ALERTS, "1", ALERT)
    assert not create(store, ALERTS, "1", replace(ALERT, count=5))
    assert read(store, ALERTS, "1") == ALERT
    assert list(each(store, ALERTS, CHANGED)) == [ALERT]
    assert read(store, ALERTS, "2") is None


def test_a_change_is_made_on_what_others_wrote():
    store = MemoryStore()
    create(store, ALERTS, "1", ALERT)
    store.fail_next_writes = 3
    changed = change(store, ALERTS, "1", lambda a: replace(a, count=a.count + 1))
    assert changed == read(store, ALERTS, "1") == replace(ALERT, count=1)
    version = store.get("alert:1").version
    change(store, ALERTS, "1", lambda a: a)
    assert store.get("alert:1").version == version
    assert change(store, ALERTS, "2", lambda a: a) is None


def test_writers_without_end_are_a_fault():
    store = MemoryStore()
    create(store, WATERMARKS, "r", Watermark("r"))
    store.fail_next_writes = 1_000
    with pytest.raises(RuntimeError):
        change(store, WATERMARKS, "r", lambda m: replace(m, runs=1))
    with pytest.raises(RuntimeError):
        write(store, WATERMARKS, "r", Watermark("r"))


def test_write_replaces_whatever_is_there():
    store = MemoryStore()
    write(store, WATERMARKS, "r", Watermark("r", runs=1))
    store.fail_next_writes = 1
    write(store, WATERMARKS, "r", Watermark("r", runs=2))
    assert read(store, WATERMARKS, "r") == Watermark("r", runs=2)


@pytest.mark.parametrize("document", [{"form": 99, "rule": "r"}, {"rule": "r"}, {"form": "1"}])
def test_a_newer_form_is_refused_and_never_written_over(document):
    store = MemoryStore()
    store.put("watch:r", document, 0)
    with pytest.raises(BotError, match="watch:r was written by a newer version"):
        read(store, WATERMARKS, "r")
    with pytest.raises(BotError, match="newer version"):
        change(store, WATERMARKS, "r", lambda mark: mark)
    assert store.get("watch:r").value == document


@pytest.mark.parametrize("document", [{"form": 1}, {"form": 1, "rule": 5}])
def test_a_damaged_document_is_named(document):
    store = MemoryStore()
    store.put("watch:r", document, 0)
    with pytest.raises(BotError, match="watch:r cannot be read"):
        read(store, WATERMARKS, "r")


@dataclass(frozen=True)
class Dog:
    name: str
    legs: int
    tail: bool


DOGS = Kind(
    "dog",
    Dog,
    form=3,
    migrations={
        1: lambda old: old | {"legs": 4},
        2: lambda old: {"tail": True} | old,
    },
)


def test_older_forms_are_brought_forward_step_by_step():
    store = MemoryStore()
    store.put("dog:1", {"form": 1, "name": "a"}, 0)
    store.put("dog:2", {"form": 2, "name": "b", "legs": 3, "tail": False}, 0)
    assert read(store, DOGS, "1") == Dog("a", 4, True)
    assert read(store, DOGS, "2") == Dog("b", 3, False)
    assert change(store, DOGS, "1", lambda dog: replace(dog, legs=3)) == Dog("a", 3, True)
    assert store.get("dog:1").value == {"form": 3, "name": "a", "legs": 3, "tail": True}


def test_a_damaged_document_of_an_older_form_is_named_too():
    kind = replace(
        DOGS, migrations={1: lambda old: old | {"legs": old["paws"]}, 2: lambda old: old}
    )
    store = MemoryStore()
    store.put("dog:1", {"form": 1, "name": "a"}, 0)
    with pytest.raises(BotError, match="dog:1 cannot be read: 'paws'"):
        read(store, kind, "1")


def test_what_is_removed_is_gone():
    store = MemoryStore()
    create(store, WATERMARKS, "r", Watermark("r"))
    remove(store, WATERMARKS, "r")
    remove(store, WATERMARKS, "r")
    assert read(store, WATERMARKS, "r") is None
    assert list(each(store, WATERMARKS, WATCHED)) == []


def test_an_alert_stands_in_the_lists_until_it_is_judged_and_told():
    store, later = MemoryStore(), NOW + timedelta(hours=1)
    other = replace(ALERT, id="2.1", severity="critical", told=Told("C1", "1.2", 1))
    create(store, ALERTS, "1.1", ALERT)
    create(store, ALERTS, "2.1", other)
    assert [alert.id for alert in alerts_active(store)] == ["2.1", ALERT.id]
    judged = replace(other, status="resolved", resolved=replace(DEED, at=later), revision=2)
    change(store, ALERTS, "2.1", lambda _: judged)
    assert [alert.id for alert in alerts_active(store)] == ["2.1", ALERT.id]
    change(store, ALERTS, "2.1", lambda _: replace(judged, told=Told("C1", "1.2", 2)))
    assert [alert.id for alert in alerts_active(store)] == [ALERT.id]
    assert [alert.id for alert in alerts_changed(store, NOW)] == [ALERT.id, "2.1"]
    assert [alert.id for alert in alerts_changed(store, later)] == ["2.1"]
    assert store.documents["alert:2.1"][3] == later + REMEMBERED
