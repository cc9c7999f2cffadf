// Menus that open from a button: arrows walk in them, Escape closes them, the focus goes back to the button.

import { el, link } from "./dom.js";

let made = 0;

/** A button that opens a menu. `items()` gives, whenever it opens, rows of `{label, run, url?}`; `run(opener)` is called for the one chosen. */
export function menuButton(attributes, sign, items) {
  const opener = el("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", ...attributes }, sign);
  opener.addEventListener("click", () => {
    const menu = opener.popoverTargetElement ?? build(opener);
    if (!menu.isConnected) opener.after(menu);
    if (!menu.matches(":popover-open")) menu.replaceChildren(...items().map((row) => item(row, menu, opener)));
    opener.popoverTargetElement = menu; // the browser opens and closes it
  });
  opener.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    opener.click();
  });
  return opener;
}

function build(opener) {
  const menu = el("div", { id: `menu-${(made += 1)}`, class: "menu", role: "menu", popover: "auto", "aria-label": opener.getAttribute("aria-label") ?? opener.textContent });
  menu.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    opener.setAttribute("aria-expanded", String(open));
    if (open) place(menu, opener);
  });
  menu.addEventListener("keydown", (event) => walk(event, menu, opener));
  return menu;
}

function item({ label, run, url, name }, menu, opener) {
  const attributes = { class: "menu-item", role: "menuitem", tabIndex: -1, "aria-label": name };
  const node = url ? link(url, attributes, label) : el("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", () => {
    menu.hidePopover();
    opener.focus();
    run(opener);
  });
  return node;
}

function place(menu, opener) {
  const at = opener.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = at.bottom + size.height + 8 < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8))}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
  menu.firstElementChild?.focus();
}

function walk(event, menu, opener) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length)?.focus();
  }
  if (event.key === "Tab" || event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    menu.hidePopover();
    opener.focus();
  }
}
