// The markdown block: the common part of standard Markdown, without raw HTML.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block

import { el, isolated, link, visible } from "./dom.js";
import { withEmoji } from "./emoji.js";

const DEEPEST = 5;

/** Markdown text as nodes. */
export function markdown(text) {
  return blocks(String(text).replace(/\r\n?/g, "\n").split("\n"), 0);
}

// Each row: what a first line looks like, and how many lines it takes to draw what. The last one takes anything.
const KINDS = [
  [/^\s*$/, (rows, at) => ({ end: at + 1 })],
  [/^ {0,3}(```+|~~~+)/, fence],
  [/^ {0,3}#{1,6}\s/, heading],
  [/^ {0,3}([-*_])( *\1){2,} *$/, (rows, at) => ({ node: el("hr"), end: at + 1 })],
  [/^ {0,3}>/, quote],
  [/^\s*([-*+]|\d{1,9}[.)])\s+/, list],
  [/^\s*\|.*\|\s*$/, table],
];

function blocks(rows, depth) {
  const found = [];
  let at = 0;
  while (at < rows.length) {
    const kind = depth < DEEPEST ? KINDS.find(([look]) => look.test(rows[at])) : undefined;
    const taken = kind?.[1](rows, at, depth) ?? paragraph(rows, at);
    if (taken.node) found.push(taken.node);
    at = taken.end;
  }
  return found;
}

function fence(rows, at) {
  const mark = /^ {0,3}(```+|~~~+)/.exec(rows[at])[1];
  let end = at + 1;
  while (end < rows.length && !rows[end].trim().startsWith(mark)) end += 1;
  const code = el("pre", { class: "code", tabIndex: 0 }, isolated(rows.slice(at + 1, end).join("\n")));
  return { node: code, end: end + 1 };
}

function heading(rows, at) {
  const [, marks, text] = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(rows[at]) ?? [null, "#", rows[at].replace(/^[#\s]+/, "")];
  return { node: el("div", { class: `md-h md-h${marks.length}`, role: "heading", "aria-level": marks.length + 2 }, inline(text)), end: at + 1 };
}

function quote(rows, at, depth) {
  let end = at;
  while (end < rows.length && /^ {0,3}>/.test(rows[end])) end += 1;
  const inner = rows.slice(at, end).map((row) => row.replace(/^ {0,3}> ?/, ""));
  return { node: el("blockquote", {}, blocks(inner, depth + 1)), end };
}

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

function list(rows, at, depth) {
  const first = ITEM.exec(rows[at]);
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let end = at;
  while (end < rows.length && rows[end].trim()) {
    const item = ITEM.exec(rows[end]);
    if (item && item[1].length <= indent) items.push([item[3]]);
    else items.at(-1).push(rows[end].slice(indent + 2));
    end += 1;
  }
  const node = el(ordered ? "ol" : "ul", { class: "rich-list" }, items.map((lines) => listItem(lines, depth)));
  if (ordered) node.start = parseInt(first[2], 10);
  return { node, end };
}

function listItem([head, ...rest], depth) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(head);
  const box = task && el("span", { role: "img", "aria-label": task[1] === " " ? "open" : "done" }, task[1] === " " ? "☐ " : "☑ ");
  return el("li", { class: task ? "task" : null }, box, inline(task ? task[2] : head), blocks(rest, depth + 1));
}

function table(rows, at) {
  if (!/^\s*\|(\s*:?-+:?\s*\|)+\s*$/.test(rows[at + 1] ?? "")) return null;
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => inline(cell.trim().replaceAll("\\|", "|")));
  let end = at + 2;
  while (end < rows.length && /^\s*\|/.test(rows[end])) end += 1;
  const head = el("thead", {}, el("tr", {}, cells(rows[at]).map((cell) => el("th", { scope: "col" }, cell))));
  const body = el("tbody", {}, rows.slice(at + 2, end).map((row) => el("tr", {}, cells(row).map((cell) => el("td", {}, cell)))));
  return { node: el("div", { class: "table-box", tabIndex: 0, role: "region", "aria-label": "table" }, el("table", {}, head, body)), end };
}

function paragraph(rows, at) {
  let end = at + 1;
  while (end < rows.length && !KINDS.some(([look]) => look.test(rows[end]))) end += 1;
  return { node: el("p", {}, inline(rows.slice(at, end).join("\n"))), end };
}

// Code first: nothing in it is markup. Lengths are bounded so that no text takes long.
const INLINE = /(`+)(?!`)([^`]{1,3000}?)\1(?!`)|\[([^\][]{0,1000})\]\(\s*<?([^\s<>()]{1,2000})>?[^)]{0,300}\)|\*\*(?!\s)([^*]{1,2000}?)\*\*|__(?!\s)([^_]{1,2000}?)__|~~([^~]{1,2000}?)~~|(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]{1,2000}?)\*|(?<![\p{L}\p{N}_])_(?!\s)([^_\n]{1,2000}?)_(?![\p{L}\p{N}])|\\([!-/:-@[-`{-~])|(https?:\/\/[^\s<>()"'`]{1,2000})/gu;

function inline(text, depth = 0) {
  if (depth > DEEPEST) return visible(text);
  const found = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) found.push(...visible(withEmoji(text.slice(from, match.index))));
    found.push(piece(match, depth + 1));
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(...visible(withEmoji(text.slice(from))));
  return found;
}

function piece([, , code, label, address, bold, bold2, strike, italic, italic2, escaped, bare], depth) {
  if (code !== undefined) return el("code", {}, isolated(code));
  if (address !== undefined) return link(address, {}, inline(label, depth));
  if (bold ?? bold2) return el("strong", {}, inline(bold ?? bold2, depth));
  if (strike !== undefined) return el("s", {}, inline(strike, depth));
  if (italic ?? italic2) return el("em", {}, inline(italic ?? italic2, depth));
  if (escaped !== undefined) return document.createTextNode(escaped);
  return link(bare, {}, isolated(bare));
}
