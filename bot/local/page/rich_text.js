// The rich_text block. Nothing in it is parsed: every piece says what it is.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { capped, el, isolated, link, safeUrl } from "./dom.js";
import { emoji } from "./emoji.js";
import { mention } from "./mrkdwn.js";
import { slackDate } from "./time.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", highlight: "mark", code: "code" };

/** A rich_text block (or a cell of that kind) as one element. */
export function richText(block, world) {
  return el("div", { class: "rich" }, (block.elements ?? []).map((element) => part(element, world)));
}

function part(element, world) {
  const pieces = () => (element.elements ?? []).map((piece) => inline(piece, world));
  switch (element.type) {
    case "rich_text_section":
      return el("div", { class: "rich-section" }, pieces());
    case "rich_text_quote":
      return el("blockquote", {}, pieces());
    case "rich_text_preformatted":
      return el("pre", { class: "code", tabIndex: 0, "aria-label": "preformatted text" }, pieces());
    case "rich_text_list":
      return list(element, world);
    default:
      return undrawn(element.type);
  }
}

function list(element, world) {
  const ordered = element.style === "ordered";
  const indent = Math.min(8, Math.max(0, Number(element.indent) || 0));
  const node = el(ordered ? "ol" : "ul", { class: `rich-list indent-${indent}` },
    (element.elements ?? []).map((item) => el("li", {}, (item.elements ?? []).map((piece) => inline(piece, world)))));
  if (ordered && Number.isInteger(element.offset)) node.start = element.offset + 1;
  return node;
}

const INLINE = {
  text: (piece) => capped(String(piece.text ?? ""), (text) => [isolated(text)]),
  link: (piece) => link(piece.url, {}, isolated(String(piece.text || piece.url))),
  emoji: (piece) => isolated(fromUnicode(piece.unicode) ?? emoji(piece.name) ?? `:${piece.name}:`),
  user: (piece, world) => mention(`@${world.personName(piece.user_id) ?? piece.user_id}`),
  channel: (piece, world) => mention(`#${world.channelName(piece.channel_id) ?? piece.channel_id}`),
  usergroup: (piece, world) => mention(`@${world.groupName(piece.usergroup_id) ?? piece.usergroup_id}`, "loud"),
  team: (piece) => mention(`@${piece.team_id}`, "loud"),
  canvas_user_mention: (piece, world) => mention(`@${world.personName(piece.user_id) ?? piece.user_id}`),
  citation: (piece) => link(piece.url, { class: "citation" }, isolated(`${piece.text} [${piece.index}]`)),
  attachment_mention: pointing("🔗", "text", "url"),
  message_mention: pointing("💬", "text", "message_ts"),
  canvas_message_unfurl: pointing("💬", "root_message_ts"),
  canvas: pointing("📄", "text", "label", "file_id"),
  file: pointing("📎", "text", "file_id"),
  list_record: pointing("☷", "text", "record_id", "file_id"),
  salesforce_data_field: pointing("☁", "salesforce_field_label", "salesforce_field_api_name", "salesforce_record_id"),
  tag: pointing("🏷", "text", "name", "tag_id"),
  work_object_mention: pointing("🔗", "text"),
  workflow_mention: pointing("⚡", "text"),
  broadcast: (piece) => mention(`@${piece.range}`, "loud"),
  color: colour,
  date: (piece, world) => {
    const text = slackDate(piece.timestamp, piece.format ?? "", world.zone, world.now()) ?? String(piece.fallback ?? piece.timestamp);
    const node = el("time", { title: piece.fallback }, text);
    return safeUrl(piece.url) ? link(piece.url, {}, node) : node;
  },
};

/** A piece that names something outside the message: a sign, the first name that it has, and a link if it has an address. */
function pointing(sign, ...names) {
  return (piece) => {
    const label = isolated(`${sign} ${names.map((name) => piece[name]).find(Boolean) ?? piece.type}`);
    return safeUrl(piece.url) ? link(piece.url, {}, label) : el("span", { class: "pointing" }, label);
  };
}

function colour({ value }) {
  const node = el("code", { class: "colour" }, String(value));
  if (/^#[0-9a-f]{6}$/i.test(value)) node.style.setProperty("--bar", value);
  return node;
}

function inline(piece, world) {
  const draw = Object.hasOwn(INLINE, piece.type) ? INLINE[piece.type] : null;
  if (draw === null) return undrawn(piece.type);
  return Object.entries(STYLES).reduce(
    (node, [style, tag]) => (piece.style?.[style] === true ? el(tag, {}, node) : node), draw(piece, world));
}

function fromUnicode(codes) {
  if (typeof codes !== "string" || !/^[0-9a-f]{1,6}(-[0-9a-f]{1,6})*$/i.test(codes)) return null;
  const points = codes.split("-").map((code) => parseInt(code, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}

/** What a rich_text block says, without its styles. Each section is a line. */
export function flat(element, depth = 0) {
  const parts = depth < 6 ? (element.elements ?? []).map((part) => flat(part, depth + 1)) : [];
  const lines = (element.elements ?? []).some((part) => String(part.type).startsWith("rich_text_"));
  return String(element.text ?? "") + parts.join(lines ? "\n" : "");
}

/** How many characters a rich_text block holds, to know whether to fold it. */
export function richLength(block) {
  let length = 0;
  const count = (element, depth) => {
    length += String(element.text ?? "").length;
    if (depth < 6) for (const inner of element.elements ?? []) count(inner, depth + 1);
  };
  for (const element of block.elements ?? []) count(element, 0);
  return length;
}

/** The box that says that something is not drawn here. */
export function undrawn(type) {
  return el("div", { class: "undrawn" }, "not drawn: ", isolated(String(type)));
}
