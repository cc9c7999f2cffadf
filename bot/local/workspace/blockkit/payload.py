"""What Slack would refuse in a whole message or modal: the table of limits, and rules across blocks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bot.local.workspace.blockkit import blocks as limits
from bot.local.workspace.blockkit.blocks import BLOCKS
from bot.local.workspace.blockkit.elements import ELEMENTS
from bot.local.workspace.blockkit.shapes import Many, One, Part
from bot.local.workspace.blockkit.walk import Problem, check

PROBLEMS = 20
"""Reported at most: a payload that is wrong everywhere need not be told so everywhere."""


def check_blocks(blocks: Any, surface: str = "message", at: str = "/blocks") -> list[Problem]:
    """The problems of a list of blocks for a `message`, `modal` or `home`; empty if Slack takes it."""
    listed = Many(One(frozenset(BLOCKS)), limits.BLOCKS_IN[surface], least=0)
    problems = _first(check(listed, blocks, at))
    return problems or _first(_across([(f"{at}/{i}", b) for i, b in enumerate(blocks)], surface))


def check_attachments(attachments: Any, blocks: Any = ()) -> list[Problem]:
    """The problems of attachments, alone and beside the `blocks` of the same message."""
    at = "/attachments"
    problems = _first(check(Many(Part("attachment"), least=0), attachments, at))
    if problems:
        return problems
    placed = [(f"/blocks/{i}", block) for i, block in enumerate(blocks)]
    for index, attachment in enumerate(attachments):
        inner = attachment.get("blocks") or ()
        placed += [(f"{at}/{index}/blocks/{i}", block) for i, block in enumerate(inner)]
    return _first(_across(placed, "message"))


def check_view(view: Any) -> list[Problem]:
    """The problems of a modal (https://docs.slack.dev/reference/views/modal-views)."""
    problems = _first(check(Part("view"), view, "/view"))
    if problems:
        return problems
    blocks = [(f"/view/blocks/{i}", block) for i, block in enumerate(view["blocks"])]
    problems = _first(_across(blocks, "modal"))
    if view.get("submit") is None and any(block["type"] == "input" for _, block in blocks):
        message = "missing required field: submit (there is an input block)"
        problems.append(Problem("/view", "missing_field", message))
    return problems


def check_message(payload: Mapping[str, Any]) -> list[Problem]:
    """All problems of a message as chat.postMessage takes it, `text` included.

    For tests of views: what this accepts, the workspace accepts.
    """
    problems = [*check_blocks(payload.get("blocks") or [])]
    problems += check_attachments(payload.get("attachments") or [], payload.get("blocks") or [])
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        problems.append(Problem("/text", "no_text", "text is required, also beside blocks"))
    elif len(text) > limits.TEXT_EDITED:
        most = limits.TEXT_EDITED
        message = f"must be less than {most + 1} characters, or the message can never be edited"
        problems.append(Problem("/text", "msg_too_long", message))
    return problems


def _first(problems: Iterator[Problem]) -> list[Problem]:
    return [problem for problem, _ in zip(problems, range(PROBLEMS), strict=False)]


def _across(placed: list[tuple[str, Any]], surface: str) -> Iterator[Problem]:
    """Rules that no single field shows. The blocks are right field by field."""
    nested = [*placed]
    for at, block in placed:
        children = block.get("child_blocks") or ()
        nested += [(f"{at}/child_blocks/{i}", child) for i, child in enumerate(children)]
    yield from _unique_ids(nested)
    for at, block in nested:
        if surface not in BLOCKS[block["type"]].surfaces:
            message = f"unsupported type: {block['type']} (not in a {surface})"
            yield Problem(f"{at}/type", "not_allowed_here", message)
        yield from _inside(at, block)
    yield from _together([block for _, block in nested], placed)


def _unique_ids(placed: list[tuple[str, Any]]) -> Iterator[Problem]:
    blocks = Counter(block["block_id"] for _, block in placed if block.get("block_id"))
    for at, block in placed:
        if blocks[block.get("block_id", "")] > 1:
            yield Problem(f"{at}/block_id", "duplicate", "block_id must be unique")
        actions = Counter(str(element.get("action_id")) for element in elements_of(block))
        for name, count in actions.items():
            if count > 1:
                yield Problem(at, "duplicate", f"action_id must be unique: {name[:100]}")


def elements_of(block: Any) -> Iterator[dict[str, Any]]:
    """What a person can act on in one block, in the order it is drawn."""
    candidates = [block.get("accessory"), block.get("element"), *(block.get("elements") or ())]
    candidates += block.get("actions") or ()
    for candidate in candidates:
        if not isinstance(candidate, dict):
            continue
        if candidate.get("type") in ELEMENTS:
            yield candidate
        elif candidate.get("type") == "card":
            yield from elements_of(candidate)
    for child in block.get("child_blocks") or ():
        yield from elements_of(child)


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The options of a select, menu or list of boxes, groups taken apart."""
    options = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        options += group["options"]
    return options


def _inside(at: str, block: Any) -> Iterator[Problem]:
    for element in elements_of(block):
        yield from _initial_options(at, element)
    if block["type"] == "data_table":
        yield from _data_table(at, block)
    elif block["type"] == "data_visualization":
        yield from _chart(at, block["chart"])
    elif block.get("has_header_divider") is not None and block.get("is_collapsible"):
        message = "has_header_divider is not allowed in a collapsible container"
        yield Problem(at, "not_allowed_here", message)


def _initial_options(at: str, element: dict[str, Any]) -> Iterator[Problem]:
    chosen = list(element.get("initial_options") or ())
    if element.get("initial_option"):
        chosen.append(element["initial_option"])
    options = options_of(element)
    if options or element["type"] in ("static_select", "multi_static_select"):
        for option in chosen:
            if option not in options:
                message = f"initial option is not among the options: {option['value'][:100]}"
                yield Problem(at, "invalid_value", message)
        values = Counter(option["value"] for option in options)
        for value, count in values.items():
            if count > 1:
                yield Problem(at, "duplicate", f"option values must be unique: {value[:100]}")
    if element.get("options") and element.get("option_groups"):
        yield Problem(at, "not_allowed_here", "options and option_groups exclude each other")


def _data_table(at: str, block: dict[str, Any]) -> Iterator[Problem]:
    header, *rows = block["rows"]
    if any(cell["type"] == "rich_text" for cell in header):
        yield Problem(f"{at}/rows/0", "invalid_value", "header cells cannot be rich_text")
    for index, row in enumerate(rows, 1):
        if len(row) != len(header):
            message = f"must have {len(header)} cells, as the header has"
            yield Problem(f"{at}/rows/{index}", "invalid_value", message)
    if (block.get("row_header_column_index") or 0) >= len(header):
        name = "row_header_column_index"
        yield Problem(f"{at}/{name}", "invalid_value", "there is no such column")


def _chart(at: str, chart: dict[str, Any]) -> Iterator[Problem]:
    if chart["type"] == "pie":
        if any(segment["value"] <= 0 for segment in chart["segments"]):
            yield Problem(f"{at}/chart/segments", "invalid_value", "values must be more than 0")
        return
    categories = chart["axis_config"]["categories"]
    names = [series["name"] for series in chart["series"]]
    if len({*names}) < len(names) or len({*categories}) < len(categories):
        yield Problem(f"{at}/chart", "duplicate", "series names and categories must be unique")
    for index, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            message = "must have exactly one point for each category"
            yield Problem(f"{at}/chart/series/{index}/data", "invalid_value", message)


def _together(blocks: list[Any], placed: list[tuple[str, Any]]) -> Iterator[Problem]:
    """Limits that count over a whole message."""
    at = placed[0][0].rpartition("/")[0] if placed else "/blocks"
    kinds = Counter(block["type"] for block in blocks)
    if kinds["table"] + kinds["data_table"] > limits.TABLES:
        yield Problem(at, "too_many", "only one table is allowed in a message")
    if kinds["data_visualization"] > limits.CHARTS:
        yield Problem(at, "too_many", f"no more than {limits.CHARTS} charts are allowed")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > limits.MARKDOWN_TOTAL:
        message = f"markdown must be less than {limits.MARKDOWN_TOTAL + 1} characters in all"
        yield Problem(at, "too_long", message)
    characters = sum(
        _characters(cell)
        for block in blocks
        if block["type"] in ("table", "data_table")
        for row in block["rows"]
        for cell in row
    )
    if characters > limits.TABLE_CHARACTERS:
        message = f"tables must be less than {limits.TABLE_CHARACTERS + 1} characters in all"
        yield Problem(at, "too_long", message)


def _characters(value: Any) -> int:
    """The characters that a cell shows."""
    if isinstance(value, list):
        return sum(map(_characters, value))
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + _characters(value.get("elements"))


def metadata_problem(metadata: Any) -> str | None:
    """Slack's word for what is wrong with message metadata, or None.

    https://docs.slack.dev/messaging/message-metadata: flat values, ids and not secrets.
    """
    if metadata in ({}, None):
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        return "invalid_metadata_format"
    payload = metadata.get("event_payload")
    if {*metadata} - {"event_type", "event_payload", "entities"} or not isinstance(payload, dict):
        return "invalid_metadata_format"
    if len(json.dumps(metadata)) > limits.METADATA_BYTES:
        return "metadata_too_large"
    return None if all(map(_is_flat, payload.values())) else "invalid_metadata_schema"


def _is_flat(value: Any, deep: bool = True) -> bool:
    if isinstance(value, dict):
        return deep and all(_is_flat(item, False) for item in value.values())
    if isinstance(value, list):
        return deep and all(_is_flat(item, True) for item in value)
    return isinstance(value, str | int | float)
