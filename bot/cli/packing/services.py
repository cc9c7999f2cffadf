"""botocore without the services and operations that the code never calls.

botocore describes each of some 400 services in a JSON file that it reads when a client is made.
A function needs a handful of operations of a handful of services, and the shapes these reach.
"""

from __future__ import annotations

import ast
import gzip
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from botocore import xform_name

from bot.errors import BotError

SERVICES = ("dynamodb", "logs", "sqs", "ssm", "sts")
"""The services that a function may call. One that its code does not name is left out."""

SHARED = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")
"""What botocore reads whatever the service."""


def used(trees: Mapping[str, ast.Module]) -> dict[str, frozenset[str]]:
    """For each service that the code names, the attributes and words that may be operations.

    That is more than it calls (any attribute `query` keeps DynamoDB's Query), never less.
    `BotError` if it makes a client of a service that is not in `SERVICES`.
    """
    words: set[str] = set()
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                words.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.Call):
                _refuse_others(module, node)
    return {service: frozenset(words) for service in SERVICES if service in words}


def _refuse_others(module: str, call: ast.Call) -> None:
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
    if name not in ("client", "resource", "create_client", "make_client") or not call.args:
        return
    first = call.args[0]
    if name == "resource":
        raise BotError(f"{module}:{call.lineno}: boto3 resources are not packaged; use a client.")
    service = first.value if isinstance(first, ast.Constant) else None
    if isinstance(service, str) and service not in SERVICES:
        raise BotError(
            f"{module}:{call.lineno} makes a client of {service}: add it to SERVICES in "
            "bot/cli/packing/services.py, and what it may do to the role in serverless.yml."
        )


def prune(folder: Path, words: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """Leave in `folder` (botocore laid out, and boto3 if it is needed) what `words` may call; what was kept.

    `folder` without botocore stays as it is.
    """
    data = folder / "botocore" / "data"
    kept: dict[str, tuple[str, ...]] = {}
    if not data.is_dir():
        return kept
    shutil.rmtree(folder / "boto3" / "data", ignore_errors=True)  # resources, and we use clients
    for path in sorted(data.iterdir()):
        if path.is_dir():
            operations = _prune_service(path, words[path.name]) if path.name in words else ()
            if operations:
                kept[path.name] = operations
            else:
                shutil.rmtree(path)
        elif path.name not in SHARED:
            path.unlink()
    return kept


def _prune_service(service: Path, words: frozenset[str]) -> tuple[str, ...]:
    """Keep the newest version of a service's API, cut down; the operations that are left."""
    *older, newest = sorted(path for path in service.iterdir() if path.is_dir())
    for path in older:
        shutil.rmtree(path)
    pages = "get_paginator" in words
    model: dict[str, Any] = {}
    for file in sorted(newest.iterdir()):
        kind = file.name.partition(".")[0]
        if kind == "service-2":
            model = _read(file)
            file.unlink()
        elif not (kind == "endpoint-rule-set-1" or (kind == "paginators-1" and pages)):
            file.unlink()
    pruned = pruned_model(model, words)
    (newest / "service-2.json").write_text(json.dumps(pruned, separators=(",", ":")))
    return tuple(pruned["operations"])


def pruned_model(model: Mapping[str, Any], words: frozenset[str]) -> dict[str, Any]:
    """A service model with the operations in `words`, the shapes they reach, and no documentation."""
    operations = {
        name: _silent(operation)
        for name, operation in model["operations"].items()
        if name in words or xform_name(name) in words
    }
    shapes: dict[str, Any] = {}
    waiting = [name for operation in operations.values() for name in _references(operation)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _silent(model["shapes"][name])
            waiting.extend(_references(shapes[name]))
    rest = {key: _silent(value) for key, value in model.items() if key != "documentation"}
    return rest | {"operations": operations, "shapes": dict(sorted(shapes.items()))}


def _references(value: object) -> Iterable[str]:
    """The shapes that an operation or a shape refers to: each `{"shape": name}` inside."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "shape" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _silent(value: Any) -> Any:
    """Without `documentation` texts; a member that is called so (a structure) stays."""
    if isinstance(value, dict):
        return {
            key: _silent(inner)
            for key, inner in value.items()
            if not (key == "documentation" and isinstance(inner, str))
        }
    return [_silent(inner) for inner in value] if isinstance(value, list) else value


def _read(file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    model: dict[str, Any] = json.loads(
        gzip.decompress(content) if file.suffix == ".gz" else content
    )
    return model
