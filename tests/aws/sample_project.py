"""Builds zips of functions that a test writes, with this project's pins and wheels."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.cli import package
from tests.aws.lambda_runtime import ROOT, target


def a_zip(folder: Path, source: str, **others: str) -> Path:
    """A zip whose `bot.aws.worker` is `source`; `others` are modules of `bot` by name."""
    project = folder / "project"
    files = {"bot/__init__.py": "", "bot/aws/__init__.py": "", "bot/aws/worker.py": source}
    files |= {f"bot/{name}.py": text for name, text in others.items()}
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    shutil.copy(ROOT / "requirements.txt", project)
    kept = ROOT / "build" / "wheels"
    kept.mkdir(parents=True, exist_ok=True)
    (folder / "out").mkdir()
    (folder / "out" / "wheels").symlink_to(kept)
    entry = package.Entry("worker", "bot.aws.worker", ())
    (built,) = package.build(folder / "out", target(), project, [entry])
    return built.path
