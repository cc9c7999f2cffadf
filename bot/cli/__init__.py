"""The command line: `python -m bot …`. Each command is a module, loaded only when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import BotError

BAD_INPUT = 2
"""Exit status when what was typed cannot be done; the reason is on standard error."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 (something was found), 2 (bad input)."""
    options = _parser().parse_args(arguments)
    command = importlib.import_module(f"bot.cli.{options.module}")
    try:
        status: int = getattr(command, options.function)(options)
        sys.stdout.flush()
    except BotError as error:
        print(f"{options.prog}: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough (`… | head`): that is no failure of ours. Python
        # would complain once more when it closes standard output, so that goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="A SIEM that lives in Slack and in the logs you have."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    demo = commands.add_parser("demo", help="the bot with a local Slack and a local CloudWatch")
    demo.add_argument("--logs", nargs="+", metavar="PATH", type=Path, help="serve these log files")
    demo.add_argument(
        "--now", metavar="TIME", help="where the clock stands, such as 2026-11-01T09:00Z"
    )
    demo.add_argument(
        "--port", type=int, help="where the page is served (default: 8420, or the next one free)"
    )
    demo.add_argument("--region", help="the AWS region that links point to")
    demo.add_argument("--seed", type=int, default=1, help="another seed makes other traffic")
    demo.add_argument(
        "--fresh", action="store_true", help="forget what earlier runs kept in SIEM_DATA"
    )
    demo.add_argument(
        "--verbose", action="store_true", help="print the other addresses, and what goes on"
    )
    demo.set_defaults(module="demo", function="run")

    _add_serve(commands.add_parser("serve", help="the bot for your workspace, as one process"))

    ask = commands.add_parser("ask", help="ask a rule, as `/siem` does in Slack")
    ask.add_argument("question", nargs="+", help="a rule, its arguments, and a window")
    _add_logs(ask, required=True)
    ask.add_argument("--now", metavar="TIME", help="where a window such as 24h ends (default: now)")
    _add_zone(ask)
    _add_format(ask)
    ask.set_defaults(module="ask", function="run")

    _add_query(commands.add_parser("query", help="run a query in Logs Insights QL over log files"))

    digest = commands.add_parser("digest", help="sum up a time: alerts, and events by service")
    digest.add_argument("window", nargs="*", help="such as 24h (the default) or 2026-11-01")
    _add_logs(digest, required=True)
    digest.add_argument(
        "--now", metavar="TIME", help="where the window ends (default: after the newest event)"
    )
    _add_zone(digest)
    digest.add_argument("--format", choices=("text", "json"), default="text")
    digest.set_defaults(module="digest", function="run")

    _add_rules(commands.add_parser("rules", help="look at, check and test the rules"))
    _add_slack(commands.add_parser("slack", help="what the Slack app needs"))
    _add_doctor(commands.add_parser("doctor", help="is the deployment well, and what to fix"))
    _add_tick(commands.add_parser("tick", help="run the rules that alert, once, over log files"))
    _add_package(commands.add_parser("package", help="build the zips of the Lambda functions"))

    local = commands.add_parser("local", help="what stands in for the cloud, by itself")
    services = local.add_subparsers(metavar="SERVICE", required=True)
    _add_local_cloudwatch(services.add_parser("cloudwatch", help="the CloudWatch Logs API"))
    _add_local_slack(services.add_parser("slack", help="a Slack workspace, with its page"))

    for name, command in commands.choices.items():
        command.set_defaults(prog=f"python -m bot {name}")
    return parser


def _add_local_cloudwatch(cloudwatch: argparse.ArgumentParser) -> None:
    cloudwatch.add_argument(
        "--port", type=int, default=4586, metavar="N", help="0 takes a free one (default: 4586)"
    )
    _add_logs(cloudwatch, required=False, metavar="[GROUP=]PATH")
    cloudwatch.add_argument(
        "--data", metavar="FOLDER", type=Path, help="keep everything here (default: keep nothing)"
    )
    cloudwatch.add_argument("--region", default="eu-west-1", help="(default: eu-west-1)")
    cloudwatch.add_argument(
        "--plan", metavar="FILE", type=Path, help="quotas, faults, slow queries: a JSON file"
    )
    cloudwatch.set_defaults(module="local_cloudwatch", function="run")


def _add_local_slack(slack: argparse.ArgumentParser) -> None:
    slack.add_argument("--port", type=int, default=8410, help="where it is served (default: 8410)")
    slack.add_argument(
        "--seed", metavar="FILE", type=Path, help="its people, channels and app: YAML or JSON"
    )
    slack.add_argument(
        "--data", metavar="FOLDER", type=Path, help="keep messages here (default: nowhere)"
    )
    slack.add_argument(
        "--app-url", metavar="URL", help="where commands, clicks and events are posted"
    )
    slack.add_argument("--relaxed", action="store_true", help="without Slack's rate limits")
    slack.set_defaults(module="local_slack", function="run")


def _add_serve(serve: argparse.ArgumentParser) -> None:
    way = serve.add_mutually_exclusive_group()
    way.add_argument("--socket-mode", action="store_true", help="connect to Slack")
    way.add_argument(
        "--http", metavar="PORT", type=_port,
        help="let Slack post here (default: what is configured; then port 3000)",
    )  # fmt: skip
    serve.add_argument(
        "--host", default="127.0.0.1",
        help="where to listen (default: 127.0.0.1; in a container 0.0.0.0)",
    )  # fmt: skip
    serve.add_argument(
        "--health-port", metavar="PORT", type=_port,
        help="in Socket Mode, where /health is served (default: 8430; over HTTP it is there)",
    )  # fmt: skip
    serve.add_argument(
        "--drain", metavar="SECONDS", type=_seconds, default=25.0,
        help="how long what runs may take when the process is told to stop (default: 25)",
    )  # fmt: skip
    serve.add_argument(
        "--log-format", choices=("json", "text"), default="json",
        help="lines for machines, or for people (default: json)",
    )  # fmt: skip
    serve.set_defaults(module="serve", function="run")


def _add_query(query: argparse.ArgumentParser) -> None:
    query.add_argument("query", nargs="?", help="the query; `-` reads it from standard input")
    _add_logs(query, required=False, metavar="[GROUP=]PATH")
    query.add_argument("--start", metavar="TIME", help="search from here on")
    query.add_argument("--end", metavar="TIME", help="search up to here; a date is included whole")
    query.add_argument("--now", metavar="TIME", help="what now() means in the query")
    _add_zone(query)
    _add_format(query)
    query.add_argument(
        "--reading", action="append", default=[], metavar="QUESTION=ANSWER",
        help="read what AWS leaves open in another way; may be given again",
    )  # fmt: skip
    query.add_argument(
        "--lookup", action="append", default=[], metavar="NAME=FILE.csv",
        help="a lookup table; may be given again",
    )  # fmt: skip
    query.add_argument(
        "--processes", type=_count, metavar="N", help="read with at most N (default: one a core)"
    )
    query.add_argument(
        "--plain", action="store_true",
        help="without whatever makes it faster, to check that the rows are the same",
    )  # fmt: skip
    query.add_argument("--quiet", action="store_true", help="print no warnings about the query")
    instead = query.add_argument_group("instead of running it").add_mutually_exclusive_group()
    instead.add_argument("--explain", action="store_true", help="print the plan")
    instead.add_argument("--lint", action="store_true", help="print where it may surprise you")
    instead.add_argument(
        "--format-query", action="store_true", help="print it laid out, with its comments"
    )
    instead.add_argument(
        "--readings", action="store_true", help="print what AWS leaves open, and the answers here"
    )
    instead.add_argument(
        "--check", metavar="FILE", type=Path, help='check each {"query": …} line of a file'
    )
    query.set_defaults(module="query", function="run")


def _add_rules(rules: argparse.ArgumentParser) -> None:
    actions = rules.add_subparsers(metavar="ACTION", required=True)
    for name, words in (
        ("list", "which rules there are"),
        ("check", "every fault of every rule"),
        ("test", "run the tests of the rules"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("rule", nargs="?", help="only this rule")
        action.set_defaults(module="rules", function=f"{name}_rules")

    trial = actions.add_parser("try", help="what the rules would find in log files")
    trial.add_argument("rule", nargs="?", help="only this rule")
    trial.add_argument("--all", action="store_true", help="every rule that alerts (the default)")
    _add_logs(trial, required=True)
    trial.add_argument("--start", metavar="TIME", help="search from here on")
    trial.add_argument("--end", metavar="TIME", help="search up to here; a date is included whole")
    _add_zone(trial)
    trial.add_argument(
        "--rules", metavar="DIR", type=Path, help="the folder of rules (default: SIEM_RULES)"
    )
    trial.add_argument(
        "--processes", metavar="N", type=int, help="read with at most so many (default: the cores)"
    )
    trial.add_argument("--format", choices=("table", "json"), default="table")
    trial.set_defaults(module="try_rules", function="try_rules")


def _add_slack(slack: argparse.ArgumentParser) -> None:
    actions = slack.add_subparsers(metavar="ACTION", required=True)
    made = actions.add_parser("manifest", help="print the app's manifest, to paste into Slack")
    made.add_argument("--url", help="where Slack posts to (default: Socket Mode, no address)")
    made.add_argument("--name", default="siem", help="what people see (default: siem)")
    made.add_argument("--format", choices=("yaml", "json"), default="yaml")
    made.set_defaults(module="slack_manifest", function="print_manifest")


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument(
        "--stage", metavar="NAME",
        help="look at a deployment by serverless.yml (default: what `serve` would use)",
    )  # fmt: skip
    doctor.add_argument("--region", help="its AWS region (default: AWS_REGION)")
    doctor.add_argument(
        "--search", action="store_true",
        help="also search each log, to see whether what rules need is in it (this costs a little)",
    )  # fmt: skip
    doctor.add_argument("--format", choices=("text", "json"), default="text")
    doctor.set_defaults(module="doctor", function="run")


def _add_tick(tick: argparse.ArgumentParser) -> None:
    _add_logs(tick, required=True)
    tick.add_argument("--now", metavar="TIME", help="search up to here (default: now)")
    tick.add_argument(
        "--state", metavar="FILE", type=Path,
        help="what was searched and found before (default: state.db in SIEM_DATA)",
    )  # fmt: skip
    tick.set_defaults(module="watch", function="tick")


def _add_package(package: argparse.ArgumentParser) -> None:
    package.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("build"),
        help="where the zips go, and the wheels they are made of (default: build)",
    )  # fmt: skip
    package.add_argument(
        "--python", metavar="VERSION", default="3.13", help="the runtime's (default: 3.13)"
    )
    package.add_argument(
        "--platform", metavar="NAME", default="x86_64", help="x86_64 (the default) or arm64"
    )
    package.add_argument(
        "--deployable", action="store_true",
        help="refuse rules whose alerts have nowhere to go (as `make deploy` does)",
    )  # fmt: skip
    package.set_defaults(module="package", function="run")


def _add_logs(parser: argparse.ArgumentParser, *, required: bool, metavar: str = "PATH") -> None:
    parser.add_argument(
        "--logs", nargs="+", action="extend", metavar=metavar, type=Path, required=required,
        help="files or folders: CloudTrail, JSON lines or plain text, gzip or not",
    )  # fmt: skip


def _count(text: str) -> int:
    """A number of 1 or more. `ArgumentTypeError` for any other text."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError("expected a number of 1 or more")
    return int(text)


def _port(text: str) -> int:
    """A port; 0 takes a free one. `ArgumentTypeError` for any other text."""
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65_536):
        raise argparse.ArgumentTypeError("expected a port, 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    """A time in seconds, at most an hour. `ArgumentTypeError` for any other text."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3_600:
        raise argparse.ArgumentTypeError("expected seconds, 0 to 3600")
    return seconds


def _add_zone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--zone", help="time zone of times without one, such as Europe/Berlin")


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
