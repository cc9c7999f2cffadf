"""Going through a large group reads its files seldom, and what is kept for later pages is bounded."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from bot.engine.listing import ListRequest, list_events
from bot.engine.opening import nothing
from bot.engine.sources import LogFile
from bot.errors import BotError
from bot.local.cloudwatch import listings as module
from bot.local.cloudwatch.listings import Listings
from bot.local.cloudwatch.protocol import ApiError
from bot.local.cloudwatch.unread import Unread


class Here:
    """Workers that list at once, in this process, and count how often."""

    def __init__(self) -> None:
        self.requests: list[ListRequest] = []
        self.closed = False

    def submit(self, request: ListRequest) -> Done:
        self.requests.append(request)
        return Done(request)

    def close(self) -> None:
        self.closed = True


class Done:
    def __init__(self, request: ListRequest) -> None:
        self._request = request

    def result(self):
        return list_events(self._request, nothing)


class Broken:
    def result(self):
        return None

    def error(self):
        return BotError("The process died.")


@pytest.fixture
def workers():
    return Here()


@pytest.fixture
def lists(workers):
    return Listings(lambda: workers, Unread())


@pytest.fixture
def request_of(tmp_path):
    lines = (json.dumps([number, 0, str(number)]) + "\n" for number in range(100))
    (tmp_path / "s").write_text("".join(lines))
    file = LogFile(str(tmp_path / "s"), stored=True)
    return lambda after=None, most=10: ListRequest((file,), 0, None, after=after, most=most)


def page(lists, request, about="one"):
    kept = lists.kept(about, request)
    if kept is None:
        running, asked = lists.start(about, request)
        kept = lists.finish(about, asked, running)
    return kept


def test_ten_pages_are_two_readings(lists, workers, request_of):
    found, after = [], None
    while True:
        listed = page(lists, request_of(after))
        found += [event.message for event in listed.events]
        if not listed.more:
            break
        after = listed.events[-1].key

    assert found == [str(number) for number in range(100)]
    assert [request.most for request in workers.requests] == [10, module.AHEAD * module.PAGE]


def test_the_same_page_twice_is_the_same_page(lists, request_of):
    first = page(lists, request_of())
    after = first.events[-1].key

    assert page(lists, request_of(after)) == page(lists, request_of(after))


def test_a_page_that_is_kept_is_cut_as_this_request_wants_it(lists, workers, request_of):
    first = page(lists, request_of())
    second = page(lists, request_of(first.events[-1].key, most=3))
    third = page(lists, request_of(second.events[-1].key, most=50))

    assert [len(one.events) for one in (first, second, third)] == [10, 3, 50]
    assert third.events[0].message == "13"
    assert len(workers.requests) == 2


def test_what_is_kept_is_bounded(lists, workers, request_of, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 2)
    keys = {}
    for about in "abc":
        first = page(lists, request_of(), about)
        keys[about] = page(lists, request_of(first.events[-1].key), about).events[-1].key
    before = len(workers.requests)

    for about in "cba":
        page(lists, request_of(keys[about]), about)

    assert len(workers.requests) == before + 1


def test_no_process_is_started_before_it_is_needed_and_none_after_the_end(workers, request_of):
    made = []
    lists = Listings(lambda: made.append(1) or workers, Unread())

    assert made == []
    page(lists, request_of())
    page(lists, request_of())
    lists.close()
    lists.close()

    assert made == [1]
    assert workers.closed
    with pytest.raises(ApiError) as caught:
        lists.start("one", request_of())
    assert (caught.value.kind, caught.value.status) == ("ServiceUnavailableException", 503)
    Listings(lambda: workers, Unread()).close()


def test_a_run_that_ended_badly_is_told_to_the_caller(lists, request_of):
    with pytest.raises(BotError, match="died"):
        lists.finish("one", request_of(), Broken())


def test_a_process_that_dies_is_a_service_that_is_unavailable(local, monkeypatch):
    local.cloudwatch.create_group("g")

    def died(*_):
        raise BotError("The process died.")

    monkeypatch.setattr(Listings, "finish", died)

    with pytest.raises(ClientError) as caught:
        local.logs.filter_log_events(logGroupName="g")
    error = caught.value.response
    assert error["Error"] == {"Code": "ServiceUnavailableException", "Message": "The process died."}
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert local.logs.get_log_group_fields(logGroupName="g")["logGroupFields"] == []
