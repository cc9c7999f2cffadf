"""People, bots, teams and groups as the Web API shows them."""

from __future__ import annotations

import pytest

from bot.local.workspace.seed import read_seed
from tests.local.workspace.driving import start

SEED = """
team: {id: T0ACME, name: Acme, domain: acme}
other_teams: [{id: T0PARTNER, name: Partner, domain: partner}]
users:
  - {name: responder-1, zone: Europe/Berlin, email: responder-1@example.com, real_name: First}
  - {name: gone-1, deactivated: true, email: gone-1@example.com}
  - {name: away-1, away: true}
  - {name: partner-1, team: T0PARTNER}
  - {name: otherbot, bot: true}
channels:
  - {name: siem}
  - {name: shared, shared: true, members: [responder-1, partner-1, siem]}
user_groups:
  - {handle: responders, users: [responder-1, away-1]}
  - {handle: old, users: [away-1], disabled: true}
messages:
  - {channel: siem, user: otherbot, text: beep}
"""


@pytest.fixture
def acme():
    seed = read_seed("seed.yml", SEED)
    local = start(directory=seed.directory)
    local.workspace.begin_with(seed.messages)
    yield local
    local.loop.stop()


def test_people_by_id_and_by_email(acme):
    first = acme.call("users.info", user="U0RESPONDER1")["user"]
    found = acme.call("users.lookupByEmail", email="Responder-1@example.com")["user"]

    assert (first["real_name"], first["team_id"]) == ("First", "T0ACME")
    assert first["profile"]["email"] == "responder-1@example.com"
    assert found["id"] == "U0RESPONDER1"
    for email in ("gone-1@example.com", "nobody@example.com"):
        assert acme.error("users.lookupByEmail", email=email) == "users_not_found"


def test_emails_need_their_scope(acme):
    acme.workspace.installation.scopes = ("users:read",)

    assert "email" not in acme.call("users.info", user="U0RESPONDER1")["user"]["profile"]
    assert acme.api("users.lookupByEmail", email="x")["needed"] == "users:read.email"


def test_all_people_of_the_team(acme):
    listed = {each["name"]: each for each in acme.call("users.list")["members"]}

    assert {*listed} == {"responder-1", "gone-1", "away-1", "otherbot", "siem"}
    assert (listed["gone-1"]["deleted"], listed["otherbot"]["is_bot"]) == (True, True)
    assert "tz" not in listed["gone-1"]
    assert acme.call("users.info", user="U0PARTNER1")["user"]["is_stranger"] is True


def test_presence_and_profile(acme):
    acme.grant("users.profile:read")

    assert acme.call("users.getPresence", user="U0AWAY1")["presence"] == "away"
    assert acme.call("users.getPresence", user="U0RESPONDER1")["presence"] == "active"
    assert acme.call("users.profile.get", user="U0RESPONDER1")["profile"]["real_name"] == "First"


def test_groups_and_their_members(acme):
    (group,) = acme.call("usergroups.list", include_users=True, include_count=True)["usergroups"]
    both = acme.call("usergroups.list", include_disabled=True)["usergroups"]

    assert (group["handle"], group["users"]) == ("responders", ["U0RESPONDER1", "U0AWAY1"])
    assert group["user_count"] == 2
    assert [each["handle"] for each in both] == ["responders", "old"]
    users = acme.call("usergroups.users.list", usergroup=group["id"])["users"]
    assert users == ["U0RESPONDER1", "U0AWAY1"]
    assert acme.call("usergroups.users.list", usergroup=both[1]["id"])["users"] == []
    assert acme.error("usergroups.users.list", usergroup="S404") == "no_such_subteam"


def test_people_mention_groups_and_everybody(acme):
    acme.workspace.commands[0]["should_escape"] = True
    acme.bolt.command("/siem")(lambda ack: ack())
    text = "@responders @here @nobody @responder-1"

    acme.post("/_workspace/say", channel="siem", user="responder-1", text=text)
    acme.command(text)

    said = acme.messages()[-1]["text"]
    assert said == "<!subteam^S0RESPONDERS> <!here> @nobody <@U0RESPONDER1>"
    assert acme.sent("command")["text"] == (
        "<!subteam^S0RESPONDERS|@responders> @here @nobody <@U0RESPONDER1|responder-1>"
    )


def test_bots_team_and_emoji(acme):
    acme.grant("team:read", "emoji:read")

    own = acme.call("bots.info")["bot"]
    other = acme.call("bots.info", bot="B0OTHERBOT")["bot"]

    assert (own["user_id"], other["user_id"]) == ("U0SIEMBOT", "U0OTHERBOT")
    assert acme.error("bots.info", bot="B404") == "bot_not_found"
    assert acme.call("team.info")["team"]["domain"] == "acme"
    assert acme.call("emoji.list")["emoji"] == {}
    assert acme.call("auth.teams.list")["teams"] == [{"id": "T0ACME", "name": "Acme"}]


def test_where_somebody_is_a_member(acme):
    own = acme.call("users.conversations")["channels"]
    theirs = acme.call("users.conversations", user="U0PARTNER1", types="public_channel,im")

    assert [each["name"] for each in own] == ["siem", "shared"]
    assert [each["id"] for each in theirs["channels"]] == ["C0SHARED", "D0PARTNER1"]
    assert acme.call("conversations.info", channel="C0SHARED")["channel"]["shared_team_ids"] == [
        "T0ACME",
        "T0PARTNER",
    ]


def test_messages_of_other_bots_cannot_be_edited_or_deleted(acme):
    (message,) = acme.call("conversations.history", channel="C0SIEM")["messages"]
    about = {"channel": "C0SIEM", "ts": message["ts"]}

    assert message["bot_id"] == "B0OTHERBOT"
    assert acme.error("chat.update", **about, text="x") == "cant_update_message"
    assert acme.error("chat.delete", **about) == "cant_delete_message"


def test_revoking_the_token(local):
    assert local.call("auth.revoke", test=True)["revoked"] is False
    assert local.call("auth.revoke")["revoked"] is True
    assert local.error("auth.test") == "token_revoked"


@pytest.mark.parametrize(
    ("given", "error", "pointer"),
    [
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks", "/0/type"),
        ({"view": {"type": "home", "blocks": [], "title": "x"}}, "invalid_view", "/title"),
        ({"message": {"text": "x", "blocks": [{"type": "header"}]}}, "invalid_message", None),
        ({}, "invalid_arguments", None),
        ({"blocks": [], "view": {}}, "invalid_arguments", None),
    ],
)
def test_blocks_are_validated_without_a_token(local, given, error, pointer):
    answer = local.api("blocks.validate", "", **given)

    assert answer["error"] == error
    if pointer:
        assert pointer in [each["pointer"] for each in answer["errors"]]


def test_valid_blocks_are_valid(local):
    assert local.api("blocks.validate", "", message={"blocks": [{"type": "divider"}]})["ok"]
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert local.api("blocks.validate", "", view=home)["ok"]
