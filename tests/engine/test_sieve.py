"""Lines that may hold a text are found; the others are counted and not looked at."""

from __future__ import annotations

import json

import pytest

from bot.engine.events import Asked
from bot.engine.files import file_reader
from bot.engine.opening import BLOCK, nothing
from bot.engine.sieve import compile_sieve
from bot.engine.sources import LogFile
from bot.engine.troubles import Troubles
from bot.query.parser import parse
from bot.query.scans.required import required


def sieve(condition: str):
    return compile_sieve(required(parse(f"filter {condition}")))


def places(condition: str, *lines: bytes, before: bytes = b"", after: bytes = b""):
    found = sieve(condition)
    return found and found.places([before + lines[0], *lines[1:]], b"".join(lines) + after)


FILL = [b'{"x": 1}\n'] * 8


@pytest.mark.parametrize(
    ("line", "may"),
    [
        (b'{"a": "wanted"}\n', True),
        (b'{"a": "unwanted text"}\n', True),
        (b'{"a": "want"}\n', False),
        (b'{"a": "\\u0077anted"}\n', True),
        (b'{"a": "\\\\n \\" \\/"}\n', False),
    ],
)
def test_a_line_is_let_through_if_it_may_hold_the_text(line, may):
    assert places('a = "wanted"', *FILL, line) == ([0, 8] if may else [0])


def test_the_first_line_and_what_follows_the_last_are_in_other_blocks_too():
    assert places('a = "wanted"', *FILL, after=b'{"a": "wanted') == [0]
    assert places('a = "wanted"', *FILL, b'{"a": "wanted"}\n', before=b'{"long": 1, ') == [0, 8]


def test_in_a_message_the_text_stands_as_it_is():
    escaped = b'{"a": "\\u0077anted"}\n'

    assert places('@message like "wanted"', *FILL, escaped) == [0]
    assert places('@message like /"a":.*"né/', *FILL, '{"a": "né"}\n'.encode()) == [0, 8]


def test_of_a_text_the_longest_part_without_escapes_is_sought():
    assert places('a = "a/wanted\\\\path"', *FILL, b'{"a": "a\\/wanted\\\\path"}\n') == [0, 8]


def test_of_several_the_first_of_the_rarest_is_sought_and_of_alternatives_each():
    assert places('a = "short" and b = "the longest"', *FILL, b'{"a": "short"}\n') == [0]
    either = places('a in ["this", "that"]', *FILL, b'{"a": "that"}\n', b'{"a": "this"}\n')
    assert either == [0, 8, 9]


@pytest.mark.parametrize(
    "condition",
    ["a = 5", 'a = "abc"', 'a in ["one4", "two4", "three4", "four4"]', 'a = "long one" or b = "x"',
     'a = "\u00e9\u00e9\u00e9\u00e9"', '@message like "half \ufffd"', 'a = "////"'],
)  # fmt: skip
def test_what_is_not_worth_it_is_not_sought(condition):
    assert sieve(condition) is None


@pytest.mark.parametrize(
    "odd", [b"\n", b"  \n", b"words\n", b'{"Records":[]}\n', b"{}\n", b'[{"a": 1}]\n']
)
def test_lines_that_may_be_no_single_event_are_all_let_through(odd):
    assert places('a = "wanted"', *FILL, odd) is None


def test_what_most_lines_hold_is_not_sought_where_something_else_is_rarer():
    found = sieve('a = "rare" and b = "in every line"')
    fill = [b'{"b": "in every line"}\n'] * 8
    lines = [*fill, b'{"a": "rare", "b": "in every line"}\n']

    assert found.places(lines, b"".join(lines)) == [0, 8]
    assert found.places(fill, b"".join(fill)) == [0]
    assert found.may_hold(b"".join(lines))
    assert not found.may_hold(b"".join(fill))


def test_where_most_lines_hold_it_all_are_let_through_and_it_is_soon_given_up():
    found = sieve('a = "wanted"')
    lines = [b'{"a": "wanted"}\n'] * 8

    assert [found.places(lines, b"".join(lines)) for _ in range(20)] == [None] * 20
    assert found.places(FILL, b"".join(FILL)) is None


# --------------------------------------------------------------------------------- in a reader
def read(path, condition: str, *names: str, **window):
    asked = Asked(names, **window, required=required(parse(f"filter {condition}")))
    troubles = Troubles()
    found = list(file_reader(asked)(LogFile(str(path)), troubles, nothing))
    rows = [
        row
        for events in found
        for row in zip(*(events.column(at, None) for at in range(len(names))), strict=True)
    ]
    counts = (sum(e.content.scanned for e in found), sum(e.content.bytes for e in found))
    return rows, counts, troubles.all()


@pytest.fixture
def events(tmp_path):
    """Lines over several blocks, of which a few hold what is sought."""
    lines = [
        json.dumps({"n": n, "a": "wanted" if n % 500 == 7 else "other", "x": "." * (n % 700)})
        for n in range(3000)
    ]
    path = tmp_path / "log"
    path.write_text("\n".join(lines) + "\n")
    assert path.stat().st_size > 3 * BLOCK
    return path, lines


def test_lines_that_are_skipped_are_scanned_all_the_same(events):
    path, lines = events

    rows, counts, troubles = read(path, 'a = "wanted"', "n", "a", "@message")

    assert [row for row in rows if row[1] == "wanted"] == [
        (n, "wanted", lines[n]) for n in range(7, 3000, 500)
    ]
    assert len(rows) < 100
    assert counts == (3000, sum(map(len, lines)))
    assert troubles == ()


def test_their_pointers_are_those_that_they_have_without(events):
    path, lines = events
    offsets = {n: sum(len(line) + 1 for line in lines[:n]) for n in range(7, 3000, 500)}
    asked = Asked(("n", "a"), required=required(parse('filter a = "wanted"')))

    for found in file_reader(asked)(LogFile(str(path)), Troubles(), nothing):
        for number, (n, a) in enumerate(
            zip(found.column(0, None), found.column(1, None), strict=True)
        ):
            assert a != "wanted" or found.pointer(number)[1:] == (offsets[n], 0)


def test_in_a_window_every_event_is_looked_at(events):
    path, _ = events
    path.write_text(path.read_text().replace('"x":', '"time": 1795435200, "x":'))

    rows, counts, _ = read(path, 'a = "wanted"', "n", start=0)

    assert len(rows) == counts[0] == 3000


def test_values_out_of_an_array_are_skipped_all_or_none(tmp_path):
    texts = [json.dumps({"n": n, "a": "other"}) for n in range(1000)]
    for more, seen in ((), 0), ((json.dumps({"a": "wanted"}),), 1001):
        path = tmp_path / "log"
        path.write_text(f'{{"Records":[{",".join([*texts, *more])}]}}')

        rows, counts, _ = read(path, 'a = "wanted"', "n")

        assert len(rows) == seen
        assert counts == (1000 + len(more), sum(map(len, (*texts, *more))))


def test_an_unusual_event_among_those_that_are_sought_is_read(events):
    path, _ = events
    odd = '{"n": 3000, "a": "wanted", "x": {"y": "\\ud83d"}}\n{"n": 3001, "a": {"b": 1}, "c": "wanted"}\n'
    path.write_text(path.read_text() + odd)

    rows, counts, _ = read(path, 'a = "wanted"', "n", "a", "x.y")

    assert (3000, "wanted", "\ud83d") in rows
    assert (3001, None, None) in rows
    assert counts[0] == 3002


def test_an_escape_counts_only_where_it_may_hide_a_part_of_the_text():
    lines = [
        b'{"a": "w\\u0061nted"}\n',
        b'{"a": "\\u003cb\\u003e"}\n',
        b'{"a": "\\u006E"}\n',
        b'{"a": "\\u006e"}\n',
    ]
    assert places('a = "wanted"', *FILL, *lines) == [0, 8, 10, 11]
