"""Who asks and where: what Slack says decides, and if it says nothing nobody is let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.app.ports import Person, Place, Stored
from bot.errors import BotError
from bot.slack.directory import Directory
from tests.fakes import MemoryStore, SetClock
from tests.slack.answering import Answering, answering

PERSON = {"id": "U1", "team_id": "T0LOCAL", "name": "responder-1", "tz": "Europe/Berlin"}


class CountingStore(MemoryStore):
    """Remembers what was read."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__(clock)
        self.reads: list[str] = []

    def get(self, key: str) -> Stored | None:
        self.reads.append(key)
        return super().get(key)


@pytest.fixture
def slack() -> Iterator[Answering]:
    with answering() as server:
        yield server


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def directory(slack: Answering, clock: SetClock) -> Directory:
    return Directory(slack.client(), MemoryStore(clock), clock)


def test_a_member_is_known_by_name_and_zone(slack: Answering, directory: Directory) -> None:
    slack.answer("users.info", {"ok": True, "user": PERSON | {"profile": {"display_name": "R"}}})

    assert directory.person("U1", "T0LOCAL") == Person("U1", "R", "Europe/Berlin", member=True)


def test_a_name_holds_nothing_that_does_not_show(slack: Answering, directory: Directory) -> None:
    slack.answer("users.info", {"ok": True, "user": PERSON | {"name": "a\u202eb\ud800"}})

    assert directory.person("U1", "T0LOCAL").name == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    "more",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"is_bot": True},
        {"deleted": True},
        {"team_id": "T0PARTNER01"},
        {"team_id": None},
    ],
)
def test_guests_strangers_bots_and_former_members_are_no_members(
    slack: Answering, directory: Directory, more: dict[str, Any]
) -> None:
    slack.answer("users.info", {"ok": True, "user": PERSON | more})

    assert not directory.person("U1", "T0LOCAL").member


def test_a_person_without_a_zone_or_a_name_gets_plain_ones(
    slack: Answering, directory: Directory
) -> None:
    slack.answer("users.info", {"ok": True, "user": {"id": "U1", "team_id": "T0LOCAL", "tz": None}})

    assert directory.person("U1", "T0LOCAL") == Person("U1", "U1", "UTC", member=True)


@pytest.mark.parametrize(
    ("channel", "place"),
    [
        ({"is_member": True}, Place("C1", joined=True, shared=False)),
        ({"is_member": False}, Place("C1", joined=False, shared=False)),
        ({"is_member": True, "is_archived": True}, Place("C1", joined=False, shared=False)),
        ({"is_im": True}, Place("C1", joined=False, shared=False)),
        ({"is_member": True, "is_ext_shared": True}, Place("C1", joined=True, shared=True)),
        ({"is_member": True, "is_pending_ext_shared": True}, Place("C1", joined=True, shared=True)),
    ],
)
def test_a_channel_is_joined_or_shared_as_slack_says(
    slack: Answering, directory: Directory, channel: dict[str, Any], place: Place
) -> None:
    slack.answer("conversations.info", {"ok": True, "channel": channel})

    assert directory.place("C1") == place


def test_a_channel_that_the_bot_cannot_see_is_unknown(
    slack: Answering, directory: Directory
) -> None:
    slack.answer("conversations.info", {"ok": False, "error": "channel_not_found"})

    assert directory.place("C1") == Place("C1", joined=False, shared=False, known=False)


@pytest.mark.parametrize("answer", [{"ok": False, "error": "missing_scope"}, 500])
def test_if_slack_does_not_say_nobody_is_let_in(
    slack: Answering, directory: Directory, answer: dict[str, Any] | int
) -> None:
    slack.answer("users.info", answer)
    slack.answer("conversations.info", answer)

    with pytest.raises(BotError, match="did not say who you are"):
        directory.person("U1", "T0LOCAL")
    with pytest.raises(BotError, match="did not say who reads this channel"):
        directory.place("C1")


def test_a_slack_that_cannot_be_reached_lets_nobody_in(clock: SetClock) -> None:
    with answering() as gone:
        client = gone.client()

    with pytest.raises(BotError, match="did not say who you are"):
        Directory(client, MemoryStore(clock), clock).person("U1", "T0LOCAL")


def test_what_was_found_is_remembered_for_five_minutes(
    slack: Answering, directory: Directory, clock: SetClock
) -> None:
    slack.answer("users.info", {"ok": True, "user": PERSON})

    directory.person("U1", "T0LOCAL")
    clock.move(minutes=4)
    directory.person("U1", "T0LOCAL")
    clock.move(minutes=2)
    directory.person("U1", "T0LOCAL")

    assert len(slack.asked) == 2


def test_a_failure_is_not_remembered(slack: Answering, directory: Directory) -> None:
    slack.answer("users.info", {"ok": False, "error": "fatal_error"}, {"ok": True, "user": PERSON})

    with pytest.raises(BotError):
        directory.person("U1", "T0LOCAL")

    assert directory.person("U1", "T0LOCAL").member


def test_memory_is_bounded(
    slack: Answering, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.remembered._MOST", 2)
    slack.answer("users.info", {"ok": True, "user": PERSON})

    for user in ("U1", "U2", "U3", "U1"):
        directory.person(user, "T0LOCAL")

    assert len(directory._people._notes) <= 2
    assert len(slack.asked) == 3  # the store knows the first one still


def test_another_process_need_not_ask_slack(slack: Answering, clock: SetClock) -> None:
    store = CountingStore(clock)
    slack.answer("auth.test", {"ok": True, "team_id": "T0LOCAL"})
    slack.answer("users.info", {"ok": True, "user": PERSON})
    slack.answer("conversations.info", {"ok": True, "channel": {"is_member": True}})
    first = Directory(slack.client(), store, clock)
    told = (first.team("U1"), first.person("U1", first.team("U1")), first.place("C1"))
    assert len(slack.asked) == 3
    store.reads.clear()

    second = Directory(slack.client(), store, clock)
    again = (second.team("U1"), second.person("U1", second.team("U1")), second.place("C1"))

    assert again == told
    assert len(slack.asked) == 3
    assert len(store.reads) == 2


def test_who_is_new_does_not_make_the_bot_ask_who_it_is_itself(
    slack: Answering, clock: SetClock
) -> None:
    store = MemoryStore(clock)
    slack.answer("auth.test", {"ok": True, "team_id": "T0LOCAL"})
    slack.answer("users.info", {"ok": True, "user": PERSON})
    Directory(slack.client(), store, clock).team("U1")
    clock.move(minutes=59)

    other = Directory(slack.client(), store, clock)
    assert other.person("U2", other.team("U2")).member
    clock.move(minutes=2)
    assert Directory(slack.client(), store, clock).team("U3") == "T0LOCAL"

    assert slack.methods() == ["auth.test", "users.info", "auth.test"]


def test_a_note_in_the_store_ends_when_the_first_process_would_have_asked_again(
    slack: Answering, clock: SetClock
) -> None:
    store = MemoryStore(clock)
    slack.answer(
        "users.info", {"ok": True, "user": PERSON}, {"ok": True, "user": PERSON | {"deleted": True}}
    )
    Directory(slack.client(), store, clock).person("U1", "T0LOCAL")
    clock.move(minutes=4)
    second = Directory(slack.client(), store, clock)
    assert second.person("U1", "T0LOCAL").member

    clock.move(minutes=1)

    assert not second.person("U1", "T0LOCAL").member


def test_what_one_token_was_told_is_nothing_to_another(slack: Answering, clock: SetClock) -> None:
    store = MemoryStore(clock)
    slack.answer("users.info", {"ok": True, "user": PERSON})
    Directory(slack.client(), store, clock).person("U1", "T0LOCAL")
    other = slack.client()
    other.token = "xoxb-another"

    Directory(other, store, clock).person("U1", "T0LOCAL")

    assert len(slack.asked) == 2
    assert not any("xoxb" in key for key in store.documents)


def test_two_that_ask_at_once_are_both_told(slack: Answering, clock: SetClock) -> None:
    store = MemoryStore(clock)
    slack.answer("users.info", {"ok": True, "user": PERSON})
    store.fail_next_writes = 1  # the other one was first

    assert Directory(slack.client(), store, clock).person("U1", "T0LOCAL").member


@pytest.mark.parametrize("answer", [{"ok": False, "error": "invalid_auth"}, 500])
def test_if_slack_does_not_say_who_the_bot_is_nobody_is_let_in(
    slack: Answering, directory: Directory, answer: dict[str, Any] | int
) -> None:
    slack.answer("auth.test", answer)

    with pytest.raises(BotError, match="which workspace the bot belongs to"):
        directory.team("U1")
