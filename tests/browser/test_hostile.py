"""Log data never becomes markup: hostile text in every text place of every kind that Slack knows."""

from __future__ import annotations

import copy
import json

from tests.browser.visiting import expect
from tests.local.workspace.blockkit.samples import SAMPLES, standing

MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script><svg/onload=alert(1)>"
LIVE = "<!channel> <@U0RESPONDER1> <https://evil.example/|a> https://evil.example @here"
ADDRESS = "javascript:alert(1)"
PARSED = ("mrkdwn", "markdown")
"""Objects in which Slack itself reads mentions and links: there only markup is hostile."""

ROOMS = ("blocks", "elements", "rich_text", "cells", "charts", "objects", "icons")


def places(value, path=()):
    """The path of every text in a payload, but that of `type`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "type":
                yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*path, at))
    elif isinstance(value, str):
        yield path


def replaced(payload, path, text):
    """The payload with another text in one place; and whether Slack parses what stands there."""
    changed = copy.deepcopy(payload)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = text
    return changed, isinstance(holder, dict) and holder.get("type") in PARSED


def hostile_blocks():
    """Blocks that Slack takes, each with one hostile text; for each text one at a time."""
    made = {}
    for row in SAMPLES:
        if row.split("/")[0] not in ROOMS:
            continue
        check, payload, _ = standing(row, SAMPLES[row])
        for path in places(payload):
            for text in (MARKUP, LIVE, ADDRESS):
                changed, parsed = replaced(payload, path, text)
                if not check(changed) and not (parsed and text is LIVE):
                    made.setdefault(json.dumps(changed), changed)
    return [block for blocks in made.values() for block in blocks]


FOUND = """() => {
  const inside = [...document.querySelectorAll("#channel .items, dialog .view-body")];
  const all = inside.flatMap((box) => [...box.querySelectorAll("*")]);
  return {
    texts: all.filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && /onerror|evil/.test(child.data))).length,
    foreign: all.filter((node) => ["SCRIPT", "IFRAME", "IMG", "OBJECT", "EMBED", "STYLE", "BASE", "META", "LINK"].includes(node.tagName)).length,
    handlers: all.filter((node) => [...node.attributes].some(({ name }) => name.startsWith("on"))).length,
    links: all.filter((node) => node.href && /evil|javascript:/.test(String(node.href.baseVal ?? node.href))).length,
    mentions: all.filter((node) => node.matches(".mention") && /here|channel|responder-1/.test(node.textContent)).length,
  };
}"""


def allowed(block):
    """Places that are mentions or links by what they are, not by their text."""
    return '"range"' not in json.dumps(block) and '"user_id"' not in json.dumps(block)


def test_hostile_text_stays_text_in_every_place(stage, desk):
    blocks = [block for block in hostile_blocks() if allowed(block)]
    posted, refused = 0, []
    for block in blocks:
        answer = stage.api("chat.postMessage", channel="C0SIEM", text="t", blocks=[block])
        posted += answer["ok"]
        if not answer["ok"]:
            refused.append(block)
    articles = desk.page.locator("#channel article.message .blocks")
    expect(articles).to_have_count(posted)
    found = desk.page.evaluate(FOUND)
    assert posted > 150
    assert found.pop("texts") > 100
    assert found == {"foreign": 0, "handlers": 0, "links": 0, "mentions": 0}

    title = {"type": "plain_text", "text": "<b>&amp;<!here>"}
    inputs = [block for block in refused if block["type"] in ("alert", "input")]
    assert len(inputs) > 8
    modal = {"type": "modal", "title": title, "submit": title, "blocks": inputs}
    stage.bolt.command("/siem")(
        lambda ack, client, command: (
            client.views_open(trigger_id=command["trigger_id"], view=modal),
            ack(),
        )
    )
    desk.type("/siem help")
    expect(desk.page.locator(".view-body > .block")).to_have_count(len(inputs))
    found = desk.page.evaluate(FOUND)
    found.pop("texts")
    assert found == {"foreign": 0, "handlers": 0, "links": 0, "mentions": 0}


def test_hostile_text_outside_blocks(stage, desk):
    attachment = dict.fromkeys(("fallback", "author_name", "author_subname", "pretext", "title", "text", "footer"), f"{MARKUP} {ADDRESS}") | {"fields": [{"title": MARKUP, "value": MARKUP}]}  # fmt: skip
    stage.call("chat.postMessage", channel="C0SIEM", text=MARKUP, attachments=[attachment])
    stage.call("chat.postMessage", channel="C0SIEM", text=MARKUP)
    stage.post("/_workspace/say", channel="siem", user="responder-2", text=f"{MARKUP} {ADDRESS}")
    stage.client.files_upload_v2(
        content=MARKUP, filename="<img src=x>.txt", title=MARKUP, channel="C0SIEM"
    )
    expect(desk.page.locator("#channel .file")).to_be_visible()
    desk.page.get_by_role("button", name="Preview").click()
    expect(desk.page.locator("#channel .preview")).to_contain_text("onerror")
    found = desk.page.evaluate(FOUND)
    assert found.pop("texts") > 8
    assert found == {"foreign": 0, "handlers": 0, "links": 0, "mentions": 0}
    desk.page.locator(".journal-opener").click()
    row = desk.page.locator("#journal tbody tr", has_text="chat.postMessage").first
    row.get_by_role("button").click()
    expect(desk.page.locator("dialog.drawer .json")).to_contain_text("onerror")
    assert desk.page.locator("dialog img, #journal img, dialog script").count() == 0
