// Where a person types: messages, and slash commands with their usage.

import { el, isolated } from "./dom.js";

const REMEMBERED = 50;
let composers = 0;

/** A composer. `send(text)` resolves to `{ok, error?}`; `commands()` lists what `/` offers; in a thread there is none. */
export function composer({ id, send, commands, person, inThread = false }) {
  const listId = `commands-${(composers += 1)}`;
  const box = el("textarea", { id, rows: 1, class: "typed", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId, autocomplete: "off", maxlength: 12_000, enterkeyhint: "send" });
  const list = el("div", { id: listId, class: "suggestions", role: "listbox", "aria-label": "Commands", hidden: true });
  const usage = el("div", { class: "usage", role: "status", hidden: true });
  const problem = el("div", { class: "problem", role: "alert", hidden: true });
  const button = el("button", { type: "button", class: "send", "aria-label": "Send", on: { click: () => submit() } }, "➤");
  const node = el("div", { class: "composer" }, list, problem, el("div", { class: "typing" }, box, button), usage);
  let offered = [];
  let chosen = 0;
  let recalled = null; // place in the history while going through it

  const historyKey = () => `typed by ${person()}`;
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
    offered = !inThread && /^\/\S*$/.test(text) ? commands().filter(({ command }) => command.startsWith(text)) : [];
    chosen = Math.min(chosen, Math.max(0, offered.length - 1));
    offer();
    const command = inThread ? null : commands().find((one) => text === one.command || text.startsWith(`${one.command} `));
    usage.hidden = !command || offered.length > 0;
    usage.replaceChildren(...(command ? [el("code", {}, `${command.command} `), el("span", {}, isolated(command.usage_hint ?? ""))] : []));
    button.disabled = text.trim() === "";
  }

  function offer() {
    list.hidden = offered.length === 0;
    box.setAttribute("aria-expanded", String(offered.length > 0));
    list.replaceChildren(...offered.map((command, at) => el("div", { id: `${listId}-${at}`, class: "suggestion", role: "option", "aria-selected": String(at === chosen), on: { mousedown: (event) => { event.preventDefault(); complete(at); } } },
      el("strong", {}, command.command), " ", el("span", { class: "suggested-usage" }, isolated(command.usage_hint ?? "")), el("small", {}, isolated(command.description ?? "")))));
    if (offered.length) box.setAttribute("aria-activedescendant", `${listId}-${chosen}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function complete(at) {
    set(`${offered[at].command} `);
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
    name: (label, hint) => { box.setAttribute("aria-label", label); box.placeholder = hint; } };
}
