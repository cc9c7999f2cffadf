"""Values that are kept whole: what comes back equals what was written, and no update is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.alerts.model import Alert, Deed, Item, ItemAnswer, Told, Watermark
from bot.app.documents import change, create, each, read, write
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
    assert create(store, "alert:1", ALERT)
    assert not create(store, "alert:1", replace(ALERT, count=5))
    assert read(store, "alert:1", Alert) == ALERT
    assert list(each(store, "alert:", Alert)) == [ALERT]
    assert read(store, "alert:2", Alert) is None


def test_a_change_is_made_on_what_others_wrote():
    store = MemoryStore()
    create(store, "alert:1", ALERT)
    store.fail_next_writes = 3
    changed = change(store, "alert:1", Alert, lambda a: replace(a, count=a.count + 1))
    assert changed == read(store, "alert:1", Alert) == replace(ALERT, count=1)
    version = store.get("alert:1").version
    change(store, "alert:1", Alert, lambda a: a)
    assert store.get("alert:1").version == version
    assert change(store, "alert:2", Alert, lambda a: a) is None


def test_writers_without_end_are_a_fault():
    store = MemoryStore()
    create(store, "watch:r", Watermark("r"))
    store.fail_next_writes = 1_000
    with pytest.raises(RuntimeError):
        change(store, "watch:r", Watermark, lambda m: replace(m, runs=1))
    with pytest.raises(RuntimeError):
        write(store, "watch:r", Watermark("r"))


def test_write_replaces_whatever_is_there():
    store = MemoryStore()
    write(store, "watch:r", Watermark("r", runs=1))
    store.fail_next_writes = 1
    write(store, "watch:r", Watermark("r", runs=2))
    assert read(store, "watch:r", Watermark) == Watermark("r", runs=2)


@pytest.mark.parametrize(
    "document", [{"form": 99, "rule": "r"}, {"form": 1}, {"form": 1, "rule": 5}]
)
def test_another_shape_counts_as_not_there(document):
    store = MemoryStore()
    store.put("watch:r", document, 0)
    assert read(store, "watch:r", Watermark) is None
    assert list(each(store, "watch:", Watermark)) == []
