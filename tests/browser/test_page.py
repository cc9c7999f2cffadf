"""The rest of a person's side: who one is, the App Home, shortcuts, reactions, threads, links, the journal, keys."""

from __future__ import annotations

import json
import re
import time

from tests.browser.visiting import DESK, PHONE, SECONDS, SEED, expect, set_up
from tests.local.workspace.blockkit.samples import button, plain


def say(stage, text, channel="siem", user="responder-1", **more):
    return stage.post("/_workspace/say", channel=channel, user=user, text=text, **more)["ts"]


def eventually(condition):
    """An event is acknowledged before its listener ran: wait for what the listener does."""
    end = time.monotonic() + SECONDS / 1000
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_everybody_is_shown_and_who_cannot_act_cannot_be_chosen(stage, desk):
    options = desk.page.locator("#person option")
    expect(options).to_have_count(6)
    disabled = desk.page.locator("#person option:disabled").all_text_contents()
    assert sorted(disabled) == ["gone-1 (deactivated)", "helper (bot)", "otherbot (bot)"]
    # Somebody who left is still named where they wrote.
    expect(desk.newest("Who is on call?")).to_contain_text("gone-1")
    desk.become("guest-1")
    expect(desk.page.locator(".you")).to_contain_text("guest")
    expect(desk.page.locator("#rail .place", has_text="board")).to_have_count(0)


def test_a_workspace_in_which_the_person_of_another_visit_is_not(visit):
    stage = set_up(re.sub("responder-1|responder-2", "analyst-1", SEED.replace("responder-1, responder-2", "analyst-1"))
                   .replace("  - {name: analyst-1, zone: America/New_York}\n", ""))  # fmt: skip
    try:
        seen = visit(stage.url, person="U0NOBODY", **DESK)
        expect(seen.page.locator("#person")).to_have_value("U0ANALYST1")
        expect(seen.page.locator("#composer-text")).to_be_enabled()
        missing, *_ = (
            seen.complaints
        )  # the browser's own word for the answer that nobody is called so
        assert "404" in missing
        seen.complaints.clear()
        seen.page.goto("about:blank")  # it would complain that the workspace ends
    finally:
        stage.loop.stop()


def test_marks_of_channels_and_an_archived_one_takes_nothing(stage, desk):
    expect(desk.page.locator("#rail .place", has_text="board")).to_contain_text("private")
    expect(desk.page.locator("#rail .place", has_text="joint")).to_contain_text("shared")
    desk.page.locator("#rail .place", has_text="old").click()
    expect(desk.newest("The last word")).to_be_visible()
    expect(desk.page.locator("#composer-text")).to_be_disabled()
    expect(desk.page.locator("#channel header")).to_contain_text("archived")
    desk.page.locator("#rail .place", has_text="quiet").click()
    expect(desk.page.locator("#composer-text")).to_be_enabled()
    expect(desk.page.locator("#channel header")).to_contain_text("Without the bot")
    desk.page.get_by_role("button", name="Add it").click()
    expect(desk.page.get_by_role("button", name="Add it")).to_have_count(0)
    members = stage.call("conversations.members", channel="C0QUIET")["members"]
    assert stage.workspace.installation.bot_user in members


def test_the_home_is_opened_published_and_pressed(stage, desk):
    times = []

    def home(client, event):
        times.append(event["tab"])
        blocks = [
            {"type": "actions", "elements": [button("press", text=plain(f"Opened {len(times)}"))]}
        ]
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    stage.bolt.event("app_home_opened")(home)
    pressed = []
    stage.bolt.action("press")(lambda ack, body: (pressed.append(body["view"]["type"]), ack()))
    desk.page.locator("#rail .place", has_text="helper").click()
    desk.page.get_by_role("tab", name="Home").click()
    panel = desk.page.get_by_role("tabpanel", name="Home")
    panel.get_by_role("button", name="Opened").click()
    expect(panel.locator("[aria-busy=true]")).to_have_count(0)
    assert pressed == ["home"]
    eventually(lambda: sorted(times) == ["home", "messages"])
    desk.page.reload()
    expect(panel.get_by_role("button", name="Opened 3")).to_be_visible()
    desk.page.get_by_role("tab", name="Home").press("ArrowRight")
    expect(panel).to_be_hidden()
    expect(desk.page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")


def test_shortcuts_from_the_composer_and_from_a_message(stage, desk):
    used = []
    for key in ("anything", "this"):
        stage.bolt.shortcut(key)(lambda ack, payload: (used.append((payload["type"], payload.get("message_ts"))), ack()))  # fmt: skip
    ts = say(stage, "look at me")
    desk.page.get_by_role("button", name="Shortcuts").first.click()
    desk.page.get_by_role("menuitem", name="Look at everything").click()
    message = desk.newest("look at me")
    message.hover()
    opener = message.get_by_role("button", name="More actions")
    opener.press("ArrowDown")
    expect(desk.page.get_by_role("menuitem").first).to_be_focused()
    desk.page.keyboard.press("ArrowDown")
    expect(desk.page.get_by_role("menuitem", name="Look at this")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("[aria-busy=true]")).to_have_count(0)
    expect(opener).to_be_focused()
    assert used == [("shortcut", None), ("message_action", ts)]


def test_reactions_edits_and_what_is_deleted(stage, desk):
    ts = say(stage, "hello @responder-2")
    stage.call("reactions.add", channel="C0SIEM", timestamp=ts, name="eyes")
    message = desk.page.locator(f"#channel [data-ts='{ts}']")
    mine = message.get_by_role("button", name="eyes, 1: helper")
    mine.click()
    expect(message.get_by_role("button", name="eyes, 2: helper, responder-1")).to_have_attribute("aria-pressed", "true")  # fmt: skip
    message.get_by_role("button", name="eyes, 2").click()
    expect(mine).to_have_attribute("aria-pressed", "false")
    message.hover()
    message.get_by_role("button", name="Add a reaction").click()
    desk.page.get_by_role("menuitem", name="tada").click()
    expect(message.get_by_role("button", name="tada, 1")).to_be_visible()
    message.get_by_role("button", name="More actions").click()
    desk.page.get_by_role("menuitem", name="Edit").click()
    box = desk.page.get_by_role("textbox", name="Message", exact=True)
    expect(box).to_have_value("hello @responder-2")
    box.fill("goodbye @responder-2")
    box.press("Enter")
    expect(message).to_contain_text("(edited)")
    expect(message.locator(".text .mention")).to_have_text("@responder-2")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    desk.page.get_by_role("menuitem", name="Delete").click()
    desk.page.get_by_role("button", name="Delete", exact=True).click()
    expect(message).to_have_count(0)


def test_a_mention_typed_in_a_thread_is_offered_and_reaches_the_bot(stage, desk):
    heard = []
    stage.bolt.event("app_mention")(lambda event: heard.append(event["thread_ts"]))
    ts = say(stage, "the first")
    desk.newest("the first").hover()
    desk.newest("the first").get_by_role("button", name="Reply in thread").click()
    box = desk.page.locator("#thread-text")
    expect(box).to_be_focused()
    box.press_sequentially("ask @hel")
    expect(desk.page.get_by_role("option", name="@helper")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value("ask @helper ")
    box.press_sequentially("please")
    box.press("Enter")
    expect(desk.page.locator("#thread article", has_text="please").locator(".mention").first).to_have_text("@helper")  # fmt: skip
    expect(desk.page.locator("#channel .replies", has_text="1 reply").last).to_be_visible()
    eventually(lambda: heard == [ts])
    box.press("Escape")
    expect(desk.page.locator("#thread")).to_be_hidden()


def test_an_address_leads_to_a_channel_a_thread_and_a_reply(stage, visit):
    ts = say(stage, "the parent")
    reply = say(stage, "the reply", thread_ts=ts)
    link = stage.call("chat.getPermalink", channel="C0SIEM", message_ts=reply)["permalink"]
    for address in (link, f"{stage.url}/#siem/{ts}/{reply}"):
        page = visit(address, **DESK).page
        pointed = page.locator("#thread .pointed")
        expect(pointed).to_contain_text("the reply")
        page.reload()
        expect(pointed).to_contain_text("the reply")
        assert page.url.endswith(f"/{ts}/{reply}")
    page = visit(f"{stage.url}/#siem/{ts}", **DESK).page
    expect(page.locator("#thread article")).to_have_count(2)
    expect(page.locator("#channel .pointed, #thread .pointed").first).to_contain_text("the parent")


def test_the_journal_tells_calls_deliveries_and_faults(stage, desk):
    stage.bolt.command("/siem")(lambda ack: ack("done"))
    plan = {"faults": [{"method": "chat.update", "nth": 1, "error": "fatal_error"}]}
    stage.http("PUT", "/_workspace/faults", json.dumps(plan).encode())
    desk.page.get_by_role("button", name="Journal").click()
    journal = desk.page.get_by_role("region", name="Journal")
    expect(journal.locator(".faults")).to_contain_text("1 fault is planned")
    expect(journal.locator(".faults")).to_contain_text("method chat.update")
    stage.api("chat.update", channel="C0SIEM", ts="1.0", text="x")
    desk.type("/siem help")
    failed = journal.get_by_role("row", name="chat.update")
    expect(failed).to_contain_text("fatal_error")
    told = journal.get_by_role("row", name="command /siem")
    expect(told).to_contain_text("acknowledged with an answer")
    expect(told).to_contain_text("ms")
    journal.get_by_label("only what failed").check()
    expect(told).to_have_count(0)
    expect(failed).to_have_count(1)
    journal.get_by_label("only what failed").uncheck()
    journal.get_by_label("Filter the journal").fill("/SIEM")
    expect(failed).to_have_count(0)
    told.get_by_role("button").click()
    drawer = desk.page.get_by_role("dialog", name="Delivery")
    expect(drawer).to_contain_text('"command": "/siem"')
    desk.page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    desk.page.keyboard.press("Escape")
    expect(journal).to_be_hidden()
    expect(desk.page.get_by_role("button", name="Journal")).to_be_focused()


NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, [tabindex='0'], [role=menu], dialog")]
  .filter((node) => node.checkVisibility() || node.matches("dialog"))
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.title || node.labels?.length || node.getAttribute("aria-labelledby")))
  .map((node) => node.outerHTML.slice(0, 120))"""

FAINT = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const over = (top, under) => { const [r, g, b, a = 1] = top; return [r, g, b].map((v, at) => v * a + under[at] * (1 - a)); };
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(parts(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) || !node.checkVisibility({ opacityProperty: true }) || node.closest("option, .tool, :disabled, [aria-disabled=true], svg, .toolbar")) continue;
    const back = behind(node);
    const [one, other] = [light(over(parts(getComputedStyle(node).color), back)), light(back)].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) found.push(`${node.className} ${node.textContent.slice(0, 30)}`);
  }
  return found;
}"""


def test_everything_has_a_name_and_can_be_read_in_light_and_dark(stage, visit):
    blocks = [{"type": "actions", "elements": [button("a", text=plain("Go")), button("b", text=plain("Stop"), style="danger"),
               {"type": "overflow", "action_id": "c", "options": [{"text": plain("x"), "value": "y"}]}]},
              {"type": "task_card", "task_id": "t", "title": "Task", "status": "error"}]  # fmt: skip
    ts = stage.call("chat.postMessage", channel="C0SIEM", text="t", blocks=blocks)["ts"]
    stage.call("reactions.add", channel="C0SIEM", timestamp=ts, name="eyes")
    for context in (
        DESK,
        DESK | {"color_scheme": "dark"},
        PHONE,
        PHONE | {"color_scheme": "light"},
    ):
        seen = visit(f"{stage.url}/#/siem", reduced_motion="reduce", **context)
        page = seen.page
        expect(page.locator(f"[data-ts='{ts}'] .reaction")).to_be_visible()
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(FAINT) == []
        assert seen.fits()
        if context.get("is_mobile"):
            page.get_by_role("button", name="Channels").click()
        page.locator(".journal-opener").click()
        expect(page.locator("#journal tbody tr").first).to_be_visible()
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(FAINT) == []
        assert seen.fits()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(stage, desk):
    say(stage, "reach me")
    expect(desk.newest("reach me")).to_be_visible()
    desk.page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        name, outline = desk.page.evaluate(
            "() => { const n = document.activeElement; return n === document.body ? ['', true] : [n.getAttribute('aria-label') ?? n.textContent.trim().slice(0, 40), "
            "getComputedStyle(n).outlineStyle !== 'none' || n.matches('.typed')]; }"
        )
        assert outline or not name, name
        reached.add(name)
    assert {"Skip to the message box", "Messages", "Add a reaction", "More actions", "Shortcuts"} <= reached  # fmt: skip
    assert any("Journal" in name for name in reached)


def test_nothing_is_typed_before_the_workspace_has_answered(stage, visit):
    """What was typed earlier was lost when the channel arrived, or no command was known yet."""
    held = []
    seen = visit("about:blank", **DESK)
    seen.page.route("**/_workspace/state*", lambda route: held.append(route), times=1)
    seen.page.goto(f"{stage.url}/#/siem")
    box = seen.page.locator("#composer-text")
    expect(box).to_be_disabled()
    held[0].continue_()
    expect(box).to_be_enabled()
    seen.type("typed at once")
    expect(seen.newest("typed at once")).to_be_visible()
