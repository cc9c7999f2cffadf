"""The HTTP door: what Slack posts reaches Bolt byte for byte, and Bolt's answer goes back."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.local.slack_http import PATH, HttpDoor, slack_application

SECRET = "made-up-secret"


def a_bolt_app() -> App:
    return App(
        client=WebClient(token="xoxb-local", base_url="http://127.0.0.1:1/api/"),
        signing_secret=SECRET,
        token_verification_enabled=False,
    )


def signed(body: str) -> dict[str, str]:
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }


def served(
    app: App, client: Callable[[aiohttp.ClientSession, str], Awaitable[tuple[int, str]]]
) -> tuple[int, str]:
    async def run() -> tuple[int, str]:
        async with TestServer(slack_application(app)) as server, aiohttp.ClientSession() as session:
            return await client(session, str(server.make_url(PATH)))

    return asyncio.run(run())


def test_a_forged_signature_is_refused() -> None:
    async def client(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
        headers = signed("command=/siem") | {"X-Slack-Signature": "v0=" + "0" * 64}
        async with session.post(url, data="command=/siem", headers=headers) as response:
            return response.status, await response.text()

    status, _ = served(a_bolt_app(), client)

    assert status == 401


def test_ssl_check_is_answered() -> None:
    async def client(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
        async with session.post(url, data="ssl_check=1&token=x") as response:
            return response.status, await response.text()

    assert served(a_bolt_app(), client)[0] == 200


def test_an_oversized_request_is_refused() -> None:
    async def client(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
        async with session.post(url, data=io.BytesIO(b"x" * 2_000_000)) as response:
            return response.status, await response.text()

    assert served(a_bolt_app(), client)[0] == web.HTTPRequestEntityTooLarge.status_code


def test_a_signed_url_verification_reaches_bolt_and_its_answer_comes_back() -> None:
    body = json.dumps({"type": "url_verification", "challenge": "naïve ✓"})

    async def client(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
        headers = signed(body) | {"Content-Type": "application/json"}
        async with session.post(url, data=body.encode(), headers=headers) as response:
            return response.status, await response.text()

    status, text = served(a_bolt_app(), client)

    assert status == 200
    assert json.loads(text)["challenge"] == "naïve ✓"


def test_a_closed_door_says_when_to_come_again_and_answers_what_came_before() -> None:
    begun, hold = threading.Event(), threading.Event()

    class Slow(App):
        def dispatch(self, req: BoltRequest) -> BoltResponse:
            begun.set()
            hold.wait(2)
            return BoltResponse(status=200, body="done")

    app = Slow(signing_secret=SECRET, token_verification_enabled=False, token="xoxb-local")

    body = "command=%2Fsiem&text=help"

    async def run() -> None:
        door = HttpDoor(app)
        async with TestServer(door.application()) as server, aiohttp.ClientSession() as session:
            url = str(server.make_url(PATH))
            asked = asyncio.create_task(session.post(url, data=body, headers=signed(body)))
            assert await asyncio.to_thread(begun.wait, 5)
            assert await door.close(0.1) is False
            async with session.post(url, data=body, headers=signed(body)) as late:
                assert (late.status, late.headers["Retry-After"]) == (503, "5")
            closing = asyncio.create_task(door.close(5))
            hold.set()
            assert await closing is True
            async with await asked as answer:
                assert (answer.status, await answer.text()) == (200, "done")

    asyncio.run(run())
