// Interactive elements. A click is sent to the app; in a view, what was entered is also kept to be submitted.
// https://docs.slack.dev/reference/block-kit/block-elements

import { busy, el, isolated, link, safeUrl } from "./dom.js";
import { confirmed } from "./dialogs.js";
import { lookups } from "./lookup.js";
import { choices, fields } from "./inputs.js";
import { menuButton } from "./menus.js";
import { plain } from "./mrkdwn.js";
import { undrawn } from "./rich_text.js";

const ELEMENTS = { button, workflow_button: button, icon_button: iconButton, feedback_buttons: feedback, overflow, image: picture, ...choices, ...fields, ...lookups };

/** One element of a block. `scene` says where it stands: `act` sends a click, `ask` what was typed in a menu, `inputs` (in a view) collects values. */
export function drawElement(element, block, scene) {
  const draw = Object.hasOwn(ELEMENTS, element?.type ?? "") ? ELEMENTS[element.type] : null;
  if (draw === null) return undrawn(element?.type);
  if (element.visible_to_user_ids?.length && !element.visible_to_user_ids.includes(scene.world.me())) return el("span", { hidden: true });
  const send = (control, extra = {}) => sent(control, element, block, scene, extra);
  return draw(element, { scene, block, send, key: `${block.block_id ?? ""}/${element.action_id ?? ""}` });
}

/** Ask first if the element says so, then send the click. False if the person decided against it. */
async function sent(control, element, block, scene, extra) {
  if (element.confirm && !(await confirmed(element.confirm, scene.world))) return false;
  const answer = await busy(control, () => scene.act(element, block, extra));
  return answer?.ok === true;
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

function iconButton(element, { send, key }) {
  const label = plain(element.text);
  const node = el("button", { type: "button", class: "button icon-button", "data-key": key, title: label, "aria-label": element.accessibility_label ?? label, on: { click: () => send(node) } },
    element.icon === "trash" ? "🗑" : "◆");
  return node;
}

/** Two buttons of which one can be pressed, as a vote. */
function feedback(element, { send, key }) {
  const both = [["positive_button", "👍"], ["negative_button", "👎"]].map(([which, sign]) => {
    const { text, value, accessibility_label: label } = element[which];
    const node = el("button", { type: "button", class: "button feedback", "data-key": `${key}/${which}`, "aria-label": label, "aria-pressed": "false", on: { click: async () => {
      if (!(await send(node, { option: value }))) return;
      both.forEach((one) => one.setAttribute("aria-pressed", String(one === node)));
    } } }, sign, " ", isolated(plain(text)));
    return node;
  });
  return el("span", { class: "feedback-box", role: "group", "aria-label": "Feedback" }, both);
}

function picture(element) {
  return el("span", { class: "picture", role: "img", "aria-label": String(element.alt_text ?? "image") }, "🖼 ", isolated(String(element.alt_text ?? "image")));
}

function overflow(element, { send, key }) {
  return el("span", { class: "overflow-box" }, menuButton({ class: "button overflow", "data-key": key, "aria-label": "More actions" }, "⋯", () =>
    (element.options ?? []).map((option) => ({
      label: [isolated(plain(option.text)), option.description && el("small", {}, isolated(plain(option.description)))],
      url: safeUrl(option.url) ? option.url : null,
      run: (opener) => send(opener, { option: option.value }),
    }))));
}
