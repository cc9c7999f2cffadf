// Dialogs that stand over the page: confirmation, and the raw JSON of a message.

import { el, isolated } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

/** Open a modal dialog; its focus is trapped by the browser and returns where it was. It removes itself. */
export function opened(dialog, autofocus) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.isConnected && before.focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.showModal();
  autofocus?.focus();
  return dialog;
}

/** Ask a confirmation object's question. Resolves to true or false. */
export function confirmed(question, world) {
  return new Promise((resolve) => {
    let answer = false;
    const choose = (value) => () => {
      answer = value;
      dialog.close();
    };
    const yes = el("button", { type: "button", class: `button ${question.style === "danger" ? "danger" : "primary"}`, on: { click: choose(true) } }, isolated(plain(question.confirm ?? "Yes")));
    const no = el("button", { type: "button", class: "button", on: { click: choose(false) } }, isolated(plain(question.deny ?? "Cancel")));
    const dialog = el("dialog", { class: "confirm", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text" },
      el("h2", { id: "confirm-title" }, isolated(plain(question.title ?? "Are you sure?"))),
      el("div", { id: "confirm-text", class: "text" }, textObject(question.text, world)),
      el("div", { class: "buttons" }, no, yes));
    dialog.addEventListener("close", () => resolve(answer));
    opened(dialog, no);
  });
}

/** Ask for a text. Resolves to it, or to null if the person decided against it. */
export function asked(title, label, before) {
  return new Promise((resolve) => {
    let answer = null;
    const box = el("textarea", { class: "field asked", rows: 3, value: before, "aria-label": label, maxlength: 12_000 });
    const done = () => {
      answer = box.value;
      dialog.close();
    };
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      done();
    });
    const dialog = el("dialog", { class: "confirm", "aria-labelledby": "asked-title" }, el("h2", { id: "asked-title" }, title), box,
      el("div", { class: "buttons" }, el("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"),
        el("button", { type: "button", class: "button primary", on: { click: done } }, "Save")));
    dialog.addEventListener("close", () => resolve(answer));
    opened(dialog, box);
  });
}

// JSON escapes controls itself; what reorders or hides text is escaped here, so that it shows.
const escaped = (json) => json.replace(/[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g,
  (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A drawer with the raw JSON of a message or view. */
export function showJson(title, value) {
  const json = escaped(JSON.stringify(value, null, 2));
  const close = el("button", { type: "button", class: "plain-button", "aria-label": "Close", on: { click: () => dialog.close() } }, "✕");
  const copy = el("button", { type: "button", class: "button", on: { click: async () => {
    await navigator.clipboard.writeText(json);
    copy.textContent = "Copied";
  } } }, "Copy");
  const source = el("pre", { class: "json", tabIndex: 0 });
  source.textContent = json;
  const dialog = el("dialog", { class: "drawer", "aria-labelledby": "drawer-title" },
    el("header", {}, el("h2", { id: "drawer-title" }, title), copy, close), source);
  opened(dialog, close);
}
