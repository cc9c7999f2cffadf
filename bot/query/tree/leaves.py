"""The leaves of a query's tree: names, literals, parameters. `str()` of one is canonical text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.query.errors import Span
from bot.query.tree.node import NOWHERE, TreeNode

# Names that need no backticks: letters, digits, `_`, `@` (insights-ql syntax page: "Field names
# that contain characters other than the @ sign, the period and alphanumerics need backticks").
# A name may not begin with a digit, but its later segments may: `items.0.id`.
FIRST_SEGMENT = re.compile(r"@+\w[\w@]*|[^\W\d][\w@]*")
WITH_STARS = re.compile(r"[\w@*][\w@.*]*")
LATER_SEGMENT = re.compile(r"@*\w[\w@]*")
KEYWORDS = frozenset({"as", "by", "asc", "desc", "and", "or", "not", "in", "like"})


class Field(TreeNode, frozen=True):
    """A field of the event or a column made earlier. Text parts are names, numbers are `[n]`."""

    parts: tuple[str | int, ...]
    span: Span = NOWHERE

    @property
    def name(self) -> str:
        """The flattened name: `userIdentity.arn`, `items.0.id`; `[n]` for structure positions."""
        head, *rest = self.parts
        return str(head) + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in rest)

    def __str__(self) -> str:
        head, *rest = self.parts
        return print_segment(str(head), first=True) + "".join(
            f"[{p}]" if isinstance(p, int) else f".{print_segment(p)}" for p in rest
        )


def print_segment(part: str, *, first: bool = False) -> str:
    """One segment of a name, in backticks where it needs them."""
    bare = (FIRST_SEGMENT if first else LATER_SEGMENT).fullmatch(part)
    if bare and not (first and part.lower() in KEYWORDS):
        return part
    return _backticked(part)


def _backticked(name: str) -> str:
    """The name in backticks; a leading `@` stays outside, as AWS writes ``@`aws.tag.x:y` ``."""
    rest = name.lstrip("@")
    return "@" * (len(name) - len(rest)) + f"`{rest}`" if rest else f"`{name}`"


def print_name(name: str) -> str:
    """An alias as text. A dotted alias stays bare when each of its segments may be bare."""
    first, *later = name.split(".")
    bare = FIRST_SEGMENT.fullmatch(first) and all(map(LATER_SEGMENT.fullmatch, later))
    return name if bare and first.lower() not in KEYWORDS else _backticked(name)


def print_pattern(name: str) -> str:
    """A name in which `*` stands for any text, as `filldown` takes them."""
    return name if WITH_STARS.fullmatch(name) else f"`{name}`"


def print_word(name: str) -> str:
    """The value of an option: bare where it may be, else a text."""
    bare = FIRST_SEGMENT.fullmatch(name) and name.lower() not in KEYWORDS
    return name if bare else print_text(name)


def print_names(fields: Iterable[Field], reserved: str = "") -> str:
    """The fields, with commas; backticks around one that would be read as the word `reserved`."""
    texts = map(str, fields)
    return ", ".join(f"`{text}`" if text.lower() == reserved else text for text in texts)


def print_text(value: str) -> str:
    """A string literal with this value."""
    quote = "'" if '"' in value and "'" not in value else '"'
    body = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f"{quote}{body}{quote}"


class Text(TreeNode, frozen=True):
    """A string literal, already unescaped.

    A literal with backslashes keeps its source form and is printed so: AWS documents no escapes,
    and what its author tried there must arrive there unchanged.
    """

    apart = frozenset({"span", "written"})

    value: str
    span: Span = NOWHERE
    written: str = ""

    def __str__(self) -> str:
        return self.written or print_text(self.value)


class Number(TreeNode, frozen=True):
    """A number literal, never negative. `text` is its source form and decides equality."""

    text: str
    span: Span = NOWHERE

    @property
    def value(self) -> int | float:
        """The number itself: an int where the text has no fraction and no exponent."""
        return int(self.text) if self.text.isdigit() else float(self.text)

    def __str__(self) -> str:
        return self.text


class Duration(TreeNode, frozen=True):
    """A period such as `5m`; `unit` is the spelling of the source, a key of `UNITS`."""

    amount: int
    unit: str
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


class Regex(TreeNode, frozen=True):
    """A regular expression, as written between the slashes, with `\\/` already a plain slash."""

    pattern: str
    span: Span = NOWHERE

    def __str__(self) -> str:
        escaped = re.sub(
            r"\\.|/", lambda m: "\\/" if m[0] == "/" else m[0], self.pattern, flags=re.S
        )
        return f"/{escaped}/"


class Parameter(TreeNode, frozen=True):
    """`{{name}}`: a place for a typed value. It must be bound before a query runs."""

    name: str
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{{{{{self.name}}}}}"


class Star(TreeNode, frozen=True):
    """The `*` of `count(*)`."""

    span: Span = NOWHERE

    def __str__(self) -> str:
        return "*"
