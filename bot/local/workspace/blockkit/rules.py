"""What Slack wants of several fields of one object together: a start among the options, a range."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from bot.local.workspace.blockkit.problem import Problem, failed, shown

Item: TypeAlias = dict[str, Any]
Found: TypeAlias = Iterator[Problem]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the rows it is for, the fields it reads (all of them right), and what it finds."""

    rows: tuple[str, ...]
    reads: tuple[str, ...]
    says: str
    page: str
    check: Callable[[Item, str], Found]
    chosen: str = ""


_BLOCKS = "reference/block-kit/blocks/"
_ELEMENTS = "reference/block-kit/block-elements/"
_SELECT = _ELEMENTS + "select-menu-element"
_MULTI = _ELEMENTS + "multi-select-menu-element"


def options_of(element: Mapping[str, Any]) -> list[Item]:
    """The options of a select, menu or list of boxes, groups taken apart."""
    options = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        options += group["options"]
    return options


def _same(option: Item) -> str:
    """An option as text: two are the same if their fields are."""
    return json.dumps(option, sort_keys=True)


def _start(element: Item, at: str) -> Found:
    option = element.get("initial_option")
    if option is None and not element.get("initial_options"):
        return
    known = {_same(each) for each in options_of(element)}
    if option is not None and _same(option) not in known:
        yield _no_option(f"{at}/initial_option", option)
    for index, each in enumerate(element.get("initial_options") or ()):
        if _same(each) not in known:
            yield _no_option(f"{at}/initial_options/{index}", each)


def _no_option(at: str, option: Item) -> Problem:
    got = shown(option["value"])
    return failed(at, "enum", f"must match one of the options exactly: {got}", got=got)


def _values(element: Item, at: str) -> Found:
    seen = set()
    places = [(f"{at}/options/{i}", option) for i, option in _listed(element, "options")]
    for number, group in _listed(element, "option_groups"):
        inside = f"{at}/option_groups/{number}/options"
        places += [(f"{inside}/{i}", option) for i, option in enumerate(group["options"])]
    for place, option in places:
        if option["value"] in seen:
            yield _again(f"{place}/value", "value", option["value"])
        seen.add(option["value"])


def _listed(item: Item, name: str) -> Iterator[tuple[int, Any]]:
    yield from enumerate(item.get(name) or ())


def _again(at: str, what: str, got: str) -> Problem:
    return failed(at, "unique", f"{what} must be unique: {shown(got)}", got=shown(got))


def _selected(element: Item, at: str) -> Found:
    most = element.get("max_selected_items")
    for name in _INITIAL:
        chosen = element.get(name) or ()
        if most is not None and len(chosen) > most:
            message = f"no more than {most} items allowed"
            yield failed(f"{at}/{name}", "max_items", message, most, len(chosen))


_INITIAL = ("initial_options", "initial_users", "initial_conversations", "initial_channels")


def _range(low: str, high: str) -> Callable[[Item, str], Found]:
    """The rule that the field `low` is not more than the field `high`."""

    def check(item: Item, at: str) -> Found:
        least, most = item.get(low), item.get(high)
        if least is not None and most is not None and Decimal(least) > Decimal(most):
            yield failed(
                f"{at}/{low}", "maximum", f"must be less than or equal to {high}", most, least
            )

    return check


def _typed_length(item: Item, at: str) -> Found:
    text = item.get("initial_value")
    if not text:
        return
    least, most = item.get("min_length") or 0, item.get("max_length")
    if len(text) < least:
        message = f"must be more than {least - 1} characters"
        yield failed(f"{at}/initial_value", "min_length", message, least, len(text))
    if most is not None and len(text) > most:
        message = f"must be less than {most + 1} characters"
        yield failed(f"{at}/initial_value", "max_length", message, most, len(text))


def _decimals(item: Item, at: str) -> Found:
    if item["is_decimal_allowed"]:
        return
    for name in ("initial_value", "min_value", "max_value"):
        if "." in (item.get(name) or ""):
            message = "must be a whole number, since is_decimal_allowed is false"
            yield failed(f"{at}/{name}", "format", message, got=shown(item[name]))


def _typed_number(item: Item, at: str) -> Found:
    value = item.get("initial_value")
    if value is None:
        return
    least, most = item.get("min_value"), item.get("max_value")
    if least is not None and Decimal(value) < Decimal(least):
        message = f"must be greater than or equal to {shown(least)}"
        yield failed(f"{at}/initial_value", "minimum", message, shown(least), shown(value))
    if most is not None and Decimal(value) > Decimal(most):
        message = f"must be less than or equal to {shown(most)}"
        yield failed(f"{at}/initial_value", "maximum", message, shown(most), shown(value))


def _even(item: Item, at: str) -> Found:
    width = len(item["rows"][0])
    for index, row in enumerate(item["rows"]):
        if len(row) != width:
            kind = "max_items" if len(row) > width else "min_items"
            message = f"must have {width} cells, as the first row has"
            yield failed(f"{at}/rows/{index}", kind, message, width, len(row))


def _header(item: Item, at: str) -> Found:
    for index, cell in enumerate(item["rows"][0]):
        if cell["type"] not in ("raw_text", "raw_number"):
            message = f"unsupported type: {cell['type']} (in a header)"
            kinds = ["raw_text", "raw_number"]
            yield failed(f"{at}/rows/0/{index}/type", "enum", message, kinds, cell["type"])


def _column(item: Item, at: str) -> Found:
    column, width = item.get("row_header_column_index"), len(item["rows"][0])
    if column is not None and column >= width:
        message = f"must be less than {width}: there are {width} columns"
        place = f"{at}/row_header_column_index"
        yield failed(place, "maximum", message, width - 1, column)


def _names(item: Item, at: str) -> Found:
    seen = set()
    for index, series in enumerate(item["series"]):
        if series["name"] in seen:
            yield _again(f"{at}/series/{index}/name", "name", series["name"])
        seen.add(series["name"])


def _categories(item: Item, at: str) -> Found:
    seen = set()
    for index, label in enumerate(item["axis_config"]["categories"]):
        if label in seen:
            yield _again(f"{at}/axis_config/categories/{index}", "category", label)
        seen.add(label)


def _points(item: Item, at: str) -> Found:
    categories = item["axis_config"]["categories"]
    for index, series in enumerate(item["series"]):
        place, seen = f"{at}/series/{index}/data", set()
        for number, point in enumerate(series["data"]):
            label = point["label"]
            if label not in categories:
                message = f"must be one of axis_config.categories: {shown(label)}"
                yield failed(f"{place}/{number}/label", "enum", message, got=shown(label))
            elif label in seen:
                yield _again(f"{place}/{number}/label", "label", label)
            seen.add(label)
        absent = [shown(label) for label in categories if label not in seen]
        if absent:
            message = f"must have one point for each category: {', '.join(absent)} has none"
            yield failed(place, "all_of", message, [shown(label) for label in categories])


def _tasks(item: Item, at: str) -> Found:
    seen = set()
    for index, task in enumerate(item["tasks"]):
        if task["task_id"] in seen:
            yield _again(f"{at}/tasks/{index}/task_id", "task_id", task["task_id"])
        seen.add(task["task_id"])


def _pending(item: Item, at: str) -> Found:
    if item["status"] == "pending":
        message = "a task_card that is not in a plan cannot be pending"
        states = ["in_progress", "complete", "error"]
        yield failed(f"{at}/status", "enum", message, states, "pending")


def _folds(item: Item, at: str) -> Found:
    if item.get("default_collapsed") and not item.get("is_collapsible"):
        message = "default_collapsed needs is_collapsible to be true"
        yield failed(f"{at}/default_collapsed", "not", message)


def _divides(item: Item, at: str) -> Found:
    if item.get("has_header_divider") and item.get("is_collapsible"):
        message = "has_header_divider is not allowed where is_collapsible is true"
        yield failed(f"{at}/has_header_divider", "not", message)


def _dispatch(item: Item, at: str) -> Found:
    if item.get("dispatch_action") and item["element"]["type"] == "file_input":
        message = "unsupported type: file_input (where dispatch_action is true)"
        yield failed(f"{at}/element/type", "not", message, got="file_input")


_WITH_START = ("elements/checkboxes", "elements/radio_buttons", "elements/static_select")
_CHARTS = ("charts/bar", "charts/area", "charts/line")
_TYPED = ("elements/plain_text_input",)
_NUMBER = ("elements/number_input",)
_VISUAL = _BLOCKS + "data-visualization-block"

RULES: tuple[Rule, ...] = (
    Rule(
        (*_WITH_START, "elements/multi_static_select"),
        ("options", "option_groups", "initial_option", "initial_options"),
        "initial_option and initial_options match options exactly",
        _SELECT,
        _start,
    ),
    Rule(
        (*_WITH_START, "elements/multi_static_select", "elements/overflow"),
        ("options", "option_groups"),
        "the values of options are unique",
        "reference/block-kit/composition-objects/option-object",
        _values,
    ),
    Rule(
        tuple(
            f"elements/multi_{kind}_select"
            for kind in ("static", "external", "users", "conversations", "channels")
        ),
        ("max_selected_items", *_INITIAL),
        "no more is selected at first than max_selected_items",
        _MULTI,
        _selected,
        "the page says what may be selected, not what a start may hold",
    ),
    Rule(
        _TYPED,
        ("min_length", "max_length"),
        "min_length is not more than max_length",
        _ELEMENTS + "plain-text-input-element",
        _range("min_length", "max_length"),
        "no text could ever be right",
    ),
    Rule(
        _TYPED,
        ("min_length", "max_length", "initial_value"),
        "initial_value is as long as min_length and max_length say",
        _ELEMENTS + "plain-text-input-element",
        _typed_length,
        "an empty start is always right",
    ),
    Rule(
        _NUMBER,
        ("is_decimal_allowed", "initial_value", "min_value", "max_value"),
        "decimals only where is_decimal_allowed is true",
        _ELEMENTS + "number-input-element",
        _decimals,
    ),
    Rule(
        _NUMBER,
        ("min_value", "max_value"),
        "min_value is not more than max_value",
        _ELEMENTS + "number-input-element",
        _range("min_value", "max_value"),
    ),
    Rule(
        _NUMBER,
        ("initial_value", "min_value", "max_value"),
        "initial_value lies between min_value and max_value",
        _ELEMENTS + "number-input-element",
        _typed_number,
    ),
    Rule(
        ("elements/rich_text_input",),
        ("min_lines", "max_lines"),
        "min_lines is not more than max_lines",
        _ELEMENTS + "rich-text-input-element",
        _range("min_lines", "max_lines"),
        "no input could be as high",
    ),
    Rule(
        ("blocks/table",),
        ("rows",),
        "all rows have as many cells",
        _BLOCKS + "table-block",
        _even,
        "the page of data_table says so, that of table nothing; a ragged table shows no column",
    ),
    Rule(
        ("blocks/data_table",),
        ("rows",),
        "all rows have as many cells",
        _BLOCKS + "data-table-block",
        _even,
    ),
    Rule(
        ("blocks/data_table",),
        ("rows",),
        "the first row is a header, of raw_text or raw_number",
        _BLOCKS + "data-table-block",
        _header,
    ),
    Rule(
        ("blocks/data_table",),
        ("rows", "row_header_column_index"),
        "row_header_column_index is a column that is there",
        _BLOCKS + "data-table-block",
        _column,
    ),
    Rule(_CHARTS, ("series",), "the names of series are unique", _VISUAL, _names),
    Rule(_CHARTS, ("axis_config",), "categories are unique", _VISUAL, _categories),
    Rule(
        _CHARTS,
        ("series", "axis_config"),
        "every series has exactly one point for each category",
        _VISUAL,
        _points,
    ),
    Rule(
        ("blocks/plan",),
        ("tasks",),
        "each task_id of a plan is unique",
        _BLOCKS + "plan-block",
        _tasks,
    ),
    Rule(
        ("blocks/task_card",),
        ("status",),
        "only a task of a plan is pending",
        _BLOCKS + "task-card-block",
        _pending,
    ),
    Rule(
        ("blocks/container",),
        ("default_collapsed", "is_collapsible"),
        "default_collapsed needs is_collapsible",
        _BLOCKS + "container-block",
        _folds,
    ),
    Rule(
        ("blocks/container",),
        ("has_header_divider", "is_collapsible"),
        "has_header_divider excludes is_collapsible",
        _BLOCKS + "container-block",
        _divides,
    ),
    Rule(
        ("blocks/input",),
        ("dispatch_action", "element"),
        "dispatch_action excludes a file_input",
        _BLOCKS + "input-block",
        _dispatch,
    ),
)
"""All rules, in the order they are told. A rule is asked only where all that it reads is right."""

BY_ROW: Mapping[str, tuple[Rule, ...]] = {
    row: tuple(rule for rule in RULES if row in rule.rows)
    for row in {row for rule in RULES for row in rule.rows}
}
