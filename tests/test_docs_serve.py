"""docs/serve.md says what `python -m bot serve` has: options, settings, metrics, health, the log."""

from __future__ import annotations

import argparse
import io
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from bot import config
from bot.app.ports import Metric
from bot.cli import _parser, serve
from bot.telemetry import LineMeter, count, line, totals

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/serve.md").read_text("utf-8")


def parser_of(name: str) -> argparse.ArgumentParser:
    for action in _parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            found = action.choices[name]
            assert isinstance(found, argparse.ArgumentParser)
            return found
    raise AssertionError(name)


def test_every_option_is_described_with_its_default() -> None:
    for action in parser_of("serve")._actions:
        for option in action.option_strings:
            assert option in ("-h", "--help") or f"`{option}" in PAGE, option
    options = _parser().parse_args(["serve"])
    row = re.search(r"^\| `--drain` \|.*\| (\d+) \|$", PAGE, re.M)
    assert row is not None
    assert float(row[1]) == options.drain
    assert f"| {serve.HEALTH_PORT} |" in PAGE
    assert f"HTTP on port {serve.HTTP_PORT}" in PAGE
    assert f"| `{options.host}` |" in PAGE


def test_every_setting_is_described() -> None:
    text = (ROOT / "bot/config.py").read_text("utf-8")
    part = text[text.index("class ServeSettings") :]
    names = set(re.findall(r'"((?:SLACK|SIEM)_\w+)"', part)) | set(config.SECRETS)
    names |= {f"{name}_FILE" for name in config.SECRETS}
    assert {"SIEM_TABLE", "SLACK_API_URL", "SLACK_BOT_TOKEN_FILE"} <= names
    for name in names:
        assert f"`{name}`" in PAGE, name


def test_every_metric_is_described() -> None:
    for name in get_args(Metric):
        assert f"`{name.title().replace('_', '')}`" in PAGE, name


def test_the_checks_of_the_health_are_those_that_are_made() -> None:
    made = (ROOT / "bot/cli/serving.py").read_text("utf-8")
    for name in ("ticks", "jobs", "store", "socket", "connection"):
        assert f'"{name}": ' in made
        assert f"`{name}`: " in PAGE


def shown_lines() -> list[dict[str, Any]]:
    return [json.loads(each) for each in re.findall(r"^ {4}(\{\"time.*\})$", PAGE, re.M)]


def test_the_line_of_the_log_that_is_shown_is_like_one_that_is_written(out: io.StringIO) -> None:
    (shown,) = shown_lines()
    meter = LineMeter()
    with line("job", kind="detect", id="root-used", attempt=1):
        count("store_calls", 18)
        meter.add("bytes", 279)
        for name in ("alerts", "findings", "runs", "lag"):
            meter.add(name)
    written = json.loads(out.getvalue())
    assert list(written) == list(shown)
    assert (
        written["_aws"]["CloudWatchMetrics"][0]["Metrics"]
        == (shown["_aws"]["CloudWatchMetrics"][0]["Metrics"])
    )
    assert totals()["bytes"] >= 279


def test_the_unit_starts_what_there_is_and_waits_long_enough() -> None:
    command = re.search(r"ExecStart=\S+ -m bot (.*)$", PAGE, re.M)
    patience = re.search(r"TimeoutStopSec=(\d+)", PAGE)
    assert command is not None
    assert patience is not None
    options = _parser().parse_args(command[1].split())
    assert int(patience[1]) > options.drain + 5


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`python -m bot (serve .*?)`", PAGE))))
def test_the_commands_in_tables_exist(command: str) -> None:
    assert _parser().parse_args(command.split()).module == "serve"
