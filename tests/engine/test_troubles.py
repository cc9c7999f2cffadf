"""Troubles are counted by file and words, in bounded room."""

from __future__ import annotations

from bot.engine.troubles import MOST, Trouble, Troubles


def test_equal_words_about_a_file_are_one_trouble_with_its_first_line():
    troubles = Troubles()
    troubles.add("a", "is bad", 7)
    troubles.add("b", "is bad")
    troubles.add("a", "is bad", 9, count=1_999)

    assert troubles.all() == (Trouble("a", 7, "is bad", 2_000), Trouble("b", None, "is bad", 1))
    assert [str(trouble) for trouble in troubles.all()] == [
        "a, line 7: is bad (2,000 times)",
        "b: is bad",
    ]


def test_more_than_can_be_listed_is_counted():
    troubles = Troubles()
    for number in range(MOST + 5):
        troubles.add(f"file {number}", "is bad")

    assert len(troubles.all()) == MOST + 1
    assert str(troubles.all()[-1]) == "more trouble that is not listed (5 times)"


def test_a_name_cannot_steer_a_terminal():
    assert str(Trouble("a\x1b[31m\n\ud83d", None, "is bad")) == "a?[31m ?: is bad"
