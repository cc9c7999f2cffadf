"""Whether the logs are to be had: tried on the local CloudWatch, and on an AWS that refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.app.checkup import Check
from bot.aws import checkup_logs
from bot.aws.checkup_logs import check_identity, check_needs, check_sources
from bot.aws.clients import make_client
from bot.engine.workers import Workers
from bot.local.cloudwatch import CloudWatch
from bot.rules.card import Source
from tests import stand_ins
from tests.fakes import a_rule
from tests.local.cloudwatch.serving import serving

NOW = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)
SOURCES = {"cloudtrail": Source("cloudtrail", ("cloudtrail",))}
RULES = (a_rule(log="cloudtrail", needs=("s3-data-events",)),)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    for name, value in stand_ins.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(checkup_logs, "_PAUSE", 0.01)


@pytest.fixture(scope="module")
def cloudwatch(tmp_path_factory) -> Iterator[tuple[CloudWatch, str]]:
    workers = Workers()
    made = CloudWatch(tmp_path_factory.mktemp("logs"), workers, lambda: NOW)
    with serving(made.application()) as url:
        yield made, url
    workers.close()


def at(url: str) -> Any:
    return partial(make_client, region="eu-west-1", endpoint_url=url, tries=1)


def ago(**span: float) -> int:
    """So long before now, as CloudWatch counts: milliseconds since 1970."""
    return int((NOW - timedelta(**span)).timestamp() * 1000)


def by_state(checks: list[Check]) -> dict[str, str]:
    return {check.state: check.says for check in checks}


def test_a_log_that_is_there_and_gets_events_is_ok(cloudwatch):
    made, url = cloudwatch
    made.create_group("cloudtrail")
    event = {"eventSource": "s3.amazonaws.com", "eventCategory": "Data"}
    made.put("cloudtrail", "s", [(ago(minutes=5), json.dumps(event))])
    checks = list(check_sources(at(url), "eu-west-1", SOURCES, NOW))
    assert by_state(checks) == {"ok": "can be searched"}
    (need,) = check_needs(at(url), SOURCES, RULES, NOW)
    assert need.state == "ok"


def test_a_log_that_went_quiet_and_lacks_what_rules_need_is_warned_of(cloudwatch):
    made, url = cloudwatch
    made.create_group("old")
    made.put("old", "s", [(ago(days=3), "{}")])
    sources = {"cloudtrail": Source("cloudtrail", ("old",))}
    checks = list(check_sources(at(url), "eu-west-1", sources, NOW))
    assert [check.state for check in checks] == ["ok", "warning"]
    assert "2026-11-21 09:00 UTC" in checks[1].says
    (need,) = check_needs(at(url), sources, RULES, NOW)
    assert (need.state, "s3-writes" in need.says) == ("warning", True)


def test_a_log_where_nothing_was_ever_written_is_warned_of(cloudwatch):
    made, url = cloudwatch
    made.create_group("empty")
    sources = {"app": Source("app", ("empty",))}
    checks = list(check_sources(at(url), "eu-west-1", sources, NOW))
    assert "Nothing was ever logged" in by_state(checks)["warning"]
    assert list(check_needs(at(url), sources, RULES, NOW)) == []


def test_a_log_that_is_not_there_is_named(cloudwatch):
    _, url = cloudwatch
    sources = {"app": Source("app", ("nowhere",))}
    (check,) = check_sources(at(url), "eu-west-1", sources, NOW)
    assert check.state == "failed"
    assert "`sources.app.groups`" in check.fix


def test_an_aws_that_refuses_says_which_permission_is_missing(endpoint):
    endpoint.refuse("AccessDeniedException", "not authorized to perform: logs:StartQuery")
    checks = list(check_sources(at(endpoint.url), "eu-west-1", SOURCES, NOW))
    assert [check.state for check in checks] == ["failed"]
    assert "logs:StartQuery on arn:aws:logs:eu-west-1:*:log-group:cloudtrail" in checks[0].fix
    (need,) = check_needs(at(endpoint.url), SOURCES, RULES, NOW)
    assert need.state == "skipped"


def test_an_aws_that_fails_or_is_not_there_is_said(endpoint):
    endpoint.refuse("ServiceUnavailableException", status=503)
    (check,) = check_sources(at(endpoint.url), "eu-west-1", SOURCES, NOW)
    assert "ServiceUnavailable" in check.says
    (check,) = check_sources(at("http://127.0.0.1:1"), "eu-west-1", SOURCES, NOW)
    assert check.state == "failed"


def test_a_log_of_another_account_is_searched_by_its_arn(endpoint):
    endpoint.answer(queryId="q")
    endpoint.answer(status="Running", results=[])
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:shared"
    sources = {"app": Source("app", (f"{arn}:*",))}
    checks = list(check_sources(at(endpoint.url), "eu-west-1", sources, NOW))
    assert "slowly" in checks[0].says
    assert endpoint.asked[0][1]["logGroupIdentifiers"] == [arn]
    assert "StopQuery" in [operation for operation, _ in endpoint.asked]


def test_who_the_bot_is(monkeypatch):
    (check,) = check_identity(at(stand_ins.aws()))
    assert (check.state, "111122223333" in check.says) == ("ok", True)
    (check,) = check_identity(at("http://127.0.0.1:1"))
    assert (check.state, "aws sso login" in check.fix) == ("failed", True)
