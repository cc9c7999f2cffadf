"""An alert as detection raises it, and the rules behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.alerts.model import Alert, Deed, Item, Told
from bot.query.parser import parse
from bot.rules.card import RuleParameter
from bot.rules.model import TriageItem
from tests.fakes import NOW, RULES, a_rule

WHO = "arn:aws:iam::111122223333:user/responder-9"
ID = "1f6b0c2d9a3e.1"
ONE, TWO = (
    Deed("U0RESPONDER1", "responder-1", NOW),
    Deed("U0RESPONDER2", "responder-2", NOW + timedelta(minutes=1)),
)
ANSWERS = {"none": "Nobody acted.", "some": "Ask them.", "many": "A script: act now."}

PLAN = (
    TriageItem(
        "who",
        "What else did this principal do?",
        rule="principal-activity",
        bindings={"principal": "{{who}}"},
        around=timedelta(hours=1),
        answers=ANSWERS,
        required=True,
    ),
    TriageItem(
        "from-here",
        "Who else came from this address?",
        query=parse("filter sourceIPAddress = {{ip}} | fields @timestamp, eventName"),
        answers=ANSWERS,
        many_over=2,
    ),
    TriageItem("known", "Is a release under way?", why="Look at the calendar.", required=True),
    TriageItem("asked", "Have you asked the person?"),
)
WATCHED = (
    *RULES,
    a_rule(
        "watched",
        "fields userIdentity.arn as who, sourceIPAddress as ip",
        (),
        title="Objects written to a bucket",
        triage=PLAN,
    ),
    a_rule(
        "principal-activity",
        "filter userIdentity.arn = {{principal}} | fields @timestamp as time, eventName as did",
        (RuleParameter("principal", "principal"),),
    ),
)


def an_alert(**others: Any) -> Alert:
    rows = (
        {"who": WHO, "ip": "192.0.2.10", "key": "a.txt"},
        {"who": WHO, "ip": "192.0.2.11", "key": "b.txt"},
    )
    given: dict[str, Any] = {
        "id": ID,
        "rule": "watched",
        "rule_version": "0123456789abcdef",
        "title": "Objects written to a bucket",
        "severity": "high",
        "key_columns": ("who",),
        "key": (WHO,),
        "condition": "An object was written by anyone but the release role.",
        "opened": NOW,
        "first": datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        "last": datetime(2026, 11, 24, 8, 40, tzinfo=UTC),
        "count": 2,
        "findings": ("f1", "f2"),
        "columns": ("who", "ip", "key"),
        "rows": rows,
        "values": {"who": WHO},
        "differing": ("ip", "key"),
        "checklist": tuple(
            Item(
                plan.id,
                plan.ask,
                why=plan.why,
                runs=plan.runs,
                required=plan.required,
                answers=plan.answers,
                many_over=plan.many_over,
            )
            for plan in PLAN
        ),
        "respond": ("Disable the access key.",),
        "false_positives": ("A release run by hand.",),
        "owner": "cloud-security",
        "told": Told(channel="C0ALERTS"),
        "scanned_bytes": 2_000_000,
    }
    return Alert(**(given | others))
