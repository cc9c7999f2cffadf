"""PutLogEvents keeps AWS's rules for a batch."""

from __future__ import annotations

import http.client
import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def stream(local):
    local.logs.create_log_group(logGroupName="g")
    local.logs.create_log_stream(logGroupName="g", logStreamName="s")
    return local


def put(local, *events, **changed):
    names = {"logGroupName": "g", "logStreamName": "s"} | changed
    return local.logs.put_log_events(
        **names, logEvents=[{"timestamp": time, "message": message} for time, message in events]
    )


def refused(local, *events, **changed) -> dict:
    with pytest.raises(ClientError) as caught:
        put(local, *events, **changed)
    return caught.value.response["Error"]


def stored(local) -> list[list]:
    return [
        json.loads(line)
        for path in local.folder.rglob("*.jsonl")
        for line in Path(path).read_bytes().splitlines()
    ]


def test_events_are_stored_with_the_time_they_came_in(stream):
    answer = put(stream, (stream.now_ms - 5, "one"), (stream.now_ms, "two"))

    assert stored(stream) == [
        [stream.now_ms - 5, stream.now_ms, "one"],
        [stream.now_ms, stream.now_ms, "two"],
    ]
    assert "rejectedLogEventsInfo" not in answer
    assert answer["nextSequenceToken"]


def test_equal_times_are_in_order_and_equal_events_are_both_kept(stream):
    put(stream, (stream.now_ms, "same"), (stream.now_ms, "same"))

    assert len(stored(stream)) == 2


def test_events_out_of_order_fail_whole(stream):
    error = refused(stream, (stream.now_ms, "b"), (stream.now_ms - 1, "a"))

    assert error["Code"] == "InvalidParameterException"
    assert error["Message"] == (
        "Log events in a single PutLogEvents request must be in chronological order."
    )
    assert stored(stream) == []


def test_a_batch_may_be_exactly_as_large_as_allowed_counted_in_utf8_with_26_bytes_each(stream):
    room = 1_048_576 - 2 * 26
    text = "ä" * (room // 4)  # two bytes each

    put(stream, (stream.now_ms, text), (stream.now_ms, text))
    error = refused(stream, (stream.now_ms, text), (stream.now_ms, text + "x"))

    assert error["Message"] == "Upload too large: 1048577 bytes exceeds limit of 1048576"
    assert len(stored(stream)) == 2


def test_ten_thousand_events_are_taken_and_one_more_is_refused(stream):
    events = [(stream.now_ms, "m")] * 10_000

    put(stream, *events)
    error = refused(stream, *events, (stream.now_ms, "m"))

    assert error["Code"] == "InvalidParameterException"
    assert "length less than or equal to 10000" in error["Message"]
    assert len(stored(stream)) == 10_000


def test_too_old_and_too_new_events_are_rejected_by_index_and_the_rest_is_kept(stream):
    now = stream.now_ms
    events = [
        (now - 14 * DAY - 1, "too old"),
        (now - 14 * DAY - 1, "too old"),
        (now, "kept"),
        (now + 2 * HOUR, "kept"),
        (now + 2 * HOUR + 1, "too new"),
    ]

    answer = put(stream, *events)

    assert answer["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 2,
        "tooNewLogEventStartIndex": 4,
    }
    assert [event[2] for event in stored(stream)] == ["kept", "kept"]


def test_an_event_exactly_fourteen_days_old_is_kept(stream):
    assert "rejectedLogEventsInfo" not in put(stream, (stream.now_ms - 14 * DAY, "kept"))


def test_a_batch_of_nothing_but_old_events_is_answered_and_stores_nothing(stream):
    answer = put(stream, (0, "very old"))

    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    assert stored(stream) == []


def test_valid_events_span_24_hours_at_most(stream):
    now = stream.now_ms

    put(stream, (now - DAY, "a"), (now, "b"))
    error = refused(stream, (now - DAY - 1, "a"), (now, "b"))

    assert error["Code"] == "InvalidParameterException"
    assert "24 hours" in error["Message"]


def test_rejected_events_do_not_count_for_the_span(stream):
    put(stream, (stream.now_ms - 20 * DAY, "old"), (stream.now_ms, "kept"))

    assert [event[2] for event in stored(stream)] == ["kept"]


def test_a_missing_group_and_a_missing_stream_are_told_apart(stream):
    no_group = refused(stream, (stream.now_ms, "m"), logGroupName="none")
    no_stream = refused(stream, (stream.now_ms, "m"), logStreamName="none")

    assert no_group["Code"] == no_stream["Code"] == "ResourceNotFoundException"
    assert no_group["Message"] == "The specified log group does not exist."
    assert no_stream["Message"] == "The specified log stream does not exist."


def test_a_stale_sequence_token_is_ignored(stream):
    stream.logs.put_log_events(
        logGroupName="g",
        logStreamName="s",
        sequenceToken="stale",
        logEvents=[{"timestamp": stream.now_ms, "message": "m"}],
    )

    assert len(stored(stream)) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("\x00" * 1_000_000, "\x00" * 1_000_000),
        ("\U0001f600" * 250_000, "\U0001f600" * 250_000),
        ("</script><!channel>\u2028\u202e\r\n", "</script><!channel>\u2028\u202e\r\n"),
        ("half \ud83d pair", "half \ufffd pair"),
    ],
    ids=["NUL", "emoji", "markup", "surrogate"],
)
def test_hostile_messages_arrive(stream, sent, kept):
    put(stream, (stream.now_ms, sent))

    assert [event[2] for event in stored(stream)] == [kept]


def test_the_python_side_takes_any_number_age_and_order(stream):
    stream.cloudwatch.put("history", "new", [(5, "b"), (0, "a")] * 6_000)

    names = [group["logGroupName"] for group in stream.logs.describe_log_groups()["logGroups"]]
    assert names == ["g", "history"]
    assert len(stored(stream)) == 12_000


def test_fifty_clients_at_once_are_all_served(stream):
    """Each over a connection of its own, all into one stream."""
    body = json.dumps({
        "logGroupName": "g", "logStreamName": "s",
        "logEvents": [{"timestamp": stream.now_ms, "message": "m"}] * 3,
    })  # fmt: skip
    statuses = []

    def client() -> None:
        connection = http.client.HTTPConnection(urlsplit(stream.url).netloc, timeout=10)
        for _ in range(8):
            connection.request("POST", "/", body, {"X-Amz-Target": "Logs_20140328.PutLogEvents"})
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert statuses == [200] * 400
    assert len(stored(stream)) == 1_200
