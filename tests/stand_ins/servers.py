"""Starts the servers that stand in for AWS, waits until they listen, and ends them."""

from __future__ import annotations

import functools
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

INSTALLED = Path(__file__).resolve().parents[2] / ".venv" / "stand_ins"
"""Where `make stand_ins` puts them."""

START_SECONDS = 30.0
"""How long a server may take until it listens; it takes under a second on a quiet machine."""

ATTEMPTS = 3
"""Another process may take the port that was free a moment ago."""

OLDEST_NODE = 20
"""What dynalite and osls ask for (`engines` in their package.json)."""

_running: list[tuple[subprocess.Popen[bytes], Path]] = []


@functools.cache
def aws() -> str:
    """Start ministack, once for this process; its address, for any `endpoint_url`."""
    return _ministack({})


@functools.cache
def guarded_aws() -> str:
    """Another ministack, which asks IAM: roles may do what their policies say and nothing else."""
    return _ministack({"AUTH": "true"})


def _ministack(more: dict[str, str]) -> str:
    python = INSTALLED / "bin" / "python"
    _require(python)

    def command(port: int) -> tuple[list[str], dict[str, str]]:
        surroundings = {
            "BIND_HOST": "127.0.0.1",  # its own choice is every address of the machine
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": "eu-west-1",
            "MINISTACK_WORKER_THREADS": "16",
        }
        return [str(python), "-m", "ministack"], surroundings | more

    return _started("ministack", command)


@functools.cache
def dynalite() -> str:
    """Start dynalite, once for this process; its address, for DynamoDB's `endpoint_url`.

    Skips the test on a machine without a Node.js that dynalite runs on.
    """
    node = node_js()
    if node is None:
        pytest.skip(f"no node {OLDEST_NODE} or newer here: dynalite runs on Node.js")
    script = INSTALLED / "node_modules" / "dynalite" / "cli.js"
    _require(script)

    def command(port: int) -> tuple[list[str], dict[str, str]]:
        at_once = [f"--{verb}TableMs=0" for verb in ("create", "delete", "update")]
        return [node, str(script), "--host=127.0.0.1", f"--port={port}", *at_once], {}

    return _started("dynalite", command)


@functools.cache
def node_js() -> str | None:
    """The path of a Node.js that is new enough; None where there is none."""
    node = shutil.which("node")
    if node is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return node if int(version.lstrip("v").partition(".")[0]) >= OLDEST_NODE else None


def stop() -> None:
    """End every server that this process started."""
    aws.cache_clear()
    guarded_aws.cache_clear()
    dynalite.cache_clear()
    while _running:
        process, folder = _running.pop()
        process.kill()  # nothing is kept, and on SIGTERM ministack takes two seconds
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _require(path: Path) -> None:
    if not path.exists():
        pytest.fail(f"{path} is missing: run `make stand_ins`", pytrace=False)


def _started(name: str, command: Callable[[int], tuple[list[str], dict[str, str]]]) -> str:
    """Run `command(port)` on a free port until one attempt listens. `RuntimeError` if none does."""
    said = ""
    for _ in range(ATTEMPTS):
        port = _free_port()
        folder = Path(tempfile.mkdtemp(prefix=f"siem-{name}-"))
        line, surroundings = command(port)
        # PATH and a home of its own, no more: no profile, proxy or Docker of this machine.
        own = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder)}
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                line, env=own | surroundings, cwd=folder, stdout=log, stderr=subprocess.STDOUT
            )
        _running.append((process, folder))
        if _listens(process, port):
            return f"http://127.0.0.1:{port}"
        said = (folder / "log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{name} does not start. It said:\n{said}")


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the port answers; False once the process has ended or time is up."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process.poll() is None
        time.sleep(0.02)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
