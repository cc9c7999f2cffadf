// Task cards and plans: what an app is doing, each with its state, details, output and sources.
// https://docs.slack.dev/reference/block-kit/blocks/task-card-block and …/plan-block

import { el, isolated, link } from "./dom.js";
import { richText } from "./rich_text.js";

const STATES = { pending: ["○", "pending"], in_progress: ["◔", "in progress"], complete: ["✓", "complete"], error: ["✕", "failed"] };

/** One task. */
export function task(block, scene) {
  const [sign, words] = Object.hasOwn(STATES, block.status) ? STATES[block.status] : ["○", String(block.status)];
  const part = (name, rich) => rich && el("div", { class: "task-part" }, el("span", { class: "hint" }, name), richText(rich, scene.world));
  return el("div", { class: `task-card task-${Object.hasOwn(STATES, block.status) ? block.status : "pending"}`, role: "group", "aria-label": `${block.title ?? ""}: ${words}` },
    el("div", { class: "task-head" }, el("span", { class: "task-sign", "aria-hidden": "true" }, sign),
      block.hide_title !== true && el("strong", {}, isolated(String(block.title ?? ""))), el("span", { class: "hint" }, isolated(words))),
    part("Details", block.details), part("Output", block.output),
    block.sources?.length > 0 && el("ul", { class: "sources", "aria-label": "Sources" }, block.sources.map(({ url, text }) => el("li", {}, link(url, {}, isolated(String(text ?? url)))))));
}

/** A plan: its title and its tasks in order. */
export function plan(block, scene) {
  return el("div", { class: "plan" }, el("strong", {}, isolated(String(block.title ?? ""))),
    el("ol", { class: "plan-tasks" }, (block.tasks ?? []).map((one) => el("li", {}, task(one, scene)))));
}
