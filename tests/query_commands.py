"""What the commands of the language do, in a line each: for the table in docs/query.md.

A syntax line has optional parts in square brackets, and `, …` where more of the same may follow.
Both its shortest and its longest form are read by the parser in tests/test_docs_query.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """The forms of a command, in the order in which the page lists them, and what it does."""

    forms: tuple[str, ...]
    meaning: str


def _told(meaning: str, *forms: str) -> Told:
    return Told(forms, meaning)


TOLD: Mapping[str, Told] = {
    "fields": _told("adds columns, and names for later commands", "fields value [as name][, …]"),
    "display": _told(
        "says exactly which columns there are; the last one decides", "display value [as name][, …]"
    ),
    "filter": _told(
        "keeps the rows for which the condition holds",
        "filter condition",
        'filter field [not] in (SOURCE "log group" | … | fields field)',
    ),
    "where": _told("is `filter`", "where condition"),
    "filterIndex": _told(
        "is `filter`, for conditions that an index of AWS answers: `=` and `in`",
        'filterIndex field = "value"',
    ),
    "stats": _told(
        "makes one row for each group; only its columns are there afterwards",
        "stats count(*) [as name][, …] [by bin(1h) [as key][, …] [offset 30m]]",
    ),
    "sort": _told(
        "orders the rows, naturally: `file9` before `file10`, text before numbers",
        "sort value [desc][, …]",
    ),
    "order": _told("is `sort`", "order by value [desc][, …]"),
    "limit": _told("keeps the first rows; with `any`, the first that are found", "limit [any] 100"),
    "head": _told("is `limit`", "head 100"),
    "tail": _told("keeps the last rows", "tail 100"),
    "dedup": _told(
        "keeps the first row of each combination of values; only `limit` may follow",
        "dedup field[, …]",
    ),
    "parse": _told(
        "takes columns out of a text, `@message` unless a field is named; `multi` makes a row for"
        " each match",
        'parse [field] "text * text" as name[, …]',
        "parse [field] /text (?<name>regex)/ [multi]",
        "parse [field] csv as name[, …]",
        "parse [field] logfmt as name",
    ),
    "json": _told(
        "takes the value at a path out of a JSON text", 'json [field=field] "a.b" as name'
    ),
    "unnest": _told("makes a row for each element of a list", "unnest list into name"),
    "expand": _told("makes a row for each element of a text that is a JSON array", "expand field"),
    "SOURCE": _told(
        "says which log groups are searched; only at the beginning",
        'SOURCE "log group" [START=-2h] [END=-1h]',
        "SOURCE logGroups(namePrefix: ['/aws/lambda'])",
        "SOURCE dataSource(['amazon_vpc.flow'])",
    ),
    "$": _told("stands for a saved query", '$Name(parameter = "value"[, …])'),
    "lookup": _told(
        "adds columns of the row in a lookup table whose cells equal the fields; `OUTPUTNEW` only"
        " where there is no value yet",
        "lookup table column [as field][, …] OUTPUT column [as name][, …]",
        "lookup table column [as field][, …] OUTPUTNEW column [as name][, …]",
    ),
    "cidrlookup": _told(
        "adds columns of the row in a lookup table whose network holds the address",
        "cidrlookup table field [as column] OUTPUT column [as name][, …]",
    ),
    "join": _told(
        "puts each row beside the rows of another query that have an equal value; with"
        " `type=left` rows without such stay",
        'join [type=left] left=a right=b where a.field = b.field (SOURCE "log group" | …)',
    ),
    "appendcols": _told(
        "puts the columns of another query beside these, row by row",
        'appendcols [override=true] [max=100] (SOURCE "log group" | … | stats count(*) as n)',
    ),
    "accum": _told("adds a running sum", "accum field [as name]"),
    "autoregress": _told(
        "adds the values of the rows before, at these distances",
        "autoregress field [as name] [p=1-3]",
    ),
    "filldown": _told(
        "puts the last value above where one is missing; names may hold `*`",
        "filldown [field other*]",
    ),
    "fillmissing": _told(
        "adds rows for the bins of time that have none",
        "stats count(*) as name by bin(1h) | fillmissing [with 0 for name[, …]]",
    ),
    "sessionize": _told(
        "numbers the sessions of each identity: 30 minutes without an event end one, if nothing"
        " else is said",
        "sessionize field[, …] [maxspan 15m] [as name]",
    ),
    "addtotals": _told(
        "adds a column with the sum of each row, and with `col=true` a row with those of columns",
        "addtotals [fieldname=name] [row=true] [col=true] [field][, …]",
    ),
    "outlier": _told(
        "removes the rows with values far outside the middle half, or draws the values in",
        "outlier [action=remove] [param=2.5] [uselower=true] [mark=true] field[, …]",
    ),
    "countFrequent": _told(
        "counts each combination of values, the most frequent first", "countFrequent field[, …]"
    ),
    "pattern": _told("groups rows by the pattern of their text", "pattern field"),
    "anomaly": _told("says which patterns are unusual", "pattern field | anomaly"),
    "diff": _told(
        "compares patterns with those of the time before; also `previousWeek`, `previousMonth`",
        "pattern field | diff [previousDay]",
    ),
    "logcompare": _told("compares with an earlier time", "logcompare timeshift 7d"),
    "relevantfields": _told(
        "ranks the fields by which the rows of the condition differ from others",
        "relevantfields [field[, …]] where condition",
    ),
    "unmask": _told("shows what a data protection policy masks", "unmask [field[, …]]"),
    "estimate": _told("says how much a query would scan", "estimate"),
}
"""By name, as it is printed. A second spelling of the same command is no row of its own."""
