// Emoji that people put to a message: shown with who did, pressed to join in or take it back.

import { busy, el, isolated } from "./dom.js";
import { asked } from "./dialogs.js";
import { emoji } from "./emoji.js";
import { menuButton } from "./menus.js";

const OFFERED = ["eyes", "white_check_mark", "+1", "-1", "raised_hand", "pray", "tada", "fire", "question", "x"];
const NAME = /^[a-z0-9_+'-]{1,100}$/;

const sign = (name) => emoji(name) ?? `:${name}:`;

/** The row of reactions under a message; null if there are none. */
export function reactions(message, scene) {
  const listed = Array.isArray(message.reactions) ? message.reactions : [];
  if (listed.length === 0) return null;
  return el("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, listed.map(({ name, users = [], count = users.length }) => {
    const mine = users.includes(scene.world.me());
    const who = users.map((id) => scene.world.personName(id) ?? id).join(", ");
    const node = el("button", { type: "button", class: "reaction", "data-key": `reaction ${name}`, "aria-pressed": String(mine), title: `${who}: :${name}:`, "aria-label": `${name}, ${count}: ${who}`,
      on: { click: () => busy(node, () => scene.react(name, mine)) } }, isolated(sign(name)), " ", String(count));
    return node;
  }));
}

/** The button that puts another one. */
export function reactButton(scene) {
  const put = (opener, name) => busy(opener, () => scene.react(name, false));
  return menuButton({ class: "tool", title: "Add a reaction", "aria-label": "Add a reaction", "data-key": "Add a reaction" }, "☺", () => [
    ...OFFERED.map((name) => ({ label: [sign(name), " ", el("small", {}, name)], name, run: (opener) => put(opener, name) })),
    { label: "Another …", run: async (opener) => {
      const name = (await asked("Add a reaction", "Name of the emoji", ""))?.trim().replace(/^:|:$/g, "");
      if (name && NAME.test(name)) await put(opener, name);
    } },
  ]);
}
