"""Raw events in the order of time, some at a time, from the files in which they stand in any order."""

from __future__ import annotations

import json

import pytest

from bot.engine.field_shares import FieldShares, FieldsRequest, field_shares
from bot.engine.filter_pattern import FilterPatternError
from bot.engine.listing import Listed, ListRequest, list_events, page_of
from bot.engine.opening import nothing
from bot.engine.sources import LogFile

NOON = 1_795_435_200_000


@pytest.fixture
def files(tmp_path):
    """Two streams of the local CloudWatch and a file of somebody's own, out of order."""
    texts = {
        "a.jsonl": [[NOON + 3, NOON + 9, "third"], [NOON + 1, NOON + 9, "first"]],
        "b.jsonl": [[NOON + 2, NOON + 9, "second"], [NOON + 3, NOON + 8, "third, but earlier in"]],
    }
    for name, lines in texts.items():
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    own = [{"timestamp": NOON + 4, "n": 4}, {"n": "without a time"}]
    (tmp_path / "own.json").write_text("".join(json.dumps(line) + "\n" for line in own))
    return (
        LogFile(str(tmp_path / "a.jsonl"), "1:g", "a", stored=True),
        LogFile(str(tmp_path / "b.jsonl"), "1:g", "b", stored=True),
        LogFile(str(tmp_path / "own.json"), "1:g", "own.json"),
    )


def listed(files, **asked) -> Listed:
    return list_events(ListRequest(files, **({"start": 0, "end": None} | asked)), nothing)


def texts(found: Listed) -> list[str]:
    return [event.message for event in found.events]


ALL = ["first", "second", "third, but earlier in", "third", f'{{"timestamp": {NOON + 4}, "n": 4}}']


def test_events_of_all_files_are_in_the_order_of_time_then_ingestion(files):
    found = listed(files)

    assert texts(found) == ALL
    assert [event.stream for event in found.events] == ["a", "b", "b", "a", "own.json"]
    assert [event.key[:2] for event in found.events[:2]] == [
        (NOON + 1, NOON + 9),
        (NOON + 2, NOON + 9),
    ]
    assert not found.more
    assert texts(listed(files, newest=True)) == ALL[::-1]


def test_the_window_is_half_open(files):
    assert texts(listed(files, start=NOON + 2, end=NOON + 4)) == ALL[1:4]


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("most", [1, 2, 4, 5])
def test_a_list_goes_on_behind_its_last_event(files, newest, most):
    found, after = [], None
    for _ in range(10):
        page = listed(files, newest=newest, most=most, after=after)
        found += texts(page)
        assert len(page.events) <= most
        if not page.more:
            break
        after = page.events[-1].key

    assert found == (ALL[::-1] if newest else ALL)


def test_a_page_has_so_many_bytes_at_most_but_one_event_at_least(files):
    assert texts(listed(files, size=11)) == ALL[:2]
    assert listed(files, size=11).more
    assert texts(listed(files, size=1)) == ALL[:1]
    events = listed(files).events
    assert [page_of(events, 10, size) for size in (0, 5, 10, 11, 10**6)] == [1, 1, 1, 2, 5]
    assert page_of([], 10, 10) == 0


def test_bytes_are_those_of_utf8(tmp_path):
    (tmp_path / "s").write_text(json.dumps([1, 2, "ää"]) + "\n")

    (event,) = listed((LogFile(str(tmp_path / "s"), stored=True),)).events

    assert event.size == 4


def test_only_what_passes_the_filter_is_listed(files):
    assert texts(listed(files, pattern="third")) == ALL[2:4]
    assert texts(listed(files, pattern="{ $.n = 4 }")) == ALL[4:]
    assert texts(listed(files, pattern="third", most=1)) == ALL[2:3]
    with pytest.raises(FilterPatternError):
        listed(files, pattern="{")


@pytest.mark.parametrize("newest", [False, True])
def test_many_events_are_listed_with_few_in_memory(tmp_path, newest):
    """What can no longer be among the first is dropped, and the first are still the first."""
    times = [(number * 7919) % 1000 for number in range(1000)]
    (tmp_path / "s").write_text("".join(f'[{time},0,"{time}"]\n' for time in times))
    file = LogFile(str(tmp_path / "s"), stored=True)
    found, after, pages = [], None, 0
    while True:
        page = listed((file,), most=9, after=after, newest=newest)
        found += texts(page)
        pages += 1
        if not page.more:
            break
        after = page.events[-1].key

    assert found == sorted(map(str, times), key=int, reverse=newest)
    assert pages == 112


def test_of_equal_times_the_earlier_ingested_is_first_wherever_it_stands(tmp_path):
    (tmp_path / "a").write_text('[5,9,"late"]\n' * 20)
    (tmp_path / "b").write_text('[5,1,"early"]\n')
    files = tuple(LogFile(str(tmp_path / name), stored=True) for name in "ab")

    assert texts(listed(files, most=2)) == ["early", "late"]
    (tmp_path / "b").write_text('[5,10,"later"]\n')
    assert texts(listed(files, most=2, newest=True)) == ["later", "late"]


def test_an_event_that_the_log_group_keeps_no_longer_is_not_there(files):
    kept = (LogFile(files[0].path, "1:g", "a", stored=True, since=NOON + 2), *files[1:])

    assert "first" not in texts(listed(kept))
    assert texts(listed(kept, start=NOON + 3, end=NOON + 4)) == ALL[2:4]
    assert texts(listed((LogFile(files[2].path, since=NOON + 5),))) == []


def test_what_the_ticker_raises_ends_the_list(files):
    def stop(_: int) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        list_events(ListRequest(files, 0, None), stop)


def test_the_shares_of_fields(tmp_path):
    messages = ['{"a": 1, "b": {"c": 2}}', '{"a": 1}', "text", '{"@a": 1}']
    lines = (json.dumps([NOON, NOON, message]) + "\n" for message in messages)
    (tmp_path / "s").write_text("".join(lines))
    file = LogFile(str(tmp_path / "s"), "1:g", "s", stored=True)

    found = field_shares(FieldsRequest((file,), NOON, NOON + 1), nothing)

    system = ("@ingestionTime", "@log", "@logStream", "@message", "@timestamp")
    assert found.shares == [*((name, 100) for name in system), ("a", 50), ("@@a", 25), ("b.c", 25)]
    assert field_shares(FieldsRequest((file,), 0, NOON), nothing) == FieldShares([])


def test_shares_are_those_of_the_first_ten_thousand_events(tmp_path):
    (tmp_path / "s").write_text(f'[{NOON},0,"x"]\n' * 10_000 * 3)
    file = LogFile(str(tmp_path / "s"), stored=True)
    looked = []

    found = field_shares(FieldsRequest((file, file), 0, NOON + 1), looked.append)

    assert dict(found.shares)["@message"] == 100
    assert sum(looked) < 30_000 * len(f'[{NOON},0,"x"]\n') * 2
