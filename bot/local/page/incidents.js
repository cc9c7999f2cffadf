// Incidents that the demo can make happen: a menu in the rail, and cards in the empty #alerts.

import { busy, el, isolated } from "./dom.js";
import { beginIncident, incidents } from "./server.js";

/** The incidents that the server offers. `begun()` runs when one was started. It returns `{load, menu, cards}`. */
export function incidentList(begun) {
  let offered = [];
  let open = false; // the rail is drawn anew whenever something changes

  async function load() {
    offered = await incidents();
  }

  const label = ({ unfolding }) => (unfolding ? el("span", { class: "tag" }, "unfolding") : null);

  function starter(incident, style) {
    const node = el("button", { type: "button", class: style, "data-key": `incident ${incident.id}`, on: { click: async () => {
      const answer = await busy(node, () => beginIncident(incident.id));
      if (answer?.ok) begun();
    } } }, el("strong", {}, isolated(incident.title), " ", label(incident)), el("small", {}, isolated(incident.story)));
    if (incident.unfolding) node.disabled = true;
    return node;
  }

  /** For the rail; null when the server offers none. */
  function menu() {
    if (offered.length === 0) return null;
    const node = el("details", { class: "incidents", open, on: { toggle: () => { open = node.open; } } },
      el("summary", { "data-key": "incidents" }, "Start an incident"),
      el("ul", {}, offered.map((incident) => el("li", {}, starter(incident, "incident")))));
    return node;
  }

  /** For an empty channel of alerts; null when the server offers none. */
  function cards() {
    if (offered.length === 0) return null;
    return [el("p", {}, "Alerts appear here. To see one, make something bad happen:"),
      el("ul", { class: "incident-cards" }, offered.map((incident) => el("li", {}, starter(incident, "example"))))];
  }

  return { load, menu, cards, signature: () => JSON.stringify(offered) };
}
