"""The operations on saved queries, as the API reference has them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from bot.local.cloudwatch.definitions import Definition, Parameter
from bot.local.cloudwatch.here import Here, Request, page
from bot.local.cloudwatch.protocol import invalid, valid_text
from bot.query.saved import places_in


def put_query_definition(here: Here, request: Request) -> dict[str, Any]:
    """PutQueryDefinition: what is not given to an old one is lost.

    Whether the query can run is not looked at: StartQuery does that.
    """
    language, given = request.get("queryLanguage", "CWLI"), request.get("parameters", [])
    parameters = tuple(msgspec.convert(one, Parameter) for one in given)
    if language != "CWLI" and parameters:
        raise invalid("Parameters are only supported for CWLI query language")
    text = valid_text(request["queryString"])
    _check(parameters, text)
    new = "queryDefinitionId" not in request
    definition = Definition(
        str(uuid.uuid4()) if new else request["queryDefinitionId"],
        valid_text(request["name"]),
        text,
        here.now(),
        tuple(request.get("logGroupNames", ())),
        parameters,
        request.get("clientToken") if new else None,
        language,
    )
    return {"queryDefinitionId": here.definitions.put(definition, new=new)}


def _check(parameters: Sequence[Parameter], text: str) -> None:
    """The faults that the user guide lists ("Quotas and error handling" of saved queries)."""
    counts = Counter(one.name for one in parameters)
    for name, count in counts.items():
        if count > 1:
            raise invalid(f"Duplicate parameter name: {name}")
    missing = [name for name in counts if name not in places_in(text)]
    if missing:
        raise invalid(f"Required parameters not found in queryString: {', '.join(missing)}")


def describe_query_definitions(here: Here, request: Request) -> dict[str, Any]:
    """DescribeQueryDefinitions: by name, all or those with a prefix."""
    prefix, language = request.get("queryDefinitionNamePrefix", ""), request.get("queryLanguage")
    found = [
        _described(one)
        for one in here.definitions.all()
        if one.name.startswith(prefix) and language in (None, one.language)
    ]
    return page(request, "queryDefinitions", found, request.get("maxResults", 1000))


def delete_query_definition(here: Here, request: Request) -> dict[str, Any]:
    """DeleteQueryDefinition."""
    here.definitions.delete(request["queryDefinitionId"])
    return {"success": True}


def _described(one: Definition) -> dict[str, Any]:
    described: dict[str, Any] = {
        "queryLanguage": one.language,
        "queryDefinitionId": one.id,
        "name": one.name,
        "queryString": one.text,
        "lastModified": one.modified,
        "logGroupNames": list(one.groups),
    }
    if one.parameters:
        described["parameters"] = msgspec.to_builtins(one.parameters)
    return described
