"""A folder of two alerting rules and a log that makes them fire, for tests of the terminal."""

from __future__ import annotations

import json
from pathlib import Path

CONFIG = "sources:\n  cloudtrail: {groups: [cloudtrail], event_time: eventTime}\n"
PLAN = """\
triage:
  - {id: a, ask: Was it planned?}
  - {id: b, ask: Did they use a key?}
  - id: c
    ask: What else did they do?
    query: "filter userIdentity.arn = {{who}} | fields eventName"
    answers: {none: Nothing., some: Read them., many: Read them all.}
"""
ROOT_USED = """\
id: root-used
title: Root was used
purpose: Know it.
severity: high
owner: cloud-security
log: cloudtrail
query: |
  filter userIdentity.type = "Root"
  | fields eventName as operation, userIdentity.arn as who
alert:
  condition: Root did something.
  every: 5m
  key: [who]
tests:
  - {name: y, fires: true, events: [{eventName: X, userIdentity: {type: Root, arn: a}}]}
  - {name: n, fires: false, events: [{eventName: X, userIdentity: {type: IAMUser}}]}
"""
MANY_CALLS = """\
id: many-calls
title: Many calls
purpose: Know it.
severity: low
owner: cloud-security
log: cloudtrail
query: stats count(*) as calls by userIdentity.arn as who
alert:
  condition: More than three calls in five minutes.
  when: filter calls > 3
  every: 5m
  over: 5m
  key: [who]
tests:
  - {name: y, fires: true, events: [{userIdentity: {arn: a}}, {userIdentity: {arn: a}}, {userIdentity: {arn: a}}, {userIdentity: {arn: a}}]}
  - {name: n, fires: false, events: [{userIdentity: {arn: a}}]}
"""
ROOT = "arn:aws:iam::111122223333:root"


def write_rules(folder: Path) -> Path:
    folder.mkdir()
    (folder / "config.yml").write_text(CONFIG)
    (folder / "root-used.yml").write_text(ROOT_USED + PLAN)
    (folder / "many-calls.yml").write_text(MANY_CALLS + PLAN)
    return folder


def write_log(path: Path) -> Path:
    times = ["09:00:01", "09:00:02", "09:00:03", "09:00:04", "09:30:00"]
    lines = [
        {
            "eventTime": f"2026-11-02T{time}Z",
            "eventID": f"00000000-0000-0000-0000-{number:012d}",
            "eventName": f"Call{number}",
            "userIdentity": {"type": "Root", "arn": ROOT},
        }
        for number, time in enumerate(times)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
