"""Holds what goes over the wire to AWS's own model: boto3 itself would forgive much."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from botocore.loaders import create_loader
from botocore.model import ServiceModel

from bot.local.cloudwatch.plan import COMMON_ERRORS

MODEL = ServiceModel(create_loader().load_service_model("logs", "service-2"), "logs")

# Errors of the door, which AWS answers before a service sees a request.
_OF_ALL = {
    *COMMON_ERRORS,
    "SerializationException",
    "UnknownOperationException",
    "RequestEntityTooLargeException",
    "ResourceAlreadyExistsException",
    "MalformedQueryException",
}


def faults_of(operation: str, status: int, body: bytes) -> list[str]:
    """What is wrong with an answer: its members, their types and values, or the error's type."""
    answer = json.loads(body)
    if status >= 300:
        return list(_faults_of_error(operation, answer))
    shape = MODEL.operation_model(operation).output_shape
    if shape is None:
        return [] if answer == {} else [f"{operation} answers {answer!r}, and should nothing"]
    return list(mismatches(shape, answer, operation))


def _faults_of_error(operation: str, answer: dict[str, Any]) -> Iterator[str]:
    declared = {shape.name for shape in MODEL.operation_model(operation).error_shapes}
    if answer["__type"] not in declared | _OF_ALL:
        yield f"{operation}: {answer['__type']} is no error of it"
    if not isinstance(answer["message"], str):
        yield f"{operation}: the error's message is {answer['message']!r}"
    shapes = {shape.name: shape for shape in MODEL.operation_model(operation).error_shapes}
    if answer["__type"] in shapes:
        told = {name: value for name, value in answer.items() if name != "__type"}
        told.pop("message")  # the model of some errors does not name it
        yield from mismatches(shapes[answer["__type"]], told, f"{operation}.{answer['__type']}")


_TYPES = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "double": float,
    "integer": int,
    "long": int,
}


def mismatches(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Each member that is unknown, missing, of a wrong type, or outside of what it may be."""
    if type(value) is not _TYPES[shape.type_name]:
        yield f"{path}: {value!r} is not a {shape.type_name}"
    elif shape.type_name == "structure":
        missing = [name for name in shape.required_members if name not in value]
        yield from (f"{path}.{name} is missing" for name in missing)
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}.{name} is unknown"
            else:
                yield from mismatches(shape.members[name], member, f"{path}.{name}")
    elif shape.type_name in ("list", "map"):
        inside, items = (
            (shape.member, enumerate(value))
            if shape.type_name == "list"
            else (shape.value, value.items())
        )
        for name, item in items:
            yield from mismatches(inside, item, f"{path}.{name}")
    else:
        yield from _out_of_bounds(shape, value, path)


def _out_of_bounds(shape: Any, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.metadata.get("enum") and value not in shape.metadata["enum"]:
        yield f"{path}: {value!r} is not one of {shape.metadata['enum']}"
    elif shape.type_name == "string":
        if not (low or 0) <= len(value) <= (high or 10**9):
            yield f"{path}: {value[:50]!r} has a wrong length"
    elif (low is not None and value < low) or (high is not None and value > high):
        yield f"{path}: {value!r} is out of range"
