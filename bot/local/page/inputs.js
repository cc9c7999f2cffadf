// Elements that hold a value: selects, boxes, dates and text. Each is the browser's own control.

import { el, isolated } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";
import { flat } from "./rich_text.js";

/** Give the control to the form of its view, if it stands in one. `read` returns its value, null when there is none. */
export function collect(element, { scene, block }, control, read) {
  const state = { block, element, control, read };
  scene.inputs?.push(state);
  if (element.focus_on_load === true) control.autofocus = true;
  return state;
}

// In a message every change is sent; in a view an input block only if it asks for it.
export function changed(element, { block, send }, control, extra) {
  if (block.type !== "input" || block.dispatch_action === true) send(control, extra);
}

const same = (option, value) => option?.value === value;

function optionNode(option, chosen) {
  return el("option", { value: String(option.value), selected: chosen }, plain(option.text));
}

function select(element, spot, { multiple = false, options = element.options, groups = element.option_groups, initial = [] } = {}) {
  const has = (option) => initial.some((one) => same(one, option.value));
  const listed = groups
    ? groups.map((group) => el("optgroup", { label: plain(group.label) }, (group.options ?? []).map((option) => optionNode(option, has(option)))))
    : (options ?? []).map((option) => optionNode(option, has(option)));
  const control = el("select", { class: "select", multiple, "data-key": spot.key, "aria-label": plain(element.placeholder ?? "Choose"), size: multiple ? 5 : null });
  if (!multiple) control.append(el("option", { value: "", selected: initial.length === 0 }, plain(element.placeholder ?? "Choose…")));
  control.append(...listed);
  const values = () => [...control.selectedOptions].map((option) => option.value).filter((value) => value !== "");
  const read = () => (multiple ? (values().length ? values() : null) : values()[0] ?? null);
  collect(element, spot, control, read);
  control.addEventListener("change", () => {
    control.setCustomValidity(multiple && values().length > (element.max_selected_items ?? Infinity) ? `Choose at most ${element.max_selected_items}.` : "");
    if (control.reportValidity() && (multiple || read() !== null)) changed(element, spot, control, { option: multiple ? values() : read() });
  });
  return control;
}

const initialOption = (element) => (element.initial_option ? [element.initial_option] : []);

const people = ({ scene }) => scene.world.people().filter(({ deleted }) => !deleted).map(({ id, name }) => ({ value: id, text: { text: `@${name}`, emoji: false } }));
const named = ({ id, name, is_im: im, is_mpim: group }) => ({ value: id, text: { text: `${im ? "@" : group ? "" : "#"}${name}`, emoji: false } });
const kindOf = (channel) => (channel.is_im ? "im" : channel.is_mpim ? "mpim" : channel.is_private ? "private" : "public");
const channels = ({ scene }) => scene.world.channels().filter((one) => kindOf(one) === "public" && !one.is_archived).map(named);

/** All conversations of the person that the element's filter lets through. */
function conversations({ scene }, { filter = {} }) {
  return scene.world.channels().filter((one) => !one.is_archived && (filter.include ?? ["im", "mpim", "private", "public"]).includes(kindOf(one)) &&
    !(filter.exclude_external_shared_channels && one.shared) && !(filter.exclude_bot_users && one.is_im)).map(named);
}

/** One of a list that the workspace knows. */
function known(list, initial) {
  return (element, spot) => {
    const here = element.default_to_current_conversation === true ? spot.scene.world.here() ?? [] : [];
    return select(element, spot, {
      options: list(spot, element), groups: null, multiple: element.type.startsWith("multi_"),
      initial: [element[initial] ?? here].flat().map((value) => ({ value })) });
  };
}

function boxes(kind) {
  return (element, spot) => {
    const group = el("div", { class: "boxes", role: kind === "radio" ? "radiogroup" : "group", "data-key": spot.key });
    const name = `${spot.key}#${Math.random()}`;
    const initial = kind === "radio" ? initialOption(element) : element.initial_options ?? [];
    const inputs = (element.options ?? []).map((option, at) => {
      const input = el("input", { type: kind, name, value: String(option.value), checked: initial.some((one) => same(one, option.value)), "data-key": `${spot.key}/${at}` });
      const about = option.description && el("small", {}, textObject(option.description, spot.scene.world));
      group.append(el("label", { class: "box" }, input, el("span", {}, textObject(option.text, spot.scene.world), about)));
      return input;
    });
    const values = () => inputs.filter((input) => input.checked).map((input) => input.value);
    const read = () => (kind === "radio" ? values()[0] ?? null : values().length ? values() : null);
    collect(element, spot, group, read);
    group.addEventListener("change", () => changed(element, spot, group, { option: kind === "radio" ? read() : values() }));
    return group;
  };
}

/** Elements with a choice of options. */
export const choices = {
  static_select: (element, spot) => select(element, spot, { initial: initialOption(element) }),
  multi_static_select: (element, spot) => select(element, spot, { multiple: true, initial: element.initial_options ?? [] }),
  users_select: known(people, "initial_user"),
  multi_users_select: known(people, "initial_users"),
  channels_select: known(channels, "initial_channel"),
  multi_channels_select: known(channels, "initial_channels"),
  conversations_select: known(conversations, "initial_conversation"),
  multi_conversations_select: known(conversations, "initial_conversations"),
  checkboxes: boxes("checkbox"),
  radio_buttons: boxes("radio"),
};

const WRITTEN = new Set(["plain_text_input", "number_input", "email_text_input", "url_text_input"]);

function field(type, initial, attributes = () => ({})) {
  return (element, spot) => {
    const control = el("input", { type, class: "field", "data-key": spot.key, value: String(element[initial] ?? ""),
      placeholder: element.placeholder && plain(element.placeholder), "aria-label": element.placeholder ? plain(element.placeholder) : type, ...attributes(element) });
    collect(element, spot, control, () => control.value || null);
    const send = () => changed(element, spot, control, { value: control.value });
    if (WRITTEN.has(element.type)) dispatched(element, spot, control, send);
    else control.addEventListener("change", () => { if (control.value) send(); });
    return control;
  };
}

/** Text is sent on Enter, or while it is typed, as `dispatch_action_config` says. Without it, Enter sends the view. */
function dispatched(element, { block }, control, send) {
  if (block.type === "input" && block.dispatch_action !== true) return;
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (when.includes("on_character_entered")) control.addEventListener("input", send);
  if (when.includes("on_enter_pressed")) control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (event.shiftKey && control.tagName === "TEXTAREA")) return;
    event.preventDefault();
    send();
  });
}

function area(element, spot, value, attributes) {
  return el("textarea", { class: "field", rows: 4, "data-key": spot.key, value, placeholder: element.placeholder && plain(element.placeholder), "aria-label": element.placeholder ? plain(element.placeholder) : "text", ...attributes });
}

function text(element, spot) {
  const limits = { minlength: element.min_length, maxlength: element.max_length ?? 3000 };
  if (!element.multiline) return field("text", "initial_value", () => limits)(element, spot);
  const control = area(element, spot, String(element.initial_value ?? ""), limits);
  collect(element, spot, control, () => control.value || null);
  dispatched(element, spot, control, () => changed(element, spot, control, { value: control.value }));
  return control;
}

/** Rich text is typed without its styles; what was there before keeps them unless it is touched. */
function richInput(element, spot) {
  const before = flat(element.initial_value ?? {});
  const control = area(element, spot, before, { rows: element.min_lines ?? 4 });
  const read = () => {
    if (!control.value) return null;
    if (control.value === before) return element.initial_value;
    return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: control.value }] }] };
  };
  collect(element, spot, control, read);
  dispatched(element, spot, control, () => changed(element, spot, control, { value: read() }));
  return control;
}

/** A moment in epoch seconds, entered in the browser's own zone. */
function datetime(element, spot) {
  const start = Number(element.initial_date_time);
  const local = start ? new Date(start * 1000 - new Date(start * 1000).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
  const control = el("input", { type: "datetime-local", class: "field", "data-key": spot.key, value: local, "aria-label": "Date and time" });
  const read = () => (control.value ? Math.floor(new Date(control.value).getTime() / 1000) : null);
  collect(element, spot, control, read);
  control.addEventListener("change", () => { if (read() !== null) changed(element, spot, control, { value: read() }); });
  return el("span", { class: "moment" }, control, " ", isolated(Intl.DateTimeFormat().resolvedOptions().timeZone));
}

const range = (element) => ({ min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : 1, inputmode: "decimal" });

/** Elements that are typed into. */
export const fields = {
  plain_text_input: text,
  rich_text_input: richInput,
  number_input: field("number", "initial_value", range),
  email_text_input: field("email", "initial_value"),
  url_text_input: field("url", "initial_value"),
  datepicker: field("date", "initial_date"),
  timepicker: field("time", "initial_time"),
  datetimepicker: datetime,
};

/** What is wrong with a value before it is sent, as Slack's client says it, or null. */
export function fault({ block, element, control, read }) {
  const value = read();
  if (value === null) return block.type === "input" && block.optional !== true ? "Please complete this required field." : null;
  if (element.max_selected_items && value.length > element.max_selected_items) return `Choose at most ${element.max_selected_items}.`;
  if (element.min_length && String(value).length < element.min_length) return `Please enter at least ${element.min_length} characters.`;
  if (control.validity && !control.validity.valid) return control.validationMessage || "Please enter a valid value.";
  return null;
}
