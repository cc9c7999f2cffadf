"""Nothing goes wrong: the world in which everything else is tried works."""

from __future__ import annotations

from tests.faults.world import World


def test_without_faults_a_question_is_answered_and_an_alert_rings(world: World) -> None:
    world.happens("StopLogging")
    world.command("calls StopLogging")
    world.rest()
    (answer,) = world.texts()
    assert answer.endswith("1 row in 2026-11-23 13:00 – 2026-11-24 13:00 (Europe/Berlin).")  # noqa: RUF001

    world.tick()
    world.rest()
    (alert,) = world.texts("alerts")
    assert alert.startswith("🔴 Critical: A trail was stopped (1 finding)")
