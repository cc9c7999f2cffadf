"""Pins and reactions, by the bot and by people."""

from __future__ import annotations

import pytest


@pytest.fixture
def marking(local):
    local.grant("pins:write", "pins:read", "reactions:write", "reactions:read", "files:read")
    return local


@pytest.fixture
def ts(marking):
    return marking.call("chat.postMessage", channel="C0SIEM", text="x")["ts"]


def test_pins(marking, ts):
    about = {"channel": "C0SIEM", "timestamp": ts}
    marking.call("pins.add", **about)

    (item,) = marking.call("pins.list", channel="C0SIEM")["items"]
    assert (item["message"]["ts"], item["created_by"]) == (ts, "U0SIEMBOT")
    assert marking.error("pins.add", **about) == "already_pinned"
    assert marking.call("conversations.history", channel="C0SIEM")["pin_count"] == 1
    marking.call("pins.remove", **about)
    assert marking.error("pins.remove", **about) == "no_pin"
    error = marking.error("pins.add", channel="C0SIEM", timestamp="1.000000")
    assert error == "message_not_found"


def test_reactions_of_the_bot_and_of_people(marking, ts):
    about = {"channel": "C0SIEM", "timestamp": ts}
    marking.call("reactions.add", **about, name=":eyes:")
    marking.post("/_workspace/react", channel="siem", user="responder-1", ts=ts, name="eyes")

    (eyes,) = marking.call("reactions.get", **about)["message"]["reactions"]
    assert (eyes["count"], eyes["users"]) == (2, ["U0SIEMBOT", "U0RESPONDER1"])
    assert marking.error("reactions.add", **about, name="eyes") == "already_reacted"
    marking.call("reactions.remove", **about, name="eyes")
    assert marking.error("reactions.remove", **about, name="eyes") == "no_reaction"
    marking.post(
        "/_workspace/react", channel="siem", user="responder-1", ts=ts, name="eyes", remove=True
    )
    assert "reactions" not in marking.messages()[-1]
    assert marking.error("reactions.add", **about, name="not an emoji") == "invalid_name"
    status, answer = marking.send(
        "/_workspace/react", channel="siem", user="responder-1", ts=ts, name="eyes", remove=True
    )
    assert (status, answer["error"]) == (409, "no_reaction")


def test_reactions_survive_an_edit_and_there_can_be_too_many(marking, ts):
    about = {"channel": "C0SIEM", "timestamp": ts}
    for number in range(23):
        marking.call("reactions.add", **about, name=f"emoji{number}")

    assert marking.error("reactions.add", **about, name="another") == "too_many_emoji"
    marking.call("chat.update", channel="C0SIEM", ts=ts, text="edited")
    assert len(marking.messages()[-1]["reactions"]) == 23


def test_files_are_listed_shown_and_deleted(marking):
    marking.client.files_upload_v2(channel="C0SIEM", filename="a.csv", content="a,b\n1,2\n")

    (file,) = marking.call("files.list", channel="C0SIEM")["files"]
    shown = marking.call("files.info", file=file["id"])["file"]
    assert (shown["name"], shown["channels"], shown["size"]) == ("a.csv", ["C0SIEM"], 8)
    assert marking.call("files.list", channel="C0ALERTS")["files"] == []
    marking.call("files.delete", file=file["id"])
    assert marking.error("files.info", file=file["id"]) == "file_not_found"
    assert marking.messages()[-1]["files"] == [{"id": file["id"], "mode": "tombstone"}]
    assert marking.error("files.list", count=0) == "invalid_arguments"
