"""`python -m bot package`: the zips of the two Lambda functions, each with what it can import."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.aws.rule_index import FULL, INDEX, compile_rules
from bot.cli.installed import check_channels, installed
from bot.cli.packing import archive, services
from bot.cli.packing.distributions import needed, pins
from bot.cli.packing.imports import Reached, reached
from bot.cli.packing.wheels import Target, fetched, laid_out
from bot.config import Settings
from bot.errors import BotError

ROOT = Path(__file__).resolve().parents[2]
"""The project: its sources, its rules, its requirements.txt."""

MEGABYTE = 1024 * 1024

MOST_UNZIPPED = 250 * MEGABYTE
"""Of a function with its layers (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""

MOST_ZIPPED = 50 * MEGABYTE
"""Of a zip that is uploaded directly (the same page)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A Lambda function: the name of its zip, its module, what must never be in it, and the file of
    compiled rules that it reads, if it does."""

    name: str
    module: str
    never: tuple[str, ...]
    rules: str = ""


ENTRIES = (
    Entry(
        "slack",
        "bot.aws.slack_function",
        # It has three seconds, its start included: what it does not load cannot slow it.
        ("bot.engine", "bot.local", "bot.cli", "aiohttp", "sqlite3", "yaml"),
        INDEX,
    ),
    Entry("worker", "bot.aws.worker", ("bot.local", "bot.cli", "aiohttp", "sqlite3"), FULL),
)


@dataclass(frozen=True, slots=True)
class Built:
    """What was made of an entry."""

    path: Path
    zipped: int
    unzipped: int
    modules: int
    pins: Mapping[str, str]
    operations: Mapping[str, Sequence[str]]


def run(options: argparse.Namespace) -> int:
    """Build the zips, print what they weigh."""
    target = Target(options.python, options.platform)
    rules = Settings.from_environ(os.environ).rules
    if options.deployable:
        check_channels(installed(rules))
    print_built(build(options.out, target, rules=rules), target)
    return 0


def build(
    out: Path,
    target: Target,
    root: Path = ROOT,
    entries: Sequence[Entry] = ENTRIES,
    rules: Path | None = None,
) -> list[Built]:
    """The zip of each entry in `out`, from the project at `root` and its rules, or those in `rules`.

    `BotError` if an entry imports what it must not or what is not pinned, if wheels are missing
    and cannot be fetched, if the zip lacks what its entry imports, or is larger than Lambda takes.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BotError(f"{out} cannot be made: {error.strerror}.") from error
    pinned = pins(root / "requirements.txt")
    found = [(entry, reached(root, entry.module)) for entry in entries]
    for entry, modules in found:
        refuse(entry, modules)
    compiled = _compiled_rules(entries, rules or root / "rules")
    needs = [needed(modules.others, pinned) for _, modules in found]
    together = {name: version for each in needs for name, version in each.items()}
    wheels = fetched(together, target, out / "wheels") if together else {}
    return [
        _built(
            entry,
            replace(modules, contents=compiled[entry.name]),
            {name: wheels[name] for name in each},
            out,
            target,
            root,
        )
        for (entry, modules), each in zip(found, needs, strict=True)
    ]


def refuse(entry: Entry, modules: Reached) -> None:
    """Raise `BotError`, with the way that leads there, if an entry imports what it must not."""
    chains = [chain for name in entry.never if (chain := modules.chain(name))]
    if chains:
        ways = "\n".join("  " + " → ".join(chain) for chain in chains)
        raise BotError(f"{entry.name}.zip must not hold what it would import here:\n{ways}")


def _built(
    entry: Entry,
    modules: Reached,
    wheels: Mapping[str, Path],
    out: Path,
    target: Target,
    root: Path,
) -> Built:
    path = out / f"{entry.name}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / entry.name
        folder.mkdir()
        laid_out(wheels, folder)
        operations = services.prune(folder, services.used(modules.trees))
        for source in modules.files.values():
            copy = folder / source.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        for name, content in modules.contents.items():
            (folder / name).write_bytes(content)
        compiler = archive.interpreter(target.python)
        if compiler is not None:
            archive.compile_all(folder, compiler)
            if target.runs_here:
                archive.check_imports(folder, entry.module, compiler)
        unzipped = archive.zipped(folder, path)
    zipped = path.stat().st_size
    for size, most, words in (
        (unzipped, MOST_UNZIPPED, "unzipped"),
        (zipped, MOST_ZIPPED, "zipped"),
    ):
        if size > most:
            path.unlink()
            raise BotError(
                f"{path.name} is {size / MEGABYTE:.1f} MB {words}; Lambda takes "
                f"{most // MEGABYTE} MB. Leave a distribution out."
            )
    versions = {name: wheel.name.split("-")[1] for name, wheel in wheels.items()}
    return Built(path, zipped, unzipped, len(modules.files), versions, operations)


def _compiled_rules(entries: Sequence[Entry], rules: Path) -> dict[str, dict[str, bytes]]:
    """What functions read instead of YAML: for each entry files at the root of its zip, by name.

    `BotError` if a rule does not load: one that is left behind would be missed by nobody.
    """
    if not any(entry.rules for entry in entries):
        return {entry.name: {} for entry in entries}
    found = installed(rules)
    if found.faults:
        listed = "\n".join(map(str, found.faults))
        raise BotError(f"Nothing is packaged while rules do not load:\n{listed}")
    made = compile_rules(found)
    return {
        entry.name: {entry.rules: made[entry.rules]} if entry.rules else {} for entry in entries
    }


def print_built(built: Sequence[Built], target: Target) -> None:
    """Say what was built: sizes, modules, distributions, and which calls to AWS are possible."""
    for each in built:
        print(
            f"{each.path}  {each.zipped / MEGABYTE:.2f} MB, "
            f"{each.unzipped / MEGABYTE:.2f} MB unzipped, {each.modules} modules of the bot"
        )
        print("  with", ", ".join(f"{name} {version}" for name, version in each.pins.items()))
        for service, operations in each.operations.items():
            print(f"  {service}:", ", ".join(operations))
    if archive.interpreter(target.python) is None:
        print(
            f"There is no Python {target.python} here, so sources are not compiled: "
            "each cold start takes about a quarter of a second longer."
        )
