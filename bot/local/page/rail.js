// The left rail: the workspace, who you are, the channels, and the demo's incidents.

import { addressOf } from "./address.js";
import { el, isolated } from "./dom.js";

const SIGNS = (channel) => (channel.is_im ? "●" : channel.is_mpim ? "◉" : channel.is_private ? "🔒" : "#");
const marks = (channel) => [channel.is_private && !channel.is_im && !channel.is_mpim && "private", channel.is_archived && "archived", channel.shared && "shared"].filter(Boolean);

/** Draw the rail. `choose(person)` changes who you are; `incidents` is a menu or null; channels are links, so that the address says where one is. */
export function drawRail(rail, { team, users, channels, person, current, unread, choose, incidents, journal }) {
  const focus = rail.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const option = (one, disabled = false) => el("option", { value: one.id, selected: one.id === person.id, disabled }, one.name);
  const cannot = users.filter(({ is_bot: bot, deleted }) => bot || deleted);
  const select = el("select", { id: "person", "data-key": "person", class: "select", on: { change: (event) => choose(event.target.value) } },
    users.filter((one) => !cannot.includes(one)).map((one) => option(one)),
    cannot.length > 0 && el("optgroup", { label: "Cannot act" }, cannot.map((one) => option({ ...one, name: `${one.name} (${one.deleted ? "deactivated" : "bot"})` }, true))));
  const about = [person.tz, person.is_restricted && "guest", person.other && "another organisation"].filter(Boolean).join(" · ");
  const group = (title, listed) => listed.length > 0 && el("section", {}, el("h2", {}, title), el("ul", {}, listed.map(row)));
  const row = (channel) => {
    const fresh = unread(channel);
    const node = el("a", { class: `place ${fresh ? "unread" : ""}`, "data-key": channel.id, "aria-current": channel.id === current ? "page" : null },
      el("span", { class: "sign", "aria-hidden": "true" }, SIGNS(channel)), el("span", { class: "place-name" }, isolated(channel.name)),
      marks(channel).map((mark) => el("span", mark === "private" ? { class: "unseen" } : { class: "tag", title: mark === "shared" ? "shared with another organisation" : "nobody writes here any more" }, mark)),
      fresh && el("span", { class: "dot" }, el("span", { class: "unseen" }, "unread")));
    node.href = addressOf(channel.id);
    return el("li", {}, node);
  };
  rail.replaceChildren(...[
    el("div", { class: "team" }, el("strong", {}, isolated(team)), el("small", {}, "on this machine")),
    el("div", { class: "you" }, el("label", { for: "person" }, "You are"), select, el("small", {}, about)),
    group("Channels", channels.filter(({ is_im: im, is_mpim: several }) => !im && !several)),
    group("Direct messages", channels.filter(({ is_im: im, is_mpim: several }) => im || several)),
    incidents,
    el("button", { type: "button", class: "place journal-opener", "data-key": "journal", "aria-expanded": String(journal.open), "aria-controls": "journal", on: { click: journal.toggle } },
      el("span", { class: "sign", "aria-hidden": "true" }, "≡"), el("span", { class: "place-name" }, "Journal")),
  ].filter(Boolean));
  if (focus) rail.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
}
