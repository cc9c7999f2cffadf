// Talks to the local workspace: requests, and the stream that says what changed.

const BASE = "/_workspace/";

/** What the workspace answers to a GET, null if it says that there is no such thing. Throws when it does not answer. */
export async function get(path, parameters) {
  const response = await fetch(`${BASE}${path}?${new URLSearchParams(parameters)}`, { headers: { Accept: "application/json" } });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return response.json();
}

/** The incidents that the demo offers; none where this is no demo, or its logs are the reader's own. */
export async function incidents() {
  try {
    const response = await fetch("/_demo/incidents", { headers: { Accept: "application/json" } });
    return response.ok ? (await response.json()).incidents : [];
  } catch {
    return [];
  }
}

/** Start one of them: `{ok, error?}`; never throws. */
export const beginIncident = (id) => sent("/_demo/incidents", { id });

/** What the workspace answers to a POST, as `{ok, error?, …}`; never throws. */
export const post = (path, body) => sent(BASE + path, body);

/** The same for DELETE. */
export const remove = (path) => sent(BASE + path, {}, "DELETE");

async function sent(address, body, method = "POST") {
  try {
    const response = await fetch(address, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const text = await response.text();
    return read(text, response);
  } catch {
    return { ok: false, error: "the local workspace does not answer" };
  }
}

function read(text, response) {
  try {
    const answer = JSON.parse(text);
    return { ...answer, ok: response.ok && answer.ok !== false, error: answer.detail ?? answer.error };
  } catch {
    return { ok: response.ok, error: response.ok ? undefined : text.slice(0, 300) || `status ${response.status}` };
  }
}

/** The first `most` bytes of a file as text, without reading the rest. */
export async function beginning(id, most = 4_096) {
  const response = await fetch(`${BASE}files/${encodeURIComponent(id)}`);
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < most) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, most);
}

/** The address that downloads a file. */
export const fileAddress = (id) => `${BASE}files/${encodeURIComponent(id)}`;

/** Follow what changes for a person. `on` has `changed(data)`, `lost()` and `back()`. Returns how to stop. */
export function follow(person, on) {
  let source;
  let timer;
  let wait = 500;
  const open = () => {
    source = new EventSource(`${BASE}events?${new URLSearchParams(person ? { user: person } : {})}`);
    source.addEventListener("changed", (event) => on.changed(JSON.parse(event.data)));
    source.onopen = () => {
      wait = 500;
      on.back();
    };
    source.onerror = () => {
      on.lost();
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      timer = setTimeout(open, wait);
      wait = Math.min(10_000, wait * 2);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** Run `load` whenever asked, never twice at a time; asked meanwhile, it runs once more at the end. */
export function coalesced(load) {
  let running = null;
  let again = false;
  async function rounds() {
    do {
      again = false;
      await load();
    } while (again);
  }
  return () => {
    if (running) again = true;
    else running = rounds().finally(() => { running = null; });
    return running;
  };
}
