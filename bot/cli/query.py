"""`python -m bot query`: a query over files, its plan, its traps, or a check of many queries."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot.cli.given import given_files, given_tables
from bot.cli.moments import read_instant, read_zone
from bot.engine.sources import LogFile
from bot.errors import BotError
from bot.query.ast import Source
from bot.query.errors import QueryError, plain
from bot.query.lint import Warning, lint
from bot.query.parser import parse
from bot.query.plan import compile_query
from bot.query.readings import Readings, read_readings
from bot.query.walk import walk

FOUND = 1

ALL_ROWS = 1 << 62
"""Files are searched without the 10,000 rows that CloudWatch stops at; `limit` still counts."""


def run(options: argparse.Namespace) -> int:
    """Run, explain, look through or check, and return the exit status."""
    if options.readings:
        from bot.cli.questions import print_questions

        print_questions(options.format)
        return 0
    if options.check is not None:
        from bot.cli.check import check_file

        return check_file(options.check, given_tables(options.lookup))
    if not options.query:
        raise BotError(
            "Which query? It stands first: query 'stats count(*) by eventSource' --logs PATH"
        )
    text = sys.stdin.read() if options.query == "-" else options.query
    readings = read_readings(options.reading)
    if options.lint:
        return _lint(text)
    if options.format_query:
        return _format(text)
    if options.explain:
        tables = given_tables(options.lookup)
        from bot.cli.explain_whole import explain_whole

        print(explain_whole(compile_query(parse(text), readings, tables)))
        return 0
    if not options.logs:
        raise BotError("Which logs? Add --logs and a file or a folder.")
    return _search(text, readings, options)


def _lint(text: str) -> int:
    """Each warning with its line of the query; 1 if there is one."""
    warnings = lint(parse(text))
    for warning in warnings:
        print(_drawn(warning, text))
        print()
    noun = "warning" if len(warnings) == 1 else "warnings"
    print(f"{len(warnings)} {noun}." if warnings else "No warnings.")
    return FOUND if warnings else 0


def _drawn(warning: Warning, text: str) -> QueryError:
    """The warning as an error is shown: with its line, and a caret below the place."""
    return QueryError(f"{warning.code}: {warning.message}", warning.span, text, warning.hint)


def _format(text: str) -> int:
    from bot.query.formatting import format_query

    print(format_query(text))
    return 0


def _search(text: str, readings: Readings, options: argparse.Namespace) -> int:
    # Only here: `--check` and `--explain` need no engine.
    from bot.cli.output import ProgressLine, print_result
    from bot.engine.scan import ScanRequest, scan

    zone = read_zone(options.zone)
    request = ScanRequest(
        query=text,
        files=given_files(options.logs),
        start=read_instant(options.start, zone) if options.start else None,
        end=read_instant(options.end, zone, end=True) if options.end else None,
        now=read_instant(options.now, zone),
        limit=ALL_ROWS,
        readings=readings,
        tables=given_tables(options.lookup),
        processes=options.processes,
        plain=options.plain,
    )
    if request.start is not None and request.end is not None and request.start >= request.end:
        raise BotError("Nothing to search: --end is not after --start.")
    if not options.quiet:
        _print_warnings(text)
        _print_sources(text, request.files)
    line = ProgressLine()
    try:
        scanned = scan(request, line.listener)
    finally:
        line.close()
    print_result(scanned, options.format)
    return 0


def _print_warnings(text: str) -> None:
    """The query's warnings on standard error, one line each."""
    for warning in lint(parse(text)):
        line, column = _drawn(warning, text).position
        words = plain(f"{warning.message} {warning.hint}".strip())
        print(f"warning: {warning.code}, line {line}, column {column}: {words}", file=sys.stderr)


def _print_sources(text: str, files: Sequence[LogFile]) -> None:
    """Say on standard error that a `SOURCE` chooses nothing, where no file has a log group."""
    sources = any(isinstance(node, Source) for node in walk(parse(text)))
    if sources and not any(file.log for file in files):
        print(
            "note: SOURCE searches all files, because none is given as GROUP=PATH.", file=sys.stderr
        )
