"""What an event asks for: SQS messages, a job, or an alarm that has another state.

Shapes: Lambda Developer Guide, "Using Lambda with Amazon SQS" and "… with Amazon SNS"; EventBridge
Scheduler passes the `Input` of serverless.yml as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.app.alarms import job_of as alarm_job
from bot.app.ports import Job
from bot.aws.alarm_events import inside, news_of
from bot.aws.sqs_jobs import ATTEMPTS, WAITS, Message


class NoJobError(Exception):
    """What came asks for nothing that anybody can do. Trying it again changes nothing."""


def messages_in(event: object, address: Callable[[str], str]) -> list[Message] | None:
    """The SQS messages in an event; None if it is no event of SQS. `address` of a queue's ARN."""
    records = _records(event)
    if not records or not all(record.get("eventSource") == "aws:sqs" for record in records):
        return None
    return [_message(record, address) for record in records]


def jobs_in(event: object) -> list[Job]:
    """The jobs that an event asks for which came to the function itself. Raises `NoJobError`."""
    notifications = [record.get("Sns") for record in _records(event)]
    if not notifications:
        return [_job(event)]
    return [_job(inside(notification)) for notification in notifications]


def decode(body: str) -> Job:
    """The job that a message's body asks for. Raises `NoJobError` if it asks for none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoJobError(f"it is no JSON ({type(error).__name__})") from error
    if isinstance(value, dict) and value.get("Type") == "Notification":  # SNS sent it to the queue
        value = inside(value)
    return _job(value)


def _job(value: object) -> Job:
    if isinstance(value, dict):
        kind, key, payload = value.get("kind"), value.get("id"), value.get("payload", {})
        texts = isinstance(kind, str) and isinstance(key, str)
        if texts and isinstance(payload, dict) and kind and key:
            return Job(str(kind), str(key), payload)
    news = news_of(value)
    if news is None:
        raise NoJobError("it is no job (`kind`, `id`, `payload`), and no alarm of CloudWatch's")
    return alarm_job(news)


def _records(event: object) -> Sequence[Mapping[str, Any]]:
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list):
        return ()
    return [record if isinstance(record, dict) else {} for record in records]


def _message(record: Mapping[str, Any], address: Callable[[str], str]) -> Message:
    attributes = _part(record, "attributes")
    given = _part(record, "messageAttributes")
    return Message(
        id=str(record.get("messageId", "")),
        receipt=str(record.get("receiptHandle", "")),
        body=str(record.get("body", "")),
        queue=address(str(record.get("eventSourceARN", ""))),
        received=max(1, _number(attributes.get("ApproximateReceiveCount"))),
        attempts=_number(_part(given, ATTEMPTS).get("stringValue")),
        waits=str(_part(given, WAITS).get("stringValue", "")),
    )


def _part(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
