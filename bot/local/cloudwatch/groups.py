"""The log groups and streams of one account: where PutLogEvents writes and what queries read.

A group can also have files of the person's own *mounted*, which are read where they are.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from bot.engine.sources import LogFile
from bot.errors import BotError
from bot.local.cloudwatch import disk
from bot.local.cloudwatch.disk import Group, Stream
from bot.local.cloudwatch.protocol import AlreadyExistsError, arn_start, not_found


class Groups:
    """All log groups of one account and region. Safe to use from many threads, not processes."""

    def __init__(self, folder: Path, account: str, region: str) -> None:
        """Open `folder`, or make it. What a crash left half written at a file's end is cut off.

        Raises `BotError` if the folder cannot be used, or holds something else.
        """
        self._account = account
        self._region = region
        self._folder = folder
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            groups = [disk.load_group(path) for path in sorted(folder.glob("*/group.json"))]
        except OSError as error:
            raise BotError(
                f"The folder for local logs cannot be used: {error}. Give another folder."
            ) from error
        self._groups = {group.name: group for group in groups}

    # ------------------------------------------------------------------------------- reading
    def get(self, name: str) -> Group:
        """The group. Raises ResourceNotFoundException."""
        group = self._groups.get(name)
        if group is None:
            raise not_found("The specified log group does not exist.")
        return group

    def all(self) -> list[Group]:
        """All groups by name, as DescribeLogGroups sorts them."""
        return sorted(self._groups.copy().values(), key=lambda group: group.name)

    def arn(self, name: str) -> str:
        """The group's ARN, without `:*` at its end."""
        return f"{self._arn_start()}{name}"

    def log(self, name: str) -> str:
        """What the events of a group say as `@log`."""
        return f"{self._account}:{name}"

    def named(self, identifier: str) -> str:
        """The name of the group that a name or an ARN of this account and region stands for."""
        if not identifier.startswith("arn:"):
            return identifier
        start = self._arn_start()
        if not identifier.startswith(start):
            raise not_found(f"The specified log group does not exist: {identifier}")
        return identifier.removeprefix(start)

    def _arn_start(self) -> str:
        return f"{arn_start(self._account, self._region)}log-group:"

    def files(self, names: Iterable[str]) -> tuple[LogFile, ...]:
        """The files behind the groups: their streams, then what is mounted.

        None is without a file, so that a query knows which groups there are.
        """
        found: list[LogFile] = []
        for name in names:
            group = self.get(name)
            log = self.log(name)
            with self._lock:
                streams = list(group.streams.values())
            inside = [LogFile(str(s.path), log, s.name, stored=True) for s in streams]
            inside += [replace(file, log=log) for file in group.mounted]
            found += inside or [LogFile(str(group.nothing), log, stored=True)]
        return tuple(found)

    def newest(self, group_name: str, stream_name: str) -> tuple[int, frozenset[str]] | None:
        """Time of the stream's last event and the messages at its end with it; None if none is."""
        stream = self.get(group_name).streams.get(stream_name)
        if stream is None:
            return None
        with self._lock:
            return disk.newest(stream.path)

    # ------------------------------------------------------------------------------- writing
    def create(self, name: str, now: int) -> Group:
        """A new, empty group. Raises ResourceAlreadyExistsException."""
        with self._lock:
            if name in self._groups:
                raise AlreadyExistsError("The specified log group already exists")
            folder = self._folder / disk.file_name(name)
            folder.mkdir(exist_ok=True)
            group = Group(name, now, folder)
            group.nothing.touch()
            disk.write_whole(folder / "group.json", {"name": name, "created": now})
            self._groups[name] = group
            return group

    def create_stream(self, group_name: str, name: str, now: int) -> Stream:
        """A new, empty stream. Raises ResourceAlreadyExistsException."""
        group = self.get(group_name)
        with self._lock:
            if name in group.streams:
                raise AlreadyExistsError("The specified log stream already exists")
            path = group.folder / f"{disk.file_name(name)}.jsonl"
            path.touch()
            # The name is written last: a file of events without a name is no stream.
            disk.write_whole(path.with_suffix(".stream"), {"name": name, "created": now})
            stream = group.streams[name] = Stream(name, now, path)
            return stream

    def append(
        self, group_name: str, stream_name: str, events: Sequence[tuple[int, str]], now: int
    ) -> None:
        """Add events (time in ms, message) to a stream: all or none, unless the process dies."""
        group = self.get(group_name)
        stream = group.streams.get(stream_name)
        if stream is None:
            raise not_found("The specified log stream does not exist.")
        if not events:
            return
        times = [time for time, _ in events]
        with self._lock:
            disk.append(stream.path, events, now)
            known = [time for time in (stream.first, stream.last) if time is not None]
            stream.first, stream.last = min(times + known), max(times + known)
            stream.ingested = now

    def ensure(self, name: str, now: int) -> None:
        """Make a group if there is none."""
        with suppress(AlreadyExistsError):
            self.create(name, now)

    def ensure_stream(self, group_name: str, name: str, now: int) -> None:
        """Make a stream if there is none."""
        with suppress(AlreadyExistsError):
            self.create_stream(group_name, name, now)

    def mount(self, name: str, files: Sequence[LogFile]) -> None:
        """Serve files in place as part of a group.

        It holds until the process ends, and replaces what was mounted there before.
        """
        self.get(name).mounted = tuple(files)
