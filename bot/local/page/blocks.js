// Block Kit blocks as elements. What is not drawn says so.
// https://docs.slack.dev/reference/block-kit/blocks

import { call, card, carousel, provider, video } from "./cards.js";
import { chart } from "./charts.js";
import { capped, el, folded, isolated } from "./dom.js";
import { drawElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { plain, textObject } from "./mrkdwn.js";
import { richLength, richText, undrawn } from "./rich_text.js";
import { dataTable, table } from "./tables.js";
import { plan, task } from "./tasks.js";

const BLOCKS = {
  header: (block) => el("h2", { class: "header" }, isolated(plain(block.text))),
  section,
  context,
  divider: () => el("hr"),
  actions: row,
  context_actions: row,
  rich_text: (block, scene, kept) => folded(richText(block, scene.world), richLength(block), kept),
  markdown: (block, scene, kept) => folded(el("div", { class: "markdown" }, capped(String(block.text ?? ""), markdown)), String(block.text ?? "").length, kept),
  table: (block, scene) => table(block, scene),
  data_table: (block, scene, kept) => dataTable(block, scene, kept),
  data_visualization: (block) => chart(block),
  image: picture,
  input,
  alert: (block, scene) => el("div", { class: `alert ${level(block.level)}`, role: "note" }, textObject(block.text, scene.world)),
  file: (block) => el("div", { class: "undrawn" }, "📎 remote file ", isolated(String(block.external_id ?? ""))),
  card: (block, scene) => card(block, scene),
  carousel,
  container,
  video,
  call,
  auth_provider: provider,
  task_card: task,
  plan,
};

function row(block, scene) {
  return el("div", { class: "actions" }, (block.elements ?? []).map((element) => drawElement(element, block, scene)));
}

const level = (name) => (["info", "warning", "error", "success"].includes(name) ? name : "default");

/** All blocks of a message, an attachment or a view. `path` tells apart what is remembered of each. */
export function drawBlocks(blocks, scene, path = "") {
  return (Array.isArray(blocks) ? blocks : []).map((block, at) => {
    const node = safely(block, scene, scene.kept(`${path}${at}`));
    node.classList.add("block");
    if (block?.block_id) node.dataset.block = block.block_id;
    return node;
  });
}

/** A block of a wrong shape is shown as such; it never takes the page with it. */
function safely(block, scene, kept) {
  const draw = Object.hasOwn(BLOCKS, block?.type ?? "") ? BLOCKS[block.type] : null;
  if (draw === null) return undrawn(block?.type);
  try {
    return draw(block, scene, kept);
  } catch (error) {
    console.error("block not drawn", block, error);
    return undrawn(`${block.type}: ${error.message}`);
  }
}

/** Text of a text object, folded when long. */
function text(object, scene, kept, expand = false) {
  const source = String(object?.text ?? "");
  const body = el("div", { class: "text" }, capped(source, (part) => textObject({ ...object, text: part }, scene.world)));
  return folded(body, expand ? 0 : source.length, kept);
}

function section(block, scene, kept) {
  const fields = block.fields?.length
    ? el("div", { class: "fields" }, block.fields.map((field, at) => el("div", { class: "field-text" }, text(field, scene, (kept[at] ??= {})))))
    : null;
  return el("div", { class: "section" },
    el("div", { class: "section-text" }, block.text && text(block.text, scene, kept, block.expand === true), fields),
    block.accessory && el("div", { class: "accessory" }, drawElement(block.accessory, block, scene)));
}

function context(block, scene) {
  return el("div", { class: "context" }, (block.elements ?? []).map((element) =>
    element?.type === "image"
      ? drawElement(element, block, scene)
      : el("span", { class: "context-text" }, capped(String(element?.text ?? ""), (part) => textObject({ ...element, text: part }, scene.world)))));
}

/** Blocks under a title that may fold them away. `kept` remembers whether they are. */
function container(block, scene, kept) {
  const heading = [block.icon && drawElement({ ...block.icon, type: "image" }, block, scene), el("span", { class: "container-title" },
    block.rich_text_title ? richText(block.rich_text_title, scene.world) : el("strong", {}, isolated(plain(block.title))),
    block.subtitle && el("span", { class: "hint" }, textObject(block.subtitle, scene.world)))];
  const inside = el("div", { class: "container-body" }, drawBlocks(block.child_blocks, { ...scene, kept: (path) => (kept[path] ??= {}) }));
  const style = `container ${["narrow", "wide", "full"].includes(block.width) ? block.width : "standard"} ${block.has_header_divider ? "ruled" : ""}`;
  if (block.is_collapsible !== true) return el("div", { class: style }, el("div", { class: "container-head" }, heading), inside);
  kept.folded ??= block.default_collapsed === true;
  const node = el("details", { class: style, open: !kept.folded, on: { toggle: () => { kept.folded = !node.open; } } }, el("summary", { class: "container-head" }, heading), inside);
  return node;
}

/** Pictures are never fetched: the words that stand for one are shown. */
function picture(block) {
  return el("figure", { class: "picture-box" },
    block.title && el("figcaption", {}, isolated(plain(block.title))),
    el("div", { class: "picture", role: "img", "aria-label": String(block.alt_text ?? "image") }, "🖼 ", isolated(String(block.alt_text ?? "image"))));
}

let labels = 0;

function input(block, scene) {
  const id = `input-${(labels += 1)}`;
  const control = drawElement(block.element, block, scene);
  const field = control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea") ?? control;
  if (control.matches("[role]")) control.setAttribute("aria-labelledby", `${id}-label`);
  else {
    field.id = id;
    field.removeAttribute("aria-label");
  }
  field.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  return el("div", { class: "input" },
    el("label", { for: control.matches("[role]") ? null : id, id: `${id}-label`, class: "label" }, isolated(plain(block.label)), block.optional === true && el("span", { class: "optional" }, " (optional)")),
    control,
    el("div", { class: "hint", id: `${id}-hint` }, block.hint && isolated(plain(block.hint))),
    el("div", { class: "error", id: `${id}-error`, role: "alert" }));
}
