"""Whatever a file holds: nothing is fatal, nothing is silent, every pointer leads back."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.scan import ScanRequest, read_event, scan
from bot.engine.sources import LogFile

EVENTS = [
    {"eventTime": "2026-11-23T11:30:00Z", "a": {"b": [1, {"c": "x"}]}, "n": n, "s": 'é\\"{[}]'}
    for n in range(3)
]
TEXTS = [json.dumps(event) for event in EVENTS]
CONTENTS = [
    json.dumps({"Records": EVENTS}).encode(),
    json.dumps({"Records": EVENTS}, indent=1).encode(),
    json.dumps(EVENTS).encode(),
    "\r\n".join(TEXTS).encode(),
    "".join(TEXTS).encode(),
    "\n".join(json.dumps(event, indent=2) for event in EVENTS).encode(),
    b"2026-11-23T11:30:00Z words\n[INFO] {x}\n",
    "".join(json.dumps([1, 2, text]) + "\n" for text in TEXTS).encode(),
]
PIECES = [
    b"{", b"}", b"[", b"]", b'"', b"\\", b"\n", b"\r", b"\0", b"\xff", b",", b":", b"\xef\xbb\xbf",
    b'{"Records":[', b"\\ud83d", b"1e999", b"[{", b"NaN", b"{" * 3_000, b"9" * 5_000,
]  # fmt: skip


@st.composite
def damaged(draw) -> bytes:
    """A good content that somebody has torn, cut and written into."""
    data = draw(st.sampled_from(CONTENTS))
    if draw(st.booleans()):
        data = gzip.compress(data, mtime=0)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 20))
        new = draw(st.sampled_from([b"", *PIECES]))
        data = data[:at] + new + data[at + cut :]
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@settings(max_examples=250, deadline=None)
@given(
    data=damaged(),
    stored=st.booleans(),
    query=st.sampled_from(["fields @timestamp, a.b.1.c, n, @message", "fields a.0, @ptr | sort n"]),
    windowed=st.booleans(),
)
def test_any_content_is_read_as_far_as_it_goes(tmp_path_factory, data, stored, query, windowed):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    file = LogFile(str(path), stored=stored)
    end = 1 << 50 if windowed else None

    found = scan(ScanRequest(query, (file,), None, end, 0), lambda _progress: None)

    if b'"n": ' in data and not stored:  # something of an event is left
        assert found.scanned or found.troubles
    assert len(found.rows) == found.scanned
    for pointer in found.pointers:
        assert read_event(pointer, [file])["@ptr"] == pointer


def test_a_file_that_is_gone_is_told_also_to_who_follows_the_scan(tmp_path):
    file = LogFile(str(tmp_path / "gone"))
    seen = []

    found = scan(ScanRequest("fields n", (file,), None, None, 0), seen.append)

    assert [trouble.why for trouble in found.troubles] == [
        "cannot be read: No such file or directory"
    ]
    assert seen[0].fraction == 1.0


@pytest.mark.parametrize("content", CONTENTS[:6], ids=range(6))
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_undamaged_content_gives_its_events(tmp_path, content, pack):
    (tmp_path / "log").write_bytes(pack(content))

    found = scan(ScanRequest("fields n | sort n", (LogFile(str(tmp_path / "log")),), None, None, 0))

    assert found.rows == [{"n": "0"}, {"n": "1"}, {"n": "2"}]
    assert found.troubles == ()
