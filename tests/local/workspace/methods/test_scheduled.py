"""Messages for later, by a clock that the test moves."""

from __future__ import annotations

import pytest

from tests.local.workspace.driving import NOW

START = int(NOW.timestamp())


def later(local, seconds, **given):
    about = {"channel": "C0SIEM", "text": "later", "post_at": START + seconds}
    return local.call("chat.scheduleMessage", **about | given)["scheduled_message_id"]


def test_a_message_comes_when_its_time_has_come(local):
    key = later(local, 60)
    assert local.messages() == []

    local.post("/_workspace/clock", advance=59)
    assert local.messages() == []
    now = local.post("/_workspace/clock", advance=2)

    assert now["now"].startswith("2026-11-23T12:01:01")
    assert [message["text"] for message in local.messages()] == ["later"]
    assert local.call("chat.scheduledMessages.list")["scheduled_messages"] == []
    about = {"channel": "C0SIEM", "scheduled_message_id": key}
    assert local.error("chat.deleteScheduledMessage", **about) == "invalid_scheduled_message_id"


def test_a_message_that_is_deleted_never_comes(local):
    kept, gone = later(local, 120), later(local, 60)
    local.call("chat.deleteScheduledMessage", channel="C0SIEM", scheduled_message_id=gone)

    (waiting,) = local.call("chat.scheduledMessages.list", channel="C0SIEM")["scheduled_messages"]
    local.post("/_workspace/clock", advance=100)

    assert (waiting["id"], waiting["post_at"], waiting["text"]) == (kept, START + 120, "later")
    assert local.messages() == []


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"post_at": START}, "time_in_past"),
        ({"post_at": START + 121 * 86_400}, "time_too_far"),
        ({"post_at": START + 60, "text": ""}, "no_text"),
        ({"post_at": START + 60, "channel": "C0RANDOM"}, "not_in_channel"),
        ({"post_at": "soon"}, "invalid_arguments"),
    ],
)
def test_what_cannot_be_scheduled(local, given, error):
    whole = {"channel": "C0SIEM", "text": "x", "post_at": START + 60} | given

    assert local.error("chat.scheduleMessage", **whole) == error


def test_thirty_in_five_minutes_are_enough(local):
    for _ in range(30):
        later(local, 600)

    error = local.error("chat.scheduleMessage", channel="C0SIEM", text="x", post_at=START + 601)
    assert error == "restricted_too_many"
    later(local, 1200)


def test_with_metadata_it_never_comes_as_slacks_page_warns(local):
    later(local, 60, metadata={"event_type": "a", "event_payload": {}})

    local.post("/_workspace/clock", advance=61)

    assert local.messages() == []


def test_pages_and_spans_of_what_waits(local):
    for seconds in (60, 120, 180):
        later(local, seconds)
    listing = "chat.scheduledMessages.list"

    first = local.call(listing, limit=2)
    rest = local.call(listing, cursor=first["response_metadata"]["next_cursor"])

    assert [len(each["scheduled_messages"]) for each in (first, rest)] == [2, 1]
    assert len(local.call(listing, oldest=str(START + 100))["scheduled_messages"]) == 2
    assert local.error(listing, latest="never") == "invalid_ts_latest"
