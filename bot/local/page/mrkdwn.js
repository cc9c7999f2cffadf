// Slack's mrkdwn as nodes. Whatever is not clearly markup is text.
// https://docs.slack.dev/messaging/formatting-message-text

import { el, isolated, link, visible } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { slackDate } from "./time.js";

const DEEPEST = 6;
const FARTHEST = 3_000; // characters between an opening and its closing mark
const STYLES = { "*": "strong", _: "em", "~": "s" };

const decoded = (text) => text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);

/** mrkdwn text as nodes. `world` names people and channels; `live` says what bare text becomes: "names" and links, "links", or "none". */
export function mrkdwn(text, world, live = "names") {
  const parts = String(text).split("```");
  const found = [];
  parts.forEach((part, at) => {
    const code = at % 2 === 1;
    if (code && at < parts.length - 1) found.push(fence(part));
    else found.push(...lines(code ? "```" + part : part, world, live, found.length > 0));
  });
  return found;
}

function fence(text) {
  return el("pre", { class: "code" }, isolated(decoded(text).replace(/^\n|\n$/g, "")));
}

/** Text without fences: runs of quoted lines become a quote. */
function lines(text, world, live, afterFence) {
  const rows = (afterFence ? text.replace(/^\n/, "") : text).split("\n");
  const found = [];
  let at = 0;
  while (at < rows.length) {
    const quoted = isQuote(rows[at]);
    let end = at;
    while (end < rows.length && isQuote(rows[end]) === quoted) end += 1;
    const body = rows.slice(at, end).map((row) => (quoted ? row.replace(/^(&gt;|>) ?/, "") : row)).join("\n");
    const drawn = inline(body, world, live, 0);
    if (quoted) found.push(el("blockquote", {}, drawn));
    else if (body) found.push(...drawn);
    at = end;
  }
  return found;
}

const isQuote = (row) => /^(&gt;|>)/.test(row);

/** Marks within a run of lines. */
function inline(text, world, live, depth) {
  const found = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) found.push(...words(plain, world, live));
    plain = "";
  };
  while (at < text.length) {
    const taken = take(text, at, world, live, depth);
    if (taken === null) {
      plain += text[at];
      at += 1;
    } else {
      flush();
      found.push(taken.node);
      at = taken.end;
    }
  }
  flush();
  return found;
}

function take(text, at, world, live, depth) {
  const mark = text[at];
  if (mark === "<") return takeEntity(text, at, world);
  if (mark === "`") return takeCode(text, at);
  if (Object.hasOwn(STYLES, mark) && depth < DEEPEST) return takeStyle(text, at, world, live, depth);
  return null;
}

function takeCode(text, at) {
  const end = closing(text, at, "`");
  if (end === null) return null;
  return { node: el("code", {}, isolated(decoded(text.slice(at + 1, end)))), end: end + 1 };
}

function takeStyle(text, at, world, live, depth) {
  const mark = text[at];
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? "") || /\s/.test(text[at + 1] ?? " ")) return null;
  let end = closing(text, at, mark);
  while (end !== null && (/\s/.test(text[end - 1]) || /[\p{L}\p{N}]/u.test(text[end + 1] ?? ""))) {
    end = closing(text, at, mark, end + 1);
  }
  if (end === null || end === at + 1) return null;
  return { node: el(STYLES[mark], {}, inline(text.slice(at + 1, end), world, live, depth + 1)), end: end + 1 };
}

/** Where the mark that opened at `at` closes on the same line, or null. */
function closing(text, at, mark, from = at + 1) {
  const stop = Math.min(text.length, at + FARTHEST);
  for (let end = from; end < stop; end += 1) {
    if (text[end] === "\n") return null;
    if (text[end] === mark && end > at + 1) return end;
  }
  return null;
}

function takeEntity(text, at, world) {
  const end = text.slice(at, at + FARTHEST).indexOf(">");
  if (end < 2) return null;
  const [target, ...rest] = text.slice(at + 1, at + end).split("|");
  const node = entity(target, rest.length ? decoded(rest.join("|")) : null, world);
  return node && { node, end: at + end + 1 };
}

function entity(target, label, world) {
  if (target.startsWith("@")) return mention(`@${world.personName(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return mention(`#${world.channelName(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("!")) return special(target.slice(1), label, world);
  if (!/^(https?:\/\/|mailto:)/i.test(target)) return null;
  const address = decoded(target);
  return link(address, {}, isolated(label ?? address.replace(/^mailto:/i, "")));
}

function special(name, label, world) {
  if (["here", "channel", "everyone"].includes(name)) return mention(`@${name}`, "loud");
  if (name.startsWith("subteam^")) return mention(label ?? `@${world.groupName(name.slice(8)) ?? name.slice(8)}`, "loud");
  if (!name.startsWith("date^")) return null;
  const [, seconds, tokens, address] = name.split("^");
  const text = slackDate(seconds, tokens ?? "", world.zone, world.now()) ?? label ?? seconds;
  const node = el("time", { title: label }, text);
  return address ? link(decoded(address), {}, node) : node;
}

/** A name that notifies somebody. `loud` ones notify a whole channel. */
export function mention(name, kind = "") {
  return el("span", { class: `mention ${kind}` }, isolated(name));
}

// What Slack makes of bare text: of mrkdwn objects unless `verbatim`; in a message's own text links only.
const LIVE = /(https?:\/\/[^\s<>|"'`]{1,2000}[^\s<>|"'`.,;:!?)\]}])|(?<![\p{L}\p{N}@])@(here|channel|everyone)\b|(?<![\p{L}\p{N}#&])#([a-z0-9_-]{1,80})/gu;

/** Plain words: entities decoded, emoji names drawn, bare links and names made live. */
function words(text, world, live) {
  if (live === "none") return smiling(decoded(text));
  const found = [];
  let from = 0;
  const source = decoded(text);
  for (const match of source.matchAll(LIVE)) {
    const [whole, address, loud, channel] = match;
    if (!address && (live === "links" || (channel && !world.hasChannel(channel)))) continue;
    if (match.index > from) found.push(...smiling(source.slice(from, match.index)));
    if (address) found.push(link(address, {}, isolated(address)));
    else found.push(mention(whole, loud ? "loud" : ""));
    from = match.index + whole.length;
  }
  if (from < source.length) found.push(...smiling(source.slice(from)));
  return found;
}

/** What a person typed, from what Slack made of it: to be changed and sent again. */
export function unmarked(text, world) {
  return decoded(String(text).replace(/<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g, (_, kind, target, label) => {
    if (kind === "@") return `@${world.personName(target) ?? target}`;
    if (kind === "#") return `#${world.channelName(target) ?? target}`;
    if (kind === "!") return target.startsWith("subteam^") ? `@${world.groupName(target.slice(8)) ?? target.slice(8)}` : `@${target}`;
    return label ?? target;
  }));
}

const smiling = (text) => visible(withEmoji(text));

/** A text object (plain_text or mrkdwn), or a string, as nodes. */
export function textObject(object, world) {
  if (object === null || object === undefined) return [];
  if (typeof object === "string") return [isolated(object)];
  const text = String(object.text ?? "");
  if (object.type === "mrkdwn") return mrkdwn(text, world, object.verbatim === true ? "none" : "names");
  return [isolated(object.emoji === false ? text : withEmoji(text))];
}

/** A text object without any markup, for labels and options. */
export function plain(object) {
  const text = typeof object === "string" ? object : String(object?.text ?? "");
  return object?.emoji === false ? text : withEmoji(text);
}

