"""Wheels for the target: fetched once, kept by what is pinned, laid out as an import path."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.cli.packing.distributions import canonical
from bot.errors import BotError

READS_ITS_METADATA = frozenset({"tabulate"})
"""Distributions whose code asks `importlib.metadata` for their own version; the others' is left out.

urllib3 asks too, but for h2, and only when somebody turns HTTP/2 on.
"""

_LEFT_OUT = re.compile(r"(^|/)(tests?|__pycache__|examples)/|\.pyi$|(^|/)py\.typed$")
"""Nothing imports these: tests, type stubs, examples for documentation."""


@dataclass(frozen=True, slots=True)
class Target:
    """The Lambda runtime a zip is for: a Python such as 3.13, and x86_64 or arm64."""

    python: str
    platform: str

    def __post_init__(self) -> None:
        """Raise `BotError` for what no Lambda runtime is."""
        if re.fullmatch(r"3\.\d\d?", self.python) is None:
            raise BotError(f"--python {self.python}: expected a version such as 3.13.")
        if self.platform not in _MACHINES:
            raise BotError(f"--platform {self.platform}: expected {' or '.join(_MACHINES)}.")

    @property
    def tags(self) -> tuple[str, ...]:
        """Platform tags that run on Amazon Linux 2023 (glibc 2.34), the runtimes' system.

        A project that only ships manylinux_2_28 wheels is invisible to manylinux2014 alone.
        """
        machine = _MACHINES[self.platform]
        return f"manylinux2014_{machine}", f"manylinux_2_28_{machine}"

    @property
    def runs_here(self) -> bool:
        """Whether this machine could run it, given its Python."""
        return sys.platform == "linux" and platform.machine() == _MACHINES[self.platform]


_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}


def fetched(pins: Mapping[str, str], target: Target, kept: Path) -> dict[str, Path]:
    """The wheel of each pin for `target`, from `kept`, or else from the package index.

    `BotError` if they were never fetched and cannot be now.
    """
    lines = [f"{name}=={version}" for name, version in sorted(pins.items())]
    key = hashlib.sha256("\n".join([*target.tags, target.python, *lines]).encode()).hexdigest()[:16]
    folder = kept / f"{target.python}-{target.platform}-{key}"
    if not folder.is_dir():
        _fetch(lines, target, folder)
    wheels = {canonical(path.name.partition("-")[0]): path for path in folder.glob("*.whl")}
    if missing := sorted(set(pins) - set(wheels)):
        raise BotError(f"{folder} lacks {', '.join(missing)}: delete the folder, run again.")
    return {name: wheels[name] for name in pins}


def _fetch(lines: list[str], target: Target, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        asked = Path(scratch) / "requirements.txt"
        asked.write_text("\n".join(lines) + "\n")
        wheels = Path(scratch) / "wheels"
        command = [sys.executable, "-m", "pip", "download", "--quiet"]
        command += ["--disable-pip-version-check", "--no-input", "--no-deps", "--retries", "1"]
        command += ["--implementation", "cp", "--python-version", target.python]
        command += [f"--platform={tag}" for tag in target.tags]
        command += ["--only-binary=:all:", "--dest", str(wheels), "--requirement", str(asked)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - pip, with pinned names
        if ran.returncode != 0:
            said = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")]
            raise BotError(
                f"The wheels for Python {target.python} on {target.platform} are not in "
                f"{folder.parent} yet, and pip cannot fetch them:\n  "
                + "\n  ".join(said or ran.stderr.splitlines()[-3:])
                + "\nThe first run, and the first after a pin changed, needs the package index."
            )
        wheels.rename(folder)  # in one step: what is there is whole


def laid_out(wheels: Mapping[str, Path], folder: Path) -> None:
    """Unpack wheels into `folder` as an installer would, without what nothing imports.

    Follows the PyPA's specification "Binary distribution format": the archive's root is the import
    path, and so are `*.data/purelib` and `*.data/platlib`; scripts, headers and data are left out.
    """
    for name, wheel in sorted(wheels.items()):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                place = _place(name, member.filename)
                if place is not None and not member.is_dir():
                    target = folder / place
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with archive.open(member) as source, target.open("wb") as copy:
                        shutil.copyfileobj(source, copy)


def _place(distribution: str, member: str) -> PurePosixPath | None:
    """Where a member of a wheel goes on the import path; None if it is left out."""
    path = PurePosixPath(member)
    if path.is_absolute() or ".." in path.parts:
        raise BotError(f"The wheel of {distribution} wants to write outside: {member!r}.")
    if path.parts[0].endswith(".data"):
        if path.parts[1] not in ("purelib", "platlib"):
            return None
        path = PurePosixPath(*path.parts[2:])
    if path.parts[0].endswith(".dist-info"):
        kept = distribution in READS_ITS_METADATA and path.name == "METADATA"
        return path if kept else None
    return None if _LEFT_OUT.search(str(path)) else path
