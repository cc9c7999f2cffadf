"""How property tests run: the same examples each time, as long as they take."""

from hypothesis import settings

# A deadline would fail a test because the machine is busy, random examples because of luck.
settings.register_profile("same", deadline=None, derandomize=True)
settings.load_profile("same")
