"""Shortcuts, menus whose options the bot knows, App Homes, and messages in the way of Slack."""

from __future__ import annotations

import pytest

from bot.local.workspace.installation import Shortcut
from tests.local.workspace.driving import actions, button, option, section

MENU = {"type": "external_select", "action_id": "pick", "min_query_length": 2}


def modal(*blocks, **more):
    title = {"type": "plain_text", "text": "T"}
    return {"type": "modal", "title": title, "blocks": list(blocks), **more}


@pytest.fixture
def menu(local):
    """A message with a menu of the bot's own."""
    placeholder = {"type": "plain_text", "text": "which?"}
    blocks = [actions({**MENU, "placeholder": placeholder})]
    sent = local.client.chat_postMessage(channel="C0SIEM", text="x", blocks=blocks)
    return {**sent["message"], "channel": "C0SIEM"}


def typing(local, menu, text, **more):
    about = {"channel": "siem", "ts": menu["ts"], "user": "responder-1", "action_id": "pick"}
    return local.post("/_workspace/options", **about, typed=text, **more)


def test_the_bot_is_asked_for_options_and_the_choice_is_as_it_wrote_it(local, menu):
    asked, chosen = [], []

    @local.bolt.options("pick")
    def options(ack, payload):
        asked.append(payload["value"])
        ack(options=[option("bucket"), option("user")])

    local.bolt.action("pick")(lambda ack, action: (ack(), chosen.append(action["selected_option"])))

    assert typing(local, menu, "b") == {"ok": True, "status": 0, "options": []}
    answer = typing(local, menu, "buc")
    assert local.click(menu, action_id="pick", option="bucket")["ok"]

    assert [each["value"] for each in answer["options"]] == ["bucket", "user"]
    assert asked == ["buc"]
    assert chosen == [option("bucket")]
    payload = local.sent("block_suggestion")
    assert (payload["action_id"], payload["container"]["type"]) == ("pick", "message")


def test_options_in_groups_and_in_a_modal(local):
    placeholder = {"type": "plain_text", "text": "which?"}
    element = {**MENU, "placeholder": placeholder}
    label = {"type": "plain_text", "text": "Which"}
    submit = {"type": "plain_text", "text": "Go"}
    view = modal(
        {"type": "input", "block_id": "b", "label": label, "element": element}, submit=submit
    )
    local.bolt.command("/siem")(
        lambda ack, client, command: (
            client.views_open(trigger_id=command["trigger_id"], view=view),
            ack(),
        )
    )
    group = {"label": {"type": "plain_text", "text": "G"}, "options": [option("one")]}
    local.bolt.options("pick")(lambda ack: ack(option_groups=[group]))
    local.command("x")
    (shown,) = local.get("/_workspace/views", user="responder-1")["views"]

    about = {"view_id": shown["id"], "user": "responder-1", "action_id": "pick", "typed": "one"}
    answer = local.post("/_workspace/options", **about)

    assert [each["value"] for each in answer["options"]] == ["one"]
    assert answer["option_groups"][0]["label"]["text"] == "G"
    assert local.sent("block_suggestion")["view"]["id"] == shown["id"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        '{"options": [{"text": "x"}]}',
        '{"options": [], "option_groups": []}',
    ],
)
def test_options_that_slack_would_not_show(local, menu, body):
    local.answer_with(200, body)

    answer = typing(local, menu, "buc")

    assert (answer["ok"], answer["error"]) == (False, "invalid_options")
    assert answer["detail"]


def test_no_options_are_options_and_a_failure_is_none(local, menu):
    local.answer_with(200, '{"options": []}')
    assert typing(local, menu, "buc")["options"] == []
    local.answer_with(500, "")
    assert typing(local, menu, "buc")["error"] == "dispatch_failed"


def test_a_button_asks_for_no_options(local):
    sent = local.client.chat_postMessage(
        channel="C0SIEM", text="x", blocks=[actions(button("Go", "go"))]
    )
    status, answer = local.send(
        "/_workspace/options", channel="siem", ts=sent["ts"], user="responder-1",
        action_id="go", typed="x",
    )  # fmt: skip

    assert (status, answer["error"]) == (404, "element_not_found")


@pytest.fixture
def shortcuts(local):
    local.workspace.installation.shortcuts = (
        Shortcut("run", "Run a query"),
        Shortcut("attach", "Attach", message=True),
    )
    return local


def test_a_global_shortcut_opens_a_modal(shortcuts):
    @shortcuts.bolt.shortcut("run")
    def run(ack, shortcut, client):
        client.views_open(trigger_id=shortcut["trigger_id"], view=modal(section("x")))
        ack()

    answer = shortcuts.post("/_workspace/shortcut", user="responder-1", callback_id="run")

    assert answer["ok"]
    assert "channel" not in shortcuts.sent("shortcut")
    assert len(shortcuts.get("/_workspace/views", user="responder-1")["views"]) == 1


def test_a_shortcut_on_a_message_carries_it_and_can_be_answered(shortcuts):
    @shortcuts.bolt.shortcut("attach")
    def attach(ack, shortcut, respond):
        ack()
        respond(f"attached: {shortcut['message']['text']}")

    ts = shortcuts.post("/_workspace/say", channel="siem", user="responder-1", text="odd")["ts"]
    about = {"user": "responder-2", "callback_id": "attach", "channel": "siem", "ts": ts}
    assert shortcuts.post("/_workspace/shortcut", **about)["ok"]

    assert shortcuts.sent("message_action")["channel"] == {"id": "C0SIEM", "name": "siem"}
    for _ in range(200):
        if len(shortcuts.messages(user="responder-2")) == 2:
            break
    assert shortcuts.messages(user="responder-2")[-1]["text"] == "attached: odd"


def test_a_shortcut_cannot_replace_or_delete_what_somebody_wrote(shortcuts):
    shortcuts.bolt.shortcut("attach")(lambda ack: ack())
    ts = shortcuts.post("/_workspace/say", channel="siem", user="responder-1", text="mine")["ts"]
    about = {"user": "responder-2", "callback_id": "attach", "channel": "siem", "ts": ts}
    shortcuts.post("/_workspace/shortcut", **about)
    url = shortcuts.sent("message_action")["response_url"]

    assert shortcuts.http("POST", url, b'{"delete_original": true}')[0] == 400
    shortcuts.http("POST", url, b'{"text": "changed", "replace_original": true}')

    assert [message["text"] for message in shortcuts.messages()] == ["mine"]


def test_a_shortcut_that_is_none(shortcuts):
    status, answer = shortcuts.send("/_workspace/shortcut", user="responder-1", callback_id="x")

    assert (status, answer["detail"]) == (404, "There is no such one. There are: run, attach")
    assert [each["type"] for each in shortcuts.get("/_workspace/state")["shortcuts"]] == [
        "global",
        "message",
    ]


def home(*blocks, **more):
    return {"type": "home", "blocks": list(blocks), **more}


def test_each_person_has_a_home_of_their_own_with_elements(local):
    clicked = []
    local.bolt.action("go")(lambda ack, body: (ack(), clicked.append(body)))

    @local.bolt.event("app_home_opened")
    def opened(event, client):
        client.views_publish(user_id=event["user"], view=home(actions(button("Go", "go"))))

    local.post("/_workspace/home", user="responder-1")
    for _ in range(500):
        view = local.get("/_workspace/home", user="responder-1")["view"]
        if view:
            break

    assert local.get("/_workspace/home", user="responder-2")["view"] is None
    assert local.post("/_workspace/click", view_id=view["id"], user="responder-1", action_id="go")[
        "ok"
    ]
    for _ in range(500):
        if clicked:
            break
        local.journal()
    assert clicked[0]["container"] == {"type": "view", "view_id": view["id"]}
    status, answer = local.send("/_workspace/submit", view_id=view["id"], user="responder-1")
    assert (status, answer["error"]) == (400, "not_a_modal")


def test_a_home_is_written_over_only_with_the_hash_that_was_read(local):
    about = {"user_id": "U0RESPONDER1"}
    first = local.call("views.publish", **about, view=home(section("one")))["view"]
    second = local.call("views.publish", **about, view=home(section("two")), hash=first["hash"])

    stale = local.error("views.publish", **about, view=home(section("x")), hash=first["hash"])

    assert stale == "hash_conflict"
    assert second["view"]["id"] == first["id"]
    changed = local.call("views.update", view_id=first["id"], view=home(section("three")))
    assert changed["view"]["type"] == "home"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (modal(section("x")), "invalid_arguments"),
        (home(section("x"), title={"type": "plain_text", "text": "T"}), "invalid_arguments"),
        (home(*[section("x")] * 101), "invalid_arguments"),
        (home(section("x"), private_metadata="x" * 3001), "invalid_arguments"),
        (home({"type": "alert", "text": {"type": "plain_text", "text": "x"}}), "invalid_arguments"),
        ("nonsense", "invalid_arguments"),
    ],
)
def test_homes_that_slack_would_refuse(local, view, error):
    assert local.error("views.publish", user_id="U0RESPONDER1", view=view) == error
    assert local.error("views.publish", user_id="U404", view=home()) == "user_not_found"
    assert local.error("views.publish", user_id="U0SIEMBOT", view=home()) == "not_enabled"


def test_markdown_text_and_blocks_alone(local):
    sent = local.call("chat.postMessage", channel="C0SIEM", markdown_text="**x**")["message"]
    assert (sent["text"], sent["blocks"][0]["type"]) == ("**x**", "markdown")
    alone = {"channel": "C0SIEM", "blocks": [section("x")]}
    assert local.error("chat.postMessage", **alone) == "no_text"

    local.workspace.allow_blocks_alone()

    sent = local.call("chat.postMessage", **alone)
    assert sent["message"]["text"] == "This content can't be displayed."
    assert local.error("chat.postMessage", channel="C0SIEM") == "no_text"


def test_a_modal_with_a_channel_menu_gives_an_address_to_respond_to(local):
    element = {
        "type": "conversations_select", "action_id": "where", "response_url_enabled": True,
        "default_to_current_conversation": True,
    }  # fmt: skip
    label = {"type": "plain_text", "text": "Where"}
    block = {"type": "input", "block_id": "b", "label": label, "element": element}
    view = modal(block, submit={"type": "plain_text", "text": "Go"}, callback_id="f")
    local.bolt.command("/siem")(
        lambda ack, client, command: (
            client.views_open(trigger_id=command["trigger_id"], view=view),
            ack(),
        )
    )
    local.bolt.view("f")(lambda ack: ack())
    local.command("x")
    (shown,) = local.get("/_workspace/views", user="responder-1")["views"]

    local.post(
        "/_workspace/submit", view_id=shown["id"], user="responder-1", values={"where": "C0SIEM"}
    )

    (url,) = local.sent("view_submission")["response_urls"]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("b", "where", "C0SIEM")
    body = b'{"text": "here", "response_type": "in_channel"}'
    assert local.http("POST", url["response_url"], body)[0] == 200
    assert local.messages()[-1]["text"] == "here"


def test_a_command_without_should_escape_arrives_as_it_was_typed(local):
    local.workspace.commands[0]["should_escape"] = False
    local.bolt.command("/siem")(lambda ack: ack())

    local.command("<x> @responder-1 #siem")

    assert local.sent("command")["text"] == "<x> @responder-1 #siem"


def test_what_was_entered_in_a_view_is_told_as_the_bot_wrote_it(local):
    label, submit = {"type": "plain_text", "text": "L"}, {"type": "plain_text", "text": "Go"}
    chosen = {**MENU, "action_id": "chosen", "initial_option": option("before")}
    typed = {"type": "plain_text_input", "action_id": "typed"}
    inputs = [
        {"type": "input", "block_id": each["action_id"], "label": label, "element": each}
        for each in (MENU, chosen, typed)
    ]
    view = modal(*inputs, actions(button("More", "more")), submit=submit)
    view |= {"callback_id": "all"}
    local.bolt.command("/siem")(
        lambda ack, client, command: (
            client.views_open(trigger_id=command["trigger_id"], view=view),
            ack(),
        )
    )
    local.bolt.options("pick")(lambda ack: ack(options=[option("bucket")]))
    local.bolt.action("more")(lambda ack: ack())
    local.bolt.view("all")(lambda ack: ack())
    local.command("x")
    (shown,) = local.get("/_workspace/views", user="responder-1")["views"]
    about = {"view_id": shown["id"], "user": "responder-1"}
    local.post("/_workspace/options", **about, action_id="pick", typed="buc")

    values = {"pick": "bucket", "chosen": "before", "typed": None}
    local.post("/_workspace/click", **about, action_id="more", values=values)
    local.post("/_workspace/submit", **about, values={**values, "typed": "words"})

    def state(kind):
        entered = local.sent(kind)["view"]["state"]["values"]
        return {name: entered[name][name] for name in values}

    for kind, words in (("block_actions", None), ("view_submission", "words")):
        assert state(kind) == {
            "pick": {"type": "external_select", "selected_option": option("bucket")},
            "chosen": {"type": "external_select", "selected_option": option("before")},
            "typed": {"type": "plain_text_input", "value": words},
        }


def test_values_of_a_click_are_an_object(local):
    local.client.views_publish(user_id="U0RESPONDER1", view={"type": "home", "blocks": [actions(button("Go", "go"))]})  # fmt: skip
    home = local.get("/_workspace/home", user="responder-1")["view"]
    about = {"view_id": home["id"], "user": "responder-1", "action_id": "go"}

    status, answer = local.send("/_workspace/click", **about, values=[])

    assert (status, answer["error"]) == (400, "invalid_values")
