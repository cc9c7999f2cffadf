"""`python -m bot package`: the zips hold what their functions can import, and say what they weigh."""

from __future__ import annotations

import platform
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from bot.aws.rule_index import FULL, INDEX, load_index, load_rules
from bot.cli import main, package
from bot.cli.packing import archive
from bot.cli.packing.wheels import Target
from bot.errors import BotError
from tests.rules.samples import ASKING

ROOT = Path(__file__).parents[2]
TARGET = Target("3.13", {"aarch64": "arm64"}.get(platform.machine(), "x86_64"))

SLACK = """
import msgspec
from bot.words import HELLO

def handler(event, context):
    from bot import late
    return HELLO
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two functions; its wheels are kept where those of this one are."""
    root = tmp_path / "project"
    for name, text in {
        "bot/__init__.py": "",
        "bot/late.py": "",
        "bot/words.py": "HELLO = 'hello'",
        "bot/unused.py": "import aiohttp",
        "bot/aws/__init__.py": "",
        "bot/aws/slack_function.py": SLACK,
        "bot/aws/worker.py": "import bot.words\ndef handler(event, context): return 1",
        "rules/config.yml": "sources:\n  cloudtrail: {groups: [cloudtrail], event_time: eventTime}\n",
        "rules/cloudtrail/s3-writes.yml": ASKING,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    shutil.copy(ROOT / "requirements.txt", root)
    kept = ROOT / "build" / "wheels"
    kept.mkdir(parents=True, exist_ok=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "wheels").symlink_to(kept)
    return root


def names(path: Path) -> list[str]:
    return zipfile.ZipFile(path).namelist()


def test_each_zip_holds_what_its_function_can_import(project, tmp_path):
    slack, worker = package.build(tmp_path / "out", TARGET, project)

    sources = [name for name in names(slack.path) if name.startswith("bot/") and name[-3:] == ".py"]
    assert sources == [
        "bot/__init__.py", "bot/aws/__init__.py", "bot/aws/slack_function.py", "bot/late.py",
        "bot/words.py",
    ]  # fmt: skip
    assert f"msgspec/_core.cpython-313-{platform.machine()}-linux-gnu.so" in names(slack.path)
    assert slack.pins.keys() == {"msgspec"}
    assert (slack.modules, worker.modules) == (5, 4)
    assert slack.zipped == slack.path.stat().st_size
    assert {name.partition("/")[0] for name in names(worker.path)} == {"bot", FULL}


def test_a_second_build_gives_the_same_bytes(project, tmp_path):
    first = [each.path.read_bytes() for each in package.build(tmp_path / "out", TARGET, project)]
    for path in project.rglob("*.py"):
        path.touch()

    assert first == [each.path.read_bytes() for each in package.build(tmp_path / "out", TARGET, project)]  # fmt: skip


def test_without_the_runtime_s_python_sources_go_alone_and_it_says_so(
    project, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(archive, "interpreter", lambda python: None)
    built = package.build(tmp_path / "out", TARGET, project)

    package.print_built(built, TARGET)

    assert not [name for name in names(built[0].path) if name.endswith(".pyc")]
    assert "There is no Python 3.13 here, so sources are not compiled" in capsys.readouterr().out


@pytest.mark.parametrize("banned", ["aiohttp", "sqlite3", "yaml", "bot.engine.scan"])
def test_what_the_slack_function_must_not_load_stops_the_build_with_the_way_there(
    project, tmp_path, banned
):
    (project / "bot/engine").mkdir()
    (project / "bot/engine/__init__.py").touch()
    (project / "bot/engine/scan.py").touch()
    (project / "bot/words.py").write_text(f"def f():\n    import {banned}\nHELLO = 1")

    with pytest.raises(BotError, match=r"slack.zip must not hold") as caught:
        package.build(tmp_path / "out", TARGET, project)

    way = f"bot.aws.slack_function → bot.words → {banned.removesuffix('.scan')}"
    assert way in str(caught.value)


def test_a_zip_that_is_larger_than_lambda_takes_is_not_left_behind(project, tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MOST_UNZIPPED", 1000)

    with pytest.raises(BotError, match=r"slack.zip is \d+\.\d MB unzipped; Lambda takes"):
        package.build(tmp_path / "out", TARGET, project)

    assert not (tmp_path / "out/slack.zip").exists()


def test_what_the_functions_read_instead_of_yaml_is_at_the_root(project, tmp_path):
    slack, worker = package.build(tmp_path / "out", TARGET, project)

    for built, name in ((slack, INDEX), (worker, FULL)):
        assert {INDEX, FULL} & set(names(built.path)) == {name}
        zipfile.ZipFile(built.path).extract(name, tmp_path)
    assert [card.id for card in load_index(tmp_path).cards] == ["s3-writes"]
    assert [rule.id for rule in load_rules(tmp_path).rules] == ["s3-writes"]


def test_a_rule_that_does_not_load_stops_the_build(project, tmp_path):
    (project / "rules/cloudtrail/s3-writes.yml").write_text("id: s3-writes\n")

    with pytest.raises(BotError, match=r"(?s)while rules do not load:.*s3-writes.yml"):
        package.build(tmp_path / "out", TARGET, project)


def test_the_command_prints_sizes_distributions_and_calls(project, tmp_path, monkeypatch, capsys):
    (project / "bot/aws/worker.py").write_text(
        "import boto3\ndef handler(event, context):\n"
        "    boto3.client('sqs').send_message(QueueUrl='u', MessageBody='m')\n"
    )
    build = package.build
    monkeypatch.setattr(package, "build", lambda out, target, **_: build(out, target, project))

    assert main(["package", "--out", str(tmp_path / "out")]) == 0

    printed = capsys.readouterr().out
    assert "slack.zip  0." in printed
    assert "MB unzipped, 5 modules of the bot" in printed
    assert "  sqs: SendMessage\n" in printed
    assert "  with boto3 1." in printed


def test_what_a_distribution_needs_and_does_not_say_stops_the_build(project, tmp_path, monkeypatch):
    here = Target("{}.{}".format(*sys.version_info), TARGET.platform)
    (project / "bot/aws/worker.py").write_text("import slack_bolt.adapter.flask")

    with pytest.raises(BotError, match="cannot be imported from its zip: No module named 'flask'"):
        package.build(tmp_path / "out", here, project)


def test_an_import_that_fails_for_other_reasons_is_left_to_the_tests(project, tmp_path):
    here = Target("{}.{}".format(*sys.version_info), TARGET.platform)
    (project / "bot/aws/worker.py").write_text("import os; os.environ['SIEM_TABLE']")

    assert package.build(tmp_path / "out", here, project)


def test_where_the_zips_cannot_go_is_bad_input(tmp_path, capsys):
    (tmp_path / "file").touch()

    assert main(["package", "--out", str(tmp_path / "file" / "out")]) == 2
    assert "file/out cannot be made: Not a directory." in capsys.readouterr().err


def test_a_wrong_runtime_is_bad_input(capsys):
    assert main(["package", "--python", "13"]) == 2
    assert "--python 13: expected a version" in capsys.readouterr().err
