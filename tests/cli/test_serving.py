"""How a serving process knows that it is well, and rules that change under whoever holds them."""

from __future__ import annotations

import pytest

from bot.app.ports import Job
from bot.cli.live_rules import LiveRules, LiveSources
from bot.cli.serving import LATE_TICK, STORE_EVERY, Pulse, Writable, _away, _slack_client
from bot.errors import BotError
from bot.rules.card import Source
from tests.fakes import RULES, MemoryStore


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_pulse_is_a_tick_that_ended_well() -> None:
    clock = Seconds()
    pulse = Pulse(clock)
    broken = [False]

    def tick(_: Job) -> None:
        if broken[0]:
            raise BotError("no")

    felt = pulse.felt(tick)
    clock.now += LATE_TICK
    assert pulse.probe() is None
    clock.now += 1
    assert pulse.probe() == "no tick has ended for 181 s"
    felt(Job("tick", "tick", {}))
    assert pulse.probe() is None
    clock.now += LATE_TICK + 1
    broken[0] = True
    with pytest.raises(BotError):
        felt(Job("tick", "tick", {}))
    assert pulse.probe() is not None


def test_the_store_is_written_now_and_then_by_however_many() -> None:
    clock, store = Seconds(), MemoryStore()
    one, other = Writable(store, clock), Writable(store, clock)
    for _ in range(3):
        assert one.probe() is None
        assert other.probe() is None
        one.probe()
        clock.now += STORE_EVERY
    kept = store.get("health/written")
    assert kept is not None
    assert kept.version == 6


def test_a_store_that_cannot_be_written_is_seen_until_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError("no space")

    writable = Writable(MemoryStore(), Seconds())
    with monkeypatch.context() as broken:
        broken.setattr(MemoryStore, "put", full)
        for _ in range(2):
            with pytest.raises(OSError, match="no space"):
                writable.probe()
    assert writable.probe() is None


def test_away_for_long_is_not_well() -> None:
    assert _away(0.0, 0.0) is None
    assert _away(59.0, 60.0) is None
    assert _away(61.0, 60.0) == "no connection to Slack for 61 s"


def test_the_proxy_has_its_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("https_proxy", "http://192.0.2.1:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert _slack_client("xoxb-1", None).proxy == "http://192.0.2.1:3128"
    assert _slack_client("xoxb-1", "http://127.0.0.1:1/api/").proxy is None


def test_who_holds_the_rules_sees_the_new_ones() -> None:
    rules, sources = LiveRules(RULES), LiveSources({})
    begun = iter(rules)
    rules.now, sources.now = RULES[:1], {"s": Source("s", ("g",), None)}
    assert list(begun) == list(RULES)
    assert list(rules) == [RULES[0]]
    assert (len(rules), rules[0], rules[:5]) == (1, RULES[0], RULES[:1])
    assert (len(sources), list(sources), sources["s"].groups) == (1, ["s"], ("g",))
    assert sources.get("t") is None
