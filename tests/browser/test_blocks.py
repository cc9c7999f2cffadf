"""Every block and element that Slack knows is drawn, or says that it is not; a person can use each."""

from __future__ import annotations

import re

import pytest

from tests.browser.visiting import PHONE, expect
from tests.local.workspace.blockkit.samples import (
    SAMPLES,
    button,
    mrkdwn,
    option,
    plain,
    raw,
    standing,
)

UNDRAWN = {"elements/file_input"}
"""What the page cannot do: it says so."""

KINDS = sorted(
    row
    for row in SAMPLES
    if row.split("/")[0] in ("blocks", "elements", "rich_text", "cells", "charts")
)


def blocks_of(row):
    """Blocks in which the sample stands."""
    _, payload, _ = standing(row, SAMPLES[row])
    return payload


def view(*blocks, **more):
    return {"type": "modal", "title": plain("A modal"), "blocks": list(blocks), **more}


def post(stage, *blocks, **more):
    """Post blocks; where they stand on the page is found by the time stamp."""
    return stage.call("chat.postMessage", channel="C0SIEM", text="t", blocks=blocks, **more)["ts"]


def shown(visit, ts):
    return visit.page.locator(f"#channel [data-ts='{ts}']")


@pytest.fixture
def acted(stage):
    """What the bot was told of by clicks, since the test began."""
    stage.http("DELETE", "/_workspace/journal")
    stage.bolt.action(re.compile(".*"))(lambda ack: ack())

    def told(kind="block_actions"):
        return [each["payload"] for each in stage.journal()["deliveries"] if each["kind"] == kind]

    return told


def test_every_kind_is_drawn_or_says_that_it_is_not(stage, desk):
    modal_only, posted = [], {}
    for row in KINDS:
        answer = stage.api("chat.postMessage", channel="C0SIEM", text="t", blocks=blocks_of(row))
        if answer["ok"]:
            posted[row] = answer["ts"]
        else:
            modal_only += blocks_of(row)
    for row, ts in posted.items():
        there = shown(desk, ts)
        expect(there.locator(".blocks > .block")).to_have_count(1)
        said = there.get_by_text("not drawn:").count()
        assert (said > 0) is (row in UNDRAWN), row
    stage.bolt.command("/siem")(
        lambda ack, client, command: (
            client.views_open(
                trigger_id=command["trigger_id"], view=view(*modal_only, submit=plain("Send"))
            ),
            ack(),
        )
    )
    desk.type("/siem help")
    modal = desk.page.get_by_role("dialog", name="A modal")
    expect(modal.locator(".view-body > .block")).to_have_count(len(modal_only))
    expect(modal.get_by_text("not drawn:")).to_have_count(1)
    expect(modal.get_by_text("not drawn: file_input")).to_be_visible()
    assert len(modal_only) + len(posted) == len(KINDS)
    assert {"blocks/card", "elements/external_select"} <= {*posted}


def test_a_card_a_vote_and_a_cell_are_pressed(stage, desk, acted):
    card = {
        "type": "card",
        "title": plain("Card"),
        "actions": [button("of-card", text=plain("In the card"))],
    }
    vote = {
        "type": "feedback_buttons", "action_id": "vote",
        "positive_button": {"text": plain("Good"), "value": "yes"},
        "negative_button": {"text": plain("Bad"), "value": "no"},
    }  # fmt: skip
    cell = {"type": "action", "element": button("of-cell", text=plain("In the cell"))}
    there = shown(desk, post(
        stage, {"type": "carousel", "elements": [card]}, {"type": "context_actions", "elements": [vote]},
        {"type": "data_table", "caption": "c", "rows": [[raw("h")], [cell]]},
        {"type": "container", "title": plain("Box"), "is_collapsible": True, "default_collapsed": True,
         "child_blocks": [{"type": "actions", "elements": [button("inside", text=plain("Inside"))]}]},
    ))  # fmt: skip
    there.get_by_role("button", name="In the card").click()
    there.get_by_role("button", name="Bad").click()
    expect(there.get_by_role("button", name="Bad")).to_have_attribute("aria-pressed", "true")
    there.get_by_role("button", name="In the cell").click()
    expect(there.get_by_role("button", name="Inside")).to_be_hidden()
    there.get_by_text("Box").click()
    there.get_by_role("button", name="Inside").click()
    expect(there.locator("[aria-busy=true]")).to_have_count(0)
    found = [each["actions"][0] for each in acted()]
    assert [each["action_id"] for each in found] == ["of-card", "vote", "of-cell", "inside"]
    assert found[1]["value"] == "no"


def test_options_of_the_app_are_searched_with_the_keyboard(stage, desk, acted):
    stage.bolt.options("search")(
        lambda ack, payload: ack(options=[option(payload["value"] + end) for end in ("-a", "-b")])
    )
    menu = {
        "type": "external_select",
        "action_id": "search",
        "placeholder": plain("Bucket"),
        "min_query_length": 2,
    }
    several = {
        "type": "multi_external_select",
        "action_id": "search",
        "placeholder": plain("Users"),
    }
    there = shown(desk, post(stage, {"type": "actions", "block_id": "one", "elements": [menu]},
                             {"type": "actions", "block_id": "two", "elements": [several]}))  # fmt: skip
    box = there.get_by_role("combobox", name="Bucket")
    box.fill("b")
    expect(there.get_by_text("Type at least 2 characters.")).to_be_visible()
    box.fill("buc")
    expect(there.get_by_role("option")).to_have_count(2)
    box.press("ArrowDown")
    box.press("Enter")
    expect(there.get_by_role("option")).to_have_count(0)
    box = there.get_by_role("combobox", name="Users")
    for word in ("ann", "bob"):
        box.fill(word)
        expect(there.get_by_role("option")).to_have_count(2)
        box.press("Enter")
    expect(there.get_by_role("button", name="Remove")).to_have_count(2)
    expect(there.locator("[aria-busy=true]")).to_have_count(0)
    actions = [each["actions"][0] for each in acted()]
    assert actions[0]["selected_option"] == option("buc-b")
    assert [each["value"] for each in actions[-1]["selected_options"]] == ["ann-a", "bob-a"]


def test_a_modal_sends_what_was_entered_in_every_kind_of_input(stage, visit):
    stage.bolt.options("ext")(lambda ack: ack(options=[option("found")]))
    stage.http("DELETE", "/_workspace/journal")
    inputs = {
        "text": {"type": "plain_text_input"},
        "number": {"type": "number_input", "is_decimal_allowed": False},
        "mail": {"type": "email_text_input"},
        "link": {"type": "url_text_input"},
        "rich": {"type": "rich_text_input"},
        "date": {"type": "datepicker"},
        "time": {"type": "timepicker"},
        "moment": {"type": "datetimepicker"},
        "who": {"type": "users_select"},
        "where": {"type": "multi_conversations_select"},
        "ext": {"type": "external_select", "min_query_length": 1},
        "boxes": {"type": "checkboxes", "options": [option("v0"), option("v1")]},
    }
    made = [
        {"type": "input", "block_id": name, "label": plain(name), "element": {"action_id": name, **element}}
        for name, element in inputs.items()
    ]  # fmt: skip
    stage.bolt.command("/siem")(
        lambda ack, client, command: (
            client.views_open(
                trigger_id=command["trigger_id"],
                view=view(*made, submit=plain("Send"), callback_id="all"),
            ),
            ack(),
        )
    )
    sent = []
    stage.bolt.view("all")(lambda ack, view: (sent.append(view["state"]["values"]), ack()))
    phone = visit(f"{stage.url}/#/siem", **PHONE)
    phone.type("/siem help")
    modal = phone.page.get_by_role("dialog", name="A modal")
    modal.get_by_role("button", name="Send").click()
    expect(modal.get_by_text("Please complete this required field.")).to_have_count(len(inputs))
    values = {
        "text": "words", "number": "5", "mail": "a@example.com", "link": "https://example.com/",
        "rich": "plain words", "date": "2026-11-01", "time": "09:30", "moment": "2026-11-01T09:30",
    }  # fmt: skip
    for name, value in values.items():
        modal.get_by_label(name, exact=True).fill(value)
    modal.get_by_label("who").select_option(label="@responder-2")
    modal.get_by_label("where").select_option(label=["#siem", "#board"])
    modal.get_by_label("ext", exact=True).fill("f")
    modal.get_by_role("option", name="x").click()
    modal.get_by_role("checkbox").nth(1).check()
    assert phone.fits()
    modal.get_by_role("button", name="Send").click()
    expect(modal).to_have_count(0)
    (state,) = sent
    found = {
        name: {k: v for k, v in part[name].items() if k != "type"} for name, part in state.items()
    }
    assert found["text"] == {"value": "words"}
    assert found["number"] == {"value": "5"}
    assert found["mail"] == {"value": "a@example.com"}
    assert found["link"] == {"value": "https://example.com/"}
    (section,) = found["rich"]["rich_text_value"]["elements"]
    assert section["elements"] == [{"type": "text", "text": "plain words"}]
    assert found["date"] == {"selected_date": "2026-11-01"}
    assert found["time"] == {"selected_time": "09:30"}
    assert isinstance(found["moment"]["selected_date_time"], int)
    assert found["who"] == {"selected_user": "U0RESPONDER2"}
    assert {*found["where"]["selected_conversations"]} == {"C0SIEM", "C0BOARD"}
    assert found["ext"] == {"selected_option": option("found")}
    assert [each["value"] for each in found["boxes"]["selected_options"]] == ["v1"]


def test_a_click_in_a_modal_tells_what_was_typed_so_far(stage, desk, acted):
    blocks = [
        {"type": "input", "block_id": "b", "label": plain("Words"), "element": {"type": "plain_text_input", "action_id": "a"}},
        {"type": "section", "text": mrkdwn("x"), "accessory": button("more", text=plain("More"))},
    ]  # fmt: skip
    stage.bolt.command("/siem")(
        lambda ack, client, command: (
            client.views_open(trigger_id=command["trigger_id"], view=view(*blocks, submit=plain("Send"))),
            ack(),
        )
    )  # fmt: skip
    desk.type("/siem help")
    modal = desk.page.get_by_role("dialog", name="A modal")
    modal.get_by_label("Words").fill("so far")
    modal.get_by_role("button", name="More").click()
    expect(modal.locator("[aria-busy=true]")).to_have_count(0)
    (told,) = acted()
    assert told["view"]["state"]["values"]["b"]["a"]["value"] == "so far"
    desk.page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
