"""The plan: what makes no sense is refused with its place, and what it says happens to requests."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch
from bot.local.cloudwatch.operations import OPERATIONS
from bot.local.cloudwatch.plan import AWS_RATES, Plan, read_plan
from bot.local.cloudwatch.requests import operation_names
from tests.local.cloudwatch.serving import logs_client


def control(local, method, name, body=None, **headers):
    """A request to `/_cloudwatch/…`: status and JSON."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{local.url}/_cloudwatch/{name}", data, headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def use(local, **plan):
    status, answer = control(local, "PUT", "plan", plan)
    assert status == 200, answer


def fault(local, **row):
    use(local, faults=[row])


def outcome(call, **asked) -> str:
    """The error's code, or `ok`."""
    try:
        call(**asked)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "ok"


# --------------------------------------------------------------------------------- what is read
@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ("{", "The plan cannot be read"),
        ("[]", "Expected `object`, got `array`"),
        ('{"fault": []}', "unknown field `fault`"),
        ('{"faults": [{"operation": "StartQuery", "wait": 1}]}', "unknown field `wait` - at `$.faults[0]`"),
        ('{"faults": [{"nth": "1", "delay": 1}]}', "$.faults[0].nth"),
        ('{"faults": [{}]}', "faults[0]: nothing goes wrong"),
        ('{"faults": [{"delay": 1}, {"operation": "Start", "delay": 1}]}', "faults[1].operation: there is no operation Start"),
        ('{"faults": [{"error": "OutOfMilk"}]}', "faults[0].error: there is no OutOfMilk; there are Acc"),
        ('{"faults": [{"status": 200}]}', "faults[0].status: expected 400 to 599"),
        ('{"faults": [{"status": 404}]}', "below 500 an `error` must say which"),
        ('{"faults": [{"status": 500, "drop": "after"}]}', "faults[0].drop"),
        ('{"faults": [{"drop": "sometimes"}]}', "$.faults[0].drop"),
        ('{"faults": [{"delay": 1, "message": "m"}]}', "faults[0].message"),
        ('{"faults": [{"delay": -1}]}', "faults[0].delay: expected 0 to 3,600 seconds"),
        ('{"faults": [{"delay": 1, "nth": 1, "every": 2}]}', "faults[0].every: it cannot stand beside"),
        ('{"faults": [{"delay": 1, "nth": 0}]}', "faults[0].nth: expected a number of 1 or more"),
        ('{"faults": [{"delay": 1, "from": 5, "until": 5}]}', "faults[0].until: it must come after"),
        ('{"faults": [{"delay": 1, "from": -5}]}', "faults[0].from"),
        ('{"concurrent_queries": 0}', "concurrent_queries"),
        ('{"requests_per_second": "often"}', "$.requests_per_second"),
        ('{"requests_per_second": {"StartQuery": 0}}', "requests_per_second.StartQuery: expected a number above 0"),
        ('{"requests_per_second": {"Nothing": 1}}', "requests_per_second.Nothing: there is no operation"),
        ('{"queries": [{"ends": "Badly"}]}', "$.queries[0].ends"),
        ('{"queries": [{"running": 1e10}]}', "queries[0].running"),
        ('{"ingestion": [{"stream": "s"}]}', "missing required field `lag` - at `$.ingestion[0]`"),
        ('{"ingestion": [{"lag": [3, 2]}]}', "ingestion[0].lag: the first number is the least"),
        ('{"ingestion": [{"lag": [-3, 2]}]}', "ingestion[0].lag: expected 0 to"),
        ('{"ingestion": [{"lag": [1, 2, 3]}]}', "$.ingestion[0].lag"),
        ("[" * 5000, "The plan cannot be read"),
        ('{"faults": "\\ud800"}', "The plan cannot be read"),
    ],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused_with_where_and_what(plan, words):
    with pytest.raises(BotError) as caught:
        read_plan(plan.encode(), OPERATIONS)

    assert words in str(caught.value)


def test_all_faults_of_a_plan_are_told_at_once():
    with pytest.raises(BotError) as caught:
        read_plan(b'{"concurrent_queries": 0, "faults": [{}, {"nth": 0, "delay": 1}]}', OPERATIONS)

    assert str(caught.value).count("\n") == 3


def test_a_plan_that_says_nothing_changes_nothing():
    assert read_plan(b"{}", OPERATIONS) == Plan()


def test_the_rates_of_aws_are_about_operations_of_aws():
    assert set(AWS_RATES) <= operation_names()
    assert set(AWS_RATES) <= set(OPERATIONS)


def test_every_operation_here_is_one_of_aws():
    assert set(OPERATIONS) <= operation_names()


# --------------------------------------------------------------------------------------- faults
def test_the_nth_request_fails_and_no_other(local):
    fault(local, operation="DescribeLogGroups", nth=2, error="AccessDeniedException", message="No.")

    outcomes = [outcome(local.logs.describe_log_groups) for _ in range(3)]

    assert outcomes == ["ok", "AccessDeniedException", "ok"]
    assert outcome(local.logs.describe_queries) == "ok"


def test_every_nth_request_fails_of_any_operation(local):
    fault(local, every=2, status=503)

    calls = [local.logs.describe_log_groups, local.logs.describe_queries] * 2
    assert [outcome(call) for call in calls] == ["ok", "ServiceUnavailableException"] * 2


@pytest.mark.parametrize(
    ("row", "code", "status"),
    [
        ({"status": 500}, "InternalFailure", 500),
        ({"status": 502}, "InternalFailure", 502),
        ({"error": "ServiceUnavailableException"}, "ServiceUnavailableException", 503),
        ({"error": "ThrottlingException"}, "ThrottlingException", 400),
        ({"error": "ThrottlingException", "status": 429}, "ThrottlingException", 429),
    ],
)
def test_an_error_has_its_status(local, row, code, status):
    fault(local, **row)

    with pytest.raises(ClientError) as caught:
        local.logs.describe_log_groups()

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_faults_happen_between_two_times_of_the_clock(local):
    fault(local, **{"from": 10, "until": 20, "status": 500})
    found = []

    for seconds in (0, 9, 1, 9, 1):
        control(local, "POST", "clock", {"advance": seconds})
        found.append(outcome(local.logs.describe_log_groups))

    assert found == ["ok", "ok", "InternalFailure", "InternalFailure", "ok"]


def test_boto3_tries_again_and_comes_through(local):
    fault(local, operation="DescribeLogGroups", nth=1, status=503)
    client = logs_client(local.url, retries={"total_max_attempts": 2, "mode": "standard"})

    assert client.describe_log_groups()["logGroups"] == []
    client.close()


def test_a_late_answer_is_a_time_out_to_who_does_not_wait(local):
    fault(local, operation="DescribeLogGroups", delay=0.6)
    client = logs_client(local.url, read_timeout=0.2)

    with pytest.raises(ReadTimeoutError):
        client.describe_log_groups()
    began = time.monotonic()
    assert outcome(local.logs.describe_log_groups) == "ok"
    assert time.monotonic() - began >= 0.6
    client.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_closed_connection_comes_before_or_after_the_work_was_done(local, when):
    fault(local, operation="CreateLogGroup", nth=1, drop=when)

    with pytest.raises(ConnectionClosedError):
        local.logs.create_log_group(logGroupName="g")

    assert len(local.logs.describe_log_groups()["logGroups"]) == (1 if when == "after" else 0)
    again = "ResourceAlreadyExistsException" if when == "after" else "ok"
    assert outcome(local.logs.create_log_group, logGroupName="g") == again


# --------------------------------------------------------------------------------------- quotas
def test_more_requests_in_a_second_than_the_plan_has_are_throttled(local):
    use(local, requests_per_second={"DescribeLogGroups": 3, "*": 1})

    def asked(call, times):
        return [outcome(call) for _ in range(times)]

    throttled = "ThrottlingException"
    assert asked(local.logs.describe_log_groups, 4) == ["ok"] * 3 + [throttled]
    assert asked(local.logs.describe_queries, 2) == ["ok", throttled]
    control(local, "POST", "clock", {"advance": 1})
    assert asked(local.logs.describe_log_groups, 4) == ["ok"] * 3 + [throttled]


def test_a_rate_below_one_is_one_request_in_several_seconds(local):
    use(local, requests_per_second={"DescribeLogGroups": 0.5})
    found = []

    for seconds in (0, 1, 1):
        control(local, "POST", "clock", {"advance": seconds})
        found.append(outcome(local.logs.describe_log_groups))

    assert found == ["ok", "ThrottlingException", "ok"]


def test_the_rates_of_aws_can_be_asked_for_by_name(local):
    use(local, requests_per_second="aws")

    found = [outcome(local.logs.describe_log_groups) for _ in range(11)]

    assert found == ["ok"] * 10 + ["ThrottlingException"]


def test_so_many_queries_run_at_once_as_the_plan_has(local):
    local.cloudwatch.create_group("g")
    use(local, concurrent_queries=2)
    asked = {"logGroupName": "g", "startTime": 1, "endTime": 2, "queryString": "fields a"}

    found = [outcome(local.logs.start_query, **asked) for _ in range(3)]
    local.workers.runs[0].finish()

    assert found == ["ok", "ok", "LimitExceededException"]
    assert outcome(local.logs.start_query, **asked) == "ok"


# --------------------------------------------------------------------------- the course of queries
def start(local, text="fields a"):
    local.cloudwatch.create_group("g")
    asked = {"logGroupName": "g", "startTime": 1, "endTime": 2, "queryString": text}
    return local.logs.start_query(**asked)["queryId"]


def results(local, query):
    answer = local.logs.get_query_results(queryId=query)
    statistics = answer["statistics"]
    scanned = statistics.get("recordsScanned")
    return answer["status"], len(answer["results"]), scanned


def test_a_slow_query_is_scheduled_then_runs_with_growing_rows_then_is_complete(local):
    use(local, queries=[{"scheduled": 10, "running": 20}])
    query = start(local)
    local.workers.runs[0].finish([{"a": str(n)} for n in range(10)], scanned=100)
    found = [results(local, query)]

    for seconds in (9, 1, 5, 5, 9, 1):
        control(local, "POST", "clock", {"advance": seconds})
        found.append(results(local, query))

    assert found == [
        ("Scheduled", 0, None),
        ("Scheduled", 0, None),
        ("Running", 0, 0.0),
        ("Running", 2, 25.0),
        ("Running", 5, 50.0),
        ("Running", 9, 95.0),
        ("Complete", 10, 100.0),
    ]


def test_a_query_that_takes_longer_than_its_course_runs_on(local):
    use(local, queries=[{"running": 1}])
    query = start(local)
    control(local, "POST", "clock", {"advance": 5})

    assert results(local, query) == ("Scheduled", 0, None)  # no worker has begun
    local.workers.runs[0].finish()
    assert results(local, query)[0] == "Complete"


@pytest.mark.parametrize("end", ["Failed", "Timeout"])
def test_a_query_ends_as_the_plan_says_and_its_work_stops(local, end):
    use(local, queries=[{"text": "fields b", "running": 2, "ends": end}, {}])
    usual, bad = start(local), start(local, "fields b")
    control(local, "POST", "clock", {"advance": 2})

    assert results(local, bad)[0] == end
    assert results(local, usual)[0] == "Scheduled"
    assert [run.cancelled for run in local.workers.runs] == [False, True]
    error = outcome(local.logs.stop_query, queryId=bad)
    assert error == "InvalidParameterException"
    assert local.logs.describe_queries(status=end)["queries"][0]["queryDuration"] == 2000


def test_rows_about_queries_take_turns_among_the_queries_with_their_text(local):
    use(local, queries=[{"text": "b", "nth": 2, "ends": "Failed"}])

    queries = [start(local, text) for text in ("fields b", "fields a", "fields b", "fields b")]

    assert [results(local, query)[0] for query in queries] == [
        "Scheduled", "Scheduled", "Failed", "Scheduled",
    ]  # fmt: skip


def test_a_query_is_stopped_while_it_is_scheduled(local):
    use(local, queries=[{"scheduled": 10}])
    query = start(local)

    assert local.logs.stop_query(queryId=query)["success"]
    assert results(local, query)[0] == "Cancelled"
    assert local.workers.runs[0].cancelled


def test_a_query_that_runs_for_an_hour_times_out(local):
    query = start(local)
    control(local, "POST", "clock", {"advance": 3599})
    assert results(local, query)[0] == "Scheduled"

    control(local, "POST", "clock", {"advance": 1})

    assert results(local, query)[0] == "Timeout"
    assert local.workers.runs[0].cancelled


def test_results_are_kept_for_seven_days_and_a_token_for_an_hour(local):
    query = start(local)
    local.workers.runs[0].finish([{"a": "1"}, {"a": "2"}])
    token = local.logs.get_query_results(queryId=query, maxItems=1)["nextToken"]
    ask = local.logs.get_query_results

    control(local, "POST", "clock", {"advance": 3600})
    assert len(ask(queryId=query, nextToken=token)["results"]) == 1
    control(local, "POST", "clock", {"advance": 1})
    assert outcome(ask, queryId=query, nextToken=token) == "InvalidParameterException"
    control(local, "POST", "clock", {"advance": 7 * 86_400 - 3602})
    assert outcome(ask, queryId=query) == "ok"
    assert len(local.logs.describe_queries()["queries"]) == 1
    control(local, "POST", "clock", {"advance": 1})
    assert outcome(ask, queryId=query) == "ResourceNotFoundException"
    assert local.logs.describe_queries()["queries"] == []


# --------------------------------------------------------------------------------- late ingestion
def put(local, stream, *messages):
    outcome(local.logs.create_log_group, logGroupName="app")
    outcome(local.logs.create_log_stream, logGroupName="app", logStreamName=stream)
    now = control(local, "GET", "clock")[1]["ms"]
    local.logs.put_log_events(
        logGroupName="app",
        logStreamName=stream,
        logEvents=[{"timestamp": now, "message": message} for message in messages],
    )


def found(local) -> set[str]:
    """What can be found, which must be the same for queries."""
    events = local.logs.filter_log_events(logGroupName="app")["events"]
    listed = {event["message"] for event in events}
    files = local.cloudwatch._groups.files(["app"], control(local, "GET", "clock")[1]["ms"])
    lines = [
        json.loads(line)[2]
        for file in files
        for line in Path(file.path).read_bytes()[file.begin : file.end].splitlines()
    ]
    assert set(lines) == listed
    return listed


def test_events_of_a_stream_are_found_some_seconds_after_they_came(local):
    use(local, ingestion=[{"group": "app", "stream": "late-*", "lag": 10}])
    put(local, "late-1", "a", "b")
    put(local, "usual", "c")
    seen = [found(local)]

    for seconds in (5, 4, 1):
        control(local, "POST", "clock", {"advance": seconds})
        if seconds == 5:
            put(local, "late-1", "d")
        seen.append(found(local))
    control(local, "POST", "clock", {"advance": 5})

    assert seen == [{"c"}, {"c"}, {"c"}, {"a", "b", "c"}]
    assert found(local) == {"a", "b", "c", "d"}


def test_batches_may_overtake_each_other(local):
    use(local, ingestion=[{"lag": [1, 60]}])
    for number in range(20):
        put(local, "s", f"{number}.")
    seen, order = set(), []

    for _ in range(60):
        control(local, "POST", "clock", {"advance": 1})
        new = found(local) - seen
        order += sorted(new)
        seen |= new

    assert len(order) == 20
    assert [int(float(one)) for one in order] != sorted(range(20))


def test_what_comes_in_after_a_query_began_is_not_found_by_it_before_its_time(local):
    use(local, ingestion=[{"lag": 10}])
    put(local, "s", "a")
    control(local, "POST", "clock", {"advance": 10})

    (before,) = local.cloudwatch._groups.files(["app"], local.now_ms + 10_000)
    put(local, "s", "b")

    (line,) = Path(before.path).read_bytes()[before.begin : before.end].splitlines()
    assert json.loads(line)[2] == "a"


def test_a_restart_lets_all_be_found(local):
    use(local, ingestion=[{"lag": 100}])
    put(local, "s", "a")

    again = CloudWatch(local.folder, local.workers, local.clock)

    (file,) = again._groups.files(["app"], local.now_ms)
    assert not file.is_part


# ------------------------------------------------------------------------- clock, plan and journal
def test_the_clock_is_shown_moved_set_and_stopped(local):
    start_ms = local.now_ms
    assert control(local, "GET", "clock") == (
        200,
        {"now": "2026-11-23T12:00:00.250000Z", "ms": start_ms, "stands": False},
    )

    assert control(local, "POST", "clock", {"advance": 90.5})[1]["ms"] == start_ms + 90_500
    assert control(local, "POST", "clock", {"advance": -0.5})[1]["ms"] == start_ms + 90_000
    assert control(local, "POST", "clock", {"set": "2026-01-01T00:00:00Z"})[1]["now"] == (
        "2026-01-01T00:00:00Z"
    )
    stopped = control(local, "POST", "clock", {"set": 1_000, "stand": True})[1]
    local.now = local.now.replace(hour=20)
    assert control(local, "GET", "clock")[1] == stopped
    assert control(local, "POST", "clock", {"advance": 1})[1]["ms"] == 2_000
    assert control(local, "POST", "clock", {"stand": False})[1]["ms"] == 2_000
    local.now = local.now.replace(hour=21)
    assert control(local, "GET", "clock")[1]["ms"] == 2_000 + 3_600_000


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"advance": "1"}', b'{"set": "yesterday"}', b'{"set": "2026-01-01T00:00:00"}',
     b'{"advance": 1e300}', b'{"advance": 1e12}', b'{"set": 9223372036854775807}', b'{"set": -1}',
     b'{"move": 1}', b"x" * 2_000_000],
)  # fmt: skip
def test_a_clock_that_no_calendar_has_is_refused_and_nothing_moves(local, body):
    status, answer = control(local, "POST", "clock", body)

    assert status == 400
    assert answer["error"]
    assert control(local, "GET", "clock")[1]["ms"] == local.now_ms


def test_a_plan_is_shown_replaced_and_dropped(local):
    row = {"operation": "StartQuery", "nth": 3, "from": 1.0, "status": 500}
    fault(local, **row)

    assert control(local, "GET", "plan") == (200, {"faults": [row]})
    status, answer = control(local, "PUT", "plan", {"faults": [{}]})
    assert status == 400
    assert "faults[0]" in answer["error"]
    assert control(local, "GET", "plan")[1] == {"faults": [row]}
    assert control(local, "DELETE", "plan") == (200, {})


def test_the_journal_says_what_was_asked_and_what_came_of_it(local):
    fault(local, operation="DescribeLogGroups", nth=2, drop="before")
    local.logs.create_log_group(logGroupName="g")
    outcome(local.logs.create_log_group, logGroupName="g")
    local.logs.describe_log_groups(limit=5)
    with pytest.raises(ConnectionClosedError):
        local.logs.describe_log_groups(limit=6)
    outcome(local.logs.delete_metric_filter, logGroupName="g", filterName="f")

    entries = control(local, "GET", "journal")[1]["requests"]

    assert [(e["operation"], e["status"], e.get("error"), e.get("fault")) for e in entries] == [
        ("CreateLogGroup", 200, None, None),
        ("CreateLogGroup", 400, "ResourceAlreadyExistsException", None),
        ("DescribeLogGroups", 200, None, None),
        ("DescribeLogGroups", 0, None, "faults[0]"),
    ]
    assert entries[2]["request"] == {"limit": 5}
    assert entries[0]["at"] == "2026-11-23T12:00:00.250000Z"
    assert control(local, "DELETE", "journal")[1] == {"requests": []}


def test_the_journal_keeps_little_of_large_and_broken_requests(local):
    def send(body):
        connection = http.client.HTTPConnection(urlsplit(local.url).netloc, timeout=10)
        connection.request("POST", "/", body, {"X-Amz-Target": "Logs_20140328.PutLogEvents"})
        connection.getresponse().read()
        connection.close()

    send(b'{"logGroupName": "g", "logEvents": [' + b"1," * 5_000 + b"1]}")
    send(b"{{{")
    send(b'{"a": "\\ud800"}')

    large, broken, half = (e["request"] for e in control(local, "GET", "journal")[1]["requests"])
    assert large == {"logGroupName": "g", "logEvents": "10003 bytes"}
    assert broken == "3 bytes that are no JSON object"
    assert half


@pytest.mark.parametrize(
    "header", [{"Host": "evil.example.com"}, {"Origin": "https://evil.example"}]
)
@pytest.mark.parametrize(
    ("method", "name"), [("GET", "journal"), ("POST", "clock"), ("PUT", "plan")]
)
def test_nobody_from_elsewhere_turns_anything(local, header, method, name):
    status, answer = control(local, method, name, b"{}" if method != "GET" else None, **header)

    assert status == 403
    assert set(answer) == {"error"}
