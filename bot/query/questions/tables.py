"""What AWS leaves open about tables, joins and lists: part of `bot.query.questions`."""

from __future__ import annotations

from bot.query.questions.question import open_question as _open

TABLE_QUESTIONS = (
    _open(
        "unnest_empty",
        "What does `unnest` or `expand` make of a row whose list is empty or missing?",
        "the row stays, without a value",
        "A row that vanished would be an event that a rule never sees.",
        "chosen",
    ),
    _open(
        "expand_list",
        "What does `expand` make of a list, such as `split` gives, and of text that is no array?",
        "nothing: the row stays as it is",
        "It did nothing to what `split` gave.",
        "observed",
    ),
    _open(
        "multi_none",
        "What does `parse … multi` make of a row without a match?",
        "the row stays, without the new fields",
        "So it is without `multi`.",
        "parse",
    ),
    _open(
        "multi_most",
        "How many rows does `parse … multi` make of one value?",
        "one for each of the first 10,000 matches",
        "One log line must not make a query hang.",
        "chosen",
    ),
    _open(
        "logfmt_word",
        "What does `parse logfmt` make of a word without `=`, and of a key that comes twice?",
        "the word is skipped, and the last value counts",
        "Log lines have words between their pairs.",
        "chosen",
    ),
    _open(
        "csv_spaces",
        "Are spaces beside a comma part of a value of `parse csv`?",
        "yes; a quote only quotes at the start of a value",
        "RFC 4180 says so.",
        "chosen",
    ),
    _open(
        "csv_lines",
        "What does `parse csv` make of text with several lines?",
        "the values of the first",
        "One event is one line.",
        "chosen",
    ),
    _open(
        "json_path",
        "How does the path of `json` name a position in a list?",
        "`items.0.id` or `items[0].id`",
        "Fields are named in the one way, and parts of structures in the other.",
        "chosen",
    ),
    _open(
        "lookup_several",
        "Which row of a lookup table counts if several match?",
        "the first",
        "The author of a table sees the order of its rows.",
        "chosen",
    ),
    _open(
        "lookup_equal",
        "When does a field match a value of a lookup table?",
        "if both print alike; a missing field never",
        "Tables hold texts: `080` is not `80`.",
        "chosen",
    ),
    _open(
        "lookup_empty",
        "What is an empty cell of a lookup table?",
        "an empty text",
        "It is there, and a match; what was not found is missing.",
        "chosen",
    ),
    _open(
        "cidr_several",
        "Which row counts for an address that is in several networks?",
        "that of the smallest network; of equal ones the first",
        "Routers do so, and the small network is the exception somebody wrote down.",
        "chosen",
    ),
    _open(
        "cidr_table",
        "What does `cidrlookup` make of a cell that is no network?",
        "an error that names the line; a single address is a network",
        "A row that can never match is a mistake that nobody would see.",
        "chosen",
    ),
    _open(
        "join_several",
        "What does `join` give where several rows of both sides have one key?",
        "a row for every pair, at most 1,000,000 in all",
        "A join does so in SQL.",
        "chosen",
    ),
    _open(
        "join_equal",
        "When are two keys of `join` equal?",
        "if they print alike; missing ones never",
        "As with groups; and missing values are never equal.",
        "chosen",
    ),
    _open(
        "subquery_missing",
        "What do rows of a subquery without the field do to `in` and `not in`?",
        "nothing: they are left out",
        "In SQL one of them would make every `not in` unknown, and a rule silent.",
        "chosen",
    ),
)
