"""rules/config.yml: the sources, and words for what is wrong."""

from __future__ import annotations

from datetime import time

import pytest

from bot.errors import BotError
from bot.rules.card import DigestPlan, Source
from bot.rules.config_file import Config, read_config

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


def test_channels_and_digests_are_read() -> None:
    config = read_config(
        "config.yml",
        GOOD + "channels: {high: C0HIGH, test: C0TEST, ops: C0OPS, default: C0ALERTS}\n"
        "digests:\n"
        "  - {at: 08:00, zone: Europe/Berlin, channel: C0ALERTS}\n"
        "  - {at: '23:59', channel: G0OTHERS}\n",
    )
    assert config.channels == {
        "high": "C0HIGH", "test": "C0TEST", "ops": "C0OPS", "default": "C0ALERTS",
    }  # fmt: skip
    assert config.digests == (
        DigestPlan(time(8), "Europe/Berlin", "C0ALERTS"),
        DigestPlan(time(23, 59), "UTC", "G0OTHERS"),
    )


def test_keys_for_what_comes_later_are_taken_and_named() -> None:
    assert read_config("config.yml", GOOD + "people: {}\nbudget: {}\n").unused == (
        "people",
        "budget",
    )


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
        (GOOD + "channels: {high: '#alerts'}", 7, "Write a channel's id"),
        (GOOD + "channels: {hihg: C0ALERTS}", 7, "Did you mean `high`?"),
        (GOOD + "digests: [{at: 8am, channel: C0ALERTS}]", 7, "a time of day"),
        (GOOD + "digests: [{at: 24:00, channel: C0ALERTS}]", 7, "a time of day"),
        (GOOD + "digests: [{at: 08:00, zone: Europe, channel: C0A}]", 7, "is no time zone"),
        (GOOD + "digests: [{at: 08:00, zone: Mars/Base, channel: C0A}]", 7, "is no time zone"),
        (GOOD + "digests: [{at: 08:00}]", 7, "The key `channel` is missing."),
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
