// The page: a person, a channel and perhaps a thread, kept up to date with the local workspace.

import { addressed, addressOf } from "./address.js";
import { composer } from "./composer.js";
import { announce, el, isolated, keepingFocus } from "./dom.js";
import { channelHead, menuOpener, spoken, threadHead } from "./heads.js";
import { appHome } from "./home.js";
import { incidentList } from "./incidents.js";
import { journal } from "./journal.js";
import { messageList, repliesLine } from "./list.js";
import { author } from "./message.js";
import { drawRail } from "./rail.js";
import { scenes } from "./scenes.js";
import { coalesced, follow, get, post } from "./server.js";
import { viewStack } from "./views.js";
import { welcome } from "./welcome.js";
import { NOTHING, worldOf } from "./world.js";

const place = { channel: null, thread: null, reply: null, home: false };
let state = NOTHING;
let ahead = 0; // the workspace's clock minus this machine's
let loaded = null; // the channel whose messages are shown
let pointed = null; // the message that the address points to, until it was shown
let wanted = null; // where a person who was just chosen looks: "dm" or "home"
let stop = () => {};
const news = new Set(); // channels with something new
const seen = new Set(); // channels that were opened since
const drafts = new Map();
const dismissed = new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]"));
const at = (id) => document.getElementById(id);

const person = () => sessionStorage.getItem("person") ?? "";
const me = () => state.users.find(({ id }) => id === (person() || state.me)) ?? { id: person(), name: person(), tz: "UTC" };
const here = () => state.channels.find(({ id }) => id === place.channel);
const world = worldOf({ state: () => state, me, now: () => Date.now() + ahead, here });

// ------------------------------------------------------------------------------------ parts
const sceneOf = scenes({
  world, me: () => me().id, channel: () => place.channel, open: (ts) => go(place.channel, ts),
  dismiss: (gone) => {
    dismissed.add(`${place.channel} ${gone.ts}`);
    sessionStorage.setItem("dismissed", JSON.stringify([...dismissed].slice(-500)));
    refreshMessages();
  },
});

const send = (inThread) => (text, isCommand) => {
  const to = { channel: place.channel, user: me().id, text };
  if (isCommand) return post("command", to);
  return post("say", inThread ? { ...to, thread_ts: place.thread } : to);
};
const shortcut = (id) => post("shortcut", { user: me().id, callback_id: id });

const main = {
  list: messageList({ sceneOf: sceneOf(false), world, label: "Messages", empty: () => welcome(here(), world, (text) => { main.composer.set(text); main.composer.focus(); }, here()?.name === "alerts" ? incidents.cards() : null), emptySignature: () => incidents.signature() }),
  composer: composer({ id: "composer-text", send: send(false), shortcut, world }),
  head: el("header", { class: "pane-head" }),
};
const thread = {
  list: messageList({ sceneOf: sceneOf(true), world, label: "Thread", empty: () => el("p", { class: "nothing" }, "This message is not here, or not for you.") }),
  composer: composer({ id: "thread-text", send: send(true), shortcut, world, inThread: true }),
  head: el("header", { class: "pane-head" }),
};
const incidents = incidentList(() => {
  at("frame").classList.remove("rail-open");
  go(state.channels.find(({ name, is_im }) => name === "alerts" && !is_im)?.id);
});
const home = appHome({ person: () => me().id, world });
const modals = viewStack({ person: () => me().id, world, refresh: () => refreshViews() });
const book = journal({ zone: () => world.zone, changed: () => draw() });
main.list.node.id = "messages";
at("channel").append(main.head, home.node, main.list.node, main.composer.node);
at("thread").append(thread.head, thread.list.node, thread.composer.node);
at("frame").after(book.node);

// ------------------------------------------------------------------------------------ loading
const refreshState = coalesced(async () => {
  const asked = person();
  const [answer] = await Promise.all([attempt(() => get("state", asked ? { user: asked } : {})), incidents.load()]);
  if (asked !== person()) return;
  if (answer === null && asked && at("connection").hidden) { // nobody of that name is here, or not any more
    sessionStorage.removeItem("person");
    setTimeout(everything);
  }
  if (!answer) return;
  state = { ...NOTHING, ...answer };
  ahead = Date.parse(state.now) - Date.now() || 0;
  if (stop.user !== me().id) listen();
  const mine = wanted && state.channels.find(({ is_im: im }) => im)?.id;
  const tab = wanted === "home" ? "home" : null;
  wanted = null;
  if (mine) go(mine, tab, true);
  else if (here()) draw();
  else if (state.channels.some(({ id }) => id === addressed(state.channels).channel)) arrive();
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
  at("channel").dataset.person = me().id; // whose eyes the messages are for
  point(main.list);
  if (!first) tellOf(fresh);
});

const refreshThread = coalesced(async () => {
  const { channel, thread: parent } = place;
  const who = person();
  if (!channel || !parent || !here()) return;
  const answer = await attempt(async () => (await get("messages", { channel, thread: parent, user: me().id })) ?? { messages: [] });
  if (!answer || parent !== place.thread || channel !== place.channel || who !== person()) return;
  const root = answer.messages[0]?.thread_ts;
  if (root && root !== parent) return void go(channel, root, true, parent); // the address names a reply
  thread.list.show(answer.messages.filter(({ ts }) => !dismissed.has(`${channel} ${ts}`)), (_, replies) => repliesLine(replies));
  point(thread.list);
});

const refreshHome = coalesced(async () => {
  const who = person();
  if (!place.home) return;
  const answer = await attempt(() => get("home", { user: me().id }));
  if (answer && who === person() && place.home) home.show(answer.view);
});

/** The person opens a tab of the app: it is told, and may publish a Home. */
async function openTab(tab) {
  await post("home", { user: me().id, tab });
  if (tab === "home") await refreshHome();
}

/** Bring the message that the address points to into sight, once it is drawn. */
function point(list) {
  if (pointed && list.point(pointed.reply ?? pointed.ts) && (list === thread.list || !pointed.reply)) pointed = null;
}

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

const everything = () => refreshState().then(() => Promise.all([refreshMessages(), refreshThread(), refreshViews(), refreshHome()]));

function tellOf(messages) {
  const last = messages.at(-1);
  if (last) announce(`${author(last, world).name}: ${last.text ?? ""}`);
}

// ------------------------------------------------------------------------------------ changes
function listen() {
  stop();
  const user = me().id;
  const end = follow(user, {
    lost: () => lost(),
    back: () => {
      at("connection").hidden = true;
      everything();
    },
    changed: ({ channel, kind }) => {
      if (kind === "view") return refreshViews();
      if (kind === "home") return refreshHome();
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
  stop = Object.assign(end, { user });
}

function lost(why = "") {
  const bar = at("connection");
  bar.replaceChildren(`Connection lost, trying again …${why ? ` (${why})` : ""}`);
  bar.hidden = false;
}

// ------------------------------------------------------------------------------------ drawing
function draw() {
  const channel = here();
  const bot = world.botName();
  at("notice").hidden = !state.notice;
  at("notice").replaceChildren(isolated(state.notice ?? ""));
  drawRail(at("rail"), {
    team: state.team?.name ?? "…", users: state.users, channels: state.channels,
    person: { ...me(), other: state.team && me().team_id && me().team_id !== state.team.id }, current: place.channel, journal: { open: book.isOpen(), toggle: book.toggle },
    unread: (one) => one.id !== place.channel && (news.has(one.id) || (Boolean(one.unread) && !seen.has(one.id))), choose, incidents: incidents.menu() });
  const name = spoken(channel);
  document.title = `${name} · ${bot} · local workspace`;
  keepingFocus(main.head, () => main.head.replaceChildren(...channelHead(channel, { bot, home: place.home, menu: menuOpener(at("frame"), at("rail")),
    invite: () => post("membership", { channel: place.channel, user: me().id, member: state.bot.id }) })));
  main.composer.name(`Message ${name}`, `Message ${name}${state.commands.length ? ", or / for commands" : ""}`);
  thread.head.replaceChildren(...threadHead(channel, () => go(place.channel, null)));
  thread.composer.name("Reply in thread", "Reply …");
  const shut = !channel ? "…" : channel.is_archived ? `${name} is archived: nobody writes here any more.` : null;
  for (const { composer: box } of [main, thread]) box.shut(shut);
  at("thread").hidden = !place.thread;
  at("frame").classList.toggle("with-thread", Boolean(place.thread));
  home.node.hidden = !place.home;
  main.list.node.hidden = main.composer.node.hidden = place.home;
  main.composer.refresh();
}

// ------------------------------------------------------------------------------------ moving
/** Go to a channel and perhaps a thread (or "home"), by the address, so that Back works. */
function go(channel, ts, replace = false, reply = null) {
  if (!channel) return;
  const address = addressOf(channel, ts, reply);
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.hash) location.hash = address;
  if (replace) arrive();
}

/** Show what the address names. */
function arrive() {
  const { channel, ts, reply, home: onHome } = addressed(state.channels);
  const moved = channel !== null && channel !== place.channel;
  const other = ts !== place.thread;
  const tab = here()?.is_im || moved ? onHome !== place.home || moved : false;
  at("frame").classList.remove("rail-open");
  if (moved) {
    if (place.channel) drafts.set(place.channel, main.composer.text());
    place.channel = channel;
    main.list.clear();
    main.composer.set(drafts.get(place.channel) ?? "");
  }
  place.home = onHome && Boolean(here()?.is_im);
  if (ts && (moved || other || reply !== place.reply)) pointed = { ts, reply };
  place.reply = reply;
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
  if (tab && here()?.is_im) openTab(place.home ? "home" : "messages");
  refreshMessages();
  refreshThread().then(() => { if (place.thread && (moved || other)) thread.composer.focus(); });
  if (moved && !place.thread && !place.home && matchMedia("(pointer: fine)").matches) main.composer.focus();
}

/** Closing a thread puts the focus on the message it belongs to. */
function backFrom(ts) {
  const message = at("channel").querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  (message?.querySelector(".replies") ?? message)?.focus({ preventScroll: true });
}

function choose(id) {
  sessionStorage.setItem("person", id);
  wanted = here()?.is_im ? (place.home ? "home" : "dm") : null; // a direct message is another one for another person
  loaded = null;
  home.clear();
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
if (!stop.user) listen(); // the workspace does not answer yet
