"""A browser for each file; a stage, a desk and a phone for each test.

Not one for the session: while it is open its thread runs an event loop, and others want one there.
"""

from __future__ import annotations

import shutil

import pytest

if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
    from playwright.sync_api import sync_playwright

    from tests.browser.visiting import BROWSER, DESK, FLAGS, PHONE, Visit, set_up

    @pytest.fixture(scope="module")
    def browser():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
            yield browser
            browser.close()

    @pytest.fixture
    def stage():
        """A workspace with its page; `stage.bolt` takes listeners."""
        local = set_up()
        yield local
        local.loop.stop()

    @pytest.fixture
    def visit(browser):
        """Opens pages; all are left at the end, and none may have complained."""
        visits = []

        def open_page(address, **context):
            visits.append(Visit(browser, address, **context))
            return visits[-1]

        yield open_page
        for each in visits:
            each.close()

    @pytest.fixture
    def desk(visit, stage):
        return visit(f"{stage.url}/#/siem", **DESK)

    @pytest.fixture
    def phone(visit, stage):
        return visit(f"{stage.url}/#/siem", **PHONE)
