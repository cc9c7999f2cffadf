"""Going through a query's tree without knowing its node types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from bot.query.ast import Node, Query
from bot.query.tree.node import TreeNode, replace

_AnyNode = TypeVar("_AnyNode", bound=Node)


def _slots(node: Node) -> Iterator[str]:
    """The names of the node's own fields that take part in equality."""
    return (name for name in node.__struct_fields__ if name not in node.apart)


def _is_node(value: object) -> bool:
    return isinstance(value, TreeNode)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below this one, in the order of the text."""
    for name in _slots(node):
        value = getattr(node, name)
        for candidate in value if isinstance(value, tuple) else (value,):
            if _is_node(candidate):
                yield candidate


def walk(node: Node) -> Iterator[Node]:
    """This node and all below it, in the order of the text. No recursion: any depth will do."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(list(children(current)))


def walk_here(node: Node) -> Iterator[Node]:
    """As `walk`, but not into sub-queries: their names mean their own events."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        below = [child for child in children(current) if not isinstance(child, Query)]
        waiting += reversed(below)


def depth(node: Node) -> int:
    """How many nodes the longest way down passes, this one included."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting += [(child, level + 1) for child in children(current)]
    return deepest


def rebuild(node: _AnyNode, change: Callable[[Node], Node]) -> _AnyNode:
    """The node with each direct child replaced by what `change` makes of it."""
    changes: dict[str, Any] = {}
    for name in _slots(node):
        value = getattr(node, name)
        if isinstance(value, tuple):
            changes[name] = tuple(change(v) if _is_node(v) else v for v in value)
        elif _is_node(value):
            changes[name] = change(value)
    return replace(node, **changes)
