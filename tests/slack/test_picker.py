"""The form behind `/siem` alone, used by people in the local workspace."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local.workspace.blockkit.payload import check_view
from bot.rules.card import RuleParameter
from bot.slack.picker_view import picker_view
from tests.fakes import ListJobs, a_rule
from tests.slack.conftest import Slack, words_of


def views(slack: Slack, user: str = "responder-1") -> list[dict[str, Any]]:
    return slack.local.get("/_workspace/views", user=user)["views"]


def choose(slack: Slack, rule: str, user: str = "responder-1") -> dict[str, Any]:
    (view,) = views(slack, user)
    slack.local.post(
        "/_workspace/click", view_id=view["id"], user=user, action_id="picker_rule", option=rule
    )
    return views(slack, user)[-1]


def submit(slack: Slack, user: str = "responder-1", **values: Any) -> dict[str, Any]:
    (view,) = views(slack, user)
    return slack.local.post("/_workspace/submit", view_id=view["id"], user=user, values=values)


def options(view: dict[str, Any]) -> list[str]:
    rules = next(block for block in view["blocks"] if block["type"] == "input")
    return [option["value"] for option in rules["element"]["options"]]


def test_the_command_alone_opens_a_form_with_all_rules(slack: Slack) -> None:
    slack.command("")

    (view,) = views(slack)
    assert options(view) == ["event-sources", "s3-writes"]
    assert slack.messages() == []


def test_choosing_a_rule_shows_a_place_for_each_value(slack: Slack) -> None:
    slack.command("")
    view = choose(slack, "s3-writes")

    shown = words_of(view["blocks"])
    assert "Know which objects were written to a bucket." in shown
    assert "which bucket: a bucket" in shown
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == [
        "picker_rule",
        "s3-writes/bucket",
        "s3-writes/window",
        "picker_private",
    ]
    assert view["blocks"][3]["element"]["initial_value"] == "24h"


def test_what_is_filled_in_is_asked_in_the_channel_where_the_form_was_opened(slack: Slack) -> None:
    slack.command("")
    choose(slack, "s3-writes")
    assert submit(slack, bucket="my-bucket", picker_window="7d")["ok"]
    slack.work()

    assert views(slack) == []
    (answer,) = slack.messages()
    assert "/siem s3-writes my-bucket 7d\n asked by responder-1" in words_of(answer)
    assert not answer["ephemeral"]


def test_wrong_values_are_told_at_their_place_and_asked_when_right(slack: Slack) -> None:
    slack.command("")
    choose(slack, "s3-writes")
    told = submit(slack, bucket="My_Bucket", picker_window="soon")
    assert set(told["errors"]) == {"s3-writes/bucket", "s3-writes/window"}
    assert "is not a bucket" in told["errors"]["s3-writes/bucket"]
    assert not jobs(slack).waiting

    assert submit(slack, bucket="my-bucket", picker_window="")["ok"]
    assert len(jobs(slack).waiting) == 1


def test_an_answer_may_be_for_one_person(slack: Slack) -> None:
    slack.command("")
    choose(slack, "event-sources")
    submit(slack, picker_private=["private"])
    slack.work()

    (answer,) = slack.messages()
    assert answer["ephemeral"]
    assert slack.messages(user="responder-2") == []


def test_where_the_bot_is_no_member_nobody_is_asked_whether_it_is_private(slack: Slack) -> None:
    slack.command("", channel="random")
    view = choose(slack, "event-sources")
    assert "Only you will see" in words_of(view["blocks"])
    submit(slack)
    slack.work()

    (answer,) = slack.messages("random")
    assert answer["ephemeral"]


def test_another_choice_shows_its_own_places(slack: Slack) -> None:
    slack.command("")
    choose(slack, "s3-writes")
    view = choose(slack, "event-sources")

    assert "s3-writes/bucket" not in str(view["blocks"][1:])
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "event-sources"


def test_a_form_sent_before_its_places_were_shown_shows_them(slack: Slack) -> None:
    slack.command("")
    assert submit(slack, picker_rule="s3-writes")["response_action"] == "update"

    (view,) = views(slack)
    assert "s3-writes/bucket" in str(view["blocks"])
    assert not jobs(slack).waiting


def test_a_rule_that_is_gone_is_explained_in_the_form(slack: Slack) -> None:
    slack.command("")
    rules = slack.desk.rules
    object.__setattr__(slack.desk, "rules", rules[:1])
    choose(slack, "event-sources")

    (view,) = views(slack)
    assert "not there any more" in words_of(view["blocks"])
    assert options(view) == ["s3-writes"]


def test_who_left_meanwhile_is_refused_at_the_end_too(slack: Slack) -> None:
    slack.command("")
    choose(slack, "event-sources")
    (view,) = views(slack)
    view_of = slack.local.workspace._parts.views.find(view["id"])
    assert view_of is not None
    view_of.body["private_metadata"] = '{"channel": "C0SHARED", "response_url": ""}'
    told = submit(slack)

    assert "shared with another organisation" in told["errors"]["picker_rule"]
    assert not jobs(slack).waiting


@pytest.mark.parametrize(
    ("channel", "user"),
    [("siem", "guest-1"), ("shared-partner", "partner-1"), ("shared-partner", "responder-1")],
)
def test_the_form_opens_for_nobody_else(slack: Slack, channel: str, user: str) -> None:
    slack.command("", user, channel)

    assert views(slack, user) == []
    assert slack.last(channel, user)["ephemeral"]


def test_without_rules_it_says_so(slack: Slack) -> None:
    object.__setattr__(slack.desk, "rules", ())
    slack.command("")

    assert "There are no rules yet." in words_of(slack.last())


def test_slack_takes_the_form_of_any_rule() -> None:
    parameters = (
        RuleParameter("kind", "enum", "x" * 900, choices=tuple(f"c{i}" for i in range(100)), default="c7"),
        RuleParameter("many", "enum", "which", "c1", choices=tuple(f"c{i}" for i in range(101))),
        RuleParameter("word", "text", "a\nb \u202e", default="y" * 3_000),
    )  # fmt: skip
    hostile = a_rule("z", parameters=parameters, title="t" * 75, purpose="p" * 2_000)
    for number in (1, 100, 101, 1_000):
        rules = [hostile, *(a_rule(f"rule-{i}") for i in range(number - 1))]
        assert check_view(picker_view(rules, None, "{}")) == []
        assert check_view(picker_view(rules, hostile, "{}", private_only=True)) == []
        assert check_view(picker_view(rules, rules[-1], "{}", "a problem")) == []


def jobs(slack: Slack) -> ListJobs:
    assert isinstance(slack.desk.jobs, ListJobs)
    return slack.desk.jobs
