"""Wheels are kept by what is pinned, and unpacked without what nothing imports."""

from __future__ import annotations

import zipfile

import pytest

from bot.cli.packing import wheels
from bot.cli.packing.wheels import Target, fetched, laid_out
from bot.errors import BotError

TARGET = Target("3.13", "x86_64")


def a_wheel(folder, name="thing", **members: str):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_wheel_is_laid_out_without_what_nothing_imports(tmp_path):
    wheel = a_wheel(
        tmp_path,
        **{
            "thing/__init__.py": "",
            "thing/data.json": "{}",
            "thing/py.typed": "",
            "thing/__init__.pyi": "",
            "thing/tests/test_a.py": "",
            "thing/latest.py": "",
            "tests/test_b.py": "",
            "thing-1.0.dist-info/METADATA": "",
            "thing-1.0.dist-info/licenses/LICENSE": "",
            "thing-1.0.data/scripts/thing": "",
            "thing-1.0.data/purelib/pure.py": "",
            "thing-1.0.data/platlib/plat.so": "",
        },
    )
    target = tmp_path / "laid"

    laid_out({"thing": wheel}, target)

    assert names(target) == [
        "plat.so", "pure.py", "thing/__init__.py", "thing/data.json", "thing/latest.py",
    ]  # fmt: skip


def test_metadata_that_is_read_at_run_time_stays(tmp_path):
    wheel = a_wheel(
        tmp_path,
        "tabulate",
        **{"tabulate-1.0.dist-info/METADATA": "", "tabulate-1.0.dist-info/RECORD": ""},
    )

    laid_out({"tabulate": wheel}, tmp_path / "laid")

    assert names(tmp_path / "laid") == ["tabulate-1.0.dist-info/METADATA"]


@pytest.mark.parametrize("member", ["../out.py", "/out.py", "thing-1.0.data/purelib/../../x.py"])
def test_a_wheel_cannot_write_outside(tmp_path, member):
    wheel = a_wheel(tmp_path, **{member: ""})

    with pytest.raises(BotError, match="The wheel of thing wants to write outside"):
        laid_out({"thing": wheel}, tmp_path / "laid")


def test_what_was_fetched_is_not_fetched_again(tmp_path, monkeypatch):
    runs = []

    def fetch(lines, target, folder):
        runs.append((lines, target))
        a_wheel(folder, "Some_Thing")

    monkeypatch.setattr(wheels, "_fetch", fetch)

    first = fetched({"some-thing": "1.0"}, TARGET, tmp_path)
    assert fetched({"some-thing": "1.0"}, TARGET, tmp_path) == first
    assert [path.name for path in first.values()] == ["Some_Thing-1.0-py3-none-any.whl"]
    assert runs == [(["some-thing==1.0"], TARGET)]

    fetched({"some-thing": "1.0"}, Target("3.12", "x86_64"), tmp_path)
    fetched({"some-thing": "1.0"}, Target("3.13", "arm64"), tmp_path)
    with pytest.raises(BotError, match="lacks other: delete the folder"):
        fetched({"some-thing": "1.0", "other": "1"}, TARGET, tmp_path)
    assert len(runs) == 4


def test_without_the_index_the_first_run_says_so_and_leaves_nothing(tmp_path, monkeypatch):
    # An index that nobody serves, so that this holds with and without a network.
    for name, value in {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_FIND_LINKS": "",
    }.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(BotError, match="needs the package index") as caught:
        fetched({"no-such-thing": "1.0"}, TARGET, tmp_path / "wheels")

    assert "no-such-thing==1.0" in str(caught.value)
    assert list((tmp_path / "wheels").iterdir()) == []


@pytest.mark.parametrize(
    ("python", "platform", "words"),
    [
        ("3", "x86_64", "--python 3: expected a version"),
        ("3.13.0", "x86_64", "--python 3.13.0"),
        ("3.13; rm", "x86_64", "--python 3.13; rm"),
        ("3.13", "amd64", "--platform amd64: expected x86_64 or arm64"),
    ],
)
def test_a_runtime_that_is_none_is_refused(python, platform, words):
    with pytest.raises(BotError, match=words):
        Target(python, platform)
