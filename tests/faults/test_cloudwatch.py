"""CloudWatch Logs is busy, away, slow or late: what people see, and that nothing is lost or twice."""

from __future__ import annotations

from typing import Any

import pytest

from bot.alerts.health import PATIENCE, health_of
from bot.app import running
from bot.app.files import WAITING_FOR_AWS
from bot.app.ports import SearchStatus
from bot.slack import alert_words, words
from tests.faults.test_slack_down import ANSWERED, ask, buttons
from tests.faults.world import World
from tests.slack.conftest import words_of

FULL = [
    {"operation": "StartQuery", "error": "LimitExceededException"},
    {"operation": "StartQuery", "error": "ThrottlingException"},
]
GONE = [
    {"status": 503},
    {"status": 500},
    {"drop": "before"},
    {"error": "ServiceUnavailableException", "message": "one bad minute"},
]


def shown(world: World) -> str:
    """What the message of the answer says now."""
    (message,) = [m for m in world.messages() if not m.get("ephemeral")]
    return str(message["text"]).partition("): ")[2]


@pytest.mark.parametrize("fault", FULL, ids=str)
def test_an_answer_says_that_it_waits_for_a_place_and_then_comes(
    world: World, fault: dict[str, Any]
) -> None:
    world.cloud({**fault, "until": 60})
    ask(world)
    world.pass_time(2)
    assert shown(world) == "Waiting for a place among AWS's queries; it begins by itself."
    assert words.waiting("place", "") == shown(world)
    assert world.document("asked")["search_id"] == ""
    world.pass_time(30)
    assert len(world.calls("chat.update")) == 1
    world.rest()

    assert world.public() == ANSWERED
    assert world.dead() == []


def test_an_answer_that_finds_no_place_for_15_minutes_says_so(world: World) -> None:
    world.cloud(FULL[0])
    ask(world)
    world.rest()

    assert shown(world) == running.NO_PLACE
    (message,) = world.messages()
    assert [b["text"]["text"] for b in buttons(message)] == ["Again"]


def test_a_rule_that_finds_no_place_waits_without_counting_as_failed(world: World) -> None:
    world.cloud({**FULL[0], "until": 1_200})
    world.happens("StopLogging")
    for _ in range(20):
        world.tick()
        world.pass_time(40)
    mark = world.mark("trail-stopped")
    assert (mark.failures, mark.problem, mark.through) == (0, "", None)
    rule = next(r for r in world.bot.watch.desk.rules if r.id == "trail-stopped")
    health = health_of(rule, mark, world.clock.now)
    assert health.state == "waiting"
    assert health.problem.startswith("waits for a place among AWS's queries since 2026-11-24 12:00")
    assert PATIENCE.total_seconds() == 600
    world.pass_time(400)
    world.tick()
    world.rest()

    (alert,) = world.alerts()
    assert alert.count == 1
    assert len(world.public("alerts")) == 1


@pytest.mark.parametrize("fault", GONE, ids=str)
@pytest.mark.parametrize("operation", ["StartQuery", "GetQueryResults"])
def test_an_answer_waits_for_an_aws_that_is_away_and_says_so(
    world: World, operation: str, fault: dict[str, Any]
) -> None:
    world.cloud({**fault, "operation": operation, "until": 600})
    ask(world)
    world.pass_time(2)
    said = shown(world)
    assert said.startswith(
        "CloudWatch Logs does not answer; the search goes on by itself. CloudWatch Logs in eu-west-1 "
        f"{'cannot be reached' if 'drop' in fault else 'has a fault of its own'}"
    )
    world.pass_time(500)
    assert len(world.calls("chat.update")) == 1
    world.rest()

    assert world.public() == ANSWERED
    started = [one for one in world.asked("StartQuery") if one["status"] == 200]
    assert len(started) == 1


def test_an_answer_for_which_aws_stays_away_says_why(world: World) -> None:
    world.cloud({"operation": "StartQuery", "status": 503})
    ask(world)
    world.rest()

    assert shown(world).startswith(
        "CloudWatch Logs was away for 15 minutes. CloudWatch Logs in eu-west-1 has a fault of its own."
    )


def test_an_outage_of_aws_delays_detection_and_is_seen_in_the_status(world: World) -> None:
    world.cloud({"status": 503, "until": 600})
    world.happens("StopLogging")
    for _ in range(5):
        world.tick()
        world.pass_time(50)
    mark = world.mark("trail-stopped")
    assert mark.failures == 5
    assert mark.problem.startswith("CloudWatch Logs in eu-west-1 has a fault of its own.")
    assert mark.through is None
    world.command("status")
    assert "failed 5 times: CloudWatch Logs" in words_of(world.messages()[-1]["blocks"])
    world.pass_time(600)
    world.tick()
    world.rest()

    assert [alert.count for alert in world.alerts()] == [1]
    assert len(world.public("alerts")) == 1
    assert world.mark("trail-stopped").failures == 0


def test_a_look_that_is_throttled_comes_again(world: World) -> None:
    world.cloud({"operation": "GetQueryResults", "error": "ThrottlingException", "until": 5})
    ask(world)
    world.rest()

    assert world.public() == ANSWERED
    assert len(world.calls("chat.update")) == 1


def test_looks_that_are_throttled_for_long_are_said_and_end(world: World) -> None:
    world.cloud({"operation": "GetQueryResults", "error": "ThrottlingException"})
    ask(world)
    world.pass_time(20)
    assert shown(world) == words.waiting("turn", "")
    world.rest()

    assert shown(world) == running.NO_TURN
    assert len(world.calls("chat.update")) == 2


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("Failed", running._ENDS[SearchStatus.FAILED]),
        (
            "Timeout",
            running._ENDS[SearchStatus.TIMEOUT],
        ),
    ],
)
def test_a_query_that_ends_badly_says_how(world: World, ends: str, said: str) -> None:
    world.cloud(queries=[{"running": 3, "ends": ends}])
    ask(world)
    world.tick()
    world.rest()

    assert shown(world) == said
    assert world.mark("trail-stopped").failures == 1
    world.cloud()
    world.tick()
    world.rest()
    assert len(world.public("alerts")) == 1


def test_a_query_that_somebody_stopped_says_so(world: World) -> None:
    world.cloud(queries=[{"running": 600}])
    ask(world)
    world.pass_time(5)
    for query in world.cloudwatch.queries:
        query.stop()
    world.rest()

    assert shown(world) == "Somebody stopped the search in CloudWatch Logs. Ask again."


def test_a_slow_query_shows_how_far_it_is(world: World) -> None:
    world.cloud(queries=[{"scheduled": 4, "running": 20}])
    ask(world)
    world.pass_time(10)
    assert shown(world).startswith("Searching … 0 records and ")
    edits = len(world.calls("chat.update"))
    assert 3 <= edits <= 5
    world.rest()

    assert world.public() == ANSWERED
    assert len(world.calls("chat.update")) <= 14


def test_a_query_that_takes_too_long_is_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PATIENCE", 30.0)
    world.cloud(queries=[{"running": 10_000}])
    ask(world)
    world.rest()

    assert shown(world) == running.TOO_LONG
    assert [query.status for query in world.cloudwatch.queries] == ["Cancelled"]


def test_a_query_that_only_aws_cannot_read_says_so(world: World) -> None:
    said = "unexpected symbol found dedup at line 1"
    fault = {"operation": "StartQuery", "error": "MalformedQueryException", "message": said}
    world.cloud(fault)
    ask(world)
    world.rest()

    assert shown(world) == f"CloudWatch Logs cannot read the query: {said}"
    world.tick()
    assert world.mark("trail-stopped").problem == shown(world)


def test_a_log_group_that_was_deleted_is_named(world: World) -> None:
    fault = {"operation": "StartQuery", "error": "ResourceNotFoundException", "message": "no such"}
    world.cloud(fault)
    ask(world)
    world.rest()

    assert shown(world) == (
        "A log group of this query does not exist in eu-west-1 (cloudtrail). Check `groups` and "
        "`regions` of the source in rules/config.yml. AWS says: no such"
    )


def test_results_that_are_gone_are_searched_for_again_once(world: World) -> None:
    world.cloud({"operation": "GetQueryResults", "error": "ResourceNotFoundException", "nth": 1})
    ask(world)
    world.rest()
    assert world.public() == ANSWERED
    assert len(world.asked("StartQuery")) == 2

    world.cloud({"operation": "GetQueryResults", "error": "ResourceNotFoundException"})
    world.click(world.messages()[0], "Again")
    world.rest()
    assert world.public()[-1].endswith(
        "The results of this search are gone: CloudWatch Logs keeps them for seven days. Ask again."
    )


def test_a_lost_answer_to_startquery_may_run_twice_and_answers_once(world: World) -> None:
    world.cloud({"operation": "StartQuery", "nth": 1, "drop": "after"})
    ask(world)
    world.rest()

    assert len(world.asked("StartQuery")) == 2
    assert world.public() == ANSWERED


def test_a_file_waits_for_an_aws_that_is_away(world: World) -> None:
    ask(world)
    world.rest()
    world.cloud({"status": 503, "until": 100})
    world.click(world.messages()[0], "As CSV")
    world.pass_time(5)
    assert world.texts()[-1] == WAITING_FOR_AWS
    world.rest()

    (answer,) = [m for m in world.messages() if not m.get("ephemeral")]
    assert [m["files"][0]["name"] for m in world.messages(thread=answer["ts"]) if "files" in m] == [
        "calls-20261123T120000Z.csv"
    ]
    assert [t for t in world.texts() if "waits" in t] == [WAITING_FOR_AWS]
    assert len(world.asked("StartQuery")) == 1


def test_a_file_for_which_aws_stays_away_says_so(world: World) -> None:
    ask(world)
    world.rest()
    world.cloud({"status": 503})
    world.click(world.messages()[0], "As CSV")
    world.rest()

    assert world.texts()[-1].startswith("CloudWatch Logs was away for 15 minutes.")


def test_a_digest_counts_its_events_when_aws_is_back(world: World) -> None:
    world.happens("Other")
    world.cloud({"status": 503, "until": 300})
    world.command("digest")
    world.pass_time(5)
    assert "Events are being counted …" in world.public()[0]
    world.rest()

    (digest,) = world.public()
    assert digest.endswith("1 event from 1 service: iam 1.")


def test_a_digest_whose_search_cannot_be_looked_at_for_a_while_searches_once(world: World) -> None:
    world.happens("Other")
    world.cloud({"operation": "GetQueryResults", "status": 503, "until": 300})
    world.command("digest")
    world.rest()

    assert world.public()[0].endswith("1 event from 1 service: iam 1.")
    assert len(world.asked("StartQuery")) == 1


def test_a_digest_for_which_aws_stays_away_says_so(world: World) -> None:
    world.cloud({"status": 503})
    world.command("digest")
    world.rest()

    assert (
        "Events could not be counted: CloudWatch Logs was away for 15 minutes."
        in (world.public()[0])
    )


def test_late_events_that_overtake_each_other_are_found_marked_and_never_twice(
    world: World,
) -> None:
    world.cloud(ingestion=[{"stream": "s", "lag": [5, 60]}])
    for number in range(6):
        world.happens("StopLogging", ago=1.0, who=f"arn:aws:iam::111122223333:user/{number % 2}")
        world.tick()
        world.pass_time(5)
    for _ in range(8):
        world.pass_time(10)
        world.tick()
    world.rest()

    alerts = world.alerts()
    assert sorted(alert.count for alert in alerts) == [3, 3]
    assert all(alert.late for alert in alerts)
    messages = world.messages("alerts")
    assert len(messages) == 2
    assert all(alert_words.LATE in words_of(message["attachments"]) for message in messages)
    before = [alert.revision for alert in alerts]
    world.tick()
    world.rest()
    assert [alert.revision for alert in world.alerts()] == before
