"""The job `tell`: make the chat show an alert as it is stored. It may run twice, and resumes."""

from __future__ import annotations

from dataclasses import replace

from bot.alerts.model import Alert, Told
from bot.alerts.policy import behind
from bot.app.desk import Watch
from bot.app.documents import change, read
from bot.app.kept import ALERTS
from bot.app.ports import ChannelError, Job, UnseenError
from bot.errors import BotError, LaterError, UncertainError

KIND = "tell"

AUTO = "auto"
"""The job that runs the checklist items which need nobody to begin them."""


def put_tell(watch: Watch, alert_id: str) -> None:
    """Queue that the chat shows this alert as it is now."""
    watch.desk.jobs.put(Job(KIND, alert_id, {}))


def tell(watch: Watch, job: Job) -> None:
    """Post the alert's message, or edit it; in the default channel, where its own takes nothing.

    What the chat refuses all the same is a `BotError`: try again later.
    """
    alert = read(watch.desk.store, ALERTS, job.id)
    if alert is None or not behind(alert):
        return
    if alert.told.ts and not _edited(watch, alert):
        # People deleted the message: an alert that nobody sees is worse than one seen twice.
        alert = _told(watch, alert, Told(channel=alert.told.channel, meant=alert.told.meant))
    is_new = not alert.told.ts
    if is_new:
        alert = _posted(watch, alert)
    after = change(
        watch.desk.store,
        ALERTS,
        alert.id,
        lambda stored: replace(
            stored, told=replace(alert.told, revision=max(alert.revision, stored.told.revision))
        ),
    )
    if is_new and any(item.auto and item.answer is None for item in alert.checklist):
        watch.desk.jobs.put(Job(AUTO, alert.id, {}))  # its thread is there from now on
    if after is not None and behind(after):  # it changed while it was being told
        put_tell(watch, alert.id)


def _edited(watch: Watch, alert: Alert) -> bool:
    """Whether the message shows the alert; False if it is gone, or its channel is closed."""
    try:
        return watch.board.edit(alert)
    except ChannelError:
        return False


def _posted(watch: Watch, alert: Alert) -> Alert:
    """The alert with its message, which shows it, wherever there is a place for it."""
    try:
        return _posted_there(watch, alert)
    except ChannelError:
        fallback = watch.channels.get("default", "")
        if fallback in ("", alert.told.channel):
            raise
        meant = alert.told.meant or alert.told.channel
        return _posted_there(watch, _told(watch, alert, Told(fallback, meant=meant)))


def _posted_there(watch: Watch, alert: Alert) -> Alert:
    """The alert with its message. One that was posted before a crash is found, if it may be."""
    channel = alert.told.channel
    if alert.told.posting:
        try:
            ts = watch.board.find(channel, alert)
        except UnseenError:
            alert = replace(alert, told=replace(alert.told, repeated=True))
        else:
            if ts is not None:
                found = replace(alert, told=replace(alert.told, ts=ts, posting=False))
                if watch.board.edit(found):
                    return found
    alert = _told(watch, alert, replace(alert.told, posting=True))
    try:
        ts = watch.board.post(channel, alert)
    except UncertainError:
        raise
    except (LaterError, BotError):
        _told(watch, alert, replace(alert.told, posting=False))  # nothing to look for
        raise
    return replace(alert, told=replace(alert.told, ts=ts, posting=False))


def _told(watch: Watch, alert: Alert, told: Told) -> Alert:
    change(watch.desk.store, ALERTS, alert.id, lambda stored: replace(stored, told=told))
    return replace(alert, told=told)
