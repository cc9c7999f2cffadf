"""The keys of a rule file, one row each: the loader refuses any other, and the docs list them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key: whether it must be there (`yes`, `no`, or when), and what it holds, in words."""

    needed: str
    words: str


RULE: Mapping[str, Key] = {
    "id": Key("yes", "the name people type, as the file is called: small letters, digits, `-`"),
    "title": Key("yes", "what the answer shows, at most 75 characters"),
    "purpose": Key("yes", "why anyone should ask or be told"),
    "severity": Key("to alert", "`info` (without an alert the default), `low`, `medium`, `high`, `critical`"),
    "owner": Key("to alert", "the team that keeps the rule true"),
    "status": Key("no", "`draft`, `test` (posts to the test channel only), `live` (the default)"),
    "log": Key("yes", "a source of `rules/config.yml`"),
    "needs": Key("no", "what must be logged for an empty answer to mean anything: `s3-data-events`, `lambda-data-events`"),
    "attack": Key("no", "ATT&CK techniques such as `T1537` or `T1078.004`"),
    "references": Key("no", "pages to read, each `https://…`"),
    "parameters": Key("no", "what a person or an alert fills in, by name"),
    "window": Key("no", "how far back a person's question looks when they name no window; `24h` when left out"),
    "query": Key("yes", "the question, in Logs Insights QL; `{{name}}` is a parameter"),
    "alert": Key("no", "when the rule runs by itself and what it tells; leave it out and people run it"),
    "triage": Key("to alert", "the checklist: at least three items, of which one runs"),
    "respond": Key("no", "what to do if it is real"),
    "false_positives": Key("no", "what looks like it and is none"),
    "tests": Key("to alert", "events, and what the rule must make of them; to alert: one that fires and one that does not"),
}  # fmt: skip

PARAMETER: Mapping[str, Key] = {
    "type": Key("yes", "what it may hold: a row of the table of types"),
    "help": Key("yes", "what to type, in a few words"),
    "example": Key("yes", "a value that would work; not needed where there is a `default` or `choices`"),
    "default": Key("no", "the value when the person gives none"),
    "choices": Key("for `enum`", "the values that an `enum` may have"),
}  # fmt: skip

ALERT: Mapping[str, Key] = {
    "condition": Key("yes", "when it fires, for people"),
    "when": Key("no", "more commands, put before the closing `sort`, `limit` and `display`, which an alert drops; each row left is a finding"),
    "every": Key("yes", "how often it runs, from `1m` to `7d`"),
    "over": Key("with `stats`", "how far back each run looks, from `every` to `7d`"),
    "with": Key("no", "values for the rule's parameters; each one without a default needs one"),
    "key": Key("no", "output columns; one alert for each value"),
    "channel": Key("no", "where it posts, instead of the severity's channel"),
}  # fmt: skip

TRIAGE: Mapping[str, Key] = {
    "id": Key("yes", "small letters, digits, `-`; once in a rule"),
    "ask": Key("yes", "the question, at most 75 characters"),
    "why": Key("no", "why it matters"),
    "run": Key("no", "another rule that answers it"),
    "query": Key("no", "or a query that answers it; `{{name}}` is an output column or a parameter of the alert"),
    "around": Key("no", "how far the query looks to both sides of the alert"),
    "answers": Key("no", "what the result means and what to do next; only for items that run"),
    "required": Key("no", "`true`: no verdict before it is answered"),
    "auto": Key("no", "`true`: it runs as soon as the alert is posted"),
}  # fmt: skip

RUN: Mapping[str, Key] = {
    "rule": Key("yes", "the id of the rule"),
    "with": Key("no", 'its parameters: a value, or one `"{{name}}"`, an output column or a parameter of the alert'),
    "around": Key("no", "how far it looks to both sides of the alert"),
}  # fmt: skip

ANSWERS: Mapping[str, Key] = {
    "none": Key("no", "what no row means"),
    "some": Key("no", "what a few rows mean"),
    "many": Key("no", "what many rows mean"),
    "over": Key("no", "many is more than this number of rows; 10 when left out"),
}

TEST: Mapping[str, Key] = {
    "name": Key("yes", "what happens in the events"),
    "events": Key("yes", "log events as mappings; `@timestamp` or `eventTime` says when"),
    "with": Key("no", "values for parameters; others take their example, in an alert those of `alert.with`"),
    "fires": Key("one of these", "`true` or `false`: whether the alert finds anything"),
    "rows": Key("one of these", "how many rows the query returns"),
    "expect": Key("one of these", "the rows: for each, the columns that matter; `null` is a column without a value"),
}  # fmt: skip

CONFIG: Mapping[str, Key] = {
    "sources": Key("yes", "the logs that rules name, by name"),
    "channels": Key("no", "where alerts are posted: for each severity, for `test` and for `default`, a channel's id; `ops` is for alarms of CloudWatch and trouble of the bot's own"),
    "digests": Key("no", "when and where the digest of each day is posted"),
    "people": Key("no", "for alerts, which do not run yet: who is who"),
    "budget": Key("no", "for alerts, which do not run yet: what searching may cost"),
}  # fmt: skip

DIGEST: Mapping[str, Key] = {
    "at": Key("yes", "a time of day, such as `08:00`"),
    "zone": Key("no", "the time zone of that time, such as `Europe/Berlin`; `UTC` when left out"),
    "channel": Key("yes", "a channel's id, such as `C0123456789`"),
}

SOURCE: Mapping[str, Key] = {
    "groups": Key("yes", "its CloudWatch log groups"),
    "event_time": Key("no", "the field that says when an event happened, such as `eventTime`"),
    "about": Key("no", "what is in it"),
}

NOT_YET: Mapping[str, frozenset[str]] = {
    "alert": frozenset({"first_seen", "absent_for", "spike", "sequence", "group_for", "renotify"}),
    "config": frozenset({"access", "masks"}),
    "source": frozenset({"accounts", "regions", "shape"}),
}
"""Keys of the design that nothing obeys yet, and whose silence would mislead: they are refused."""
