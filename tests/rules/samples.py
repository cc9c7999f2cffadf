"""Two rules to change in tests: one that people run, and one that alerts."""

from __future__ import annotations

from bot.rules.fault import Fault
from bot.rules.loader import Loaded, load_rules
from bot.rules.model import Rule

ASKING = """\
id: s3-writes
title: Objects written to a bucket
purpose: Know which objects were written.
log: cloudtrail
parameters:
  bucket: {type: bucket, help: which bucket, example: my-bucket}
query: |
  filter eventName = "PutObject" and requestParameters.bucketName = {{bucket}}
  | fields eventTime, userIdentity.arn as who, sourceIPAddress as ip
  | sort eventTime desc
tests:
  - name: a write
    events:
      - {eventName: PutObject, eventTime: 2026-11-02T09:00:00Z, requestParameters: {bucketName: my-bucket}}
    rows: 1
"""

ALERTING = """\
id: odd-writes
title: Somebody writes releases
purpose: Know who changes what we ship.
severity: high
owner: cloud-security
log: cloudtrail
parameters:
  bucket: {type: bucket, help: which bucket, example: my-bucket}
query: |
  filter eventName = "PutObject" and requestParameters.bucketName = {{bucket}}
  | fields userIdentity.arn as who, sourceIPAddress as ip
  | sort who
  | limit 20
  | display who, ip
alert:
  condition: Somebody else than the release role wrote.
  when: |
    filter ispresent(who) and who not like /role.release/
  every: 5m
  with: {bucket: prod-releases}
  key: [who]
triage:
  - id: known
    ask: Is this person in the team?
  - id: more
    ask: What else did they write?
    run: {rule: odd-writes, with: {bucket: "{{bucket}}"}, around: 1h}
    answers: {none: Nothing else., some: Look at each., many: Call somebody., over: 20}
    required: true
    auto: true
  - id: where
    ask: Who else came from there?
    query: |
      filter sourceIPAddress = {{ip}}
      | stats count(*) as n by userIdentity.arn
    around: 2h
    answers: {none: Nobody., some: Ask them.}
tests:
  - name: a person writes
    fires: true
    events:
      - {eventName: PutObject, requestParameters: {bucketName: prod-releases},
         sourceIPAddress: 192.0.2.10, userIdentity: {arn: "arn:aws:iam::111122223333:user/responder-1"}}
  - name: the release role writes
    fires: false
    events:
      - {eventName: PutObject, requestParameters: {bucketName: prod-releases},
         userIdentity: {arn: "arn:aws:sts::111122223333:assumed-role/release/r-1"}}
"""


def load(text: str, name: str = "") -> Loaded:
    """The outcome of loading one rule; its file is named after its id."""
    name = name or text.partition("id: ")[2].split()[0]
    return load_rules({f"rules/cloudtrail/{name}.yml": text})


def rule_of(text: str) -> Rule:
    """The rule, which must load."""
    loaded = load(text)
    assert loaded.faults == ()
    return loaded.rules[0]


def changed(text: str, old: str, new: str) -> str:
    """The text with one piece replaced; the piece must be there once."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def faults_of(text: str) -> list[Fault]:
    """What is wrong with a rule, which must not load."""
    loaded = load(text)
    assert loaded.rules == ()
    assert loaded.faults
    return list(loaded.faults)
