"""AWS JSON 1.1 as CloudWatch Logs speaks it: errors, answers, and tokens of listings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

TARGET = "Logs_20140328."
"""What stands before the operation's name in the header `X-Amz-Target`."""

CONTENT_TYPE = "application/x-amz-json-1.1"


class ApiError(Exception):
    """An error answer: `kind` is its `__type`, `members` are added beside the message."""

    def __init__(
        self, kind: str, message: str, status: int = 400, members: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.status = status
        self.members = dict(members or {})

    def body(self) -> bytes:
        """The error as JSON. Its message may quote text that UTF-8 cannot hold."""
        return encode({"__type": self.kind, "message": valid_text(self.message), **self.members})


def invalid(message: str) -> ApiError:
    """An InvalidParameterException."""
    return ApiError("InvalidParameterException", message)


def not_found(message: str) -> ApiError:
    """A ResourceNotFoundException."""
    return ApiError("ResourceNotFoundException", message)


class AlreadyExistsError(ApiError):
    """ResourceAlreadyExistsException."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceAlreadyExistsException", message)


def arn_start(account: str, region: str) -> str:
    """What the ARNs of this service's resources begin with."""
    kind = region.rpartition("-")[0].rpartition("-")[0]
    partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(kind, "aws")
    return f"arn:{partition}:logs:{region}:{account}:"


def valid_text(text: str) -> str:
    """The text with every half of a surrogate pair replaced, so that UTF-8 can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def encode(value: Any) -> bytes:
    """JSON bytes. Text that UTF-8 cannot hold is the caller's to mend (`valid_text`)."""
    return msgspec.json.encode(value)


def token_for(*parts: str | int) -> str:
    """A `nextToken` that stands for a place in a listing."""
    return base64.urlsafe_b64encode(encode(parts)).decode()


def read_token(token: str, *kinds: type) -> list[Any]:
    """The parts of a token made by `token_for`. Raises InvalidParameterException for any other."""
    try:
        parts = msgspec.json.decode(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise invalid("The specified nextToken is invalid.") from error
    if not isinstance(parts, list) or tuple(map(type, parts)) != kinds:
        raise invalid("The specified nextToken is invalid.")
    return parts
