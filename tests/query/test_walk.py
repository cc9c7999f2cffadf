"""Going through a tree, and rebuilding it."""

from __future__ import annotations

from bot.query.ast import Field, Node, Number, Text
from bot.query.parser import parse
from bot.query.walk import children, depth, rebuild, walk, walk_here

QUERY = parse("fields a as b, c + 1 | filter x = 'y' | stats count(*) by z | sort z desc | limit 5")


def test_walk_visits_every_node_in_the_order_of_the_text() -> None:
    leaves = [str(n) for n in walk(QUERY) if isinstance(n, Field | Number | Text)]
    assert leaves == ["a", "c", "1", "x", '"y"', "z", "z", "5"]


def test_children_are_the_nodes_directly_below() -> None:
    assert [type(node).__name__ for node in children(QUERY)] == [
        *("Fields", "Filter", "Stats", "Sort", "Limit"),
    ]
    assert list(children(Field(("a", 0)))) == []


def test_sub_queries_are_walked_or_left_out() -> None:
    tree = parse("filter a in (SOURCE 'x' | filter b = {{p}} | fields c) and d")
    fields = [str(n) for n in walk(tree) if isinstance(n, Field)]
    assert fields == ["a", "b", "c", "d"]
    condition = tree.commands[0]
    assert [str(n) for n in walk_here(condition) if isinstance(n, Field)] == ["a", "d"]
    assert depth(tree) == depth(parse("filter b = 1")) + 4


def test_every_kind_of_node_is_rebuilt() -> None:
    text = """SOURCE logGroupTags([{"key": "k", "values": ["v"]}])
    | lookup t a as b OUTPUT c | join left=l right=r where l.a = r.b (fields c as d)
    | $E(f = g) | fillmissing with h for i | relevantfields j where k"""
    tree = parse(text)

    def renamed(node: Node) -> Node:
        return Field(("new",)) if isinstance(node, Field) else rebuild(node, renamed)

    again = rebuild(tree, renamed)
    assert {n.name for n in walk(again) if isinstance(n, Field)} == {"new"}
    assert [type(n) for n in walk(again)] == [type(n) for n in walk(tree)]
    assert rebuild(tree, lambda node: node) == tree


def test_depth_counts_the_node_itself() -> None:
    assert depth(Text("a")) == 1
    assert depth(parse("filter not (a + 1) = b")) == 6


def test_rebuild_changes_the_children_and_nothing_else() -> None:
    def renamed(node: Node) -> Node:
        return Field(("new",)) if isinstance(node, Field) else rebuild(node, renamed)

    again = rebuild(QUERY, renamed)
    assert {n.name for n in walk(again) if isinstance(n, Field)} == {"new"}
    assert [type(n) for n in walk(again)] == [type(n) for n in walk(QUERY)]
    assert rebuild(QUERY, lambda node: node) == QUERY
