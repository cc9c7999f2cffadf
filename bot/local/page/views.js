// Modals: the stack of views that a person has open, the top one shown as a dialog.
// https://docs.slack.dev/surfaces/modals

import { drawBlocks } from "./blocks.js";
import { busy, el, isolated } from "./dom.js";
import { showJson } from "./dialogs.js";
import { fault } from "./inputs.js";
import { plain } from "./mrkdwn.js";
import { post } from "./server.js";

/** Shows views. `person()` says for whom, `world` names people and channels, `refresh()` asks for the stack again. */
export function viewStack({ person, world, refresh }) {
  const shown = new Map(); // view id → {json, dialog, inputs, kept}
  let before = null; // what had the focus when the first view opened

  function show(views) {
    const top = views.at(-1);
    if (!shown.size && top) before = document.activeElement;
    for (const [id, { dialog }] of shown) {
      if (!views.some((view) => view.id === id)) {
        dialog.remove();
        shown.delete(id);
      }
    }
    for (const view of views) {
      const json = JSON.stringify(view);
      if (shown.get(view.id)?.json !== json) replace(view, json);
    }
    for (const [id, { dialog }] of shown) {
      if (id === top?.id && !dialog.open) begin(shown.get(id));
      if (id !== top?.id && dialog.open) dialog.close();
    }
    if (!top && before) {
      before.isConnected && before.focus();
      before = null;
    }
  }

  /** Open a view with the focus where the app wants it, or on the first thing to enter. */
  function begin({ dialog, inputs }) {
    dialog.showModal();
    const first = (inputs.find(({ control }) => control.autofocus) ?? inputs[0])?.control;
    (first?.matches("[role=group], [role=radiogroup]") ? first.querySelector("input") : first)?.focus();
  }

  function replace(view, json) {
    const old = shown.get(view.id);
    const focus = old?.dialog.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const made = draw(view, old);
    old?.dialog.remove();
    document.body.append(made.dialog);
    shown.set(view.id, { json, ...made });
    if (focus !== undefined) {
      made.dialog.showModal();
      made.dialog.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
    }
  }

  function draw(view, old) {
    const inputs = [];
    const memory = old?.kept ?? new Map();
    const kept = (path) => memory.get(path) ?? memory.set(path, {}).get(path);
    const scene = { world, kept, inputs, ...acting(view, person, inputs) };
    const close = el("button", { type: "button", class: "plain-button", "aria-label": "Close", on: { click: () => shut() } }, "✕");
    const submit = view.submit && el("button", { type: "submit", class: "button primary" }, isolated(plain(view.submit)));
    const problem = el("div", { class: "problem", role: "alert", hidden: true });
    const form = el("form", { class: "view", novalidate: true },
      el("header", {}, el("h2", { id: `${view.id}-title` }, isolated(plain(view.title))), el("button", { type: "button", class: "tool", title: "Show the raw JSON", "aria-label": "Show the raw JSON", on: { click: () => showJson("View", view) } }, "{ }"), close),
      el("div", { class: "view-body blocks", tabIndex: -1 }, drawBlocks(view.blocks, scene, "v"), problem),
      el("footer", {}, el("button", { type: "button", class: "button", on: { click: () => shut() } }, isolated(plain(view.close ?? "Close"))), submit));
    const dialog = el("dialog", { class: "modal", "aria-labelledby": `${view.id}-title` }, form);
    if (old) carry(old.inputs, inputs);

    async function shut() {
      await post("close", { view_id: view.id, user: person() });
      refresh();
    }

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const faults = Object.fromEntries(inputs.map((input) => [input.block.block_id, fault(input)]).filter(([, text]) => text));
      tell(dialog, faults, problem);
      if (Object.keys(faults).length || !submit) return;
      const answer = await busy(submit, () => post("submit", { view_id: view.id, user: person(), values: values(inputs) }));
      if (answer?.errors) {
        submit.nextElementSibling?.matches(".failed") && submit.nextElementSibling.remove();
        tell(dialog, answer.errors, problem);
      }
      refresh();
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      shut();
    });
    return { dialog, inputs, kept: memory };
  }

  return { show };
}

/** How a view's elements reach the app: with what was entered so far. */
export function acting(view, person, inputs) {
  const about = (element, block) => ({ view_id: view.id, user: person(), action_id: element.action_id, block_id: block.block_id });
  return {
    act: (element, block, extra) => post("click", { ...about(element, block), values: values(inputs), ...extra }),
    ask: (element, block, typed) => post("options", { ...about(element, block), typed }),
  };
}

/** What was entered, as {block_id: {action_id: value}}. */
function values(inputs) {
  const found = {};
  for (const { block, element, read } of inputs) (found[block.block_id] ??= {})[element.action_id] = read();
  return found;
}

/** Keep what was typed when a view is updated: the same block and action keeps its value, as in Slack. */
export function carry(old, now) {
  const name = ({ block, element }) => `${element.type} ${block.block_id} ${element.action_id}`;
  const before = new Map(old.map((input) => [name(input), input]));
  for (const input of now) {
    const was = before.get(name(input));
    if (!was) continue;
    if (input.restore) {
      input.restore(was.keep());
      continue;
    }
    const { control } = was;
    if ("value" in input.control && !input.control.multiple) input.control.value = control.value;
    const boxes = [...control.querySelectorAll("input, option")];
    input.control.querySelectorAll("input, option").forEach((box) => {
      const same = boxes.find((one) => one.value === box.value);
      if (same) box.tagName === "OPTION" ? (box.selected = same.selected) : (box.checked = same.checked);
    });
  }
}

/** Show errors at their blocks, those of unknown blocks below, and put the focus on the first. */
function tell(dialog, errors, problem) {
  let first = null;
  const left = new Map(Object.entries(errors));
  for (const block of dialog.querySelectorAll(".input")) {
    const text = left.get(block.dataset.block);
    left.delete(block.dataset.block);
    const control = block.querySelector("input, select, textarea");
    block.querySelector(".error").replaceChildren(...(text ? [isolated(String(text))] : []));
    if (text) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
    if (text) first ??= control;
  }
  problem.hidden = left.size === 0;
  problem.replaceChildren(...[...left.values()].map((text) => el("div", {}, isolated(String(text)))));
  first?.focus();
}
