"""The traps of the language, one row each, and the warning that a query walks into one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from bot.query.errors import Span, plain


class Trap(msgspec.Struct, frozen=True):
    """One row of the table.

    `source` is the page of the CloudWatch Logs user guide that says so, "observed" (others saw it
    on AWS), or "open" (AWS does not say what happens).
    """

    code: str
    title: str
    explanation: str
    fix: str
    source: str


class Warning(msgspec.Struct, frozen=True):
    """One place where a query will probably not do what its author thinks."""

    code: str
    span: Span
    message: str
    hint: str


_ROWS = (
    # What a comparison means
    Trap("Q001", "A period over its cap",
         "AWS cuts the amount of a period to 1000 ms, 60 s, 60 m or 24 h and says nothing.",
         "Use the next larger unit: `5m` for 300 seconds.", "bin"),
    Trap("Q002", "`==`", "The manual knows only `=`; `==` is seen in use, and may stop working.",
         "Write `=`.", "observed"),
    Trap("Q003", "`sort` without a direction", "The manual does not say which direction it is.",
         "Add `asc` or `desc`.", "open"),
    Trap("Q004", "`true` and `false`",
         "They are names of fields, which no event has: the comparison matches nothing. A boolean"
         " of JSON is the number 1 or 0.",
         'Write `= 1` or `= 0`; where the log holds the text, write `= "true"`.', "observed"),
    Trap("Q005", "A boolean field and a text",
         "A boolean of JSON is the number 1 or 0 and equals no text: the comparison matches"
         " nothing. Some fields hold the text instead, and equal no number.",
         "Compare a boolean with 1 or 0 without quotes, and a text with a text.", "observed"),
    Trap("Q006", "A negated condition on a field that may be missing",
         "Whether `!=`, `not in`, `not like` and `not (…)` hold for events without the field is"
         " not documented, and the evidence is divided.",
         "Write `ispresent(x) and …` to leave such events out, or `not ispresent(x) or …` to keep"
         " them.", "open"),
    Trap("Q007", "Wildcards in the text of `like`",
         "After `like`, a text in quotes is looked for as it is: `%` and `*` are characters.",
         "Remove them, or write a regex between slashes.", "filter"),
    Trap("Q008", "A regex in quotes",
         "After `like`, a text in quotes is looked for as it is, slashes and all.",
         "Write the regex between slashes, without quotes: `like /a|b/`.", "filter"),
    Trap("Q009", "`and` and `or` side by side",
         "No page says which of them binds tighter.", "Put parentheses around one of them.",
         "open"),
    Trap("Q010", "`not` before a comparison",
         "No page says whether `not a = b` negates the comparison or only `a`.",
         "Write `not (a = b)`, or `a != b`.", "open"),
    # What a name means
    Trap("Q011", "A part of what the same `fields` makes",
         "An item sees only what earlier commands made: it stays empty.",
         "Take the part in a `fields` of its own.", "observed"),
    Trap("Q012", "A name given twice",
         "The second hides the first, and a `stats` that uses it is refused by AWS.",
         "Give the second a name of its own.", "observed"),
    Trap("Q013", "`sort` before `stats`",
         "`stats` forgets the order of the rows that come to it.", "Put the `sort` after `stats`.",
         "sort"),
    Trap("Q014", "A name that is gone after `stats`",
         "After `stats` there are only its own columns: the name means nothing there.",
         "Add it after `by`, or in an aggregate such as `latest(x) as x`.", "stats"),
    Trap("Q015", "`<` and `>` between a number and a text",
         "A text that is no number, such as the `-` of flow logs, comes before every number in the"
         " order of `sort`; whether `<` and `>` follow that order is not documented.",
         "Add `isNumeric(x) and …`.", "open"),
    Trap("Q016", "`.*` at an end of a regex",
         "A regex is looked for anywhere in the text: `.*` at its ends changes nothing.",
         "Remove it.", "filter"),
    Trap("Q017", "A field of CloudTrail in other letters",
         "Names of fields are case-sensitive; one that does not exist is missing in every event.",
         "Write it as CloudTrail does.", "Field indexes"),
    Trap("Q018", "A command that is not documented",
         "Parsers of AWS take it, and no page names it.", "Write the documented one.", "observed"),
    Trap("Q019", "A function that is not documented", "No page names it.",
         "Write the documented one.", "observed"),
    # What a command does
    Trap("Q020", "`limit` before other commands",
         "The commands after it see only so many rows, in no documented order.",
         "Put the `limit` last.", "limit"),
    Trap("Q021", "The second argument of `histogram`",
         "The manual calls it the number of buckets; on AWS it was the width of one.",
         "Write the width, and look at the result.", "observed"),
    Trap("Q022", "The third argument of `strcontains`",
         "The manual says that it makes letter case not matter; on AWS it did nothing.",
         "Compare `tolower(x)` with small letters, or write `like /(?i)…/`.", "observed"),
    Trap("Q023", "`dedup` without `sort`",
         "It keeps the first row of each, and without a `sort` that is the newest event.",
         "Say which one: `sort @timestamp desc` before it.", "dedup"),
    Trap("Q024", "`dedup` after an ascending `sort`",
         "It keeps the first row of each, which is the oldest; a sample of AWS that calls it the"
         " most recent is wrong.", "Write `sort @timestamp desc` to keep the newest.", "dedup"),
    Trap("Q025", "`count` of a condition",
         "`count(x)` counts the rows that have x, and a condition that is 0 is a value too.",
         "Write `sum(…)`.", "stats"),
    Trap("Q026", "A moment compared with something else",
         "`@timestamp` is a moment: it is not compared with text, and as a number it has"
         " milliseconds.", "Compare `toMillis(@timestamp)` with milliseconds, or give the query"
         " its time range.", "Supported operations and functions"),
    Trap("Q027", "`earliest` and `latest` of `@timestamp`",
         "The result is a number of milliseconds, not a date.",
         "Write `fromMillis(…)` around it in a later command.", "observed"),
    Trap("Q028", "`concat` with a field that may be missing",
         "What it gives where one of its arguments is missing is not documented; here it is"
         " missing as a whole.", 'Write `coalesce(x, "")`.', "open"),
    Trap("Q029", "`stats` without `by` over nothing",
         "Whether a row with count 0 comes out when no event matches is not documented: a"
         " condition for few or none may never hold.",
         "Do not rely on it: count what is there, and look for absence outside of the query.",
         "open"),
    Trap("Q030", "`filterIndex`",
         "Only log groups with an index on the field are searched, and only events after the"
         " index was made: older ones are left out without a word.",
         "Write `filter` where the past matters; it uses an index too.", "Field indexes"),
    Trap("Q031", "`limit any`", "The rows are any that match, from any part of the time searched.",
         "Write `sort … | limit n` where it matters which.", "limit"),
    Trap("Q032", "A period whose beginning is not documented",
         "Where weeks, months, quarters, years and amounts that do not divide the next unit begin"
         " is not said.", "Use days, or an amount that divides the next unit.", "open"),
    Trap("Q033", "A `limit` over 10,000",
         "GetQueryResults gives 10,000 rows at a time; the rest is on further pages.",
         "Read on with `nextToken`, or ask for fewer rows.", "limit"),
    Trap("Q034", "Numbers and texts of numbers in one list",
         'Whether 1 and "1" are equal is not documented for every kind of field.',
         "Write all in one way, as the log holds them.", "open"),
    Trap("Q035", "`fields` before `stats`",
         "After `stats` there are only its own columns: what `fields` shows is not in the result.",
         "Remove the `fields`.", "stats"),
    Trap("Q036", "A wildcard after `=` or in a list",
         "`=` and `in` compare the whole value, and `*` is a character.",
         "Write `like /^…/`, with the dots escaped.", "filter"),
    Trap("Q037", "`now()` beside milliseconds",
         "`now()` has seconds; moments and the other functions of time have milliseconds.",
         "Write `now() * 1000`.", "Supported operations and functions"),
    Trap("Q038", "A percentile below 1", "`pct(x, 95)` is the 95th percentile; `pct(x, 0.95)` is"
         " close to the minimum.", "Write a number from 1 to 100.", "stats"),
    Trap("Q039", "A field compared with an empty text",
         "Whether a field that is missing counts as an empty text is not documented.",
         "Write `isempty(x)`, which holds for both.", "open"),
    Trap("Q040", "A line break in a regex", "It stands for itself, with the spaces behind it: a text"
         " without that line break does not match.", "Write the regex on one line.", "chosen"),
)  # fmt: skip

TRAPS: Mapping[str, Trap] = {row.code: row for row in _ROWS}
"""By code, in order."""


_LONGEST = 300  # characters of a hint: names and patterns can be longer than anybody reads


class Placed(Protocol):
    """What has a place in the text: every node but a whole query."""

    @property
    def span(self) -> Span:
        """The place."""


def warn(code: str, place: Placed | Span, message: str, hint: str = "") -> Warning:
    """A warning at a node; without a hint of its own, or with too long a one, it has the table's."""
    span = place if isinstance(place, Span) else place.span
    fits = 0 < len(hint) <= _LONGEST
    return Warning(code, span, plain(message), plain(hint) if fits else TRAPS[code].fix)
