"""Who may talk to a local server."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.local.loopback import refusal

HERE = {"Host": "localhost:8420"}


@pytest.mark.parametrize(
    ("peer", "served"), [("127.0.0.1", True), ("::1", True), ("192.0.2.7", False)]
)
def test_callers_on_other_machines_are_refused_even_if_it_is_bound_to_all_addresses(peer, served):
    request = make_mocked_request("POST", "/", HERE).clone(remote=peer)
    assert (refusal(request) is None) is served


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:8420", "[::1]:8420"])
def test_names_of_this_machine_are_answered(host):
    assert refusal(make_mocked_request("GET", "/", {"Host": host})) is None
    own = {"Host": host, "Origin": f"http://{host}"}
    assert refusal(make_mocked_request("GET", "/", own)) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": ""},
        {"Host": "[::1"},
        {},
        HERE | {"Origin": "https://evil.example"},
        HERE | {"Origin": "http://localhost:1"},
        HERE | {"Origin": "null"},
    ],
)
def test_other_hosts_and_origins_are_refused(headers):
    assert refusal(make_mocked_request("GET", "/", headers)) is not None
