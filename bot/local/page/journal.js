// The journal: calls by the app, deliveries to it with their acknowledgements, and the faults that hold.

import { el, isolated } from "./dom.js";
import { showJson } from "./dialogs.js";
import { get, post, remove } from "./server.js";
import { exact } from "./time.js";

const EVERY = 1_000; // milliseconds between looks while it is open
const NEWEST = 200; // of each kind

/** The panel. `zone()` is the reader's. It returns `{node, toggle, close, isOpen}`; `changed()` runs when it opens or closes. */
export function journal({ zone, changed }) {
  const find = el("input", { type: "search", class: "filter", placeholder: "Filter", "aria-label": "Filter the journal", on: { input: () => draw() } });
  const kind = el("select", { class: "select", "aria-label": "What is shown", on: { change: () => draw() } },
    [["all", "Calls and deliveries"], ["call", "Calls"], ["delivery", "Deliveries"]].map(([value, text]) => el("option", { value }, text)));
  const failed = el("input", { type: "checkbox", on: { change: () => draw() } });
  const faults = el("div", { class: "faults", role: "status" });
  const count = el("small", { role: "status" });
  const body = el("tbody");
  const clock = el("small", { class: "clock" });
  const later = (text, seconds) => el("button", { type: "button", class: "button small", title: `Move the workspace's clock by ${text}`, on: { click: () => post("clock", { advance: seconds }).then(load) } }, `+${text}`);
  const node = el("section", { id: "journal", class: "journal", "aria-label": "Journal", hidden: true },
    el("header", {}, el("h2", {}, "Journal"), kind, find, el("label", { class: "only" }, failed, " only what failed"), count,
      el("span", { class: "clock-box", role: "group", "aria-label": "Clock" }, clock, later("1 min", 60), later("1 h", 3600)),
      el("button", { type: "button", class: "button small", on: { click: () => remove("journal").then(load) } }, "Clear"),
      el("button", { type: "button", class: "plain-button close", "aria-label": "Close the journal", on: { click: () => toggle() } }, "✕")),
    faults,
    el("div", { class: "journal-rows", role: "region", "aria-label": "Entries", tabIndex: 0 }, el("table", {},
      el("thead", {}, el("tr", {}, ["Time", "What", "Outcome", "Took"].map((name) => el("th", { scope: "col" }, name)))), body)));
  let rows = [];
  let timer = null;
  let before = null; // what had the focus when it opened
  let seen = "";

  async function load() {
    if (document.hidden) return;
    try {
      const [entries, plan, time] = await Promise.all([get("journal", { limit: NEWEST }), get("faults"), get("clock")]);
      rows = [...entries.calls.map(ofCall), ...entries.deliveries.map(ofDelivery)].sort((one, other) => (one.time < other.time ? 1 : -1));
      showFaults(plan.faults);
      clock.replaceChildren(`${time.stopped ? "stopped at " : ""}${exact(Date.parse(time.now), zone())}`);
      draw();
    } catch {
      count.replaceChildren("The workspace does not answer.");
    }
  }

  function showFaults(plan) {
    const text = plan.length ? `${plan.length} ${plan.length === 1 ? "fault is" : "faults are"} planned` : "";
    if (faults.dataset.plan === JSON.stringify(plan)) return;
    faults.dataset.plan = JSON.stringify(plan);
    faults.hidden = plan.length === 0;
    faults.replaceChildren("⚠ ", text, el("ul", {}, plan.map((fault) => el("li", {}, el("button", { type: "button", class: "link-button", on: { click: () => showJson("Fault", fault) } },
      isolated(Object.entries(fault).map(([name, value]) => (value === true ? name : `${name} ${value}`)).join(", ")))))));
  }

  function draw() {
    const wanted = find.value.trim().toLowerCase();
    const shown = rows.filter((row) => (kind.value === "all" || row.kind === kind.value) && (!failed.checked || row.bad) && (!wanted || row.words.includes(wanted)));
    const signature = JSON.stringify(shown.map(({ key }) => key)) + zone();
    if (signature === seen) return;
    seen = signature;
    const focus = body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    body.replaceChildren(...shown.map(line));
    if (focus) body.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
    count.replaceChildren(`${shown.length} of ${rows.length}`);
  }

  function line({ key, kind: which, time, name, outcome, bad, took, fault, entry }) {
    const open = el("button", { type: "button", class: "link-button", "data-key": key, on: { click: () => showJson(which === "call" ? "Call" : "Delivery", entry) } },
      el("span", { "aria-hidden": "true" }, which === "call" ? "→ " : "← "), isolated(name));
    return el("tr", { class: bad ? "bad" : null, "data-kind": which }, el("td", {}, exact(Date.parse(time), zone())), el("td", {}, open),
      el("td", {}, bad ? "⚠ " : "", isolated(outcome), fault && el("span", { class: "tag" }, "fault")), el("td", { class: "number" }, took));
  }

  function toggle() {
    node.hidden = !node.hidden;
    if (node.hidden) {
      clearInterval(timer);
      before?.isConnected ? before.focus() : document.querySelector("[data-key=journal]")?.focus();
    } else {
      before = document.activeElement;
      seen = "";
      load();
      timer = setInterval(load, EVERY);
      find.focus();
    }
    changed();
  }

  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    toggle();
  });

  return { node, toggle, isOpen: () => !node.hidden };
}

const words = (...parts) => parts.filter(Boolean).join(" ").toLowerCase();

// A call may repeat within a microsecond, so its place is part of its key.
function ofCall(entry, at) {
  const { time, method, ok, error, status, fault } = entry;
  const about = entry.args?.channel ?? entry.args?.channel_id;
  const outcome = ok ? "ok" : error ?? (status ? `status ${status}` : "failed");
  return { kind: "call", key: `call ${time} ${at} ${method}`, time, name: about ? `${method} ${about}` : method, outcome, bad: !ok, took: "", fault, entry, words: words(method, about, outcome, JSON.stringify(entry.messages)) };
}

function ofDelivery(entry, at) {
  const { time, kind, via, attempt, status, error, ms, fault, payload } = entry;
  const about = payload?.event?.type ?? payload?.command ?? payload?.actions?.[0]?.action_id ?? payload?.callback_id ?? payload?.view?.callback_id ?? payload?.action_id;
  const outcome = error ?? (entry.ack ? "acknowledged with an answer" : "acknowledged");
  return { kind: "delivery", key: `delivery ${time} ${at} ${kind}`, time, name: words(kind) + (about ? ` ${about}` : ""), outcome: `${outcome}${attempt > 1 ? ` (attempt ${attempt})` : ""}`, bad: Boolean(error), took: `${ms} ms`, fault, entry,
    words: words(kind, via, about, outcome, String(status)) };
}
