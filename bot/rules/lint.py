"""Finds where the queries of a rule may surprise: warnings with the line of the rule's file."""

from __future__ import annotations

from collections.abc import Iterator

from bot.query.ast import Query
from bot.query.errors import QueryError, Span
from bot.query.lint import Warning, lint
from bot.rules.fault import Fault, Faults
from bot.rules.model import Rule
from bot.rules.yaml_reader import Node, read_yaml


def lint_rule(rule: Rule, text: str) -> list[Fault]:
    """The warnings about the queries of a rule; `text` is that of its file. They stop nothing."""
    tree = read_yaml(text, Faults(rule.path))
    if tree is None:
        return []
    found = [
        _fault(rule.path, key, warning, node)
        for key, node, query in _queries(rule, tree)
        for warning in _warnings(query, _text(node))
    ]
    return sorted(found, key=lambda fault: fault.line)


def _queries(rule: Rule, tree: Node) -> Iterator[tuple[str, Node, Query]]:
    """The queries of the rule, each with its key and where its text stands."""
    if (node := _below(tree, "query")) is not None:
        yield "query", node, rule.query
    finds = rule.alert.finds if rule.alert is not None else None
    when = _below(_below(tree, "alert"), "when")
    if when is not None and finds is not None:
        yield "alert.when", when, finds
    items = _below(tree, "triage")
    for item, entry in zip(rule.triage, _listed(items), strict=False):
        node = _below(entry, "query")
        if node is not None and item.query is not None:
            yield f"triage.{item.id}.query", node, item.query


def _below(node: Node | None, key: str) -> Node | None:
    return node.value.get(key) if node is not None and isinstance(node.value, dict) else None


def _listed(node: Node | None) -> tuple[Node, ...]:
    return node.value if node is not None and isinstance(node.value, tuple) else ()


def _text(node: Node) -> str:
    return node.value if isinstance(node.value, str) else ""


def _warnings(query: Query, text: str) -> Iterator[Warning]:
    """The warnings whose place is in this text, which is the query's, or the end of it."""
    core = text.strip().removeprefix("|").strip()
    before = len(query.text) - len(core)
    if not core or not query.text.endswith(core):
        core, before = text, 0
    inside = text.find(core)
    for warning in lint(query):
        start, end = warning.span.start - before, warning.span.end - before
        if start >= 0:
            span = Span(start + inside, end + inside)
            yield Warning(warning.code, span, warning.message, warning.hint)


def _fault(path: str, key: str, warning: Warning, node: Node) -> Fault:
    line, column = QueryError("", warning.span, _text(node)).position
    message = f"{warning.code}: {warning.message} (line {line}, column {column} of the query)"
    place = node.line if node.text_line is None else node.text_line + line - 1
    return Fault(path, key, message, warning.hint, place)
