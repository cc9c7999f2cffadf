"""AWS JSON 1.1 as CloudWatch Logs speaks it: requests checked against AWS's own model, and errors.

The model is the one that botocore carries (`logs/2014-03-28/service-2.json`): required members,
types, lengths, ranges, patterns and enumerations are AWS's own, not a copy of ours. The texts of
the errors follow what CloudWatch Logs answers.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import re2
from botocore.loaders import create_loader
from botocore.model import ServiceModel, Shape

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
        """The error as JSON."""
        return encode({"__type": self.kind, "message": self.message, **self.members})


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


# ------------------------------------------------------------------------------------ requests
def read_request(operation: str, body: bytes) -> dict[str, Any]:
    """The members of a request for `operation`, which must be one that AWS knows.

    Members that are null are left out. Raises `ApiError`: SerializationException if the body is
    not JSON or has a wrong type, InvalidParameterException with all violated constraints at once.
    """
    data = _decode(body)
    if not isinstance(data, dict):
        raise ApiError(
            "SerializationException", "Start of structure or map found where not expected"
        )
    shape = _service().operation_model(operation).input_shape
    if shape is None:
        return {}
    broken = list(_violations(shape, data, ""))
    if broken:
        count = len(broken)
        raise invalid(
            f"{count} validation error{'s' if count > 1 else ''} detected: "
            + "; ".join(broken[:10])
        )
    return {name: data[name] for name in shape.members if data.get(name) is not None}


@functools.cache
def _service() -> ServiceModel:
    return ServiceModel(create_loader().load_service_model("logs", "service-2"), "logs")


def _decode(body: bytes) -> Any:
    try:
        try:
            return msgspec.json.decode(body or b"{}")
        except msgspec.DecodeError:
            # msgspec refuses half a surrogate pair (`"\ud800"`), which AWS's parser takes: it
            # becomes the replacement character, since UTF-8 cannot hold it.
            return msgspec.json.decode(_ESCAPES.sub(_whole_pair, body))
    except RecursionError as error:
        raise ApiError("SerializationException", "The request is nested too deep.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ApiError("SerializationException", f"The request is not JSON: {error}") from error


# Every escape in JSON text, so that `\\ud800`, a backslash and five letters, is left alone.
_ESCAPES = re.compile(rb"(?i)\\(?:(ud[89ab]..\\ud[c-f]..)|(ud[89a-f]..)|.)", re.DOTALL)


def _whole_pair(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape.group(2) else escape.group()


def valid_text(text: str) -> str:
    """The text with every half of a surrogate pair replaced, so that UTF-8 can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


# ------------------------------------------------------------------- values against the model
def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """What is wrong with a value, one text for each violated constraint."""
    if not isinstance(value, _TYPES[shape.type_name]) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        raise ApiError(
            "SerializationException",
            f"{_named(value)} can not be converted to {shape.type_name} at '{path or '.'}'",
        )
    yield from _CHECKS.get(shape.type_name, _check_nothing)(shape, value, path)


def _check_structure(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _failed("null", path + name, "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _violations(member, value[name], f"{path}{name}")


def _check_list(shape: Any, value: list[Any], path: str) -> Iterator[str]:
    yield from _check_length(shape, value, path)
    for number, item in enumerate(value, start=1):
        if item is None:
            yield _failed("null", f"{path}.{number}.member", "Member must not be null")
        elif shape.member.type_name == "structure":
            yield from _violations(shape.member, item, f"{path}.{number}.member.")
        else:
            yield from _violations(shape.member, item, f"{path}.{number}.member")


def _check_string(shape: Any, value: str, path: str) -> Iterator[str]:
    yield from _check_length(shape, value, path)
    pattern, allowed = shape.metadata.get("pattern"), shape.metadata.get("enum")
    if pattern and not _pattern(pattern).fullmatch(value):
        wanted = f"Member must satisfy regular expression pattern: {pattern}"
        yield _failed(_shown(value), path, wanted)
    if allowed and value not in allowed:
        yield _failed(
            _shown(value), path, f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        )


def _check_length(shape: Any, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low:
        wanted = f"Member must have length greater than or equal to {low}"
        yield _failed(_shown(value), path, wanted)
    if high is not None and len(value) > high:
        wanted = f"Member must have length less than or equal to {high}"
        yield _failed(_shown(value), path, wanted)


def _check_number(shape: Any, value: int, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max", _GREATEST[shape.type_name])
    if low is not None and value < low:
        yield _failed(_shown(value), path, f"Member must have value greater than or equal to {low}")
    if value > high:
        yield _failed(_shown(value), path, f"Member must have value less than or equal to {high}")


def _check_nothing(shape: Any, value: Any, path: str) -> Iterator[str]:
    """For types whose values have no constraints that matter here (maps: tags, entities)."""
    yield from ()


_TYPES: Mapping[str, type] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
}

_GREATEST = {"integer": 2**31 - 1, "long": 2**63 - 1}

_CHECKS: Mapping[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "structure": _check_structure,
    "list": _check_list,
    "string": _check_string,
    "integer": _check_number,
    "long": _check_number,
}


@functools.cache
def _pattern(pattern: str) -> Any:
    """The model's patterns are Java's; re2 reads the same, `\\p{L}` too, and cannot run away."""
    return re2.compile(pattern)


def _failed(value: str, path: str, wanted: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: {wanted}"


def _shown(value: object) -> str:
    text = str(value)
    return f"'{text}'" if len(text) <= 100 else f"'{text[:100]}…'"


def _named(value: object) -> str:
    names = {bool: "TRUE_VALUE", str: "STRING_VALUE", list: "START_ARRAY", dict: "START_OBJECT"}
    return names.get(type(value), "NUMBER_VALUE")


# ------------------------------------------------------------------------------------- answers
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
