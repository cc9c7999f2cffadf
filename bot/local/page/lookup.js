// Menus whose options the app knows: what is typed is sent to it, and it answers with options.
// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select

import { el, isolated } from "./dom.js";
import { changed, collect } from "./inputs.js";
import { plain } from "./mrkdwn.js";

const PAUSE = 200; // milliseconds without typing before the app is asked
const LEAST = 3; // Slack's own min_query_length
let made = 0;

/** A text box that offers what the app answers. `multiple` keeps several choices, each of which can be taken off. */
function lookup(element, spot, multiple) {
  const id = `lookup-${(made += 1)}`;
  const least = element.min_query_length ?? LEAST;
  const box = el("input", { type: "text", class: "field", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off",
    "data-key": spot.key, placeholder: plain(element.placeholder ?? "Type to search"), "aria-label": plain(element.placeholder ?? "Type to search") });
  const list = el("div", { id, class: "offers", role: "listbox", "aria-label": "Options", hidden: true });
  const told = el("div", { class: "hint", role: "status" });
  const chips = el("div", { class: "chips", role: "group", "aria-label": "Chosen", hidden: true });
  const node = el("div", { class: "lookup" }, chips, box, list, told);
  let chosen = [element.initial_option ?? [], element.initial_options ?? []].flat();
  let offered = [];
  let at = 0;
  let asked = 0; // answers to older questions are dropped
  let timer;

  const read = () => (multiple ? (chosen.length ? chosen.map(({ value }) => value) : null) : chosen[0]?.value ?? null);

  function showChosen() {
    if (!multiple) box.value = chosen[0] ? plain(chosen[0].text) : "";
    chips.hidden = !multiple || chosen.length === 0;
    chips.replaceChildren(...(multiple ? chosen.map((option) => el("button", { type: "button", class: "chip", "aria-label": `Remove ${plain(option.text)}`, on: { click: () => take(chosen.filter((one) => one !== option)) } },
      isolated(plain(option.text)), " ✕")) : []));
  }

  function take(options) {
    chosen = options;
    showChosen();
    box.focus();
    if (multiple || chosen.length) changed(element, spot, box, { option: read() });
  }

  function choose(option) {
    close();
    if (!multiple) return take([option]);
    box.value = "";
    if (chosen.some(({ value }) => value === option.value)) return null;
    if (element.max_selected_items && chosen.length >= element.max_selected_items) return tell(`Choose at most ${element.max_selected_items}.`);
    return take([...chosen, option]);
  }

  const tell = (text) => told.replaceChildren(isolated(text));

  function close() {
    clearTimeout(timer);
    asked += 1;
    offered = [];
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    tell("");
  }

  function mark() {
    list.querySelectorAll("[role=option]").forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    if (!offered.length) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", `${id}-${at}`);
    return list.querySelector(`#${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }

  function offer({ options = [], option_groups: groups }) {
    offered = groups?.length ? groups.flatMap((group) => group.options ?? []) : options;
    at = 0;
    let next = 0;
    const row = (option) => el("div", { id: `${id}-${next++}`, class: "suggestion", role: "option", "aria-selected": "false", on: { mousedown: (event) => { event.preventDefault(); choose(option); } } },
      isolated(plain(option.text)), option.description && el("small", {}, isolated(plain(option.description))));
    list.replaceChildren(...(groups?.length
      ? groups.map((group) => el("div", { role: "group", "aria-label": plain(group.label) }, el("div", { class: "offer-group", "aria-hidden": "true" }, isolated(plain(group.label))), (group.options ?? []).map(row)))
      : options.map(row)));
    list.hidden = offered.length === 0;
    box.setAttribute("aria-expanded", String(offered.length > 0));
    tell(offered.length ? `${offered.length} ${offered.length === 1 ? "option" : "options"}` : "The app has no options for this.");
    mark();
  }

  async function ask() {
    const typed = box.value;
    const mine = (asked += 1);
    if (typed.length < least) return tell(`Type at least ${least} ${least === 1 ? "character" : "characters"}.`);
    tell("Asking the app …");
    const answer = await spot.scene.ask(element, spot.block, typed);
    if (mine !== asked) return null;
    if (answer.ok) return offer(answer);
    close();
    return tell(`⚠ ${answer.error ?? "the app did not answer"}`);
  }

  box.addEventListener("input", () => {
    if (!multiple) chosen = [];
    list.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("focus", () => { if (least === 0 && !offered.length && (multiple || !chosen.length)) ask(); });
  box.addEventListener("blur", (event) => { if (!node.contains(event.relatedTarget)) close(); });
  box.addEventListener("keydown", (event) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: offered.length - 1 }[event.key];
    if (offered.length && to !== undefined) {
      at = (to + offered.length) % offered.length;
      mark();
    } else if (offered.length && event.key === "Enter") choose(offered[at]);
    else if (event.key === "ArrowDown") ask();
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Backspace" && multiple && box.value === "" && chosen.length) take(chosen.slice(0, -1));
    else if (event.key !== "Enter") return;
    event.preventDefault(); // Enter in it never sends the view
    if (event.key === "Escape") event.stopPropagation();
  });
  const state = collect(element, spot, box, read);
  state.keep = () => chosen;
  state.restore = (options) => { chosen = options; showChosen(); };
  showChosen();
  return node;
}

/** Elements that ask the app for their options. */
export const lookups = {
  external_select: (element, spot) => lookup(element, spot, false),
  multi_external_select: (element, spot) => lookup(element, spot, true),
};
