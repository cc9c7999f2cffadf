"""The adapter asks AWS for exactly the window and groups of a search, and brings all rows back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.app.ports import Search, SearchStatus, Statistics, Window
from bot.aws import logs_insights
from bot.aws.logs_insights import LogsInsights, connect
from bot.errors import BotError

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
ARN = "arn:aws:logs:eu-west-1:111122223333:log-group:"


def a_search(query="limit 5", groups=("g",), start=START, hours=1, limit=10_000) -> Search:
    return Search(query, tuple(groups), Window(start, start + timedelta(hours=hours)), limit)


def cells(**row: str) -> list[dict[str, str]]:
    return [{"field": name, "value": value} for name, value in row.items()]


# --------------------------------------------------------------------------------------- start
def test_a_half_open_window_becomes_inclusive_seconds(endpoint):
    endpoint.answer(queryId="q-1")

    assert endpoint.search.start(a_search()) == "q-1"

    first = int(START.timestamp())
    assert endpoint.asked == [
        (
            "StartQuery",
            {
                "logGroupNames": ["g"],
                "startTime": first,
                "endTime": first + 3599,
                "queryString": "limit 5",
                "limit": 10_000,
            },
        )
    ]


def test_a_window_of_one_second_starts_and_ends_in_it(endpoint):
    endpoint.answer(queryId="q-1")
    window = Window(START, START + timedelta(seconds=1))

    endpoint.search.start(Search("limit 5", ("g",), window))

    ((_, asked),) = endpoint.asked
    assert asked["startTime"] == asked["endTime"] == int(START.timestamp())


def test_adjacent_windows_neither_overlap_nor_leave_a_gap(endpoint):
    endpoint.answer(queryId="q-1")
    endpoint.search.start(a_search())
    endpoint.search.start(a_search(start=START + timedelta(hours=1)))

    (_, first), (_, second) = endpoint.asked
    assert second["startTime"] == first["endTime"] + 1


def test_the_zone_of_a_window_does_not_matter(endpoint):
    endpoint.answer(queryId="q-1")
    endpoint.search.start(a_search(start=START.astimezone(timezone(timedelta(hours=-5)))))

    assert endpoint.asked[0][1]["startTime"] == int(START.timestamp())


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (START, START, "not after its start"),
        (START, START - timedelta(hours=1), "not after its start"),
        (START + timedelta(milliseconds=1), START + timedelta(hours=1), "not a whole second"),
        (START, START + timedelta(seconds=1.5), "not a whole second"),
        (START.replace(tzinfo=None), START, "no time zone"),
        (datetime(1969, 1, 1, tzinfo=UTC), START, "before 1970"),
    ],
)
def test_a_window_that_aws_cannot_search_is_refused_before_it_is_asked(endpoint, start, end, words):
    with pytest.raises(BotError, match=words):
        endpoint.search.start(Search("limit 5", ("g",), Window(start, end)))

    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("groups", "asked"),
    [
        (["g", "h"], {"logGroupNames": ["g", "h"]}),
        (["g", ARN + "h"], {"logGroupIdentifiers": ["g", ARN + "h"]}),
        ([ARN + "h:*"], {"logGroupIdentifiers": [ARN + "h"]}),
        (["g"] * 50, {"logGroupNames": ["g"] * 50}),
    ],
)
def test_groups_go_as_names_or_as_identifiers(endpoint, groups, asked):
    endpoint.answer(queryId="q-1")
    endpoint.search.start(a_search(groups=groups))

    sent = endpoint.asked[0][1]
    assert {name: value for name, value in sent.items() if name.startswith("logGroup")} == asked


@pytest.mark.parametrize("groups", [[], ["g"] * 51])
def test_no_groups_and_too_many_are_refused(endpoint, groups):
    with pytest.raises(BotError, match="1 to 50 log groups"):
        endpoint.search.start(a_search(groups=groups))


@pytest.mark.parametrize(("limit", "sent"), [(1, 1), (100_000, 100_000), (10**9, 100_000), (0, 1)])
def test_the_limit_stays_within_what_aws_takes(endpoint, limit, sent):
    endpoint.answer(queryId="q-1")
    endpoint.search.start(a_search(limit=limit))

    assert endpoint.asked[0][1]["limit"] == sent


# ---------------------------------------------------------------------------------------- poll
def test_rows_and_statistics_are_read(endpoint):
    endpoint.answer(
        status="Complete",
        results=[cells(**{"a": "1", "b": "", "@ptr": "p"}), cells(a="2"), []],
        statistics={"recordsMatched": 3.0, "recordsScanned": 1e6, "bytesScanned": 1.5e9},
    )

    state = endpoint.search.poll("q-1")

    assert state.status is SearchStatus.COMPLETE
    assert list(state.rows) == [{"a": "1", "b": "", "@ptr": "p"}, {"a": "2"}, {}]
    assert state.statistics == Statistics(3, 1_000_000, 1_500_000_000)
    assert endpoint.asked == [("GetQueryResults", {"queryId": "q-1"})]


def test_a_statistic_without_a_value_is_left_out_and_reads_as_nothing(endpoint):
    endpoint.answer(status="Scheduled", statistics={"recordsScanned": 2.0})

    assert endpoint.search.poll("q-1").statistics == Statistics(0, 2, 0)


def test_a_cell_without_a_value_is_missing(endpoint):
    endpoint.answer(status="Complete", results=[[{"field": "a"}, {"field": "b", "value": "1"}]])

    assert list(endpoint.search.poll("q-1").rows) == [{"b": "1"}]


def test_all_pages_of_a_finished_query_are_fetched(endpoint):
    endpoint.answer(status="Complete", results=[cells(n="1")], nextToken="t1")
    endpoint.answer(status="Complete", results=[cells(n="2")], nextToken="t2")
    endpoint.answer(status="Complete", results=[cells(n="3")])

    state = endpoint.search.poll("q-1")

    assert [row["n"] for row in state.rows] == ["1", "2", "3"]
    assert [asked.get("nextToken") for _, asked in endpoint.asked] == [None, "t1", "t2"]


def test_while_it_runs_only_the_first_page_is_fetched(endpoint):
    endpoint.answer(status="Running", results=[cells(n="1")], nextToken="t1")

    state = endpoint.search.poll("q-1")

    assert state.status is SearchStatus.RUNNING
    assert len(state.rows) == len(endpoint.asked) == 1


@pytest.mark.parametrize("results", [[cells(n="2")], []])
def test_pages_that_lead_nowhere_are_an_error_and_not_a_short_answer(endpoint, results):
    endpoint.answer(status="Complete", results=[cells(n="1")], nextToken="t1")
    endpoint.answer(status="Complete", results=results, nextToken="t1")

    with pytest.raises(BotError, match="did not hand over all rows"):
        endpoint.search.poll("q-1")


def test_pages_without_end_are_given_up_at_the_most_rows_that_aws_returns(endpoint, monkeypatch):
    monkeypatch.setattr(logs_insights, "MOST_ROWS", 2)
    for number in range(4):
        endpoint.answer(status="Complete", results=[cells(n="1")], nextToken=f"t{number}")

    assert len(endpoint.search.poll("q-1").rows) == 2
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize("status", [status.value for status in SearchStatus])
def test_every_status_is_known(endpoint, status):
    endpoint.answer(status=status)

    assert endpoint.search.poll("q-1").status == status


@pytest.mark.parametrize("answer", [{"status": "Pondering"}, {}])
def test_a_status_that_we_do_not_know_has_not_ended(endpoint, answer):
    endpoint.answer(**answer)

    state = endpoint.search.poll("q-1")

    assert state.status is SearchStatus.UNKNOWN
    assert not state.status.ended


# ---------------------------------------------------------------------------------------- stop
def test_stop_asks_aws(endpoint):
    endpoint.answer(success=True)
    endpoint.search.stop("q-1")

    assert endpoint.asked == [("StopQuery", {"queryId": "q-1"})]


@pytest.mark.parametrize("kind", ["InvalidParameterException", "ResourceNotFoundException"])
def test_stopping_what_has_ended_is_no_error(endpoint, kind):
    endpoint.refuse(kind)
    endpoint.search.stop("q-1")

    assert len(endpoint.asked) == 1


def test_stopping_without_the_right_to_is_an_error(endpoint):
    endpoint.refuse("AccessDeniedException")

    with pytest.raises(BotError, match="StopQuery"):
        endpoint.search.stop("q-1")


# ------------------------------------------------------------------------------------- connect
def test_an_endpoint_on_this_machine_needs_no_credentials_profile_or_proxy(endpoint, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    endpoint.answer(queryId="q-1")

    search = connect("eu-west-1", endpoint.url)

    assert search.start(a_search()) == "q-1"
    search.close()


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8421", True),
        ("http://127.0.0.9", True),
        ("http://[::1]:1", True),
        ("https://logs.example.com", False),
        ("https://localhost.example.com", False),
        ("https://192.0.2.1", False),
    ],
)
def test_only_an_endpoint_on_this_machine_gets_made_up_credentials(url, local, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "from-environment")
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    search = connect("eu-west-1", url)

    credentials = search._client._request_signer._credentials
    assert credentials.access_key == ("local" if local else "from-environment")
    search.close()


def test_a_profile_that_does_not_exist_is_told(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")

    with pytest.raises(BotError, match="AWS_PROFILE"):
        connect("eu-west-1")


def test_a_region_that_makes_no_sense_is_told():
    with pytest.raises(BotError, match="not a region"):
        connect("not a region")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "localhost:4566",
        "ftp://127.0.0.1",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://a b",
        "http://\ud800",
    ],
)
def test_an_endpoint_that_is_no_address_is_told(url):
    with pytest.raises(BotError, match=r"is not an address: write it as http://"):
        connect("eu-west-1", url)


def test_a_link_opens_the_same_query_in_the_console_also_from_a_local_endpoint(endpoint):
    link = endpoint.search.link(a_search("limit 5", ["/aws/cloudtrail"]))

    assert link.startswith("https://eu-west-1.console.aws.amazon.com/cloudwatch/home")
    assert "limit*205" in link
    assert "2026-11-23T10*3a59*3a59" in link
    assert endpoint.search.link(a_search("x" * 3000)) is None


def test_who_wants_no_link_gets_none(endpoint):
    search = connect("eu-west-1", endpoint.url, console=False)

    assert search.link(a_search()) is None
    search.close()


class _OldModel:
    """A client of before 2026: GetQueryResults has no pages."""

    def __init__(self) -> None:
        self.meta = self.service_model = self.input_shape = self
        self.members = {"queryId": None}
        self.asked: list[dict] = []

    def operation_model(self, name: str) -> _OldModel:
        return self

    def start_query(self, **asked):
        self.asked.append(asked)
        return {"queryId": "q-1"}


def test_an_older_boto3_without_pages_asks_for_no_more_than_one(endpoint):
    old = _OldModel()
    LogsInsights(old, "eu-west-1").start(a_search(limit=50_000))

    assert old.asked[0]["limit"] == 10_000


def test_many_threads_share_one_adapter(endpoint):
    endpoint.answer(status="Complete", results=[cells(n="1")])
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(endpoint.search.poll("q-1"))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 16
    assert all(state == seen[0] for state in seen)
