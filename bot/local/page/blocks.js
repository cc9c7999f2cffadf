// Block Kit blocks as elements. What is not drawn says so.
// https://docs.slack.dev/reference/block-kit/blocks

import { chart } from "./charts.js";
import { capped, el, folded, isolated } from "./dom.js";
import { drawElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { plain, textObject } from "./mrkdwn.js";
import { richLength, richText, undrawn } from "./rich_text.js";
import { dataTable, table } from "./tables.js";

const BLOCKS = {
  header: (block) => el("h3", { class: "header" }, isolated(plain(block.text))),
  section,
  context,
  divider: () => el("hr"),
  actions: (block, scene) => el("div", { class: "actions" }, (block.elements ?? []).map((element) => drawElement(element, block, scene))),
  rich_text: (block, scene, kept) => folded(richText(block, scene.world), richLength(block), kept),
  markdown: (block, scene, kept) => folded(el("div", { class: "markdown" }, capped(String(block.text ?? ""), markdown)), String(block.text ?? "").length, kept),
  table: (block, scene) => table(block, scene.world),
  data_table: (block, scene, kept) => dataTable(block, scene.world, kept),
  data_visualization: (block) => chart(block),
  image: picture,
  input,
  alert: (block, scene) => el("div", { class: `alert ${level(block.level)}`, role: "note" }, textObject(block.text, scene.world)),
  file: (block) => el("div", { class: "undrawn" }, "file ", isolated(String(block.external_id ?? block.file?.name ?? ""))),
};

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
