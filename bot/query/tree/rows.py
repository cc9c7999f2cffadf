"""Commands that are made of names and literals only, among them those that look along the rows.

CloudWatch Logs user guide, one page for each command. Most give back the rows that they get, with
one more column or with gaps filled.
"""

from __future__ import annotations

from bot.query.errors import Span
from bot.query.tree.leaves import (
    Duration,
    Field,
    Number,
    Parameter,
    Text,
    print_name,
    print_names,
    print_pattern,
    print_word,
)
from bot.query.tree.node import NOWHERE, TreeNode


def _named(alias: str | None) -> str:
    """The alias with its `as`, or nothing."""
    return f" as {print_name(alias)}" if alias is not None else ""


def _option(name: str, value: object) -> str:
    """`name=value` and a space, or nothing where the query leaves the option out."""
    if value is None:
        return ""
    return f"{name}={str(value).lower() if isinstance(value, bool) else value} "


class Limit(TreeNode, frozen=True):
    """`limit n`, `limit any n`. The deprecated `head n` is read as `limit n`."""

    count: Number | Parameter
    any: bool = False
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"limit any {self.count}" if self.any else f"limit {self.count}"


class Tail(TreeNode, frozen=True):
    """`tail n`: the last rows. AWS calls it deprecated."""

    count: Number | Parameter
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"tail {self.count}"


class Dedup(TreeNode, frozen=True):
    """`dedup a, b`: the first row for each combination of values."""

    keys: tuple[Field, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return "dedup " + ", ".join(map(str, self.keys))


class JsonExtract(TreeNode, frozen=True):
    """`json field=f "a.b" as x`: a value from inside a field that holds JSON."""

    source: Field | None
    path: Text
    alias: str
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"json {_option('field', self.source)}{self.path} as {print_name(self.alias)}"


class Expand(TreeNode, frozen=True):
    """`expand f`: a row for each element of a field that holds a JSON array."""

    field: Field
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"expand {self.field}"


# ------------------------------------------------------------------------------------- lookups
class Match(TreeNode, frozen=True):
    """One column of a lookup table, and the field that must equal it; None is one of that name."""

    column: str
    field: Field | None
    span: Span = NOWHERE

    def __str__(self) -> str:
        return print_name(self.column) + (f" as {self.field}" if self.field is not None else "")


class Output(TreeNode, frozen=True):
    """One column that a lookup table gives, and the name that it gets here."""

    column: str
    alias: str | None
    span: Span = NOWHERE

    @property
    def name(self) -> str:
        """The name of the column that this output makes."""
        return self.column if self.alias is None else self.alias

    def __str__(self) -> str:
        return print_name(self.column) + _named(self.alias)


class Lookup(TreeNode, frozen=True):
    """`lookup table column as field OUTPUT a, b`. `new` is `OUTPUTNEW`: fill only what is missing."""

    table: str
    matches: tuple[Match, ...]
    new: bool
    outputs: tuple[Output, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        matches = ", ".join(map(str, self.matches))
        return f"lookup {self.table} {matches} {_outputs(self.new, self.outputs)}"


class CidrLookup(TreeNode, frozen=True):
    """`cidrlookup table ip as column OUTPUT a`: the row of the table whose subnet holds the ip."""

    table: str
    field: Field
    column: str | None
    new: bool
    outputs: tuple[Output, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        match = f"{self.table} {self.field}{_named(self.column)}"
        return f"cidrlookup {match} {_outputs(self.new, self.outputs)}"


def _outputs(new: bool, outputs: tuple[Output, ...]) -> str:
    return ("OUTPUTNEW " if new else "OUTPUT ") + ", ".join(map(str, outputs))


# ------------------------------------------------------------------------------ along the rows
class Accum(TreeNode, frozen=True):
    """`accum f as out`: the running sum of a field."""

    field: Field
    alias: str | None
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"accum {self.field}{_named(self.alias)}"


class Autoregress(TreeNode, frozen=True):
    """`autoregress f as x p=1-4`: the values of a field `first` to `last` rows before.

    `p=2` is the one lag 2; without `p` both are None, which means the row before.
    """

    field: Field
    alias: str | None
    first: int | None
    last: int | None
    span: Span = NOWHERE

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns that this makes, one for each lag."""
        name = self.alias if self.alias is not None else self.field.name
        lags = range(self.first or 1, (self.last or 1) + 1)
        if self.alias is not None and len(lags) == 1:
            return (name,)
        return tuple(f"{name}_p{lag}" for lag in lags)

    def __str__(self) -> str:
        lags = "" if self.first is None else f" p={self.first}"
        if self.last != self.first:
            lags += f"-{self.last}"
        return f"autoregress {self.field}{_named(self.alias)}{lags}"


class Filldown(TreeNode, frozen=True):
    """`filldown a b*`: the last value goes on downwards. No names means all fields; `*` fits any text."""

    names: tuple[str, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return " ".join(("filldown", *map(print_pattern, self.names)))


class Sessionize(TreeNode, frozen=True):
    """`sessionize a, b maxspan 30m as s`: one id for rows of one identity with no longer gap."""

    fields: tuple[Field, ...]
    maxspan: Duration | None
    alias: str | None
    span: Span = NOWHERE

    def __str__(self) -> str:
        longest = f" maxspan {self.maxspan}" if self.maxspan is not None else ""
        return f"sessionize {', '.join(map(str, self.fields))}{longest}{_named(self.alias)}"


class AddTotals(TreeNode, frozen=True):
    """`addtotals fieldname=Sum row=true col=true a, b`: a column or a row of sums."""

    name: str | None
    row: bool | None
    col: bool | None
    fields: tuple[Field, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        name = print_word(self.name) if self.name is not None else None
        options = _option("fieldname", name) + _option("row", self.row) + _option("col", self.col)
        return f"addtotals {options}{', '.join(map(str, self.fields))}".rstrip(" ")


class Outlier(TreeNode, frozen=True):
    """`outlier action=remove param=2.5 a b`: removes, clamps or marks values far from the others."""

    action: str | None
    param: Number | None
    uselower: bool | None
    mark: bool | None
    fields: tuple[Field, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        options = _option("action", self.action) + _option("param", self.param)
        options += _option("uselower", self.uselower) + _option("mark", self.mark)
        return f"outlier {options}{' '.join(map(str, self.fields))}"


class CountFrequent(TreeNode, frozen=True):
    """`countFrequent a, b`: the commonest combinations of values."""

    fields: tuple[Field, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return "countFrequent " + ", ".join(map(str, self.fields))


# ------------------------------------------------------------------------- with AWS's own model
class Anomaly(TreeNode, frozen=True):
    """`anomaly`, after `pattern`."""

    span: Span = NOWHERE

    def __str__(self) -> str:
        return "anomaly"


class Diff(TreeNode, frozen=True):
    """`diff previousDay`, after `pattern`. No period means the one just before."""

    period: str | None
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"diff {self.period}" if self.period is not None else "diff"


class LogCompare(TreeNode, frozen=True):
    """`logcompare timeshift 7d`."""

    timeshift: Duration
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"logcompare timeshift {self.timeshift}"


class Unmask(TreeNode, frozen=True):
    """`unmask a, b`: shows what a data protection policy masks."""

    fields: tuple[Field, ...]
    span: Span = NOWHERE

    def __str__(self) -> str:
        return f"unmask {print_names(self.fields)}" if self.fields else "unmask"


class Estimate(TreeNode, frozen=True):
    """`estimate`, last: how much the query would scan."""

    span: Span = NOWHERE

    def __str__(self) -> str:
        return "estimate"
