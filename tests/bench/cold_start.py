"""How long a cold start takes, from nothing to the acknowledgement, beside a bare Bolt app.

`python -m tests.bench.cold_start [--runs 20] [--rules 1000] [--zip dist/slack.zip]` runs both in turn, a
new process each, and prints the least and the median of each and their ratio. Each process imports its
function, gets one signed `/siem s3-writes my-bucket 24h` as an event, and ends with the acknowledgement.
AWS and Slack are one local server that answers at once (`cold_start_services`), the same for both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.aws.rule_index import INDEX, compile_rules
from bot.cli.installed import installed
from tests.bench import cold_start_services as made_up
from tests.bench.cold_start_services import Services, services
from tests.bench.measure import ROOT, BenchError

MOST = 1.3
"""Our function may take so many times as long as the bare one."""

OURS, BARE = "bot.aws.slack_function", "tests.bench.cold_start_bare"

_LAUNCH = """
import importlib, json, sys
event = json.loads(sys.argv[2])
answer = importlib.import_module(sys.argv[1]).handler(event, None)
print(answer["statusCode"], answer["body"], flush=True)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured: seconds of each run."""

    ours: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Ours to the bare one, by the least of each: what else the machine did only adds."""
        return min(self.ours) / min(self.bare)


@dataclass(frozen=True, slots=True)
class Runner:
    """An interpreter, and where it finds modules first."""

    python: str = sys.executable
    path: tuple[str, ...] = (str(ROOT),)


HERE = Runner()


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if ours takes too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cold_start", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--rules", type=int, default=1_000)
    parser.add_argument(
        "--zip", type=Path, help="our zip: ours runs from it, both with its botocore"
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter that runs both")
    parser.add_argument("--index", type=Path, help="a folder with an index that was written before")
    parser.add_argument("--one", choices=("ours", "bare"), help="print the microseconds of one run")
    options = parser.parse_args(words)
    if options.one is not None:
        module = OURS if options.one == "ours" else BARE
        with services() as served:
            one_run(module, served, options.index)
            print(one_run(module, served, options.index) * 1e6)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder), options.rules)
        both = {OURS: Runner(options.python), BARE: Runner(options.python)}
        if options.zip is not None:
            zipped = str(unpacked(options.zip, Path(folder) / "zip"))
            # boto3 is not in our zip: it has none of its own data, and is the same for any Python.
            boto3 = str(Path(find_spec("boto3").origin).parents[1])  # type: ignore[union-attr,arg-type]
            both = {
                OURS: Runner(options.python, (zipped,)),
                BARE: Runner(options.python, (zipped, str(ROOT), boto3)),
            }
        outcome = measured(Path(folder), both, options.runs)
    for name, runs in (("siem-bot", outcome.ours), ("bare Bolt app", outcome.bare)):
        least, median = min(runs) * 1e3, statistics.median(runs) * 1e3
        print(f"{name:14} least {least:6.0f} ms   median {median:6.0f} ms   of {len(runs)} runs")
    word = "met" if outcome.ratio <= MOST else "NOT MET"
    print(f"ratio {outcome.ratio:.2f}, at most {MOST:g}: {word}")
    return 0 if outcome.ratio <= MOST else 1


def write_index(folder: Path, number: int = 1_000) -> None:
    """The compiled index of so many rules: those of the project, again and again under other ids."""
    found = installed(ROOT / "rules")
    rules = list(found.rules)
    for copy in range(number - len(rules)):
        rule = found.rules[copy % len(found.rules)]
        rules.append(replace(rule, id=f"{rule.id}-{copy}"))
    files = compile_rules(SimpleNamespace(rules=rules[:number], config=found.config))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INDEX).write_bytes(files[INDEX])


def unpacked(zip_file: Path, folder: Path) -> Path:
    """The folder with what is in a zip of ours."""
    with zipfile.ZipFile(zip_file) as zipped:
        zipped.extractall(folder)
    return folder


def measured(rules: Path, runners: Mapping[str, Runner], runs: int) -> Outcome:
    """Run both in turn. One run of each comes first, so that everything is compiled and read once."""
    times: dict[str, list[float]] = {OURS: [], BARE: []}
    with services() as served:
        for number in range(runs + 1):
            for module, found in times.items():
                seconds = one_run(module, served, rules, runners[module])
                if number:
                    found.append(seconds)
    return Outcome(tuple(times[OURS]), tuple(times[BARE]))


def one_run(module: str, served: Services, rules: Path, runner: Runner = HERE) -> float:
    """Seconds from the start of a new process to its acknowledgement. `BenchError` for any other."""
    event = json.dumps(signed_event())
    served.calls.clear()
    command = [runner.python, "-c", _LAUNCH, module, event]
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(served.url, rules, runner.path), cwd=rules,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        said = next(
            (line for line in process.stdout if not line.startswith("{")), ""
        )  # not the log
        took = time.perf_counter() - began
        troubles = process.stderr.read()
    if said.strip() != "200" or not served.calls["SendMessage"]:
        raise BenchError(f"{module} did not acknowledge: {said}{troubles}")
    return took


def signed_event() -> dict[str, object]:
    """The command as a function URL delivers it (payload format 2.0)."""
    body = urlencode(
        {
            "command": "/siem",
            "text": "s3-writes my-bucket 24h",
            "team_id": made_up.TEAM,
            "user_id": made_up.USER,
            "channel_id": made_up.CHANNEL,
            "trigger_id": f"1.2.{time.time_ns()}",
            "response_url": "http://127.0.0.1:9/none",
        }
    )
    at = str(int(time.time()))
    signature = SignatureVerifier(made_up.SIGNING_SECRET).generate_signature(
        timestamp=at, body=body
    )
    return {
        "version": "2.0",
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": at,
            "x-slack-signature": signature,
        },
        "requestContext": {"http": {"method": "POST", "path": "/"}},
        "body": body,
        "isBase64Encoded": False,
    }


def environment(url: str, rules: Path, path: Sequence[str]) -> Mapping[str, str]:
    """What Lambda and the deployment would set, and the local addresses."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path),
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_ENDPOINT_URL": url,
        "SIEM_STAGE": "dev",
        "SIEM_TABLE": "siem-dev",
        "SIEM_JOBS_URL": f"{url}/111122223333/siem-dev-jobs",
        "SIEM_BACKGROUND_URL": f"{url}/111122223333/siem-dev-background",
        "SIEM_SECRETS": "/siem/dev",
        "SLACK_API_URL": f"{url}/api/",
        "LAMBDA_TASK_ROOT": str(rules),
        "BARE_TOKEN": made_up.TOKEN,
        "BARE_SIGNING_SECRET": made_up.SIGNING_SECRET,
    }


if __name__ == "__main__":
    sys.exit(main())
