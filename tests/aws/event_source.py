"""What Lambda's poller does for an SQS queue: receive, invoke, delete what did not fail.

Imitates docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html. The queue is a real
one behind boto3 (a stand-in's), so visibility, delays and the queue for the dead are the queue's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.aws.lambda_runtime import FunctionError


@dataclass(frozen=True)
class Batch:
    """What one call of the function did: the messages, those that stay, the error if it failed."""

    ids: tuple[str, ...]
    failed: tuple[str, ...]
    error: FunctionError | None = None


class EventSource:
    """Brings a queue's messages to a function, a batch at a time."""

    def __init__(
        self,
        sqs: Any,
        queue: str,
        invoke: Callable[[Mapping[str, Any]], Any],
        batch_size: int = 1,
        report_failures: bool = True,
    ) -> None:
        """`queue` is its URL, `invoke` a `Function.invoke`; the rest as the mapping has it."""
        self._sqs = sqs
        self._queue = queue
        self._invoke = invoke
        self._batch_size = batch_size
        self._report_failures = report_failures
        asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        self._arn = asked["Attributes"]["QueueArn"]

    def poll(self, wait: int = 0) -> Batch | None:
        """Receive once, waiting up to `wait` seconds, and do what came. None if nothing did."""
        messages = self._sqs.receive_message(
            QueueUrl=self._queue,
            MaxNumberOfMessages=self._batch_size,
            WaitTimeSeconds=wait,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages")
        if not messages:
            return None
        ids = tuple(message["MessageId"] for message in messages)
        try:
            answer = self._invoke({"Records": [self._record(message) for message in messages]})
        except FunctionError as error:
            return Batch(ids, ids, error)  # they come back when their visibility ends
        failed = _failed(answer, ids) if self._report_failures else ()
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(
                    QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"]
                )
        return Batch(ids, failed)

    def drain(self, seconds: float = 10.0) -> list[Batch]:
        """Poll until nothing is in the queue, nor hidden or delayed. `TimeoutError` after `seconds`."""
        done = []
        end = time.monotonic() + seconds
        while self._left():
            if time.monotonic() > end:
                raise TimeoutError(f"{self._left()} messages are left after {seconds} s: {done}")
            batch = self.poll(wait=1)
            if batch is not None:
                done.append(batch)
        return done

    @contextmanager
    def running(self) -> Iterator[list[Batch]]:
        """Poll on a thread of its own for as long as the `with` lasts; what was done, as it grows."""
        done: list[Batch] = []
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                batch = self.poll(wait=0)
                if batch is not None:
                    done.append(batch)
                else:
                    stop.wait(0.05)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield done
        finally:
            stop.set()
            thread.join()

    def _left(self) -> int:
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=names)
        return sum(int(asked["Attributes"][name]) for name in names)

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A message as a function gets it (Lambda, Using Lambda with Amazon SQS)."""
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {
                name: {key[0].lower() + key[1:]: value for key, value in attribute.items()}
                for name, attribute in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": self._arn.split(":")[3],
        }


def _failed(answer: Any, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Which messages an answer says have failed: all of them if it cannot be understood.

    Nothing, {} and no list mean that all went well (Success and failure conditions).
    """
    if answer is None:
        return ()
    failures = (answer.get("batchItemFailures") or []) if isinstance(answer, dict) else None
    if not isinstance(failures, list):
        return ids
    named = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    return tuple(named) if all(name in ids for name in named) else ids
