"""Writes the forty detections as a folder of rules, and a larger folder of rules with tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.bench.detections import BOOLEANS, DETECTIONS, Detection, Test

PACK = 100
TESTS = 10
"""The larger folder has so many rules, and each rule so many tests: a thousand together."""

_CONFIG = {
    "sources": {
        "cloudtrail": {
            "groups": ["cloudtrail"],
            "event_time": "eventTime",
            "about": "Made-up events for the benchmark.",
        }
    }
}

# Texts that match the patterns of the detections.
_SAMPLES = {
    r'"Resource":"\*"': '{"Resource":"*"}',
    "iam:(Create|Put|Attach)": "not authorized to perform: iam:CreateUser",
    r"^(203\.0\.113|198\.51\.100)\.": "203.0.113.5",
    r"^203\.0\.113\.": "203.0.113.5",
    r"^203\.": "203.0.113.5",
    "(?i)(kali|sqlmap|scanner)": "Scanner/2.0",
}
_OTHER = {"eventTime": "2026-11-02T09:00:00Z", "eventSource": "example.amazonaws.com"}

_TRIAGE = [
    {"id": "announced", "ask": "Was it announced?", "required": True},
    {"id": "usual", "ask": "Does the caller say that it was them?", "required": True},
    {
        "id": "after",
        "ask": "What else did the caller do?",
        "query": "filter userIdentity.arn = {{who}}\n"
        "| stats count(*) as events by eventName as operation\n| sort events desc",
        "around": "1h",
        "answers": {"none": "Nothing.", "some": "A few things.", "many": "A lot."},
        "required": True,
    },
]


def write_detections(folder: Path) -> None:
    """A rule for each detection, and the settings that they need."""
    rules = {}
    for detection in DETECTIONS:
        rules[detection.id] = rule = _rule(detection)
        rule["tests"] = [
            {"name": "it happens", "fires": True, "events": [example(detection)]},
            {"name": "something else happens", "fires": False, "events": [_OTHER]},
        ]
    _write(folder, rules)


def write_pack(folder: Path) -> None:
    """A hundred rules with ten tests each; all of them pass."""
    rules = {}
    for number in range(PACK):
        id = f"calls-of-service-{number:03d}"
        rule = _rule(Detection(id, DETECTIONS[0].tests))
        rule["query"] = _query(f'eventSource = "service-{number:03d}.amazonaws.com"')
        rule["tests"] = [_test(number, place) for place in range(TESTS)]
        rules[id] = rule
    _write(folder, rules)


def example(detection: Detection) -> dict[str, Any]:
    """An event that the detection finds."""
    event: dict[str, Any] = {"eventTime": "2026-11-02T09:00:00Z"}
    for test in detection.tests:
        *parents, leaf = test.path.split(".")
        node = event
        for part in parents:
            node = node.setdefault(part, {})
        node[leaf] = _value(test)
    return {name: _with_lists(value) for name, value in event.items()}


def _value(test: Test) -> Any:
    match test.operator:
        case "in":
            return test.value.split()[0]
        case "!=" | "not in":
            return "somebody"
        case "like /":
            return _SAMPLES[test.value]
    return test.value == "1" if test.path in BOOLEANS else test.value


def _with_lists(value: Any) -> Any:
    """The value, with lists where its paths name places."""
    if not isinstance(value, dict):
        return value
    if "0" in value:
        return [_with_lists(value["0"])]
    return {name: _with_lists(part) for name, part in value.items()}


def _query(condition: str) -> str:
    columns = "@timestamp as time, eventName as operation, sourceIPAddress as address"
    who = "coalesce(userIdentity.arn, userIdentity.type) as who"
    return f"filter {condition}\n| fields {columns}, {who}\n| sort time desc\n"


def _rule(detection: Detection) -> dict[str, Any]:
    return {
        "id": detection.id,
        "title": detection.id.replace("-", " ").capitalize(),
        "purpose": "A detection of the benchmark, over made-up events.",
        "severity": "medium",
        "owner": "cloud-security",
        "log": "cloudtrail",
        "references": ["https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"],
        "window": "1h",
        "query": _query(detection.ql),
        "alert": {"condition": "Somebody did what the title says.", "every": "5m", "key": ["who"]},
        "triage": _TRIAGE,
        "respond": ["Ask whoever did it."],
        "false_positives": ["A change that was announced."],
    }


def _test(number: int, place: int) -> dict[str, Any]:
    """Every other test has an event that the rule must find."""
    fires = place % 2 == 0
    service = f"service-{number if fires else number + 1:03d}.amazonaws.com"
    event = {
        "eventTime": f"2026-11-02T09:00:{place:02d}Z",
        "eventSource": service,
        "eventName": "DescribeThings",
        "sourceIPAddress": "192.0.2.10",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/analyst"},
    }
    return {"name": f"call {place}", "fires": fires, "events": [event]}


def _write(folder: Path, rules: dict[str, dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    (folder / "config.yml").write_text(yaml.safe_dump(_CONFIG))
    for id, rule in rules.items():
        text = yaml.safe_dump(rule, sort_keys=False, allow_unicode=True)
        (folder / f"{id}.yml").write_text(text, encoding="utf-8")
