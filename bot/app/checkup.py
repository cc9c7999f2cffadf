"""What a look at a deployment finds: one line for each thing that can be well or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what is so, and, where it is not well, the exact fix."""

    state: State
    subject: str
    says: str
    fix: str = ""


def ok(subject: str, says: str) -> Check:
    """It is well."""
    return Check("ok", subject, says)


def warning(subject: str, says: str, fix: str) -> Check:
    """It works, with less than there could be."""
    return Check("warning", subject, says, fix)


def failed(subject: str, says: str, fix: str) -> Check:
    """It does not work."""
    return Check("failed", subject, says, fix)


def skipped(subject: str, says: str) -> Check:
    """It could not be looked at, because something else is missing."""
    return Check("skipped", subject, says)
