"""How the bot fares, and which alerts wait, as messages for the person who asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from bot.alerts.digest import Waiting
from bot.alerts.health import Health
from bot.app.overview import Listing, Status
from bot.slack import words
from bot.slack.blocks import (
    Block,
    Message,
    bullets,
    context,
    header,
    message,
    rich,
    section,
    styled,
)
from bot.slack.digest_view import waiting_line
from bot.slack.digest_words import span

MOST = 30
"""Lines of one list."""

_SIGNS = {
    "ok": "✅ ok",
    "new": "⏳ not run yet",
    "late": "⚠️ late",
    "failing": "❌ failing",
    "waiting": "⚠️ waiting",
}
_TITLES = {
    "": "Alerts without a verdict",
    "open": "Alerts that nobody has acknowledged",
    "mine": "Alerts that you have acknowledged",
}


def status_message(status: Status, zone: tzinfo) -> Message:
    """Rules, their last run, lag and health."""
    unwell = sum(not health.well for health in status.watching)
    said = [f"{words.count(len(status.watching), 'rule')} watching"]
    said.append(f"{unwell:,} not well" if unwell else "all well")
    said.append(f"{words.count(status.asked, 'rule')} for questions")
    alerts = f"{words.count(status.waiting, 'alert')} without a verdict, {status.open:,} not acknowledged"
    summary = f"{', '.join(said)}. {alerts}."
    blocks = [header("Status"), section(summary)]
    shown = sorted(status.watching, key=lambda health: (health.well, health.rule))[:MOST]
    if shown:
        blocks.append(bullets(_health(health, zone) for health in shown))
    if len(status.watching) > len(shown):
        blocks.append(context(f"{len(status.watching) - len(shown):,} more, all well or alike."))
    return message(f"Status: {summary}", blocks)


def _health(health: Health, zone: tzinfo) -> list[Block]:
    facts = list(_facts(health, zone))
    said = f" · {' · '.join(facts)}" if facts else ""
    return [styled(f"{_SIGNS[health.state]} "), styled(health.rule, "code"), styled(said or " ")]


def _facts(health: Health, zone: tzinfo) -> Iterator[str]:
    if health.last_run is not None:
        yield f"last run {health.last_run.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if health.lag is not None and health.lag > timedelta():
        yield f"{span(health.lag)} behind"
    if health.state == "waiting":
        yield health.problem
    elif health.failures:
        yield f"failed {'once' if health.failures == 1 else f'{health.failures:,} times'}: {health.problem[:200]}"


def alerts_message(listing: Listing, links: dict[str, str]) -> Message:
    """The alerts that wait, with `links` to their messages by alert id."""
    title = _TITLES[listing.which]
    if not listing.waiting:
        text = f"{title}: there are none."
        return message(text, [section(text)])
    shown = listing.waiting[:MOST]
    blocks = [header(title), bullets(_line(alert, links) for alert in shown)]
    if len(listing.waiting) > len(shown):
        blocks.append(context(f"{words.count(len(listing.waiting) - len(shown), 'alert')} more."))
    blocks.append(
        rich(styled("Take one: "), styled(f"{words.COMMAND} ack {shown[0].alert}", "code"))
    )
    lines = [f"{alert.alert}: {alert.severity}, {alert.title}, {alert.status}" for alert in shown]
    number = words.count(len(listing.waiting), "alert")
    return message("\n".join([f"{title}: {number}", *lines]), blocks)


def _line(alert: Waiting, links: dict[str, str]) -> list[Block]:
    line = waiting_line(alert, links.get(alert.alert, ""))
    return [*line, styled(" · "), styled(alert.alert, "code")]
