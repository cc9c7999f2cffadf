// Builds elements without ever parsing text as markup, and makes what hides in text visible.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["checked", "disabled", "hidden", "multiple", "open", "readOnly", "selected", "tabIndex", "value"]);

/** An element. `attributes` may hold `class`, `on: {event: listener}`, DOM properties and ARIA or data attributes. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (PROPERTIES.has(name)) node[name] = value;
    else if (/^(on|style$|srcdoc$|href$|src$)/i.test(name)) throw new Error(`${name} is not set through el()`);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...nodes(children));
  return node;
}

/** Children as nodes: strings become visible text, nothing is left out but null, undefined and false. */
function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .flatMap((child) => (child instanceof Node ? [child] : visible(String(child))));
}

/** An address that may be opened: http, https or mailto; else null. */
export function safeUrl(text) {
  if (typeof text !== "string" || !/^(https?:\/\/|mailto:)/i.test(text.trim())) return null;
  try {
    return new URL(text.trim()).href;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere and tells the other side nothing; plain text if the address is not safe. */
export function link(address, attributes = {}, ...children) {
  const href = safeUrl(address);
  if (href === null) return el("span", { class: "bad-link", title: "not a link that is opened" }, ...children);
  const node = el("a", { target: "_blank", rel: "noopener noreferrer nofollow", title: href, ...attributes }, ...children);
  node.href = href;
  return node;
}

// C0 and C1 controls, and the characters that reorder or hide text. U+200D and U+FE0F stay: emoji need them.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/u;
const HIDDEN_RAW = /[\t\n]/;

/** Text as nodes in which controls show as small boxes with their name (NUL) or code (U+202E). `raw` also shows tab and newline. */
export function visible(text, raw = false) {
  if (!HIDDEN.test(text) && !(raw && HIDDEN_RAW.test(text))) return [document.createTextNode(text)];
  const found = [];
  let plain = "";
  for (const character of text) {
    const hidden = HIDDEN.test(character) || (raw && HIDDEN_RAW.test(character));
    if (!hidden) {
      plain += character;
      continue;
    }
    if (character === "\r" && !raw) continue;
    if (plain) found.push(document.createTextNode(plain));
    plain = "";
    found.push(mark(character.codePointAt(0)));
  }
  if (plain) found.push(document.createTextNode(plain));
  return found;
}

// The names that Unicode's control pictures (U+2400…) show; few fonts have the pictures themselves.
const NAMES = "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(" ");

function mark(code) {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const sign = NAMES[code] ?? (code === 0x7f ? "DEL" : name);
  const node = document.createElement("span");
  node.className = "control";
  node.title = name;
  node.textContent = sign;
  return node;
}

/** Text that cannot reorder what stands around it. */
export function isolated(text, raw = false) {
  const node = document.createElement("bdi");
  node.append(...visible(text, raw));
  return node;
}

const MOST = 20_000;

/** Draw at most the first 20,000 characters of `text`, and the rest when asked. `draw` turns text into nodes. */
export function capped(text, draw) {
  if (text.length <= MOST) return draw(text);
  const rest = text.length - MOST;
  const more = el("button", { type: "button", class: "more" }, `Show ${rest.toLocaleString("en")} more characters`);
  const place = el("span", {}, draw(text.slice(0, MOST)), more);
  more.addEventListener("click", () => place.replaceChildren(...nodes([draw(text)])));
  return [place];
}

const LONG = 700;

/** Fold what is long (over 700 characters, as Slack does) behind "Show more". `kept` remembers that it was opened. */
export function folded(node, length, kept = {}) {
  if (length <= LONG || kept.open) return node;
  const more = el("button", { type: "button", class: "more", "aria-expanded": "false" }, "Show more");
  const box = el("div", { class: "folded" }, node);
  const open = () => {
    kept.open = true;
    box.classList.remove("folded");
    more.remove();
  };
  more.addEventListener("click", open);
  box.addEventListener("focusin", (event) => { if (event.target !== more) open(); });
  return el("div", {}, box, more);
}

/** A wait that is shown on the control itself; a second click meanwhile does nothing. Failure shows a warning sign. */
export async function busy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return null;
  control.nextElementSibling?.matches(".failed") && control.nextElementSibling.remove();
  control.setAttribute("aria-busy", "true");
  const answer = await work();
  control.removeAttribute("aria-busy");
  if (!answer.ok) {
    const why = answer.error || "the app did not answer";
    control.after(el("span", { class: "failed", role: "alert", title: why }, "⚠ ", el("span", { class: "why" }, why)));
  }
  return answer;
}

/** Draw a part anew and leave the focus on what has the same key. */
export function keepingFocus(part, redraw) {
  const key = part.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  redraw();
  if (key) part.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** Say something to screen readers. */
export function announce(text) {
  document.getElementById("announcer").textContent = text.slice(0, 300);
}
