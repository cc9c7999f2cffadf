"""Warnings about comparisons and patterns: Q004, Q005, Q007 to Q010, Q015, Q016, Q026, Q034, Q036, Q037."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from bot.query.ast import Binary, Call, Field, In, Like, Node, Number, Query, Regex, Text, Unary
from bot.query.errors import quoted
from bot.query.lint.missing import operands
from bot.query.lint.text import Skeleton
from bot.query.lint.traps import Placed, Warning, warn
from bot.query.values import number_of
from bot.query.walk import walk

BOOLEANS = frozenset({
    "readOnly", "managementEvent",
    "requestParameters.isMultiRegionTrail", "requestParameters.isOrganizationTrail",
    "requestParameters.includeGlobalServiceEvents", "requestParameters.enableLogFileValidation",
    "requestParameters.publiclyAccessible", "responseElements.publiclyAccessible",
    "requestParameters.skipFinalSnapshot",
    "requestParameters.PublicAccessBlockConfiguration.BlockPublicAcls",
    "requestParameters.PublicAccessBlockConfiguration.BlockPublicPolicy",
    "requestParameters.PublicAccessBlockConfiguration.IgnorePublicAcls",
    "requestParameters.PublicAccessBlockConfiguration.RestrictPublicBuckets",
})  # fmt: skip
"""Fields of CloudTrail that hold JSON booleans ("CloudTrail record contents", and the services')."""

TEXTS = frozenset({
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "sessionCredentialFromConsole",
})  # fmt: skip
"""Fields of CloudTrail that hold the text "true" or "false"."""

_FLOW = frozenset({
    "srcPort", "dstPort", "srcport", "dstport", "bytes", "packets", "protocol",
})  # fmt: skip
"""Fields of flow logs that hold `-` where there is nothing to tell ("Flow log records")."""

_MOMENTS = frozenset({"@timestamp", "@ingestionTime"})
_MILLISECONDS = frozenset({"toMillis", "queryStartTime", "queryEndTime", "parseDate"})
_COMPARED = ("=", "!=", "<", "<=", ">", ">=")
_ORDERED = _COMPARED[2:]
_FIRST_MILLISECONDS = 100_000_000_000  # 1973; as seconds it is the year 5138
_WORDS = {"true": "1", "false": "0"}

# `%` before two hex digits is an escape of an address, and then meant as it stands.
_WILD = re.compile(r"^(?:%(?![0-9a-fA-F]{2})|\*)|(?<=[^\s\d])(?:%|\*)$")
_REGEX = re.compile(r"^/.*[\\^$*+?|()\[\]].*/i?$|^\(\?i\)|\.\*|\\[dwsb]|^\w+(?:\|\w+)+$", re.DOTALL)
_ENDS = re.compile(r"^(?:\(\?i\))?\.\*|(?<!\\)\.\*$")


def comparisons(query: Query, skeleton: Skeleton, booleans: Container[str]) -> Iterator[Warning]:
    """The comparisons of the query, those of its sub-queries too."""
    numeric = {
        field.name
        for node in walk(query)
        if isinstance(node, Call) and node.name == "isNumeric"
        for field in node.arguments
        if isinstance(field, Field)
    }
    for node in walk(query):
        match node:
            case Binary(operator) if operator in _COMPARED:
                yield from _compared(node, booleans, numeric)
            case In():
                yield from _listed(node, booleans)
            case Regex(written) if "\n" in written:
                message = "This regex finds only texts with a line break in this place."
                yield warn("Q040", node, message)
            case Like():
                yield from _liked(node)
            case _:
                pass
    yield from _unclear(query, skeleton)


def _compared(node: Binary, booleans: Container[str], numeric: Container[str]) -> Iterator[Warning]:
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if node.operator in ("=", "!="):
            yield from _boolean(one, other, booleans)
            yield from _starred(one, other)
        else:
            yield from _ordered(node, one, other, numeric)
        yield from _moment(node, one, other)
    yield from _seconds(node)


def _boolean(field: Node, value: Node, booleans: Container[str]) -> Iterator[Warning]:
    name = field.name if isinstance(field, Field) else ""
    if isinstance(value, Field) and (number := _WORDS.get(value.name)):
        message = f"`{value.name}` without quotes is the name of a field: this matches nothing."
        as_text = f'Write `"{value.name}"`: {quoted(name)} holds a text.'
        as_number = f"Write `{number}`, which is what a boolean of JSON is here."
        yield warn("Q004", value, message, as_text if name in TEXTS else as_number)
    elif name and name in booleans and isinstance(value, Text) and _is_boolean(value.value):
        message = f"{quoted(name)} is a boolean, the number 1 or 0: no text equals it."
        number = _WORDS.get(value.value.lower(), value.value)
        yield warn("Q005", value, message, f"Write `{number}`, without quotes.")
    elif name in TEXTS and isinstance(value, Number) and _is_boolean(value.text):
        message = f'{quoted(name)} holds the text "true" or "false": no number equals it.'
        word = "true" if value.text == "1" else "false"
        yield warn("Q005", value, message, f'Write `"{word}"`.')


def _is_boolean(text: str) -> bool:
    return text.lower() in ("true", "false", "0", "1")


def _starred(field: Node, value: Node) -> Iterator[Warning]:
    if isinstance(value, Text) and isinstance(field, Field) and _is_wild(value.value):
        shown = quoted(value.value)
        message = f"This compares the whole value: only the text {shown} itself is equal to it."
        regex = "^" + ".*".join(map(re.escape, re.split(r"\*+", value.value))) + "$"
        regex = regex.removesuffix(".*$").replace("/", "\\/").replace("\\-", "-")
        yield warn("Q036", value, message, f"Write `like /{regex.replace('^.*', '')}/`.")


def _is_wild(text: str) -> bool:
    """Whether a `*` begins or ends a longer word."""
    return bool(re.search(r"^\*[\w.]|[\w:/.-]\*$", text))


def _ordered(node: Binary, field: Node, value: Node, numeric: Container[str]) -> Iterator[Warning]:
    if isinstance(value, Text) and not _is_moment(field) and number_of(value.value) is None:
        message = "Texts have no documented order but that of `sort`."
        hint = "Compare numbers, or use `=`, `in` or `like`."
        yield warn("Q015", node, message, hint)
    elif isinstance(field, Field) and field.name in _FLOW and isinstance(value, Number):
        less = ("<", "<=") if field is node.left else (">", ">=")
        if node.operator in less and field.name not in numeric:
            name = field.name
            message = f"{quoted(name)} may be `-`, which comes before every number in a `sort`."
            yield warn("Q015", node, message, f"Write `isNumeric({name}) and …`.")


def _is_moment(node: Node) -> bool:
    return (isinstance(node, Field) and node.name in _MOMENTS) or (
        isinstance(node, Call) and node.name in ("bin", "datefloor", "dateceil", "fromMillis")
    )


def _moment(node: Binary, moment: Node, value: Node) -> Iterator[Warning]:
    if not _is_moment(moment):
        return
    if isinstance(value, Text):
        yield warn("Q026", node, "A moment is not compared with a text.")
    elif isinstance(value, Number) and value.value < _FIRST_MILLISECONDS:
        yield warn("Q026", node, "As a number, a moment has milliseconds; this looks like seconds.")


def _seconds(node: Binary) -> Iterator[Warning]:
    within = list(walk(node))
    calls = {part.name: part for part in within if isinstance(part, Call)}
    scaled = any(isinstance(part, Number) and part.value == 1000 for part in within)
    moments = any(isinstance(part, Field) and part.name in _MOMENTS for part in within)
    if "now" in calls and not scaled and (moments or _MILLISECONDS & calls.keys()):
        yield warn("Q037", calls["now"], "`now()` has seconds, and what is beside it milliseconds.")


def _listed(node: In, booleans: Container[str]) -> Iterator[Warning]:
    for item in node.items:
        yield from _boolean(node.operand, item, booleans)
        yield from _starred(node.operand, item)
    numbers = any(isinstance(item, Number) for item in node.items)
    for item in node.items:
        if numbers and isinstance(item, Text) and number_of(item.value) is not None:
            message = "This list has numbers, and a number in quotes."
            yield warn("Q034", item, message)
            return


def _liked(node: Like) -> Iterator[Warning]:
    pattern = node.pattern
    if isinstance(pattern, Regex) and pattern.pattern != ".*" and _ENDS.search(pattern.pattern):
        message = "A regex is looked for anywhere in the text: `.*` at its ends changes nothing."
        plain = re.sub(r"^((?:\(\?i\))?)(?:\.\*)+|(?<!\\)(?:\.\*)+$", r"\1", pattern.pattern)
        yield warn("Q016", pattern, message, f"Write {quoted(str(Regex(plain)))}.")
    if not isinstance(pattern, Text):
        return
    if _REGEX.search(pattern.value):
        shown = quoted(pattern.value)
        message = f"This looks for the text {shown} as it stands; it is no regex."
        bare = re.sub(r"^/(.*)/i?$", r"\1", pattern.value)
        yield warn("Q008", pattern, message, f"Write {quoted(str(Regex(bare)))}, without quotes.")
    elif _WILD.search(pattern.value):
        message = "After `like`, `%` and `*` are characters of the text that is looked for."
        bare = pattern.value.strip("%*")
        hint = f"Write {quoted(str(Text(bare)))}: a part of the value is enough." if bare else ""
        yield warn("Q007", pattern, message, hint)


def _unclear(query: Query, skeleton: Skeleton) -> Iterator[Warning]:
    """What depends on which operator binds tighter."""
    seen: set[int] = set()  # an `or` below another is part of the same chain
    for node in walk(query):
        match node:
            case Binary("or", left, right):
                seen |= {id(left), id(right)}
                if id(node) not in seen:
                    yield from _mixed(node, skeleton)
            case Unary("not", operand) if _is_comparison(operand) and _is_bare(operand, skeleton):
                yield warn("Q010", node, f"This is read as `not ({_short(operand)})`.")
            case _:
                pass


def _mixed(node: Binary, skeleton: Skeleton) -> Iterator[Warning]:
    for part in operands(node, "or"):
        if isinstance(part, Binary) and part.operator == "and" and _is_bare(part, skeleton):
            message = f"{quoted(str(part))} is read as one side of the `or`."
            yield warn("Q009", part, message, "Put parentheses around what belongs together.")
            return


def _is_comparison(node: Node) -> bool:
    return isinstance(node, In | Like) or (isinstance(node, Binary) and node.operator in _COMPARED)


def _is_bare(node: Placed, skeleton: Skeleton) -> bool:
    return bool(skeleton.text) and not skeleton.encloses(node)


def _short(node: Node) -> str:
    return quoted(str(node))[1:-1]
