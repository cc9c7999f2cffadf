"""What every Store must do, whatever it is made of."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.ports import Listing, Store
from bot.aws.dynamodb import DynamoStore
from bot.errors import BotError
from bot.local.sqlite_store import SqliteStore
from tests import stand_ins
from tests.fakes import MemoryStore, SetClock
from tests.stand_ins.tables import make_table


def sqlite(folder: Path, clock: SetClock) -> Store:
    return SqliteStore(folder / "store.sqlite", clock)


def memory(_: Path, clock: SetClock) -> Store:
    return MemoryStore(clock)


def ministack(_: Path, clock: SetClock) -> Store:
    return dynamo(stand_ins.aws(), clock)


def dynalite(_: Path, clock: SetClock) -> Store:
    return dynamo(stand_ins.dynalite(), clock)


def dynamo(endpoint: str, clock: SetClock) -> Store:
    """Over one table for all tests, emptied before each: to make one takes a second."""
    client, table = table_at(endpoint)
    for item in client.scan(TableName=table, ProjectionExpression="pk")["Items"]:
        client.delete_item(TableName=table, Key=item)
    return DynamoStore(client, table, clock)


@functools.cache
def table_at(endpoint: str) -> tuple[Any, str]:
    return stand_ins.client("dynamodb", endpoint), make_table(endpoint)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=[sqlite, memory, ministack, dynalite])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    make: Callable[[Path, SetClock], Store] = request.param
    made = make(tmp_path, clock)
    yield made
    close = getattr(made, "close", None)
    if close is not None:
        close()


def test_what_was_never_written_is_none(store: Store) -> None:
    assert store.get("asked/1") is None


def test_a_first_write_has_version_one(store: Store) -> None:
    assert store.put("asked/1", {"rule": "s3-writes"}, expected=0)

    stored = store.get("asked/1")

    assert stored is not None
    assert (stored.version, stored.value) == (1, {"rule": "s3-writes"})


def test_a_second_first_write_loses_and_changes_nothing(store: Store) -> None:
    store.put("asked/1", {"by": "first"}, expected=0)

    assert not store.put("asked/1", {"by": "second"}, expected=0)

    stored = store.get("asked/1")
    assert stored is not None
    assert stored.value == {"by": "first"}


def test_a_write_over_an_old_version_loses(store: Store) -> None:
    store.put("k", {"n": 1}, expected=0)
    assert store.put("k", {"n": 2}, expected=1)

    assert not store.put("k", {"n": 3}, expected=1)

    stored = store.get("k")
    assert stored is not None
    assert (stored.version, stored.value) == (2, {"n": 2})


def test_a_write_over_nothing_with_a_version_loses(store: Store) -> None:
    assert not store.put("k", {"n": 1}, expected=3)
    assert store.get("k") is None


def test_what_is_deleted_is_gone_and_may_be_written_anew(store: Store) -> None:
    store.put("k", {"n": 1}, expected=0)
    store.delete("k")
    store.delete("k")

    assert store.get("k") is None
    assert store.put("k", {"n": 2}, expected=0)


def test_hostile_text_comes_back_as_it_was(store: Store) -> None:
    value: dict[str, Any] = {
        "half a character": "\ud83d and more",
        "": "",
        "float": 0.1 + 0.2,
        "empty": [{}, [], ""],
        "text": "'; drop table documents; -- \x00 \u202e <!channel> 😀",
        "n": 10**20,
        "l": [None, True],
    }
    store.put("k'\"", value, expected=0)

    stored = store.get("k'\"")

    assert stored is not None
    assert stored.value == value


def test_of_many_writers_exactly_one_wins_each_round(store: Store) -> None:
    """One stand-in for DynamoDB had two winners in 13 of 150 rounds; `make races` runs so many."""
    writers, rounds = 32, int(os.environ.get("RACES", "30"))
    bulk = "x" * 45_000  # slow enough to be interrupted in the middle
    wins: list[list[int]] = [[] for _ in range(rounds + 1)]
    gate = threading.Barrier(writers, timeout=60)

    def write(number: int) -> None:
        for version in range(1, rounds + 1):
            gate.wait()
            done = store.put("k", {"by": number, "bulk": bulk}, expected=version)
            if done:
                wins[version].append(done)

    store.put("k", {}, expected=0)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wins[1:] == [[version + 1] for version in range(1, rounds + 1)]


def test_versions_are_told_and_rise(store: Store) -> None:
    assert [store.put("k", {}, expected=n) for n in (0, 1, 2)] == [1, 2, 3]
    assert store.put("k", {}, expected=1) == 0


def test_only_the_version_that_is_named_is_deleted(store: Store) -> None:
    store.put("k", {"n": 1}, expected=0)

    assert not store.delete("k", expected=2)
    assert store.get("k") is not None
    assert store.delete("k", expected=1)
    assert not store.delete("k", expected=1)
    assert not store.delete("k")


def test_what_has_expired_is_not_there_and_its_holder_cannot_write(
    store: Store, clock: SetClock
) -> None:
    soon = clock() + timedelta(seconds=60)
    assert store.put("lease", {"by": 1}, 0, lists=[Listing("l", "a")], expires=soon) == 1
    assert store.put("lease", {"by": 2}, 0) == 0
    clock.move(seconds=59)
    assert store.get("lease") is not None
    clock.move(seconds=1)

    assert store.get("lease") is None
    assert list(store.listed("l")) == []
    assert store.put("lease", {"by": 1}, expected=1) == 0
    assert not store.delete("lease")
    taken = store.put("lease", {"by": 2}, 0, expires=clock() + timedelta(seconds=60))
    assert taken > 1
    assert store.put("lease", {"by": 1}, expected=1) == 0
    assert not store.delete("lease", expected=1)
    assert store.put("lease", {"by": 2}, expected=taken) == taken + 1


def test_a_write_without_an_end_stays(store: Store, clock: SetClock) -> None:
    store.put("k", {}, 0, expires=clock() + timedelta(seconds=1))
    store.put("k", {}, 1)
    clock.move(days=1_000)

    assert store.get("k") is not None


def test_a_list_has_its_documents_in_order(store: Store) -> None:
    for key, sort in (("c", "2"), ("b", "10"), ("a", "2"), ("d", "30"), ("e", "\U0001f600")):
        store.put(key, {"is": key}, 0, lists=[Listing("open", sort)])
    store.put("elsewhere", {}, 0, lists=[Listing("opened", "2"), Listing("ope", "2")])
    store.put("nowhere", {}, 0)
    store.put("b", {"is": "newer"}, 1, lists=[Listing("open", "10")])

    found = [(key, stored.version, stored.value["is"]) for key, stored in store.listed("open")]

    assert found == [("b", 2, "newer"), ("a", 1, "a"), ("c", 1, "c"), ("d", 1, "d"), ("e", 1, "e")]
    assert [key for key, _ in store.listed("open", "2", "30")] == ["a", "c"]
    assert [key for key, _ in store.listed("open", "2")] == ["a", "c", "d", "e"]
    assert [key for key, _ in store.listed("open", end="2")] == ["b"]
    assert list(store.listed("open", "3", "3")) == []
    assert list(store.listed("none")) == []


def test_a_document_stands_in_two_lists_and_leaves_them(store: Store) -> None:
    both = [Listing("one", "1"), Listing("two", "2")]
    store.put("k", {}, 0, lists=both)
    store.put("m", {}, 0, lists=both[::-1])
    assert [key for key, _ in store.listed("one")] == ["k", "m"]
    assert [key for key, _ in store.listed("two")] == ["k", "m"]

    store.put("k", {}, 1, lists=both[1:])
    store.put("m", {}, 1)

    assert list(store.listed("one")) == []
    assert [key for key, _ in store.listed("two")] == ["k"]
    store.delete("k")
    assert list(store.listed("two")) == []


def test_long_lists_come_whole(store: Store) -> None:
    """More than a page, by number and by size: DynamoDB's has 1 MB."""
    for number in range(520):
        bulk = "x" * 45_000 if number % 13 == 0 else ""
        value = {"n": number, "bulk": bulk}
        store.put(f"k{number:03}", value, 0, lists=[Listing("long", f"{number // 7:04}")])

    found = [stored.value["n"] for _, stored in store.listed("long")]

    assert found == list(range(520))


def test_a_list_may_be_written_while_it_is_looked_through(store: Store) -> None:
    for key in ("a", "b"):
        store.put(key, {}, 0, lists=[Listing("open", key)])

    for key, stored in store.listed("open"):
        assert store.put(key, {"seen": True}, stored.version, lists=[Listing("open", key)])

    assert [stored.value for _, stored in store.listed("open")] == [{"seen": True}] * 2


HALF = "\ud83d"


@pytest.mark.parametrize("key", ["", HALF, f"asked:{HALF}", "k" * 2_049, "ü" * 1_025])
def test_no_document_has_a_key_that_one_of_the_stores_cannot_hold(store: Store, key: str) -> None:
    with pytest.raises(BotError, match="cannot be the key of a document"):
        store.put(key, {}, 0)

    assert store.get(key) is None
    assert not store.delete(key)


@pytest.mark.parametrize("key", ["\x00", " ", "k" * 2_048, "ü" * 1_024, "'; --", "\U0001f600"])
def test_any_other_text_is_a_key(store: Store, key: str) -> None:
    assert store.put(key, {"is": key}, 0, lists=[Listing("l", key[:512])]) == 1

    stored = store.get(key)
    assert stored is not None
    assert stored.value == {"is": key}
    assert [found for found, _ in store.listed("l")] == [key]
    assert store.delete(key)


@pytest.mark.parametrize("listing", [Listing("", "1"), Listing("l", ""), Listing("l", HALF)])
def test_a_place_in_a_list_that_there_cannot_be_is_refused(store: Store, listing: Listing) -> None:
    with pytest.raises(BotError, match="cannot stand at"):
        store.put("k", {}, 0, lists=[listing])

    assert store.get("k") is None


def test_more_lists_than_two_or_an_end_without_a_zone_is_a_mistake(
    store: Store, clock: SetClock
) -> None:
    for names in ("abc", "aa"):
        with pytest.raises(ValueError, match="2 lists at most"):
            store.put("k", {}, 0, lists=[Listing(name, "1") for name in names])
    with pytest.raises(ValueError, match="no zone"):
        store.put("k", {}, 0, expires=clock().replace(tzinfo=None))

    assert store.get("k") is None
