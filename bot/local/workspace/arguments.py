"""Reads the arguments of a Web API call: forms, JSON or multipart, with values of the right kinds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.local.workspace.content import ApiError

DEEPEST = 60
"""Objects in objects. Slack's own payloads are about ten deep."""

_TRUE = frozenset({True, "true", "True", "1"})  # True is 1
_FALSE = frozenset({False, "false", "False", "0"})


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """All arguments of a call, values as they came; ApiError if the body makes no sense.

    https://docs.slack.dev/apis/web-api#methods: query, form, multipart or JSON.
    """
    given: dict[str, Any] = dict(request.query)
    given.pop("token", None)  # not in a URL: https://docs.slack.dev/authentication/tokens
    if request.content_type == "application/json":
        text = (await request.read()).decode("utf-8", "replace")
        body = read_json(text or "{}")
        if not isinstance(body, dict):
            raise ApiError("invalid_json")
        given |= body
    elif request.can_read_body:
        given |= await _read_form(request)
    return {name: value for name, value in given.items() if value is not None}


async def _read_form(request: web.Request) -> dict[str, str]:
    try:
        if request.content_type == "multipart/form-data":
            form = await request.post()
            return {name: value for name, value in form.items() if isinstance(value, str)}
        text = (await request.read()).decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=1000))
    except ValueError as error:
        raise ApiError("invalid_form_data") from error


def read_json(text: str) -> Any:
    """The value of a JSON text, with what cannot be UTF-8 replaced; ApiError if it is none."""
    try:
        return clean(json.loads(text, parse_constant=_refuse_constant))
    except (ValueError, RecursionError) as error:
        raise ApiError("invalid_json") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def clean(value: Any, depth: int = 0) -> Any:
    """The value without lone surrogates, which no UTF-8 can carry, and without null fields.

    ValueError if it is too deep.
    """
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            clean(name): clean(item, depth + 1) for name, item in value.items() if item is not None
        }
    return value


def typed(spec: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that `spec` names, as it says: `channel! limit:int blocks:json`.

    A `!` marks what must be there, a `=` what must be there and may be empty. Kinds are text (where
    none is named), int, bool and json.
    Arguments that it does not name are ignored, as Slack does. ApiError says all that is wrong.
    """
    arguments: dict[str, Any] = {}
    problems = []
    for word in spec.split():
        name, _, kind = word.rstrip("!=").partition(":")
        value = given.get(name)
        if value is None or (value == "" and word.endswith("!")):
            if word.endswith(("!", "=")):
                problems.append(f"[ERROR] missing required field: {name}")
            continue
        try:
            arguments[name] = _READERS[kind](value)
        except ValueError as error:
            if name == "blocks":
                raise ApiError("invalid_blocks_format") from error
            problems.append(f"[ERROR] {error} [json-pointer:/{name}]")
    if problems:
        raise ApiError("invalid_arguments", tuple(problems))
    return arguments


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004 - ValueError is what typed() collects
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 15:
        raise ValueError("must be an integer")
    try:
        return int(value)
    except ValueError as error:
        raise ValueError("must be an integer") from error


def _flag(value: Any) -> bool:
    if isinstance(value, str | int) and value in _TRUE | _FALSE:
        return value in _TRUE
    raise ValueError("must be a boolean")


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return clean(json.loads(value, parse_constant=_refuse_constant))
    except (ValueError, RecursionError) as error:
        raise ValueError("must be JSON") from error


_READERS = {"": _text, "int": _whole, "bool": _flag, "json": _json}
