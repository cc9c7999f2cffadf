"""Which modules an entry point can import, read from the sources without running them."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import BotError


@dataclass(frozen=True, slots=True)
class Reached:
    """What an entry point can import: our modules with their trees, and top-level names of others."""

    entry: str
    files: Mapping[str, Path]
    trees: Mapping[str, ast.Module]
    others: frozenset[str]
    imported_by: Mapping[str, str]
    contents: Mapping[str, bytes] = field(default_factory=dict)
    """Files that go beside the modules, at the root."""

    def chain(self, name: str) -> tuple[str, ...]:
        """How the entry point comes to import `name`, a shortest way; empty if it does not."""
        found = next((each for each in self.imported_by if _is_or_is_in(each, name)), None)
        if found is None:
            return ()
        steps = [found]
        while steps[-1] != self.entry:
            steps.append(self.imported_by[steps[-1]])
        return tuple(reversed(steps))


def reached(root: Path, entry: str, package: str = "bot") -> Reached:
    """Everything under `root` that `entry` (such as bot.aws.worker) can import, at any depth.

    Imports inside functions count, those under `if TYPE_CHECKING` do not. A package's `__init__`
    runs before its modules, so it counts too. `BotError` for a module that is not there, and for
    an import whose module only a run would tell.
    """
    files: dict[str, Path] = {}
    trees: dict[str, ast.Module] = {}
    others: set[str] = set()
    imported_by: dict[str, str] = {}
    waiting = deque([*_parents(entry), entry])
    imported_by.update(dict.fromkeys(waiting, entry))
    while waiting:
        module = waiting.popleft()
        files[module] = _file(root, module, imported_by[module])
        trees[module] = _tree(files[module])
        for name in _imported(root, package, module, files[module], trees[module]):
            if not _is_or_is_in(name, package):
                others.add(name.partition(".")[0])
                imported_by.setdefault(name.partition(".")[0], module)
                continue
            for each in (*_parents(name), name):
                if each not in imported_by:
                    imported_by[each] = module
                    waiting.append(each)
    return Reached(entry, files, trees, frozenset(others), imported_by)


def _imported(root: Path, package: str, module: str, path: Path, tree: ast.Module) -> Iterator[str]:
    """The modules that `module` names, wherever in it."""
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise BotError(f"{path}:{node.lineno}: name the module in full, not relatively.")
            base = node.module or ""
            yield base
            if _is_or_is_in(base, package):
                within = (f"{base}.{alias.name}" for alias in node.names)
                yield from (name for name in within if _there(root, name))
        elif isinstance(node, ast.Call) and _is_import_call(node.func):
            yield from _named(root, path, node)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, without what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _is_type_checking(child.test):
            for other in child.orelse:
                yield other
                yield from _nodes(other)
        else:
            yield child
            yield from _nodes(child)


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _is_import_call(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    return name in ("import_module", "__import__")


def _named(root: Path, path: Path, call: ast.Call) -> Iterator[str]:
    """The modules that `import_module("a.b")` or `import_module(f"a.{name}")` may import."""
    argument = call.args[0] if call.args else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
        return
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        folder = str(argument.values[0].value)
        if folder.endswith(".") and (root / folder.replace(".", "/")).is_dir():
            for file in sorted((root / folder.replace(".", "/")).glob("*.py")):
                yield folder + file.stem if file.stem != "__init__" else folder[:-1]
            return
    raise BotError(
        f"{path}:{call.lineno}: which module this imports cannot be told without running it. "
        "Write its name, or the package it is in, as text."
    )


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        raise BotError(f"{path}:{error.lineno}: {error.msg}") from error


def _file(root: Path, module: str, importer: str) -> Path:
    path = root / module.replace(".", "/")
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if file.is_file():
            return file
    by = "" if importer == module else f", which {importer} imports"
    raise BotError(f"There is no module {module}{by}: {path}.py is missing.")


def _there(root: Path, module: str) -> bool:
    path = root / module.replace(".", "/")
    return (path / "__init__.py").is_file() or path.with_suffix(".py").is_file()


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def _is_or_is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")
