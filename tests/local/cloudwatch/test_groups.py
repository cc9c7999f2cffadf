"""Groups and streams survive restarts and torn writes, and keep every message as it was."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from bot.engine.sources import LogFile
from bot.errors import BotError
from bot.local.cloudwatch.groups import Groups
from bot.local.cloudwatch.protocol import ApiError

ACCOUNT = "111122223333"


def opened(folder: Path) -> Groups:
    return Groups(folder, ACCOUNT, "eu-west-1")


def stored(groups: Groups, group: str) -> list[list]:
    return [
        json.loads(line)
        for file in groups.files([group])
        for line in Path(file.path).read_bytes().splitlines()
    ]


def test_events_are_there_after_a_restart(tmp_path):
    groups = opened(tmp_path / "new" / "folder")
    groups.create("/aws/cloudtrail", 1)
    groups.create_stream("/aws/cloudtrail", "one", 2)
    groups.append("/aws/cloudtrail", "one", [(10, "first"), (11, "second")], 20)

    again = opened(tmp_path / "new" / "folder")

    assert stored(again, "/aws/cloudtrail") == [[10, 20, "first"], [11, 20, "second"]]
    assert again.get("/aws/cloudtrail").created == 1
    stream = again.get("/aws/cloudtrail").streams["one"]
    assert (stream.created, stream.first, stream.last, stream.ingested) == (2, 10, 11, 20)
    again.append("/aws/cloudtrail", "one", [(12, "third")], 30)
    assert len(stored(again, "/aws/cloudtrail")) == 3


@pytest.mark.parametrize("torn", [b"[10,", b'[11,20,"' + b"x" * 200_000, b"\x00" * 70_000])
@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_write_that_a_crash_cut_short_is_cut_off_and_what_follows_is_whole(
    tmp_path, torn, before
):
    groups = opened(tmp_path)
    groups.create("g", 1)
    groups.create_stream("g", "s", 1)
    groups.append("g", "s", [(10, "m" * 60_000)] * before, 20)
    (file,) = groups.files(["g"])
    with Path(file.path).open("ab") as events:
        events.write(torn)

    again = opened(tmp_path)
    again.append("g", "s", [(12, "after")], 30)

    assert [event[2][:5] for event in stored(again, "g")] == ["mmmmm"] * before + ["after"]


def test_a_stream_whose_name_was_not_written_yet_does_not_stop_a_restart(tmp_path):
    groups = opened(tmp_path)
    groups.create("g", 1)
    (groups.get("g").folder / "half-0123.jsonl").touch()
    (groups.get("g").folder / "half-0123.part").write_bytes(b'{"na')

    assert opened(tmp_path).get("g").streams == {}


def test_what_is_known_of_a_stream_grows_with_each_batch(tmp_path):
    groups = opened(tmp_path)
    groups.create("g", 1)
    stream = groups.create_stream("g", "s", 1)

    for batch in ([], [(10, "b"), (5, "a")], [(7, "c")], [(12, "d")]):
        groups.append("g", "s", batch, 20)

    assert (stream.first, stream.last, stream.ingested) == (5, 12, 20)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not an event\n",
        b"[1]\n",
        b'["a",1,"m"]\n',
        b"\n\n\n",
        b"[1,2," + b"[" * 90_000 + b"\n",
    ],
)
def test_a_stream_without_a_readable_event_is_there_and_has_no_times(tmp_path, line):
    groups = opened(tmp_path)
    groups.create("g", 1)
    groups.create_stream("g", "s", 1).path.write_bytes(line)

    stream = opened(tmp_path).get("g").streams["s"]

    assert (stream.first, stream.last, stream.ingested) == (None, None, None)


def test_a_stream_whose_events_somebody_removed_is_empty(tmp_path):
    groups = opened(tmp_path)
    groups.create("g", 1)
    groups.create_stream("g", "s", 1).path.unlink()

    again = opened(tmp_path)

    assert stored(again, "g") == []
    again.append("g", "s", [(1, "m")], 1)
    assert len(stored(again, "g")) == 1


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x00" * 40, b'{"name": 1}', b"\xff"])
@pytest.mark.parametrize("name", ["group.json", "s.stream"])
def test_a_folder_with_something_else_in_it_is_told(tmp_path, content, name):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "group.json").write_bytes(b'{"name": "g", "created": 1}')
    (tmp_path / "other" / name).write_bytes(content)

    with pytest.raises(BotError, match=rf"{name} was not written by the local CloudWatch"):
        opened(tmp_path)


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(BotError, match=r"cannot be used: .*Give another folder"):
        opened(tmp_path / "file")


def test_a_failed_write_leaves_nothing_of_the_batch(tmp_path, monkeypatch):
    groups = opened(tmp_path)
    groups.create("g", 1)
    groups.create_stream("g", "s", 1)
    groups.append("g", "s", [(1, "kept")], 1)
    real_open = Path.open

    class FullDisk:
        def __init__(self, file):
            self.file = file
            self.writes = 0

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, data):
            self.writes += 1
            if self.writes > 1:
                raise OSError(28, "No space left on device")
            return self.file.write(data[:5])

        def __getattr__(self, name):
            return getattr(self.file, name)

    monkeypatch.setattr(Path, "open", lambda self, *a, **k: FullDisk(real_open(self, *a, **k)))
    with pytest.raises(OSError, match="No space"):
        groups.append("g", "s", [(2, "lost")], 2)
    monkeypatch.undo()

    groups.append("g", "s", [(3, "next")], 3)
    assert [event[2] for event in stored(groups, "g")] == ["kept", "next"]


@pytest.mark.parametrize(
    "message",
    ["\x00\x1b[31m\r\n\u2028\u202e", "x" * 1_000_000, "</script><!channel>", '"\\', "\U0001f600"],
)
def test_hostile_messages_come_back_as_they_were(tmp_path, message):
    groups = opened(tmp_path)
    groups.create("g", 1)
    groups.create_stream("g", "s", 1)
    groups.append("g", "s", [(1, message), (2, "next")], 3)
    (file,) = groups.files(["g"])

    lines = Path(file.path).read_bytes().split(b"\n")

    assert [json.loads(line)[2] for line in lines if line] == [message, "next"]


def test_half_a_surrogate_pair_is_stored_as_the_replacement_character(tmp_path):
    groups = opened(tmp_path)
    groups.create("g", 1)
    groups.create_stream("g", "s", 1)
    groups.append("g", "s", [(1, "a\ud800b")], 3)

    assert stored(groups, "g") == [[1, 3, "a\ufffdb"]]


def test_names_that_look_alike_or_are_very_long_stay_apart(tmp_path):
    names = ["a/b", "a-b", "A-B", "a.b", "x" * 512, "x" * 511 + "y", "...", "/", "-"]
    groups = opened(tmp_path)
    for name in names:
        groups.create(name, 1)
        groups.create_stream(name, "../../" + name, 1)
        groups.append(name, "../../" + name, [(1, name)], 1)

    again = opened(tmp_path)

    assert [group.name for group in again.all()] == sorted(names)
    assert all(stored(again, name) == [[1, 1, name]] for name in names)
    assert {path.parent.parent for path in tmp_path.rglob("*.jsonl")} == {tmp_path}


def test_mounted_files_are_served_in_place_under_the_groups_name(tmp_path):
    groups = opened(tmp_path / "logs")
    groups.create("g", 1)
    groups.create_stream("g", "s", 1)
    own = LogFile(str(tmp_path / "own.json"), stream="own.json")
    groups.mount("g", [own])

    stream, mounted = groups.files(["g"])

    assert (stream.log, stream.stream, stream.stored) == (f"{ACCOUNT}:g", "s", True)
    assert mounted == LogFile(own.path, f"{ACCOUNT}:g", "own.json", stored=False)
    assert list(tmp_path.glob("own*")) == []


def test_writers_of_one_stream_never_mix_their_batches(tmp_path):
    groups = opened(tmp_path)
    groups.create("g", 1)
    groups.create_stream("g", "s", 1)

    def write(who: int) -> None:
        for _ in range(20):
            groups.append("g", "s", [(who, f"{who}-{n}" * 100) for n in range(5)], 1)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    events = stored(groups, "g")
    assert len(events) == 4 * 20 * 5
    batches = [events[at : at + 5] for at in range(0, len(events), 5)]
    assert all(len({time for time, _, _ in batch}) == 1 for batch in batches)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_arns_name_the_partition_of_the_region(tmp_path, region, partition):
    groups = Groups(tmp_path, ACCOUNT, region)

    arn = groups.arn("/a/b")

    assert arn == f"arn:{partition}:logs:{region}:{ACCOUNT}:log-group:/a/b"
    assert groups.named(arn) == "/a/b"


def test_an_arn_of_another_account_is_not_found(tmp_path):
    with pytest.raises(ApiError) as caught:
        opened(tmp_path).named("arn:aws:logs:eu-west-1:444455556666:log-group:g")

    assert caught.value.kind == "ResourceNotFoundException"
