"""Files of any kind are opened safely; what cannot be read is named."""

from __future__ import annotations

import gzip
import os
import socket
import zlib

import pytest

from bot.engine.opening import BLOCK, read_blocks
from bot.engine.troubles import Troubles


def zipped(data: bytes) -> bytes:
    """The same bytes at every moment: they are part of the names of tests."""
    return gzip.compress(data, mtime=0)


TEXT = b"".join(b"line %d\n" % number for number in range(100_000))  # over 1 MB


def read(path) -> tuple[bytes, list[str]]:
    troubles = Troubles()
    blocks = list(read_blocks(str(path), troubles))
    assert all(0 < len(block) <= BLOCK for block in blocks)
    return b"".join(blocks), [trouble.why for trouble in troubles.all()]


def written(tmp_path, data: bytes):
    path = tmp_path / "file"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        zipped(TEXT),
        zipped(TEXT[:50_000]) + zipped(b"") + zipped(TEXT[50_000:]),
        zipped(TEXT) + b"\0" * 5_000,
        zipped(TEXT[:9]) + b"\0" * BLOCK + zipped(TEXT[9:]),
        zipped(TEXT[:9]) + b"\0" * (BLOCK - len(zipped(TEXT[:9])) - 1) + zipped(TEXT[9:]),
        b"\xef\xbb\xbf" + TEXT,
        zipped(b"\xef\xbb\xbf" + TEXT),
    ],
    ids=["plain", "gzip", "members", "padded", "padding between", "split magic", "bom", "bom in gzip"],
)  # fmt: skip
def test_the_content_comes_whole_whatever_the_name_is(tmp_path, data):
    assert read(written(tmp_path, data)) == (TEXT, [])


@pytest.mark.parametrize("data", [b"", zipped(b""), b"\xef\xbb\xbf"])
def test_an_empty_file_holds_nothing_and_is_no_trouble(tmp_path, data):
    assert read(written(tmp_path, data)) == (b"", [])


def test_of_a_cut_off_gzip_file_all_that_is_there_is_kept(tmp_path):
    packed = zipped(TEXT)

    found, troubles = read(written(tmp_path, packed[: len(packed) // 2]))

    assert TEXT.startswith(found)
    assert len(found) > 300_000
    assert troubles == ["its gzip data ends early; what should follow is missing"]


def test_of_a_damaged_gzip_file_what_comes_before_is_kept(tmp_path):
    first, second = zipped(TEXT[:50_000]), bytearray(zipped(TEXT[50_000:]))
    second[100:200] = b"\xff" * 100

    found, troubles = read(written(tmp_path, first + second))

    assert found.startswith(TEXT[:50_000])
    assert troubles == ["its gzip data is damaged; what follows is missing"]


def test_a_wrong_checksum_is_told(tmp_path):
    packed = bytearray(zipped(TEXT))
    packed[-8] ^= 1

    found, troubles = read(written(tmp_path, bytes(packed)))

    assert TEXT.startswith(found)
    assert troubles == ["its gzip data is damaged; what follows is missing"]


def test_what_follows_gzip_and_is_no_gzip_is_left_out_and_told(tmp_path):
    found, troubles = read(written(tmp_path, zipped(TEXT) + b"trailing words"))

    assert found == TEXT
    assert troubles == ["something that is not gzip follows its gzip data; it is left out"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("x".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "zip"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"PAR1", "Parquet"),
        (b"SQLite format 3\x00", "SQLite"),
        (zipped(zipped(b"x")), "gzip inside gzip"),
    ],
)
def test_what_is_no_text_is_refused_with_words(tmp_path, data, word):
    found, (why,) = read(written(tmp_path, data))

    assert found == b""
    assert word in why


def test_a_small_file_that_unpacks_to_much_comes_in_small_blocks(tmp_path):
    path = written(tmp_path, zlib.compress(b"\0" * (64 << 20), wbits=31))

    sizes = [len(block) for block in read_blocks(str(path), Troubles())]

    assert sum(sizes) == 64 << 20
    assert max(sizes) <= BLOCK


def test_a_pipe_a_device_a_socket_and_a_folder_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))

        for path in (tmp_path / "pipe", "/dev/zero", "/dev/stdin", tmp_path / "socket", tmp_path):
            found, (why,) = read(path)
            assert found == b""
            assert why.startswith("cannot be read: ")


def test_files_that_are_gone_or_forbidden_are_troubles(tmp_path, monkeypatch):
    assert read(tmp_path / "gone") == (b"", ["cannot be read: No such file or directory"])
    assert read(tmp_path / "nul\0nul")[1][0].startswith("cannot be read: ")

    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # tests may run as root, whom nothing is forbidden
    assert read(tmp_path) == (b"", ["cannot be read: Permission denied"])


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="needs Linux")  # noqa: PTH110
def test_a_read_error_is_a_trouble():
    assert read("/proc/self/mem") == (b"", ["cannot be read: Input/output error"])


def test_what_the_ticker_raises_ends_the_reading(tmp_path):
    def stop(_size):
        raise KeyError

    with pytest.raises(KeyError):
        list(read_blocks(str(written(tmp_path, TEXT)), Troubles(), stop))
