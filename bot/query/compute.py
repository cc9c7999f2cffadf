"""Turns an expression into a function of a row, once for each query.

The functions are closures: constants are objects, never source text. Where a comparison is not
known, the reading of `logic` decides whether it counts as false or stays unknown under `not`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.query.access import part_of
from bot.query.arguments import (
    applied,
    applied_to_present,
    check_literal,
    constant,
    converted,
)
from bot.query.ast import (
    Access,
    Binary,
    Call,
    Duration,
    Expression,
    Field,
    In,
    Like,
    Node,
    Number,
    Parameter,
    Regex,
    Star,
    Text,
    Unary,
)
from bot.query.comparisons import Answer, comparison, equality, opposite
from bot.query.errors import QueryError, quoted
from bot.query.functions import CONSTANT, FUNCTIONS, Function, Kind
from bot.query.functions_number import OPERATORS
from bot.query.layout import Reader, Row
from bot.query.patterns import regex_test
from bot.query.place import Place
from bot.query.values import Value, number_of, text_of, truth

Condition = Callable[[Row], Answer]


def compute(place: Place, node: Expression) -> Reader:
    """A function from a row to the expression's value there.

    `QueryError` for what has no value: a parameter without one, a period or a regex out of place,
    a name that is not there, a constant that its function cannot take.
    """
    return _COMPUTED[type(node)](place, node)


def condition(place: Place, node: Expression) -> Condition:
    """A function from a row to whether the expression holds there.

    A value that is no condition holds if it is a number other than 0. Under the two-valued logic
    the answer is never None.
    """
    test = compute(place, node)
    if _is_condition(node):
        return test  # type: ignore[return-value]  # conditions give answers and nothing else
    unknown = _unknown(place)

    def holds(row: Row) -> Answer:
        value = test(row)
        return unknown if value is None else truth(value)

    return holds


def _is_condition(node: Node) -> bool:
    match node:
        case Binary(operator):
            return operator not in OPERATORS
        case Unary(operator):
            return operator == "not"
        case _:
            return isinstance(node, Like | In)


def _unknown(place: Place) -> Answer:
    return None if place.readings.logic == "three-valued" else False


# ------------------------------------------------------------------------------------ operands
def _constant(value: Value) -> Reader:
    return lambda _row: value


def _literal(_place: Place, node: Text | Number) -> Reader:
    return _constant(node.value)


def _field(place: Place, node: Field) -> Reader:
    try:
        return place.layout.read(node)
    except QueryError as error:
        raise error.within(place.text) from None


def _access(place: Place, node: Access) -> Reader:
    base, parts = compute(place, node.base), node.parts
    return lambda row: part_of(base(row), parts)


def _refused(place: Place, node: Expression) -> Reader:
    if isinstance(node, Parameter):
        raise place.error(f"The parameter {quoted(node.name)} has no value.", node)
    raise place.error(f"{quoted(str(node))} has no value of its own.", node)


# ----------------------------------------------------------------------------------- operators
def _unary(place: Place, node: Unary) -> Reader:
    if node.operator == "not":
        test = condition(place, node.operand)
        return lambda row: opposite(test(row))
    operand = compute(place, node.operand)

    def negative(row: Row) -> Value:
        number = number_of(operand(row))
        return None if number is None else -number

    return negative


def _binary(place: Place, node: Binary) -> Reader:
    if node.operator in ("and", "or"):
        return _joined(place, node)
    if node.operator in OPERATORS:
        return _arithmetic(place, node)
    if node.operator in ("=", "!=") and isinstance(node.right, Text):
        return _equals_text(place, node, node.right.value)
    left, right = compute(place, node.left), compute(place, node.right)
    compare = comparison(node.operator, place.readings)
    return _settled(place, lambda row: compare(left(row), right(row)))


def _settled(place: Place, answer: Condition) -> Reader:
    """The answer; under the two-valued logic, what is not known is false."""
    return answer if _unknown(place) is None else lambda row: answer(row) is True


def _equals_text(place: Place, node: Binary, text: str) -> Reader:
    """`field = "text"`, the commonest of all conditions, with a short way for texts."""
    left = compute(place, node.left)
    compare = comparison(node.operator, place.readings)
    slow = _settled(place, lambda row: compare(left(row), text))
    if place.readings.numeric_texts != "text":
        return slow
    same = node.operator == "="

    def fast(row: Row) -> Value:
        value = left(row)
        return (value == text) is same if value.__class__ is str else slow(row)

    return fast


def _arithmetic(place: Place, node: Binary) -> Reader:
    left, right = compute(place, node.left), compute(place, node.right)
    combine = OPERATORS[node.operator]

    def combined(row: Row) -> Value:
        first, second = number_of(left(row)), number_of(right(row))
        return None if first is None or second is None else combine(first, second)

    return combined


def _joined(place: Place, node: Binary) -> Reader:
    tests = [condition(place, operand) for operand in operands(node, node.operator)]
    decisive = node.operator == "or"  # one operand with this answer settles the whole

    def joined(row: Row) -> Answer:
        result: Answer = not decisive
        for test in tests:
            answer = test(row)
            if answer is decisive:
                return decisive
            if answer is None:
                result = None
        return result

    return joined


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
    pattern = node.pattern
    test = regex_test(pattern.pattern) if isinstance(pattern, Regex) else _holding(pattern.value)
    operand, negated = compute(place, node.operand), node.negated
    if_missing = "" if place.readings.missing == "empty" else None

    def matches(row: Row) -> Answer:
        value = operand(row)
        text = if_missing if value is None else text_of(value)
        return None if text is None else test(text) is not negated

    return _settled(place, matches)


def _holding(part: str) -> Callable[[str], bool]:
    return lambda text: part in text


def _in(place: Place, node: In) -> Reader:
    operand, negated = compute(place, node.operand), node.negated
    items = [compute(place, item) for item in node.items]
    equal = equality(place.readings)

    def found(row: Row) -> Answer:
        value = operand(row)
        answers = {equal(value, item(row)) for item in items}
        answer = True if True in answers else None if None in answers else False
        return opposite(answer) if negated else answer

    slow = _settled(place, found)
    texts = frozenset(item.value for item in node.items if isinstance(item, Text))
    if len(texts) < len(node.items) or place.readings.numeric_texts != "text":
        return slow

    def fast(row: Row) -> Value:
        value = operand(row)
        return (value in texts) is not negated if value.__class__ is str else slow(row)

    return fast


# --------------------------------------------------------------------------------------- calls
def _call(place: Place, node: Call) -> Reader:
    function = FUNCTIONS[node.name.lower()]
    if function.aggregate:
        if place.aggregate is None:
            raise place.error(f"`{function.name}` stands only in `stats`.", node)
        return place.aggregate(node)
    if function.context:
        return place.layout.context(function.context)
    arguments = node.arguments
    if function.name == "bin" and len(arguments) == 1:
        arguments = (Field(("@timestamp",), node.span), *arguments)
    assert function.run is not None  # noqa: S101 - a row of the table has one of the three
    readers = argument_readers(place, function, arguments)
    if Kind.ANY in function.takes:
        return applied(function.run, readers)
    return applied_to_present(function.run, readers)


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
}
