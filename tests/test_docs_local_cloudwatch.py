"""The page about the local CloudWatch: its tables are those of the code, and its samples run."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import boto3
import msgspec
import pytest
from botocore import xform_name

from bot.cli import _parser
from bot.cli.local_cloudwatch import ACCOUNT, GROUP
from bot.engine.filter_pattern import filter_test
from bot.engine.workers import Workers
from bot.local.cloudwatch import (
    CloudWatch,
    definitions,
    event_operations,
    group_operations,
    listings,
    lookup_store,
    put,
    queries,
    results,
    start,
)
from bot.local.cloudwatch.operations import OPERATIONS
from bot.local.cloudwatch.plan import CONCURRENT_QUERIES, Course, Fault, Ingestion, Plan, read_plan
from bot.query.discovery.flattening import MOST_FIELDS
from bot.query.parser import MAX_LENGTH
from tests.local.cloudwatch.answer_shapes import MODEL
from tests.local.cloudwatch.serving import serving

PAGE = (Path(__file__).parents[1] / "docs/local-cloudwatch.md").read_text("utf-8")


def section(head: str) -> str:
    return PAGE.split(f"\n## {head}\n")[1].split("\n## ")[0]


def cells(line: str) -> list[str]:
    """The cells of a table's row; `\\|` within one is a bar."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(text: str, head: str) -> list[list[str]]:
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_table_of_operations_is_what_exists_and_leads_to_aws():
    rows = table(section("Operations"), "operation")

    assert [names(row[0])[0] for row in rows] == list(OPERATIONS)
    for cell, _ in rows:
        assert f"/APIReference/API_{names(cell)[0]}.html" in cell


def test_all_other_operations_of_aws_are_named_as_not_there():
    text = section("Operations").split("refused by name")[1].split("`StartLiveTail` never")[0]
    absent = re.findall(r"`(\w+)`", text)

    assert set(absent) - {"UnknownOperationException"} == set(MODEL.operation_names) - set(
        OPERATIONS
    )


def test_every_option_is_in_the_table():
    shown = {names(row[0])[0].split()[0] for row in table(section("Start"), "option")}
    cloudwatch = _parser().parse_args(["local", "cloudwatch"])

    assert shown == {f"--{name}" for name in ("port", "logs", "data", "region", "plan")}
    assert f"({cloudwatch.port})" in section("Start")
    assert f"`{GROUP}`" in section("Start")
    assert ACCOUNT in section("Start")


@pytest.mark.parametrize("line", re.findall(r"^ {4}(aws logs .*)$", PAGE, re.M))
def test_every_command_of_the_aws_cli_is_one_that_it_has(line):
    words = shlex.split(re.sub(r"\$\([^)]*\)", "1", line))
    operations = {xform_name(name, "-"): name for name in MODEL.operation_names}
    if words[2] == "tail":  # the CLI's own, over FilterLogEvents
        assert words[3:] == ["app", "--follow"]
        return
    shape = MODEL.operation_model(operations[words[2]]).input_shape
    members = {xform_name(name, "-") for name in shape.members}

    assert operations[words[2]] in OPERATIONS
    assert {word[2:] for word in words if word.startswith("--")} <= members


def test_the_sample_in_python_runs(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    workers = Workers(1)
    try:
        with serving(CloudWatch(tmp_path, workers, lambda: datetime.now(UTC)).application()) as url:
            changed = code.replace("http://127.0.0.1:4586", url)
            assert changed != code
            scope: dict[str, object] = {}
            exec(changed, scope)  # noqa: S102 - the page's own sample
            scope["logs"].close()
    finally:
        workers.close()


def test_the_plan_that_is_shown_makes_sense_and_has_every_key():
    (plan,) = re.findall(r"```json\n(.*?)```", PAGE, re.S)
    read = read_plan(plan.encode(), OPERATIONS)
    rows = table(section("Faults and the clock"), "key")
    described = {name for row in rows for name in names(row[0])}

    def keys(struct, before=""):
        return {before + field.encode_name for field in msgspec.structs.fields(struct)}

    assert read != Plan()
    assert described == (
        keys(Plan)
        | keys(Fault, "faults[].")
        | keys(Course, "queries[].")
        | keys(Ingestion, "ingestion[].")
    )
    assert f"Default: {CONCURRENT_QUERIES}" in PAGE


def test_every_call_that_turns_something_is_in_the_table(tmp_path):
    class NoWorkers:
        pass

    application = CloudWatch(tmp_path, NoWorkers(), lambda: datetime.now(UTC)).application()
    there = {
        f"{route.method} {route.resource.canonical}"
        for route in application.router.routes()
        if route.resource.canonical.startswith("/_cloudwatch/") and route.method != "HEAD"
    }
    rows = table(section("Faults and the clock"), "call")

    assert {names(row[0])[0] for row in rows} == there
    for path in re.findall(r"^ {4}curl .*?(/_cloudwatch/\w+)", PAGE, re.M):
        assert any(call.endswith(path) for call in there)


@pytest.mark.parametrize(
    "row", table(section("Filter patterns"), "pattern"), ids=lambda row: row[0]
)
def test_the_patterns_find_what_is_said(row):
    pattern, found, other = (names(cell)[0] for cell in row)
    test = filter_test(pattern)

    assert test is not None
    assert test(found)
    assert not test(other)


def test_the_limits_are_those_of_the_code():
    hour = 3_600_000
    most = MODEL.operation_model("PutLogEvents").input_shape.members["logEvents"].metadata["max"]
    parameters = MODEL.operation_model("PutQueryDefinition").input_shape.members["parameters"]
    expected = {
        "events of a batch": f"{most:,}",
        "bytes of a batch": f"{put.MOST_BYTES:,}",
        "span of a batch": f"{put.SPAN // hour} hours",
        "age of an event": f"{put.OLDEST // hour // 24} days; {put.NEWEST // hour} hours",
        "fields of a JSON": f"{MOST_FIELDS}",
        "characters of a query": f"{MAX_LENGTH:,}",
        "log groups of": f"{start.MOST_GROUPS}",
        "rows of a query": f"{start.MOST_ROWS:,}; {start.USUAL_ROWS:,}; {results.PAGE:,}",
        "life of a token": f"{results.TOKEN_LIFE // hour} hour",
        "time that a query": f"{queries.LONGEST // 60_000} minutes",
        "results are kept": f"{queries.KEPT_FOR // hour // 24} days",
        "events and bytes of a page": f"{listings.PAGE:,}; {listings.PAGE_BYTES:,}",
        "life of their tokens": f"{event_operations.TOKEN_LIFE // hour} hours",
        "saved queries": f"{definitions.MOST:,}; {parameters.metadata['max']}",
        "lookup tables": f"{lookup_store.MOST_TABLES}",
        "tags of": f"{group_operations.MOST_TAGS}",
    }
    rows = table(section("Limits"), "limit")

    assert len(rows) == len(expected)
    for (begin, value), row in zip(expected.items(), rows, strict=True):
        assert row[0].startswith(begin)
        assert row[1] == value
        assert "https://docs.aws.amazon.com/" in row[2]


def test_what_the_page_says_of_a_batch_weighs_what_the_code_weighs():
    assert put.EXTRA_BYTES == 26
    assert queries.KEPT_ROWS == 150_000
    assert queries.KEPT == 1_000


def test_the_variables_are_those_that_boto3_reads(monkeypatch):
    (line,) = re.findall(r"^ {4}export (AWS_ENDPOINT.*)$", PAGE, re.M)
    (keys,) = re.findall(r"^ {4}export (AWS_ACCESS.*)$", PAGE, re.M)
    for assignment in shlex.split(f"{line} {keys}"):
        monkeypatch.setenv(*assignment.split("=", 1))

    client = boto3.Session().client("logs")

    assert client.meta.endpoint_url == "http://127.0.0.1:4586"
    assert client.meta.region_name == "eu-west-1"
    client.close()
