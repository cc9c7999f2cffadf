"""The tree of a query. Nodes are values; `str()` of a node is its canonical text.

Printing and parsing are inverse: `parse(str(tree)) == tree`. Spans do not take part in equality.
A computed column without an alias keeps its source text, because that text is the column's name.
What holds no expression stands in the modules beside this one; all names can be had from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from bot.query.errors import Span
from bot.query.tree.leaves import (
    FIRST_SEGMENT,
    KEYWORDS,
    LATER_SEGMENT,
    Duration,
    Field,
    Number,
    Parameter,
    Regex,
    Star,
    Text,
    print_name,
    print_names,
    print_segment,
)
from bot.query.tree.node import NOWHERE, TreeNode
from bot.query.tree.rows import (
    Accum,
    AddTotals,
    Anomaly,
    Autoregress,
    CidrLookup,
    CountFrequent,
    Dedup,
    Diff,
    Estimate,
    Expand,
    Filldown,
    JsonExtract,
    Limit,
    LogCompare,
    Lookup,
    Match,
    Outlier,
    Output,
    Sessionize,
    Tail,
    Unmask,
)
from bot.query.tree.sources import (
    Argument,
    DataSource,
    LogGroups,
    LogGroupTags,
    SavedCall,
    Selector,
    Source,
    TagFilter,
)

__all__ = [
    "FIRST_SEGMENT",
    "KEYWORDS",
    "LATER_SEGMENT",
    "NOWHERE",
    "PRECEDENCE",
    "Access",
    "Accum",
    "AddTotals",
    "Anomaly",
    "AppendCols",
    "Argument",
    "Autoregress",
    "Binary",
    "Call",
    "CidrLookup",
    "Command",
    "CountFrequent",
    "DataSource",
    "Dedup",
    "Diff",
    "Display",
    "Duration",
    "Estimate",
    "Expand",
    "Expression",
    "Field",
    "Fields",
    "Fill",
    "Filldown",
    "Fillmissing",
    "Filter",
    "FilterIndex",
    "In",
    "InQuery",
    "Item",
    "Join",
    "JsonExtract",
    "Like",
    "Limit",
    "LogCompare",
    "LogGroupTags",
    "LogGroups",
    "Lookup",
    "Match",
    "Node",
    "Number",
    "Outlier",
    "Output",
    "Parameter",
    "Parse",
    "ParseForm",
    "PatternCommand",
    "Query",
    "Regex",
    "RelevantFields",
    "SavedCall",
    "Selector",
    "Sessionize",
    "Sort",
    "SortKey",
    "Source",
    "Star",
    "Stats",
    "TagFilter",
    "Tail",
    "Text",
    "Unary",
    "Unmask",
    "Unnest",
    "chain",
    "print_name",
]


# ------------------------------------------------------------------------------- expressions
class Call(TreeNode, frozen=True):
    """A function call. `name` is the canonical spelling of the function table."""

    name: str
    arguments: tuple[Expression, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.arguments))})"


class Access(TreeNode, frozen=True):
    """Parts taken from the result of a call: `jsonParse(x).a[0]`."""

    base: Call
    parts: tuple[str | int, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return str(self.base) + "".join(
            f"[{p}]" if isinstance(p, int) else f".{print_segment(p)}" for p in self.parts
        )


class Unary(TreeNode, frozen=True):
    """`not x` or `-x`. `!x` is printed as `not x`."""

    operator: str
    operand: Expression
    span: Span = NOWHERE

    def __str__(self) -> str:
        if self.operator == "not":
            return f"not {_within(self.operand, PRECEDENCE['not'])}"
        inner = str(self.operand)
        bare = isinstance(self.operand, Field | Number | Call | Access | Parameter)
        return f"-{inner}" if bare else f"-({inner})"


class Binary(TreeNode, frozen=True):
    """Arithmetic (`+ - * / % ^`, left-associative), comparison (`= != < <= > >=`), `and`, `or`.

    Long chains of `and` and `or` are made by `chain`, so that no tree of one is deep.
    """

    operator: str
    left: Expression
    right: Expression
    span: Span = NOWHERE

    def __str__(self) -> str:
        level = PRECEDENCE[self.operator]
        # A comparison of a comparison is legal only in parentheses, on either side; the sides
        # of `and` and `or` need none, because `chain` reads the same tree from the flat text.
        left = level + 1 if level == PRECEDENCE["="] else level
        right = level if self.operator in ("and", "or") else level + 1
        return f"{_within(self.left, left)} {self.operator} {_within(self.right, right)}"


class Like(TreeNode, frozen=True):
    """`x like "part"` or `x like /regex/`; `=~` is printed as `like`."""

    operand: Expression
    pattern: Text | Regex | Parameter
    negated: bool = False
    span: Span = NOWHERE

    def __str__(self) -> str:
        word = "not like" if self.negated else "like"
        return f"{_within(self.operand, PRECEDENCE['='] + 1)} {word} {self.pattern}"


class In(TreeNode, frozen=True):
    """`x in [a, b]`: the whole value equals one of the items."""

    operand: Expression
    items: tuple[Expression, ...]
    negated: bool = False
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.opening}{', '.join(self.listed)}]"

    @property
    def opening(self) -> str:
        """The text up to the first item."""
        word = "not in" if self.negated else "in"
        return f"{_within(self.operand, PRECEDENCE['='] + 1)} {word} ["

    @property
    def listed(self) -> list[str]:
        """The texts of the items."""
        return [_within(item, PRECEDENCE["="] + 1) for item in self.items]


class InQuery(TreeNode, frozen=True):
    """`x in (SOURCE 'a' | … | fields f)`: the value is among those that a sub-query finds."""

    operand: Expression
    query: Query
    negated: bool = False
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.opening}{_inline(self.query)})"

    @property
    def opening(self) -> str:
        """The text up to the sub-query."""
        word = "not in" if self.negated else "in"
        return f"{_within(self.operand, PRECEDENCE['='] + 1)} {word} ("


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
    | Unary | Binary | Like | In | InQuery
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
        case Like() | In() | InQuery():
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
class Item(TreeNode, frozen=True):
    """One item of `fields`, `display`, `stats` or `by`: an expression and the column it makes.

    `source` is the expression's text. Where the item is computed and has no alias, it is the exact
    slice of the query, because that is the column's name; elsewhere it is the canonical text.
    """

    expression: Expression
    alias: str | None
    source: str
    span: Span = NOWHERE

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


class Fields(TreeNode, frozen=True):
    """`fields a, b as c`: adds columns."""

    items: tuple[Item, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return "fields " + ", ".join(map(str, self.items))


class Display(TreeNode, frozen=True):
    """`display a, b as c`: exactly these columns; the last one of a query decides."""

    items: tuple[Item, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return "display " + ", ".join(map(str, self.items))


class Filter(TreeNode, frozen=True):
    """`filter condition`; `where` is another spelling and prints as `filter`."""

    condition: Expression
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"filter {self.condition}"


class Stats(TreeNode, frozen=True):
    """`stats aggregates by keys`. `offset` shifts the bins of its `bin()`."""

    items: tuple[Item, ...]
    by: tuple[Item, ...]
    offset: Duration | None = None
    span: Span = NOWHERE

    def __str__(self) -> str:
        keys = " by " + ", ".join(map(str, self.by)) if self.by else ""
        shift = f" offset {self.offset}" if self.offset is not None else ""
        return "stats " + ", ".join(map(str, self.items)) + keys + shift


class SortKey(TreeNode, frozen=True):
    """One key of `sort`. `descending` is None where the query names no direction."""

    expression: Expression
    descending: bool | None
    span: Span = NOWHERE

    def __str__(self) -> str:
        word = {None: "", True: " desc", False: " asc"}[self.descending]
        return f"{self.expression}{word}"


class Sort(TreeNode, frozen=True):
    """`sort a desc, b`."""

    keys: tuple[SortKey, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return "sort " + ", ".join(map(str, self.keys))


class Parse(TreeNode, frozen=True):
    """`parse source "glob *" as a` or `parse source /regex/`. No source means `@message`.

    `multi`: a row for each match of the regex, not for the first alone.
    """

    source: Field | Call | Access | None
    pattern: Text | Regex
    aliases: tuple[str, ...]
    multi: bool = False
    span: Span = NOWHERE

    def __str__(self) -> str:
        source = f"{self.source} " if self.source is not None else ""
        names = " as " + ", ".join(map(print_name, self.aliases)) if self.aliases else ""
        return f"parse {source}{self.pattern}{names}{' multi' if self.multi else ''}"


class ParseForm(TreeNode, frozen=True):
    """`parse source logfmt as map` or `parse source csv as a, b`. No source means `@message`."""

    source: Field | Call | Access | None
    form: str
    aliases: tuple[str, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        source = f"{self.source} " if self.source is not None else ""
        return f"parse {source}{self.form} as {', '.join(map(print_name, self.aliases))}"


class FilterIndex(TreeNode, frozen=True):
    """`filterIndex f = 1`: a filter that AWS answers from an index of the field."""

    condition: Expression
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"filterIndex {self.condition}"


class Unnest(TreeNode, frozen=True):
    """`unnest list into name`: a row for each element."""

    value: Expression
    name: str
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"unnest {self.value} into {print_name(self.name)}"


class Join(TreeNode, frozen=True):
    """`join type=left left=a right=b where a.x=b.y (SOURCE 'c')`.

    `left` and `right` are the prefixes that the columns of both sides get. The two fields are
    without theirs.
    """

    kind: Literal["inner", "left"]
    left: str
    right: str
    left_field: Field
    right_field: Field
    query: Query
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.opening}{_inline(self.query)})"

    @property
    def opening(self) -> str:
        """The text up to the sub-query."""
        left, right = (
            Field((side, *names.parts))
            for side, names in ((self.left, self.left_field), (self.right, self.right_field))
        )
        sides = f"left={print_name(self.left)} right={print_name(self.right)}"
        return f"join type={self.kind} {sides} where {left} = {right} ("


class AppendCols(TreeNode, frozen=True):
    """`appendcols override=true max=10 (…)`: the columns of another query beside these, row by row."""

    override: bool | None
    most: int | None
    query: Query
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.opening}{_inline(self.query)})"

    @property
    def opening(self) -> str:
        """The text up to the sub-query."""
        override = f"override={str(self.override).lower()} " if self.override is not None else ""
        most = f"max={self.most} " if self.most is not None else ""
        return f"appendcols {override}{most}("


class Fill(TreeNode, frozen=True):
    """One value of `fillmissing`, and the column that gets it."""

    value: Expression
    name: str
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"{self.value} for {print_name(self.name)}"


class Fillmissing(TreeNode, frozen=True):
    """`fillmissing with 0 for n`: a row for each bin that has none."""

    fills: tuple[Fill, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return "fillmissing" + (" with " + ", ".join(map(str, self.fills)) if self.fills else "")


class PatternCommand(TreeNode, frozen=True):
    """`pattern f`: events gathered by what they have in common."""

    value: Expression
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"pattern {self.value}"


class RelevantFields(TreeNode, frozen=True):
    """`relevantfields a, b where condition`: which fields go with the condition."""

    fields: tuple[Field, ...]
    condition: Expression
    span: Span = NOWHERE

    def __str__(self) -> str:
        names = f"{print_names(self.fields, 'where')} " if self.fields else ""
        return f"relevantfields {names}where {self.condition}"


Command: TypeAlias = (
    Fields | Display | Filter | FilterIndex | Stats | Sort | Limit | Tail | Dedup
    | Parse | ParseForm | JsonExtract | Unnest | Expand
    | Source | SavedCall | Lookup | CidrLookup | Join | AppendCols
    | Accum | Autoregress | Filldown | Fillmissing | Sessionize | AddTotals | Outlier | CountFrequent
    | PatternCommand | Anomaly | Diff | LogCompare | RelevantFields | Unmask | Estimate
)  # fmt: skip


class Query(TreeNode, frozen=True):
    """A pipeline of commands. `text` is what it was parsed from, and is no part of equality."""

    apart = frozenset({"text"})

    commands: tuple[Command, ...]
    text: str = ""

    def __str__(self) -> str:
        return "\n| ".join(map(str, self.commands))


def _inline(query: Query) -> str:
    """The text of a sub-query: on one line, as it stands inside a command."""
    return " | ".join(map(str, query.commands))


Node: TypeAlias = (
    Expression | Item | SortKey | Match | Output | Fill | Argument | Selector | TagFilter
    | Command | Query
)  # fmt: skip
