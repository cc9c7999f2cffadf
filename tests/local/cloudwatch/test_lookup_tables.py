"""Lookup tables as boto3 sees them: uploaded, replaced, listed, deleted, and kept on disk."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch, lookup_store

ARN = "arn:aws:logs:eu-west-1:111122223333:lookup-table:"
BODY = "name,team\nresponder-1,payments\nresponder-2,search\n"


def refused(call, **named) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**named)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def people(local):
    return local.logs.create_lookup_table(
        lookupTableName="people", description="who is who", tableBody=BODY
    )["lookupTableArn"]


def test_a_table_comes_back_as_it_was_uploaded(local):
    created = local.logs.create_lookup_table(lookupTableName="people", tableBody=BODY)

    assert created["lookupTableArn"] == ARN + "people"
    assert created["createdAt"] == local.now_ms
    answer = local.logs.get_lookup_table(lookupTableArn=ARN + "people")
    assert answer["tableBody"] == BODY
    assert answer["lookupTableName"] == "people"
    assert answer["lastUpdatedTime"] == local.now_ms


def test_a_table_is_described_by_what_is_in_it(local, people):
    (table,) = local.logs.describe_lookup_tables()["lookupTables"]

    assert table == {
        "lookupTableArn": people,
        "lookupTableName": "people",
        "description": "who is who",
        "tableFields": ["name", "team"],
        "recordsCount": 2,
        "sizeBytes": len(BODY),
        "lastUpdatedTime": local.now_ms,
    }


def test_the_size_is_in_bytes(local):
    local.logs.create_lookup_table(lookupTableName="t", tableBody="ä\nö\n")

    assert local.logs.describe_lookup_tables()["lookupTables"][0]["sizeBytes"] == 6


def test_an_update_replaces_all_rows_and_keeps_the_description_that_it_does_not_give(local, people):
    local.now = local.now.replace(hour=13)

    answer = local.logs.update_lookup_table(lookupTableArn=people, tableBody="a\n1\n")

    assert answer == answer | {"lookupTableArn": people, "lastUpdatedTime": local.now_ms}
    (table,) = local.logs.describe_lookup_tables()["lookupTables"]
    assert (table["tableFields"], table["recordsCount"]) == (["a"], 1)
    assert (table["description"], table["lastUpdatedTime"]) == ("who is who", local.now_ms)
    local.logs.update_lookup_table(lookupTableArn=people, tableBody=BODY, description="new")
    assert local.logs.get_lookup_table(lookupTableArn=people)["description"] == "new"


def test_tables_are_listed_by_name_in_pages_and_by_prefix(local):
    for name in ("b2", "a", "b1"):
        local.logs.create_lookup_table(lookupTableName=name, tableBody="a\n1\n")

    def names(answer):
        return [table["lookupTableName"] for table in answer["lookupTables"]]

    first = local.logs.describe_lookup_tables(maxResults=2)
    assert names(first) == ["a", "b1"]
    rest = local.logs.describe_lookup_tables(maxResults=2, nextToken=first["nextToken"])
    assert names(rest) == ["b2"]
    assert "nextToken" not in rest
    assert names(local.logs.describe_lookup_tables(lookupTableNamePrefix="b")) == ["b1", "b2"]
    assert refused(local.logs.describe_lookup_tables, maxResults=0)[0] == (
        "InvalidParameterException"
    )
    assert refused(local.logs.describe_lookup_tables, nextToken="x")[0] == (
        "InvalidParameterException"
    )


def test_tables_are_there_after_a_restart_and_deleted_ones_are_not(local, people):
    gone = local.logs.create_lookup_table(lookupTableName="gone", tableBody="a\n1\n")
    local.logs.delete_lookup_table(lookupTableArn=gone["lookupTableArn"])

    again = CloudWatch(local.folder, local.workers, local.clock)

    (known,) = again._here.tables.all()
    assert (known.kept.name, known.kept.body) == ("people", BODY)


def test_a_damaged_table_is_named(local, people):
    (path,) = local.folder.glob("lookup-tables/*.table")
    path.write_bytes(path.read_bytes()[:-5])

    with pytest.raises(BotError, match="is damaged"):
        CloudWatch(local.folder, local.workers, local.clock)


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(BotError, match="Give another folder"):
        lookup_store.LookupTables(tmp_path / "file", "111122223333", "eu-west-1")


def test_a_name_is_taken_once_and_a_hundred_tables_are_all(local, people):
    create = local.logs.create_lookup_table
    assert refused(create, lookupTableName="people", tableBody=BODY)[0] == (
        "ResourceAlreadyExistsException"
    )
    for number in range(99):
        create(lookupTableName=f"t{number}", tableBody="a\n1\n")
    assert refused(create, lookupTableName="more", tableBody=BODY)[0] == "LimitExceededException"
    local.logs.update_lookup_table(lookupTableArn=people, tableBody="a\n1\n")


@pytest.mark.parametrize("arn", ["", "people", ARN, ARN + "none", ARN.replace("1111", "4444") + "people"])  # fmt: skip
def test_a_table_that_is_not_there_is_not_found(local, people, arn):
    for call in (
        local.logs.get_lookup_table,
        local.logs.delete_lookup_table,
        lambda **named: local.logs.update_lookup_table(**named, tableBody=BODY),
    ):
        assert refused(call, lookupTableArn=arn)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("a,a\n1,2\n", "two columns have the name `a`"),
        ("a,b\n1\n", "line 2"),
        ('a\n"x', "it is no CSV"),
        ("\n", "is empty"),
        ("a\n" + "x" * 200_000, "it is no CSV"),
    ],
)
def test_a_body_that_is_no_table_is_refused_with_the_line(local, people, body, words):
    code, message = refused(local.logs.create_lookup_table, lookupTableName="t", tableBody=body)
    assert (code, words in message) == ("ValidationException", True)
    assert refused(local.logs.update_lookup_table, lookupTableArn=people, tableBody=body)[0] == code
    assert local.logs.get_lookup_table(lookupTableArn=people)["tableBody"] == BODY


def test_a_body_or_a_query_is_given_and_not_both(local, people):
    for given in ({}, {"tableBody": BODY, "queryId": "q"}):
        code, message = refused(local.logs.update_lookup_table, lookupTableArn=people, **given)
        assert code == "InvalidParameterException"
        assert "Exactly one of tableBody and queryId" in message


def test_a_query_must_have_ended_with_rows(local):
    local.cloudwatch.create_group("g")
    query_id = local.logs.start_query(
        logGroupName="g", startTime=1, endTime=2, queryString="fields a"
    )["queryId"]
    (run,) = local.workers.runs
    asked = {"lookupTableName": "t", "queryId": query_id}

    assert refused(local.logs.create_lookup_table, **asked)[0] == "InvalidParameterException"
    run.seen([{"a": "half \ud800", "b": "1"}, {"c": "x"}])
    local.logs.stop_query(queryId=query_id)
    local.logs.create_lookup_table(**asked)

    body = local.logs.get_lookup_table(lookupTableArn=ARN + "t")["tableBody"]
    assert body == "a,b,c\nhalf \ufffd,1,\n,,x\n"
    assert refused(local.logs.create_lookup_table, lookupTableName="u", queryId="none")[0] == (
        "ResourceNotFoundException"
    )


def test_a_query_without_rows_makes_no_table(local):
    local.cloudwatch.create_group("g")
    query_id = local.logs.start_query(
        logGroupName="g", startTime=1, endTime=2, queryString="fields a"
    )["queryId"]
    local.workers.runs[0].finish()

    code, _ = refused(local.logs.create_lookup_table, lookupTableName="t", queryId=query_id)
    assert code == "ValidationException"
