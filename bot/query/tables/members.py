"""`x in [a, b]` and `x in ( subquery )`: whether a value equals one of many, known before.

CloudWatch Logs user guide, `filter`. Equality is that of `=`
(`bot.query.comparisons`), with one search in a set in the place of one comparison for each value.
"""

from __future__ import annotations

from bot.query.columns.batch import Column
from bot.query.comparisons import Answer, opposite
from bot.query.readings import Readings
from bot.query.values import Number, Value, number_of


class Members:
    """The values of a list, or of the column that a subquery gives. Missing ones and structures are left out."""

    def __init__(self, column: Column, readings: Readings) -> None:
        self._empty = readings.missing == "empty"
        self._texts_as_numbers = readings.numeric_texts == "number"
        self._booleans_differ = readings.boolean_text == "differ"
        self._texts: set[str] = set()
        self._written: set[Number] = set()  # the numbers that are texts
        self._numbers: set[Number] = set()
        self._booleans: set[Number] = set()
        for value in column:
            number = number_of(value)
            if isinstance(value, str):
                self._texts.add(value)
                if number is not None:
                    self._written.add(number)
            elif number is not None:
                (self._booleans if isinstance(value, bool) else self._numbers).add(number)

    def contain(self, column: Column, *, negated: bool = False) -> list[Answer]:
        """For each value whether it is `in`, or with `negated` whether it is `not in`.

        None where the answer is not known: the value is missing or a structure.
        """
        if negated:
            return [opposite(self.contains(value)) for value in column]
        return [self.contains(value) for value in column]

    def contains(self, value: Value) -> Answer:
        """Whether the value equals one of them; None where that is not known."""
        if not (self._texts or self._numbers or self._booleans):
            return False
        if value is None and self._empty:
            value = ""
        if isinstance(value, str):
            return value in self._texts or self._contains_written(value)
        number = number_of(value)
        if number is None:
            return None
        if number in self._numbers or number in self._booleans:
            return True
        comparable = not (self._booleans_differ and isinstance(value, bool))
        return comparable and number in self._written

    def _contains_written(self, text: str) -> bool:
        """Whether the number that the text is, is among the members."""
        number = number_of(text)
        if number is None:
            return False
        if number in self._numbers or (self._texts_as_numbers and number in self._written):
            return True
        return not self._booleans_differ and number in self._booleans
