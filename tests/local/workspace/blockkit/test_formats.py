"""How addresses, dates, ids and colours must be written."""

from __future__ import annotations

import pytest

from bot.local.workspace.blockkit.formats import FORMS

WRITTEN = {
    "url": (
        ["https://example.com", "http://x", "mailto:a@example.com", "slack://open", "tel:+41"],
        [
            "",
            "example.com",
            "https://",
            "https:///x",
            "https://a b",
            "https://a\n",
            "//x",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/x",
            "x",
        ],
    ),
    "web": (
        ["https://example.com/a?b#c", "HTTP://EXAMPLE.COM", "https://münchen.example"],
        ["", "ftp://example.com", "slack://open", "https://", " https://example.com"],
    ),
    "https": (["https://example.com"], ["http://example.com", "https://", "x"]),
    "date": (
        ["2026-02-28", "2024-02-29", "1990-04-28"],
        ["2026-02-29", "2026-13-01", "2026-00-10", "26-02-01", "20260201", "2026-2-1", "today", ""],
    ),
    "time": (["00:00", "23:59", "09:05"], ["24:00", "9:05", "12:60", "12:00:00", "noon", ""]),
    "zone": (
        ["Europe/Zurich", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+1"],
        ["Europe/Atlantis", "+02:00", "CET ", "", "../../etc"],
    ),
    "number": (["0", "-10", "5.5", "0.25"], ["", "1e5", "+1", "1.", ".5", "1,5", "nan", "٣"]),
    "stamp": (["123456789", "1720710212.123456"], ["", "-1", "1.1234567", "now"]),
    "emoji": (
        ["wave", "+1", "e-mail", "flag-ch", "wave::skin-tone-2", "寿司", "man_in_tuxedo"],
        ["", ":wave:", "two words", "Wave", "wave::skin-tone-7", "wave:"],
    ),
    "codepoint": (["1f44b", "1f468-200d-1f469", "00a9"], ["", "U+1F44B", "1f44b-", "👋", "xyz"]),
    "colour": (["#F405B3", "#fff", "439fe0"], ["", "red", "#12", "#12345", "#ggg", "##fff"]),
    "bar": (["good", "warning", "danger", "#439FE0", "fff"], ["", "red", "#1234", "primary"]),
    "user": (["U123ABC", "W0"], ["", "u123", "C123", "@responder-1", "U 1", "U"]),
    "channel": (["C123", "G123"], ["", "#general", "general", "U123", "D1"]),
    "conversation": (["C123", "D123", "G123"], ["", "U123", "C-1"]),
    "usergroup": (["S123", "G123"], ["", "@team", "U1"]),
    "team": (["T123", "E123"], ["", "C1", "t1"]),
}


def test_every_form_is_tried():
    assert {*WRITTEN} == {*FORMS}
    assert all(form.page and form.words for form in FORMS.values())


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_so_and_what_is_not(name):
    right, wrong = WRITTEN[name]

    assert [text for text in right if not FORMS[name].fits(text)] == []
    assert [text for text in wrong if FORMS[name].fits(text)] == []


def test_a_machine_without_zones_takes_any_name_that_looks_like_one(monkeypatch):
    monkeypatch.setattr("bot.local.workspace.blockkit.formats._zones", frozenset)

    assert FORMS["zone"].fits("Europe/Atlantis")
    assert not FORMS["zone"].fits("../x")
