"""Modals: trigger ids, the stack, what is sent when they are submitted, and every answer to it."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from tests.local.workspace.driving import actions, button, option, section

PLAIN = {"type": "plain_text", "text": "Ask"}


def an_input(action_id="query", block_id="q", **more):
    element = {"type": "plain_text_input", "action_id": action_id, **more.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": PLAIN, "element": element, **more}


def a_view(*blocks, **more):
    return {
        "type": "modal",
        "callback_id": "ask",
        "title": PLAIN,
        "submit": PLAIN,
        "blocks": list(blocks) or [an_input()],
        "private_metadata": "m",
        **more,
    }


@pytest.fixture
def trigger(local):
    """Gives a fresh trigger id, as a command does."""
    local.bolt.command("/siem")(lambda ack: ack())
    return lambda: local.command("x")["trigger_id"]


@pytest.fixture
def opened(local, trigger):
    """A modal that responder-1 has open."""
    return local.client.views_open(trigger_id=trigger(), view=a_view())["view"]


def stack(local, user="responder-1"):
    return local.get("/_workspace/views", user=user)["views"]


def submit(local, view, **values):
    return local.post("/_workspace/submit", view_id=view["id"], user="responder-1", values=values)


def error_of(call, **arguments):
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response["error"]


def test_a_trigger_opens_one_modal_for_its_person(local, trigger):
    key = trigger()
    view = local.client.views_open(trigger_id=key, view=a_view())["view"]

    assert [each["id"] for each in stack(local)] == [view["id"]]
    assert stack(local, "responder-2") == []
    assert (view["callback_id"], view["private_metadata"], view["team_id"]) == (
        "ask",
        "m",
        "T0LOCAL",
    )
    assert view["state"] == {"values": {}}
    assert view["root_view_id"] == view["id"]
    assert (
        error_of(local.client.views_open, trigger_id=key, view=a_view()) == "exchanged_trigger_id"
    )
    assert error_of(local.client.views_open, trigger_id="x", view=a_view()) == "invalid_trigger_id"
    late = trigger()
    local.seconds += 3.1
    assert error_of(local.client.views_open, trigger_id=late, view=a_view()) == "expired_trigger_id"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        ({"type": "modal"}, "invalid_arguments"),
        ("{", "invalid_arguments"),
        ([], "invalid_arguments"),
        (a_view(title=PLAIN | {"text": "x" * 25}), "invalid_arguments"),
        (a_view(submit=None), "invalid_arguments"),
        (a_view(*[section("x" * 2999)] * 99), "view_too_large"),
    ],
)
def test_views_that_are_refused(local, trigger, view, error):
    assert error_of(local.client.views_open, trigger_id=trigger(), view=view) == error
    assert stack(local) == []


def test_submitting_sends_what_was_entered_and_closes(local, trigger):
    got = []
    local.bolt.view("ask")(lambda ack, body: (got.append(body), ack()))
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": [option("a"), option("b")]}
    select = {"type": "static_select", "action_id": "one", "options": [option("x"), option("y")]}
    blocks = (
        an_input(element={"initial_value": "start"}),
        {"type": "input", "block_id": "b", "label": PLAIN, "element": boxes},
        {"type": "input", "block_id": "s", "label": PLAIN, "element": select, "optional": True},
    )
    view = local.client.views_open(trigger_id=trigger(), view=a_view(*blocks))["view"]

    answer = submit(local, view, query="text", b={"boxes": ["a", "B"]}, one="y")

    assert answer["ok"]
    (body,) = got
    assert body["view"]["state"]["values"] == {
        "q": {"query": {"type": "plain_text_input", "value": "text"}},
        "b": {"boxes": {"type": "checkboxes", "selected_options": [option("a"), option("b")]}},
        "s": {"one": {"type": "static_select", "selected_option": option("y")}},
    }
    assert body["view"]["private_metadata"] == "m"
    assert body["user"]["id"] == "U0RESPONDER1"
    assert stack(local) == []


def test_what_is_missing_or_too_long_never_leaves_the_client(local, trigger):
    view = a_view(
        an_input(element={"min_length": 2, "max_length": 4}), an_input("o", "o", optional=True)
    )
    view = local.client.views_open(trigger_id=trigger(), view=view)["view"]

    assert submit(local, view)["errors"] == {"q": "Please complete this required field."}
    assert submit(local, view, query="x")["errors"] == {"q": "Must be at least 2 characters."}
    assert submit(local, view, query="x" * 5)["errors"] == {"q": "Must be at most 4 characters."}
    assert all(d["kind"] == "command" for d in local.journal()["deliveries"])
    about = {"view_id": view["id"], "user": "responder-1"}
    status, answer = local.send("/_workspace/submit", **about, values={"nope": "x"})
    assert (status, answer["error"]) == (404, "element_not_found")


@pytest.mark.parametrize(
    ("acked", "ok", "left"),
    [
        ({"response_action": "errors", "errors": {"q": "no such rule"}}, False, 1),
        ({"response_action": "errors", "errors": {"nope": "no such block"}}, False, 1),
        ({"response_action": "push", "view": a_view()}, True, 2),
        ({"response_action": "update", "view": a_view(section("done"))}, True, 1),
        ({"response_action": "update", "view": {"type": "modal"}}, False, 1),
        ({"response_action": "clear"}, True, 0),
    ],
)
def test_answers_to_a_submission(local, opened, acked, ok, left):
    local.bolt.view("ask")(lambda ack: ack(**acked))

    answer = submit(local, opened, query="x")

    assert answer["ok"] is ok
    assert len(stack(local)) == left
    if "errors" in answer:
        assert answer["errors"] == {"q": "no such rule"}
    if ok and acked["response_action"] == "update":
        assert stack(local)[0]["blocks"][0]["type"] == "section"


def test_a_submission_nobody_answers_keeps_the_modal_open(local, opened):
    answer = submit(local, opened, query="x")

    assert (answer["ok"], answer["status"]) == (False, 404)
    assert len(stack(local)) == 1


def test_updating_with_a_hash_that_is_old(local, opened):
    update = local.client.views_update
    newer = update(view_id=opened["id"], view=a_view(section("a"), an_input()), hash=opened["hash"])

    assert newer["view"]["id"] == opened["id"]
    stale = error_of(update, view_id=opened["id"], view=a_view(), hash=opened["hash"])
    assert stale == "hash_conflict"
    assert error_of(update, view_id="V404", view=a_view()) == "not_found"
    assert error_of(local.client.api_call, api_method="views.update", json={"view": a_view()}) == (
        "invalid_arguments"
    )


def test_external_ids_are_unique_and_find_a_view(local, trigger):
    view = a_view(an_input(), actions(button("More", "more")), external_id="mine")
    opened = local.client.views_open(trigger_id=trigger(), view=view)["view"]
    local.client.views_update(external_id="mine", view=view)

    key = click_more(local, opened)["trigger_id"]
    again = error_of(local.client.views_push, trigger_id=key, view=a_view(external_id="mine"))

    assert again == "duplicate_external_id"


def click_more(local, view):
    """Press a button in a modal; what the bot was told, a trigger among it."""
    local.bolt.action("more")(lambda ack: ack())
    local.post("/_workspace/click", view_id=view["id"], user="responder-1", text="More")
    return local.sent("block_actions")


def test_three_views_at_most(local, trigger):
    more = a_view(an_input(), actions(button("More", "more")))
    view = first = local.client.views_open(trigger_id=trigger(), view=more)["view"]
    outside = error_of(local.client.views_push, trigger_id=trigger(), view=more)
    for _ in range(2):
        key = click_more(local, view)["trigger_id"]
        view = local.client.views_push(trigger_id=key, view=more)["view"]
    key = click_more(local, view)["trigger_id"]

    assert outside == "invalid_trigger_id"
    assert error_of(local.client.views_push, trigger_id=key, view=more) == "push_limit_reached"
    assert [each["previous_view_id"] for each in stack(local)][:2] == [None, first["id"]]
    assert {each["root_view_id"] for each in stack(local)} == {first["id"]}


def test_what_was_ticked_before_is_sent_with_the_rest(local, trigger):
    local.bolt.action("boxes")(lambda ack: ack())
    local.bolt.view("ask")(lambda ack: ack())
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": [option("a"), option("b")]}
    block = {"type": "input", "block_id": "b", "label": PLAIN, "element": boxes}
    view = a_view(an_input(), block | {"dispatch_action": True})
    view = local.client.views_open(trigger_id=trigger(), view=view)["view"]
    about = {"view_id": view["id"], "user": "responder-1"}
    local.post("/_workspace/click", **about, action_id="boxes", option="b")

    assert submit(local, view, query="x")["ok"]

    values = local.sent("view_submission")["view"]["state"]["values"]
    assert values["b"]["boxes"]["selected_options"] == [option("b")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("nonsense", "invalid_response"),
        ("[]", "invalid_response"),
        ('{"response_action": "explode"}', "invalid_response_action"),
        ('{"response_action": "errors"}', "invalid_errors"),
        ('{"response_action": "errors", "errors": {}}', "invalid_errors"),
    ],
)
def test_answers_to_a_submission_that_make_no_sense(local, opened, body, error):
    local.answer_with(200, body)

    answer = submit(local, opened, query="x")

    assert (answer["ok"], answer["error"]) == (False, error)
    assert len(stack(local)) == 1


def test_a_modal_that_the_bot_replaced_meanwhile_is_left_alone(local, opened, trigger):
    @local.bolt.view("ask")
    def ask(ack, body, client):
        client.views_open(trigger_id=body["trigger_id"], view=a_view(section("new")))
        ack()

    assert submit(local, opened, query="x")["ok"]
    assert [view["blocks"][0]["type"] for view in stack(local)] == ["section"]


def test_clicking_in_a_modal_gives_a_trigger_to_push_with(local, trigger):
    local.bolt.action("more")(lambda ack, body, client: (
        client.views_push(trigger_id=body["trigger_id"], view=a_view()), ack(),
    ))  # fmt: skip
    view = a_view(an_input(), actions(button("More", "more")))
    view = local.client.views_open(trigger_id=trigger(), view=view)["view"]

    answer = local.post("/_workspace/click", view_id=view["id"], user="responder-1", text="More")

    assert answer["ok"]
    assert len(stack(local)) == 2
    payload = local.sent("block_actions")
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert payload["view"]["state"]["values"]["q"]["query"]["value"] is None
    assert "channel" not in payload


def test_closing_is_told_only_to_who_asked(local, trigger):
    quiet = local.client.views_open(trigger_id=trigger(), view=a_view())["view"]
    local.post("/_workspace/close", view_id=quiet["id"], user="responder-1")
    assert [d["kind"] for d in local.journal()["deliveries"]] == ["command"]

    local.bolt.view_closed("ask")(lambda ack: ack())
    loud = local.client.views_open(trigger_id=trigger(), view=a_view(notify_on_close=True))["view"]
    answer = local.post("/_workspace/close", view_id=loud["id"], user="responder-1")

    assert answer == {"ok": True, "status": 200}
    assert local.sent("view_closed")["view"]["id"] == loud["id"]
    assert stack(local) == []
    gone = local.send("/_workspace/close", view_id=loud["id"], user="responder-1")
    assert gone[0] == 404
