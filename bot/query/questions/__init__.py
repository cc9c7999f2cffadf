"""What AWS leaves open about the language: each question, its plausible answers, and the chosen one.

Where a question has more than one answer here, the engine can give each of them; its id is a field
of `bot.query.readings.Readings`. `source` is the page of the CloudWatch Logs user guide that the
choice goes back to, or "observed" (others saw it on AWS), or "chosen" (nothing is known).
"""

from __future__ import annotations

from bot.query.questions.fields import FIELD_QUESTIONS
from bot.query.questions.functions import FUNCTION_QUESTIONS
from bot.query.questions.question import Question
from bot.query.questions.question import open_question as _open
from bot.query.questions.rows import ROW_QUESTIONS
from bot.query.questions.tables import TABLE_QUESTIONS

__all__ = ["QUESTIONS", "Question"]

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
    *FIELD_QUESTIONS,
    *FUNCTION_QUESTIONS,
    *ROW_QUESTIONS,
    *TABLE_QUESTIONS,
)
"""The table. `docs/query.md` prints it."""
