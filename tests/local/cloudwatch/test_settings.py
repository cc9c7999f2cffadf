"""What groups and streams have besides events: retention, tags, protection, and their end."""

from __future__ import annotations

import threading
import time

import pytest
from botocore.exceptions import ClientError

from bot.engine.sources import find_files
from bot.local.cloudwatch import CloudWatch
from tests.local.cloudwatch.serving import logs_client, serving

DAY = 86_400_000
ARN = "arn:aws:logs:eu-west-1:111122223333:log-group:g"


@pytest.fixture
def group(local):
    local.logs.create_log_group(logGroupName="g")
    local.logs.create_log_stream(logGroupName="g", logStreamName="s")
    return local


def put(local, *days_ago):
    return local.logs.put_log_events(
        logGroupName="g",
        logStreamName="s",
        logEvents=[
            {"timestamp": local.now_ms - int(days * DAY), "message": f"{days}"} for days in days_ago
        ],
    )


def messages(local):
    events = local.logs.filter_log_events(logGroupName="g")["events"]
    return [event["message"] for event in events]


def refused(call, **asked) -> dict:
    with pytest.raises(ClientError) as caught:
        call(**asked)
    return caught.value.response["Error"]


def again(local) -> CloudWatch:
    """The service after a restart."""
    return CloudWatch(local.folder, local.workers, local.clock)


def described(local):
    (group,) = local.logs.describe_log_groups()["logGroups"]
    return group


# ------------------------------------------------------------------------------------ retention
def test_events_older_than_the_retention_are_not_found_and_come_back_without_it(group):
    put(group, 10)
    put(group, 2, 1.5)

    group.logs.put_retention_policy(logGroupName="g", retentionInDays=3)
    assert messages(group) == ["2", "1.5"]
    assert described(group)["retentionInDays"] == 3
    group.logs.delete_retention_policy(logGroupName="g")
    assert messages(group) == ["10", "2", "1.5"]
    assert "retentionInDays" not in described(group)


def test_what_has_expired_before_it_came_is_told_by_index(group):
    group.logs.put_retention_policy(logGroupName="g", retentionInDays=3)

    assert put(group, 14.5, 4)["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 1,
        "expiredLogEventEndIndex": 2,
    }
    assert put(group, 3.5, 3)["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    group.logs.delete_retention_policy(logGroupName="g")
    assert messages(group) == ["3"]


@pytest.mark.parametrize("days", [0, 2, -1, 2**31 - 1])
def test_only_the_days_that_aws_has_can_be_a_retention(group, days):
    error = refused(group.logs.put_retention_policy, logGroupName="g", retentionInDays=days)

    assert error["Code"] == "InvalidParameterException"
    assert "Member must satisfy enum value set: [1, 3, 5, 7" in error["Message"]


@pytest.mark.parametrize("end", ["before", "expired"])
def test_a_window_in_which_there_can_be_nothing_is_malformed_as_aws_says_it(group, end):
    if end == "expired":
        group.logs.put_retention_policy(logGroupName="g", retentionInDays=1)
        group.cloudwatch._groups.change("g", begins=None)
    second = group.now_ms // 1000 - (86_401 if end == "expired" else 1)

    def start(groups=("g",), **window):
        asked = {"logGroupNames": list(groups), "queryString": "fields @message"} | window
        return group.logs.start_query(**asked)

    with pytest.raises(ClientError) as caught:
        start(startTime=0, endTime=second)
    error = caught.value.response["Error"]
    assert error["Code"] == "MalformedQueryException"
    assert "end date and time is either before the log groups creation time" in error["Message"]
    assert start(startTime=0, endTime=second + 1)  # its last millisecond is inside
    group.cloudwatch.create_group("old")
    assert start(("g", "old"), startTime=0, endTime=second)


def test_queries_see_what_is_older_than_its_group_only_where_files_are_served(group):
    group.cloudwatch.create_group("own")
    asked = {"startTime": 0, "endTime": group.now_ms // 1000, "queryString": "fields @message"}
    group.logs.start_query(logGroupNames=["g", "own"], **asked)

    files = group.workers.runs[0].request.files
    assert [(file.log, file.since) for file in files] == [
        ("111122223333:g", group.now_ms),
        ("111122223333:own", None),
    ]
    group.logs.put_retention_policy(logGroupName="own", retentionInDays=1)
    group.logs.start_query(logGroupNames=["own"], **asked)
    assert group.workers.runs[1].request.files[0].since is None  # there is nothing in it
    group.cloudwatch.put("own", "s", [(1, "m")])
    group.logs.start_query(logGroupNames=["own"], **asked)
    assert group.workers.runs[2].request.files[0].since == group.now_ms - DAY


def test_files_may_be_older_than_the_group_that_serves_them(group, tmp_path):
    (tmp_path / "old.json").write_text('{"timestamp": 1, "n": 1}\n')
    group.cloudwatch.mount("g", find_files([tmp_path]))

    asked = {"startTime": 0, "endTime": 10, "queryString": "fields n"}
    group.logs.start_query(logGroupName="g", **asked)

    assert {file.since for file in group.workers.runs[0].request.files} == {None}


# ----------------------------------------------------------------------------------------- tags
def test_tags_are_put_listed_and_taken_away(group):
    logs = group.logs
    logs.tag_resource(resourceArn=ARN, tags={"team": "security", "env": "test"})
    logs.tag_log_group(logGroupName="g", tags={"env": "prod"})

    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {
        "team": "security",
        "env": "prod",
    }
    logs.untag_resource(resourceArn=ARN, tagKeys=["env", "none"])
    assert logs.list_tags_log_group(logGroupName="g")["tags"] == {"team": "security"}
    logs.untag_log_group(logGroupName="g", tags=["team"])
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {}


def test_tags_have_bounds_and_resources(group):
    logs = group.logs
    logs.tag_resource(resourceArn=ARN, tags={f"k{n}": "v" for n in range(50)})

    error = refused(logs.tag_resource, resourceArn=ARN, tags={"one": "more"})
    assert error["Code"] == "TooManyTagsException"
    error = refused(logs.create_log_group, logGroupName="h", tags={"AWS:x": "y"})
    assert error["Code"] == "InvalidParameterException"
    for arn, code in ((ARN + "x", "ResourceNotFoundException"), ("g", "InvalidParameterException")):
        assert refused(logs.tag_resource, resourceArn=arn, tags={"a": "b"})["Code"] == code
        assert refused(logs.list_tags_for_resource, resourceArn=arn)["Code"] == code


# ------------------------------------------------------------------------------------- listings
def test_groups_are_listed_by_pattern_tags_class_and_account(local):
    create = local.logs.create_log_group
    create(logGroupName="app/one", tags={"team": "security"})
    create(logGroupName="app/two", tags={"team": "platform"}, logGroupClass="INFREQUENT_ACCESS")
    create(logGroupName="web/app")

    def names(**asked):
        return [one["logGroupName"] for one in local.logs.list_log_groups(**asked)["logGroups"]]

    def tagged(*values):
        return names(logGroupTags=[{"key": "team", "values": list(values)}])

    assert names() == ["app/one", "app/two", "web/app"]
    assert names(logGroupNamePattern="^app") == ["app/one", "app/two"]
    assert names(logGroupNamePattern="two|^web") == ["app/two", "web/app"]
    assert names(logGroupClass="INFREQUENT_ACCESS") == ["app/two"]
    assert tagged() == tagged("*") == ["app/one", "app/two"]
    assert tagged("sec*") == tagged("!plat*") == ["app/one"]
    assert tagged("x.y", "platform") == ["app/two"]
    assert names(logGroupTags=[{"key": "none"}]) == []
    assert (
        names(dataSources=[{"name": "aws_cloudtrail"}])
        == names(fieldIndexNames=["eventName"])
        == []
    )
    accounts = {"includeLinkedAccounts": True, "accountIdentifiers": ["444455556666"]}
    assert names(**accounts) == []
    assert names(**accounts | {"accountIdentifiers": ["111122223333"]}) == names()
    first = local.logs.list_log_groups(limit=2)
    assert len(local.logs.list_log_groups(nextToken=first["nextToken"])["logGroups"]) == 1


# ------------------------------------------------------------------------------------- deletion
def test_a_deleted_group_is_gone_with_its_events_and_can_be_made_anew(group):
    put(group, 0)

    group.logs.delete_log_group(logGroupName="g")

    assert group.logs.describe_log_groups()["logGroups"] == []
    assert not list(group.folder.rglob("*.jsonl"))
    for call in (group.logs.delete_log_group, group.logs.filter_log_events):
        assert refused(call, logGroupName="g")["Code"] == "ResourceNotFoundException"
    group.logs.create_log_group(logGroupName="g")
    assert group.logs.describe_log_streams(logGroupName="g")["logStreams"] == []


def test_a_deleted_stream_is_gone_and_can_be_made_anew(group):
    put(group, 0)

    group.logs.delete_log_stream(logGroupName="g", logStreamName="s")

    error = refused(group.logs.delete_log_stream, logGroupName="g", logStreamName="s")
    assert error["Code"] == "ResourceNotFoundException"
    assert messages(group) == []
    group.logs.create_log_stream(logGroupName="g", logStreamName="s")
    assert messages(group) == []
    with serving(again(group).application()) as url:
        logs = logs_client(url)
        assert len(logs.describe_log_streams(logGroupName="g")["logStreams"]) == 1
        logs.close()


def test_a_protected_group_cannot_be_deleted_until_it_is_not(local):
    local.logs.create_log_group(logGroupName="g", deletionProtectionEnabled=True)

    assert described(local)["deletionProtectionEnabled"]
    assert refused(local.logs.delete_log_group, logGroupName="g")["Code"] == "ValidationException"
    local.logs.put_log_group_deletion_protection(
        logGroupIdentifier=ARN, deletionProtectionEnabled=False
    )
    local.logs.delete_log_group(logGroupName="g")
    assert local.logs.describe_log_groups()["logGroups"] == []


def test_what_a_crash_left_of_a_deleted_group_is_swept_away(group):
    folder = next(path.parent for path in group.folder.glob("*/group.json"))
    folder.rename(folder.with_name(folder.name + ".abc.deleted"))

    again(group)

    assert not list(group.folder.glob("*.deleted"))
    assert again(group)._groups.all() == []


def test_files_that_are_served_outlive_their_group(local, tmp_path):
    own = tmp_path / "own.json"
    own.write_text('{"timestamp": 1, "n": 1}\n')
    local.cloudwatch.mount("own", find_files([own]))

    local.logs.delete_log_group(logGroupName="own")

    assert own.exists()


def test_settings_outlive_a_restart(group):
    group.logs.put_retention_policy(logGroupName="g", retentionInDays=30)
    group.logs.tag_log_group(logGroupName="g", tags={"team": "security"})
    group.logs.put_log_group_deletion_protection(
        logGroupIdentifier="g", deletionProtectionEnabled=True
    )
    before = described(group)

    assert again(group)._groups.get("g").begins == group.now_ms
    with serving(again(group).application()) as url:
        logs = logs_client(url)
        assert logs.describe_log_groups()["logGroups"] == [before]
        assert logs.list_tags_log_group(logGroupName="g")["tags"] == {"team": "security"}
        logs.close()


def test_a_name_that_aws_keeps_for_itself_is_refused(local):
    error = refused(local.logs.create_log_group, logGroupName="aws/x")

    assert error["Code"] == "InvalidParameterException"
    local.logs.create_log_group(logGroupName="/aws/x")


def test_deleting_while_others_write_and_list_breaks_nothing(local):
    """Whoever comes too late is told that the group or the stream is not there."""
    codes = set()
    stop = threading.Event()

    def repeat(call, **asked):
        logs = logs_client(local.url)
        while not stop.is_set():
            try:
                getattr(logs, call)(**asked)
            except ClientError as error:
                codes.add(error.response["Error"]["Code"])
        logs.close()

    names = {"logGroupName": "g", "logStreamName": "s"}
    events = [{"timestamp": local.now_ms, "message": "m"}]
    threads = [
        threading.Thread(target=repeat, args=(call,), kwargs=asked)
        for call, asked in (
            ("create_log_group", {"logGroupName": "g"}),
            ("create_log_stream", names),
            ("put_log_events", names | {"logEvents": events}),
            ("describe_log_groups", {}),
            ("filter_log_events", {"logGroupName": "g"}),
            ("delete_log_stream", names),
            ("delete_log_group", {"logGroupName": "g"}),
        )
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join(10)

    assert codes == {"ResourceNotFoundException", "ResourceAlreadyExistsException"}
