"""The log groups and streams of one account: where PutLogEvents writes and what queries read.

A group can also have files of the person's own *mounted*, which are read where they are.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bot.engine.sources import LogFile
from bot.errors import BotError
from bot.local.cloudwatch import disk
from bot.local.cloudwatch.disk import Group, Stream, Waiting
from bot.local.cloudwatch.protocol import (
    AlreadyExistsError,
    ApiError,
    arn_start,
    invalid,
    not_found,
)


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
            disk.sweep(folder)
            groups = [disk.load_group(one) for one in sorted(folder.glob(f"*/{disk.GROUP_FILE}"))]
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

    def one_of(self, request: Mapping[str, Any]) -> Group:
        """The group that a request names, by exactly one of its name and an identifier."""
        ways = [name for name in ("logGroupName", "logGroupIdentifier") if name in request]
        if len(ways) != 1:
            raise invalid("Exactly one of logGroupName and logGroupIdentifier must be given.")
        return self.get(self.named(request[ways[0]]))

    def with_arn(self, arn: str) -> Group:
        """The group of this ARN. Raises ResourceNotFoundException."""
        if not arn.startswith("arn:"):
            raise invalid(f"This is no ARN: {arn}")
        return self.get(self.named(arn))

    def files(
        self, names: Iterable[str], now: int | None = None, *, begins: bool = False
    ) -> tuple[LogFile, ...]:
        """The files behind the groups: their streams, then what is mounted.

        At `now` (ms), without what has expired or cannot be found yet, and if `begins` without what
        is older than the group; without `now` all of it. None is without a file, so that a query
        knows which groups there are.
        """
        found: list[LogFile] = []
        for name in names:
            group = self.get(name)
            log = self.log(name)
            since = None
            if now is not None:
                since = group.searched_since(now) if begins else group.kept_since(now)
            with self._lock:
                streams = list(group.streams.values())
                inside = [part for one in streams for part in _parts(one, log, since, now)]
            inside += [replace(file, log=log, since=since) for file in group.mounted]
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
    def create(self, name: str, now: int, **settings: Any) -> Group:
        """A new, empty group, with `Group`'s other fields. Raises ResourceAlreadyExistsException."""
        with self._lock:
            if name in self._groups:
                raise AlreadyExistsError("The specified log group already exists")
            folder = self._folder / disk.file_name(name)
            folder.mkdir(exist_ok=True)
            group = Group(name, now, folder, **settings)
            group.nothing.touch()
            disk.save_group(group)
            self._groups[name] = group
            return group

    def change(self, name: str, **settings: Any) -> None:
        """Change and keep some of a group's settings. Raises ResourceNotFoundException."""
        with self._lock:
            group = self.get(name)
            for setting, value in settings.items():
                setattr(group, setting, value)
            disk.save_group(group)

    def delete(self, name: str) -> None:
        """Delete a group and its streams; files that are mounted there stay where they are."""
        with self._lock:
            group = self.get(name)
            if group.protected:
                raise ApiError(
                    "ValidationException",
                    "Log group has deletion protection enabled and can't be deleted.",
                )
            del self._groups[name]
            disk.delete_group(group)

    def delete_stream(self, group_name: str, name: str) -> None:
        """Delete a stream with its events."""
        with self._lock:
            stream = self.get(group_name).streams.pop(name, None)
            if stream is None:
                raise no_stream()
            disk.delete_stream(stream)

    def create_stream(self, group_name: str, name: str, now: int) -> Stream:
        """A new, empty stream. Raises ResourceAlreadyExistsException."""
        with self._lock:
            group = self.get(group_name)
            if name in group.streams:
                raise AlreadyExistsError("The specified log stream already exists")
            path = group.folder / f"{disk.file_name(name)}.jsonl"
            path.touch()
            # The name is written last: a file of events without a name is no stream.
            disk.write_whole(path.with_suffix(".stream"), {"name": name, "created": now})
            stream = group.streams[name] = Stream(name, now, path)
            return stream

    def append(
        self,
        group_name: str,
        stream_name: str,
        events: Sequence[tuple[int, str]],
        now: int,
        lag: float = 0.0,
    ) -> None:
        """Add events (time in ms, message) to a stream: all or none, unless the process dies.

        They can be found `lag` seconds later; a restart forgets that, and they are there at once.
        """
        times = [time for time, _ in events]
        with self._lock:
            stream = self.get(group_name).streams.get(stream_name)
            if stream is None:
                raise no_stream()
            if not events:
                return
            begin, end = disk.append(stream.path, events, now)
            if lag:
                there = Waiting(begin, end, now + int(lag * 1000))
                stream.waiting = (*(one for one in stream.waiting if one.found > now), there)
            known = [time for time in (stream.first, stream.last) if time is not None]
            stream.first, stream.last = min([*times, *known]), max([*times, *known])
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
        self.get(name).mounted = tuple(replace(file, stream=_stream(file)) for file in files)


def no_stream() -> ApiError:
    """ResourceNotFoundException for a log stream."""
    return not_found("The specified log stream does not exist.")


def _stream(file: LogFile) -> str:
    """A name that a log stream may have (CreateLogStream), for the stream of a mounted file."""
    return re.sub("[:*]", "_", file.stream)[-512:] or Path(file.path).name


def _parts(stream: Stream, log: str, since: int | None, now: int | None) -> Iterator[LogFile]:
    """The file of a stream: what of it can be found at `now`, between what cannot.

    Where events wait, what comes in after `now` is left out too: it may have to wait.
    """
    whole = LogFile(str(stream.path), log, stream.name, stored=True, since=since)
    if now is None or not stream.waiting:
        yield whole
        return
    begin, size = 0, disk.size_of(stream.path)
    for one in stream.waiting:
        if one.found > now:
            if one.begin > begin:
                yield replace(whole, begin=begin, end=one.begin)
            begin = one.end
    if size > begin:
        yield replace(whole, begin=begin, end=size)
