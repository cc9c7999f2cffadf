// What an empty channel shows: what can be tried here, one tap away.

import { el, isolated } from "./dom.js";

/** A card for an empty channel. `fill(text)` puts an example into the composer; `instead` are nodes to show for examples. */
export function welcome(channel, world, fill, instead = null) {
  const examples = instead ? [] : world.commands().flatMap((command) => (command.examples?.length ? command.examples.map(String) : fromUsage(command))).slice(0, 6);
  return el("div", { class: "welcome" },
    el("div", { class: "welcome-sign", "aria-hidden": "true" }, channel?.is_im ? "●" : "#"),
    el("h2", {}, channel?.is_im ? ["This is your conversation with ", isolated(world.botName())] : ["This is the start of #", isolated(channel?.name ?? "")]),
    instead,
    examples.length > 0 && el("p", {}, "Ask the logs a question. Try one of these:"),
    el("ul", { class: "examples" }, examples.map((text) => el("li", {}, el("button", { type: "button", class: "example", on: { click: () => fill(text) } }, el("code", {}, isolated(text)))))),
    examples.length > 0 && el("p", { class: "hint" }, "Type / for the commands there are. Enter sends, Shift and Enter starts a new line."));
}

/** `[help | list | show RULE]` gives `/siem help` and `/siem list`: the forms that need no value. */
function fromUsage({ command, usage_hint: usage }) {
  const forms = String(usage ?? "").replace(/^\s*\[|\]\s*$/g, "").split("|").map((form) => form.trim());
  return forms.filter((form) => /^[a-z][a-z -]*$/.test(form)).map((form) => `${command} ${form}`);
}
