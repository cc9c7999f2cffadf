"""The compiled rules: what is read is what was installed, or a clear error, and never anything else."""

from __future__ import annotations

import pickle
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path

import pytest

from bot.app.ask import prepare
from bot.app.binding import bound_query
from bot.aws import rule_trees
from bot.aws.rule_index import FULL, INDEX, compile_rules, load_index, load_rules
from bot.cli.installed import installed
from bot.errors import BotError
from bot.rules.card import DigestPlan, Source
from bot.rules.config_file import Config
from bot.rules.model import Rule
from tests.bench.measure import ROOT
from tests.fakes import BERLIN, NOW, SOURCES
from tests.rules.samples import ALERTING, ASKING, rule_of

CONFIG = Config(
    {"cloudtrail": Source("cloudtrail", ("/aws/cloudtrail",), "eventTime")},
    {"high": "C0HIGH"},
    (DigestPlan(time(9), BERLIN, "C0SIEM"),),
)


@dataclass(frozen=True)
class Some:
    rules: tuple[Rule, ...] = (rule_of(ALERTING), rule_of(ASKING))
    config: Config = CONFIG


def written(folder: Path) -> Path:
    for name, content in compile_rules(Some()).items():
        (folder / name).write_bytes(content)
    return folder


def test_the_index_has_the_cards_the_channels_and_the_names_of_the_logs(tmp_path: Path) -> None:
    index = load_index(written(tmp_path))
    assert index.cards == tuple(rule.card for rule in Some().rules)
    assert index.channels == {"high": "C0HIGH"}
    assert index.sources == ("cloudtrail",)


def test_whole_rules_come_back_without_their_tests_events(tmp_path: Path) -> None:
    found = load_rules(written(tmp_path))
    assert found.rules == tuple(replace(rule, tests=()) for rule in Some().rules)
    assert [rule.tested for rule in found.rules] == [2, 1]
    assert (found.sources, found.channels, found.digests) == (
        CONFIG.sources,
        CONFIG.channels,
        CONFIG.digests,
    )


def test_the_projects_own_rules_come_back_and_bind(tmp_path: Path) -> None:
    own = installed(ROOT / "rules")
    for name, content in compile_rules(own).items():
        (tmp_path / name).write_bytes(content)
    asked = prepare(
        "s3-writes my-bucket 24h",
        load_index(tmp_path).cards,
        SOURCES,
        NOW,
        NOW.tzinfo,  # type: ignore[arg-type]
    )
    rules = {rule.id: rule for rule in load_rules(tmp_path).rules}
    assert [rule.query for rule in rules.values()] == [rule.query for rule in own.rules]
    assert '"my-bucket"' in str(bound_query(rules["s3-writes"], asked.values))


def test_the_same_rules_make_the_same_bytes() -> None:
    assert compile_rules(Some()) == compile_rules(Some())


def sealed(body: bytes) -> bytes:
    """A file whose head is right, whatever is in it."""
    return b"siem-rules 1 %d %08x\n" % (len(body), zlib.crc32(body)) + body


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "something else": lambda _: b"something else",
    "no head": lambda content: b"\n" + content,
    "cut": lambda content: content[:-1],
    "changed": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "another form": lambda content: content.replace(b" 1 ", b" 2 ", 1),
    "no form": lambda content: content.replace(b" 1 ", b" \xff ", 1),
    "no msgpack": lambda _: sealed(b"\xc1"),
    "another shape": lambda _: sealed(b"\x90"),
}


@pytest.mark.parametrize("load", [load_index, load_rules])
@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_broken_or_foreign_file_is_a_clear_error(
    tmp_path: Path,
    load: Callable[[Path], object],
    spoil: Callable[[bytes], bytes],
) -> None:
    for name, content in compile_rules(Some()).items():
        (tmp_path / name).write_bytes(spoil(content))
    with pytest.raises(BotError, match=r"Build and deploy again: python -m bot package"):
        load(tmp_path)


@pytest.mark.parametrize(("load", "name"), [(load_index, INDEX), (load_rules, FULL)])
def test_a_missing_file_is_a_clear_error(
    tmp_path: Path, load: Callable[[Path], object], name: str
) -> None:
    with pytest.raises(BotError, match=rf"{name} is not .* \(No such file"):
        load(tmp_path)


class Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return exec, ("raise SystemExit",)


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(Harm()),
        b"",
        b"\x80\x05",
        b"\x80\x05cbot.rules.model\nGone\n.",
        b"\x80\x05K\x01R.",
    ],
)
def test_nothing_but_rules_is_made_from_bytes(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pickle has many words for it
        rule_trees.read(content)


def test_reading_leaves_the_collector_as_it_was() -> None:
    code = (
        "import gc, sys; from bot.aws import rule_trees; gc.disable()\n"
        "rule_trees.read(rule_trees.written(())); assert not gc.isenabled()\n"
        "gc.enable(); rule_trees.read(rule_trees.written(())); assert gc.isenabled()\n"
        "try: rule_trees.read(b'')\nexcept ValueError: assert gc.isenabled()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_index_is_read_without_anything_of_the_language(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.aws.rule_index import load_index\n"
        f"load_index(Path({str(written(tmp_path))!r}))\n"
        "heavy = {'pickle', 'yaml', 'bot.query.ast', 'bot.query.parser', 'bot.rules.model'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
