// The page: a person, a channel and perhaps a thread, kept up to date with the local workspace.

import { composer } from "./composer.js";
import { announce, el, isolated } from "./dom.js";
import { incidentList } from "./incidents.js";
import { messageList } from "./list.js";
import { author } from "./message.js";
import { drawRail } from "./rail.js";
import { coalesced, follow, get, post } from "./server.js";
import { viewStack } from "./views.js";
import { welcome } from "./welcome.js";

const place = { channel: null, thread: null };
let state = { users: [], channels: [], commands: [], team: "", notice: "" };
let ahead = 0; // the workspace's clock minus this machine's
let loaded = null; // the channel whose messages are shown
let stop = () => {};
const news = new Set(); // channels with something new
const seen = new Set(); // channels that were opened since
const drafts = new Map();
const dismissed = new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]"));
const at = (id) => document.getElementById(id);

const person = () => sessionStorage.getItem("person") ?? "responder-1";
const me = () => state.users.find(({ id, name }) => id === person() || name === person()) ?? { id: person(), name: person(), tz: "UTC" };
const here = () => state.channels.find(({ id }) => id === place.channel);
const teamId = () => state.team?.id ?? null;

/** What drawing needs to know of the workspace, always as it is now. */
const world = {
  get zone() { return me().tz || "UTC"; },
  now: () => Date.now() + ahead,
  people: () => state.users,
  channels: () => state.channels,
  commands: () => state.commands,
  personName: (id) => state.users.find((one) => one.id === id)?.name ?? null,
  channelName: (id) => state.channels.find((one) => one.id === id)?.name ?? null,
  hasChannel: (name) => state.channels.some((one) => one.name === name && !one.is_im),
};

// ------------------------------------------------------------------------------------ parts
const sceneOf = (inThread) => (message, kept) => ({
  world, kept, inThread, inputs: null,
  open: (ts) => go(place.channel, ts),
  dismiss: (gone) => {
    dismissed.add(`${place.channel} ${gone.ts}`);
    sessionStorage.setItem("dismissed", JSON.stringify([...dismissed].slice(-500)));
    refreshMessages();
  },
  act: (element, block, extra) => post("click", { channel: place.channel, ts: message.ts, user: me().id, action_id: element.action_id, block_id: block.block_id, ...extra }),
});

const send = (thread) => (text, isCommand) => {
  const to = { channel: place.channel, user: me().id, text };
  if (isCommand) return post("command", to);
  return post("say", thread ? { ...to, thread_ts: place.thread } : to);
};

const main = {
  list: messageList({ sceneOf: sceneOf(false), world, label: "Messages", empty: () => welcome(here(), state.commands, (text) => { main.composer.set(text); main.composer.focus(); }, here()?.name === "alerts" ? incidents.cards() : null), emptySignature: () => incidents.signature() }),
  composer: composer({ id: "composer-text", send: send(false), commands: () => state.commands, person }),
  head: el("header", { class: "pane-head" }),
};
const thread = {
  list: messageList({ sceneOf: sceneOf(true), world, label: "Thread", empty: () => el("p", { class: "nothing" }, "This message is not here, or not for you.") }),
  composer: composer({ id: "thread-text", send: send(true), commands: () => state.commands, person, inThread: true }),
  head: el("header", { class: "pane-head" }),
};
const incidents = incidentList(() => {
  at("frame").classList.remove("rail-open");
  go(state.channels.find(({ name, is_im }) => name === "alerts" && !is_im)?.id);
});
const modals = viewStack({ person: () => me().id, world, refresh: () => refreshViews() });
at("channel").append(main.head, main.list.node, main.composer.node);
at("thread").append(thread.head, thread.list.node, thread.composer.node);

// ------------------------------------------------------------------------------------ loading
const refreshState = coalesced(async () => {
  const asked = person();
  const [answer] = await Promise.all([attempt(() => get("state", { user: asked })), incidents.load()]);
  if (!answer || asked !== person()) return;
  state = { ...answer, users: answer.users ?? [], channels: answer.channels ?? [], commands: answer.commands ?? [] };
  ahead = Date.parse(state.now) - Date.now() || 0;
  if (here()) draw();
  else if (state.channels.some(({ id }) => id === addressed().channel)) arrive();
  else go(state.channels[0]?.id, null, true);
});

const refreshMessages = coalesced(async () => {
  const { channel } = place;
  const who = person();
  if (!channel || !here()) return;
  const answer = await attempt(() => get("messages", { channel, user: me().id }));
  if (!answer || channel !== place.channel || who !== person()) return;
  const first = loaded !== `${who} ${channel}`;
  const fresh = main.list.show(answer.messages.filter(({ ts }) => !dismissed.has(`${channel} ${ts}`)));
  loaded = `${who} ${channel}`;
  if (!first) tellOf(fresh);
});

const refreshThread = coalesced(async () => {
  const { channel, thread: parent } = place;
  const who = person();
  if (!channel || !parent || !here()) return;
  const answer = await attempt(async () => (await get("messages", { channel, thread: parent, user: me().id })) ?? { messages: [] });
  if (!answer || parent !== place.thread || channel !== place.channel || who !== person()) return;
  thread.list.show(answer.messages.filter(({ ts }) => !dismissed.has(`${channel} ${ts}`)), (_, replies) => repliesDivider(replies));
});

const refreshViews = coalesced(async () => {
  const answer = await attempt(() => get("views", { user: me().id }));
  if (answer) modals.show(answer.views);
});

/** What `load` gives, or null with the connection bar shown. */
async function attempt(load) {
  try {
    return await load();
  } catch (error) {
    lost(error.message);
    return null;
  }
}

const everything = () => refreshState().then(() => Promise.all([refreshMessages(), refreshThread(), refreshViews()]));

function repliesDivider(replies) {
  const text = `${replies} ${replies === 1 ? "reply" : "replies"}`;
  return { key: "replies", signature: text, draw: () => el("div", { class: "day thin", role: "separator" }, el("span", {}, text)) };
}

function tellOf(messages) {
  const last = messages.at(-1);
  if (last) announce(`${author(last, world).name}: ${last.text ?? ""}`);
}

// ------------------------------------------------------------------------------------ changes
function listen() {
  stop();
  stop = follow(me().id, {
    lost: () => lost(),
    back: () => {
      at("connection").hidden = true;
      everything();
    },
    changed: ({ channel, kind }) => {
      if (kind === "view") return refreshViews();
      if (kind === "state") return everything();
      if (kind === "busy") return null; // the composer and the buttons show it themselves
      if (channel !== place.channel) {
        news.add(channel);
        seen.delete(channel);
        return refreshState();
      }
      refreshMessages();
      return refreshThread();
    },
  });
}

function lost(why = "") {
  const bar = at("connection");
  bar.replaceChildren(`Connection lost, trying again …${why ? ` (${why})` : ""}`);
  bar.hidden = false;
}

// ------------------------------------------------------------------------------------ drawing
function draw() {
  const channel = here();
  at("notice").hidden = !state.notice;
  at("notice").replaceChildren(isolated(state.notice ?? ""));
  drawRail(at("rail"), {
    team: state.team?.name ?? (typeof state.team === "string" ? state.team : "siem"), users: state.users, channels: state.channels,
    person: { ...me(), other: teamId() && me().team_id && me().team_id !== teamId() }, current: place.channel,
    unread: (one) => one.id !== place.channel && (news.has(one.id) || (Boolean(one.unread) && !seen.has(one.id))), choose, incidents: incidents.menu() });
  const name = channel ? `${channel.is_im ? "" : "#"}${channel.name}` : "";
  document.title = `${name} · siem · local workspace`;
  main.head.replaceChildren(menuButton(), el("h1", {}, isolated(name)), ...about(channel));
  main.composer.name(`Message ${name}`, `Message ${name}, or / for commands`);
  thread.head.replaceChildren(el("h1", {}, "Thread"), el("small", {}, isolated(name)), closeButton());
  thread.composer.name("Reply in thread", "Reply …");
  at("thread").hidden = !place.thread;
  at("frame").classList.toggle("with-thread", Boolean(place.thread));
  main.composer.refresh();
}

function about(channel) {
  if (!channel || channel.is_im) return [];
  const found = [];
  if (channel.joined === false) found.push(el("small", {}, "siem is not in this channel: its answers are only visible to you"));
  if (channel.shared) found.push(el("small", { class: "tag" }, "shared with another organisation"));
  return found;
}

function menuButton() {
  return el("button", { type: "button", class: "plain-button menu-button", "aria-label": "Channels", "aria-expanded": "false", on: { click: (event) => {
    const open = at("frame").classList.toggle("rail-open");
    event.currentTarget.setAttribute("aria-expanded", String(open));
    if (open) at("rail").querySelector("[aria-current]")?.focus();
  } } }, "☰");
}

function closeButton() {
  return el("button", { type: "button", class: "plain-button close", "aria-label": "Close thread", on: { click: () => go(place.channel, null) } }, "✕");
}

// ------------------------------------------------------------------------------------ moving
/** Go to a channel and perhaps a thread, by the address, so that Back works. */
function go(channel, ts, replace = false) {
  if (!channel) return;
  const address = `#/${encodeURIComponent(channel)}${ts ? `/${encodeURIComponent(ts)}` : ""}`;
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.hash) location.hash = address;
  if (replace) arrive();
}

/** Show what the address names. */
function arrive() {
  const { channel, ts } = addressed();
  const moved = channel !== null && channel !== place.channel;
  const other = ts !== place.thread;
  at("frame").classList.remove("rail-open");
  if (moved) {
    if (place.channel) drafts.set(place.channel, main.composer.text());
    place.channel = channel;
    main.list.clear();
    main.composer.set(drafts.get(place.channel) ?? "");
  }
  if (moved || other) {
    const from = place.thread;
    place.thread = ts;
    thread.list.clear();
    thread.composer.set("");
    draw();
    if (from && !place.thread && !moved) backFrom(from);
  }
  news.delete(place.channel);
  seen.add(place.channel);
  draw();
  refreshMessages();
  refreshThread().then(() => { if (place.thread && (moved || other)) thread.composer.focus(); });
  if (moved && !place.thread && matchMedia("(pointer: fine)").matches) main.composer.focus();
}

/** Closing a thread puts the focus on the message it belongs to. */
function backFrom(ts) {
  const message = at("channel").querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  (message?.querySelector(".replies") ?? message)?.focus({ preventScroll: true });
}

/** What the address names: #/CHANNEL or #/CHANNEL/TS, the channel by id or name. */
function addressed() {
  const [, named, ts] = location.hash.split("/").map(decoded);
  const channel = state.channels.find(({ name, is_im }) => name === named && !is_im)?.id ?? named;
  return { channel: channel || null, ts: ts || null };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function choose(id) {
  sessionStorage.setItem("person", id);
  place.channel = here()?.is_im ? null : place.channel; // a direct message is another one for another person
  loaded = null;
  news.clear();
  seen.clear();
  modals.show([]);
  main.list.clear();
  thread.list.clear();
  listen();
}

window.addEventListener("hashchange", arrive);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (at("frame").classList.contains("rail-open")) at("frame").classList.remove("rail-open");
  else if (place.thread) go(place.channel, null);
});
document.addEventListener("click", (event) => {
  if (at("frame").classList.contains("rail-open") && !event.target.closest("#rail, .menu-button")) at("frame").classList.remove("rail-open");
});
at("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says which channel is open
  main.composer.focus();
});

await refreshState();
listen();
