"""The zip of the function that Slack talks to, run as Lambda runs it: nothing is missing in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import package
from tests.aws.lambda_runtime import ROOT, Function, target
from tests.bench.cold_start import environment, signed_event
from tests.bench.cold_start_services import Services, services


@pytest.fixture(scope="module")
def slack_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("slack") / "out"
    kept = ROOT / "build" / "wheels"
    kept.mkdir(parents=True, exist_ok=True)
    out.mkdir()
    (out / "wheels").symlink_to(kept)
    entries = [entry for entry in package.ENTRIES if entry.name == "slack"]
    (built,) = package.build(out, target(), ROOT, entries)
    return built.path


def settings(served: Services) -> dict[str, str]:
    """What serverless.yml sets, and the addresses of what stands in for AWS and Slack."""
    found = environment(served.url, Path(), [])
    return {
        name: value
        for name, value in found.items()
        if name.startswith(("SIEM_", "AWS_ENDPOINT", "AWS_ACCESS", "AWS_SECRET"))
    }


def test_a_command_is_acknowledged_from_the_zip(slack_zip: Path) -> None:
    with (
        services() as served,
        Function(slack_zip, "bot.aws.slack_function.handler", settings(served)) as function,
    ):
        answer = function.invoke(signed_event())
        again = function.invoke(signed_event())

    assert (answer["statusCode"], answer["body"], again["statusCode"]) == (200, "", 200)
    assert (served.calls["GetParameters"], served.calls["SendMessage"]) == (1, 2)
    job = json.loads(served.sent[0])
    assert job["kind"] == "ask"
