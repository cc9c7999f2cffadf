// Elements that hold a value: selects, boxes, dates and text. Each is the browser's own control.

import { el, isolated } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

/** Give the control to the form of its view, if it stands in one. `read` returns its value, null when there is none. */
function collect(element, { scene, block }, control, read) {
  scene.inputs?.push({ block, element, control, read });
}

// In a message every change is sent; in a view an input block only if it asks for it.
function changed(element, { block, send }, control, extra) {
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
    if (multiple || read() !== null) changed(element, spot, control, { option: multiple ? values() : read() });
  });
  return control;
}

const initialOption = (element) => (element.initial_option ? [element.initial_option] : []);

const people = ({ scene }) => scene.world.people().map(({ id, name }) => ({ value: id, text: { text: `@${name}`, emoji: false } }));
const places = ({ scene }) => scene.world.channels().filter(({ is_im }) => !is_im).map(({ id, name }) => ({ value: id, text: { text: `#${name}`, emoji: false } }));

/** One of a list that the workspace knows. */
function known(list, initial) {
  return (element, spot) => select(element, spot, {
    options: list(spot), groups: null, multiple: element.type.startsWith("multi_"),
    initial: [element[initial] ?? []].flat().map((value) => ({ value })) });
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
  channels_select: known(places, "initial_channel"),
  multi_channels_select: known(places, "initial_channels"),
  conversations_select: known(places, "initial_conversation"),
  multi_conversations_select: known(places, "initial_conversations"),
  checkboxes: boxes("checkbox"),
  radio_buttons: boxes("radio"),
};

function field(type, initial, attributes = () => ({})) {
  return (element, spot) => {
    const control = el("input", { type, class: "field", "data-key": spot.key, value: String(element[initial] ?? ""),
      placeholder: element.placeholder && plain(element.placeholder), "aria-label": element.placeholder ? plain(element.placeholder) : type, ...attributes(element) });
    collect(element, spot, control, () => control.value || null);
    control.addEventListener("change", () => { if (control.value) changed(element, spot, control, { value: control.value }); });
    return control;
  };
}

function text(element, spot) {
  const limits = { minlength: element.min_length, maxlength: element.max_length ?? 3000 };
  if (!element.multiline) return field("text", "initial_value", () => limits)(element, spot);
  const control = el("textarea", { class: "field", rows: 4, "data-key": spot.key, value: String(element.initial_value ?? ""), placeholder: element.placeholder && plain(element.placeholder), ...limits });
  collect(element, spot, control, () => control.value || null);
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
  return el("span", {}, control, " ", isolated(Intl.DateTimeFormat().resolvedOptions().timeZone));
}

const range = (element) => ({ min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : 1, inputmode: "decimal" });

/** Elements that are typed into. */
export const fields = {
  plain_text_input: text,
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
  if (element.min_length && String(value).length < element.min_length) return `Please enter at least ${element.min_length} characters.`;
  if (control.validity && !control.validity.valid) return control.validationMessage || "Please enter a valid value.";
  return null;
}
