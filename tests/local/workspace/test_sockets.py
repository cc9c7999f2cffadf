"""Socket Mode: the protocol as Slack describes it, and clients that others wrote."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.local.workspace import sockets
from tests.local.workspace.driving import APP_TOKEN, actions, button


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


class Bot:
    """A bot on a raw WebSocket, on the workspace's own loop."""

    def __init__(self, local, more: str = "") -> None:
        self.local = local
        self.url = local.api("apps.connections.open", APP_TOKEN)["url"] + more
        self.session = self.run(self._session())
        self.socket = self.run(self._connect())

    def run(self, awaitable: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(awaitable, self.local.loop.loop).result(10)

    async def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        return await self.session.ws_connect(self.url)

    def receive(self) -> dict[str, Any]:
        message = self.run(self.socket.receive(5))
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return json.loads(message.data)

    def acknowledge(self, envelope: dict[str, Any], **payload: Any) -> None:
        answer = {"envelope_id": envelope["envelope_id"]} | (
            {"payload": payload} if payload else {}
        )
        self.run(self.socket.send_str(json.dumps(answer)))

    def close(self) -> None:
        self.run(self.socket.close())
        self.run(self.session.close())


@pytest.fixture
def connect(local):
    bots: list[Bot] = []

    def connect(more: str = "") -> Bot:
        bots.append(Bot(local, more))
        return bots[-1]

    yield connect
    for bot in bots:
        bot.close()


def acting(run):
    """Run a person's act on another thread; returns how to wait for its outcome."""
    outcome: dict[str, Any] = {}
    thread = threading.Thread(target=lambda: outcome.update(run()))
    thread.start()

    def wait() -> dict[str, Any]:
        thread.join(10)
        return outcome

    return wait


def test_a_connection_is_greeted_with_how_many_there_are(connect):
    first, second = connect().receive(), connect("&debug_reconnects=true").receive()

    assert first["type"] == "hello"
    assert (first["num_connections"], second["num_connections"]) == (1, 2)
    assert first["connection_info"] == {"app_id": "A0SIEM"}
    assert first["debug_info"]["approximate_connection_time"] == 3600
    assert second["debug_info"]["approximate_connection_time"] == 360


def test_only_the_app_level_token_opens_connections_and_only_those(local):
    assert local.api("apps.connections.open")["error"] == "not_allowed_token_type"
    assert local.api("auth.test", APP_TOKEN)["error"] == "not_allowed_token_type"
    assert local.api("apps.connections.open", "xapp-other")["error"] == "invalid_auth"
    in_body = json.dumps({"token": APP_TOKEN}).encode()
    _, answer = local.http(
        "POST", "/api/apps.connections.open", in_body, {"Content-Type": "application/json"}
    )
    assert json.loads(answer)["error"] == "not_authed"


def test_an_address_is_good_once_and_for_half_a_minute(local, connect):
    bot = connect()

    def refused(url: str) -> int:
        with pytest.raises(aiohttp.WSServerHandshakeError) as error:
            bot.run(bot.session.ws_connect(url))
        return error.value.status

    assert refused(bot.url) == 404
    late = local.api("apps.connections.open", APP_TOKEN)["url"]
    assert refused(late.replace("ticket=", "ticket=x")) == 404
    local.seconds += 30.1
    assert refused(late) == 404


def test_a_command_is_an_envelope_and_its_acknowledgement_the_answer(local, connect):
    bot = connect()
    bot.receive()

    done = acting(lambda: local.command("status"))
    envelope = bot.receive()
    bot.acknowledge(envelope, text="all is well")

    assert done()["ok"]
    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    assert envelope["payload"]["command"] == "/siem"
    assert envelope["payload"]["text"] == "status"
    assert envelope["payload"]["response_url"].startswith(local.url)
    assert local.messages()[-1]["text"] == "all is well"
    (delivery,) = local.journal()["deliveries"]
    assert (delivery["via"], delivery["status"]) == ("socket", 200)
    assert json.loads(delivery["ack"]) == {"text": "all is well"}


def test_while_a_socket_is_connected_nothing_goes_over_http(local, connect):
    heard = []
    local.bolt.command("/siem")(lambda ack: (heard.append("http"), ack()))
    bot = connect()
    bot.receive()

    done = acting(lambda: local.command("x"))
    bot.acknowledge(bot.receive())
    assert done()["ok"]
    assert heard == []

    bot.close()
    for _ in range(200):
        if not local.post("/_workspace/socket")["connections"]:
            break
        threading.Event().wait(0.01)
    assert local.command("x")["ok"]
    assert heard == ["http"]


def test_with_socket_mode_alone_nothing_is_sent_while_nobody_is_connected(local, connect):
    heard = []
    local.bolt.command("/siem")(lambda ack: (heard.append("http"), ack()))
    local.workspace.socket_mode(True)

    assert local.command("x")["error"] == "dispatch_failed"

    bot = connect()
    bot.receive()
    done = acting(lambda: local.command("x"))
    bot.acknowledge(bot.receive())
    assert done()["ok"]
    assert heard == []


def test_without_socket_mode_connections_are_refused_and_http_is_used(local, connect):
    local.bolt.command("/siem")(lambda ack: ack())
    local.workspace.socket_mode(False)

    assert connect().receive()["reason"] == "link_disabled"
    assert local.command("x")["ok"]


def test_the_app_level_token_needs_its_scope(local):
    local.workspace.installation.app_scopes = ("authorizations:read",)

    refused = local.api("apps.connections.open", APP_TOKEN)

    assert (refused["error"], refused["needed"]) == ("missing_scope", "connections:write")
    assert refused["provided"] == "authorizations:read"


def test_an_event_over_a_socket_says_which_attempt_it_is(local, connect, monkeypatch):
    monkeypatch.setattr("bot.local.workspace.deliver.PATIENCE", 0.1)
    bot = connect()
    bot.receive()

    local.post("/_workspace/say", channel="siem", user="responder-1", text="@siem hello?")
    first, second = bot.receive(), bot.receive()

    assert (first["type"], first["retry_attempt"], second["retry_attempt"]) == ("events_api", 0, 1)
    assert second["retry_reason"] == "http_timeout"
    assert first["payload"]["event_id"] == second["payload"]["event_id"]


def test_a_click_takes_no_answer_from_its_acknowledgement(local, connect):
    message = local.client.chat_postMessage(
        channel="C0SIEM", text="x", blocks=[actions(button("Go", "go", value="1"))]
    )["message"]
    bot = connect()
    bot.receive()

    done = acting(lambda: local.click({**message, "channel": "C0SIEM"}, action_id="go"))
    envelope = bot.receive()
    bot.acknowledge(envelope, text="not shown")

    assert done()["ok"]
    assert envelope["type"] == "interactive"
    assert envelope["accepts_response_payload"] is False
    assert envelope["payload"]["actions"][0]["action_id"] == "go"
    assert [m["text"] for m in local.messages()] == ["x"]


def test_each_payload_goes_to_one_connection_in_turn(local, connect):
    bots = [connect(), connect()]
    for bot in bots:
        bot.receive()
    for bot, text in zip(bots * 2, ("one", "two", "three", "four"), strict=True):
        done = acting(lambda text=text: local.command(text))
        envelope = bot.receive()
        bot.acknowledge(envelope)
        assert done()["ok"]
        assert envelope["payload"]["text"] == text


def test_the_eleventh_connection_is_sent_away(local, connect):
    for _ in range(10):
        assert connect().receive()["type"] == "hello"
    extra = connect()

    assert extra.receive() == {
        "type": "disconnect",
        "reason": "too_many_websockets",
        "debug_info": {"host": "localhost"},
    }
    assert extra.run(extra.socket.receive(5)).type is aiohttp.WSMsgType.CLOSE
    assert len(local.post("/_workspace/socket")["connections"]) == 10


def test_without_an_acknowledgement_the_person_is_told_after_three_seconds(
    local, connect, monkeypatch
):
    monkeypatch.setattr("bot.local.workspace.deliver.PATIENCE", 0.2)
    bot = connect()
    bot.receive()
    for nonsense in ("{", "[]", '{"envelope_id": 5}', '{"envelope_id": "unknown"}'):
        bot.run(bot.socket.send_str(nonsense))
    bot.run(bot.socket.send_bytes(b"\x00"))

    answer = local.command("x")

    assert answer["error"] == "operation_timeout"
    assert "operation_timeout" in local.messages()[-1]["text"]


def test_a_connection_that_breaks_before_it_acknowledges_fails_the_command(local, connect):
    bot = connect()
    bot.receive()

    done = acting(lambda: local.command("x"))
    bot.receive()
    bot.close()

    assert done()["error"] == "dispatch_failed"


def test_slack_asks_connections_to_leave(local, connect):
    bot = connect()
    bot.receive()
    assert local.post("/_workspace/socket", reason="warning")["told"] == 1
    assert bot.receive()["reason"] == "warning"

    done = acting(lambda: local.command("still served"))
    bot.acknowledge(bot.receive())
    assert done()["ok"]

    local.post("/_workspace/socket", reason="refresh_requested")
    assert bot.receive()["reason"] == "refresh_requested"
    assert bot.run(bot.socket.receive(5)).type is aiohttp.WSMsgType.CLOSE


def test_turning_socket_mode_off_ends_connections_and_refuses_new_ones(local, connect):
    bot = connect()
    bot.receive()

    state = local.post("/_workspace/socket", enabled=False)
    late = connect()

    assert (state["told"], state["enabled"]) == (1, False)
    assert bot.receive()["reason"] == "link_disabled"
    assert late.receive()["reason"] == "link_disabled"


def test_a_connection_is_pinged_and_ends_when_its_time_is_over(connect, monkeypatch):
    monkeypatch.setattr(sockets, "PING_EVERY", 0.05)
    monkeypatch.setattr(sockets, "NOTICE", 0.1)
    monkeypatch.setattr(sockets, "LIFETIME", 0.3)
    bot = connect()

    assert bot.receive()["type"] == "hello"
    assert [bot.receive()["reason"] for _ in range(2)] == ["warning", "refresh_requested"]


@pytest.mark.parametrize(
    "given", [{"reason": "bored"}, {"enabled": "yes"}, {"reason": "warning", "connection": 5}]
)
def test_a_disconnect_that_makes_no_sense_is_refused(local, given):
    status, answer = local.send("/_workspace/socket", **given)

    assert status == 400
    assert answer["detail"]


def test_the_builtin_client_of_bolt_serves_commands_and_clicks(local):
    app = local.bolt
    clicked = []

    @app.command("/siem")
    def siem(ack, client, command):
        ack(f"you said {command['text']}")
        client.chat_postMessage(channel="C0SIEM", text="x", blocks=[actions(button("Go", "go"))])

    app.action("go")(lambda ack, action: (ack(), clicked.append(action["action_id"])))
    local.workspace.app_url = ""
    handler = SocketModeHandler(
        app, APP_TOKEN, web_client=WebClient(local.client.token, base_url=f"{local.url}/api/")
    )
    handler.connect()
    try:
        assert local.command("hello")["ok"]
        for _ in range(200):
            if len(local.messages()) == 2:
                break
            threading.Event().wait(0.01)
        first, second = local.messages()
        assert local.click(second if second["text"] == "x" else first, action_id="go")["ok"]
    finally:
        handler.close()

    assert {first["text"], second["text"]} == {"you said hello", "x"}
    assert clicked == ["go"]


def test_the_builtin_client_comes_back_after_it_was_told_to_leave(local):
    local.bolt.command("/siem")(lambda ack: ack("here"))
    handler = SocketModeHandler(
        local.bolt,
        APP_TOKEN,
        web_client=WebClient(local.client.token, base_url=f"{local.url}/api/"),
    )
    logging.getLogger("slack_bolt.App").setLevel(logging.CRITICAL)
    handler.connect()
    try:
        (before,) = local.post("/_workspace/socket")["connections"]
        local.post("/_workspace/socket", reason="refresh_requested")
        for _ in range(300):
            now = local.post("/_workspace/socket")["connections"]
            if now and now[0]["id"] != before["id"]:
                break
            threading.Event().wait(0.02)
        assert local.command("x")["ok"]
        assert local.journal()["deliveries"][-1]["via"] == "socket"
    finally:
        handler.close()


def test_the_asynchronous_client_of_bolt_serves_commands(local):
    async def serve() -> str:
        client = AsyncWebClient(local.client.token, base_url=f"{local.url}/api/")
        app = AsyncApp(client=client, signing_secret="x")

        @app.command("/siem")
        async def siem(ack):
            await ack("from aiohttp")

        handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=client)
        await handler.connect_async()
        try:
            answer = await asyncio.to_thread(local.command, "x")
        finally:
            await handler.close_async()
        return str(answer["ok"])

    assert asyncio.run(serve()) == "True"
    assert local.messages()[-1]["text"] == "from aiohttp"


def test_no_more_connections_once_the_token_is_wrong(local):
    handler = SocketModeHandler(
        local.bolt, "xapp-wrong", web_client=WebClient(base_url=f"{local.url}/api/")
    )
    with pytest.raises(SlackApiError, match="invalid_auth"):
        handler.connect()
    handler.client.close()
