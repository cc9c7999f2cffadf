"""From a folder to a zip: compiled by the target's Python if it is here, and always the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from bot.errors import BotError

RUNS_IN = "/var/task"
"""Where Lambda unpacks a function; what tracebacks name."""

_WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can hold. No clock goes in."""


def interpreter(python: str) -> str | None:
    """A Python of this version on this machine: the one that runs, one on PATH, one of pyenv's."""
    found = [sys.executable, shutil.which(f"python{python}")]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found += [str(path) for path in sorted(pyenv.glob(f"versions/{python}.*/bin/python{python}"))]
    return next((each for each in found if each is not None and _is(each, python)), None)


def _is(executable: str, python: str) -> bool:
    # Asked rather than believed: pyenv puts names on PATH that do not run.
    ask = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name)"
    try:
        ran = subprocess.run(  # noqa: S603 - a Python found by its name, and nothing from outside
            [executable, "-I", "-S", "-c", ask], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return ran.stdout.split() == [python, "cpython"]


def compile_all(folder: Path, executable: str) -> None:
    """Compile every source below `folder`, so that a cold start does not have to.

    unchecked-hash: dates do not survive the zip, and in /var/task nothing changes. `BotError` for
    a source that does not compile.
    """
    # Paths go into the code, so they are those of the function and not of this machine.
    command = [executable, "-s", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", RUNS_IN, str(folder)]
    ran = subprocess.run(  # noqa: S603 - the target's Python, over what was just laid out
        command, env={}, cwd="/", capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        raise BotError(f"{executable} cannot compile what goes into the zip:\n{ran.stdout}")


def check_imports(folder: Path, module: str, executable: str) -> None:
    """Raise `BotError` if `module` cannot be imported from `folder` and the standard library alone.

    That finds what a distribution imports and does not declare. Whatever else goes wrong on import
    (an environment that is not Lambda's) is for the tests to find.
    """
    ran = subprocess.run(  # noqa: S603 - the target's Python, over what was just laid out
        [executable, "-I", "-S", "-B", "-c", _IMPORT, str(folder), module],
        env={}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode == _CANNOT_IMPORT:
        raise BotError(
            f"{module} cannot be imported from its zip: {ran.stdout.strip()}\n"
            "Where a distribution imports what it does not declare, our own code has to import it too."
        )


_CANNOT_IMPORT = 3

_IMPORT = f"""
import importlib, sys
sys.path.insert(0, sys.argv[1])
try:
    importlib.import_module(sys.argv[2])
except ImportError as error:
    print(error)
    sys.exit({_CANNOT_IMPORT})
except Exception:
    pass
"""


def zipped(folder: Path, target: Path) -> int:
    """Write `folder` to the zip `target`; how many bytes it is unzipped.

    Sorted names, one date, fixed permissions: the same tree gives the same bytes, and a deployment
    that changes nothing is skipped.
    """
    size = 0
    scratch = target.with_suffix(".part")
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        paths = ((str(path.relative_to(folder).as_posix()), path) for path in folder.rglob("*"))
        for name, path in sorted(paths):
            if not path.is_file():
                continue
            content = path.read_bytes()
            size += len(content)
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that permissions count
            entry.external_attr = (0o100755 if ".so" in path.suffixes else 0o100644) << 16
            archive.writestr(entry, content)
    scratch.replace(target)
    return size
