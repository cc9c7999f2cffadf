"""The app's manifest: what Slack's schema demands of it, and that it asks for what is called."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.slack.manifest import SCOPES, manifest

ADDRESS = "https://abcdefghij.lambda-url.eu-west-1.on.aws/"

# What each method wants (docs.slack.dev/reference/methods/<method>, "Scopes"); a row for each call.
WANTED = {
    "apps_connections_open": (),  # of the app-level token: APP_SCOPE
    "auth_test": (),
    "chat_postMessage": ("chat:write",),
    "chat_postEphemeral": ("chat:write",),
    "chat_update": ("chat:write",),
    "chat_getPermalink": (),
    "conversations_history": ("channels:history", "groups:history", "im:history"),
    "conversations_replies": ("channels:history", "groups:history", "im:history"),
    "conversations_info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations_open": ("im:write",),
    "files_upload_v2": ("files:write",),
    "users_info": ("users:read",),
    "views_open": (),
    "views_update": (),
}
_CALL = re.compile(
    r"\.((?:auth|chat|conversations|files|users|views|usergroups|reactions|team|apps)_\w+)\("
)


def test_over_http_slack_knows_where_to_post() -> None:
    made = manifest(ADDRESS)
    (command,) = made["features"]["slash_commands"]
    assert command["url"] == made["settings"]["interactivity"]["request_url"] == ADDRESS
    assert made["settings"]["socket_mode_enabled"] is False


def test_in_socket_mode_there_is_no_address() -> None:
    made = manifest(None)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(made)


@pytest.mark.parametrize("url", [ADDRESS, None])
def test_every_text_is_as_long_as_slack_takes(url: str | None) -> None:
    """The limits of the manifest schema, version 2 (github.com/slackapi/manifest-schema)."""
    made = manifest(url, "s" * 35)
    shown = made["display_information"]
    assert set(shown) == {"name", "description", "background_color"}
    assert len(shown["name"]) <= 35
    assert 1 <= len(shown["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    (command,) = made["features"]["slash_commands"]
    assert command["command"].startswith("/")
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2_000
    assert len(command["usage_hint"]) <= 1_000
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    assert set(made) == {
        "_metadata", "display_information", "features", "oauth_config", "settings"
    }  # fmt: skip


def test_what_is_optional_is_marked_and_asked_for_too() -> None:
    scopes = manifest(None)["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    assert len(set(scopes["bot"])) == len(scopes["bot"]) == len(SCOPES)
    assert {"commands", "chat:write", "users:read"}.isdisjoint(scopes["bot_optional"])


def test_it_asks_for_exactly_what_the_code_calls() -> None:
    folder = Path(__file__).parent.parent.parent / "bot" / "slack"
    called = {name for path in folder.glob("*.py") for name in _CALL.findall(path.read_text())}
    assert called <= set(WANTED), "say in WANTED which scopes the new call wants"
    wanted = {scope for name in called for scope in WANTED[name]}
    beside = {"commands", "chat:write.public"}  # no method wants them
    assert wanted | beside == {scope.name for scope in SCOPES}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://x",
        "https://",
        "https://[",
        "https://a b/",
        "https://x:0/",
        "",
        "https://example.com/" + "x" * 3_000,
    ],
)
def test_an_address_that_slack_would_refuse_is_refused(url: str) -> None:
    with pytest.raises(BotError, match="Slack cannot post to"):
        manifest(url)


@pytest.mark.parametrize("name", ["", "x" * 36])
def test_a_name_has_a_length(name: str) -> None:
    with pytest.raises(BotError, match="35 characters"):
        manifest(None, name)
