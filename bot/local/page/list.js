// A list of messages that redraws only what changed and stays at its end unless the reader scrolled up.

import { el } from "./dom.js";
import { author, drawMessage } from "./message.js";
import { day, dayName, millis } from "./time.js";

const TOGETHER = 5 * 60_000; // messages of one author this close share a head
const NEAR = 60; // pixels from the end that still count as being there

/** A list. `options` has `sceneOf(message, kept)`, `world` and `empty()`. It returns `{node, show, point, clear, toEnd}`. */
export function messageList({ sceneOf, world, label, empty, emptySignature = () => "" }) {
  const items = el("div", { class: "items" });
  const jump = el("button", { type: "button", class: "jump", hidden: true, on: { click: () => { atEnd = true; settle(); } } }, "New messages ↓");
  const scroller = el("div", { class: "scroller", role: "region", "aria-label": label, tabIndex: 0 }, items);
  const node = el("div", { class: "list" }, scroller, jump);
  const drawn = new Map(); // key → {signature, node}
  const memory = new Map(); // key → what a message remembers while it is redrawn
  let atEnd = true;

  scroller.addEventListener("scroll", () => {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    if (atEnd) jump.hidden = true;
  }, { passive: true });
  new ResizeObserver(() => settle()).observe(items);
  new ResizeObserver(() => settle()).observe(scroller);

  function settle() {
    if (!atEnd) return;
    scroller.scrollTop = scroller.scrollHeight;
    jump.hidden = true;
  }

  function keptOf(key) {
    if (!memory.has(key)) memory.set(key, new Map());
    const kept = memory.get(key);
    return (path) => {
      if (!kept.has(path)) kept.set(path, {});
      return kept.get(path);
    };
  }

  /** The rows to show: day dividers, messages, and what to show when there is none. */
  function rows(messages, before) {
    const found = [];
    let previous = null;
    messages.forEach((message, at) => {
      const ms = millis(message.ts);
      const [today, zone] = [day(ms, world.zone), world.zone];
      const newDay = !previous || day(millis(previous.ts), zone) !== today;
      if (newDay) found.push({ key: `day ${today}`, signature: dayName(ms, zone, world.now()), draw: () => divider(dayName(ms, zone, world.now())) });
      const compact = !newDay && !message.ephemeral && !previous.ephemeral && !previous.reply_count && author(previous, world).id === author(message, world).id && ms - millis(previous.ts) < TOGETHER;
      const key = `${message.ts}${message.ephemeral ? " only you" : ""}`;
      found.push({ key, signature: `${zone} ${compact} ${JSON.stringify(message)}`, draw: () => drawMessage(message, sceneOf(message, keptOf(key)), compact), message });
      if (at === 0 && before) found.push(before(message, messages.length - 1));
      previous = message;
    });
    return found.length ? found : [{ key: "empty", signature: JSON.stringify(world.commands()) + emptySignature(), draw: empty }];
  }

  /** Show these messages, oldest first. Returns those that were not there before. */
  function show(messages, before) {
    const wanted = rows(messages, before);
    const fresh = wanted.filter(({ key, message }) => message && !drawn.has(key)).map(({ message }) => message);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { node: old }] of drawn) {
      if (keys.has(key)) continue;
      old.remove();
      drawn.delete(key);
      memory.delete(key);
    }
    let previous = null;
    for (const row of wanted) {
      const current = draw(row);
      const there = previous ? previous.nextSibling : items.firstChild;
      if (current !== there) items.insertBefore(current, there);
      previous = current;
    }
    if (fresh.length && !atEnd) jump.hidden = false;
    settle();
    return fresh;
  }

  /** The node of a row: the one that stands there if nothing changed, else a new one in its place. */
  function draw({ key, signature, draw: make }) {
    const old = drawn.get(key);
    if (old?.signature === signature) return old.node;
    const made = make();
    if (old) {
      const focus = old.node.contains(document.activeElement) ? document.activeElement.dataset.key ?? "" : null;
      const sideways = [...old.node.querySelectorAll(".table-box")].map((box) => box.scrollLeft);
      old.node.replaceWith(made);
      made.querySelectorAll(".table-box").forEach((box, at) => { box.scrollLeft = sideways[at] ?? 0; });
      if (focus !== null) (focus && made.querySelector(`[data-key="${CSS.escape(focus)}"]`) || made).focus({ preventScroll: true });
    }
    drawn.set(key, { signature, node: made });
    return made;
  }

  /** Bring a message into sight and mark it; false if it is not here. */
  function point(ts) {
    const there = drawn.get(ts)?.node;
    if (!there) return false;
    atEnd = false;
    there.scrollIntoView({ block: "center" });
    there.classList.add("pointed");
    return true;
  }

  function clear() {
    items.replaceChildren();
    drawn.clear();
    memory.clear();
    atEnd = true;
    jump.hidden = true;
  }

  return { node, show, point, clear, toEnd: () => { atEnd = true; settle(); } };
}

function divider(name) {
  return el("div", { class: "day", role: "separator" }, el("span", {}, name));
}

/** The line under a thread's first message. */
export function repliesLine(replies) {
  const text = `${replies} ${replies === 1 ? "reply" : "replies"}`;
  return { key: "replies", signature: text, draw: () => el("div", { class: "day thin", role: "separator" }, el("span", {}, text)) };
}
