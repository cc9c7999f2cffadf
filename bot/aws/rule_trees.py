"""Whole rules as bytes and back.

They are pickled. Their trees are of some eighty classes, which msgspec could only tell apart by a tag in
each; and to parse the queries again would take seconds. What is read lies in our own zip beside the code
and is as trusted as it is; still, nothing but our own classes is made from it.
"""

from __future__ import annotations

import gc
import io
import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from bot.query.errors import Span
from bot.query.tree.node import NOWHERE
from bot.rules.model import Rule

_OWN = ("bot.rules.model", "bot.rules.card", "bot.query.ast", "bot.query.errors")
_FOREIGN = frozenset({("datetime", "timedelta"), ("msgspec._core", "_rebuild")})

# What a pickle raises that another version of the classes wrote (docs.python.org/3/library/pickle.html,
# `UnpicklingError`: "other exceptions may also be raised").
_FAILURES = (
    pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError,
)  # fmt: skip


def written(rules: Sequence[Rule]) -> bytes:
    """The rules as bytes, without the events of their tests and the places of nodes in their texts.

    Places are a third of what there is to load. Whatever runs is printed and read again once its
    values are bound, and has places then.
    """
    bare = tuple(replace(rule, tests=()) for rule in rules)
    marked = io.BytesIO()
    _Marking(marked, protocol=5).dump(bare)
    marked.seek(0)
    return pickle.dumps(_Placeless(marked).load(), protocol=5)


def read(content: bytes) -> tuple[Rule, ...]:
    """The rules that `written` wrote; `ValueError` if the classes are not those they were."""
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand nodes are made, and none is thrown away
    try:
        rules = _Own(io.BytesIO(content)).load()
    except _FAILURES as error:
        raise ValueError(str(error)) from error
    finally:
        if collecting:
            gc.enable()
    return cast(tuple[Rule, ...], rules)


class _Own(pickle.Unpickler):
    """Makes nothing but our own classes."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _OWN or module.startswith("bot.query.tree.") or (module, name) in _FOREIGN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a rule")


class _Marking(pickle.Pickler):
    """Writes a mark in the stead of every place in a query's text."""

    def persistent_id(self, obj: object) -> str | None:
        return "nowhere" if isinstance(obj, Span) else None


class _Placeless(pickle.Unpickler):
    """Reads the mark as the one place that is nowhere."""

    def persistent_load(self, _: object) -> Span:
        return NOWHERE
