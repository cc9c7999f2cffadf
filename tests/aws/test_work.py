"""How the worker is wired: with the quotas that its environment names, before anything else is asked."""

from __future__ import annotations

import pytest

from bot.app.admission import Quotas
from bot.aws import work
from bot.config import FunctionSettings
from bot.errors import BotError
from tests import stand_ins
from tests.test_config import GIVEN


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stand_ins.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # No rules are packed here, and the secrets are in no account.
    monkeypatch.setattr(work, "load_rules", lambda _: None)
    monkeypatch.setattr(work.Work, "check", lambda _: None)


def wired(quotas: str) -> work.Work:
    return work.wire(FunctionSettings.from_environ(GIVEN | {"SIEM_QUOTAS": quotas}))


@pytest.mark.parametrize(
    ("text", "quotas"), [("", Quotas()), ("queries=50 starts=8", Quotas(queries=50, starts=8))]
)
def test_searches_are_admitted_to_the_quotas_of_the_environment(text: str, quotas: Quotas) -> None:
    assert wired(text)._parts.search._quotas == quotas


def test_quotas_that_make_no_sense_are_said_at_the_start() -> None:
    with pytest.raises(BotError, match="`many` is no quota"):
        wired("many")
