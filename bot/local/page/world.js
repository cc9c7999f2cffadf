// What drawing needs to know of the workspace, always as it is now.

/** `state()` is what the workspace last said, `me()` the person, `now()` its time, `here()` the channel that is open. */
export function worldOf({ state, me, now, here }) {
  const named = (list, id, name) => list.find((one) => one.id === id)?.[name] ?? null;
  return {
    get zone() { return me().tz || "UTC"; },
    now,
    me: () => me().id,
    here: () => here()?.id ?? null,
    people: () => state().users,
    channels: () => state().channels,
    commands: () => state().commands,
    shortcuts: () => state().shortcuts,
    botName: () => state().bot?.name ?? "the app",
    personName: (id) => named(state().users, id, "name"),
    groupName: (id) => named(state().groups, id, "handle"),
    channelName: (id) => named(state().channels, id, "name"),
    hasChannel: (name) => state().channels.some((one) => one.name === name && !one.is_im),
    mentioned: () => [
      ...state().users.filter(({ deleted }) => !deleted).map((one) => ({ name: one.name, about: one.is_bot ? "bot" : one.is_restricted ? "guest" : "" })),
      ...state().groups.map(({ handle }) => ({ name: handle, about: "group" })),
      ...["here", "channel", "everyone"].map((name) => ({ name, about: "notifies everybody in the channel" })),
    ],
  };
}

/** What is known before the workspace has answered. */
export const NOTHING = { users: [], channels: [], commands: [], shortcuts: [], groups: [], team: null, bot: null, notice: "" };
