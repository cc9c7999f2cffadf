"""Serves an aiohttp application on a free loopback port from a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from aiohttp import web
from botocore.config import Config

from tests.local.cloudwatch.answer_shapes import faults_of


@contextmanager
def serving(application: web.Application) -> Iterator[str]:
    """The address it answers at, until the block ends."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application, access_log=None)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner.addresses[0][1]

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def logs_client(url: str, **config):
    """A boto3 client as anybody would make one. Each answer is held to AWS's model."""
    settings = {"retries": {"total_max_attempts": 1}, "proxies": {}} | config
    client = _session().client(
        "logs",
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(**settings),
    )
    client.meta.events.register("before-parse.cloudwatch-logs.*", _check)
    return client


def _check(operation_model, response_dict, **_):
    faults = faults_of(operation_model.name, response_dict["status_code"], response_dict["body"])
    assert not faults


@functools.cache
def _session() -> boto3.Session:
    """One for all tests: a session reads AWS's model of the service, which takes a while."""
    return boto3.Session()
