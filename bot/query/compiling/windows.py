"""Compiles the commands that look at the rows around a row.

CloudWatch Logs user guide, pages of the commands. They see the rows in the order of `sort`, or
else events newest first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bot.errors import BotError
from bot.query.ast import (
    Accum,
    AddTotals,
    Autoregress,
    Call,
    Duration,
    Expression,
    Field,
    Filldown,
    Fillmissing,
    Item,
    Outlier,
    Sessionize,
    Stats,
)
from bot.query.columns.batch import Batch, Column, Reader
from bot.query.compiling.compute import compute
from bot.query.compiling.frame import TIME, Frame
from bot.query.errors import Span, quoted
from bot.query.functions.periods import Period, length_of
from bot.query.units import UNITS
from bot.query.values import Value
from bot.query.windows.gaps import fill_gaps
from bot.query.windows.outliers import DEFAULT_PARAM, inside, transformed
from bot.query.windows.running import fill_down, filled_names, lag_names, lags, running_sum
from bot.query.windows.sessions import DEFAULT_SPAN, sessions
from bot.query.windows.totals import column_totals, row_totals


def _make(frame: Frame, name: str, reader: Reader) -> None:
    """Add a shown column that is computed at once, as it needs the rows that a filter may drop."""
    place = frame.layout.reserve()

    def step(batch: Batch) -> Batch:
        batch.put(place, reader(batch))
        return batch

    frame.add_step(step)
    frame.name(name, place)


def _column(frame: Frame, name: str, span: Span) -> Reader:
    """A reader of a column of the result, or else of what the name means here."""
    return frame.columns.get(name) or compute(frame.place, Field((name,), span))


def add_accum(frame: Frame, command: Accum) -> None:
    """`accum`: a running sum, in the field's own column unless it gets a name."""
    frame.gather()
    reader = compute(frame.place, command.field)
    _make(frame, command.alias or command.field.name, lambda batch: running_sum(reader(batch)))


def add_autoregress(frame: Frame, command: Autoregress) -> None:
    """`autoregress`: the values of the rows before."""
    frame.gather()
    reader = compute(frame.place, command.field)
    first = 1 if command.first is None else command.first
    last = first if command.last is None else command.last
    try:
        names = lag_names(command.field.name, command.alias, first, last)
    except BotError as error:
        raise frame.error(str(error), command.span) from None
    for name, back in zip(names, range(first, last + 1), strict=True):
        _make(frame, name, partial(_lag, reader, back))


def _lag(reader: Reader, back: int, batch: Batch) -> Column:
    (column,) = lags(reader(batch), back, back)
    return column


def add_filldown(frame: Frame, command: Filldown) -> None:
    """`filldown`: the last value above in the place of each missing one."""
    frame.gather()
    plain = [name for name in command.names if "*" not in name]
    names = dict.fromkeys([*plain, *filled_names(command.names, frame.columns)])
    for name in names:
        _make(frame, name, partial(_filled, _column(frame, name, command.span)))


def _filled(reader: Reader, batch: Batch) -> Column:
    return fill_down(reader(batch))


def add_sessionize(frame: Frame, command: Sessionize) -> None:
    """`sessionize`: the number of the session that a row belongs to."""
    frame.gather()
    keys = [compute(frame.place, field) for field in command.fields]
    times = compute(frame.place, Field((TIME,), command.span))
    span = DEFAULT_SPAN if command.maxspan is None else _milliseconds(frame, command.maxspan)
    _make(
        frame,
        command.alias or "session_id",
        lambda batch: sessions([key(batch) for key in keys], times(batch), span),
    )


def _milliseconds(frame: Frame, duration: Duration) -> int:
    length = length_of(Period(duration.amount, UNITS[duration.unit]))
    if length is None:
        message = f"{quoted(str(duration))} has no fixed length."
        raise frame.error(message, duration.span, "Write days, hours, minutes or seconds.")
    return length


def add_outlier(frame: Frame, command: Outlier) -> None:
    """`outlier`: numbers far from the others are cut, or their rows are left out."""
    frame.gather()
    readers = [compute(frame.place, field) for field in command.fields]
    param = DEFAULT_PARAM if command.param is None else command.param.value
    lower = bool(command.uselower)
    if command.action == "remove":
        frame.add_step(
            lambda batch: batch.select(inside([r(batch) for r in readers], param, uselower=lower))
        )
        return
    for field, reader in zip(command.fields, readers, strict=True):
        cut = partial(transformed, param=param, uselower=lower, mark=bool(command.mark))
        _make(frame, field.name, partial(_through, cut, reader))


def _through(change: Callable[[Column], Column], reader: Reader, batch: Batch) -> Column:
    return change(reader(batch))


# ------------------------------------------------------------------------------ new rows among rows
def add_totals(frame: Frame, command: AddTotals) -> None:
    """`addtotals`: a column with the sum of each row, a row with the sums of the columns."""
    frame.gather()
    name = command.name or "Total"
    summed = [field.name for field in command.fields] or _not_keys(frame)
    readers = [_column(frame, one, command.span) for one in summed]
    if command.row is not False:
        _make(frame, name, lambda batch: row_totals([reader(batch) for reader in readers]))
        if not command.col:
            return
        summed.append(name)
    if command.col:
        _add_summary(frame, summed)


def _not_keys(frame: Frame) -> list[str]:
    """The columns, without those by which a `stats` has grouped."""
    keys = {key.column for c in frame.followed if isinstance(c, Stats) for key in c.by}
    return [name for name in frame.columns if name not in keys]


def _add_summary(frame: Frame, summed: Sequence[str]) -> None:
    """Add the row with the sums."""
    shown = list(frame.columns.items())

    def step(batch: Batch) -> Batch:
        columns: dict[int, Column] = {}
        for place, (name, reader) in enumerate(shown):
            column = reader(batch)
            total: Sequence[Value] = column_totals([column]) if name in summed else [None]
            columns[place] = [*column, *total]
        return batch.replaced(columns, batch.size + 1, [*range(batch.size), None])

    frame.rebuild([name for name, _ in shown], step)


def add_fillmissing(frame: Frame, command: Fillmissing) -> None:
    """`fillmissing`: a row for each bin of the `stats` before that has none."""
    stats = next((c for c in reversed(frame.followed) if isinstance(c, Stats)), None)
    at = (
        next((n for n, key in enumerate(stats.by) if _is_bin(key.expression)), None)
        if stats
        else None
    )
    if stats is None or at is None:
        hint = "Such as `stats count(*) as n by bin(5m) | fillmissing with 0 for n`."
        raise frame.error("`fillmissing` follows a `stats … by bin(…)`.", command.span, hint)
    keys = [key.column for key in stats.by]
    period, offset = _grid(stats.by[at]), stats.offset
    shift = 0 if offset is None else _milliseconds(frame, offset)
    fills = {fill.name: compute(frame.place, fill.value) for fill in command.fills}
    shown = list(frame.columns.items())
    readers = {name: compute(frame.place, Field((name,), command.span)) for name in keys}
    others = [name for name in keys if name != keys[at]]

    def step(batch: Batch) -> Batch:
        columns = {name: read(batch) for name, read in (*readers.items(), *shown)}
        values = {name: (list(read(batch)) or [None])[0] for name, read in fills.items()}
        gaps = fill_gaps(columns[keys[at]], [columns[name] for name in others], period, shift)
        made = {keys[at]: gaps.bins, **dict(zip(others, gaps.keys, strict=True))}
        new: dict[int, Column] = {
            place: made.get(name) or gaps.column(columns[name], values.get(name))
            for place, (name, _) in enumerate(shown)
        }
        return batch.replaced(new, len(gaps.rows), gaps.rows)

    frame.rebuild([name for name, _ in shown], step)


def _is_bin(node: Expression) -> bool:
    return isinstance(node, Call) and node.name in ("bin", "datefloor", "dateceil")


def _grid(key: Item) -> Period:
    assert isinstance(key.expression, Call)  # noqa: S101 - `_is_bin` has seen it
    period = next(node for node in key.expression.arguments if isinstance(node, Duration))
    return Period(period.amount, UNITS[period.unit])
