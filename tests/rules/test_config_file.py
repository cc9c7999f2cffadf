"""rules/config.yml: the sources, and words for what is wrong."""

from __future__ import annotations

import pytest

from bot.errors import BotError
from bot.rules.config_file import Config, read_config
from bot.rules.model import Source

GOOD = """\
sources:
  cloudtrail:
    groups: [/aws/cloudtrail, other#1]
    event_time: eventTime
    about: What was done.
  dns: {groups: [dns]}
"""


def test_sources_are_read() -> None:
    assert read_config("config.yml", GOOD) == Config(
        {
            "cloudtrail": Source("cloudtrail", ("/aws/cloudtrail", "other#1"), "eventTime", "What was done."),
            "dns": Source("dns", ("dns",)),
        }
    )  # fmt: skip


def test_keys_for_what_comes_later_are_taken_and_named() -> None:
    config = read_config("config.yml", GOOD + "channels: {high: '#alerts'}\ndigests: []\n")
    assert config.unused == ("channels", "digests")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "The file is empty."),
        ("sources: {", 1, "This is no YAML"),
        ("[]", 1, "This is a list, not a mapping"),
        ("channels: {}", 1, "The key `sources` is missing."),
        ("sources: {}", 1, "There is no source."),
        ("sources: [a]", 1, "not a mapping of names"),
        ("sources: {a: }", 1, "This is nothing, not a mapping"),
        ("sources: {a: {about: x}}", 1, "The key `groups` is missing."),
        ("sources: {a: {groups: []}}", 1, "There is no log group."),
        ("sources: {a: {groups: x}}", 1, "This is text, `x`, not a list."),
        ("sources: {a: {groups: ['a b']}}", 1, "`a b` does not fit here."),
        ("sources: {a: {groups: [7]}}", 1, "This is a number, `7`"),
        ("sources: {A b: {groups: [x]}}", 1, "`A b` is no name for a source."),
        ("sources:\n  a: {groups: [x], event_time: 'a b'}", 2, "`a b` does not fit here."),
        ("sources:\n  a: {groups: [x], regions: [eu-west-1]}", 2, "not obeyed yet"),
        ("sources:\n  a: {groups: [x], grups: [y]}", 2, "Did you mean `groups`?"),
        (GOOD + "acess: {}", 7, "There is no key `acess` here."),
        (GOOD + "access: {}", 7, "This key is not obeyed yet."),
        (GOOD + "masks: []", 7, "This key is not obeyed yet."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(BotError) as error:
        read_config("rules/config.yml", text)
    place = f"rules/config.yml:{line}: " if line else "rules/config.yml: "
    assert any(place in one and words in one for one in str(error.value).splitlines())


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BotError) as error:
        read_config("c.yml", "sources:\n  a: {groups: []}\n  b: {about: x}\n")
    assert len(str(error.value).splitlines()) == 2
