"""What an entry point can import is read from its sources, at any depth, and nothing else is."""

from __future__ import annotations

import pytest

from bot.cli.packing.imports import reached
from bot.errors import BotError


@pytest.fixture
def project(tmp_path):
    def write(**sources: str):
        for name, text in sources.items():
            path = tmp_path / (name.replace("__", "/").replace("/init/", "/__init__") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            for folder in path.relative_to(tmp_path).parents[:-1]:
                (tmp_path / folder / "__init__.py").touch()
        return tmp_path

    return write


def test_imports_of_imports_and_the_packages_above_are_reached(project):
    root = project(
        bot__entry="import bot.a.b", bot__a__b="from bot.c import d", bot__c__d="", bot__e=""
    )

    found = reached(root, "bot.entry")

    assert set(found.files) == {"bot", "bot.entry", "bot.a", "bot.a.b", "bot.c", "bot.c.d"}


def test_a_name_that_is_no_module_is_no_import(project):
    root = project(bot__entry="from bot.c import value", bot__c="value = 1")

    assert set(reached(root, "bot.entry").files) == {"bot", "bot.entry", "bot.c"}


def test_an_import_inside_a_function_counts(project):
    root = project(bot__entry="def f():\n    if 1:\n        from bot import late", bot__late="")

    assert "bot.late" in reached(root, "bot.entry").files


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_an_import_for_types_does_not_count_but_its_else_does(project, test):
    text = f"if {test}:\n    import bot.types, yaml\nelse:\n    import bot.real"
    found = reached(project(bot__entry=text, bot__types="", bot__real=""), "bot.entry")

    assert "bot.real" in found.files
    assert "bot.types" not in found.files
    assert found.others == frozenset()


def test_others_are_named_by_their_top(project):
    root = project(
        bot__entry="import os.path\nfrom botocore.config import Config\nimport yaml as y"
    )

    assert reached(root, "bot.entry").others == {"os", "botocore", "yaml"}


def test_the_chain_is_a_shortest_way(project):
    root = project(
        bot__entry="import bot.long\nimport bot.short",
        bot__long="import bot.longer",
        bot__longer="import yaml",
        bot__short="import yaml",
    )
    found = reached(root, "bot.entry")

    assert found.chain("yaml") == ("bot.entry", "bot.short", "yaml")
    assert found.chain("bot.longer") == ("bot.entry", "bot.long", "bot.longer")
    assert found.chain("aiohttp") == ()
    assert found.chain("bot.lon") == ()


def test_a_package_is_found_by_what_is_in_it(project):
    root = project(bot__entry="import bot.engine.scan", bot__engine__scan="")

    assert reached(root, "bot.entry").chain("bot.engine") == ("bot.entry", "bot.engine")


def test_an_import_by_name_is_an_import(project):
    text = "import importlib\nimportlib.import_module('bot.a')\nimportlib.import_module(f'bot.many.{x}')"
    root = project(bot__entry=text, bot__a="", bot__many__one="import yaml", bot__many__two="")

    found = reached(root, "bot.entry")

    assert {"bot.a", "bot.many", "bot.many.one", "bot.many.two"} <= set(found.files)
    assert "yaml" in found.others


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nimport_module(name)", "entry.py:2: which module this imports cannot be told"),
        ("__import__(f'{x}.a')", "entry.py:1: which module"),
        ("from . import a", "entry.py:1: name the module in full"),
        ("\nif", "entry.py:2: invalid syntax"),
        ("import bot.none", r"no module bot.none, which bot.entry imports: .*none.py is missing"),
    ],
)
def test_what_cannot_be_followed_is_an_error_with_its_place(project, text, words):
    root = project(bot__entry=text)

    with pytest.raises(BotError, match=words):
        reached(root, "bot.entry")


def test_an_entry_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BotError, match="no module bot"):
        reached(tmp_path, "bot.entry")
