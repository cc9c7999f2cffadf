"""Posting, editing, deleting and reading back, through the real SDK."""

from __future__ import annotations

import json
import urllib.parse

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata

from bot.local.workspace.methods import table
from tests.local.workspace.driving import TOKEN, actions, button, section


def error_of(call, *args, **kwargs):
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def test_who_am_i(local):
    answer = local.client.auth_test()

    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (
        "U0SIEMBOT",
        "B0SIEM",
        "T0LOCAL",
    )
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    assert local.client.api_test()["ok"]
    assert error_of(local.client.api_test, error="boo")["error"] == "boo"


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_tokens(local, token, error):
    client = WebClient(token or None, base_url=f"{local.url}/api/")

    assert error_of(client.chat_postMessage, channel="C0SIEM", text="x")["error"] == error


def test_the_token_may_be_a_form_field_and_is_never_in_the_journal(local):
    body = urllib.parse.urlencode({"token": TOKEN, "channel": "C0SIEM", "text": "hi"}).encode()

    _, answer = local.http("POST", "/api/chat.postMessage", body)

    assert json.loads(answer)["ok"]
    assert TOKEN not in json.dumps(local.journal())


def test_the_method_is_checked_before_the_token(local):
    _, answer = local.http("POST", "/api/chat.shout", b"")

    assert json.loads(answer) == {
        "ok": False,
        "error": "unknown_method",
        "req_method": "chat.shout",
    }


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C404", "text": "x"}, "channel_not_found"),
        ({"channel": "C404", "blocks": [{"type": "nonsense"}]}, "channel_not_found"),
        ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ({"channel": "C0RANDOM"}, "not_in_channel"),
        ({"channel": "C0SIEM"}, "no_text"),
        ({"channel": "C0SIEM", "text": " \n"}, "no_text"),
        ({"channel": "C0SIEM", "blocks": [{"type": "divider"}]}, "no_text"),
        ({"channel": "C0SIEM", "text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        (
            {"channel": "C0SIEM", "text": "x", "blocks": {"type": "divider"}},
            "invalid_blocks_format",
        ),
        (
            {"channel": "C0SIEM", "text": "x", "attachments": [{"colour": "x"}]},
            "invalid_attachments",
        ),
        ({"channel": "C0SIEM", "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": "C0SIEM", "text": "x", "thread_ts": "1.5"}, "invalid_thread_ts"),
        ({"channel": "C0SIEM", "text": "x", "thread_ts": 1.5}, "invalid_arguments"),
        ({"channel": "C0SIEM", "text": 5}, "invalid_arguments"),
        ({"channel": "", "text": "x"}, "invalid_arguments"),
        ({"channel": "C0SIEM", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": "C0SIEM", "markdown_text": "y" * 12_001}, "msg_too_long"),
        (
            {"channel": "C0SIEM", "text": "x", "metadata": {"event_type": 1}},
            "invalid_metadata_format",
        ),
        (
            {
                "channel": "C0SIEM",
                "text": "x",
                "metadata": {"event_type": "a", "event_payload": {"a": {"b": {"c": 1}}}},
            },
            "invalid_metadata_schema",
        ),
        (
            {
                "channel": "C0SIEM",
                "text": "x",
                "metadata": {"event_type": "a", "event_payload": {"a": "b" * 9000}},
            },
            "metadata_too_large",
        ),
    ],
)
def test_what_cannot_be_posted_and_which_check_comes_first(local, arguments, error):
    answer = error_of(local.client.api_call, "chat.postMessage", json=arguments)

    assert answer["error"] == error
    assert local.messages() == []
    assert local.journal()["calls"][-1]["error"] == error


def test_refused_blocks_say_where(local):
    answer = error_of(
        local.client.chat_postMessage, channel="C0SIEM", text="x", blocks=[section("a" * 3001)]
    )

    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_channels_by_id_name_and_person(local):
    assert local.client.chat_postMessage(channel="#siem", text="a")["channel"] == "C0SIEM"
    assert local.client.chat_postMessage(channel="alerts", text="b")["channel"] == "C0ALERTS"
    dm = local.client.chat_postMessage(channel="U0RESPONDER1", text="c")
    assert dm["channel"] == "D0RESPONDER1"
    assert local.client.conversations_open(users="U0RESPONDER1")["channel"]["id"] == dm["channel"]
    answer = error_of(local.client.chat_update, channel="U0RESPONDER1", ts=dm["ts"], text="d")
    assert answer["error"] == "channel_not_found"


def test_time_stamps_rise_though_the_clock_stands_still(local):
    stamps = [local.client.chat_postMessage(channel="C0SIEM", text="x")["ts"] for _ in range(3)]

    assert stamps == ["1795435200.250000", "1795435200.250001", "1795435200.250002"]
    assert [message["ts"] for message in local.messages()] == stamps


def test_long_text_is_cut_when_posted_and_refused_when_edited(local):
    posted = local.client.chat_postMessage(channel="C0SIEM", text="x" * 50_000)

    assert len(posted["message"]["text"]) == 40_000
    edit = error_of(local.client.chat_update, channel="C0SIEM", ts=posted["ts"], text="x" * 4001)
    assert edit["error"] == "msg_too_long"
    secret = error_of(
        local.client.chat_postEphemeral, channel="C0SIEM", user="U0RESPONDER1", text="x" * 4001
    )
    assert secret["error"] == "msg_too_long"


def test_threads(local):
    parent = local.client.chat_postMessage(channel="C0SIEM", text="parent")["ts"]
    reply = local.client.chat_postMessage(channel="C0SIEM", text="reply", thread_ts=parent)
    cast = local.client.chat_postMessage(
        channel="C0SIEM", text="cast", thread_ts=parent, reply_broadcast=True
    )

    assert reply["message"]["thread_ts"] == parent
    top, broadcast = local.messages()
    assert (top["reply_count"], top["latest_reply"]) == (2, cast["ts"])
    assert broadcast["text"] == "cast"
    assert [m["text"] for m in local.messages(thread=parent)] == ["parent", "reply", "cast"]
    read = local.client.conversations_replies(channel="C0SIEM", ts=parent)["messages"]
    assert [m["text"] for m in read] == ["parent", "reply", "cast"]
    listed = local.client.conversations_history(channel="C0SIEM")["messages"]
    assert [m["text"] for m in listed] == ["cast", "parent"]
    nested = error_of(
        local.client.chat_postMessage, channel="C0SIEM", text="x", thread_ts=reply["ts"]
    )
    assert nested["error"] == "cannot_reply_to_message"


def test_a_reply_to_a_parent_that_is_gone_stands_in_the_channel(local):
    parent = local.client.chat_postMessage(channel="C0SIEM", text="parent")["ts"]
    local.client.chat_delete(channel="C0SIEM", ts=parent)

    reply = local.client.chat_postMessage(channel="C0SIEM", text="reply", thread_ts=parent)

    assert "thread_ts" not in reply["message"]
    assert [m["text"] for m in local.messages()] == ["reply"]


@pytest.mark.filterwarnings("ignore:The top-level `text`:UserWarning")
def test_what_an_edit_keeps_and_drops(local):
    ts = local.client.chat_postMessage(
        channel="C0SIEM",
        text="one",
        blocks=[section("one")],
        attachments=[{"color": "#a30200", "blocks": [section("in a bar")]}],
        metadata=Metadata(event_type="alert", event_payload={"id": "a-1"}),
    )["ts"]

    def edit(**arguments):
        local.client.chat_update(channel="C0SIEM", ts=ts, **arguments)
        (message,) = local.messages()
        return message

    kept = edit(attachments=[{"color": "good", "fallback": "ok"}])
    assert kept["text"] == "one"
    assert kept["blocks"][0]["text"]["text"] == "one"
    assert kept["attachments"] == [{"color": "good", "fallback": "ok", "id": 1}]
    text_only = edit(text="two")
    assert "blocks" not in text_only
    assert text_only["attachments"]
    assert text_only["metadata"]["event_payload"] == {"id": "a-1"}
    assert "blocks" not in edit(text="three", blocks=[])
    assert "attachments" not in edit(text="four", attachments=[])
    assert "metadata" not in edit(text="five", metadata={})
    assert "edited" not in edit(text="six")
    assert error_of(local.client.chat_update, channel="C0SIEM", ts=ts)["error"] == "no_text"
    assert error_of(edit, blocks=[section("x")])["error"] == "no_text"


def test_what_cannot_be_edited_or_deleted(local):
    theirs = local.post("/_workspace/say", channel="siem", user="responder-1", text="hi")["ts"]
    secret = local.client.chat_postEphemeral(channel="C0SIEM", user="U0RESPONDER1", text="psst")
    call = {"channel": "C0SIEM", "text": "x"}

    assert error_of(local.client.chat_update, ts=theirs, **call)["error"] == "cant_update_message"
    assert error_of(local.client.chat_update, ts="1.000000", **call)["error"] == "message_not_found"
    assert (
        error_of(local.client.chat_update, ts=secret["message_ts"], **call)["error"]
        == "message_not_found"
    )
    assert (
        error_of(local.client.chat_delete, channel="C0SIEM", ts=theirs)["error"]
        == "cant_delete_message"
    )


def test_a_deleted_parent_leaves_a_mark_and_cannot_be_edited(local):
    parent = local.client.chat_postMessage(channel="C0SIEM", text="parent")["ts"]
    reply = local.client.chat_postMessage(channel="C0SIEM", text="reply", thread_ts=parent)["ts"]
    local.client.chat_delete(channel="C0SIEM", ts=parent)

    assert [m["text"] for m in local.messages(thread=parent)] == [
        "This message was deleted.",
        "reply",
    ]
    edit = error_of(local.client.chat_update, channel="C0SIEM", ts=parent, text="x")
    assert edit["error"] == "message_not_found"
    local.client.chat_delete(channel="C0SIEM", ts=reply)
    assert local.messages()[0]["reply_count"] == 0


def test_ephemeral_messages_are_seen_by_one_and_by_no_method(local):
    local.client.chat_postEphemeral(channel="C0SIEM", user="U0RESPONDER2", text="psst")

    assert local.messages(user="responder-1") == []
    (message,) = local.messages(user="responder-2")
    assert (message["text"], message["ephemeral"]) == ("psst", True)
    assert local.client.conversations_history(channel="C0SIEM")["messages"] == []
    call = local.client.chat_postEphemeral
    assert error_of(call, channel="C0SIEM", user="U404", text="x")["error"] == "user_not_found"
    outsider = error_of(call, channel="C0SIEM", user="U0PARTNER1", text="x")
    assert outsider["error"] == "user_not_in_channel"


def test_metadata_is_read_back_only_when_asked_for(local):
    metadata = {"event_type": "answer", "event_payload": {"id": "x", "n": 1, "l": [{"a": True}]}}
    local.client.chat_postMessage(channel="C0SIEM", text="x", metadata=metadata)

    (brief,) = local.client.conversations_history(channel="C0SIEM")["messages"]
    (whole,) = local.client.conversations_history(channel="C0SIEM", include_all_metadata=True)[
        "messages"
    ]
    assert brief["metadata"] == {"event_type": "answer"}
    assert whole["metadata"] == metadata


def test_history_by_page_and_by_time(local):
    stamps = [local.client.chat_postMessage(channel="C0SIEM", text=str(n))["ts"] for n in range(5)]

    pages = local.client.conversations_history(channel="C0SIEM", limit=2)
    assert [[m["text"] for m in page["messages"]] for page in pages] == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
    ]
    between = local.client.conversations_history(
        channel="C0SIEM", oldest=stamps[1], latest=stamps[3]
    )
    assert [m["text"] for m in between["messages"]] == ["2"]
    around = local.client.conversations_history(
        channel="C0SIEM", oldest=stamps[1], latest=stamps[3], inclusive=True
    )
    assert [m["text"] for m in around["messages"]] == ["3", "2", "1"]
    for arguments, error in (
        ({"cursor": "junk"}, "invalid_cursor"),
        ({"cursor": "bmV4dDrCsg=="}, "invalid_cursor"),
        ({"cursor": "\u00b2"}, "invalid_cursor"),
        ({"limit": -1}, "invalid_limit"),
        ({"limit": "many"}, "invalid_arguments"),
        ({"oldest": "x"}, "invalid_ts_oldest"),
        ({"latest": "x"}, "invalid_ts_latest"),
    ):
        call = error_of(local.client.conversations_history, channel="C0SIEM", **arguments)
        assert call["error"] == error
    outside = error_of(local.client.conversations_history, channel="C0RANDOM")
    assert outside["error"] == "not_in_channel"
    gone = error_of(local.client.conversations_replies, channel="C0SIEM", ts="1.000000")
    assert gone["error"] == "thread_not_found"


def test_permalinks_open_the_page(local):
    ts = local.client.chat_postMessage(channel="C0SIEM", text="x")["ts"]

    link = local.client.chat_getPermalink(channel="C0SIEM", message_ts=ts)["permalink"]

    assert link == f"{local.url}/#/C0SIEM/{ts}"
    gone = error_of(local.client.chat_getPermalink, channel="C0SIEM", message_ts="1.000000")
    assert gone["error"] == "message_not_found"


def test_people_and_channels(local):
    user = local.client.users_info(user="U0RESPONDER1")["user"]
    assert (user["name"], user["tz"], user["tz_offset"]) == ("responder-1", "Europe/Berlin", 3600)
    assert error_of(local.client.users_info, user="responder-1")["error"] == "user_not_found"
    names = [member["name"] for member in local.client.users_list()["members"]]
    assert names == ["responder-1", "responder-2", "guest-1", "siem"]
    info = local.client.conversations_info
    assert info(channel="C0SIEM")["channel"]["is_member"] is True
    assert info(channel="C0RANDOM")["channel"]["is_member"] is False
    assert info(channel="C0SHARED")["channel"]["is_ext_shared"] is True
    assert info(channel="D0RESPONDER1")["channel"]["user"] == "U0RESPONDER1"
    listed = local.client.conversations_list(types="public_channel,im")["channels"]
    assert len(listed) == 8
    assert error_of(local.client.conversations_list, types="x")["error"] == "invalid_types"
    members = local.client.conversations_members(channel="C0SHARED")["members"]
    assert "U0PARTNER1" in members
    for users, error in (("", "users_list_not_supplied"), ("U404", "user_not_found")):
        assert error_of(local.client.conversations_open, users=users)["error"] == error


def test_hostile_text_is_kept_and_its_pings_are_shown(local):
    hostile = "a\x00b \u202e <!channel> &lt;!here&gt; @here \ud800 " + "x" * 3000
    body = json.dumps(
        {
            "channel": "C0SIEM",
            "text": hostile,
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "<!channel> @here"}},
                section("look @here and @channel.x or me@here.com <@U0RESPONDER1>"),
                {"type": "section", "text": {"type": "mrkdwn", "text": "@here", "verbatim": True}},
                {
                    "type": "table",
                    "rows": [[{"type": "raw_text", "text": "<!everyone> @everyone"}]],
                },
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_preformatted",
                            "elements": [{"type": "text", "text": "<!channel>"}],
                        }
                    ],
                },
                actions(button("<!here>", "a")),
            ],
        }
    )
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    _, answer = local.http("POST", "/api/chat.postMessage", body.encode(), headers)

    assert json.loads(answer)["ok"], answer
    (message,) = local.messages()
    assert message["text"] == hostile.replace("\ud800", "\ufffd")
    assert message["pings"] == ["<!channel>", "<@U0RESPONDER1>", "@here", "@channel"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 90 + b"1" + b"}" * 90],
)
def test_bodies_that_make_no_sense(local, body):
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    status, answer = local.http("POST", "/api/chat.postMessage", body, headers)

    assert status == 200
    assert json.loads(answer)["error"] == "invalid_json"


def test_a_body_of_many_megabytes_is_refused(local):
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    _, answer = local.http("POST", "/api/chat.postMessage", b" " * 5_000_000, headers)

    assert json.loads(answer)["error"] == "request_too_large"


def test_blocks_in_a_form_are_json(local):
    def post(blocks):
        form = {"token": TOKEN, "channel": "C0SIEM", "text": "x", "blocks": blocks}
        _, answer = local.http(
            "POST", "/api/chat.postMessage", urllib.parse.urlencode(form).encode()
        )
        return json.loads(answer)

    assert post(json.dumps([section("x")]))["ok"]
    assert post("[{")["error"] == "invalid_blocks_format"


def test_a_message_in_words_of_people_groups_and_channels_pings(local):
    mention = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": "U0RESPONDER1"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "text", "text": "<!channel>"},
                ],
            }
        ],
    }
    attachments = [
        {"pretext": "@here", "fallback": "<!channel>", "fields": [{"value": "<!everyone>"}]}
    ]
    markdown = {"type": "markdown", "text": "@channel"}
    local.client.chat_postMessage(
        channel="C0SIEM", text="x", blocks=[mention, markdown], attachments=attachments
    )

    assert local.messages()[0]["pings"] == [
        "<@U0RESPONDER1>",
        "<!subteam^S1>",
        "<!here>",
        "@channel",
        "@here",
        "<!everyone>",
    ]


def test_a_bug_here_is_told_as_slack_tells_its_own(local, monkeypatch, caplog):
    monkeypatch.setitem(table.METHODS, "auth.test", table.Method(lambda parts, arguments: 1 / 0))

    assert error_of(local.client.auth_test)["error"] == "internal_error"
    assert "auth.test failed" in caplog.text


def test_a_direct_message_is_opened_with_one_person(local):
    open_ = local.client.conversations_open
    assert open_(channel="D0RESPONDER1", return_im=True)["channel"]["user"] == "U0RESPONDER1"
    assert error_of(open_, channel="C0SIEM")["error"] == "method_not_supported_for_channel_type"
    several = error_of(open_, users="U0RESPONDER1,U0RESPONDER2")
    assert (several["error"], several["needed"]) == ("missing_scope", "mpim:write")
    assert error_of(open_, users="U0SIEMBOT")["error"] == "cannot_dm_bot"
