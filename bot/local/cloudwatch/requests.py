"""Requests checked against AWS's own model, before any operation sees them.

The model is the one that botocore carries (`logs/2014-03-28/service-2.json`): required members,
types, lengths, ranges, patterns and enumerations are AWS's own, not a copy of ours. The texts of
the errors follow what CloudWatch Logs answers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import msgspec
import re2
from botocore.loaders import create_loader
from botocore.model import ServiceModel, Shape

from bot.local.cloudwatch.protocol import ApiError, invalid


def read_request(operation: str, body: bytes) -> dict[str, Any]:
    """The members of a request for `operation`, which must be one that AWS knows.

    Members that are null are left out. Raises `ApiError`: SerializationException if the body is
    not JSON or has a wrong type, InvalidParameterException with all violated constraints at once.
    """
    if operation == "PutLogEvents" and (batch := _usual_batch(body)) is not None:
        return batch
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


def operation_names() -> frozenset[str]:
    """All operations that AWS's model knows."""
    return frozenset(_service().operation_names)


class _Event(msgspec.Struct):
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    message: Annotated[str, msgspec.Meta(min_length=1)]


class _Batch(msgspec.Struct):
    logGroupName: str  # noqa: N815 - AWS's name
    logStreamName: str  # noqa: N815 - AWS's name
    logEvents: list[_Event]  # noqa: N815 - AWS's name
    sequenceToken: str | None = None  # noqa: N815 - AWS's name
    entity: None = None


_decode_batch = msgspec.json.Decoder(_Batch).decode


def _usual_batch(body: bytes) -> dict[str, Any] | None:
    """A batch of PutLogEvents in which all is as it should be, read fast; None for any other.

    Ten thousand events are not walked one by one: the decoder checks them, and the model the rest.
    """
    try:
        batch = _decode_batch(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    shape = _service().operation_model("PutLogEvents").input_shape
    names = {"logGroupName": batch.logGroupName, "logStreamName": batch.logStreamName}
    one = {"timestamp": 0, "message": "as all of them"}
    if not 1 <= len(batch.logEvents) <= shape.members["logEvents"].metadata["max"]:
        return None
    if any(_violations(shape, names | {"logEvents": [one]}, "")):
        return None
    events = [{"timestamp": one.timestamp, "message": one.message} for one in batch.logEvents]
    return names | {"logEvents": events}


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


def _check_map(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    yield from _check_length(shape, value, path)
    for name, item in value.items():
        yield from _violations(shape.key, name, f"{path}.key")
        if item is None:
            yield _failed("null", f"{path}.{name}.member", "Member must not be null")
        else:
            yield from _violations(shape.value, item, f"{path}.{name}.member")


def _check_nothing(shape: Any, value: Any, path: str) -> Iterator[str]:
    """For types whose values have no constraints: booleans."""
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
    "map": _check_map,
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
