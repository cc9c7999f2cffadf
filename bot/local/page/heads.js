// What stands above the messages: the channel's name and marks, the app's tabs, the thread's name.

import { addressOf } from "./address.js";
import { busy, el, isolated } from "./dom.js";

/** The name of a channel as people say it. */
export const spoken = (channel) => (channel ? `${channel.is_im || channel.is_mpim ? "" : "#"}${channel.name}` : "");

/** The head of a channel. `home` says which tab of a direct message is open, `invite()` lets the bot in, `menu` opens the rail. */
export function channelHead(channel, { bot, home, invite, menu }) {
  return [menu, el("h1", {}, isolated(spoken(channel))), ...(channel ? [...(channel.is_im ? [tabs(channel, home)] : []), ...about(channel, bot, invite)] : [])].filter(Boolean);
}

function tabs(channel, home) {
  const tab = (name, here, address, controls) => {
    const node = el("a", { class: "tab", role: "tab", "aria-selected": String(here), "aria-controls": controls, "data-key": name }, name);
    node.href = address;
    return node;
  };
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Tabs of the app" },
    tab("Home", home, addressOf(channel.id, "home"), "app-home"), tab("Messages", !home, addressOf(channel.id), "messages"));
  list.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    const other = [...list.children].find((node) => node !== document.activeElement);
    other.focus();
    other.click();
  });
  return list;
}

function about(channel, bot, invite) {
  const tag = (text) => el("small", { class: "tag" }, text);
  const found = [];
  if (channel.is_private && !channel.is_im && !channel.is_mpim) found.push(tag("private"));
  if (channel.is_archived) found.push(tag("archived"));
  if (channel.shared) found.push(tag("shared with another organisation"));
  if (channel.joined === false && !channel.is_archived) {
    const add = el("button", { type: "button", class: "link-button", on: { click: () => busy(add, invite) } }, "Add it");
    found.push(el("small", {}, isolated(bot), " is not in this channel: its answers are only visible to you. ", add));
  }
  if (channel.topic) found.push(el("small", { class: "topic", title: channel.topic }, isolated(channel.topic)));
  return found;
}

/** The head of a thread. `close()` closes it. */
export function threadHead(channel, close) {
  return [el("h1", {}, "Thread"), el("small", {}, isolated(spoken(channel))),
    el("button", { type: "button", class: "plain-button close", "aria-label": "Close thread", on: { click: close } }, "✕")];
}

/** The button that opens the rail where it does not fit beside the channel. */
export function menuOpener(frame, rail) {
  return el("button", { type: "button", class: "plain-button menu-button", "aria-label": "Channels", "aria-expanded": "false", "data-key": "menu", on: { click: (event) => {
    const open = frame.classList.toggle("rail-open");
    event.currentTarget.setAttribute("aria-expanded", String(open));
    if (open) rail.querySelector("[aria-current]")?.focus();
  } } }, "☰");
}
