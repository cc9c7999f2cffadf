// The App Home: what the app shows to one person, beside its messages.
// https://docs.slack.dev/surfaces/app-home

import { drawBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { showJson } from "./dialogs.js";
import { acting, carry } from "./views.js";

/** The Home tab. `person()` says for whom it is. It returns `{node, show(view), clear}`; `show(null)` says that there is none. */
export function appHome({ person, world }) {
  const node = el("div", { class: "scroller home", role: "tabpanel", id: "app-home", "aria-label": "Home", tabIndex: 0 });
  let json = null;
  let inputs = [];
  let memory = new Map();

  function show(view) {
    const now = JSON.stringify(view);
    if (now === json) return;
    json = now;
    const focus = node.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const made = [];
    node.replaceChildren(...(view ? drawn(view, made) : [el("p", { class: "nothing" }, "The app has not published a Home for you.")]));
    carry(inputs, made);
    inputs = made;
    if (focus) node.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
  }

  function drawn(view, made) {
    const kept = (path) => memory.get(path) ?? memory.set(path, {}).get(path);
    const scene = { world, kept, inputs: made, ...acting(view, person, made) };
    return [el("div", { class: "home-tools" }, el("button", { type: "button", class: "tool", title: "Show the raw JSON", "aria-label": "Show the raw JSON", on: { click: () => showJson("App Home", view) } }, "{ }")),
      el("div", { class: "blocks home-blocks" }, drawBlocks(view.blocks, scene, "h"))];
  }

  function clear() {
    json = null;
    inputs = [];
    memory = new Map();
    node.replaceChildren();
  }

  return { node, show, clear };
}
