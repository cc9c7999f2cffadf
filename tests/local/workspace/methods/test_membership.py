"""Channels made, joined, left, archived and renamed, as the bot and as people see it."""

from __future__ import annotations

import pytest


@pytest.fixture
def managing(local):
    local.grant("channels:manage", "groups:write", "channels:join", "mpim:write")
    return local


def test_a_channel_is_made_and_people_are_invited(managing):
    channel = managing.call("conversations.create", name="incident-1")["channel"]

    assert (channel["is_member"], channel["is_private"]) == (True, False)
    invited = managing.call("conversations.invite", channel=channel["id"], users="U0RESPONDER1")
    assert invited["channel"]["id"] == channel["id"]
    state = managing.get("/_workspace/state", user="responder-1")
    assert channel["id"] in [each["id"] for each in state["channels"]]
    assert managing.call("chat.postMessage", channel=channel["id"], text="x")["ok"]
    members = managing.call("conversations.members", channel=channel["id"])["members"]
    assert members == ["U0SIEMBOT", "U0RESPONDER1"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("siem", "name_taken"),
        ("Upper", "invalid_name_specials"),
        ("a b", "invalid_name_specials"),
        ("x" * 81, "invalid_name_maxlength"),
        ("#", "invalid_name_required"),
    ],
)
def test_names_that_a_channel_cannot_have(managing, name, error):
    assert managing.error("conversations.create", name=name) == error


def test_a_private_channel_is_not_there_for_those_outside(managing):
    key = managing.call("conversations.create", name="quiet", is_private=True)["channel"]["id"]
    managing.call("conversations.invite", channel=key, users="U0RESPONDER1")

    managing.post(
        "/_workspace/membership", user="responder-1", channel=key, member="siem", leave=True
    )

    assert managing.error("conversations.info", channel=key) == "channel_not_found"
    assert managing.error("chat.postMessage", channel="#quiet", text="x") == "channel_not_found"
    status, _ = managing.http("GET", "/_workspace/messages?channel=quiet&user=responder-2")
    assert status == 404
    listed = managing.call("conversations.list", types="private_channel")["channels"]
    assert listed == []


def test_joining_is_for_public_channels(managing):
    answer = managing.call("conversations.join", channel="C0RANDOM")
    again = managing.call("conversations.join", channel="C0RANDOM")

    assert answer["channel"]["is_member"]
    assert again["warning"] == "already_in_channel"
    assert managing.messages("random")[-1]["subtype"] == "channel_join"
    error = managing.error("conversations.join", channel="D0RESPONDER1")
    assert error == "method_not_supported_for_channel_type"


def test_leaving(managing):
    managing.call("conversations.leave", channel="C0SIEM")

    assert managing.error("chat.postMessage", channel="C0SIEM", text="x") == "not_in_channel"
    assert managing.call("conversations.leave", channel="C0SIEM")["not_in_channel"] is True


def test_chat_write_public_lets_the_bot_post_where_it_is_not(managing):
    managing.grant("chat:write.public")

    assert managing.call("chat.postMessage", channel="C0RANDOM", text="x")["channel"] == "C0RANDOM"
    key = managing.call("conversations.create", name="quiet", is_private=True)["channel"]["id"]
    managing.workspace._parts.directory.channels[key].members.remove("U0SIEMBOT")
    assert managing.error("chat.postMessage", channel=key, text="x") == "channel_not_found"


def test_an_archived_channel_takes_no_messages_until_it_is_brought_back(managing):
    managing.call("conversations.archive", channel="C0SIEM")

    assert managing.error("chat.postMessage", channel="C0SIEM", text="x") == "is_archived"
    assert managing.error("conversations.archive", channel="C0SIEM") == "already_archived"
    assert managing.error("conversations.setTopic", channel="C0SIEM", topic="x") == "is_archived"
    status, answer = managing.send(
        "/_workspace/say", channel="siem", user="responder-1", text="hello?"
    )
    assert (status, answer["error"]) == (409, "is_archived")
    shown = managing.call("conversations.list", exclude_archived=True)["channels"]
    assert "C0SIEM" not in [each["id"] for each in shown]
    managing.call("conversations.unarchive", channel="C0SIEM")
    assert managing.error("conversations.unarchive", channel="C0SIEM") == "not_archived"
    managing.call("chat.postMessage", channel="C0SIEM", text="back")


def test_topic_purpose_and_name(managing):
    topic = managing.call("conversations.setTopic", channel="C0SIEM", topic="alerts")["channel"]
    purpose = managing.call("conversations.setPurpose", channel="C0SIEM", purpose="look")
    renamed = managing.call("conversations.rename", channel="C0SIEM", name="soc")["channel"]

    assert topic["topic"]["value"] == "alerts"
    assert purpose["purpose"] == "look"
    assert (renamed["name"], renamed["id"]) == ("soc", "C0SIEM")
    assert managing.error("conversations.setTopic", channel="C0SIEM", topic="x" * 251) == "too_long"
    assert managing.call("chat.postMessage", channel="#soc", text="x")["channel"] == "C0SIEM"


@pytest.mark.parametrize(
    ("method", "given", "error"),
    [
        ("invite", {"users": "U404"}, "user_not_found"),
        ("invite", {"users": "U0RESPONDER1"}, "already_in_channel"),
        ("invite", {"users": "U0SIEMBOT"}, "cant_invite_self"),
        ("invite", {"users": ","}, "no_user"),
        ("kick", {"user": "U0SIEMBOT"}, "cant_kick_self"),
        ("kick", {"user": "U0PARTNER1"}, "not_in_channel"),
        ("mark", {"ts": "5"}, "invalid_timestamp"),
    ],
)
def test_what_cannot_be_changed(managing, method, given, error):
    assert managing.error(f"conversations.{method}", channel="C0SIEM", **given) == error


def test_kicking_and_marking(managing):
    managing.call("conversations.kick", channel="C0SIEM", user="U0RESPONDER2")
    managing.call("conversations.mark", channel="C0SIEM", ts="1.000000")

    members = managing.call("conversations.members", channel="C0SIEM")["members"]
    assert "U0RESPONDER2" not in members
    error = managing.error(
        "chat.postEphemeral", channel="C0SIEM", user="U0RESPONDER2", text="for you"
    )
    assert error == "user_not_in_channel"


def test_the_kind_of_channel_decides_which_scope_is_needed(local):
    local.grant("channels:manage")
    assert local.api("conversations.create", name="x", is_private=True)["needed"] == "groups:write"
    local.workspace.installation.scopes = ("channels:read", "channels:history")

    assert local.api("conversations.info", channel="D0RESPONDER1")["needed"] == "im:read"
    assert local.api("conversations.history", channel="D0RESPONDER1")["needed"] == "im:history"
    assert local.api("conversations.list", types="im,mpim")["needed"] == "im:read,mpim:read"
    assert local.call("conversations.history", channel="C0SIEM")["messages"] == []


def test_a_message_to_several_people(managing):
    users = "U0RESPONDER1,U0RESPONDER2"
    opened = managing.call("conversations.open", users=users, return_im=True)["channel"]
    again = managing.call("conversations.open", users=users)

    assert opened["is_mpim"] is True
    assert (again["channel"]["id"], again["already_open"]) == (opened["id"], True)
    managing.call("chat.postMessage", channel=opened["id"], text="for you two")
    assert managing.messages(opened["id"], "responder-2")[-1]["text"] == "for you two"
    status, _ = managing.http("GET", f"/_workspace/messages?channel={opened['id']}&user=guest-1")
    assert status == 404
    many = ",".join(["U0RESPONDER1"] * 9)
    assert managing.error("conversations.open", users=many) == "too_many_users"
    assert managing.error("conversations.open", users="U0SIEMBOT") == "cannot_dm_bot"
