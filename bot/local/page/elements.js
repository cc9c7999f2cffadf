// Interactive elements. A click is sent to the app; in a view, what was entered is also kept to be submitted.
// https://docs.slack.dev/reference/block-kit/block-elements

import { busy, el, isolated, link, safeUrl } from "./dom.js";
import { confirmed } from "./dialogs.js";
import { choices, fields } from "./inputs.js";
import { plain } from "./mrkdwn.js";
import { undrawn } from "./rich_text.js";

const ELEMENTS = { button, overflow, image: picture, ...choices, ...fields };

/** One element of a block. `scene` says where it stands: `act` sends a click, `inputs` (in a view) collects values. */
export function drawElement(element, block, scene) {
  const draw = Object.hasOwn(ELEMENTS, element?.type ?? "") ? ELEMENTS[element.type] : null;
  if (draw === null) return undrawn(element?.type);
  const send = (control, extra = {}) => sent(control, element, block, scene, extra);
  return draw(element, { scene, block, send, key: `${block.block_id ?? ""}/${element.action_id ?? ""}` });
}

/** Ask first if the element says so, then send the click. False if the person decided against it. */
async function sent(control, element, block, scene, extra) {
  if (element.confirm && !(await confirmed(element.confirm, scene.world))) return false;
  await busy(control, () => scene.act(element, block, extra));
  return true;
}

function button(element, { send, key }) {
  const style = ["primary", "danger"].includes(element.style) ? element.style : "";
  const attributes = { class: `button ${style}`, "data-key": key, "aria-label": element.accessibility_label };
  const label = isolated(plain(element.text));
  if (safeUrl(element.url)) {
    const node = link(element.url, { ...attributes, class: `${attributes.class} outward` }, label);
    node.addEventListener("click", () => send(node));
    return node;
  }
  const node = el("button", { type: "button", ...attributes, on: { click: () => send(node) } }, label);
  return node;
}

function picture(element) {
  return el("span", { class: "picture", role: "img", "aria-label": String(element.alt_text ?? "image") }, "🖼 ", isolated(String(element.alt_text ?? "image")));
}

let menus = 0;

function overflow(element, { send, key }) {
  const id = `menu-${(menus += 1)}`;
  const opener = el("button", { type: "button", class: "button overflow", "data-key": key, "aria-label": "More actions", "aria-haspopup": "menu", popovertarget: id }, "⋯");
  const menu = el("div", { id, class: "menu", role: "menu", popover: "auto" }, (element.options ?? []).map((option) => {
    const pick = () => {
      menu.hidePopover();
      opener.focus();
      send(opener, { option: option.value });
    };
    const attributes = { class: "menu-item", role: "menuitem", tabIndex: -1 };
    const label = [isolated(plain(option.text)), option.description && el("small", {}, isolated(plain(option.description)))];
    const item = safeUrl(option.url) ? link(option.url, attributes, label) : el("button", { type: "button", ...attributes }, label);
    item.addEventListener("click", pick);
    return item;
  }));
  menu.addEventListener("toggle", (event) => { if (event.newState === "open") place(menu, opener); });
  menu.addEventListener("keydown", (event) => walk(event, [...menu.children], menu, opener));
  return el("span", { class: "overflow-box" }, opener, menu);
}

function place(menu, opener) {
  const at = opener.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = at.bottom + size.height + 8 < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8))}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
  menu.firstElementChild?.focus();
}

function walk(event, items, menu, opener) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length)?.focus();
  }
  if (event.key === "Tab" || event.key === "Escape") {
    event.preventDefault();
    menu.hidePopover();
    opener.focus();
  }
}
