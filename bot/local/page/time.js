// Times as a person in a zone reads them, and Slack's date tokens.

const formats = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, build(zone, options));
  return formats.get(key);
}

function build(zone, options) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  }
}

/** Epoch milliseconds of a message's `ts`; NaN if it is none. */
export function millis(ts) {
  return Math.round(parseFloat(ts) * 1000);
}

function written(ms, zone, options) {
  return Math.abs(ms) <= 8.64e15 ? format(zone, options).format(ms) : "";
}

/** "14:05" */
export const clock = (ms, zone) => written(ms, zone, { hour: "2-digit", minute: "2-digit" });

/** "14:05:09" */
export const exact = (ms, zone) => written(ms, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "Fri, 30 July 2021 at 14:05:09 (Europe/Berlin)" */
export function moment(ms, zone) {
  const text = written(ms, zone, { weekday: "short", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return text && `${text} (${zone})`;
}

/** "2021-07-30", for comparing days. */
export function day(ms, zone) {
  const parts = Math.abs(ms) <= 8.64e15 ? format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(ms) : [];
  const part = (type) => parts.find((found) => found.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** "Today", "Yesterday" or the date, seen from `now`. */
export function dayName(ms, zone, now) {
  const that = day(ms, zone);
  if (that === day(now, zone)) return "Today";
  if (that === day(now - 86_400_000, zone)) return "Yesterday";
  return written(ms, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

const LONG = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { day: "numeric", month: "short", year: "numeric" };
const FULL = { weekday: "long", ...LONG };

function pretty(options) {
  return (ms, zone, now) => {
    const name = dayName(ms, zone, now);
    return name === "Today" || name === "Yesterday" ? name.toLowerCase() : written(ms, zone, options);
  };
}

function ago(ms, _zone, now) {
  const minutes = Math.round((now - ms) / 60_000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(-minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return words.format(-Math.round(minutes / 60), "hour");
  return words.format(-Math.round(minutes / 1440), "day");
}

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const TOKENS = {
  date_num: day,
  date: (ms, zone) => written(ms, zone, LONG),
  date_short: (ms, zone) => written(ms, zone, SHORT),
  date_long: (ms, zone) => written(ms, zone, FULL),
  date_pretty: pretty(LONG),
  date_short_pretty: pretty(SHORT),
  date_long_pretty: pretty(FULL),
  time: clock,
  time_secs: (ms, zone) => written(ms, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** A date in Slack's token form, or null if the time or a token is none. */
export function slackDate(seconds, tokens, zone, now) {
  const ms = Number(seconds) * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  let known = true;
  const text = String(tokens).replace(/\{([a-z_]+)\}/g, (_, token) => {
    if (Object.hasOwn(TOKENS, token)) return TOKENS[token](ms, zone, now);
    known = false;
    return "";
  });
  return known ? text : null;
}
