"""What AWS leaves open about the language: each question, its plausible answers, and the chosen one.

Where a question has more than one answer here, the engine can give each of them; its id is a field
of `bot.query.readings.Readings`. `source` is the page of the CloudWatch Logs user guide that the
choice goes back to, or "observed" (others saw it on AWS), or "chosen" (nothing is known).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the table. `readings` are the answers that the engine can give."""

    id: str
    question: str
    readings: tuple[str, ...]
    chosen: str
    why: str
    source: str


def _open(id: str, question: str, readings: str, why: str, source: str) -> Question:
    """A question whose `readings` are separated by ` | `, the chosen one first."""
    answers = tuple(readings.split(" | "))
    return Question(id, question, answers, answers[0], why, source)


QUESTIONS = (
    # What the engine can answer in more than one way
    _open(
        "missing",
        'Does `x != "a"`, `x not in […]` or `x not like …` hold where x is missing?',
        "false | empty",
        "AWS's own samples guard with `ispresent`, which they would not need if it held; other"
        " samples only make sense if missing counts as an empty text.",
        "join",
    ),
    _open(
        "logic",
        'Does `not (x = "a")` hold where x is missing?',
        "two-valued | three-valued",
        "A comparison that is not known counts as false, and `not` turns false to true; in SQL it"
        " would stay unknown.",
        "chosen",
    ),
    _open(
        "boolean_text",
        'Is a JSON boolean equal to the text `"1"` or `"0"`?',
        "differ | equal",
        'CloudTrail\'s `readOnly = "0"` matched nothing on AWS; one published collection uses it.',
        "observed",
    ),
    _open(
        "numeric_texts",
        'Are two texts equal if they are the same number, such as `"1.0"` and `"1"`?',
        "text | number",
        "Identifiers are texts that look like numbers: `12e3` and `12000` are two of them.",
        "chosen",
    ),
    _open(
        "mixed_order",
        'Does `x < 1024` hold where x is a text that is no number, such as `"-"`?',
        "false | natural",
        "In the order of `sort` such texts come before numbers, but a rule that fires because a"
        " port is `-` is wrong.",
        "chosen",
    ),
    _open(
        "sort_direction",
        "In which direction does `sort x` sort?",
        "ascending | descending",
        "Every sample without a direction wants it ascending.",
        "sort",
    ),
    _open(
        "sort_missing",
        "Where do rows without the key of a `sort` stand?",
        "last | smallest",
        "Rows with a value are what a sorted, limited list is asked for.",
        "chosen",
    ),
    _open(
        "empty_stats",
        "What does `stats` without `by` give when no event has come to it?",
        "one row | no row",
        "An aggregate over everything has a value: `count(*)` is 0. A rule must not depend on it.",
        "chosen",
    ),
    _open(
        "same_fields",
        "Does an item of `fields` see the names that earlier items of the same `fields` make?",
        "hidden | visible",
        "`fields jsonParse(x) as j, j.a` gave nothing for `j.a`, and two `fields` did.",
        "observed",
    ),
    # What it answers in one way
    _open(
        "booleans",
        "What is a JSON boolean?",
        "the number 1 or 0",
        "It prints so, and `readOnly = 0` matches.",
        "observed",
    ),
    _open(
        "bare_true",
        "What is `true` without quotes?",
        "a field with that name",
        "`= true` matches nothing on AWS; two missing fields are not equal.",
        "observed",
    ),
    _open(
        "null",
        "What is a JSON null, an empty object, or an object or list itself, read as a field?",
        "missing",
        "Only the leaves of an event become fields.",
        "Supported logs and discovered fields",
    ),
    _open(
        "structures",
        "What does a comparison with a list or map give?",
        "false",
        "Maps and lists count as null, and comparing them is false.",
        "jsonParse",
    ),
    _open(
        "text_order",
        "How do two texts compare with `<` and `>`, `min` and `max`?",
        "in the order of sort",
        "It is the only order of texts that is documented.",
        "sort",
    ),
    _open(
        "numeric_text_in_sort",
        "Which texts are numbers for `sort`?",
        "a sign, digits, a fraction, an exponent",
        '"Includes only numbers" says no more.',
        "sort",
    ),
    _open(
        "rows_without_sort",
        "In which order are rows without `sort`?",
        "events newest first, groups as they appeared",
        "`dedup` is documented to see the newest first, and the console asks for it.",
        "dedup",
    ),
    _open(
        "limit_in_place",
        "What does `limit` mean before other commands?",
        "they see only so many rows",
        "A pipeline runs in its order.",
        "chosen",
    ),
    _open(
        "group_missing",
        "What does `stats … by x` make of rows without x?",
        "a group of their own, whose row leaves x out",
        "So no event is lost from the counts.",
        "chosen",
    ),
    _open(
        "equal_keys",
        'Are `1` and `"1"` one group, one distinct value, one key of `dedup`?',
        "yes, as they print alike",
        "Results are texts: two rows with the same key would look like an error.",
        "chosen",
    ),
    _open(
        "dedup_missing",
        "What does `dedup x` do with rows without x?",
        "keeps all",
        "Missing values are never equal.",
        "dedup",
    ),
    _open(
        "parse_columns",
        "Which columns has a query with `parse`?",
        "those of `fields`, and the parsed ones",
        "With `parse` alone they are the parsed ones.",
        "observed",
    ),
    _open(
        "fields_after_stats",
        "Which columns has `fields` after `stats`?",
        "those of `stats`, and the new ones",
        "`fields` adds columns; `display` chooses them.",
        "chosen",
    ),
    _open(
        "alias_again",
        "What does a name mean that was given twice?",
        "the newer value, from the next command on",
        "A pipeline runs in its order.",
        "chosen",
    ),
    _open(
        "glob",
        "What does a `*` of `parse` take?",
        "up to the next place of what follows, across newlines; at the end, all the rest",
        "The samples skip what is before the first literal, and end so.",
        "parse",
    ),
    _open(
        "regex_group",
        "What is a named group that took no part in the match?",
        "missing",
        "There is no text that it could be.",
        "chosen",
    ),
    _open(
        "regex_lines",
        "Does `.` match a newline; do `^` and `$` match at line ends?",
        "no, as in RE2; `(?s)` and `(?m)` change it",
        "RE2 is what the newest pages name.",
        "regexReplace",
    ),
    _open(
        "time_aggregates",
        "How does `latest(@timestamp)` print, and `max(@timestamp)`?",
        "in milliseconds",
        "`earliest` and `latest` were seen to; the others are taken to be alike.",
        "observed",
    ),
    _open(
        "latest_value",
        "What does `latest(x)` give where the last event has no x?",
        "the x of the last event that has one",
        "Aggregates ignore what is missing.",
        "chosen",
    ),
    _open(
        "sum_of_nothing",
        "What are `sum`, `avg`, `min` and the like of no value?",
        "missing",
        "A 0 would be a value that nobody measured.",
        "chosen",
    ),
    _open(
        "pct",
        "Which value is a percentile?",
        "the nearest rank, exactly",
        "The result is documented as a value of the field.",
        "stats",
    ),
    _open(
        "count_distinct",
        "How exact is `count_distinct`?",
        "exact",
        "AWS's is approximate for very many values, by an unknown rule.",
        "stats",
    ),
    _open(
        "stddev",
        "Of a population or of a sample?",
        "of a population",
        "`variance` is documented so.",
        "stats",
    ),
    _open(
        "arithmetic_missing",
        "What is `a + b`, or `concat(a, b)`, where one is missing or no number?",
        "missing",
        "A sum or a text with a hole in it would look like a whole one.",
        "chosen",
    ),
    _open(
        "undefined_numbers",
        "What are 1/0, sqrt(-1), log(0), and numbers too large to compute?",
        "missing",
        "No field has such a value; infinities never print.",
        "chosen",
    ),
    _open(
        "remainder",
        "Which sign has `-7 % 3`?",
        "that of the dividend",
        "Numbers print as Java prints them, and it is so in Java.",
        "chosen",
    ),
    _open(
        "round",
        "Where do halves go in `round`?",
        "away from zero",
        "It is what people expect.",
        "chosen",
    ),
    _open(
        "number_format",
        "How do numbers print?",
        "whole ones without a fraction, others as short as they stay exact",
        "Both `1.28E8` and `512000000` were seen: clients must compare them as numbers.",
        "observed",
    ),
    _open(
        "period_cap",
        "What is `bin(300s)`?",
        "bin(60s)",
        "The amount is cut to what the next unit holds.",
        "bin",
    ),
    _open(
        "calendar",
        "Where do weeks, months, quarters, years and odd periods such as `7m` begin?",
        "weeks on Monday, months as in the calendar, the rest counted from 1970, all in UTC",
        "ISO 8601, and the epoch.",
        "chosen",
    ),
    _open(
        "dateceil",
        "What is `dateceil` of a moment on the line?",
        "that moment",
        "It is not below itself.",
        "chosen",
    ),
    _open(
        "subnet",
        "What is a CIDR that does not name the start of its block?",
        "an error in the query, no match in data",
        "It must name the start of a block.",
        "IP address functions",
    ),
    _open(
        "substr",
        "What is `substr` from behind the end, from before the start, or of a negative length?",
        "an empty text behind the end, else missing",
        "A place that a text cannot have is a mistake; its end it does have.",
        "chosen",
    ),
    _open(
        "replace_nothing",
        'What does `replace(x, "", y)` do, and `split(x, "")`?',
        "nothing: the text stays whole",
        "An empty text stands everywhere and nowhere.",
        "chosen",
    ),
    _open(
        "white_space",
        "What is white space for `trim` and `isblank`?",
        "that of Unicode",
        "Nothing less is said.",
        "String functions",
    ),
    _open(
        "strcontains",
        "What does the third argument of `strcontains` do?",
        "nothing",
        "It is documented to ignore case, and had no effect on AWS.",
        "observed",
    ),
    _open(
        "missing_texts",
        "What do `isempty` and `isblank` give for a list or map?",
        "1",
        "Maps and lists count as null in string functions.",
        "jsonParse",
    ),
    _open(
        "regex_replacement",
        "What do `$1` and `\\1` mean in the replacement of `regexReplace`?",
        "an error in the query, missing where it comes from data",
        "RE2 writes `\\1`, Java `$1`; to guess wrong would put either into the text.",
        "chosen",
    ),
    _open(
        "regex_empty_match",
        "Where does `regexReplace` replace empty matches?",
        "between characters, but not where a match has just ended",
        "RE2 does so.",
        "regexReplace",
    ),
    _open(
        "regex_far",
        "What does `regexReplace` give where it would take too long?",
        "missing",
        "A regex such as `a.*b|a` may look at all the text again for each match.",
        "chosen",
    ),
    _open(
        "url_encoding",
        "How are texts encoded for a URL, and a `%` decoded that begins no escape?",
        "as Java's URLEncoder does, with `+` for a space; such a `%` stays",
        "The date patterns are Java's too; what was sent is what a rule wants to see.",
        "chosen",
    ),
    _open(
        "base64_decoding",
        "Which texts are Base64?",
        "the standard alphabet, with or without padding, and nothing else",
        "It is what Java's basic decoder takes.",
        "chosen",
    ),
    _open(
        "decoded_bytes",
        "What are decoded bytes that are no UTF-8?",
        "U+FFFD, one for each part that is none",
        "The rest of the text is still worth reading.",
        "chosen",
    ),
    _open(
        "hex",
        "Which texts are hex for `hexToAscii` and `hexToDec`?",
        "digits in any case, with or without `0x`; whole bytes for texts, a sign for numbers",
        "So both read what `decToHex` writes and what AWS's samples have.",
        "String functions",
    ),
    _open(
        "conversions",
        "What do `toNumber`, `toInt`, `toLong` and `toDouble` give for what is no such number?",
        "missing",
        "A 0 would be a number that nobody wrote.",
        "chosen",
    ),
    _open(
        "condition_missing",
        "Which branch do `if` and `case` take where the condition is missing or no number?",
        "as if it were false",
        "A comparison that is not known counts as false too.",
        "chosen",
    ),
    _open(
        "haversine",
        "How large is the Earth for `haversine`, and what are places that it does not have?",
        "a sphere of 6,371 km; missing",
        "It is the mean radius, with which the formula is mostly used.",
        "chosen",
    ),
    _open(
        "public_address",
        "Which addresses are public, and which reserved?",
        "reserved: what IANA sets aside, multicast too; public: neither private nor reserved",
        "So every address is exactly one of the three.",
        "IP address functions",
    ),
    _open(
        "date_zone",
        "In which zone is a date that `parseDate` reads, where nothing says so?",
        "UTC",
        "All other moments are.",
        "chosen",
    ),
    _open(
        "date_parts",
        "What does `parseDate` make of a date without a time, and of one that no calendar has?",
        "its first moment; missing",
        "AWS's sample has a pattern without a time. Java would turn 30 February into the 28th.",
        "Datetime functions",
    ),
    _open(
        "date_letters",
        "Which letters of Java's patterns does `parseDate` know?",
        "`y u M L d D E H k h K m s S a X x Z z V`, and optional parts",
        "Logs need no others; what is unknown is an error in the query.",
        "Datetime functions",
    ),
    _open(
        "time_directives",
        "Which directives does `formatDate` know?",
        "those of the C standard, in the C locale",
        "What is unknown is an error in the query: milliseconds are `toMillis(x) % 1000`.",
        "Datetime functions",
    ),
    _open(
        "zone_names",
        "Which time zones have names?",
        "UTC, offsets, and the regions of the IANA database",
        "Short names such as `PST` mean different zones to different people.",
        "chosen",
    ),
    _open(
        "long_periods",
        "Is there a cap for days, weeks and longer periods?",
        "no",
        "None is documented.",
        "bin",
    ),
    _open(
        "distinct_values",
        "In which order are `values`, and which of two that print alike is there?",
        "in the order of sort, the first that came",
        "So the list does not depend on the order of the events.",
        "chosen",
    ),
    _open(
        "topk",
        "Which of equally frequent values does `topk` take?",
        "the first in the order of sort",
        "So the list does not depend on the order of the events.",
        "chosen",
    ),
    _open(
        "list_too_long",
        "What are `values` and `topk` whose list is too long to print?",
        "missing, beyond four million characters",
        "A list with a hole in it would look like a whole one.",
        "chosen",
    ),
    _open(
        "median",
        "What is `median(x)`?",
        "`pct(x, 50)`",
        "It is in no manual, but deployed queries use it.",
        "observed",
    ),
    _open(
        "rate",
        "What is `rate(x, period)`?",
        "the change from the first event to the last, divided by the periods between",
        "Of a constant it was seen to be 0; a change in no time is missing.",
        "observed",
    ),
    _open(
        "histogram",
        "What is `histogram(x, n)`?",
        "a key for `by`: the lower end of the bucket, buckets being n wide",
        "It is documented as n buckets in a map, and was seen to be a key, n the width.",
        "observed",
    ),
    _open(
        "over_time",
        "What are `countOverTime` and `sumOverTime`?",
        "`count` and `sum`",
        "They were seen to give the same in each bin.",
        "observed",
    ),
    _open(
        "equal_moments",
        "Of events of one moment, which is the earliest, and which the latest?",
        "the first that came, and the last",
        "So `earliest` and `latest` differ where two values do.",
        "chosen",
    ),
    _open(
        "no_numbers",
        "What do `sum`, `avg`, `pct`, `stddev` and the like do with values that are no numbers?",
        "pass over them",
        "They are documented for numeric fields only.",
        "stats",
    ),
)
"""The table. `docs/query.md` prints it."""
