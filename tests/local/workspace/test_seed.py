"""The seed: what a workspace starts with, and every fault of a file told with its place."""

from __future__ import annotations

import json

import pytest

from bot.errors import BotError
from bot.local.workspace.directory import usual
from bot.local.workspace.installation import USUAL_SCOPES
from bot.local.workspace.seed import read_seed, usual_seed
from bot.local.workspace.seed_keys import APP_TOKEN, BOT_TOKEN
from bot.slack.manifest import SCOPES
from tests.local.workspace.driving import start

WHOLE = """
team: {id: T0ACME, name: Acme, domain: acme}
other_teams: [{id: T0PARTNER, name: Partner}]
users:
  - {name: responder-1, zone: Europe/Berlin}
  - {name: guest-1, id: UGUEST, guest: true}
  - {name: gone-1, deactivated: true}
  - {name: partner-1, team: T0PARTNER}
  - {name: otherbot, bot: true}
channels:
  - {name: ops, topic: Operations}
  - {name: secret, private: true, members: [responder-1]}
  - {name: old, id: C0OLDEST, archived: true, members: []}
  - {name: shared, shared: true, members: [responder-1, partner-1, helper]}
user_groups: [{handle: responders, users: [responder-1]}]
app:
  name: helper
  bot_token: xoxb-of-the-seed
  scopes: [chat:write, commands]
  events: [app_mention]
  commands:
    - {command: /help, description: Helps, usage_hint: "[topic]", should_escape: true}
    - {command: /raw}
  shortcuts:
    - {callback_id: one, name: One}
    - {callback_id: two, type: message}
  request_url: http://127.0.0.1:3000/slack/events
  options_url: http://localhost:3000/options
  socket_mode: false
messages:
  - channel: ops
    user: responder-1
    text: anyone? @guest-1
    replies:
      - {user: helper, text: me}
rate_limits: {burst: 5}
require_text: true
"""


def faults_of(text):
    with pytest.raises(BotError) as refused:
        read_seed("seed.yml", text)
    return str(refused.value)


def test_everything_that_a_seed_can_say():
    seed = read_seed("seed.yml", WHOLE)
    directory, app = seed.directory, seed.directory.app

    assert (directory.team.id, directory.team.domain) == ("T0ACME", "acme")
    assert {*directory.people} == {
        *("U0RESPONDER1", "UGUEST", "U0GONE1", "U0PARTNER1", "U0OTHERBOT", "U0HELPERBOT")
    }
    assert directory.people["UGUEST"].restricted
    assert [each.name for each in directory.humans] == ["responder-1", "guest-1", "partner-1"]
    ops = directory.channels["C0OPS"]
    assert ops.members == ["U0RESPONDER1", "UGUEST", "U0OTHERBOT", "U0HELPERBOT"]
    assert ops.topic == "Operations"
    assert directory.channels["C0SECRET"].kind == "groups"
    assert directory.channels["C0OLDEST"].archived
    assert directory.channels["D0RESPONDER1"].im
    assert directory.groups["S0RESPONDERS"].users == ["U0RESPONDER1"]
    assert (app.app_id, app.bot_id, app.bot_user) == ("A0HELPER", "B0HELPER", "U0HELPERBOT")
    assert (app.bot_token, app.app_token) == ("xoxb-of-the-seed", APP_TOKEN)
    assert app.scopes == ("chat:write", "commands")
    assert [each["should_escape"] for each in app.commands] == [True, False]
    assert [each.message for each in app.shortcuts] == [False, True]
    assert app.addresses.of("command") == "http://127.0.0.1:3000/slack/events"
    assert app.addresses.of("block_suggestion") == "http://localhost:3000/options"
    assert seed.socket_mode is False
    assert (seed.rates, seed.burst, seed.require_text) == (True, 5, True)


def test_a_workspace_starts_with_it():
    seed = read_seed("seed.yml", WHOLE)
    local = start(directory=seed.directory)
    try:
        local.workspace.begin_with(seed.messages)
        state = local.get("/_workspace/state", user="responder-1")
        (said,) = local.messages("ops")
        thread = local.messages("ops", thread=said["ts"])
        history = local.api("conversations.history", channel="C0OPS")
    finally:
        local.loop.stop()

    assert state["team"]["name"] == "Acme"
    assert [each["command"] for each in state["commands"]] == ["/help", "/raw"]
    assert said["text"] == "anyone? <@UGUEST>"
    assert [each["text"] for each in thread] == ["anyone? <@UGUEST>", "me"]
    assert thread[1]["bot_id"] == "B0HELPER"
    assert history["error"] == "missing_scope"


def test_json_is_read_too():
    text = json.dumps({"users": [{"name": "responder-1"}], "channels": [{"name": "ops"}]})

    directory = read_seed("seed.json", text).directory

    assert "C0OPS" in directory.channels
    assert directory.app.name == "siem"


def test_the_usual_app_was_granted_what_the_manifest_asks_for():
    wanted = {scope.name for scope in SCOPES}

    assert wanted - {*USUAL_SCOPES} == {"chat:write.public"}


def test_without_a_seed_it_is_the_usual_workspace():
    seed = usual_seed()

    assert seed.directory.app.bot_token == BOT_TOKEN
    assert {*seed.directory.channels} == {*usual().channels}
    assert (seed.rates, seed.burst, seed.socket_mode) == (True, 1, None)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("users: [{name: a}]\nchanels: []", "seed.yml:2: chanels: There is no key `chanels`"),
        ("channels: []", "users: The key `users` is missing."),
        ("users: []", "There is nobody who can act."),
        ("users:\n  - {name: a}\n  - {name: a}", "seed.yml:3: users[1].name: `a` is there twice"),
        ("users: [{name: a, zone: Mars}]", "users[0].zone: `Mars` is no time zone."),
        ("users: [{name: a, team: T0X}]", "users[0].team: There is no team `T0X`."),
        ("users: [{name: siem}]", "users: `siem` is the app's own bot."),
        ("users: [{name: a, id: 5}]", "users[0].id"),
        ("users: [{name: a b}]", "users[0].name: `a b` does not fit here."),
        (
            "users: [{name: a}]\nchannels: [{name: ops, members: [b]}]",
            "seed.yml:2: channels[0].members: There is no user `b`.",
        ),
        ("users: [{name: a}]\nchannels: [{name: x}, {name: x}]", "#x is there twice"),
        ("users: [{name: a}]\nchannels: [{name: Ops}]", "channels[0].name"),
        ("users: [{name: a}]\napp: {events: [message]}", "`message` is never sent here."),
        ("users: [{name: a}]\napp: {bot_token: secret}", "app.bot_token"),
        ("users: [{name: a}]\napp: {request_url: https://example.com}", "app.request_url"),
        ("users: [{name: a}]\napp: {commands: [{command: siem}]}", "app.commands[0].command"),
        (
            "users: [{name: a}]\napp: {shortcuts: [{callback_id: x, type: odd}]}",
            "shortcuts[0].type",
        ),
        ("users: [{name: a}]\nrate_limits: {burst: 0}", "rate_limits.burst"),
        (
            "users: [{name: a}]\nmessages: [{channel: x, user: y, text: z}]",
            "messages[0].channel: There is no channel `x`.",
        ),
        ("other_teams: [{name: P}]\nusers: [{name: a}]", "other_teams[0].id"),
        ("users: [", "seed.yml:1: This is no YAML"),
        ("[1]", "This is a list, not a mapping of keys."),
        ("", "The file is empty."),
    ],
)
def test_a_fault_says_where_and_what_to_do(text, place):
    assert place in faults_of(text)


def test_all_faults_are_told_at_once():
    told = faults_of("users: [{name: a, zone: Mars}, {name: b, odd: 1}]\napp: {events: [x]}")

    assert len(told.splitlines()) == 3
