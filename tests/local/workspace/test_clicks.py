"""Clicks: what the bot is told of each kind of element, in messages, attachments and modals."""

from __future__ import annotations

import pytest

from tests.local.workspace.driving import actions, button, option, section


@pytest.fixture
def listening(local):
    """A bot that acknowledges whatever is pressed, and the payloads it got."""
    got = []

    @local.bolt.action({"type": "block_actions", "action_id": __import__("re").compile(".*")})
    def anything(ack, body):
        got.append(body)
        ack()

    return got


def posted(local, *blocks, **more):
    local.client.chat_postMessage(channel="C0SIEM", text="x", blocks=list(blocks), **more)
    return local.messages()[-1]


def test_a_button(local, listening):
    message = posted(local, actions(button("Again", "again", value="a-1"), block_id="b"))

    answer = local.click(message, text="Again")

    assert answer == {"ok": True, "status": 200}
    (body,) = listening
    assert body["type"] == "block_actions"
    assert body["user"] == {
        "id": "U0RESPONDER1",
        "username": "responder-1",
        "name": "responder-1",
        "team_id": "T0LOCAL",
    }
    assert body["team"]["id"] == "T0LOCAL"
    assert body["channel"] == {"id": "C0SIEM", "name": "siem"}
    assert body["container"] == {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": "C0SIEM",
        "is_ephemeral": False,
    }
    assert body["message"]["ts"] == message["ts"]
    assert body["message"]["blocks"] == message["blocks"]
    (action,) = body["actions"]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "again",
        "block_id": "b",
        "value": "a-1",
        "text": {"type": "plain_text", "text": "Again"},
    }
    assert body["trigger_id"]
    assert body["response_url"].startswith(local.url)


def test_a_partner_comes_with_another_team(local, listening):
    message = posted(local, actions(button("Go", "go")))

    local.click(message, user="partner-1", action_id="go")

    assert listening[0]["user"]["team_id"] == "T0PARTNER01"
    assert listening[0]["team"]["id"] == "T0PARTNER01"


def test_an_ephemeral_message_is_named_by_its_container_only(local, listening):
    blocks = [actions(button("Go", "go"))]
    local.client.chat_postEphemeral(channel="C0SIEM", user="U0RESPONDER1", text="x", blocks=blocks)

    local.click(local.messages()[0], action_id="go")

    assert listening[0]["container"]["is_ephemeral"] is True
    assert "message" not in listening[0]


def test_a_button_in_an_attachment_of_a_reply(local, listening):
    ts = local.client.chat_postMessage(channel="C0SIEM", text="parent")["ts"]
    attachment = {"color": "good", "blocks": [section("x", accessory=button("Go", "go"))]}
    local.client.chat_postMessage(
        channel="C0SIEM", text="x", thread_ts=ts, attachments=[{"fallback": "x"}, attachment]
    )

    local.click(local.messages(thread=ts)[1], text="Go")

    container = listening[0]["container"]
    assert container["type"] == "message_attachment"
    assert container["attachment_id"] == 2
    assert container["thread_ts"] == ts


def test_menus_tell_which_option(local, listening):
    menu = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("escalate"), option("mute")],
    }
    select = {
        "type": "static_select",
        "action_id": "snooze",
        "options": [option("1h"), option("4h")],
        "initial_option": option("1h"),
    }
    message = posted(local, actions(menu, select, block_id="b"))

    local.click(message, text="Escalate")
    local.click(message, action_id="snooze", option="4h")
    local.click(message, action_id="more", option="Mute")

    overflow, chosen, again = (body["actions"][0] for body in listening)
    assert overflow["selected_option"] == option("escalate")
    assert chosen["selected_option"] == option("4h")
    assert again["selected_option"]["value"] == "mute"
    state = listening[2]["state"]["values"]
    assert state == {"b": {"snooze": {"type": "static_select", "selected_option": option("4h")}}}


def test_boxes_tell_everything_that_is_ticked_by_this_person(local, listening):
    boxes = {
        "type": "checkboxes",
        "action_id": "list",
        "options": [option("a"), option("b"), option("c")],
        "initial_options": [option("b")],
    }
    message = posted(local, actions(boxes, block_id="one"))

    def ticked(user="responder-1", **what):
        local.click(message, user=user, action_id="list", **what)
        return [each["value"] for each in listening[-1]["actions"][0]["selected_options"]]

    assert ticked(option="a") == ["a", "b"]
    assert ticked(option="B") == ["a"]
    assert ticked(user="responder-2", option="c") == ["b", "c"]
    assert ticked(option=["a", "c"]) == ["a", "c"]
    local.client.chat_update(
        channel="C0SIEM", ts=message["ts"], text="x", blocks=[actions(boxes, block_id="two")]
    )
    assert ticked(option="c") == ["b", "c"]


@pytest.mark.parametrize(
    ("element", "what", "told"),
    [
        ({"type": "users_select"}, {"value": "U1"}, {"selected_user": "U1"}),
        ({"type": "conversations_select"}, {"option": "C1"}, {"selected_conversation": "C1"}),
        ({"type": "multi_channels_select"}, {"value": ["C1"]}, {"selected_channels": ["C1"]}),
        ({"type": "datepicker"}, {"value": "2026-11-01"}, {"selected_date": "2026-11-01"}),
        ({"type": "timepicker"}, {"value": "09:30"}, {"selected_time": "09:30"}),
        ({"type": "datetimepicker"}, {"value": 1795435200}, {"selected_date_time": 1795435200}),
        (
            {"type": "radio_buttons", "options": [option("x")]},
            {"option": "x"},
            {"selected_option": option("x")},
        ),
        (
            {"type": "external_select"},
            {"option": "rule"},
            {
                "selected_option": {
                    "text": {"type": "plain_text", "text": "rule", "emoji": True},
                    "value": "rule",
                }
            },
        ),
        (
            {
                "type": "static_select",
                "option_groups": [{"label": option("g")["text"], "options": [option("x")]}],
            },
            {"text": "X"},
            {"selected_option": option("x")},
        ),
    ],
)
def test_each_kind_of_choice(local, listening, element, what, told):
    message = posted(local, actions(element | {"action_id": "it"}))

    given = what if "text" in what else {"action_id": "it", **what}
    local.click(message, **given)

    (action,) = listening[0]["actions"]
    assert {name: action[name] for name in told} == told
    assert listening[0]["state"]["values"][action["block_id"]]["it"] == {
        "type": element["type"],
        **told,
    }


def test_feedback_and_cards(local, listening):
    label = {"type": "plain_text", "text": "Good"}
    feedback = {
        "type": "feedback_buttons",
        "action_id": "useful",
        "positive_button": {"text": label, "value": "yes"},
        "negative_button": {"text": label | {"text": "Bad"}, "value": "no"},
    }
    card = {"type": "card", "title": label, "actions": [button("Open", "open")]}
    box = {"type": "container", "title": label, "child_blocks": [actions(button("In", "in"))]}
    message = posted(
        local,
        {"type": "context_actions", "elements": [feedback]},
        {"type": "carousel", "elements": [card]},
        box,
    )

    local.click(message, action_id="useful", option="Bad")
    local.click(message, text="Open")
    local.click(message, text="In")

    assert [b["actions"][0].get("value") for b in listening] == ["no", None, None]
    assert [b["actions"][0]["action_id"] for b in listening] == ["useful", "open", "in"]
    assert all(b["actions"][0]["block_id"] for b in listening)


def test_what_is_not_there_is_said_with_what_is(local):
    message = posted(local, actions(button("Again", "again"), block_id="b"))
    about = {"channel": "siem", "ts": message["ts"], "user": "responder-1"}

    status, answer = local.send("/_workspace/click", **about, text="Agian")
    assert status == 404
    assert answer["detail"] == "There is no such element. There is: again (Again)"
    assert local.send("/_workspace/click", **about, action_id="again", block_id="c")[0] == 404
    nowhere = about | {"ts": "1.000000"}
    assert local.send("/_workspace/click", **nowhere, text="Again")[0] == 404
    menu = {"type": "overflow", "action_id": "m", "options": [option("x")]}
    about["ts"] = posted(local, actions(menu))["ts"]
    status, answer = local.send("/_workspace/click", **about, action_id="m", option="y")
    assert (status, answer["detail"]) == (404, "There is no such option. There is: x")


def test_nobody_listens_to_a_link_button(local):
    link = button("Open", "link_console", url="https://example.com")
    message = posted(local, actions(link))

    answer = local.click(message, text="Open")

    assert answer == {"ok": False, "status": 404, "error": "dispatch_failed"}
