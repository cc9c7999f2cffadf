"""The rules that the bot under faults works with: two that alert, three that people ask."""

from __future__ import annotations

from pathlib import Path

CONFIG = """\
sources:
  cloudtrail: {groups: [cloudtrail], event_time: eventTime}
channels: {low: C0RANDOM}
digests:
  - {at: "08:00", zone: UTC, channel: C0SIEM}
"""

TRIAGE = """\
triage:
  - {id: planned, ask: Was it planned?}
  - {id: key, ask: Did they use a key?}
  - id: others
    ask: What else did they do?
    query: "filter userIdentity.arn = {{who}} | fields eventName"
    answers: {none: Nothing., some: Read them., many: Read them all.}
"""

ALERTING = """\
id: ID
title: TITLE
purpose: Know it.
severity: SEVERITY
owner: cloud-security
log: cloudtrail
query: |
  filter eventName = "NAME"
  | fields eventTime as time, userIdentity.arn as who
alert: {condition: Somebody did it., every: 5m, key: [who]}
tests:
  - {name: y, fires: true, events: [{eventName: NAME, userIdentity: {arn: a}}]}
  - {name: n, fires: false, events: [{eventName: Other, userIdentity: {arn: a}}]}
"""

PEOPLE = {
    "calls": """\
id: calls
title: Calls by name
purpose: Know who calls it.
log: cloudtrail
parameters:
  name: {type: text, help: the call, example: StopLogging}
window: 24h
query: |
  filter eventName = {{name}}
  | fields eventTime as time, userIdentity.arn as who
  | sort time
tests:
  - {name: y, with: {name: A}, events: [{eventName: A}, {eventName: B}], rows: 1}
""",
    "event-sources": """\
id: event-sources
title: AWS services that were used
purpose: Know them.
log: cloudtrail
window: 24h
query: stats count(*) as events by eventSource as source | sort events desc
tests:
  - {name: y, events: [{eventSource: a}], rows: 1}
""",
}


def write_rules(folder: Path) -> Path:
    """Write them, and the config, into a new folder."""
    folder.mkdir()
    (folder / "config.yml").write_text(CONFIG)
    for ident, name, severity, title in (
        ("trail-stopped", "StopLogging", "critical", "A trail was stopped"),
        ("user-made", "CreateUser", "low", "A user was made"),
    ):
        text = ALERTING.replace("ID", ident).replace("NAME", name).replace("TITLE", title)
        (folder / f"{ident}.yml").write_text(text.replace("SEVERITY", severity) + TRIAGE)
    for ident, text in PEOPLE.items():
        (folder / f"{ident}.yml").write_text(text)
    return folder
