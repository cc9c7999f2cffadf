"""A digest as a message: the summary, alerts by rule, what waits, events as a chart, health, cost."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.alerts.digest import Digest, Events, Waiting
from bot.app.answer import DOLLARS_PER_GB
from bot.slack import digest_words, words
from bot.slack.alert_words import elsewhere
from bot.slack.blocks import (
    Block,
    Message,
    bullets,
    context,
    cut,
    header,
    message,
    rich,
    section,
    styled,
)

MOST_RULES, MOST_WAITING, MOST_AILING = 15, 10, 10
"""Lines of each list; the rest is counted."""

_BARS, _LABEL = 12, 20
"""A chart takes 20 points with labels of 20 characters
(docs.slack.dev/reference/block-kit/blocks/data-visualization-block); 12 can be read on a phone."""


def digest_message(digest: Digest, *, chart: bool = True) -> Message:
    """The message of a digest; without `chart` the events are a list, where Slack takes no chart."""
    window = words.window(digest.start, digest.end, ZoneInfo(digest.zone), digest.zone)
    summary = digest_words.summary(digest)
    blocks = [header(digest_words.TITLE), context(window), section(summary)]
    blocks += [*_rules(digest), *_waiting(digest), *_ailing(digest), *_events(digest, chart=chart)]
    dollars = digest.spent.bytes / 1e9 * DOLLARS_PER_GB
    blocks.append(context(digest_words.spent(digest), words.price(dollars)))
    if digest.repeated:
        blocks.append(context(words.MAYBE_TWICE))
    if digest.meant:
        blocks.append(context(elsewhere(digest.meant)))
    if digest.private:
        blocks.append(context(words.ONLY_YOU))
    return message(f"{digest_words.TITLE} of {window}: {summary}", blocks)


def _rules(digest: Digest) -> Iterator[Block]:
    if not digest.rules:
        return
    yield rich(styled(digest_words.ALERTS, "bold"))
    yield bullets(
        [
            styled(f"{rule.severity} · "),
            styled(rule.rule, "code"),
            styled(
                f" {rule.title}: {words.count(rule.alerts, 'alert')}, "
                f"{words.count(rule.findings, 'finding')}"
            ),
        ]
        for rule in digest.rules[:MOST_RULES]
    )
    yield from _more(len(digest.rules) - MOST_RULES, "rule")


def _waiting(digest: Digest) -> Iterator[Block]:
    if not digest.waiting:
        return
    yield rich(styled(digest_words.WAITING, "bold"))
    yield bullets(waiting_line(one, one.link) for one in digest.waiting[:MOST_WAITING])
    left = len(digest.waiting) - MOST_WAITING
    if left > 0:
        yield context(f"{words.count(left, 'alert')} more.", digest_words.MORE_WAITING)


def waiting_line(alert: Waiting, link: str) -> list[Block]:
    """One alert that waits: its title, which leads to it, its key, how long it waits."""
    if link:
        title: Block = {"type": "link", "url": link, "text": cut(alert.title, 150)}
    else:
        title = styled(alert.title)
    key = ", ".join(alert.key)
    shown = [styled(" "), styled(cut(key, 200), "code")] if key else []
    return [title, *shown, styled(digest_words.waiting(alert))]


def _ailing(digest: Digest) -> Iterator[Block]:
    if not digest.ailing:
        return
    yield rich(styled(digest_words.RULES, "bold"))
    yield bullets(
        [styled(ailing.rule, "code"), styled(f" {cut(ailing.why, 300)}")]
        for ailing in digest.ailing[:MOST_AILING]
    )
    yield from _more(len(digest.ailing) - MOST_AILING, "rule")


def _more(left: int, noun: str) -> Iterator[Block]:
    if left > 0:
        yield context(f"{words.count(left, noun)} more.")


def _events(digest: Digest, *, chart: bool) -> Iterator[Block]:
    if digest.events is None or not digest.events.sources:
        return
    points = _points(digest.events)
    if chart:
        yield {
            "type": "data_visualization",
            "title": digest_words.CHART,
            "chart": {
                "type": "bar",
                "series": [
                    {
                        "name": "Events",
                        "data": [{"label": label, "value": value} for label, value in points],
                    }
                ],
                "axis_config": {"categories": [label for label, _ in points]},
            },
        }
    else:
        yield rich(styled(digest_words.EVENTS, "bold"))
        yield bullets([styled(label, "code"), styled(f" {value:,}")] for label, value in points)


def _points(events: Events) -> list[tuple[str, int]]:
    """Label and number of the busiest sources and of all others; no label twice, as Slack wants."""
    shown = events.sources if len(events.sources) <= _BARS else events.sources[: _BARS - 1]
    points: dict[str, int] = {}
    for name, number in shown:
        points[_unused(cut(digest_words.short(name), _LABEL), points)] = number
    if len(shown) < len(events.sources):
        rest = sum(number for _, number in events.sources[len(shown) :])
        points[_unused(f"{len(events.sources) - len(shown):,} others", points)] = rest
    return list(points.items())


def _unused(label: str, used: dict[str, int]) -> str:
    number = 2
    free = label
    while free in used:
        free = f"{label[: _LABEL - 4]} {number}"
        number += 1
    return free
