"""`python -m bot serve` as operators run it: a process, Slack, the logs, and what goes wrong."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import stand_ins
from tests.cli.alerting_rule import PLAN, ROOT, ROOT_USED
from tests.cli.served import ASKED, CONFIG, Served, Site, a_site, refused, serving, until
from tests.local.workspace.driving import APP_TOKEN, OPENER, SECRET, TOKEN
from tests.stand_ins.clients import ENVIRONMENT
from tests.stand_ins.tables import make_table

MODES = ("socket", "http")
ASK = f"/siem calls {ROOT} 2h"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


def alerts(site: Site) -> list[dict[str, Any]]:
    return [m for m in site.messages("alerts") if m.get("attachments")]


def answers(site: Site, words: str = "Calls (") -> list[dict[str, Any]]:
    return [m for m in site.messages("siem") if m["text"].startswith(words)]


def done(site: Site) -> list[dict[str, Any]]:
    return [m for m in answers(site) if "Searching" not in m["text"]]


def faults(site: Site, *rows: dict[str, Any]) -> None:
    status, text = site.slack.http(
        "PUT", "/_workspace/faults", json.dumps({"faults": rows}).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    assert status == 200, text


def typing(site: Site, text: str) -> Callable[[], dict[str, Any]]:
    """Somebody types a command; what Slack made of it, once it is known."""
    outcome: dict[str, Any] = {}
    thread = threading.Thread(target=lambda: outcome.update(site.slack.command(text)))
    thread.start()

    def wait() -> dict[str, Any]:
        thread.join(10)
        return outcome

    return wait


# ------------------------------------------------------------------------------ what it is for
@pytest.mark.parametrize("mode", MODES)
def test_from_an_event_to_a_verdict(site: Site, mode: str) -> None:
    site.call("CreateUser")
    site.call("DeleteTrail")
    with serving(site, mode) as bot:
        (alert,) = until(lambda: alerts(site), said=bot.said)
        assert "(2 findings)" in alert["text"]
        assert site.slack.click(alert, text="Acknowledge")["ok"]
        until(lambda: "cknowledged" in alerts(site)[0]["text"], said=bot.said)
        assert site.slack.click(alerts(site)[0], text="Run")["ok"]
        until(lambda: site.messages("alerts", thread=alert["ts"])[1:], said=bot.said)
        resolve(site, alerts(site)[0])
        until(lambda: "erdict: benign" in json.dumps(alerts(site)[0]), said=bot.said)

        assert site.slack.command(ASK)["status"] == 200
        (answer,) = until(lambda: done(site), said=bot.said)
        assert "2 rows" in answer["text"]
        assert site.slack.command("/siem digest 1h")["status"] == 200
        until(
            lambda: answers(site, "Digest"), said=lambda: json.dumps(site.messages("siem"))[:3000]
        )
        site.slack.command("/siem")
        assert site.slack.get("/_workspace/views", user="responder-1")["views"]

        health, body = bot.get("/health")
        assert (health, body["ok"]) == (200, True)
        assert {"ticks", "jobs", "store"} <= set(body["checks"])
        assert ("socket" in body["checks"]) == (mode == "socket")
        assert bot.get("/ready")[0] == 200
        assert "siem_alerts_total 1\n" in bot.get("/metrics")[1]
        assert bot.line(lambda line: line.get("kind") == "sweep")["outcome"] == "ok"
    check_log(bot)


def resolve(site: Site, alert: dict[str, Any]) -> None:
    assert site.slack.click(alert, text="Resolve")["ok"]
    view = site.slack.get("/_workspace/views", user="responder-1")["views"][-1]
    values = {"verdict": "benign", "note": "planned"}
    about = {"view_id": view["id"], "user": "responder-1", "values": values}
    assert site.slack.post("/_workspace/submit", **about)["ok"]


def check_log(bot: Served) -> None:
    """Each line says when and what; requests, jobs and ticks have one each; none holds data."""
    text = "".join(bot.raw)
    for data in (ROOT, "111122223333", "CreateUser", "planned", TOKEN, APP_TOKEN, SECRET):
        assert data not in text
    events = [line.get("event") for line in bot.lines]
    assert events[0] == "start"
    assert events[-1] == "stop"
    assert {"request", "job", "tick"} <= set(events)
    assert not [line for line in bot.lines if line["level"] in ("error", "critical")], text
    for line in bot.lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    requests = [line for line in bot.lines if line.get("event") == "request"]
    assert {line["kind"] for line in requests} == {"command", "block_actions", "view_submission"}
    for line in requests:
        assert line["outcome"] == "ok"
        assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [
            {"Name": "Ack", "Unit": "Milliseconds"}
        ]
    (run,) = [line for line in bot.lines if "Runs" in line][:1]
    assert (run["Findings"], run["Alerts"], run["Stage"]) == (2, 1, "serve")


# ------------------------------------------------------------------------------ what goes wrong
@pytest.mark.parametrize("mode", MODES)
def test_what_was_acknowledged_goes_on_after_a_kill(site: Site, mode: str) -> None:
    site.call("CreateUser")
    with serving(site, mode) as bot:
        until(lambda: bot.get("/ready")[0] == 200)
        faults(site, {"method": "chat.postMessage", "delay": 0.3})
        assert site.slack.command(ASK)["status"] == 200
        bot.process.kill()
        bot.process.wait(10)
    time.sleep(0.5)  # what was on its way to Slack has arrived there
    faults(site)
    with serving(site, mode) as bot:
        until(lambda: done(site), said=bot.said)
        until(lambda: alerts(site), said=bot.said)
        assert site.slack.click(alerts(site)[0], text="Acknowledge")["ok"]
        until(lambda: "cknowledged" in alerts(site)[0]["text"], said=bot.said)
    assert (len(answers(site)), len(alerts(site))) == (1, 1)


@pytest.mark.parametrize("mode", MODES)
def test_told_to_stop_it_ends_what_runs_and_takes_nothing_new(site: Site, mode: str) -> None:
    with serving(site, mode) as bot:
        until(lambda: bot.get("/ready")[0] == 200)
        faults(site, {"method": "chat.postMessage", "delay": 1.5})
        assert site.slack.command(ASK)["status"] == 200
        time.sleep(0.2)  # the job has begun to post
        bot.process.send_signal(signal.SIGTERM)
        if mode == "http":
            until(lambda: bot.get("/ready")[0] == 503)
            assert bot.get("/ready")[1] == {"ok": False, "stopping": "the bot is stopping"}
            status, after = post(bot, "command=%2Fsiem")
            assert (status, after) == (503, "5")
        else:
            until(lambda: not site.slack.post("/_workspace/socket")["connections"])
        assert site.slack.command(ASK)["ok"] is False
        assert bot.process.wait(10) == 0
        assert bot.lines[-1]["event"] == "stop"
        assert (bot.lines[-1]["outcome"], bot.lines[-2]["outcome"]) == ("ok", "ok")
        assert bot.lines[-1]["ms"] > 500
        assert len(answers(site)) == 1  # it was posted to its end
    faults(site)
    with serving(site, mode):
        until(lambda: done(site))
    assert len(answers(site)) == 1


def post(bot: Served, body: str) -> tuple[int, str | None]:
    request = urllib.request.Request(bot.url + "/slack/events", body.encode(), method="POST")
    try:
        with OPENER.open(request, timeout=10) as answer:
            return answer.status, None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Retry-After"]


def test_what_does_not_end_in_time_goes_on_at_the_next_start(site: Site) -> None:
    with serving(site, "http", "--drain", "0.3") as bot:
        until(lambda: bot.get("/ready")[0] == 200)
        faults(site, {"method": "chat.postMessage", "delay": 4.0})
        assert site.slack.command(ASK)["status"] == 200
        time.sleep(0.2)
        began = time.monotonic()
        assert bot.stop() == 0
        assert time.monotonic() - began < 4
        assert bot.lines[-1]["outcome"] == "unfinished"
    faults(site)
    with serving(site, "http"):
        until(lambda: done(site))


def test_a_second_signal_ends_it_at_once(site: Site) -> None:
    with serving(site, "socket") as bot:
        until(lambda: bot.get("/ready")[0] == 200)
        faults(site, {"method": "chat.postMessage", "delay": 4.0})
        assert site.slack.command(ASK)["status"] == 200
        time.sleep(0.2)
        bot.process.send_signal(signal.SIGTERM)
        until(lambda: not site.slack.post("/_workspace/socket")["connections"])
        assert bot.stop(signal.SIGINT, seconds=2) == 128 + signal.SIGINT


def test_a_busy_or_broken_slack_delays_and_nothing_more(site: Site) -> None:
    site.call("CreateUser")
    faults(
        site,
        {"method": "chat.postMessage", "retry_after": 1, "times": 1},
        {"method": "chat.update", "status": 500, "times": 1},
    )
    with serving(site, "socket") as bot:
        until(lambda: alerts(site), said=bot.said)
        assert site.slack.click(alerts(site)[0], text="Acknowledge")["ok"]
        later = bot.line(lambda line: line.get("outcome") == "later")
        assert later["kind"] == "tell"
        assert later["error"]["type"] == "bot.errors.LaterError"
        until(lambda: "cknowledged" in alerts(site)[0]["text"], 30, bot.said)
    assert len(alerts(site)) == 1


def test_the_state_may_be_kept_in_a_table(site: Site) -> None:
    endpoint = stand_ins.aws()
    given = ENVIRONMENT | {
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "SIEM_TABLE": make_table(endpoint),
    }
    site.call("CreateUser")
    with serving(site, "http", **given) as bot:
        until(lambda: alerts(site), said=bot.said)
        assert bot.line(lambda line: line.get("kind") == "detect")["store_calls"] > 0
    elsewhere = str(site.folder / "elsewhere")
    with serving(site, "http", **given, SIEM_DATA=elsewhere) as bot:
        assert site.slack.click(alerts(site)[0], text="Acknowledge")["ok"]
        until(lambda: "cknowledged" in alerts(site)[0]["text"], said=bot.said)
    assert len(alerts(site)) == 1
    given |= {"SIEM_TABLE": "siem-missing", "SLACK_SIGNING_SECRET": SECRET}
    assert "does not find the table siem-missing" in refused(site, "--http", "0", **given)


def test_slack_replaces_connections_and_nothing_is_lost(site: Site) -> None:
    with serving(site, "socket") as bot:
        until(lambda: len(site.slack.post("/_workspace/socket")["connections"]) == 2)
        faults(site, {"method": "users.info", "delay": 0.7})
        asked = typing(site, ASK)
        time.sleep(0.3)
        site.slack.post("/_workspace/socket", reason="warning")
        assert asked()["status"] == 200
        until(lambda: done(site), said=bot.said)
        assert site.slack.command("/siem help")["status"] == 200


def test_only_slack_is_let_in_over_http(site: Site) -> None:
    with serving(site, "http") as bot:
        assert post(bot, "command=%2Fsiem&text=help")[0] == 401
        told = bot.line(lambda line: line.get("kind") == "unverified")
        assert told["outcome"] == "refused"


def test_rules_are_read_again_and_a_bad_one_stops_no_other(site: Site) -> None:
    rules = site.folder / "rules"
    (rules / "more.yml").write_text("id: more\nquery: [\n")
    with serving(site, "http") as bot:
        assert bot.lines[0]["faults"] == 1
        assert bot.lines[0]["rules"] == 2
        (rules / "more.yml").write_text(
            ASKED.replace("id: calls", "id: more").replace("Calls", "M")
        )
        bot.process.send_signal(signal.SIGHUP)
        told = bot.line(lambda line: line.get("event") == "reload")
        assert (told["rules"], told["faults"], told["outcome"]) == (3, 0, "ok")
        site.slack.command(f"/siem more {ROOT} 1h")
        until(lambda: answers(site, "M ("), said=bot.said)
        (rules / "config.yml").write_text("sources: [")
        bot.process.send_signal(signal.SIGHUP)
        bot.line(lambda line: line.get("event") == "reload" and line["outcome"] == "refused")
        assert site.slack.command("/siem list")["status"] == 200


# -------------------------------------------------------------------------- what does not start
def test_what_is_missing_is_named_with_where_to_get_it(site: Site) -> None:
    said = refused(site, SLACK_BOT_TOKEN="")
    assert "SLACK_BOT_TOKEN is not set: set it to the app's *Bot User OAuth Token*" in said
    assert "For Socket Mode set SLACK_APP_TOKEN" in said
    assert "For HTTP set SLACK_SIGNING_SECRET" in said
    assert "SLACK_SIGNING_SECRET is not set" in refused(site, "--http", "0")
    assert "SLACK_APP_TOKEN is not set" in refused(site, "--socket-mode")


def test_a_second_process_on_the_same_folder_is_refused(site: Site) -> None:
    with serving(site, "http") as bot:
        said = refused(site, "--http", "0", SLACK_SIGNING_SECRET=SECRET)
        assert "Another bot is running on" in said
        assert "SIEM_DATA=" in said
        port = bot.url.rpartition(":")[2]
        other = str(site.folder / "other")
        said = refused(site, "--http", port, SLACK_SIGNING_SECRET=SECRET, SIEM_DATA=other)
        assert "something else listens there" in said
        assert "--http" in said


def test_tokens_that_slack_refuses_and_alerts_without_a_place(site: Site) -> None:
    good = {"SLACK_SIGNING_SECRET": SECRET}
    said = refused(site, "--http", "0", SLACK_BOT_TOKEN="xoxb-other", **good)
    assert "Slack does not accept SLACK_BOT_TOKEN: invalid_auth" in said
    assert "`many=1` is no quota" in refused(site, "--http", "0", **good, SIEM_QUOTAS="many=1")
    said = refused(site, "--health-port", "0", SLACK_APP_TOKEN="xapp-other")
    assert "Slack gives no connection: invalid_auth" in said
    assert "xapp-other" not in said
    (site.folder / "rules/config.yml").write_text(CONFIG.partition("channels")[0])
    said = refused(site, "--http", "0", **good)
    assert "Alerts of the rule `root-used` have nowhere to go" in said
    (site.folder / "rules/root-used.yml").write_text(
        ROOT_USED.replace("severity:", "status: draft\nseverity:") + PLAN
    )
    with serving(site, "http"):
        pass


def test_text_for_people(site: Site) -> None:
    import subprocess
    import sys

    from tests.cli.served import PROJECT

    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--http", "0", "--log-format", "text"],
        stdout=subprocess.PIPE, text=True, cwd=PROJECT,
        env=site.environ | {"SLACK_SIGNING_SECRET": SECRET},
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        line = process.stdout.readline()
        process.terminate()
        assert process.wait(20) == 0
    assert re.fullmatch(r"\d\d:\d\d:\d\d info    start ms=.* outcome=ok mode=http .*\n", line)
