"""docs/query.md tells every command and function as it is, and its examples do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bot.cli import main
from bot.query.discovery import lines
from bot.query.formatting import format_query
from bot.query.functions import FUNCTIONS, Function, Kind
from bot.query.lint import lint
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.query.syntax.commands import COMMANDS
from bot.query.tables.lookups import LookupTable
from tests.query_commands import TOLD
from tests.query_functions import SIGNATURES, WORDS, forms, signature
from tests.query_reference import PAGE

ROOT = Path(__file__).parents[1]
TEXTS = {
    path.name: path.read_text("utf-8")
    for path in sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
}
FENCED = [
    (name, info.split(), query)
    for name, text in TEXTS.items()
    for info, query in re.findall(r"^```query(.*)\n((?s:.*?))^```$", text, re.MULTILINE)
]
TABLES = {
    "people": LookupTable.from_csv("people", "arn,team\narn:aws:iam::111122223333:user/a,web\n"),
    "networks": LookupTable.from_csv("networks", "network,site\n192.0.2.0/24,office\n"),
}
# What stands in a signature for an argument that must be written in the query.
WRITTEN = {
    "period": "5m", "span": "5m", "percent": "95", "count": "10", "width": "10",
    "subnet": '"192.0.2.0/24"', "regex": '"a+"', "replacement": '"b"', "pattern": '"yyyy-MM-dd"',
    "format": '"%Y"', "zone": '"UTC"',
}  # fmt: skip


def test_every_command_is_told():
    assert {name.lower() for name in TOLD} | {"count_frequent"} == set(COMMANDS)


@pytest.mark.parametrize("name", TOLD)
def test_every_form_of_a_command_is_one(name):
    for form in TOLD[name].forms:
        for text in forms(form):
            assert parse(text).commands
            last = text.rpartition(" | ")[2] if "(SOURCE" not in text else text
            assert last.startswith(name), text


def test_every_kind_of_argument_has_a_name():
    assert set(WORDS) == set(Kind)
    assert len(set(WORDS.values())) == len(WORDS)


def test_no_signature_is_that_of_no_function():
    assert set(SIGNATURES) <= {function.name for function in FUNCTIONS.values()}


@pytest.mark.parametrize("row", dict.fromkeys(FUNCTIONS.values()), ids=lambda row: row.name)
def test_every_signature_has_as_many_arguments_as_the_function(row: Function):
    told = signature(row)
    shortest, longest = map(arguments, forms(told))
    assert len(shortest) == row.at_least
    if "…" in told:
        assert row.at_most is None or row.at_most > len(longest)
    else:
        assert len(longest) == row.at_most
    command = "stats" if row.aggregate else "fields"
    for words in (shortest, longest):
        call = f"{row.name}({', '.join(WRITTEN.get(word, word) for word in words)})"
        query = parse(f"{command} {call} as result")
        if not row.only_aws:
            compile_query(query)


def arguments(call: str) -> list[str]:
    inside = call.partition("(")[2].removesuffix(")")
    return [word.strip() for word in inside.split(",")] if inside else []


def test_every_form_of_a_line_is_told():
    told = (lines._FLOW, lines._DNS, lines._START, lines._END, lines._REPORT, lines._INIT_START)
    assert set(told) == set(lines._BY_BEGINNING.values())


@pytest.mark.parametrize(("name", "info", "query"), FENCED, ids=[q[:30] for *_, q in FENCED])
def test_every_query_shown_is_laid_out_and_has_the_warnings_that_are_told(name, info, query):
    assert format_query(query) == query.rstrip("\n"), name
    tree = parse(query)
    told = [word for word in info if word.startswith("Q")]
    assert [warning.code for warning in lint(tree)] == told, name
    if "aws" not in info and "{{" not in query:
        compile_query(tree, tables=TABLES)


def test_the_page_has_examples():
    assert len([name for name, _, _ in FENCED if name == PAGE.name]) >= 5


@pytest.mark.parametrize("page", TEXTS)
def test_every_query_of_a_command_line_is_one(page):
    for line in re.findall(r"^ {4}(?:\.venv/bin/)?python -m bot query (.+)$", TEXTS[page], re.M):
        (given, *_) = shlex.split(line.replace("…", ""))
        if not given.startswith("-") and given != "QUERY":
            parse(given)


TRANSCRIPTS = re.findall(
    r"^ {4}\$ python -m bot (query .+)\n((?: {4}.*\n)+)", TEXTS[PAGE.name], re.MULTILINE
)


@pytest.mark.parametrize(("line", "shown"), TRANSCRIPTS, ids=["an error", "a layout"])
def test_what_a_command_line_prints_is_what_the_page_shows(line, shown, tmp_path, capsys):
    given = shlex.split(line)
    if "--logs" in given:
        logs = tmp_path / "logs.json"
        logs.write_text("{}\n", "utf-8")
        given[given.index("--logs") + 1] = str(logs)
    main(given)
    printed = capsys.readouterr()
    assert (printed.out + printed.err).rstrip() == re.sub(r"^ {4}", "", shown, flags=re.M).rstrip()
