"""Reads expressions: operators by precedence, calls, lists, patterns.

`expression` climbs precedence levels instead of having a function for each, which keeps the
stack of a deeply nested expression short. Operators: CloudWatch Logs user guide, "Supported
operations and functions"; the precedence is documented nowhere and stands in `ast.PRECEDENCE`.
"""

from __future__ import annotations

from bot.query.ast import (
    KEYWORDS,
    PRECEDENCE,
    Access,
    Binary,
    Call,
    Duration,
    Expression,
    Field,
    In,
    InQuery,
    Like,
    Number,
    Parameter,
    Regex,
    Star,
    Text,
    Unary,
    chain,
)
from bot.query.errors import Span, quoted
from bot.query.functions import FUNCTIONS, Function
from bot.query.syntax.cursor import Cursor
from bot.query.syntax.lexer import Token
from bot.query.syntax.refusals import refuse_function
from bot.query.units import UNITS

_COMPARISON = PRECEDENCE["="]
_CANONICAL = {"==": "=", "=~": "like", "not": "like"}
_LEVELS = {**PRECEDENCE, "==": _COMPARISON, "=~": _COMPARISON} | dict.fromkeys(
    ("in", "like"), _COMPARISON
)
_MINUS = 8
_WRONG_OPERATORS = {
    "<>": "Write `!=`.",
    "&&": "Write `and`.",
    "||": "Write `or`; between two commands write one `|`.",
    "!~": "Write `not like`.",
    "!": "Write `!=` or `not like`, or put the `!` before the whole comparison.",
}
_COUNTS_ROWS = ("count", "countOverTime")
_TAKES_REGEX = ("regexReplace", "regex_replace")


def expression(cursor: Cursor, level: int = 1) -> Expression:
    """Read an expression whose operators bind at least as tightly as `level`."""
    cursor.deeper()
    left = _prefixed(cursor, level)
    while (operator := _operator(cursor)) and _LEVELS[operator] >= level:
        left = _joined(cursor, left, operator)
    cursor.shallower()
    return left


def operand(cursor: Cursor) -> Expression:
    """Read one operand without operators: a name, a literal, a call, or parentheses."""
    token = cursor.token
    if isinstance(token.node, Field) and token.word not in KEYWORDS:
        cursor.advance()
        if token.word and cursor.token.word == "(":
            return _called(cursor, token)
        return token.node
    if isinstance(token.node, Text | Number | Parameter):
        cursor.advance()
        return token.node
    if token.word == "(":
        cursor.advance()
        inner = expression(cursor)
        cursor.close(")", token.span)
        return inner
    raise _no_operand(cursor)


def _no_operand(cursor: Cursor) -> Exception:
    token = cursor.token
    if isinstance(token.node, Duration):
        hint = "A period is an argument only, as in `bin(5m)`."
        return cursor.error(f"{cursor.shown()} cannot stand here.", hint)
    hint = {
        "/": "A regex stands after `like` or `=~`.",
        "*": "`*` stands only in `count(*)`. All of an event is `@message`.",
        "[": "A list stands after `in`.",
        "not": "Put `not …` in parentheses here.",
        "!": "Put `!…` in parentheses here.",
        "$": "A saved query is called as `$Name(…)`, in the place of a command.",
    }.get(token.word, "")
    if token.word in KEYWORDS and not hint:
        hint = f"A field with this name needs backticks: `{token.word}`."
    return cursor.error(f"Expected a field or a value here, not {cursor.shown()}.", hint)


def _prefixed(cursor: Cursor, level: int) -> Expression:
    token = cursor.token
    if token.word in ("not", "!") and level <= PRECEDENCE["not"]:
        cursor.advance()
        inner = expression(cursor, PRECEDENCE["not"])
        return Unary("not", inner, token.span.to(inner.span))
    if token.word == "-":
        cursor.advance()
        inner = expression(cursor, _MINUS)
        return Unary("-", inner, token.span.to(inner.span))
    return operand(cursor)


def _operator(cursor: Cursor) -> str:
    """The operator at the current token as a key of `_LEVELS`; nothing if there is none."""
    word = cursor.token.word
    if word in _WRONG_OPERATORS:
        message = f"{quoted(word)} is not an operator of this language."
        raise cursor.error(message, _WRONG_OPERATORS[word])
    return word if word in _LEVELS else ""


def _joined(cursor: Cursor, left: Expression, operator: str) -> Expression:
    """Read the operator and what stands right of it."""
    level = _LEVELS[operator]
    if operator in ("and", "or"):
        operands = [left]
        while cursor.take(operator):
            operands.append(expression(cursor, level + 1))
        return chain(operator, operands)
    if level != _COMPARISON and operator != "not":
        cursor.advance()
        right = expression(cursor, level + 1)
        return Binary(operator, left, right, left.span.to(right.span))
    compared = _compared(cursor, left)
    if _LEVELS.get(cursor.token.word) == _COMPARISON or cursor.token.word == "not":
        hint = "Join two comparisons with `and`, or put one in parentheses."
        raise cursor.error("A comparison cannot be compared again.", hint)
    return compared


def _compared(cursor: Cursor, left: Expression) -> Expression:
    """Read a comparison, `like` or `in`, from its operator on."""
    negated = cursor.take("not")
    operator = cursor.token.word
    if negated and operator not in ("in", "like"):
        raise cursor.error(f"Expected `in` or `like` after `not`, not {cursor.shown()}.")
    cursor.advance()
    if operator == "in":
        return _member(cursor, left, negated)
    if operator in ("like", "=~"):
        pattern = _pattern(cursor, operator)
        return Like(left, pattern, negated, left.span.to(pattern.span))
    right = expression(cursor, _COMPARISON + 1)
    canonical = "=" if operator == "==" else operator
    return Binary(canonical, left, right, left.span.to(right.span))


def _pattern(cursor: Cursor, operator: str) -> Text | Regex | Parameter:
    token = cursor.token
    if token.word == "/":
        return cursor.regex()
    if isinstance(token.node, Text | Parameter) and operator == "like":
        cursor.advance()
        return token.node
    hint = {
        "[": "Write `in […]` for whole values, or one `like` for each part, joined by `or`.",
    }.get(token.word, 'Write `like "part"` or `like /regex/`.')
    raise cursor.error(f"Expected a pattern after {quoted(operator)}, not {cursor.shown()}.", hint)


def _member(cursor: Cursor, left: Expression, negated: bool) -> In | InQuery:
    """Read the list or the sub-query that stands after `in`."""
    if cursor.token.word == "(" and cursor.begins_query(cursor.peek()):
        query = cursor.query("a sub-query")
        return InQuery(left, query, negated, Span(left.span.start, cursor.end))
    return In(left, _listed(cursor), negated, Span(left.span.start, cursor.end))


def _listed(cursor: Cursor) -> tuple[Expression, ...]:
    opened = cursor.token.span
    if cursor.token.word == "(":
        hint = "Write the values as `[a, b]`; a sub-query begins with a command."
        raise cursor.error("A list stands in square brackets.", hint)
    if not cursor.take("["):
        raise cursor.error(f"Expected `[` after `in`, not {cursor.shown()}.")
    if cursor.token.word == "]":
        raise cursor.error("This list is empty.", "It needs at least one value.")
    items = [expression(cursor, _COMPARISON + 1)]
    while cursor.take(","):
        items.append(expression(cursor, _COMPARISON + 1))
    cursor.close("]", opened)
    return tuple(items)


def _called(cursor: Cursor, name: Token) -> Expression:
    """Read a call from its opening parenthesis on, and the parts taken from its result."""
    function = FUNCTIONS.get(name.word)
    if function is None:
        raise refuse_function(cursor, name)
    # `stats count(*) by a | stats max(count(*)), count(*)`: inside an aggregate it is the column.
    gathers, cursor.gathers = cursor.gathers, cursor.gathers and not function.aggregate
    opened = cursor.advance().span
    arguments: list[Expression] = []
    if cursor.token.word != ")":
        arguments.append(_argument(cursor, function))
        while cursor.take(","):
            arguments.append(_argument(cursor, function))
    cursor.close(")", opened)
    cursor.gathers = gathers
    span = Span(name.span.start, cursor.end)
    _check_arity(cursor, function, len(arguments), span)
    parts = tuple(cursor.tail())
    whole = Span(span.start, cursor.end)
    written = cursor.slice(span)
    is_own = gathers and function.aggregate
    if cursor.columns is not None and written in cursor.columns and not is_own:
        return Field((written, *parts), whole)  # `sort count(*)` names the column `count(*)`
    call = Call(function.name, tuple(arguments), span)
    return Access(call, parts, whole) if parts else call


def _argument(cursor: Cursor, function: Function) -> Expression:
    token = cursor.token
    if isinstance(token.node, Duration):
        cursor.advance()
        return token.node
    if token.word == "*" and function.name in _COUNTS_ROWS:
        cursor.advance()
        return Star(token.span)
    if token.word == "/" and function.name in _TAKES_REGEX:
        return cursor.regex()
    value = expression(cursor)
    unit = cursor.token.word
    if isinstance(value, Number) and value.text.isdigit() and unit in UNITS:
        # AWS samples write `bin(5 min)` too.
        span = value.span.to(cursor.advance().span)
        return Duration(int(value.text), unit, span)
    return value


def _check_arity(cursor: Cursor, function: Function, given: int, span: Span) -> None:
    least, most = function.at_least, function.at_most
    if given >= least and (most is None or given <= most):
        return
    if most is None:
        wanted = f"at least {least}"
    else:
        wanted = str(least) if least == most else f"{least} to {most}"
    noun = "argument" if wanted in ("1", "at least 1", "0 to 1") else "arguments"
    raise cursor.error(f"`{function.name}` takes {wanted} {noun}, not {given}.", span=span)
