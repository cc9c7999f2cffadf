"""Taking a question apart, and writing values so that they read as themselves."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.question import LONGEST, Word, quote, read_question
from bot.errors import BotError


def values(text: str) -> list[str]:
    return [word.value for word in read_question(text).words]


def test_the_first_word_is_the_rule() -> None:
    question = read_question("  s3-writes   my-bucket\u00a024h ")

    assert question.rule == "s3-writes"
    assert question.words == (Word("my-bucket", "my-bucket"), Word("24h", "24h"))
    assert not question.private


def test_nothing_is_a_question_without_a_rule() -> None:
    assert read_question(" ").rule == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a b"', "a b"),
        ("'a b'", "a b"),
        ("“a b”", "a b"),
        ("„a b“", "a b"),
        ("”a b”", "a b"),
        ("‘a b’", "a b"),  # noqa: RUF001 - bent quotes are what phones send
        ('"it\'s"', "it's"),
        ('"say ""no"""', 'say "no"'),
        ('“a "b" c”', 'a "b" c'),
        ("O'Brien", "O'Brien"),
        ('""', ""),
        ("a\\b", "a\\b"),
    ],
)
def test_quotes_of_any_make_hold_a_value_together(text: str, value: str) -> None:
    assert values(f"rule {text} 24h") == [value, "24h"]


def test_a_value_may_carry_a_name() -> None:
    words = read_question("rule bucket=my-bucket who=\"a b\" https://x/?a=b 'x=y'").words

    assert [(word.name, word.value, word.quoted) for word in words] == [
        ("bucket", "my-bucket", False),
        ("who", "a b", True),
        ("", "https://x/?a=b", False),
        ("", "x=y", True),
    ]


@pytest.mark.parametrize("option", ["--private", "--Private", "—private", "–private"])  # noqa: RUF001
@pytest.mark.parametrize("text", ["rule a {} 24h", "{} rule a 24h", "rule a 24h {}"])
def test_private_may_stand_anywhere_also_with_a_bent_dash(text: str, option: str) -> None:
    question = read_question(text.format(option))

    assert question.private
    assert question.rule == "rule"
    assert len(question.words) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule --public", "no option `--public`"),
        ('rule "a', 'begins at `"a` does not end'),
        ("rule bucket='a b", "does not end"),
        ('rule "a"b', "A blank is missing after the quote"),
        ("x" * (LONGEST + 1), "4,000 is the most"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused_with_words(text: str, said: str) -> None:
    with pytest.raises(BotError, match=said):
        read_question(text)


@pytest.mark.parametrize(
    "value",
    [
        "my-bucket",
        "arn:aws:iam::111122223333:user/responder-1",
        "192.0.2.1",
        "O'Brien",
        "2001:db8::1",
    ],
)
def test_usual_values_need_no_quotes(value: str) -> None:
    assert quote(value) == value


@pytest.mark.parametrize(
    "value", ["", "a b", "24h", "today", "since", "a=b", "--private", '"x', "“x", "09:00", "a..b"]
)
def test_values_that_could_be_read_as_something_else_are_quoted(value: str) -> None:
    assert quote(value).startswith('"')
    assert values(f"rule {quote(value)}") == [value]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=12), max_size=4))
def test_written_values_read_as_themselves(given_values: list[str]) -> None:
    question = read_question(" ".join(["rule", *map(quote, given_values)]))

    assert [word.value for word in question.words] == given_values
    assert not question.private
    assert not any(word.name for word in question.words)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.text(alphabet="ab=\"'“”‘’- \u00a0\t—\\", max_size=20))  # noqa: RUF001 - bent quotes
def test_any_text_is_a_question_or_an_error_in_words(text: str) -> None:
    with contextlib.suppress(BotError):
        question = read_question(text)
        assert all(word.source in text for word in question.words)
