"""`python -m bot doctor`: is everything there that the bot needs, and what exactly to do if not."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from slack_sdk import WebClient

from bot.app.answer import visible
from bot.app.checkup import Check, failed, ok, skipped
from bot.aws import checkup_logs, checkup_stack
from bot.aws.clients import make_client, new_session
from bot.cli.installed import Installed, check_channels, installed
from bot.config import Settings, read_secret
from bot.errors import BotError
from bot.slack import checkup as slack

UNWELL = 1
SECRETS = ("slack-bot-token", "slack-signing-secret")

_MARKS = {"ok": "ok     ", "warning": "warning", "failed": "FAILED ", "skipped": "-      "}


def run(options: argparse.Namespace) -> int:
    """Print each check as it is made; 1 if anything failed, else 0."""
    checks = _checks(options, os.environ, datetime.now(UTC))
    return _print_json(checks) if options.format == "json" else _print_text(checks)


def _checks(
    options: argparse.Namespace, environ: Mapping[str, str], now: datetime
) -> Iterator[Check]:
    settings = Settings.from_environ(environ)
    region = options.region or settings.region
    try:
        rules = installed(settings.rules)
    except BotError as error:
        yield failed("Rules", str(error), "Correct the file, then look again.")
        rules = None
    if rules is not None:
        yield from _rules(rules)
    clients = cache(partial(make_client, region=region, tries=2, session=new_session()))
    (identity,) = checkup_logs.check_identity(clients)
    yield identity
    if options.stage is None:
        yield from _slack(_read(environ), _read(environ)["SLACK_BOT_TOKEN"], rules, now)
        if environ.get("SIEM_TABLE"):
            yield from checkup_stack.check_table(clients, environ["SIEM_TABLE"])
    else:
        yield from _deployment(options.stage, clients, environ, rules, now)
    if rules is not None:
        yield from checkup_logs.check_sources(clients, region, rules.sources, now)
        if options.search:
            yield from checkup_logs.check_needs(clients, rules.sources, rules.rules, now)


def _read(environ: Mapping[str, str]) -> dict[str, str]:
    """The surroundings with the secrets that files hold, as `serve` reads them."""
    found = dict(environ)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        found[name] = read_secret(environ, name, [], needed=False)
    return found


def _rules(rules: Installed) -> Iterator[Check]:
    for fault in rules.faults:
        yield failed(
            f"Rule {fault.path}", str(fault), "Correct it: the rule does not run as it is."
        )
    try:
        check_channels(rules)
    except BotError as error:
        says, _, fix = str(error).partition(" Name ")
        yield failed("Channels", says, f"Name {fix}")
    watching = sum(rule.alert is not None and rule.status == "live" for rule in rules.rules)
    yield ok("Rules", f"{len(rules.rules)} load, {watching} of them watch")


def _slack(
    environ: Mapping[str, str], token: str, rules: Installed | None, now: datetime
) -> Iterator[Check]:
    """The Slack app: its token, how Slack reaches the bot, and the channels that are named."""
    address = environ.get("SLACK_API_URL") or WebClient.BASE_URL
    if not token:
        yield failed(
            "Slack token",
            "There is none.",
            "Set SLACK_BOT_TOKEN to the app's Bot User OAuth Token.",
        )
    else:
        client = WebClient(token, base_url=address, retry_handlers=[])
        channels = rules.config.channels if rules is not None else {}
        yield from slack.check_slack(client, channels, now)
    app_token, secret = environ.get("SLACK_APP_TOKEN", ""), environ.get("SLACK_SIGNING_SECRET", "")
    if app_token:
        yield from slack.check_app_token(WebClient(app_token, base_url=address, retry_handlers=[]))
    elif secret:
        yield from slack.check_signing_secret(secret)
    else:
        yield failed(
            "Slack to the bot",
            "Neither a token for Socket Mode nor a signing secret for HTTP is set.",
            "Set SLACK_APP_TOKEN (xapp-…), or SLACK_SIGNING_SECRET.",
        )


def _deployment(
    stage: str,
    clients: checkup_logs.Clients,
    environ: Mapping[str, str],
    rules: Installed | None,
    now: datetime,
) -> Iterator[Check]:
    """What serverless.yml made for the stage."""
    found = checkup_stack.find_deployment(clients, f"siem-{stage}")
    if isinstance(found, Check):
        yield found
        return
    yield ok(f"Stack {found.stack}", "deployed")
    yield from checkup_stack.check_secrets(clients, f"/siem/{stage}", SECRETS)
    yield from checkup_stack.check_stack(clients, found)
    groups = [g for one in (rules.sources.values() if rules else ()) for g in one.groups]
    paths = [f"/siem/{stage}/{name}" for name in SECRETS]
    yield from checkup_stack.check_roles(clients, found, groups, paths)
    yield from checkup_stack.check_alarms(clients, f"siem-{stage}-health-")
    secrets = checkup_stack.secret_values(clients, f"/siem/{stage}", SECRETS)
    if secrets is None:
        yield skipped("Slack", "the secrets cannot be read from here")
        return
    given = {**environ, "SLACK_SIGNING_SECRET": secrets[SECRETS[1]], "SLACK_APP_TOKEN": ""}
    yield from _slack(given, secrets[SECRETS[0]], rules, now)


def _print_text(checks: Iterable[Check]) -> int:
    status = 0
    for check in checks:
        status = UNWELL if check.state == "failed" else status
        print(f"{_MARKS[check.state]}  {visible(check.subject)}: {visible(check.says)}", flush=True)
        if check.fix:
            print(f"         → {visible(check.fix)}", flush=True)
    verdict = "Something has to be mended." if status else "The bot has what it needs."
    print(f"\n{verdict}")
    return status


def _print_json(checks: Iterable[Check]) -> int:
    found = list(checks)
    rows: list[dict[str, Any]] = [
        {"state": c.state, "subject": c.subject, "says": c.says, "fix": c.fix} for c in found
    ]
    json.dump({"checks": rows}, sys.stdout, indent=2)
    print()
    return UNWELL if any(check.state == "failed" for check in found) else 0
