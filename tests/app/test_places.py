"""Which keys there can be. What a store does with the others is in its contract."""

from __future__ import annotations

import pytest

from bot.app.places import check_place, is_key
from bot.app.ports import Listing
from bot.errors import BotError
from tests.fakes import NOW


@pytest.mark.parametrize(("text", "can"), [("k", True), ("", False), ("\ud83d", False)])
def test_a_key_is_text_of_whole_characters(text, can):
    assert is_key(text) is can


def test_a_key_and_a_sort_are_only_so_long():
    check_place("ü" * 1_024, [Listing("l", "ü" * 512), Listing("m", "1")], NOW)
    with pytest.raises(BotError, match="2,048 bytes"):
        check_place("ü" * 1_025, [], None)
    with pytest.raises(BotError, match="1,024 bytes"):
        check_place("k", [Listing("l", "ü" * 513)], None)


def test_what_is_refused_is_shown_on_one_line():
    with pytest.raises(BotError) as caught:
        check_place("k\n" * 3_000, [], None)
    assert len(str(caught.value)) < 150
    assert "\n" not in str(caught.value)


def test_mistakes_in_the_program_are_no_words_for_people():
    with pytest.raises(ValueError, match="2 lists at most"):
        check_place("k", [Listing(name, "1") for name in "abc"], None)
    with pytest.raises(ValueError, match="once in each"):
        check_place("k", [Listing("a", "1"), Listing("a", "2")], None)
    with pytest.raises(ValueError, match="no zone"):
        check_place("k", [], NOW.replace(tzinfo=None))
