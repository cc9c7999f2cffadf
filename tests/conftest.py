"""How property tests run: the same examples each time, as long as they take. Servers end with the tests."""

from hypothesis import settings

from tests import stand_ins

# A deadline would fail a test because the machine is busy, random examples because of luck.
settings.register_profile("same", deadline=None, derandomize=True)
settings.load_profile("same")


def pytest_unconfigure() -> None:
    """End the servers that the tests of this process have started."""
    stand_ins.stop()
