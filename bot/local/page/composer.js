// Where a person types: messages, slash commands with their usage, mentions; and the shortcuts of the app.

import { busy, el, isolated } from "./dom.js";
import { menuButton } from "./menus.js";

const REMEMBERED = 50;
let composers = 0;

/** A composer. `send(text)` resolves to `{ok, error?}`; `world` knows commands, shortcuts and names; in a thread there are no commands. */
export function composer({ id, send, shortcut, world, inThread = false }) {
  const listId = `commands-${(composers += 1)}`;
  const box = el("textarea", { id, rows: 1, class: "typed", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": listId, autocomplete: "off", maxlength: 12_000, enterkeyhint: "send", disabled: true });
  const list = el("div", { id: listId, class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const usage = el("div", { class: "usage", role: "status", hidden: true });
  const problem = el("div", { class: "problem", role: "alert", hidden: true });
  const button = el("button", { type: "button", class: "send", "aria-label": "Send", disabled: true, on: { click: () => submit() } }, "➤");
  const tools = el("span", { class: "shortcuts", hidden: true }, menuButton({ class: "plain-button", "aria-label": "Shortcuts", title: "Shortcuts" }, "⚡", () => ofApp().map((one) => (
    { label: [isolated(String(one.name)), el("small", {}, isolated(world.botName()))], run: async (opener) => {
      const answer = await busy(opener, () => shortcut(one.callback_id));
      if (answer && !answer.ok) refuse(`${one.name}: ${answer.error ?? "the app did not answer"}`);
    } }))));
  const node = el("div", { class: "composer" }, list, problem, el("div", { class: "typing" }, tools, box, button), usage);
  const ofApp = () => world.shortcuts().filter(({ type }) => type === "global");
  const commands = () => world.commands();
  let offered = [];
  let chosen = 0;
  let recalled = null; // place in the history while going through it

  const historyKey = () => `typed by ${world.me()}`;
  const typed = () => JSON.parse(sessionStorage.getItem(historyKey()) ?? "[]");

  function set(text) {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    refresh();
  }

  function refresh() {
    grow();
    const text = box.value;
    problem.hidden = true;
    tools.hidden = ofApp().length === 0;
    offered = !inThread && /^\/\S*$/.test(text) ? commandsLike(text) : namesLike(text, box.selectionStart);
    chosen = Math.min(chosen, Math.max(0, offered.length - 1));
    offer();
    const command = inThread ? null : commands().find((one) => text === one.command || text.startsWith(`${one.command} `));
    usage.hidden = !command || offered.length > 0;
    usage.replaceChildren(...(command ? [el("code", {}, `${command.command} `), el("span", {}, isolated(command.usage_hint ?? ""))] : []));
    button.disabled = box.disabled || text.trim() === "";
  }

  const commandsLike = (text) => commands().filter(({ command }) => command.startsWith(text)).map((one) => (
    { name: one.command, usage: one.usage_hint, about: one.description, whole: `${one.command} `, caret: one.command.length + 1 }));

  /** People, groups and channels whose name begins with the word at the caret. One that stands there in full is not offered. */
  function namesLike(text, caret) {
    const [, sign, typed] = /(?:^|[\s(])([@#])([\w.-]*)$/.exec(text.slice(0, caret)) ?? [];
    if (!sign) return [];
    const known = sign === "@" ? world.mentioned() : world.channels().filter(({ is_im: im, is_mpim: group }) => !im && !group).map(({ name }) => ({ name, about: "" }));
    const found = known.filter(({ name }) => name.toLowerCase().startsWith(typed.toLowerCase()));
    if (found.some(({ name }) => name === typed)) return [];
    const from = caret - typed.length;
    return found.slice(0, 8).map(({ name, about }) => ({ name: sign + name, about, whole: `${text.slice(0, from)}${name} ${text.slice(caret)}`, caret: from + name.length + 1 }));
  }

  function offer() {
    list.hidden = offered.length === 0;
    list.replaceChildren(...offered.map(({ name, usage: hint, about }, at) => el("div", { id: `${listId}-${at}`, class: "suggestion", role: "option", "aria-selected": String(at === chosen), on: { mousedown: (event) => { event.preventDefault(); complete(at); } } },
      el("strong", {}, isolated(name)), " ", el("span", { class: "suggested-usage" }, isolated(hint ?? "")), el("small", {}, isolated(about ?? "")))));
    if (offered.length) box.setAttribute("aria-activedescendant", `${listId}-${chosen}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function complete(at) {
    const { whole, caret } = offered[at];
    set(whole);
    box.setSelectionRange(caret, caret);
    box.focus();
  }

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
  }

  function refuse(text) {
    problem.replaceChildren(isolated(text));
    problem.hidden = false;
  }

  async function submit() {
    const text = box.value.trim();
    if (!text || node.classList.contains("sending")) return;
    const command = /^\/\S*/.exec(text)?.[0];
    if (command && inThread) return refuse(`${command} is not supported in threads. Sorry!`);
    if (command && !commands().some((one) => one.command === command)) return refuse(`${command} is not a valid command. Type / to see the commands there are.`);
    remember(text);
    set("");
    node.classList.add("sending");
    const answer = await send(text, Boolean(command));
    node.classList.remove("sending");
    // Slack itself tells the person about a command that failed; a message that was not sent comes back.
    if (answer.ok || (command && answer.status)) return;
    if (!box.value) set(text);
    refuse(`Not sent: ${answer.error ?? "the workspace refused it"}`);
  }

  function remember(text) {
    const kept = [...typed().filter((old) => old !== text), text].slice(-REMEMBERED);
    sessionStorage.setItem(historyKey(), JSON.stringify(kept));
    recalled = null;
  }

  /** Go back (−1) or on (+1) in what was typed. */
  function recall(step) {
    const kept = typed();
    const at = (recalled ?? kept.length) + step;
    if (at < 0 || at > kept.length) return;
    recalled = at;
    set(kept[at] ?? "");
  }

  /** Move the choice among the commands offered, round and round. */
  function choose(step) {
    chosen = (chosen + step + offered.length) % offered.length;
    offer();
  }

  /** What a key does; false if it does what it always does. */
  function key({ key: name, shiftKey, isComposing }) {
    const going = offered.length > 0;
    if (name === "Enter" && !shiftKey && !isComposing) going ? complete(chosen) : submit();
    else if (name === "Tab" && going && !shiftKey) complete(chosen);
    else if (name === "Escape" && going) close();
    else if (name === "ArrowDown" && (going || recalled !== null)) going ? choose(1) : recall(1);
    else if (name === "ArrowUp" && (going || recalled !== null || box.value === "")) going ? choose(-1) : recall(-1);
    else return false;
    return true;
  }

  function close() {
    offered = [];
    offer();
  }

  box.addEventListener("keydown", (event) => {
    if (key(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  box.addEventListener("input", () => {
    recalled = null;
    refresh();
  });
  box.addEventListener("blur", close);
  refresh();
  return { node, set, refresh, focus: () => box.focus(), text: () => box.value,
    name: (label, hint) => { box.setAttribute("aria-label", label); box.placeholder = hint; },
    /** Let nobody write here, and say why; null lets them. */
    shut: (why) => {
      if (box.disabled === (why !== null) && (why === null || box.placeholder === why)) return;
      box.disabled = why !== null;
      if (why !== null) box.placeholder = why;
      refresh();
    } };
}
