"""Packages serverless.yml as `make package` does: no network, no credentials, nothing of this machine."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.stand_ins.servers import OLDEST_NODE, node_js

ROOT = Path(__file__).resolve().parents[2]

TOOL = ROOT / "node_modules" / "osls" / "bin" / "serverless.js"

Template = dict[str, Any]


def osls(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run osls, without a network, over a copy of what it reads; `folder` is new."""
    project(folder, {name: name.encode() for name in ("slack", "worker")})  # it only names them
    return run(folder, *arguments, before=offline())


def project(folder: Path, zips: Mapping[str, bytes]) -> None:
    """What osls reads, with these zips, in a new folder. Skips the test without Node.js."""
    if node_js() is None:
        pytest.skip(f"no node {OLDEST_NODE} or newer here: osls runs on Node.js")
    if not TOOL.exists():
        pytest.fail(f"{TOOL} is missing: run `make .venv/osls`", pytrace=False)
    folder.mkdir()
    shutil.copy(ROOT / "serverless.yml", folder)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "build").mkdir()
    for name, content in zips.items():
        (folder / "build" / f"{name}.zip").write_bytes(content)


def run(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run osls in a `project`, with nothing of this machine's environment but PATH."""
    return subprocess.run(
        [*before, str(node_js()), str(TOOL), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def packaged(folder: Path, *arguments: str) -> Template:
    """The template for these arguments, such as `--stage prod`."""
    ran = osls(folder, "package", *arguments)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    path = folder / ".serverless" / "cloudformation-template-update-stack.json"
    template: Template = json.loads(path.read_text())
    return template


@functools.cache
def offline() -> tuple[str, ...]:
    """What to put before a command so that it has no network; empty where that is not allowed."""
    unshare = shutil.which("unshare")
    command = (str(unshare), "--map-root-user", "--net")
    if (
        unshare is None
        or subprocess.run([*command, "true"], check=False, capture_output=True).returncode
    ):
        return ()
    return command
