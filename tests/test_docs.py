"""What the documentation says is there, is there; and what is there, it says."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from bot.cli import _parser
from tests.query_reference import PAGE, generated

ROOT = Path(__file__).parents[1]
DOCS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
OPERATIONS_PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
COMMANDS_PAGE = (ROOT / "docs/commands.md").read_text("utf-8")


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_inside_the_project_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)", text_of(path)):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_within_a_page_leads_to_a_head(path):
    heads = re.findall(r"^#+ (.*)$", text_of(path), re.M)
    anchors = {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([^)]+)\)", text_of(path))) <= anchors


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_line_shown_is_one_that_exists(path):
    for line in re.findall(
        r"^ {4}(?:\$ )?(?:\.venv/bin/)?python -m bot ((?!\w+:).+)$", text_of(path), re.M
    ):
        plain = re.sub(r"\[.*?\]|…", "", line)
        arguments = shlex.split(plain)
        if "|" in arguments:  # one of several words: the first will do
            arguments = arguments[: arguments.index("|")]
        _parser().parse_args(arguments)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_make_target_shown_exists(path):
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.M))
    shown = set(re.findall(r"^ {4}make ([a-z]+)", text_of(path), re.M))
    assert shown <= targets


def options(parser: argparse.ArgumentParser) -> set[str]:
    found = set()
    for action in parser._actions:
        found |= {option for option in action.option_strings if option.startswith("--")}
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                found |= {name} | options(below)
    return found


def test_every_command_and_option_of_the_terminal_is_described():
    unsaid = {"--help", "--region", "--seed", "--port", "--verbose", "--fresh"}
    for word in options(_parser()) - unsaid:
        assert word in COMMANDS_PAGE, word


def test_every_setting_is_described():
    config = text_of(ROOT / "bot/config.py")
    pages = OPERATIONS_PAGE + text_of(ROOT / "docs/serve.md")
    for name in re.findall(r'environ\.get\("(\w+)"', config):
        assert f"`{name}`" in pages, name


def test_every_shipped_rule_is_in_the_triage_page():
    page = text_of(ROOT / "docs/triage.md")
    for path in (ROOT / "rules").glob("*/*.yml"):
        assert path.stem in page, path.stem


def test_every_room_is_in_the_architecture_page():
    page = text_of(ROOT / "docs/architecture.md")
    for room in (ROOT / "bot").iterdir():
        if room.is_dir() and (room / "__init__.py").exists():
            assert f"`bot/{room.name}`" in page, room.name


def test_the_tables_of_the_language_are_those_of_the_code():
    page = text_of(PAGE)
    assert generated(page) == page, "run `make fix`"


def test_nothing_names_a_registry_or_a_machine():
    for path in (ROOT / "requirements.txt", ROOT / "tests/requirements.txt", *DOCS):
        assert not re.search(r"--index-url|--extra-index|/(?:root|home)/", text_of(path)), path.name
