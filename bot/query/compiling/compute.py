"""Turns an expression into a function from a batch of rows to a column, once for each query.

The functions are closures: constants are objects, never source text, and no code is generated.
Going through a whole column in one comprehension costs what generated code would. Where a
comparison is not known, the reading of `logic` decides whether it counts as false or stays
unknown under `not`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from bot.query.ast import (
    Access,
    Binary,
    Call,
    Duration,
    Expression,
    Field,
    In,
    InQuery,
    Like,
    Node,
    Number,
    Parameter,
    Regex,
    Star,
    Text,
    Unary,
)
from bot.query.columns.batch import Batch, Column, Reader
from bot.query.columns.grids import floors
from bot.query.comparisons import Answer, comparison, opposite
from bot.query.compiling.arguments import (
    applied,
    applied_to_present,
    check_literal,
    constant,
    converted,
    numbers,
    period_of,
)
from bot.query.compiling.needs import Table
from bot.query.compiling.place import Place
from bot.query.discovery.access import part_of
from bot.query.errors import QueryError, quoted
from bot.query.functions import CONSTANT, FUNCTIONS, Function, Kind
from bot.query.functions.number import OPERATORS
from bot.query.functions.patterns import regex_test
from bot.query.tables.members import Members
from bot.query.values import Value, text_of, truth

Test: TypeAlias = Callable[[Value], Answer]


def compute(place: Place, node: Expression) -> Reader:
    """A function from a batch to the expression's value in each of its rows.

    `QueryError` for what has no value: a parameter without one, a period or a regex out of place,
    a name that is not there, a constant that its function cannot take.
    """
    return _COMPUTED[type(node)](place, node)


def condition(place: Place, node: Expression) -> Reader:
    """A function from a batch to whether the expression holds in each of its rows.

    A value that is no condition holds if it is a number other than 0. Under the two-valued logic
    the answer is never None.
    """
    test = compute(place, node)
    if _is_condition(node):
        return test
    if not _three_valued(place):
        return lambda batch: list(map(truth, test(batch)))
    return lambda batch: [None if value is None else truth(value) for value in test(batch)]


def conjuncts(node: Expression) -> list[Expression]:
    """The conditions that must all hold for the node to hold, in the order of the text."""
    return operands(node, "and")


def _is_condition(node: Node) -> bool:
    match node:
        case Binary(operator):
            return operator not in OPERATORS
        case Unary(operator):
            return operator == "not"
        case _:
            return isinstance(node, Like | In | InQuery)


def _three_valued(place: Place) -> bool:
    return place.readings.logic == "three-valued"


# ------------------------------------------------------------------------------------ operands
def _constant(value: Value) -> Reader:
    return lambda batch: [value] * batch.size


def _literal(_place: Place, node: Text | Number) -> Reader:
    return _constant(node.value)


def _field(place: Place, node: Field) -> Reader:
    try:
        return place.layout.read(node)
    except QueryError as error:
        raise error.within(place.text) from None


def _access(place: Place, node: Access) -> Reader:
    base, parts = compute(place, node.base), node.parts
    return lambda batch: [part_of(value, parts) for value in base(batch)]


def _refused(place: Place, node: Expression) -> Reader:
    if isinstance(node, Parameter):
        raise place.error(f"The parameter {quoted(node.name)} has no value.", node)
    raise place.error(f"{quoted(str(node))} has no value of its own.", node)


# ----------------------------------------------------------------------------------- operators
def _unary(place: Place, node: Unary) -> Reader:
    if node.operator == "not":
        test = condition(place, node.operand)
        if _three_valued(place):
            return lambda batch: list(map(opposite, test(batch)))  # type: ignore[arg-type]
        return lambda batch: [not answer for answer in test(batch)]
    operand = numbers(compute(place, node.operand))
    return lambda batch: [None if value is None else -value for value in operand(batch)]  # type: ignore[operator]


def _binary(place: Place, node: Binary) -> Reader:
    if node.operator in ("and", "or"):
        return _joined(place, node)
    if node.operator in OPERATORS:
        return _arithmetic(place, node)
    compare = comparison(node.operator, place.readings)
    if isinstance(node.right, Text | Number):
        return _compared_to_constant(place, node, node.right.value)
    left, right = compute(place, node.left), compute(place, node.right)
    settle = _settled(place)
    return lambda batch: settle(list(map(compare, left(batch), right(batch))))


def _settled(place: Place) -> Callable[[list[Answer]], Column]:
    """Answers as the logic takes them: under the two-valued one, what is not known is false."""
    if _three_valued(place):
        return lambda answers: answers
    return lambda answers: [answer is True for answer in answers]


def _tested(place: Place, operand: Reader, test: Test, fast: Callable[[str], bool]) -> Reader:
    """A column of answers: `fast` gives them for texts, the commonest values, and `test` for others."""
    three_valued = _three_valued(place)

    def other(value: Value) -> Answer:
        answer = test(value)
        return answer if three_valued else answer is True

    return lambda batch: [
        fast(value) if value.__class__ is str else other(value) for value in operand(batch)
    ]


def _compared_to_constant(place: Place, node: Binary, constant: str | int | float) -> Reader:
    """`field = "text"` and the like, the commonest of all conditions."""
    left = compute(place, node.left)
    compare = comparison(node.operator, place.readings)
    three_valued = _three_valued(place)

    def other(value: Value) -> Answer:
        answer = compare(value, constant)
        return answer if three_valued else answer is True

    plain = isinstance(constant, str) and place.readings.numeric_texts == "text"
    if plain and node.operator == "=":
        return lambda batch: [
            value == constant if value.__class__ is str else other(value) for value in left(batch)
        ]
    if plain and node.operator == "!=":
        return lambda batch: [
            value != constant if value.__class__ is str else other(value) for value in left(batch)
        ]
    return lambda batch: list(map(other, left(batch)))


def _arithmetic(place: Place, node: Binary) -> Reader:
    left, right = numbers(compute(place, node.left)), numbers(compute(place, node.right))
    combine = OPERATORS[node.operator]
    return lambda batch: [
        None if first is None or second is None else combine(first, second)  # type: ignore[arg-type]
        for first, second in zip(left(batch), right(batch), strict=True)
    ]


def _joined(place: Place, node: Binary) -> Reader:
    tests = [condition(place, operand) for operand in operands(node, node.operator)]
    if _three_valued(place):
        join = _all_known if node.operator == "and" else _any_known
    else:
        join = all if node.operator == "and" else any  # type: ignore[assignment]
    return lambda batch: [join(row) for row in zip(*[t(batch) for t in tests], strict=True)]


def _all_known(answers: Sequence[Answer]) -> Answer:
    return False if False in answers else None if None in answers else True


def _any_known(answers: Sequence[Answer]) -> Answer:
    return True if True in answers else None if None in answers else False


def operands(node: Expression, operator: str) -> list[Expression]:
    """What a chain of this operator joins, in the order of the text; the node if it is no chain."""
    found: list[Expression] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Binary) and part.operator == operator:
            waiting += (part.right, part.left)
        else:
            found.append(part)
    return found


def _like(place: Place, node: Like) -> Reader:
    if isinstance(node.pattern, Parameter):
        return _refused(place, node.pattern)
    pattern, negated = node.pattern, node.negated
    find = regex_test(pattern.pattern) if isinstance(pattern, Regex) else _holding(pattern.value)
    if_missing = "" if place.readings.missing == "empty" else None

    def test(value: Value) -> Answer:
        text = if_missing if value is None else text_of(value)
        return None if text is None else find(text) is not negated

    fast = (lambda text: not find(text)) if negated else find
    if isinstance(pattern, Regex) and node.operand != _MESSAGE:
        fast = Kept(fast).__getitem__
    return _tested(place, compute(place, node.operand), test, fast)


_MESSAGE = Field(("@message",))


class Kept(dict[str, bool]):
    """What a test says of texts, kept: fields such as `userAgent` have few values, often repeated."""

    def __init__(self, test: Callable[[str], bool]) -> None:
        super().__init__()
        self._test = test

    def __missing__(self, text: str) -> bool:
        answer = self._test(text)
        if len(self) < _MOST_KEPT and len(text) <= _LONGEST_KEPT:
            self[text] = answer
        return answer


_MOST_KEPT, _LONGEST_KEPT = 4096, 512


def _holding(part: str) -> Callable[[str], bool]:
    return lambda text: part in text


def _in(place: Place, node: In) -> Reader:
    operand, negated = compute(place, node.operand), node.negated
    items = [item.value if isinstance(item, Text | Number) else None for item in node.items]
    if None in items:
        return _in_computed(place, node)
    test = Members([item for item in items if item is not None], place.readings).contains
    answer = (lambda value: opposite(test(value))) if negated else test
    fast: Callable[[str], bool] = lambda text: answer(text) is True  # noqa: E731
    texts = frozenset(item for item in items if isinstance(item, str))
    if len(texts) == len(items) and place.readings.numeric_texts == "text":
        fast = (lambda text: text not in texts) if negated else texts.__contains__
    return _tested(place, operand, answer, fast)


def _in_computed(place: Place, node: In) -> Reader:
    """`in` with items that differ from row to row: some of its `=` must hold."""
    equal = comparison("=", place.readings)
    operand = compute(place, node.operand)
    items = [compute(place, item) for item in node.items]
    settle = _settled(place)

    def found(value: Value, *others: Value) -> Answer:
        answer = _any_known([equal(value, other) for other in others])
        return opposite(answer) if node.negated else answer

    return lambda batch: settle(list(map(found, operand(batch), *[item(batch) for item in items])))


def _in_query(place: Place, node: InQuery) -> Reader:
    """`in` with a subquery, whose rows are known before this one begins."""
    assert place.need is not None  # noqa: S101 - wherever a query is compiled, it can be asked for

    def members(table: Table) -> Members:
        if len(table.columns) != 1:
            message = f"A subquery gives one column, not {len(table.columns)}."
            raise place.error(message, node, "End it with `| fields name`.")
        (column,) = table.columns.values()
        return Members(column, place.readings)

    key = place.need(node.query, members)
    operand, settle = compute(place, node.operand), _settled(place)

    def found(batch: Batch) -> Column:
        column = operand(batch)
        return settle(batch.facts[key].contain(column, negated=node.negated)) if column else []

    return found


# --------------------------------------------------------------------------------------- calls
def _call(place: Place, node: Call) -> Reader:
    function = FUNCTIONS[node.name.lower()]
    if function.aggregate:
        if place.aggregate is None:
            raise place.error(f"`{function.name}` stands only in `stats`.", node)
        return place.aggregate(node)
    if function.only_aws:
        raise place.error(f"`{function.name}` does not run here.", node, function.only_aws)
    if function.context:
        return lambda batch: [batch.facts.get(function.context)] * batch.size
    arguments = node.arguments
    if function.name == "bin" and len(arguments) == 1:
        arguments = (Field(("@timestamp",), node.span), *arguments)
    assert function.run is not None  # noqa: S101 - a row of the table has one of the three
    if function.name in ("bin", "datefloor"):
        return _floors(place, function, arguments)
    readers = argument_readers(place, function, arguments)
    if Kind.ANY in function.takes:
        return applied(function.run, readers)
    return applied_to_present(function.run, readers)


def _floors(place: Place, function: Function, arguments: Sequence[Expression]) -> Reader:
    moment, period = arguments
    moments = argument_reader(place, function, 0, moment)
    shift = place.shift if function.name == "bin" else 0
    return floors(moments, period_of(place, function, period), shift)


def argument_readers(
    place: Place, function: Function, arguments: Sequence[Expression]
) -> list[Reader]:
    """Readers of the arguments, each as what the function takes in its place."""
    return [argument_reader(place, function, at, node) for at, node in enumerate(arguments)]


def argument_reader(place: Place, function: Function, at: int, node: Expression) -> Reader:
    """A reader of the argument at this place, as what the function takes there."""
    kind = function.kind(at)
    if kind in CONSTANT:
        value = constant(place, function, kind, node)
        return _constant(value)  # type: ignore[arg-type]  # only the function sees it
    check_literal(place, kind, node)
    if isinstance(node, Duration):
        raise place.error(f"`{function.name}` takes no period here.", node)
    return converted(kind, compute(place, node))


_COMPUTED: Mapping[type[Expression], Callable[[Place, Any], Reader]] = {
    Field: _field,
    Text: _literal,
    Number: _literal,
    Duration: _refused,
    Regex: _refused,
    Parameter: _refused,
    Star: _refused,
    Call: _call,
    Access: _access,
    Unary: _unary,
    Binary: _binary,
    Like: _like,
    In: _in,
    InQuery: _in_query,
}
