// Where the page is, by its address: #/CHANNEL, #/CHANNEL/TS, #/CHANNEL/THREAD/TS, #/CHANNEL/home. `#siem/…` works as `#/siem/…` does.

/** What the address names: `{channel, ts, reply, home}`, each null or false if it names none; `channels` gives ids to names. */
export function addressed(channels) {
  const [named, ts, reply] = location.hash.replace(/^#\/?/, "").split("/").map(decoded);
  const channel = channels.find(({ name, is_im }) => name === named && !is_im)?.id ?? named;
  const home = ts === "home";
  return { channel: channel || null, ts: home ? null : time(ts), reply: home ? null : time(reply), home };
}

/** The address of a place in the page. */
export function addressOf(channel, ...rest) {
  return `#/${[channel, ...rest.filter(Boolean)].map(encodeURIComponent).join("/")}`;
}

// In Slack's own links a time stamp is p1234567890123456.
const time = (text) => (text ? text.replace(/^p(\d{10})(\d{6})$/, "$1.$2") : null);

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
