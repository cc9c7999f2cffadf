"""A query's life, as boto3 sees it: started, followed, paged, stopped, listed, forgotten."""

from __future__ import annotations

import threading

import pytest
from botocore.exceptions import ClientError

from bot.engine.sources import LogFile
from bot.local.cloudwatch import queries as module
from bot.local.cloudwatch.protocol import token_for
from tests.local.cloudwatch.serving import logs_client

QUERY = "fields @timestamp, @message"


@pytest.fixture
def group(local):
    local.cloudwatch.create_group("g")
    return local


def start(local, query=QUERY, **changed) -> str:
    asked = {"logGroupName": "g", "startTime": 100, "endTime": 200, "queryString": query}
    asked = {name: value for name, value in (asked | changed).items() if value is not None}
    return local.logs.start_query(**asked)["queryId"]


def refused(call, *arguments, **named) -> dict:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    return caught.value.response["Error"]


def rows(*values):
    return [{"n": str(value)} for value in values]


def numbers(answer) -> list[int]:
    return [int(row[0]["value"]) for row in answer["results"]]


# ------------------------------------------------------------------------------------- started
def test_both_ends_of_the_window_are_whole_inclusive_seconds(group):
    start(group, startTime=100, endTime=200)

    request = group.workers.runs[0].request
    assert (request.start, request.end) == (100_000, 201_000)
    assert request.now == group.now_ms


def test_a_window_of_one_second_is_fine_and_a_reversed_one_is_not(group):
    start(group, startTime=100, endTime=100)

    error = refused(start, group, startTime=101, endTime=100)
    assert error["Code"] == "InvalidParameterException"


def test_the_text_is_kept_exactly_as_it_was_received(group):
    text = "# ask\n  fields   @message  \r\n| limit 5 # “quoted” \U0001f600"

    start(group, text)

    assert [query.text for query in group.cloudwatch.queries] == [text]
    assert group.logs.describe_queries()["queries"][0]["queryString"] == text
    assert group.workers.runs[0].request.query == text


@pytest.mark.parametrize(
    ("text", "given", "most"),
    [
        (QUERY, None, 10_000),
        (QUERY, 5, 5),
        (QUERY, 100_000, 100_000),
        (QUERY + " | limit 50000", None, 100_000),
        (QUERY + " | limit 50000", 7, 7),
    ],
)
def test_the_limit_for_the_scan(group, text, given, most):
    start(group, text, limit=given)

    assert group.workers.runs[0].request.limit == most


@pytest.mark.parametrize("limit", [0, 100_001])
def test_a_limit_outside_1_to_100000_is_refused(group, limit):
    group.logs.close()
    group.logs = logs_client(group.url, parameter_validation=False)

    error = refused(start, group, limit=limit)

    assert error["Code"] == "InvalidParameterException"
    assert "at 'limit'" in error["Message"]


def test_groups_can_be_given_by_name_names_and_identifiers(group):
    group.cloudwatch.create_group("h")
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:h"

    for asked in ({"logGroupName": "h"}, {"logGroupNames": ["h"]}, {"logGroupIdentifiers": [arn]}):
        start(group, **({"logGroupName": None} | asked))
    start(group, logGroupName=None, logGroupIdentifiers=["g", arn, "h"])

    assert [query.asked.groups for query in group.cloudwatch.queries] == [
        ("h",),
        ("h",),
        ("h",),
        ("g", "h"),
    ]


def test_a_query_reads_the_files_of_its_groups_and_no_others(group, tmp_path):
    group.cloudwatch.put("g", "s", [(1, "m")])
    group.cloudwatch.put("other", "s", [(1, "m")])
    group.cloudwatch.mount("own", [LogFile("/logs/own.json", stream="own.json")])

    start(group, logGroupName=None, logGroupNames=["g", "own"])

    files = group.workers.runs[0].request.files
    assert [(file.log, file.stream, file.stored) for file in files] == [
        ("111122223333:g", "s", True),
        ("111122223333:own", "own.json", False),
    ]


# ----------------------------------------------------------------------------- groups by SOURCE
def from_source(local, query) -> tuple[list[str], list[str]]:
    """The groups of the files that a query reads, and those that queries inside it may name."""
    start(local, query, logGroupName=None)
    request = local.workers.runs[-1].request
    return tuple(
        [file.log.partition(":")[2] for file in files]
        for files in (request.files, request.elsewhere)
    )


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('SOURCE "g"', ["g"]),
        ('SOURCE "h" START=-1h END=0s | SOURCE "g"', ["h", "g"]),
        ('SOURCE "arn:aws:logs:eu-west-1:111122223333:log-group:h"', ["h"]),
        ('SOURCE logGroups(namePrefix: ["app-", "h"])', ["app-1", "app-2", "h"]),
        ("SOURCE logGroups()", ["app-1", "app-2", "g", "h"]),
    ],
)
def test_source_chooses_the_groups(group, source, found):
    for name in ("h", "app-2", "app-1"):
        group.cloudwatch.create_group(name)

    assert from_source(group, f"{source} | {QUERY}") == (found, [])
    assert group.cloudwatch.queries[0].asked.groups == tuple(found)


def test_queries_inside_a_query_name_other_groups(group):
    group.cloudwatch.create_group("h")
    group.cloudwatch.create_group("other")
    inside = '(SOURCE "h" | fields a)'

    start(group, f"filter a in {inside}")
    joined = f'SOURCE "g" | join left=l right=r where l.a=r.a {inside}'

    request = group.workers.runs[0].request
    assert [file.log for file in request.files] == ["111122223333:g"]
    assert [file.log for file in request.elsewhere] == ["111122223333:h"]
    assert from_source(group, joined) == (["g"], ["h"])


def test_groups_are_given_or_named_by_source_and_not_both(group):
    error = refused(start, group, 'SOURCE "g" | fields a')

    assert error["Code"] == "InvalidParameterException"
    assert "SOURCE" in error["Message"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('SOURCE "none" | fields a', "Log group 'none' does not exist for account ID '111122223333'"),
        ('SOURCE "g" | SOURCE "none" | fields a', "Log group 'none' does not exist"),
        ('SOURCE "g" | filter a in (SOURCE "none" | fields a)', "Log group 'none' does not exist"),
        ('SOURCE logGroups(namePrefix: ["no"]) | fields a', "No log group is chosen by SOURCE logG"),
    ],
)  # fmt: skip
def test_a_source_that_chooses_nothing_is_not_found(group, query, words):
    error = refused(start, group, query, logGroupName=None)

    assert error["Code"] == "ResourceNotFoundException"
    assert words in error["Message"]
    assert group.workers.runs == []


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("fields a | pattern a", "pattern a", "a model of its own"),
        ("filter a in (SOURCE 'g' | pattern a | fields @pattern)", "pattern a", "a model of its own"),
        ("SOURCE dataSource(['aws.x']) | fields a", "dataSource(['aws.x'])", "Only AWS knows"),
        ("filter a in (SOURCE dataSource(['aws.x']) | fields a)", "dataSource(['aws.x'])", "Name them"),
        ("lookup t a OUTPUT b", "lookup t a OUTPUT b", "no lookup table `t`"),
        ("$Saved()", "$Saved()", "There is no saved query `Saved`"),
    ],
)  # fmt: skip
def test_what_only_aws_can_do_is_malformed_here_with_the_reason_and_the_place(
    group, query, place, words
):
    with pytest.raises(ClientError) as caught:
        start(group, query, logGroupName=None if query.startswith("SOURCE") else "g")

    response = caught.value.response
    location = response["queryCompileError"]["location"]
    assert response["Error"]["Code"] == "MalformedQueryException"
    first = query.index(place)
    assert first <= location["startCharOffset"] < location["endCharOffset"] <= first + len(place)
    assert words in response["queryCompileError"]["message"]


@pytest.mark.parametrize(
    "asked",
    [
        {"logGroupName": None},
        {"logGroupNames": ["g"]},
        {"logGroupName": None, "logGroupNames": ["g"], "logGroupIdentifiers": ["g"]},
        {"logGroupName": None, "logGroupNames": []},
        {"logGroupName": None, "logGroupNames": ["g"] * 51},
        {"queryLanguage": "SQL"},
        {"logGroupName": None, "logGroupIdentifiers": ["arn:aws:logs:eu-west-1:111122223333:log-group:g:*"]},
    ],
)  # fmt: skip
def test_groups_and_language_that_aws_refuses_are_refused(group, asked):
    error = refused(start, group, **asked)

    assert error["Code"] == "InvalidParameterException"
    assert group.workers.runs == []


def test_fifty_groups_are_taken(group):
    for number in range(50):
        group.cloudwatch.create_group(f"g{number}")

    start(group, logGroupName=None, logGroupNames=[f"g{number}" for number in range(50)])

    assert len(group.cloudwatch.queries[0].asked.groups) == 50


def test_a_missing_group_is_named_as_aws_names_it(group):
    error = refused(start, group, logGroupName=None, logGroupNames=["g", "none"])

    assert error["Code"] == "ResourceNotFoundException"
    assert error["Message"] == "Log group 'none' does not exist for account ID '111122223333'"


def test_a_query_that_cannot_be_read_carries_the_place(group):
    with pytest.raises(ClientError) as caught:
        start(group, "fields @message | nonsense x")

    response = caught.value.response
    assert response["Error"]["Code"] == "MalformedQueryException"
    assert response["queryCompileError"]["location"] == {"startCharOffset": 18, "endCharOffset": 26}
    message = response["queryCompileError"]["message"]
    assert "nonsense" in message
    assert response["Error"]["Message"] == f"{message} (line 1, column 19)"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert group.cloudwatch.queries == []


def test_a_query_of_more_than_10000_characters_is_refused(group):
    error = refused(start, group, QUERY + " " * 10_000)

    assert error["Code"] == "InvalidParameterException"


def test_a_hundred_queries_run_at_once_and_one_more_must_wait(group):
    ids = [start(group) for _ in range(100)]

    error = refused(start, group)
    assert error["Code"] == "LimitExceededException"
    assert error["Message"] == "Account maximum query concurrency limit of [100] reached."

    group.logs.stop_query(queryId=ids[0])
    start(group)


def test_a_query_that_comes_when_all_is_ending_is_told_so(group):
    group.workers.closed = True

    error = refused(start, group)

    assert error["Code"] == "ServiceUnavailableException"
    assert group.cloudwatch.queries == []


# ------------------------------------------------------------------------------------ followed
def test_a_query_goes_from_scheduled_over_running_to_complete(group):
    query_id = start(group)
    (run,) = group.workers.runs
    seen = [group.logs.get_query_results(queryId=query_id)]
    run.seen(rows(1), matched=1, scanned=10, size=1000)
    seen.append(group.logs.get_query_results(queryId=query_id))
    run.seen(rows(1, 2), matched=2, scanned=20, size=2000)
    seen.append(group.logs.get_query_results(queryId=query_id))
    run.finish(rows(1, 2, 3), matched=3, scanned=30, size=3000)
    seen.append(group.logs.get_query_results(queryId=query_id))

    assert [one["status"] for one in seen] == ["Scheduled", "Running", "Running", "Complete"]
    assert [numbers(one) for one in seen] == [[], [1], [1, 2], [1, 2, 3]]
    scheduled, *statistics = [one["statistics"] for one in seen]
    assert scheduled == {}
    assert [one["recordsMatched"] for one in statistics] == [1.0, 2.0, 3.0]
    assert [one["recordsScanned"] for one in statistics] == [10.0, 20.0, 30.0]
    assert [one["bytesScanned"] for one in statistics] == [1000.0, 2000.0, 3000.0]
    assert [one["logGroupsScanned"] for one in statistics] == [1.0, 1.0, 1.0]
    assert "resultCount" not in statistics[1]
    assert statistics[2]["resultCount"] == 3.0
    assert seen[3]["queryLanguage"] == "CWLI"


def test_the_pointer_is_the_last_field_of_a_row_that_stands_for_an_event(group):
    query_id = start(group)
    found = [{"b": "1", "a": "2"}, {"@ptr": "asked for", "a": "3"}, {"count": "4"}, {}]
    group.workers.runs[0].finish(found, pointers=["p1", "p2", None, "p4"])

    results = group.logs.get_query_results(queryId=query_id)["results"]

    assert [[(cell["field"], cell["value"]) for cell in row] for row in results] == [
        [("b", "1"), ("a", "2"), ("@ptr", "p1")],
        [("@ptr", "asked for"), ("a", "3")],
        [("count", "4")],
        [("@ptr", "p4")],
    ]


def test_a_failed_query_keeps_what_it_had_scanned(group):
    query_id = start(group)
    group.workers.runs[0].seen(rows(1), scanned=5, size=100)
    group.workers.runs[0].fail("the worker died")

    answer = group.logs.get_query_results(queryId=query_id)

    assert answer["status"] == "Failed"
    assert answer["statistics"]["bytesScanned"] == 100.0


def test_an_unknown_query_is_not_found(group):
    for call in (group.logs.get_query_results, group.logs.stop_query):
        assert refused(call, queryId="none")["Code"] == "ResourceNotFoundException"


def test_two_queries_at_once_keep_their_own_rows(group):
    first, second = start(group), start(group)
    group.workers.runs[1].finish(rows(2))
    group.workers.runs[0].seen(rows(1))

    assert numbers(group.logs.get_query_results(queryId=first)) == [1]
    assert numbers(group.logs.get_query_results(queryId=second)) == [2]


@pytest.mark.parametrize(
    "value", ["\x00\x1b", "</script>", "x" * 1_000_000, "\u2028", "a\U0001f600"]
)
def test_hostile_values_come_back_as_they_were(group, value):
    query_id = start(group)
    group.workers.runs[0].finish([{"@message": value}])

    results = group.logs.get_query_results(queryId=query_id)["results"]

    assert results == [[{"field": "@message", "value": value}]]


def test_half_a_surrogate_pair_in_a_value_does_not_spoil_the_answer(group):
    query_id = start(group)
    group.workers.runs[0].finish([{"a\udc00": "b\ud800"}, {"n": "1"}])

    results = group.logs.get_query_results(queryId=query_id)["results"]

    assert [row[0]["value"] for row in results] == ["b\ufffd", "1"]


# --------------------------------------------------------------------------------------- paged
def test_more_than_10000_rows_come_in_pages(group):
    query_id = start(group)
    group.workers.runs[0].finish(rows(*range(25_000)), matched=25_000)

    found, sizes, token = [], [], {}
    while True:
        page = group.logs.get_query_results(queryId=query_id, **token)
        found += numbers(page)
        sizes.append(len(page["results"]))
        assert page["statistics"]["resultCount"] == 25_000.0
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}

    assert sizes == [10_000, 10_000, 5_000]
    assert found == list(range(25_000))


def test_exactly_one_page_has_no_next_one(group):
    query_id = start(group)
    group.workers.runs[0].finish(rows(*range(10_000)))

    assert "nextToken" not in group.logs.get_query_results(queryId=query_id)


def test_the_caller_chooses_the_size_of_a_page(group):
    query_id = start(group)
    group.workers.runs[0].finish(rows(1, 2, 3))

    page = group.logs.get_query_results(queryId=query_id, maxItems=2)
    rest = group.logs.get_query_results(queryId=query_id, maxItems=2, nextToken=page["nextToken"])

    assert (numbers(page), numbers(rest)) == ([1, 2], [3])
    assert "nextToken" not in rest


def test_partial_rows_are_one_page_without_a_token(group):
    query_id = start(group)
    group.workers.runs[0].seen(rows(*range(10_001)))

    page = group.logs.get_query_results(queryId=query_id)

    assert len(page["results"]) == 10_000
    assert "nextToken" not in page


def test_a_token_of_another_query_or_of_nothing_is_refused(group):
    first, second = start(group), start(group)
    for run in group.workers.runs:
        run.finish(rows(1, 2))
    token = group.logs.get_query_results(queryId=first, maxItems=1)["nextToken"]

    for wrong in (token, "nonsense", token_for(second, 3), token_for(second, -1)):
        error = refused(group.logs.get_query_results, queryId=second, nextToken=wrong)
        assert error["Code"] == "InvalidParameterException"


# ------------------------------------------------------------------------------------- stopped
def test_a_stopped_query_is_cancelled_and_keeps_its_rows_so_far(group):
    query_id = start(group)
    (run,) = group.workers.runs
    run.seen(rows(1), scanned=5)

    assert group.logs.stop_query(queryId=query_id)["success"] is True
    run.finish(rows(1, 2))  # too late

    answer = group.logs.get_query_results(queryId=query_id)
    assert run.cancelled
    assert answer["status"] == "Cancelled"
    assert numbers(answer) == [1]


@pytest.mark.parametrize("ending", ["finish", "stop", "fail"])
def test_stopping_a_query_that_has_ended_is_an_error(group, ending):
    query_id = start(group)
    run = group.workers.runs[0]
    {
        "finish": run.finish,
        "stop": lambda: group.logs.stop_query(queryId=query_id),
        "fail": lambda: run.fail("died"),
    }[ending]()

    error = refused(group.logs.stop_query, queryId=query_id)

    assert error["Code"] == "InvalidParameterException"
    assert "is not running" in error["Message"]


def test_of_many_who_stop_a_query_one_does(group):
    query = group.cloudwatch._queries.get(start(group))
    stopped = []
    threads = [threading.Thread(target=lambda: stopped.append(query.stop())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(stopped) == [False] * 7 + [True]


# -------------------------------------------------------------------------------------- listed
def test_queries_are_listed_newest_first_with_their_status(group):
    ids = [start(group) for _ in range(3)]
    group.workers.runs[0].finish(rows(1), size=42)
    group.workers.runs[1].seen()

    listed = group.logs.describe_queries()["queries"]

    assert [(one["queryId"], one["status"]) for one in listed] == [
        (ids[2], "Scheduled"),
        (ids[1], "Running"),
        (ids[0], "Complete"),
    ]
    assert listed[2]["createTime"] == group.now_ms
    assert listed[2]["logGroupName"] == "g"
    assert listed[2]["bytesScanned"] == 42.0


def test_the_list_can_be_narrowed_and_paged(group):
    group.cloudwatch.create_group("h")
    ids = [start(group, logGroupName=name) for name in ("g", "h", "g", "g")]
    group.workers.runs[0].finish()

    def listed(**asked):
        answer = group.logs.describe_queries(**asked)
        return [one["queryId"] for one in answer["queries"]], answer.get("nextToken")

    assert listed(logGroupName="h") == ([ids[1]], None)
    assert listed(status="Complete") == ([ids[0]], None)
    assert listed(queryLanguage="SQL") == ([], None)
    page, token = listed(maxResults=3)
    assert page == [ids[3], ids[2], ids[1]]
    assert listed(maxResults=3, nextToken=token) == ([ids[0]], None)
    for wrong in (token_for("logGroups", 1), token_for("queries", 5), token_for("queries", -1)):
        error = refused(group.logs.describe_queries, nextToken=wrong)
        assert error["Code"] == "InvalidParameterException"
    assert refused(group.logs.describe_queries, logGroupName="none")["Code"] == (
        "ResourceNotFoundException"
    )


# ----------------------------------------------------------------------------------- forgotten
def test_old_queries_are_forgotten_and_running_ones_are_not(group, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 3)
    ids = [start(group) for _ in range(4)]
    for run in group.workers.runs[1:]:
        run.finish()
    ids.append(start(group))

    kept = [one["queryId"] for one in group.logs.describe_queries()["queries"]]

    assert kept == [ids[4], ids[3], ids[0]]
    assert refused(group.logs.get_query_results, queryId=ids[1])["Code"] == (
        "ResourceNotFoundException"
    )


def test_rows_of_old_queries_are_forgotten_before_they_fill_the_memory(group, monkeypatch):
    monkeypatch.setattr(module, "KEPT_ROWS", 5)
    ids = [start(group) for _ in range(3)]
    for run in group.workers.runs:
        run.finish(rows(1, 2))
    ids.append(start(group))

    kept = [query.id for query in group.cloudwatch.queries]

    assert kept == ids[1:]
