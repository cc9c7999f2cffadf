"""Saved queries: put, described, deleted, and called in the text of a query."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch, definitions
from tests.local.cloudwatch.serving import logs_client, serving

TEXT = "fields @message | filter level = {{level}} | limit {{most}}"
PARAMETERS = [
    {"name": "level", "defaultValue": '"ERROR"', "description": "how bad"},
    {"name": "most"},
]


def save(local, name="Errors", text=TEXT, parameters=PARAMETERS, **more) -> str:
    asked = {"name": name, "queryString": text, "parameters": parameters} | more
    return local.logs.put_query_definition(**asked)["queryDefinitionId"]


def described(local, **asked):
    return local.logs.describe_query_definitions(**asked)["queryDefinitions"]


def refused(call, *arguments, **asked) -> dict:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **asked)
    return caught.value.response


def start(local, text):
    asked = {"logGroupName": "g", "startTime": 1, "endTime": 2, "queryString": text}
    return local.logs.start_query(**asked)["queryId"]


def test_what_was_saved_is_described(local):
    saved = save(local, logGroupNames=["g", "h"])

    assert described(local) == [
        {
            "queryLanguage": "CWLI",
            "queryDefinitionId": saved,
            "name": "Errors",
            "queryString": TEXT,
            "lastModified": local.now_ms,
            "logGroupNames": ["g", "h"],
            "parameters": PARAMETERS,
        }
    ]


def test_an_update_keeps_nothing_of_what_was_there(local):
    saved = save(local, logGroupNames=["g"])

    assert save(local, "Other", "limit 1", [], queryDefinitionId=saved) == saved
    (now,) = described(local)
    assert (now["name"], now["queryString"], now["logGroupNames"]) == ("Other", "limit 1", [])
    assert "parameters" not in now
    error = refused(save, local, queryDefinitionId="none")["Error"]
    assert error["Code"] == "ResourceNotFoundException"


def test_a_request_that_came_twice_saves_once(local):
    token = str(uuid.uuid4())

    assert save(local, clientToken=token) == save(local, clientToken=token)
    assert len(described(local)) == 1


def test_they_are_listed_by_name_with_a_prefix_and_in_pages(local):
    for name in ("b", "team/a", "team/c"):
        save(local, name, "limit 1", [])

    assert [one["name"] for one in described(local)] == ["b", "team/a", "team/c"]
    assert len(described(local, queryDefinitionNamePrefix="team/")) == 2
    save(local, "sql", "SELECT 1", [], queryLanguage="SQL")
    (other,) = described(local, queryLanguage="SQL")
    assert (other["name"], other["queryLanguage"]) == ("sql", "SQL")
    assert len(described(local, queryLanguage="CWLI")) == 3
    local.logs.delete_query_definition(queryDefinitionId=other["queryDefinitionId"])
    first = local.logs.describe_query_definitions(maxResults=2)
    (last,) = described(local, nextToken=first["nextToken"])
    assert last["name"] == "team/c"


def test_a_deleted_one_is_gone(local):
    saved = save(local)

    assert local.logs.delete_query_definition(queryDefinitionId=saved)["success"]
    assert described(local) == []
    error = refused(local.logs.delete_query_definition, queryDefinitionId=saved)["Error"]
    assert error["Code"] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"parameters": [*PARAMETERS, {"name": "x"}]}, "Required parameters not found in queryString: x"),
        ({"parameters": [*PARAMETERS, {"name": "most"}]}, "Duplicate parameter name: most"),
        ({"parameters": [{"name": f"p{n}"} for n in range(21)]}, "length less than or equal to 20"),
        ({"parameters": [{"name": "1x"}]}, "regular expression pattern"),
        ({"queryLanguage": "SQL"}, "Parameters are only supported for CWLI query language"),
        ({"name": "x" * 256}, "length less than or equal to 255"),
        ({"text": "x" * 10_001, "parameters": []}, "length less than or equal to 10000"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_as_the_guide_says(local, changed, words):
    local.logs.close()
    local.logs = logs_client(local.url, parameter_validation=False)

    error = refused(save, local, **changed)["Error"]

    assert error["Code"] == "InvalidParameterException"
    assert words in error["Message"]


def test_there_are_a_thousand_at_most(local, monkeypatch):
    monkeypatch.setattr(definitions, "MOST", 2)
    ids = [save(local, name) for name in "ab"]

    assert refused(save, local, "c")["Error"]["Code"] == "LimitExceededException"
    save(local, "again", queryDefinitionId=ids[0])


def test_a_call_stands_for_the_text_with_its_values(local):
    local.cloudwatch.create_group("g")
    save(local)
    save(
        local,
        "Recent N",
        "sort @timestamp desc | limit {{n}}",
        [{"name": "n", "defaultValue": "20"}],
    )

    start(local, '$Errors(most = 5, level = "WARN") | $`Recent N`()')

    assert local.workers.runs[0].request.query == (
        'fields @message | filter level = "WARN" | limit 5 | sort @timestamp desc | limit 20'
    )
    (query,) = local.logs.describe_queries()["queries"]
    assert query["queryString"] == '$Errors(most = 5, level = "WARN") | $`Recent N`()'


def test_of_two_with_one_name_the_newest_is_called(local):
    local.cloudwatch.create_group("g")
    first = save(local, "A", "limit 1", [])
    save(local, "A", "limit 2", [])
    local.now = local.now.replace(hour=13)
    save(local, "A", "limit 3", [], queryDefinitionId=first)

    start(local, "$A()")

    assert local.workers.runs[0].request.query == "limit 3"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("$None()", "$None()", "There is no saved query `None`"),
        ("$Errors()", "$Errors()", "no value for `most`"),
        ("$Errors(most = 1, wrong = 2)", "wrong = 2", "no parameter `wrong`"),
        ("fields a | $Outer()", "$Errors()", "called inside another"),
        ('$Errors(most = 1, level = "a" | wat)', "|", ""),
    ],
)
def test_a_bad_call_is_malformed_with_its_place(local, text, place, words):
    local.cloudwatch.create_group("g")
    save(local)
    save(local, "Outer", "$Errors()", [])

    response = refused(start, local, text)

    assert response["Error"]["Code"] == "MalformedQueryException"
    assert words in response["queryCompileError"]["message"]
    location = response["queryCompileError"]["location"]
    if place in text:
        assert location["startCharOffset"] == text.index(place)


def test_a_place_in_an_expanded_query_says_of_what_it_is(local):
    local.cloudwatch.create_group("g")
    save(local, "Bad", "fields a\n| filter a = ", [])
    save(local, "Pattern", "pattern @message", [])

    error = refused(start, local, "fields a | $Pattern()")["Error"]

    assert error["Message"].endswith("(line 1, column 20 of the text with its saved queries)")
    error = refused(start, local, "$Bad()")["Error"]
    assert error["Message"].endswith("(line 2, column 13 of the text with its saved queries)")


def test_saved_queries_outlive_a_restart_and_a_damaged_one_is_named(local):
    save(local)
    before = described(local)

    with serving(CloudWatch(local.folder, local.workers, local.clock).application()) as url:
        logs = logs_client(url)
        assert logs.describe_query_definitions()["queryDefinitions"] == before
        logs.close()
    (path,) = local.folder.rglob("*.query")
    path.write_text("{")
    with pytest.raises(BotError, match="damaged"):
        CloudWatch(local.folder, local.workers, local.clock)
