"""docs/rules.md lists every key of the format and no other, and its examples load and pass."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.cli import main
from bot.query.parameters import PARAMETER_TYPES
from bot.rules import format
from bot.rules.format import Key
from bot.rules.lint import lint_rule
from bot.rules.loader import load_rules
from bot.rules.testing import run_tests

PAGE = (Path(__file__).parent.parent / "docs" / "rules.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TABLES = (
    "RULE",
    "PARAMETER",
    "ALERT",
    "TRIAGE",
    "RUN",
    "ANSWERS",
    "TEST",
    "CONFIG",
    "SOURCE",
    "DIGEST",
)


def row(name: str, key: Key) -> str:
    return f"| `{name}` | {key.needed} | {key.words} |"


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_the_whole_table_of_keys(name: str) -> None:
    table: Mapping[str, Key] = getattr(format, name)
    assert "\n".join(row(key, told) for key, told in table.items()) in PAGE


def test_the_page_has_no_key_that_does_not_exist() -> None:
    known = {row(key, told) for name in TABLES for key, told in getattr(format, name).items()}
    known |= {_type_row(name) for name in PARAMETER_TYPES}
    listed = [line for line in PAGE.splitlines() if re.match(r"\| `[a-z_]+` \|", line)]
    assert [line for line in listed if line not in known] == []
    assert len(listed) == sum(len(getattr(format, name)) for name in TABLES) + len(PARAMETER_TYPES)


def test_the_page_has_every_type_of_parameter() -> None:
    assert "\n".join(map(_type_row, PARAMETER_TYPES)) in PAGE


def _type_row(name: str) -> str:
    kind = PARAMETER_TYPES[name]
    example = f"`{kind.example}`" if kind.example else "one of its `choices`"
    return f"| `{name}` | {kind.noun} | {example} |"


def test_what_is_not_obeyed_yet_is_named() -> None:
    for keys in format.NOT_YET.values():
        assert all(f"`{key}`" in PAGE for key in keys)


def test_the_examples_load_and_pass_their_tests() -> None:
    files = {f"rules/cloudtrail/{text.split()[1]}.yml": text for text in EXAMPLES}
    loaded = load_rules(files, ["cloudtrail"])
    assert [str(fault) for fault in loaded.faults] == []
    assert [rule.id for rule in loaded.rules] == ["bucket-policy-changes", "release-writes"]
    warned = [lint_rule(rule, text) for rule, text in zip(loaded.rules, EXAMPLES, strict=True)]
    assert warned == [[], []]
    outcomes = [outcome for rule in loaded.rules for outcome in run_tests(rule, loaded.rules)]
    assert len(outcomes) == 4
    assert [outcome.why for outcome in outcomes if not outcome.passed] == []


@pytest.mark.parametrize("command", re.findall(r"`python -m bot (rules \w+) \[RULE\]`", PAGE))
def test_the_commands_work(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SIEM_RULES", raising=False)
    assert main([*command.split(), "s3-writes"]) == 0
    assert capsys.readouterr().out


def test_all_commands_are_on_the_page() -> None:
    assert set(re.findall(r"rules (\w+) \[RULE\]", PAGE)) == {"list", "check", "test", "try"}


def test_a_fault_looks_as_the_page_says() -> None:
    lines = EXAMPLES[0].replace("id: bucket-policy-changes", "id: s3-writes").split("\n")
    text = "\n".join([*lines[:4], "severity: hihg", *lines[4:]])
    (fault,) = load_rules({"rules/cloudtrail/s3-writes.yml": text}).faults
    assert f"\n{fault}\n" in PAGE


def test_links_within_the_page_lead_somewhere() -> None:
    heads = {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-")
        for h in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= heads
