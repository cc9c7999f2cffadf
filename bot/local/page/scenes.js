// What can be done in and with a message: pressing its elements, reacting, editing, shortcuts, its thread and link.

import { addressOf } from "./address.js";
import { post } from "./server.js";

/** Scenes for the messages of a list. `me()` and `channel()` say who looks where, `open(ts)` opens a thread, `dismiss(message)` hides one. */
export function scenes({ world, me, channel, open, dismiss }) {
  return (inThread) => (message, kept) => {
    const about = () => ({ channel: channel(), ts: message.ts, user: me() });
    const of = (element, block) => ({ ...about(), action_id: element.action_id, block_id: block.block_id });
    return {
      world, kept, inThread, open, dismiss, inputs: null,
      act: (element, block, extra) => post("click", { ...of(element, block), ...extra }),
      ask: (element, block, typed) => post("options", { ...of(element, block), typed }),
      react: (name, remove) => post("react", { ...about(), name, remove }),
      edit: (text) => post("edit", { ...about(), text }),
      remove: () => post("delete", about()),
      shortcut: (id) => post("shortcut", { ...about(), callback_id: id }),
      copyLink: () => copied(location.origin + location.pathname + linkTo(channel(), message)),
    };
  };
}

/** The address of a message: of a reply, in its thread. */
function linkTo(channel, { ts, thread_ts: thread }) {
  return thread && thread !== ts ? addressOf(channel, thread, ts) : addressOf(channel, ts);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return { ok: true };
  } catch {
    return { ok: false, error: `the browser does not let the page copy: ${text}` };
  }
}
