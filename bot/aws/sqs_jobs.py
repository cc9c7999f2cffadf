"""The Jobs port over SQS: one queue for what people wait for, one for what goes on by itself.

Standard queues deliver a message at least once, so a job may come twice: handlers are safe to repeat,
and `job_runner` keeps two of the same kind and id apart. A SendMessage whose answer was lost is sent
again by botocore, which is the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.app.ports import Job
from bot.errors import BotError

Queue: TypeAlias = Literal["jobs", "background"]

KINDS: Mapping[str, Queue] = {
    "tick": "background",
    "detect": "background",
    "digests": "background",
    "digest": "background",
}
"""The queue of each kind of job. A kind that is not here is one that somebody waits for."""

LONGEST_DELAY = 900
"""Seconds (SendMessage, `DelaySeconds`)."""

MOST_BYTES = 1_048_576
"""Of a message with its attributes (SendMessage, `MessageBody`)."""

ATTEMPTS, WAITS = "attempts", "waits"
"""Message attributes: how often the job was tried before this message was sent, and, if it was sent
because the job had to wait, which message that was before."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as SQS delivered it. `received` counts its deliveries, this one included;
    `attempts` are those of earlier messages of the same job. `waits` is the id of the message whose
    job had to wait and comes back with this one. `queue` is the address of its queue; empty if it is
    none of ours."""

    id: str
    receipt: str
    body: str
    queue: str
    received: int = 1
    attempts: int = 0
    waits: str = ""


class SqsJobs:
    """Sends jobs to their queues. Safe to use from many threads, as botocore's clients are."""

    def __init__(self, sqs: Any, jobs: str, background: str) -> None:
        """Use a client for SQS; `jobs` and `background` are the addresses of the queues."""
        self._sqs = sqs
        self._queues: Mapping[Queue, str] = {"jobs": jobs, "background": background}

    def put(self, job: Job, delay: float = 0.0) -> None:
        """Queue a job to run after `delay` seconds, at most 900.

        SQS knows whole seconds: the nearest counts. So the first looks at a search, which are less
        than half a second apart, come at once, and many delays together take as long as they should.
        """
        self.send(job, round(delay))

    def send(self, job: Job, delay: int = 0, attempts: int = 0, waits: str = "") -> None:
        """Queue a job that was tried `attempts` times before. `BotError` if it is too large."""
        if delay > LONGEST_DELAY:
            raise ValueError(f"a delay of {delay} s: SQS takes {LONGEST_DELAY} at most")
        body = encode(job)
        if len(body) + 300 > MOST_BYTES:  # and what the attributes take
            raise BotError(
                f"The job {job.kind} {job.id[:100]} takes {len(body):,} bytes, and SQS takes "
                f"{MOST_BYTES:,}: a job carries ids, and what they stand for is in the store."
            )
        attributes = {}
        if attempts:
            attributes[ATTEMPTS] = {"DataType": "Number", "StringValue": str(attempts)}
        if waits:
            attributes[WAITS] = {"DataType": "String", "StringValue": waits}
        self._sqs.send_message(
            QueueUrl=self._queues[KINDS.get(job.kind, "jobs")],
            MessageBody=body,
            DelaySeconds=max(0, delay),
            **({"MessageAttributes": attributes} if attributes else {}),
        )

    def hide(self, message: Message, seconds: int) -> None:
        """Let a message come again after that time, instead of when its visibility ends.

        `seconds` counts from now (ChangeMessageVisibility, `VisibilityTimeout`).
        """
        self._sqs.change_message_visibility(
            QueueUrl=message.queue, ReceiptHandle=message.receipt, VisibilityTimeout=seconds
        )

    def address(self, arn: str) -> str:
        """The address of the queue of this ARN, if it is one of ours; else empty."""
        name = arn.rpartition(":")[2]
        return next((url for url in self._queues.values() if url.rpartition("/")[2] == name), "")


def whole_seconds(seconds: float) -> int:
    """A wait that somebody asked for in whole seconds: not shorter, but no longer than SQS can."""
    return min(math.ceil(max(seconds, 0.0)), LONGEST_DELAY)


def encode(job: Job) -> str:
    """The job as a message's body: ASCII, so that every character is one that SQS takes."""
    return json.dumps({"kind": job.kind, "id": job.id, "payload": dict(job.payload)})
