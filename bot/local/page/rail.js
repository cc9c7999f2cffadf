// The left rail: the workspace, who you are, the channels, and the demo's incidents.

import { el, isolated } from "./dom.js";

const SIGNS = (channel) => (channel.is_im ? "●" : "#");

/** Draw the rail. `choose(person)` changes who you are; `incidents` is a menu or null; channels are links, so that the address says where one is. */
export function drawRail(rail, { team, users, channels, person, current, unread, choose, incidents }) {
  const focus = rail.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const people = users.filter(({ is_bot, id }) => !is_bot && id !== "USLACKBOT");
  const select = el("select", { id: "person", "data-key": "person", class: "select", on: { change: (event) => choose(event.target.value) } },
    people.map((one) => el("option", { value: one.id, selected: one.id === person.id }, one.name)));
  const about = [person.tz, person.is_restricted && "guest", person.other && "another organisation"].filter(Boolean).join(" · ");
  const group = (title, listed) => listed.length > 0 && el("section", {}, el("h2", {}, title), el("ul", {}, listed.map(row)));
  const row = (channel) => {
    const fresh = unread(channel);
    const node = el("a", { class: `place ${fresh ? "unread" : ""}`, "data-key": channel.id, "aria-current": channel.id === current ? "page" : null },
      el("span", { class: "sign", "aria-hidden": "true" }, SIGNS(channel)), el("span", { class: "place-name" }, isolated(channel.name)),
      channel.shared && el("span", { class: "tag", title: "shared with another organisation" }, "shared"),
      fresh && el("span", { class: "dot" }, el("span", { class: "unseen" }, "unread")));
    node.href = `#/${encodeURIComponent(channel.id)}`;
    return el("li", {}, node);
  };
  rail.replaceChildren(...[
    el("div", { class: "team" }, el("strong", {}, isolated(team)), el("small", {}, "on this machine")),
    el("div", { class: "you" }, el("label", { for: "person" }, "You are"), select, el("small", {}, about)),
    group("Channels", channels.filter(({ is_im }) => !is_im)),
    group("Direct messages", channels.filter(({ is_im }) => is_im)),
    incidents,
  ].filter(Boolean));
  if (focus) rail.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
}
