"""Runs a zip as Lambda does: AWS's own bootstrap, nothing else to import, killed when time is up.

    with Function(zip, "bot.aws.worker.handler", env, timeout=120) as function:
        answer = function.invoke(event)      # FunctionError for what Lambda calls a function error

The process is started by the first invocation, stands still between two (as Lambda freezes it),
serves one at a time, and is started anew after it has died. It can import the standard library,
what is in the zip, and awslambdaric; Lambda would offer its own boto3 too, and we ship ours.
Not imitated: the limits of memory and processor, /tmp of its own, a read-only /var/task.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.cli.packing import archive
from bot.cli.packing.distributions import pins
from bot.cli.packing.wheels import Target, fetched, laid_out
from tests.aws.runtime_api import Invocation, RuntimeApi

ROOT = Path(__file__).resolve().parents[2]

INIT_SECONDS = 10.0
"""How long a function may take to load (Lambda, Execution environment lifecycle)."""


class FunctionError(Exception):
    """What Lambda calls a function error: `payload` is what the one who invoked would get."""

    def __init__(self, payload: Mapping[str, Any], logs: str) -> None:
        """Keep the error and what the function has written so far."""
        super().__init__(f"{payload.get('errorType')}: {payload.get('errorMessage')}\n{logs}")
        self.payload = payload
        self.kind = str(payload.get("errorType"))
        self.logs = logs


@functools.cache
def target() -> Target:
    """What to build zips for, so that they run here: Lambda's Python if it is here, else ours."""
    machine = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    for python in ("3.13", "{}.{}".format(*sys.version_info)):
        if archive.interpreter(python) is not None:
            return Target(python, machine)
    raise AssertionError("the Python that runs the tests is always here")


@functools.cache
def _bootstrap() -> Path:
    """A folder with awslambdaric and what it needs, for `target()`; made once, then kept."""
    pinned = pins(Path(__file__).with_name("lambda-requirements.txt"))
    wheels = fetched(pinned, target(), ROOT / "build" / "wheels")
    key = "-".join([target().python, target().platform, *pinned.values()])
    folder = ROOT / "build" / "lambda" / key
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent))
        laid_out(wheels, scratch)
        with contextlib.suppress(OSError):  # another process was faster
            scratch.rename(folder)
    return folder


class Function:
    """A function deployed from a zip. Safe to use from many threads: it does one thing at a time."""

    def __init__(
        self,
        package: Path,
        handler: str,
        env: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        memory: int = 1024,
    ) -> None:
        """`handler` as in serverless.yml; `env` on top of what Lambda sets; `timeout` in seconds."""
        self._package = package
        self._handler = handler
        self._env = dict(env or {})
        self._timeout = timeout
        self._memory = memory
        self.name = handler.replace(".", "-")
        self.cold_starts = 0
        self.cold_ms = 0.0
        """How long the last start took: from nothing to asking for the first event."""
        self.last_ms = 0.0
        """How long the last invocation took."""
        self._lock = threading.Lock()
        self._sandbox: _Sandbox | None = None

    def __enter__(self) -> Function:
        """Unpack the zip. Nothing runs yet."""
        self._folder = Path(tempfile.mkdtemp(prefix="siem-lambda-"))
        self._task = self._folder / "task"
        with zipfile.ZipFile(self._package) as packed:
            packed.extractall(self._task)
        self._log = self._folder / "log"
        self._log.touch()
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, forget the files."""
        self._drop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def logs(self) -> str:
        """All that the function has written, over all of its processes."""
        return self._log.read_text(errors="replace")

    def invoke(self, event: object) -> Any:
        """Run the handler on an event (JSON) and return what it returns. `FunctionError` if it fails."""
        invocation = Invocation(
            id=str(uuid.uuid4()),
            event=json.dumps(event).encode(),
            seconds=self._timeout,
            arn=f"arn:aws:lambda:eu-west-1:111122223333:function:{self.name}",
        )
        with self._lock:
            error = self._run(invocation)
        if error is not None:
            raise FunctionError(error, self.logs)
        assert invocation.answer is not None
        return json.loads(invocation.answer)

    def kill(self) -> None:
        """End the process this moment, as when its machine goes: also in the middle of something."""
        sandbox = self._sandbox
        if sandbox is not None:
            sandbox.process.kill()
            sandbox.process.wait()

    def _run(self, invocation: Invocation) -> Mapping[str, Any] | None:
        """Do one invocation; the error, if there is one."""
        if self._sandbox is not None and self._sandbox.process.poll() is not None:
            self._drop()
        try:
            if self._sandbox is None:
                self._sandbox = _Sandbox(
                    self._command(), self._task, self._surroundings(), self._log
                )
                self.cold_starts += 1
                self.cold_ms = self._sandbox.init()
            self.last_ms = self._sandbox.run(invocation)
        except _Ended as ended:
            self._drop()
            message = f"RequestId: {invocation.id} Error: {ended.message}"
            return ended.payload or {"errorType": ended.kind, "errorMessage": message}
        return invocation.error

    def _drop(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def _command(self) -> list[str]:
        python = archive.interpreter(target().python)
        assert python is not None
        # Without `site` there is no site-packages: neither this machine's nor the tests'.
        return [python, "-S", "-s", "-m", "awslambdaric", self._handler]

    def _surroundings(self) -> dict[str, str]:
        """What Lambda sets (Defined runtime environment variables), and the function's own."""
        return {
            "_HANDLER": self._handler,
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "111122223333",  # the account, to a stand-in
            "AWS_SECRET_ACCESS_KEY": "made-up",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{target().python}",
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self._memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/01/[$LATEST]1",
            "LAMBDA_TASK_ROOT": str(self._task),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PATH": "/usr/local/bin:/usr/bin/:/bin",
            "PYTHONPATH": str(_bootstrap()),
            "PYTHONDONTWRITEBYTECODE": "1",  # /var/task cannot be written to
        } | self._env


class _Ended(Exception):  # noqa: N818 - no error of ours: it tells how a process came to its end
    def __init__(self, kind: str, message: str, payload: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.payload = payload


class _Sandbox:
    """One process of a function and the Runtime API that it talks to."""

    def __init__(self, command: list[str], task: Path, env: Mapping[str, str], log: Path) -> None:
        self._api = RuntimeApi()
        self._begun = time.perf_counter()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=task, env={**env, "AWS_LAMBDA_RUNTIME_API": self._api.address},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def init(self) -> float:
        """Wait until the function is loaded; the milliseconds it took. `_Ended` if it is not."""
        if not self._wait(lambda: self._api.idle, INIT_SECONDS):
            raise _Ended("Sandbox.Timedout", f"Init timed out after {INIT_SECONDS:.2f} seconds")
        return (time.perf_counter() - self._begun) * 1000

    def run(self, invocation: Invocation) -> float:
        """Hand it an invocation and wait; the milliseconds it took.

        `_Ended` if the process dies or takes too long.
        """
        begun = time.perf_counter()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGCONT)
        self._api.offer(invocation)
        if not self._wait(lambda: invocation.done, invocation.seconds):
            raise _Ended(
                "Sandbox.Timedout", f"Task timed out after {invocation.seconds:.2f} seconds"
            )
        took = (time.perf_counter() - begun) * 1000
        with contextlib.suppress(_Ended, ProcessLookupError):
            self._wait(lambda: self._api.idle, 1.0)
            os.kill(self.process.pid, signal.SIGSTOP)
        return took

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._watcher.join()
        self._api.close()

    def _wait(self, until, seconds: float) -> bool:
        """Wait; False if time is up. `_Ended` when the process has ended instead."""
        with self._api.changed:
            over = self._api.changed.wait_for(
                lambda: until() or self.process.returncode is not None, seconds
            )
            if not over or until():
                return bool(over)
            if self._api.init_error is not None:
                raise _Ended("", "", self._api.init_error)
            status = self.process.returncode
            how = (
                f"signal: {signal.strsignal(-status).lower()}"
                if status < 0
                else f"exit status {status}"
            )
            raise _Ended("Runtime.ExitError", f"Runtime exited with error: {how}")

    def _watch(self) -> None:
        self.process.wait()
        with self._api.changed:
            self._api.changed.notify_all()
