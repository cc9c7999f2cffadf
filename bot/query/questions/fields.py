"""What AWS leaves open about the fields of events: part of `bot.query.questions`."""

from __future__ import annotations

from bot.query.questions.question import open_question as _open

FIELD_QUESTIONS = (
    _open(
        "field_limit",
        "Which 200 fields has an event that holds more?",
        "the first ones, in the order of the event; null does not count",
        "The limit is documented, the choice is not. `parse` and `jsonParse(@message)` still see the"
        " rest. In files, an event of under 2,000 bytes is taken to have no more, as counting would"
        " nearly double the time: with fields of under ten bytes each, names included, it may.",
        "Fields in JSON logs",
    ),
    _open(
        "dotted_key",
        'Which value has `a.b` in `{"a.b": 1, "a": {"b": 2}}`?',
        "that of the nested one",
        "A dot in a name usually means a step down.",
        "chosen",
    ),
    _open(
        "repeated_key",
        "Which of two equal keys of an object counts?",
        "the last one",
        "Most readers of JSON do so.",
        "chosen",
    ),
    _open(
        "kind_of_line",
        "How is a line of a VPC flow log, of Route 53 or of Lambda known?",
        "by its form alone, whatever its log group",
        "A flow log in a format of one's own has other fields in other places: it has none.",
        "chosen",
    ),
    _open(
        "line_values",
        "What are the fields of flow logs and DNS logs, and what is `-`?",
        "the texts of the line, `-` too",
        "They count as numbers where they look like ones; a leading zero of an account stays.",
        "chosen",
    ),
    _open(
        "other_lambda_lines",
        "Which `@type` and `@requestId` have other lines of Lambda than START, END and REPORT?",
        "INIT_START has its own type; what the program writes has neither",
        "A type is the first word of the line; no page says that a program's lines are searched.",
        "chosen",
    ),
    _open(
        "megabyte",
        "How many bytes is a MB of `@memorySize` and `@maxMemoryUsed`?",
        "1000000",
        "512 MB were seen as 512000000.",
        "observed",
    ),
    _open(
        "fragment",
        "Where are fields looked for within a line that is no JSON object as a whole?",
        "in the first object of lines in log groups named /aws/lambda/…, nowhere else",
        "The first embedded fragment is documented for Lambda only.",
        "Supported logs and discovered fields",
    ),
    _open(
        "array_event",
        "Which fields has an event that is a JSON array?",
        "none",
        "Only objects have names.",
        "chosen",
    ),
)
