"""The keys of a seed: which there are, which are needed, and what each holds."""

from __future__ import annotations

from collections.abc import Mapping

from bot.rules.format import Key

BOT_TOKEN, APP_TOKEN = "xoxb-local", "xapp-local"
SIGNING_SECRET = "local-signing-secret"
"""What a seed that names none gets, so that clients can be set up before it is started."""

SEED: Mapping[str, Key] = {
    "team": Key("no", "the workspace: {id, name, domain}"),
    "other_teams": Key("no", "workspaces that channels are shared with: [{id, name, domain}]"),
    "users": Key("yes", "people and other bots"),
    "channels": Key("no", "channels; direct messages with the bot are there by themselves"),
    "user_groups": Key("no", "groups of people that are mentioned together"),
    "app": Key("no", "the one app that is installed"),
    "messages": Key("no", "what was written before, oldest first"),
    "rate_limits": Key(
        "no", "{on, burst}: whether calls are counted, and messages at once to a channel"
    ),
    "require_text": Key("no", "true refuses messages with blocks and no text"),
}
TEAM: Mapping[str, Key] = {
    "id": Key("no", "the id, such as T0LOCAL"),
    "name": Key("no", "what people call it"),
    "domain": Key("no", "the word in its address"),
}
USER: Mapping[str, Key] = {
    "name": Key("yes", "the name, such as responder-1"),
    "id": Key("no", "the id; made from the name if left out"),
    "real_name": Key("no", "the name for people"),
    "email": Key("no", "the e-mail address"),
    "zone": Key("no", "the time zone, such as Europe/Berlin; UTC if left out"),
    "team": Key("no", "the id of another team"),
    "guest": Key("no", "true for a guest"),
    "bot": Key("no", "true for a bot that is not the app's"),
    "deactivated": Key("no", "true for somebody who left"),
    "away": Key("no", "true for somebody who is away"),
}
CHANNEL: Mapping[str, Key] = {
    "name": Key("yes", "the name without #"),
    "id": Key("no", "the id; made from the name if left out"),
    "members": Key(
        "no", "names of people and bots, the app's among them; left out: all of our team"
    ),
    "private": Key("no", "true for a private channel"),
    "archived": Key("no", "true for an archived channel"),
    "shared": Key("no", "true for one shared with another workspace"),
    "topic": Key("no", "the topic"),
    "purpose": Key("no", "the description"),
}
GROUP: Mapping[str, Key] = {
    "handle": Key("yes", "the name without @"),
    "id": Key("no", "the id; made from the handle if left out"),
    "name": Key("no", "what people call it"),
    "users": Key("yes", "names of people"),
    "disabled": Key("no", "true for one that is not used any more"),
}
APP: Mapping[str, Key] = {
    "id": Key("no", "the app's id"),
    "name": Key("no", "the name of the app and of its bot"),
    "bot_id": Key("no", "the id of the bot, B…"),
    "bot_user": Key("no", "the id of the bot as a user, U…"),
    "bot_token": Key("no", f"the bot's token; {BOT_TOKEN} if left out"),
    "app_token": Key("no", f"the app-level token; {APP_TOKEN} if left out"),
    "signing_secret": Key(
        "no", f"what requests to the bot are signed with; {SIGNING_SECRET} if left out"
    ),
    "scopes": Key("no", "what the bot was granted"),
    "app_scopes": Key("no", "the scopes of the app-level token; connections:write if left out"),
    "commands": Key("no", "slash commands"),
    "shortcuts": Key("no", "shortcuts"),
    "events": Key("no", "the events that it subscribed to"),
    "socket_mode": Key(
        "no", "true: over Socket Mode only; false: never; left out: while a bot is connected"
    ),
    "request_url": Key("no", "where everything is posted without Socket Mode"),
    "command_url": Key("no", "where slash commands are posted, if elsewhere"),
    "interactivity_url": Key("no", "where clicks, shortcuts and modals are posted, if elsewhere"),
    "options_url": Key("no", "where menus ask for options, if elsewhere"),
    "events_url": Key("no", "where events are posted, if elsewhere"),
}
COMMAND: Mapping[str, Key] = {
    "command": Key("yes", "the command with its /"),
    "description": Key("no", "what it does"),
    "usage_hint": Key("no", "its arguments"),
    "should_escape": Key("no", "true: mentions, channels and links arrive marked"),
    "examples": Key("no", "what the page offers in an empty channel"),
}
SHORTCUT: Mapping[str, Key] = {
    "callback_id": Key("yes", "the id that the bot listens for"),
    "name": Key("no", "what people call it"),
    "type": Key("no", "global or message"),
}
MESSAGE: Mapping[str, Key] = {
    "channel": Key("yes", "the channel's name"),
    "user": Key("yes", "who wrote it"),
    "text": Key("yes", "what was written"),
    "replies": Key("no", "replies in its thread: [{user, text}]"),
}
REPLY = {name: key for name, key in MESSAGE.items() if name in ("user", "text")}
RATES: Mapping[str, Key] = {
    "on": Key("no", "false for no limits"),
    "burst": Key("no", "messages at once to a channel"),
}

SECTIONS: Mapping[str, Mapping[str, Key]] = {
    "": SEED,
    "team": TEAM,
    "other_teams[]": TEAM,
    "users[]": USER,
    "channels[]": CHANNEL,
    "user_groups[]": GROUP,
    "app": APP,
    "app.commands[]": COMMAND,
    "app.shortcuts[]": SHORTCUT,
    "messages[]": MESSAGE,
    "messages[].replies[]": REPLY,
    "rate_limits": RATES,
}
"""All of them, by where they stand."""
