"""The tree of a query. Nodes are values; `str()` of a node is its canonical text.

Printing and parsing are inverse: `parse(str(tree)) == tree`. Spans do not take part in equality.
A computed column without an alias keeps its source text, because that text is the column's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.query.errors import Span

NOWHERE = Span(0, 0)

# Names that need no backticks: letters, digits, `_`, `@` (insights-ql syntax page: "Field names
# that contain characters other than the @ sign, the period and alphanumerics need backticks").
# A name may not begin with a digit, but its later segments may: `items.0.id`.
FIRST_SEGMENT = re.compile(r"@+\w[\w@]*|[^\W\d][\w@]*")
LATER_SEGMENT = re.compile(r"@*\w[\w@]*")
KEYWORDS = frozenset({"as", "by", "asc", "desc", "and", "or", "not", "in", "like"})

# Spelling of a unit → the unit it means (insights-ql "Period": the long forms may take an `s`).
UNITS = {
    spelling + plural: unit
    for unit, spellings in {
        "ms": ("ms", "msec", "millisecond"),
        "s": ("s", "sec", "second"),
        "m": ("m", "min", "minute"),
        "h": ("h", "hr", "hour"),
        "d": ("d", "day"),
        "w": ("w", "week"),
        "mo": ("mo", "mon", "month"),
        "q": ("q", "qtr", "quarter"),
        "y": ("y", "yr", "year"),
    }.items()
    for spelling in spellings
    for plural in (("", "s") if len(spelling) > 2 or spelling in ("hr", "yr", "mo") else ("",))
}


# ------------------------------------------------------------------------------- expressions
@dataclass(frozen=True, slots=True)
class Field:
    """A field of the event or a column made earlier. Text parts are names, numbers are `[n]`."""

    parts: tuple[str | int, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The flattened name: `userIdentity.arn`, `items.0.id`; `[n]` for structure positions."""
        head, *rest = self.parts
        return str(head) + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in rest)

    def __str__(self) -> str:
        head, *rest = self.parts
        return _name(str(head), first=True) + "".join(
            f"[{p}]" if isinstance(p, int) else f".{_name(p)}" for p in rest
        )


def _name(part: str, *, first: bool = False) -> str:
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


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal, already unescaped.

    A literal with backslashes keeps its source form and is printed so: AWS documents no escapes,
    and what its author tried there must arrive there unchanged.
    """

    value: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    written: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        if self.written:
            return self.written
        quote = "'" if '"' in self.value and "'" not in self.value else '"'
        body = self.value.replace("\\", "\\\\").replace(quote, "\\" + quote)
        return f"{quote}{body}{quote}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal, never negative. `text` is its source form and decides equality."""

    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def value(self) -> int | float:
        """The number itself: an int where the text has no fraction and no exponent."""
        return int(self.text) if self.text.isdigit() else float(self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Duration:
    """A period such as `5m`; `unit` is the spelling of the source, a key of `UNITS`."""

    amount: int
    unit: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression, as written between the slashes, with `\\/` already a plain slash."""

    pattern: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        escaped = re.sub(
            r"\\.|/", lambda m: "\\/" if m[0] == "/" else m[0], self.pattern, flags=re.S
        )
        return f"/{escaped}/"


@dataclass(frozen=True, slots=True)
class Parameter:
    """`{{name}}`: a place for a typed value. It must be bound before a query runs."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{{{{{self.name}}}}}"


@dataclass(frozen=True, slots=True)
class Star:
    """The `*` of `count(*)`."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Call:
    """A function call. `name` is the canonical spelling of the function table."""

    name: str
    arguments: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, slots=True)
class Access:
    """Parts taken from the result of a call: `jsonParse(x).a[0]`."""

    base: Call
    parts: tuple[str | int, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return str(self.base) + "".join(
            f"[{p}]" if isinstance(p, int) else f".{_name(p)}" for p in self.parts
        )


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x` or `-x`. `!x` is printed as `not x`."""

    operator: str
    operand: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        if self.operator == "not":
            return f"not {_within(self.operand, PRECEDENCE['not'])}"
        inner = str(self.operand)
        bare = isinstance(self.operand, Field | Number | Call | Access | Parameter)
        return f"-{inner}" if bare else f"-({inner})"


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic (`+ - * / % ^`, left-associative), comparison (`= != < <= > >=`), `and`, `or`.

    Long chains of `and` and `or` are made by `chain`, so that no tree of one is deep.
    """

    operator: str
    left: Expression
    right: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        level = PRECEDENCE[self.operator]
        # A comparison of a comparison is legal only in parentheses, on either side; the sides
        # of `and` and `or` need none, because `chain` reads the same tree from the flat text.
        left = level + 1 if level == PRECEDENCE["="] else level
        right = level if self.operator in ("and", "or") else level + 1
        return f"{_within(self.left, left)} {self.operator} {_within(self.right, right)}"


@dataclass(frozen=True, slots=True)
class Like:
    """`x like "part"` or `x like /regex/`; `=~` is printed as `like`."""

    operand: Expression
    pattern: Text | Regex | Parameter
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        word = "not like" if self.negated else "like"
        return f"{_within(self.operand, PRECEDENCE['='] + 1)} {word} {self.pattern}"


@dataclass(frozen=True, slots=True)
class In:
    """`x in [a, b]`: the whole value equals one of the items."""

    operand: Expression
    items: tuple[Expression, ...]
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        word = "not in" if self.negated else "in"
        level = PRECEDENCE["="] + 1
        listed = ", ".join(_within(item, level) for item in self.items)
        return f"{_within(self.operand, level)} {word} [{listed}]"


def chain(operator: str, operands: Sequence[Expression]) -> Expression:
    """The operands joined by `and` or `or`, in their order, as a balanced tree.

    Both operators are associative, so the shape means nothing; balanced, a thousand operands are
    ten levels deep. Operands that are chains of the same operator become part of this one, which
    makes the tree of `a or (b or c)` that of `a or b or c`.
    """
    flat: list[Expression] = []
    waiting = list(reversed(operands))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Binary) and node.operator == operator:
            waiting += (node.right, node.left)
        else:
            flat.append(node)
    while len(flat) > 1:
        pairs = [
            Binary(operator, left, right, left.span.to(right.span))
            for left, right in zip(flat[::2], flat[1::2], strict=False)
        ]
        flat = pairs + flat[len(pairs) * 2 :]
    return flat[0]


Expression: TypeAlias = (
    Field | Text | Number | Duration | Regex | Parameter | Star | Call | Access
    | Unary | Binary | Like | In
)  # fmt: skip

# Tightest last. AWS documents none; this is the usual order, and the one that the public
# tree-sitter grammar of the language settled on.
PRECEDENCE = {
    "or": 1, "and": 2, "not": 3,
    "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "^": 7,
}  # fmt: skip


def _level(expression: Expression) -> int:
    match expression:
        case Binary(operator):
            return PRECEDENCE[operator]
        case Like() | In():
            return PRECEDENCE["="]
        case Unary("not"):
            return PRECEDENCE["not"]
        case Unary():
            return 8
        case _:
            return 9


def _within(expression: Expression, level: int) -> str:
    """The expression's text, in parentheses if it binds less tightly than its place needs."""
    text = str(expression)
    return text if _level(expression) >= level else f"({text})"


# ---------------------------------------------------------------------------------- commands
@dataclass(frozen=True, slots=True)
class Item:
    """One item of `fields`, `display`, `stats` or `by`: an expression and the column it makes.

    `source` is the expression's text. Where the item is computed and has no alias, it is the exact
    slice of the query, because that is the column's name; elsewhere it is the canonical text.
    """

    expression: Expression
    alias: str | None
    source: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def column(self) -> str:
        """The name of the column that this item makes."""
        if self.alias is not None:
            return self.alias
        return self.expression.name if isinstance(self.expression, Field) else self.source

    def __str__(self) -> str:
        if self.alias is not None:
            return f"{self.expression} as {print_name(self.alias)}"
        return str(self.expression) if isinstance(self.expression, Field) else self.source


@dataclass(frozen=True, slots=True)
class Fields:
    """`fields a, b as c`: adds columns."""

    items: tuple[Item, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return "fields " + ", ".join(map(str, self.items))


@dataclass(frozen=True, slots=True)
class Display:
    """`display a, b as c`: exactly these columns; the last one of a query decides."""

    items: tuple[Item, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return "display " + ", ".join(map(str, self.items))


@dataclass(frozen=True, slots=True)
class Filter:
    """`filter condition`; `where` is another spelling and prints as `filter`."""

    condition: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return f"filter {self.condition}"


@dataclass(frozen=True, slots=True)
class Stats:
    """`stats aggregates by keys`."""

    items: tuple[Item, ...]
    by: tuple[Item, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        keys = " by " + ", ".join(map(str, self.by)) if self.by else ""
        return "stats " + ", ".join(map(str, self.items)) + keys


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of `sort`. `descending` is None where the query names no direction."""

    expression: Expression
    descending: bool | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        word = {None: "", True: " desc", False: " asc"}[self.descending]
        return f"{self.expression}{word}"


@dataclass(frozen=True, slots=True)
class Sort:
    """`sort a desc, b`."""

    keys: tuple[SortKey, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return "sort " + ", ".join(map(str, self.keys))


@dataclass(frozen=True, slots=True)
class Limit:
    """`limit n`."""

    count: Number | Parameter
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return f"limit {self.count}"


@dataclass(frozen=True, slots=True)
class Parse:
    """`parse source "glob *" as a` or `parse source /regex/`. No source means `@message`."""

    source: Field | Call | Access | None
    pattern: Text | Regex
    aliases: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        source = f"{self.source} " if self.source is not None else ""
        names = " as " + ", ".join(map(print_name, self.aliases)) if self.aliases else ""
        return f"parse {source}{self.pattern}{names}"


@dataclass(frozen=True, slots=True)
class Dedup:
    """`dedup a, b`: the first row for each combination of values."""

    keys: tuple[Field, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return "dedup " + ", ".join(map(str, self.keys))


Command: TypeAlias = Fields | Display | Filter | Stats | Sort | Limit | Parse | Dedup


@dataclass(frozen=True, slots=True)
class Query:
    """A pipeline of commands. `text` is what it was parsed from, and is no part of equality."""

    commands: tuple[Command, ...]
    text: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        return "\n| ".join(map(str, self.commands))


Node: TypeAlias = Expression | Item | SortKey | Command | Query
