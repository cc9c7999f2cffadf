"""The lookup tables of one account: kept on disk, each whole in a file of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bot.errors import BotError
from bot.local.cloudwatch import disk
from bot.local.cloudwatch.protocol import AlreadyExistsError, ApiError, arn_start, not_found
from bot.query.tables.lookups import LookupTable

MOST_TABLES = 100
"""Of one account in one region (CloudWatch Logs quotas)."""


class Kept(msgspec.Struct, frozen=True):
    """A table as it was uploaded, and when (ms); what its file says."""

    name: str
    description: str
    updated: int
    body: str


@dataclass(frozen=True, slots=True)
class Known:
    """A table, and its rows as queries read them."""

    kept: Kept
    table: LookupTable


class LookupTables:
    """All lookup tables. Safe to use from many threads, not processes."""

    def __init__(self, folder: Path, account: str, region: str) -> None:
        """Open `folder`, or make it. `BotError` if it cannot be used, or holds something else."""
        self._folder = folder
        self._arn_start = f"{arn_start(account, region)}lookup-table:"
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            known = [_load(path) for path in sorted(folder.glob("*.table"))]
        except OSError as error:
            raise BotError(
                f"The folder for lookup tables cannot be used: {error}. Give another folder."
            ) from error
        self._known = {one.kept.name: one for one in known}

    def arn(self, name: str) -> str:
        """A table's ARN (Service Authorization Reference, "CloudWatch Logs")."""
        return self._arn_start + name

    def get(self, arn: str) -> Known:
        """The table with this ARN. Raises ResourceNotFoundException."""
        known = self._known.get(arn.removeprefix(self._arn_start))
        if known is None or not arn.startswith(self._arn_start):
            raise not_found("The specified lookup table does not exist.")
        return known

    def all(self) -> list[Known]:
        """All tables by name, as DescribeLookupTables sorts them."""
        return sorted(self._known.copy().values(), key=lambda known: known.kept.name)

    def tables(self, names: Iterable[str]) -> dict[str, LookupTable]:
        """Those of the named tables that there are, for a query."""
        known = self._known.copy()
        return {name: known[name].table for name in names if name in known}

    def create(self, kept: Kept) -> None:
        """Keep a new table.

        Raises ResourceAlreadyExistsException, LimitExceededException where there are a hundred,
        and ValidationException for a body that is no table.
        """
        table = _table(kept)
        with self._lock:
            if kept.name in self._known:
                raise AlreadyExistsError("The specified lookup table already exists")
            if len(self._known) >= MOST_TABLES:
                message = f"There are {MOST_TABLES} lookup tables, and no account may have more."
                raise ApiError("LimitExceededException", message)
            self._keep(kept, table)

    def replace(self, kept: Kept) -> None:
        """Put other content into a table. Raises as `create`, or if the table is gone."""
        table = _table(kept)
        with self._lock:
            self.get(self.arn(kept.name))
            self._keep(kept, table)

    def delete(self, arn: str) -> None:
        """Forget a table. Raises ResourceNotFoundException."""
        with self._lock:
            name = self.get(arn).kept.name
            self._path(name).unlink(missing_ok=True)
            del self._known[name]

    def _keep(self, kept: Kept, table: LookupTable) -> None:
        disk.write_whole(self._path(kept.name), msgspec.structs.asdict(kept))
        self._known[kept.name] = Known(kept, table)

    def _path(self, name: str) -> Path:
        return self._folder / f"{disk.file_name(name)}.table"


def _load(path: Path) -> Known:
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
        return Known(kept, LookupTable.from_csv(kept.name, kept.body))
    except (msgspec.DecodeError, UnicodeDecodeError, BotError) as error:
        raise BotError(
            f"{path} was not written by the local CloudWatch, or is damaged: {error}. "
            "Move it away, or give another folder."
        ) from error


def _table(kept: Kept) -> LookupTable:
    try:
        return LookupTable.from_csv(kept.name, kept.body)
    except BotError as error:
        raise ApiError("ValidationException", str(error)) from error
