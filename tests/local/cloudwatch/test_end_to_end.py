"""The whole of it: boto3, HTTP, files, worker processes, the engine, and the production adapter."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.ports import Search, SearchState, SearchStatus, Statistics, Window
from bot.aws.logs_insights import LogsInsights
from bot.engine.sources import find_files
from bot.engine.workers import Workers
from bot.errors import BotError
from bot.local.cloudwatch import CloudWatch
from bot.query.errors import QueryError, Span
from tests.local.cloudwatch.serving import logs_client, serving

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = Window(NOW - timedelta(hours=1), NOW)
HOSTILE = [
    "x" * 1_000_000,
    "\x00\x01\x1b[31m\x7f",
    "</script><script>alert(1)</script>",
    "\u2028\u2029\u202e\ufeff\r\nline two",
    '{"eventName": "half \\ud83d pair"}',
    '{"eventName": "' + "\U0001f600" * 1000 + '"}',
    "{" * 5_000,
]


@pytest.fixture(scope="module")
def workers():
    workers = Workers(2)
    yield workers
    workers.close()


class Service:
    """The local CloudWatch over real workers, a boto3 client and the adapter."""

    def __init__(self, folder, workers: Workers) -> None:
        self.cloudwatch = CloudWatch(folder, workers, lambda: NOW)

    def put(self, *messages: str, at: int = NOW_MS - 60_000, group: str = "g") -> None:
        self.cloudwatch.put(group, "s", [(at, message) for message in messages])

    def start(self, query: str, groups=("g",), window: Window = HOUR, limit: int = 10_000) -> str:
        return self.search.start(Search(query, tuple(groups), window, limit))

    def finish(self, search_id: str) -> SearchState:
        wait_until(lambda: self.search.poll(search_id).status.ended)
        return self.search.poll(search_id)

    def rows(self, query: str, **asked) -> list[dict[str, str]]:
        state = self.finish(self.start(query, **asked))
        assert state.status is SearchStatus.COMPLETE
        return [{k: v for k, v in row.items() if k != "@ptr"} for row in state.rows]


@pytest.fixture
def service(tmp_path, workers):
    service = Service(tmp_path / "logs", workers)
    service.cloudwatch.create_group("g")
    with serving(service.cloudwatch.application()) as url:
        service.logs = logs_client(url)
        service.search = LogsInsights(logs_client(url), "eu-west-1", console=False)
        yield service
        service.logs.close()
        service.search.close()


def an_event(name: str, **more) -> str:
    return json.dumps({"eventName": name, **more})


def test_what_boto3_puts_is_what_the_adapter_finds(service):
    service.logs.create_log_stream(logGroupName="g", logStreamName="s")
    messages = [an_event("PutObject", userIdentity={"arn": "arn:aws:iam::1:role/a"}), an_event("b")]
    service.logs.put_log_events(
        logGroupName="g",
        logStreamName="s",
        logEvents=[{"timestamp": NOW_MS - 5000, "message": message} for message in messages],
    )

    state = service.finish(
        service.start(
            "fields @timestamp, eventName, userIdentity.arn as who, @log, @logStream"
            ' | filter eventName = "PutObject"'
        )
    )

    (row,) = state.rows
    assert list(row.items())[:-1] == [
        ("@timestamp", "2026-11-23 11:59:55.000"),
        ("eventName", "PutObject"),
        ("who", "arn:aws:iam::1:role/a"),
        ("@log", "111122223333:g"),
        ("@logStream", "s"),
    ]
    assert list(row)[-1] == "@ptr"
    size = sum(len(message.encode()) for message in messages)
    assert state.statistics == Statistics(1, 2, size)


def test_the_window_is_half_open_to_the_adapter_and_inclusive_to_the_api(service):
    start, end = (int(moment.timestamp()) * 1000 for moment in (HOUR.start, HOUR.end))
    for at in (start - 1, start, end - 1, end):
        service.put(an_event(str(at - start)), at=at)

    found = {row["eventName"] for row in service.rows("fields eventName")}

    assert found == {"0", "3599999"}


def test_a_field_that_an_event_does_not_have_is_left_out_of_its_row(service):
    service.put(an_event("a", ip="192.0.2.1"), an_event("b"))

    assert service.rows("fields eventName, ip | sort eventName") == [
        {"eventName": "a", "ip": "192.0.2.1"},
        {"eventName": "b"},
    ]


def test_rows_of_stats_have_no_pointer(service):
    service.put(an_event("a"), an_event("a"), an_event("b"))

    state = service.finish(service.start("stats count(*) as n by eventName | sort eventName"))

    assert list(state.rows) == [{"eventName": "a", "n": "2"}, {"eventName": "b", "n": "1"}] or list(
        state.rows
    ) == [{"n": "2", "eventName": "a"}, {"n": "1", "eventName": "b"}]
    assert state.statistics.records_matched == 3


def test_more_than_a_page_of_rows_arrives_whole(service):
    service.put(*(an_event(str(number)) for number in range(12_000)))

    found = service.rows("fields eventName", limit=50_000)
    usual = service.rows("fields eventName", limit=10_000)
    smaller = service.rows("fields eventName | limit 7", limit=10_000)

    assert sorted(int(row["eventName"]) for row in found) == list(range(12_000))
    assert len(usual) == 10_000
    assert len(smaller) == 7


def test_a_limit_in_the_query_alone_may_be_over_10000(service):
    service.put(*(an_event(str(number)) for number in range(10_500)))
    query_id = service.logs.start_query(
        logGroupName="g",
        startTime=int(HOUR.start.timestamp()),
        endTime=int(HOUR.end.timestamp()),
        queryString="fields eventName | limit 20000",
    )["queryId"]

    assert len(service.finish(query_id).rows) == 10_500


def test_a_malformed_query_points_at_the_same_place_on_both_sides(service):
    query = "fields @message\n| nonsense x"

    with pytest.raises(QueryError) as caught:
        service.start(query)

    assert caught.value.span == Span(18, 26)
    assert caught.value.text == query


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_messages_come_back_and_hide_no_other_event(service, message):
    service.put(message)
    service.put("plain text")

    found = [row["@message"] for row in service.rows("fields @message")]

    assert sorted(found) == sorted([message, "plain text"])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "\x00",
        "| | |",
        "fields \ud800",
        "filter " + "(" * 9_000,
        "filter " + "not " * 2_000 + "a",
        "filter a like /" + "(" * 4_000 + "/",
        "fields @message | limit 99999999999999999999",
        "filter x = {{bucket}}",
        "# nothing but a comment",
        "x" * 10_000,
    ],
    ids=range(11),
)
def test_a_query_that_makes_no_sense_is_refused_with_words(service, query):
    with pytest.raises(BotError) as caught:
        service.start(query)

    assert "fault of its own" not in str(caught.value)
    assert service.cloudwatch.queries == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("like /(a*)*(a*)*b$/", "a" * 50_000),
        (r"like /\x{202e}/", "\u202e"),
        ('= "</script><!channel>"', "</script><!channel>"),
        (r'= "a\"b\\c"', 'a"b\\c'),
        ('like "' + "\U0001f600" * 1_000 + '"', "\U0001f600" * 1_000),
        ("in [" + "'x', " * 1_500 + "'m']", "m"),
    ],
    ids=range(6),
)
def test_a_query_of_odd_text_means_what_it_says(service, condition, message):
    service.put(message, "other")
    expected = [{"@message": message}] if condition[:12] != "like /(a*)*(" else []

    assert service.rows(f"fields @message | filter @message {condition}") == expected


def test_a_query_whose_process_dies_has_failed_and_the_next_one_runs(service, workers, tmp_path):
    mount_two_million_events(service, tmp_path)
    search_id = service.start("stats count(*)", groups=("big",))
    wait_until(lambda: service.search.poll(search_id).statistics.records_scanned)

    for hand in workers._hands:
        hand._process.kill()

    assert service.finish(search_id).status is SearchStatus.FAILED
    service.put(an_event("a"))
    assert service.rows("fields eventName") == [{"eventName": "a"}]


def test_a_pointer_leads_to_the_whole_event(service):
    message = an_event("PutObject", a={"b": [1, None, {"c": "x"}]}, flag=True)
    service.put(message, an_event("other"))
    state = service.finish(service.start('fields eventName | filter eventName = "PutObject"'))

    record = service.logs.get_log_record(logRecordPointer=state.rows[0]["@ptr"])["logRecord"]

    assert record["@message"] == message
    assert record["eventName"] == "PutObject"
    assert record["a.b.2.c"] == "x"
    assert all(isinstance(value, str) for value in record.values())


@pytest.mark.parametrize("pointer", ["", "x", "Li4vLi4vZXRjL3Bhc3N3ZA==", "\U0001f600", "A" * 9999])
def test_a_made_up_pointer_is_refused(service, pointer):
    service.put(an_event("a"))

    with pytest.raises(service.logs.exceptions.InvalidParameterException):
        service.logs.get_log_record(logRecordPointer=pointer)


def test_mounted_files_are_searched_in_place(service, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    event = {"eventTime": "2026-11-23T11:30:00Z", "eventName": "GetObject"}
    (own / "events.json").write_text(json.dumps({"Records": [event]}))
    before = list(own.iterdir())
    service.cloudwatch.mount("own", find_files([str(own)]))

    rows = service.rows("fields @timestamp, eventName, @log", groups=("own", "g"))

    assert rows == [
        {
            "@timestamp": "2026-11-23 11:30:00.000",
            "eventName": "GetObject",
            "@log": "111122223333:own",
        }
    ]
    assert list(own.iterdir()) == before


def test_two_queries_at_once_keep_apart(service):
    service.put(an_event("a"), group="one")
    service.put(an_event("b"), group="two")

    first = service.start("fields eventName", groups=("one",))
    second = service.start("fields eventName", groups=("two",))

    assert [row["eventName"] for row in service.finish(second).rows] == ["b"]
    assert [row["eventName"] for row in service.finish(first).rows] == ["a"]


def test_everything_is_there_after_a_restart_and_old_results_are_gone(service, tmp_path, workers):
    service.put(an_event("a"))
    old = service.start("fields eventName")
    service.finish(old)
    again = Service(tmp_path / "logs", workers)

    with serving(again.cloudwatch.application()) as url:
        again.search = LogsInsights(logs_client(url), "eu-west-1")
        assert again.rows("fields eventName") == [{"eventName": "a"}]
        with pytest.raises(Exception, match="Ask again"):
            again.search.poll(old)
        again.search.close()


# ------------------------------------------------- other groups, lookup tables, and any few rows
def from_source(service, query: str) -> list[dict[str, str]]:
    """The rows of a query that names its groups itself."""
    query_id = service.logs.start_query(
        startTime=int(HOUR.start.timestamp()),
        endTime=int(HOUR.end.timestamp()),
        queryString=query,
    )["queryId"]
    return [{k: v for k, v in row.items() if k != "@ptr"} for row in service.finish(query_id).rows]


def test_source_searches_the_groups_it_names(service):
    service.put(an_event("a"), group="app-1")
    service.put(an_event("b"), group="app-2")
    service.put(an_event("c"), group="other")
    query = 'SOURCE logGroups(namePrefix: ["app-"]) | fields eventName, @log | sort eventName asc'

    assert from_source(service, query) == [
        {"eventName": "a", "@log": "111122223333:app-1"},
        {"eventName": "b", "@log": "111122223333:app-2"},
    ]
    assert from_source(service, "SOURCE 'other' | fields eventName") == [{"eventName": "c"}]
    assert from_source(service, "SOURCE 'g' | fields eventName") == []


def test_a_subquery_and_a_join_read_other_groups(service):
    service.put(an_event("a", user="responder-1"), an_event("b", user="responder-2"))
    service.put(json.dumps({"name": "responder-2", "team": "payments"}), group="people")
    service.cloudwatch.create_group("empty")

    inside = "fields eventName | filter user in (SOURCE '%s' | fields name)"
    joined = (
        "join type=left left=l right=r where l.user=r.name"
        " (SOURCE 'people' | fields name, team)"
        " | sort l.eventName asc | display l.eventName, r.team"
    )

    assert service.rows(inside % "people") == [{"eventName": "b"}]
    assert service.rows(inside % "empty") == []
    assert service.rows(joined) == [
        {"l.eventName": "a"},
        {"l.eventName": "b", "r.team": "payments"},
    ]


def test_a_query_looks_up_in_a_table_that_boto3_uploaded(service):
    service.put(an_event("a", user="responder-1"), an_event("b", user="responder-2"))
    query = "fields eventName | lookup people name as user OUTPUT team | sort eventName asc"
    uploaded = service.logs.create_lookup_table(
        lookupTableName="people", tableBody="name,team\nresponder-1,payments\n"
    )
    first = service.rows(query)
    service.logs.update_lookup_table(
        lookupTableArn=uploaded["lookupTableArn"], tableBody="name,team\nresponder-2,search\n"
    )

    assert first == [{"eventName": "a", "team": "payments"}, {"eventName": "b"}]
    assert service.rows(query) == [{"eventName": "a"}, {"eventName": "b", "team": "search"}]
    service.logs.delete_lookup_table(lookupTableArn=uploaded["lookupTableArn"])
    with pytest.raises(QueryError, match="no lookup table `people`"):
        service.rows(query)


def test_a_table_can_be_made_of_the_rows_of_a_query(service):
    service.put(an_event("a", n=1), an_event('b, "c"', n=2), an_event("d"))
    search_id = service.start("fields eventName, n | sort eventName asc")
    service.finish(search_id)

    arn = service.logs.create_lookup_table(lookupTableName="made", queryId=search_id)

    body = service.logs.get_lookup_table(lookupTableArn=arn["lookupTableArn"])["tableBody"]
    assert body == 'eventName,n\na,1\n"b, ""c""",2\nd,\n'


def test_limit_any_gives_so_many_rows(service):
    service.put(*map(an_event, "abc"))

    assert len(service.rows("fields eventName | limit any 2")) == 2


def mount_two_million_events(service, folder) -> None:
    """A log group that takes a while to search: one file, two thousand times."""
    line = an_event("a", eventTime="2026-11-23T11:30:00Z", filler="x" * 200) + "\n"
    (folder / "big.jsonl").write_text(line * 1_000)
    service.cloudwatch.mount("big", find_files([folder / "big.jsonl"]) * 2_000)


def wait_until(done) -> None:
    until = time.monotonic() + 30
    while not done():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_long_query_shows_rows_on_its_way_and_can_be_stopped(service, tmp_path):
    mount_two_million_events(service, tmp_path)
    search_id = service.start("fields eventName", groups=("big",), limit=100)
    seen = []

    def grew_twice() -> bool:
        state = service.search.poll(search_id)
        assert not state.status.ended
        if state.status is SearchStatus.RUNNING and state.rows:
            seen.append(state)
        return len({state.statistics.records_scanned for state in seen}) == 3

    wait_until(grew_twice)
    service.search.stop(search_id)
    stopped = service.search.poll(search_id)
    service.search.stop(search_id)  # once more: no error

    scanned = [state.statistics.records_scanned for state in seen]
    assert scanned == sorted(scanned)
    assert {row["eventName"] for row in seen[0].rows} == {"a"}
    assert stopped.status is SearchStatus.CANCELLED
    assert stopped.statistics.records_scanned < 2_000_000
    service.put(an_event("after"))
    assert service.rows("fields eventName") == [{"eventName": "after"}]
