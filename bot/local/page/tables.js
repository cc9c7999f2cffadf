// The table and data_table blocks. Cells of raw text are shown as they are, never parsed.
// https://docs.slack.dev/reference/block-kit/blocks/table-block and …/data-table-block

import { capped, el, isolated } from "./dom.js";
import { drawElement } from "./elements.js";
import { plain } from "./mrkdwn.js";
import { flat, richText, undrawn } from "./rich_text.js";

const SHORT = 36; // characters that a cell keeps on one line

/** A cell as text, number (null unless it is a number) and a way to draw it. */
function cell(content, block, scene) {
  if (content?.type === "rich_text") return { text: flat(content), number: null, draw: () => richText(content, scene.world) };
  if (content?.type === "action") return { text: plain(content.element?.text), number: null, draw: () => drawElement(content.element, block, scene) };
  if (content?.type === "raw_number") {
    const text = String(content.text ?? content.value ?? "");
    return { text, number: Number(content.value ?? content.text), draw: () => isolated(text, true) };
  }
  if (content?.type === "raw_text") {
    const text = String(content.text ?? "");
    return { text, number: null, draw: () => capped(text, (part) => [isolated(part, true)]) };
  }
  return { text: "", number: null, draw: () => undrawn(content?.type) };
}

function shape(content, setting) {
  const kinds = [];
  if (content.number !== null) kinds.push("number");
  if (["center", "right"].includes(setting?.align)) kinds.push(`align-${setting.align}`);
  if (content.text.length <= SHORT && !setting?.is_wrapped) kinds.push("short");
  return kinds.join(" ") || null;
}

// A box within the cell: browsers do not agree on the greatest width of a cell itself.
const held = (content) => el("div", { class: "cell" }, content.draw());

/** A table block: rows of cells, the first one being its header. */
export function table(block, scene) {
  const settings = block.column_settings ?? [];
  const [head, ...rows] = (block.rows ?? []).map((row) => row.map((content) => cell(content, block, scene)));
  const draw = (tag, attributes) => (content, at) => el(tag, { ...attributes, class: shape(content, settings[at]) }, held(content));
  return scrolled("table", el("table", {},
    el("thead", {}, el("tr", {}, (head ?? []).map(draw("th", { scope: "col" })))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map(draw("td", {})))))));
}

function scrolled(label, node) {
  return el("div", { class: "table-box", tabIndex: 0, role: "region", "aria-label": label }, node);
}

/** A data_table block: pages, a filter, and columns that sort. `kept` remembers where the reader was. */
export function dataTable(block, scene, kept) {
  const [head, ...rows] = (block.rows ?? []).map((row) => row.map((content) => cell(content, block, scene)));
  const size = Math.min(100, Math.max(1, Number(block.page_size) || 5));
  const rowHeader = Number.isInteger(block.row_header_column_index) ? block.row_header_column_index : 0;
  kept.page ??= 0;
  kept.filter ??= "";
  kept.sort ??= null; // {column, down}

  const drawn = new Map(); // rows are drawn when they are first shown
  const nodeOf = (row) => drawn.get(row) ?? drawn.set(row, el("tr", {}, row.map((content, at) =>
    el(at === rowHeader ? "th" : "td", { scope: at === rowHeader ? "row" : null, class: shape(content) }, held(content))))).get(row);
  const numeric = (head ?? []).map((_, at) => rows.length > 0 && rows.every((row) => Number.isFinite(row[at]?.number)));
  const body = el("tbody");
  const where = el("span", { class: "where", role: "status" });
  const step = (text, label, by) => el("button", { type: "button", class: "step", "aria-label": label,
    on: { click: () => { kept.page += by; show(); } } }, text);
  const [back, on] = [step("‹", "Previous page", -1), step("›", "Next page", 1)];
  const heads = (head ?? []).map((content, at) => el("th", { scope: "col", class: numeric[at] ? "number" : null },
    el("button", { type: "button", class: "sort", on: { click: () => { turn(at); show(); } } }, content.draw(), el("span", { class: "arrow", "aria-hidden": "true" }))));

  function turn(column) {
    if (kept.sort?.column !== column) kept.sort = { column, down: false };
    else kept.sort = kept.sort.down ? null : { column, down: true };
    kept.page = 0;
  }

  function show() {
    const wanted = kept.filter.toLowerCase();
    const chosen = rows.filter((row) => !wanted || row.some((content) => content.text.toLowerCase().includes(wanted)));
    if (kept.sort) chosen.sort(order(kept.sort, numeric[kept.sort.column]));
    const pages = Math.max(1, Math.ceil(chosen.length / size));
    kept.page = Math.min(Math.max(0, kept.page), pages - 1);
    const from = kept.page * size;
    body.replaceChildren(...chosen.slice(from, from + size).map(nodeOf));
    const last = Math.min(from + size, chosen.length);
    where.textContent = chosen.length ? `${from + 1}–${last} of ${chosen.length}${wanted ? ` (${rows.length} in all)` : ""}` : "No row matches";
    back.setAttribute("aria-disabled", String(kept.page === 0));
    on.setAttribute("aria-disabled", String(kept.page === pages - 1));
    heads.forEach((node, at) => {
      const here = kept.sort?.column === at;
      node.setAttribute("aria-sort", here ? (kept.sort.down ? "descending" : "ascending") : "none");
    });
  }

  const filter = el("input", { type: "search", class: "filter", placeholder: "Filter rows", "aria-label": "Filter rows", value: kept.filter,
    on: { input: (event) => { kept.filter = event.target.value; kept.page = 0; show(); } } });
  show();
  const caption = String(block.caption ?? "");
  return el("div", { class: "data-table" },
    el("div", { class: "table-head" }, el("span", { class: "caption", "aria-hidden": "true" }, isolated(caption)), rows.length > size && filter),
    scrolled(caption || "table", el("table", {}, el("caption", { class: "unseen" }, isolated(caption)), el("thead", {}, el("tr", {}, heads)), body)),
    el("div", { class: "pager" }, where, rows.length > size && [back, on]));
}

function order({ column, down }, numeric) {
  const sign = down ? -1 : 1;
  return (one, other) => {
    const [a, b] = [one[column], other[column]];
    return sign * (numeric ? a.number - b.number : a.text.localeCompare(b.text, "en", { numeric: true }));
  };
}
