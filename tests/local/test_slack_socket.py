"""The Socket Mode door: what Slack sends is answered the way it came, whatever happens to connections."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from bot.errors import BotError
from bot.local import slack_socket
from bot.local.slack_socket import SocketDoor
from bot.slack.requests import LoggedApp
from tests.fakes import RecordingMeter
from tests.local.workspace.driving import APP_TOKEN, TOKEN, Local, start


class Wire:
    """What lies between the bot and Slack: it can be cut, and it can swallow everything."""

    def __init__(self, local: Local) -> None:
        self.local = local
        self.target = int(local.url.rpartition(":")[2])
        self.writers: set[asyncio.StreamWriter] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.frozen = False
        self.port = 0
        self.run(self.open())
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.local.loop.loop).result(10)

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """All connections end, and none is accepted any more."""
        self.server.close()
        for writer in [*self.writers]:
            writer.transport.abort()

    async def end(self) -> None:
        await self.cut()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", self.target)
        self.writers |= {writer, there[1]}
        for source, sink in ((reader, there[1]), (there[0], writer)):
            task = asyncio.create_task(self._copy(source, sink))
            self.tasks.add(task)

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                if not self.frozen:
                    sink.write(data)
                    await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()


class Bot:
    """A small bot behind the door; `hold` keeps its listener busy."""

    def __init__(self, local: Local, wire: Wire) -> None:
        self.local = local
        self.wire = wire
        self.hold = threading.Event()
        self.hold.set()
        self.begun = threading.Event()
        client = WebClient(TOKEN, base_url=f"{wire.url}/api/")
        self.app = LoggedApp(
            RecordingMeter(), client=client, signing_secret="x", token_verification_enabled=False
        )
        self.app.command("/siem")(self.on_command)
        self.app.event("app_home_opened")(lambda: None)
        self.door = SocketDoor(self.app, WebClient(base_url=f"{wire.url}/api/"), APP_TOKEN)

    def on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        self.begun.set()
        self.hold.wait(5)
        text = body["text"]
        ack(text="x" * int(text) if text.isdigit() else text)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.wire.run(work)

    def connections(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.local.post("/_workspace/socket")["connections"]
        return found

    def typing(self, text: str) -> Callable[[], dict[str, Any]]:
        outcome: dict[str, Any] = {}
        self.begun.clear()
        thread = threading.Thread(
            target=lambda: outcome.update(self.local.command(f"/siem {text}"))
        )
        thread.start()
        assert self.begun.wait(5)

        def wait() -> dict[str, Any]:
            thread.join(10)
            return outcome

        return wait

    def say(self, message: Any) -> None:
        """Slack sends this over the first connection."""
        socket = self.local.workspace._parts.deliveries.sockets.open[0].socket
        self.run(socket.send_str(message if isinstance(message, str) else json.dumps(message)))


def until(true: Callable[[], Any], seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.01)
    raise AssertionError("waited in vain")


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    local = start()
    local.workspace.timer = time.time
    wire = Wire(local)
    local.workspace.base_url = wire.url  # so that connections go over the wire as well
    made = Bot(local, wire)
    yield made
    made.hold.set()
    wire.run(made.door.close(1))
    wire.run(wire.end())
    local.loop.stop()


@pytest.fixture
def connected(bot: Bot) -> Bot:
    bot.run(bot.door.start())
    until(lambda: bot.door.connected and len(bot.connections()) == 2)
    return bot


@pytest.mark.parametrize("size", [10, 70_000, 400_000])
def test_acknowledgements_of_any_size_arrive(connected: Bot, size: int) -> None:
    answer = connected.local.command(f"/siem {size}")
    assert answer["status"] == 200
    shown = connected.local.messages()[-1]["text"]
    # The text is too much for a message, but it came: Slack says so itself.
    assert shown == "x" * size if size < 4_000 else "msg_too_long" in shown


def test_what_was_asked_over_a_connection_that_is_replaced_is_answered_over_it(
    connected: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_socket, "LEAVING", 0.5)
    before = {each["id"] for each in connected.connections()}
    connected.hold.clear()
    asked = connected.typing("slow")
    connected.local.post("/_workspace/socket", reason="warning")
    until(lambda: len(connected.connections()) == 4)  # the new ones are there before the old go
    connected.hold.set()
    assert asked()["status"] == 200
    until(lambda: len(connected.connections()) == 2)
    assert before.isdisjoint(each["id"] for each in connected.connections())
    assert connected.local.command("/siem after")["status"] == 200


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_slack_may_replace_connections_again_and_again(
    connected: Bot, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    monkeypatch.setattr(slack_socket, "LEAVING", 0.05)
    for _ in range(5):
        old = {each["id"] for each in connected.connections()}
        connected.local.post("/_workspace/socket", reason=reason)
        until(
            lambda old=old: (
                len(now := connected.connections()) == 2
                and old.isdisjoint(each["id"] for each in now)
            )
        )
        assert connected.local.command("/siem here")["status"] == 200
    assert connected.door.away == 0


def test_after_a_cut_it_connects_again(connected: Bot, out: io.StringIO) -> None:
    connected.run(connected.wire.cut())
    until(lambda: not connected.door.connected)
    time.sleep(0.05)
    assert connected.door.away >= 0.05
    assert connected.local.command("/siem lost")["ok"] is False
    connected.run(connected.wire.open())
    until(lambda: connected.door.connected and len(connected.connections()) == 2)
    assert connected.door.away == 0
    assert connected.local.command("/siem here")["status"] == 200
    assert "a connection to Slack ended with" in out.getvalue()
    assert "no connection to Slack: " in out.getvalue()


def test_a_network_that_swallows_everything_is_noticed(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_socket, "HEARTBEAT", 0.2)
    bot.run(bot.door.start())
    until(lambda: bot.door.connected)
    bot.wire.frozen = True
    until(lambda: not bot.door.connected)
    bot.run(bot.wire.cut())
    bot.wire.frozen = False
    bot.run(bot.wire.open())
    until(lambda: bot.door.connected)
    until(lambda: bot.local.command("/siem here")["ok"])


def test_an_outage_at_the_start_is_waited_out(bot: Bot, out: io.StringIO) -> None:
    bot.run(bot.wire.cut())
    bot.run(bot.door.start())
    assert not bot.door.connected
    assert "no connection to Slack yet" in out.getvalue()
    bot.run(bot.wire.open())
    until(lambda: bot.door.connected)


def test_a_token_that_slack_refuses_is_an_error_with_what_to_do(bot: Bot) -> None:
    client = WebClient(base_url=f"{bot.wire.url}/api/")
    door = SocketDoor(bot.app, client, "xapp-other")
    with pytest.raises(BotError, match=r"invalid_auth.*connections:write"):
        bot.run(door.start())


def test_socket_mode_turned_off_and_on_again(
    connected: Bot, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_socket, "LONGEST_PAUSE", 0.1)
    connected.local.post("/_workspace/socket", enabled=False)
    until(lambda: not connected.door.connected and not connected.connections())
    assert "Socket Mode was turned off" in out.getvalue()
    connected.local.post("/_workspace/socket", enabled=True)
    until(lambda: connected.door.connected)


def test_what_makes_no_sense_is_passed_over(connected: Bot, out: io.StringIO) -> None:
    for odd in ("no json", "[]", "{}", "[" * 50_000, '{"type": "other"}', '{"type": 7}'):
        connected.say(odd)
    connected.say({"type": "slash_commands", "envelope_id": 7, "payload": {}})
    connected.say({"type": "interactive", "envelope_id": "e", "payload": None})
    assert connected.local.command("/siem here")["status"] == 200
    assert out.getvalue().count("makes no sense") == 4


def test_how_often_slack_has_tried_is_in_the_log(connected: Bot, out: io.StringIO) -> None:
    event = {"type": "event_callback", "event": {"type": "app_home_opened", "user": "U0R1"}}
    connected.say({"type": "events_api", "envelope_id": "e1", "payload": event, "retry_attempt": 2})
    until(lambda: '"retry":"2"' in out.getvalue())
    assert '"kind":"app_home_opened"' in out.getvalue()


def test_closed_it_answers_what_came_and_takes_nothing_new(connected: Bot) -> None:
    connected.hold.clear()
    asked = connected.typing("slow")
    loop = connected.local.loop.loop
    closing = asyncio.run_coroutine_threadsafe(connected.door.close(5), loop)
    time.sleep(0.1)
    assert not closing.done()
    connected.hold.set()
    assert closing.result(5) is True
    assert asked()["status"] == 200
    assert connected.connections() == []
    assert connected.local.command("/siem late")["ok"] is False


def test_closed_it_does_not_wait_for_ever(connected: Bot) -> None:
    connected.hold.clear()
    asked = connected.typing("slow")
    began = time.monotonic()
    assert connected.run(connected.door.close(0.2)) is False
    assert time.monotonic() - began < 3
    connected.hold.set()
    assert asked()["ok"] is False
