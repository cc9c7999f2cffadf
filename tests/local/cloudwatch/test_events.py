"""Raw events as boto3 and `aws logs tail` see them: FilterLogEvents, GetLogEvents, GetLogGroupFields."""

from __future__ import annotations

import itertools
import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from bot.engine.sources import find_files
from bot.local.cloudwatch import CloudWatch
from tests.local.cloudwatch.conftest import NOW, Local
from tests.local.cloudwatch.serving import logs_client, serving

NOW_MS = int(NOW.timestamp() * 1000)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """One for all tests, each with a group of its own: it starts a process for lists."""
    service = Local(tmp_path_factory.mktemp("logs"))
    service.cloudwatch = CloudWatch(service.folder, service.workers, service.clock)
    with serving(service.cloudwatch.application()) as service.url:
        service.logs = logs_client(service.url)
        yield service
        service.logs.close()


@pytest.fixture
def group(service):
    service.now = NOW
    name = f"g{next(_numbers)}"
    service.logs.create_log_group(logGroupName=name)
    return name


def put(service, group, stream, *events):
    """Events of (ms before now, message)."""
    if stream not in service.cloudwatch._groups.get(group).streams:
        service.logs.create_log_stream(logGroupName=group, logStreamName=stream)
    service.logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": NOW_MS - ago, "message": message} for ago, message in events],
    )


def messages(answer) -> list[str]:
    return [event["message"] for event in answer["events"]]


def refused(call, **asked) -> dict:
    with pytest.raises(ClientError) as caught:
        call(**asked)
    return caught.value.response["Error"]


# ----------------------------------------------------------------------------- FilterLogEvents
def test_events_of_all_streams_are_interleaved_by_time(service, group):
    put(service, group, "a", (30, "1"), (10, "3"))
    put(service, group, "b", (20, "2"), (10, "4"))

    answer = service.logs.filter_log_events(logGroupName=group, interleaved=True)

    assert sorted(messages(answer)[2:]) == ["3", "4"]
    assert messages(answer)[:2] == ["1", "2"]
    first = answer["events"][0]
    assert (first["logStreamName"], first["timestamp"], first["ingestionTime"]) == (
        "a",
        NOW_MS - 30,
        NOW_MS,
    )
    assert len({event["eventId"] for event in answer["events"]}) == 4
    assert all(len(e["eventId"]) == 56 and e["eventId"].isdigit() for e in answer["events"])
    assert answer["searchedLogStreams"] == []
    assert "nextToken" not in answer


def test_a_group_is_named_by_its_arn_too_but_not_twice(service, group):
    put(service, group, "a", (1, "m"))
    arn = f"arn:aws:logs:eu-west-1:111122223333:log-group:{group}"

    assert messages(service.logs.filter_log_events(logGroupIdentifier=arn)) == ["m"]
    for wrong in ({}, {"logGroupIdentifier": arn, "logGroupName": group}):
        error = refused(service.logs.filter_log_events, **wrong)
        assert error["Code"] == "InvalidParameterException"
    for none in ("none", arn.replace("3333", "4444"), "arn:aws:s3:::x"):
        error = refused(service.logs.filter_log_events, logGroupIdentifier=none)
        assert error["Code"] == "ResourceNotFoundException"


def test_both_ends_of_the_window_are_inclusive(service, group):
    put(service, group, "a", (3, "3"), (2, "2"), (1, "1"), (0, "0"))

    answer = service.logs.filter_log_events(
        logGroupName=group, startTime=NOW_MS - 2, endTime=NOW_MS - 1
    )

    assert messages(answer) == ["2", "1"]
    error = refused(service.logs.filter_log_events, logGroupName=group, startTime=2, endTime=1)
    assert error["Code"] == "InvalidParameterException"


def test_streams_are_chosen_by_name_or_prefix_but_not_both(service, group):
    for stream in ("app/1", "app/2", "web"):
        put(service, group, stream, (1, stream))
    ask = service.logs.filter_log_events

    assert messages(ask(logGroupName=group, logStreamNames=["web", "app/2"])) in (
        ["web", "app/2"],
        ["app/2", "web"],
    )
    assert set(messages(ask(logGroupName=group, logStreamNamePrefix="app/"))) == {"app/1", "app/2"}
    both = {"logStreamNames": ["web"], "logStreamNamePrefix": "a"}
    assert refused(ask, logGroupName=group, **both)["Code"] == "InvalidParameterException"
    error = refused(ask, logGroupName=group, logStreamNames=["web", "none"])
    assert error["Code"] == "ResourceNotFoundException"


def test_a_pattern_lets_through_what_it_finds_and_a_bad_one_says_where_it_is_bad(service, group):
    put(service, group, "a", (2, '{"level": "ERROR"}'), (1, "ERROR in text"), (0, "fine"))
    ask = service.logs.filter_log_events

    assert len(messages(ask(logGroupName=group, filterPattern="ERROR"))) == 2
    assert messages(ask(logGroupName=group, filterPattern="ERROR -text")) == ['{"level": "ERROR"}']
    assert len(messages(ask(logGroupName=group, filterPattern="{ $.level = E* }"))) == 1
    assert messages(ask(logGroupName=group, filterPattern="none")) == []
    error = refused(ask, logGroupName=group, filterPattern="{ $.level")
    assert error["Code"] == "InvalidParameterException"
    assert error["Message"] == (
        "Invalid filter pattern: expected one of = != > < >= <= (at character 10)"
    )


@pytest.mark.parametrize("from_head", [True, False])
def test_pages_hold_every_event_once(service, group, from_head):
    put(service, group, "a", *((100 - n, str(n)) for n in range(0, 100, 2)))
    put(service, group, "b", *((100 - n, str(n)) for n in range(1, 100, 2)))
    paginator = service.logs.get_paginator("filter_log_events")

    pages = list(
        paginator.paginate(
            logGroupName=group,
            startFromHead=from_head,
            PaginationConfig={"PageSize": 7},
        )
    )

    found = [message for page in pages for message in messages(page)]
    assert found == [str(n) for n in (range(100) if from_head else range(99, -1, -1))]
    assert [len(page["events"]) for page in pages][:-1] == [7] * 14


def test_a_page_has_a_megabyte_at_most(service, group):
    put(service, group, "a", (2, "x" * 700_000))
    put(service, group, "a", (1, "y" * 700_000))

    first = service.logs.filter_log_events(logGroupName=group)
    rest = service.logs.filter_log_events(logGroupName=group, nextToken=first["nextToken"])

    assert [message[0] for message in messages(first) + messages(rest)] == ["x", "y"]
    assert "nextToken" not in rest


def test_a_token_is_for_the_same_question_and_for_a_day(service, group):
    put(service, group, "a", (2, "1"), (1, "2"))
    ask = service.logs.filter_log_events
    token = ask(logGroupName=group, limit=1)["nextToken"]

    assert messages(ask(logGroupName=group, nextToken=token)) == ["2"]
    for wrong in (
        {"nextToken": "made up"},
        {"nextToken": token, "filterPattern": "x"},
        {"nextToken": token[:-8] + "AAAAAAA="},
        {"nextToken": "W10="},
    ):
        error = refused(ask, logGroupName=group, **wrong)
        assert (error["Code"], error["Message"]) == (
            "InvalidParameterException",
            "The specified nextToken is invalid.",
        )
    service.now = NOW.replace(day=NOW.day + 1, minute=1)
    assert refused(ask, logGroupName=group, nextToken=token)["Code"] == "InvalidParameterException"


def test_what_aws_logs_tail_does_finds_each_event_once(service, group):
    """As awscli/customizations/logs/tail.py: from the last time again, without what was seen."""
    seen, kwargs, found = {}, {"logGroupName": group, "interleaved": True, "startTime": 0}, []

    def look():
        while True:
            answer = service.logs.filter_log_events(**kwargs)
            for event in answer["events"]:
                if event["eventId"] not in seen.setdefault(event["timestamp"], set()):
                    seen[event["timestamp"]].add(event["eventId"])
                    found.append(event["message"])
            if "nextToken" not in answer:
                break
            kwargs["nextToken"] = answer["nextToken"]
        kwargs.pop("nextToken", None)
        if seen:
            kwargs["startTime"] = max(seen)

    look()
    put(service, group, "a", (2, "one"), (2, "one"))
    look()
    put(service, group, "b", (2, "two"), (1, "three"))
    look()
    look()

    assert found == ["one", "one", "two", "three"]


def test_files_that_are_served_are_listed_under_names_that_streams_may_have(service, tmp_path):
    (tmp_path / "a:b*c.json").write_text(json.dumps({"timestamp": NOW_MS, "n": 1}) + "\n")
    service.cloudwatch.mount("own", find_files([tmp_path]))
    name = f"{tmp_path.name}/a_b_c.json"

    (stream,) = service.logs.describe_log_streams(logGroupName="own")["logStreams"]
    (event,) = service.logs.filter_log_events(logGroupName="own")["events"]
    answer = service.logs.get_log_events(logGroupName="own", logStreamName=stream["logStreamName"])

    assert stream["logStreamName"] == event["logStreamName"]
    assert stream["logStreamName"] in (name, "a_b_c.json")
    assert messages(answer) == [event["message"]]


# -------------------------------------------------------------------------------- GetLogEvents
def test_without_a_direction_the_newest_events_come_oldest_first(service, group):
    put(service, group, "s", *((9 - n, str(n)) for n in range(10)))
    asked = {"logGroupName": group, "logStreamName": "s"}

    assert messages(service.logs.get_log_events(**asked, limit=3)) == ["7", "8", "9"]
    assert messages(service.logs.get_log_events(**asked, limit=3, startFromHead=True)) == list(
        "012"
    )
    assert messages(service.logs.get_log_events(**asked, startTime=NOW_MS - 2, endTime=NOW_MS)) == [
        "7",
        "8",
    ]


def test_tokens_lead_forward_and_back_and_stay_the_same_at_the_end(service, group):
    put(service, group, "s", *((9 - n, str(n)) for n in range(10)))

    def ask(**more):
        return service.logs.get_log_events(logGroupName=group, logStreamName="s", limit=4, **more)

    first = ask(startFromHead=True)
    second = ask(nextToken=first["nextForwardToken"], startFromHead=True)
    third = ask(nextToken=second["nextForwardToken"])
    end = ask(nextToken=third["nextForwardToken"])
    again = ask(nextToken=end["nextForwardToken"])
    back = ask(nextToken=third["nextBackwardToken"])
    from_end = ask(nextToken=end["nextBackwardToken"])
    start = ask(nextToken=first["nextBackwardToken"])
    from_start = ask(nextToken=start["nextForwardToken"])

    assert [messages(page) for page in (first, second, third)] == [
        list("0123"), list("4567"), list("89")
    ]  # fmt: skip
    assert messages(end) == messages(again) == messages(start) == []
    assert end["nextForwardToken"] == third["nextForwardToken"] == again["nextForwardToken"]
    assert start["nextBackwardToken"] == first["nextBackwardToken"]
    assert messages(back) == list("4567")
    assert messages(from_end) == list("6789")
    assert messages(from_start) == list("0123")


def test_events_that_come_later_are_found_with_the_token_of_the_end(service, group):
    service.logs.create_log_stream(logGroupName=group, logStreamName="s")
    asked = {"logGroupName": group, "logStreamName": "s"}
    empty = service.logs.get_log_events(**asked)
    put(service, group, "s", (1, "one"))

    token = empty["nextForwardToken"]
    assert messages(empty) == []
    found = service.logs.get_log_events(**asked, nextToken=token)
    assert messages(found) == ["one"]
    assert (
        messages(service.logs.get_log_events(**asked, nextToken=empty["nextBackwardToken"])) == []
    )


@pytest.mark.parametrize("token", ["x", "f/x", "f/", "/", "b/W10=", "f/WzEsMl0="])
def test_a_made_up_token_is_refused(service, group, token):
    put(service, group, "s", (1, "m"))

    error = refused(
        service.logs.get_log_events, logGroupName=group, logStreamName="s", nextToken=token
    )

    assert error["Code"] == "InvalidParameterException"


def test_a_token_of_another_stream_is_refused_and_a_stream_that_is_not_there_not_found(
    service, group
):
    put(service, group, "s", (1, "m"))
    put(service, group, "t", (1, "m"))
    ask = service.logs.get_log_events
    token = ask(logGroupName=group, logStreamName="s")["nextForwardToken"]

    error = refused(ask, logGroupName=group, logStreamName="t", nextToken=token)
    assert error["Code"] == "InvalidParameterException"
    for where in ({"logGroupName": group, "logStreamName": "none"}, {"logGroupName": "none", "logStreamName": "s"}):  # fmt: skip
        assert refused(ask, **where)["Code"] == "ResourceNotFoundException"


# --------------------------------------------------------------------------- GetLogGroupFields
def test_fields_are_those_of_the_minutes_around_a_time(service, group):
    minute = 60_000
    put(
        service,
        group,
        "s",
        (30 * minute, '{"old": 1}'),
        (1 * minute, '{"new": {"a": 1}}'),
        (0, "{}"),
    )
    ask = service.logs.get_log_group_fields

    def fields(**asked):
        found = ask(logGroupName=group, **asked)["logGroupFields"]
        return {one["name"]: one["percent"] for one in found if not one["name"].startswith("@")}

    service.now = NOW
    assert fields() == {}  # the group was made just now
    assert fields(time=NOW_MS) == {}
    service.cloudwatch._groups.change(group, begins=None)
    assert fields() == {"new.a": 50}
    assert fields(time=NOW_MS - 30 * minute) == {"old": 100}
    assert ask(logGroupName=group, time=0)["logGroupFields"] == []


# ------------------------------------------------------------------------------------ hostility
@pytest.mark.parametrize("message", ["\ud800", "\x00\x1b[31m", "\u2028", "x" * 1_048_550])
def test_any_message_comes_back(service, group, message):
    body = json.dumps({
        "logGroupName": group, "logStreamName": "s",
        "logEvents": [{"timestamp": NOW_MS, "message": message}],
    }).encode()  # fmt: skip
    put(service, group, "s", (1, "m"))
    request = urllib.request.Request(
        service.url, body, {"X-Amz-Target": "Logs_20140328.PutLogEvents"}
    )
    with urllib.request.urlopen(request, timeout=10):
        pass

    found = service.logs.filter_log_events(logGroupName=group, startTime=NOW_MS)

    expected = "\ufffd" if message == "\ud800" else message
    assert messages(found) == [expected]
