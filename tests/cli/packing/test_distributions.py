"""Imports become pins: those of requirements.txt, with what each needs, and nothing unpinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.packing.distributions import canonical, needed, pins
from bot.errors import BotError

REQUIREMENTS = Path(__file__).parents[3] / "requirements.txt"


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    return pins(REQUIREMENTS)


def test_every_line_of_the_requirements_is_a_pin(pinned):
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if line[0] != "#"]

    assert len(pinned) == len(lines)
    assert pinned["pyyaml"] in REQUIREMENTS.read_text()


def test_a_module_brings_its_distribution_and_what_that_needs(pinned):
    assert set(needed({"boto3"}, pinned)) == {
        "boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3",
    }  # fmt: skip
    assert set(needed({"slack_bolt", "yaml", "re2"}, pinned)) == {
        "google-re2", "pyyaml", "slack-bolt", "slack-sdk",
    }  # fmt: skip


def test_the_standard_library_brings_nothing_except_time_zones(pinned):
    assert needed({"os", "json", "sqlite3"}, pinned) == {}
    assert needed({"zoneinfo"}, pinned) == {"tzdata": pinned["tzdata"]}


def test_what_has_no_pin_is_an_error(pinned):
    with pytest.raises(BotError, match=r"the module pytest needs pytest, which requirements.txt"):
        needed({"pytest"}, pinned)
    with pytest.raises(BotError, match="boto3 needs s3transfer"):
        needed({"boto3"}, {"boto3": pinned["boto3"]})
    with pytest.raises(BotError, match="provides the module no_such_module"):
        needed({"no_such_module"}, pinned)


def test_another_version_than_the_pin_is_an_error(pinned):
    with pytest.raises(BotError, match=r"six .* is installed, 0.1 is pinned"):
        needed({"six"}, {"six": "0.1"})


@pytest.mark.parametrize("line", ["boto3>=1", "boto3", "-r other.txt", "a==1; python_version>'3'"])
def test_a_line_that_is_no_pin_is_an_error_with_its_place(tmp_path, line):
    path = tmp_path / "requirements.txt"
    path.write_text(f"# why\nsix==1.17.0  # a pin\n{line}\n")

    with pytest.raises(BotError, match=r"requirements.txt:3: expected NAME==VERSION"):
        pins(path)


def test_names_are_compared_as_indexes_do():
    assert canonical("Ruamel.Yaml__x") == "ruamel-yaml-x"
