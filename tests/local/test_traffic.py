"""The demo's traffic: the same for the same seed, late like CloudTrail, and worth asking about."""

from __future__ import annotations

import ipaddress
import json
import os
import statistics
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.local.traffic import LATEST, Delivered, events
from bot.local.traffic_calls import console_login, record
from bot.local.traffic_identities import stranger
from bot.query.evaluate import evaluate
from bot.query.parameters import bind, read_value
from bot.query.plan import Context, compile_query
from bot.rules.loader import load_rules

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, tzinfo=UTC)
DAY = timedelta(days=1)
DOCUMENTATION = [
    ipaddress.ip_network(block)
    for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
FOLDER = Path(__file__).parent.parent.parent / "rules" / "cloudtrail"
RULES = {
    rule.id: rule
    for rule in load_rules(
        {str(path): path.read_text("utf-8") for path in FOLDER.glob("*.yml")}
    ).rules
}


@pytest.fixture(scope="module")
def day() -> list[Delivered]:
    return list(events(1, TUESDAY, TUESDAY + DAY))


@pytest.fixture(scope="module")
def records(day: list[Delivered]) -> list[dict[str, Any]]:
    return [json.loads(event.message) for event in day]


def ask(rule_id: str, records: list[dict[str, Any]], **values: str) -> list[dict[str, str]]:
    rule = RULES[rule_id]
    types = {parameter.name: parameter.type for parameter in rule.parameters}
    query = bind(rule.query, {name: read_value(types[name], v) for name, v in values.items()})
    seen = [{**found, "@timestamp": found["eventTime"]} for found in records]
    return evaluate(compile_query(query), seen, Context(now=0, start=None, end=None)).rows


def writes(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        found for found in records
        if found["eventSource"] == "s3.amazonaws.com"
        and found["eventName"] in ("PutObject", "CopyObject", "CompleteMultipartUpload")
        and found["requestParameters"]["bucketName"] == "my-bucket"
    ]  # fmt: skip


def test_a_working_day_is_busy_and_a_sunday_is_calmer(day: list[Delivered]) -> None:
    sunday = list(events(1, SUNDAY, SUNDAY + DAY))
    assert 5_000 < len(day) < 7_000
    assert 4_000 < len(sunday) < len(day)

    def people(found: list[Delivered]) -> int:
        return sum("AWSReservedSSO" in event.message for event in found)

    assert people(day) > 200
    assert people(sunday) < people(day) / 5


def test_people_sleep(records: list[dict[str, Any]]) -> None:
    hours = {
        int(found["eventTime"][11:13])
        for found in records
        if "AWSReservedSSO" in found["userIdentity"].get("arn", "")
    }
    assert hours <= set(range(6, 20))


def test_events_come_in_the_order_of_their_delivery(day: list[Delivered]) -> None:
    assert day == sorted(day, key=lambda event: event.delivered)


def test_events_are_late_and_come_in_batches(day: list[Delivered]) -> None:
    delays = [(event.delivered - event.happened) / 1000 for event in day]
    assert min(delays) >= 60
    assert max(delays) <= LATEST.total_seconds()
    assert 180 <= statistics.median(delays) <= 300
    assert len({event.delivered for event in day}) < len(day) / 2
    happened = [event.happened for event in day]
    assert happened != sorted(happened)


def test_an_event_says_when_it_happened(
    day: list[Delivered], records: list[dict[str, Any]]
) -> None:
    for event, found in zip(day, records, strict=True):
        at = datetime.fromisoformat(found["eventTime"])
        assert at.timestamp() * 1000 == event.happened
    start = TUESDAY.timestamp() * 1000
    assert all(start <= event.happened < start + 86_400_000 for event in day)


def test_every_event_has_its_own_identity(records: list[dict[str, Any]]) -> None:
    assert len({found["eventID"] for found in records}) == len(records)
    other = [
        json.loads(event.message)["eventID"] for event in events(2, TUESDAY, TUESDAY + DAY / 4)
    ]
    assert not set(other) & {found["eventID"] for found in records}


def test_the_way_a_span_is_split_changes_nothing(day: list[Delivered]) -> None:
    cuts = [
        TUESDAY + timedelta(seconds=s) for s in (0, 1, 59, 60, 3_600, 3_723, 43_199, 43_201, 86_400)
    ]
    parts = [e for a, b in pairwise(cuts) for e in events(1, a, b)]
    assert sorted(parts) == sorted(day)


def test_many_small_steps_give_what_one_large_one_gives() -> None:
    start = TUESDAY + timedelta(hours=9)
    whole = sorted(events(1, start, start + timedelta(minutes=4)))
    steps = [start + timedelta(seconds=s * 1.5) for s in range(161)]
    parts = [e for a, b in pairwise(steps) for e in events(1, a, b)]
    assert sorted(parts) == whole
    assert len(whole) > 5


def test_a_time_is_the_same_in_every_zone(day: list[Delivered]) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    start = TUESDAY.astimezone(zone)
    assert list(events(1, start, start + timedelta(hours=1))) == list(
        events(1, TUESDAY, TUESDAY + timedelta(hours=1))
    )


def test_another_process_makes_the_same_events(day: list[Delivered]) -> None:
    code = (
        "import hashlib; from datetime import datetime, timedelta, UTC; from bot.local.traffic import events\n"
        "s = datetime(2026, 11, 24, 9, tzinfo=UTC)\n"
        "print(hashlib.sha256(repr(list(events(1, s, s + timedelta(hours=1)))).encode()).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Kolkata"))
    }  # fmt: skip
    assert len(answers) == 1


def test_an_empty_span_is_empty() -> None:
    assert list(events(1, TUESDAY, TUESDAY)) == []
    assert list(events(1, TUESDAY, TUESDAY - DAY)) == []


def test_another_seed_makes_other_traffic(day: list[Delivered]) -> None:
    assert list(events(2, TUESDAY, TUESDAY + timedelta(hours=1))) != day[:250]


def test_events_have_the_shape_of_cloudtrail(records: list[dict[str, Any]]) -> None:
    for found in records:
        assert found["eventVersion"] == "1.11"
        assert found["recipientAccountId"] == "111122223333"
        assert found["managementEvent"] is (found["eventCategory"] == "Management")
        assert {"userIdentity", "requestParameters", "responseElements", "userAgent"} <= set(found)
        assert found["userIdentity"]["type"] in SHAPES
        assert SHAPES[found["userIdentity"]["type"]] <= set(found["userIdentity"])
        if found["eventSource"] in ("iam.amazonaws.com", "signin.amazonaws.com"):
            assert found["awsRegion"] == "us-east-1"
        if found["readOnly"] and found["eventSource"] != "sts.amazonaws.com":
            assert found["responseElements"] is None
    assert {found["userIdentity"]["type"] for found in records} >= set(SHAPES) - {"Root"}
    sizes = [len(json.dumps(found)) for found in records]
    assert 1_000 < statistics.mean(sizes) < 1_800


SHAPES = {
    "AssumedRole": {"principalId", "arn", "accountId", "accessKeyId", "sessionContext"},
    "IAMUser": {"accountId", "accessKeyId", "userName"},
    "AWSService": {"invokedBy"},
    "AWSAccount": {"principalId", "accountId"},
    "WebIdentityUser": {"principalId", "userName", "identityProvider"},
    "Root": {"principalId", "arn", "accountId"},
}


def test_the_owner_looks_at_the_bill_on_mondays() -> None:
    monday = TUESDAY - DAY + timedelta(hours=9)
    found = [json.loads(e.message) for e in events(1, monday, monday + timedelta(hours=1))]
    assert any(found["userIdentity"]["type"] == "Root" for found in found)


def test_addresses_and_accounts_are_those_of_documentation(records: list[dict[str, Any]]) -> None:
    for found in records:
        address = found["sourceIPAddress"]
        if address.endswith(".amazonaws.com"):
            assert found["userIdentity"].get("invokedBy") == address
        else:
            assert any(ipaddress.ip_address(address) in block for block in DOCUMENTATION)
        assert found["userIdentity"].get("accountId") in (
            "111122223333", "444455556666", "ANONYMOUS_PRINCIPAL", None,
        )  # fmt: skip
        key = found["userIdentity"].get("accessKeyId")
        assert not key or (len(key) == 20 and key.endswith("EXAMPLE"))


def test_reads_outnumber_changes_and_some_calls_are_refused(records: list[dict[str, Any]]) -> None:
    assert sum(found["readOnly"] for found in records) > len(records) / 2
    refused = [found for found in records if "errorCode" in found]
    assert 20 < len(refused) < len(records) / 20
    assert all(found["responseElements"] is None for found in refused)


def test_a_refused_sign_in_says_so_as_cloudtrail_does() -> None:
    call = console_login(success=False, mfa=False)
    found = json.loads(record(stranger("203.0.113.190"), call, TUESDAY, "x"))
    assert found["responseElements"] == {"ConsoleLogin": "Failure"}
    assert found["errorMessage"] == "Failed authentication"
    assert "errorCode" not in found
    assert found["userIdentity"]["userName"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert (found["eventType"], found["awsRegion"]) == ("AwsConsoleSignIn", "us-east-1")


@pytest.mark.parametrize("hour", [5, 17])
@pytest.mark.parametrize("first", [TUESDAY, SUNDAY])
def test_any_day_has_writes_to_my_bucket_by_several_identities(first: datetime, hour: int) -> None:
    start = first + timedelta(hours=hour)
    found = writes([json.loads(e.message) for e in events(1, start, start + DAY)])
    assert len(found) >= 20
    assert len({json.dumps(r["userIdentity"].get("arn", r["userIdentity"])) for r in found}) >= 4
    assert any(r["userIdentity"]["type"] == "AWSService" for r in found)


def test_every_rule_has_something_to_say(records: list[dict[str, Any]]) -> None:
    rows = ask("s3-writes", records, bucket="my-bucket")
    assert len(rows) == len(writes(records))
    assert all({"time", "operation", "key", "who", "address"} == set(row) for row in rows)
    assert len({row["operation"] for row in rows}) == 3
    sources = ask("event-sources", records)
    assert {row["source"]: int(row["events"]) for row in sources} == Counter(
        r["eventSource"] for r in records
    )
    assert len(sources) > 12
    for principal in (
        "responder-1",
        "release",
        "legacy-backup",
        "delivery.logs.amazonaws.com",
        "444455556666",
    ):
        name = {"responder-1": _arn(records, "/responder-1")}.get(principal, principal)
        assert ask("principal-activity", records, principal=name), principal
    assert {
        row["error"]
        for row in ask("principal-activity", records, principal="release")
        if "error" in row
    } <= {"AccessDenied"}
    address = next(
        r["sourceIPAddress"]
        for r in records
        if "AWSReservedSSO" in r["userIdentity"].get("arn", "")
    )
    assert len(ask("address-activity", records, address=address)) > 10


def test_a_pipelines_key_is_made_and_then_used(records: list[dict[str, Any]]) -> None:
    made = next(r for r in records if r["eventName"] == "AssumeRoleWithWebIdentity")
    key = made["responseElements"]["credentials"]["accessKeyId"]
    rows = ask("access-key-activity", records, key=key)
    assert [row["operation"] for row in rows if row["did"] == "was about it"] == [
        "AssumeRoleWithWebIdentity"
    ]
    assert len([row for row in rows if row["did"] == "used it"]) > 10


def _arn(records: list[dict[str, Any]], end: str) -> str:
    arns = (str(found["userIdentity"].get("arn", "")) for found in records)
    return next(arn for arn in arns if arn.endswith(end))
