// One message: who, when, what it says, its blocks, attachments, files and thread.

import { drawBlocks } from "./blocks.js";
import { busy, capped, el, folded, isolated, link } from "./dom.js";
import { asked, confirmed, showJson } from "./dialogs.js";
import { mrkdwn, textObject, unmarked } from "./mrkdwn.js";
import { undrawn } from "./rich_text.js";
import { menuButton } from "./menus.js";
import { reactButton, reactions } from "./reactions.js";
import { beginning, fileAddress } from "./server.js";
import { clock, dayName, millis, moment } from "./time.js";

const COLOURS = { good: "#2eb67d", warning: "#d9a038", danger: "#d13438" };

/** Who wrote a message: name, whether it is an app, and an id that is the same for the same author. */
export function author(message, world) {
  const app = Boolean(message.bot_id) || message.user === "USLACKBOT";
  const name = message.username || world.personName(message.user) || (message.bot_id ? world.botName() : message.user === "USLACKBOT" ? "Slackbot" : message.user) || "somebody";
  return { id: `${message.user ?? ""}/${message.bot_id ?? ""}/${name}`, name, app };
}

/** A message as an article. `scene` has what its blocks need, `open` for its thread, `dismiss`, and `inThread`. */
export function drawMessage(message, scene, compact) {
  try {
    return article(message, scene, compact);
  } catch (error) {
    console.error("message not drawn", message, error);
    return el("article", { class: "message", "data-ts": message.ts, tabIndex: -1 }, el("div", { class: "gutter" }),
      el("div", { class: "body" }, undrawn(`message: ${error.message}`)), toolbar(message, scene));
  }
}

function article(message, scene, compact) {
  const { world } = scene;
  const who = author(message, world);
  const at = millis(message.ts);
  const time = el("time", { class: "time", title: moment(at, world.zone) }, clock(at, world.zone));
  const edited = message.edited && el("span", { class: "edited" }, " (edited)");
  const head = compact ? null : el("div", { class: "head" },
    el("strong", { class: "author" }, isolated(who.name)), who.app && el("span", { class: "badge" }, "APP"), time);
  return el("article", { class: `message ${compact ? "compact" : ""} ${message.ephemeral ? "ephemeral" : ""}`, "data-ts": message.ts, tabIndex: -1, "aria-label": `${who.name}, ${clock(at, world.zone)}${message.ephemeral ? ", only visible to you" : ""}` },
    el("div", { class: "gutter", "aria-hidden": "true" }, compact ? time : avatar(who)),
    el("div", { class: "body" },
      message.ephemeral && onlyYou(message, scene), head, broadcast(message, scene),
      body(message, scene, edited), attachments(message, scene), files(message), pings(message, scene), reactions(message, scene), footer(message, scene)),
    toolbar(message, scene));
}

function avatar({ name, app }) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 997;
  const letters = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean).map((word) => [...word][0]).join("").slice(0, 2).toUpperCase();
  return el("span", { class: `avatar ${app ? "app" : `tint-${sum % 6}`}` }, letters || "?");
}

function onlyYou(message, scene) {
  return el("div", { class: "only-you" }, "👁 Only visible to you · ",
    el("button", { type: "button", class: "link-button", on: { click: () => scene.dismiss(message) } }, "Dismiss"));
}

function broadcast(message, scene) {
  if (!message.thread_ts || message.thread_ts === message.ts || scene.inThread) return null;
  return el("div", { class: "broadcast" }, "replied to ",
    el("button", { type: "button", class: "link-button", on: { click: () => scene.open(message.thread_ts) } }, "a thread"));
}

/** Blocks if there are any, as in Slack: then `text` is only what notifications say. */
function body(message, scene, edited) {
  if (Array.isArray(message.blocks) && message.blocks.length) return el("div", { class: "blocks" }, drawBlocks(message.blocks, scene, "b"), edited);
  const text = String(message.text ?? "");
  if (!text) return edited;
  const node = el("div", { class: "text" }, capped(text, (part) => mrkdwn(part, scene.world, "links")), edited);
  return folded(node, text.length, scene.kept("text"));
}

function attachments(message, scene) {
  return (Array.isArray(message.attachments) ? message.attachments : []).map((attachment, at) => {
    const node = el("div", { class: "attachment" },
      attachment.pretext && el("div", { class: "text" }, mrkdwn(attachment.pretext, scene.world)),
      attachment.author_name && el("div", { class: "hint" }, maybeLink(attachment.author_link, String(attachment.author_name)), " ", isolated(String(attachment.author_subname ?? ""))),
      attachment.title && el("div", { class: "attachment-title" }, maybeLink(attachment.title_link, String(attachment.title))),
      attachment.text && folded(el("div", { class: "text" }, capped(String(attachment.text), (part) => mrkdwn(part, scene.world))), String(attachment.text).length, scene.kept(`a${at}`)),
      attachment.fields && el("div", { class: "fields" }, attachment.fields.map((field) => el("div", { class: "field-text" }, el("strong", {}, isolated(String(field.title ?? ""))), el("div", {}, textObject({ type: "mrkdwn", text: field.value }, scene.world))))),
      drawBlocks(attachment.blocks, scene, `a${at}.`),
      !attachment.blocks?.length && !attachment.text && attachment.fallback && el("div", { class: "text" }, isolated(String(attachment.fallback))),
      (attachment.image_url || attachment.thumb_url) && el("div", { class: "picture" }, "🖼 ", maybeLink(attachment.image_url ?? attachment.thumb_url, "picture")),
      attachment.actions?.length > 0 && undrawn("actions of attachments, which Slack calls legacy"),
      (attachment.footer || attachment.ts) && el("div", { class: "context" }, isolated(String(attachment.footer ?? "")), attachment.ts && el("time", {}, moment(millis(attachment.ts), scene.world.zone))));
    const colour = barColour(String(attachment.color ?? ""));
    if (colour) node.style.setProperty("--bar", colour);
    return node;
  });
}

const maybeLink = (address, text) => (address ? link(address, {}, isolated(text)) : isolated(text));

function barColour(name) {
  if (Object.hasOwn(COLOURS, name)) return COLOURS[name];
  return /^#?[0-9a-f]{6}$/i.test(name) ? `#${name.replace("#", "")}` : null;
}

function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function files(message) {
  return (Array.isArray(message.files) ? message.files : []).map((file) => {
    const name = String(file.title || file.name || file.id);
    const save = el("a", { class: "button", download: String(file.name ?? "") }, "Download");
    save.href = fileAddress(file.id);
    const look = el("button", { type: "button", class: "button", "aria-expanded": "false" }, "Preview");
    const preview = el("pre", { class: "code preview", hidden: true, tabIndex: 0, "aria-label": `First lines of ${name}` });
    look.addEventListener("click", async () => {
      preview.hidden = !preview.hidden;
      look.setAttribute("aria-expanded", String(!preview.hidden));
      if (preview.hidden || preview.firstChild) return;
      await busy(look, () => beginning(file.id).then((text) => {
        const lines = text.split("\n");
        preview.append(isolated(lines.slice(0, 12).join("\n") + (lines.length > 12 ? "\n…" : "")));
        return { ok: true };
      }, (error) => ({ ok: false, error: `no preview: ${error.message}` })));
    });
    return el("div", { class: "file" }, el("div", { class: "file-head" },
      el("span", { class: "file-icon", "aria-hidden": "true" }, "📄"), el("span", { class: "file-name" }, isolated(name), el("small", {}, size(file.size))), look, save), preview);
  });
}

/** What of this message notifies somebody: text of a log must never stand here. */
function pings(message, { world }) {
  if (!Array.isArray(message.pings) || message.pings.length === 0) return null;
  return el("div", { class: "pings" }, "🔔 notifies ", message.pings.slice(0, 20).map((ping) => [mrkdwn(String(ping), world, "none"), " "]));
}

function footer(message, scene) {
  if (scene.inThread || !message.reply_count) return null;
  const last = millis(message.latest_reply ?? "");
  const name = dayName(last, scene.world.zone, scene.world.now());
  const when = Number.isFinite(last) ? `Last reply ${/day$/.test(name) ? name.toLowerCase() : name} at ${clock(last, scene.world.zone)}` : "";
  return el("button", { type: "button", class: "replies", "data-key": "replies", on: { click: () => scene.open(message.ts) } },
    el("strong", {}, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`), el("small", {}, when));
}

function toolbar(message, scene) {
  const tool = (label, sign, click) => el("button", { type: "button", class: "tool pointed-at", title: label, "aria-label": label, "data-key": label, on: { click } }, sign);
  const lasting = !message.ephemeral && message.subtype !== "tombstone";
  return el("div", { class: "toolbar" },
    lasting && reactButton(scene),
    !scene.inThread && !message.ephemeral && tool("Reply in thread", "💬", () => scene.open(message.thread_ts ?? message.ts)),
    tool("Show the raw JSON", "{ }", () => showJson("Message", message)),
    menuButton({ class: "tool", title: "More actions", "aria-label": "More actions", "data-key": "More actions" }, "⋮", () => menu(message, scene)));
}

/** What else can be done with a message: the app's shortcuts, its link, and changes of one's own. */
function menu(message, scene) {
  const own = message.user === scene.world.me() && !message.bot_id;
  const shortcuts = scene.world.shortcuts().filter(({ type }) => type === "message").map(({ name, callback_id: id }) => (
    { label: [isolated(String(name)), el("small", {}, isolated(scene.world.botName()))], run: (opener) => busy(opener, () => scene.shortcut(id)) }));
  const change = async (opener) => {
    const text = await asked("Edit message", "Message", unmarked(message.text ?? "", scene.world));
    if (text?.trim()) await busy(opener, () => scene.edit(text));
  };
  const remove = async (opener) => {
    const question = { title: "Delete message", text: "This cannot be undone.", confirm: "Delete", deny: "Cancel", style: "danger" };
    if (await confirmed(question, scene.world)) await busy(opener, () => scene.remove());
  };
  const json = { label: "Show the raw JSON", run: () => showJson("Message", message) };
  if (message.ephemeral) return [json];
  return [...(scene.inThread ? [] : [{ label: "Reply in thread", run: () => scene.open(message.thread_ts ?? message.ts) }]), ...shortcuts,
    { label: "Copy link", run: (opener) => busy(opener, () => scene.copyLink()) }, json,
    ...(own ? [{ label: "Edit", run: change }, { label: "Delete", run: remove }] : [])];
}
