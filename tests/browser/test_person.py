"""What a person does with the page, in a real browser: asks, reads, saves, moves about, on two sizes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

if BROWSER is None:
    pytest.skip(
        "No browser: chromium, chromium-browser or google-chrome is not on the PATH.",
        allow_module_level=True,
    )

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402 - see above

SECONDS = 20_000
"""What an answer may take, in milliseconds: two cores run everything."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A demo of its own; the address of its page."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"SIEM_DATA": str(tmp_path_factory.mktemp("data"))},
    )  # fmt: skip
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if found := re.search(r"siem is running: (\S+)", line):
                yield found[1]
                break
        else:
            pytest.fail("the demo ended: " + "".join(lines) + process.stderr.read())
    finally:
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)
    assert "Traceback" not in complaints, complaints


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page that is open, and what its console complained of."""

    def __init__(self, browser: Browser, address: str, **context) -> None:
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)
        self.page.goto(address)

    def _said(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []

    def type(self, text: str) -> None:
        box = self.page.locator("#composer-text")
        box.fill(text)
        box.press("Escape")
        box.press("Enter")

    def newest(self, words: str):
        """The newest message in the channel with these words in it."""
        return self.page.locator("#channel article.message", has_text=words).last

    def fits(self) -> bool:
        """Nothing stands out of the page sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
def desk(browser, address):
    visit = Visit(browser, address, viewport={"width": 1280, "height": 860})
    yield visit
    visit.close()


@pytest.fixture
def phone(browser, address):
    visit = Visit(
        browser, address, viewport={"width": 390, "height": 844}, color_scheme="dark",
        has_touch=True, is_mobile=True,
    )  # fmt: skip
    yield visit
    visit.close()


def test_a_question_is_typed_answered_saved_and_asked_again(desk, tmp_path):
    page = desk.page
    page.locator("#composer-text").press_sequentially("/siem")
    expect(page.locator("#channel .suggestions")).to_contain_text("RULE")
    desk.type("/siem s3-writes my-bucket 24h")
    answer = desk.newest("s3-writes my-bucket 24h")
    expect(answer.locator("thead th").first).to_contain_text("time", timeout=SECONDS)
    expect(answer.locator("thead")).to_contain_text("operation")
    expect(answer.locator("tbody tr").first).to_contain_text(re.compile("Object|Upload"))

    answer.get_by_role("button", name="As CSV").click()
    answer.locator(".replies").click()
    file = page.locator("#thread .file")
    expect(file).to_be_visible(timeout=SECONDS)
    with page.expect_download() as download:
        file.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_text("utf-8-sig").startswith("time,operation,key,who")
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()

    before = page.locator("#channel article.message .data-table").count()
    answer.get_by_role("button", name="Again").click()
    expect(page.locator("#channel article.message .data-table")).to_have_count(
        before + 1, timeout=SECONDS
    )
    assert desk.fits()


def test_people_see_what_is_for_them(desk):
    desk.type("/siem nonsense")
    only_me = desk.page.locator("#channel article.ephemeral", has_text="nonsense")
    expect(only_me).to_be_visible()
    desk.page.select_option("#person", label="responder-2")
    expect(desk.page.locator("#rail")).to_contain_text("America/New_York")
    expect(only_me).to_have_count(0)
    desk.page.select_option("#person", label="guest-1")
    desk.type("/siem event-sources 24h")
    refusal = desk.page.locator("#channel article.ephemeral").last
    expect(refusal).to_contain_text("Guests")
    expect(refusal.locator(".data-table")).to_have_count(0)


def test_a_question_on_a_phone(phone):
    phone.type("/siem event-sources 24h")
    answer = phone.newest("event-sources 24h")
    expect(answer.locator(".data-table")).to_be_visible(timeout=SECONDS)
    assert phone.fits()
    phone.page.get_by_role("button", name="Channels").click()
    phone.page.locator("#rail a", has_text="random").click()
    expect(phone.page.locator("#channel h1")).to_have_text("#random")
    assert phone.fits()


def test_an_incident_is_taken_from_arrival_to_a_verdict(desk, browser, address):
    page = desk.page
    page.locator("#rail summary", has_text="Start an incident").click()
    page.locator("#rail .incident", has_text="Root signs in").click()
    expect(page.locator("#channel h1")).to_have_text("#alerts")
    expect(page.locator("#notice")).to_contain_text("An incident is unfolding")
    alert = desk.newest("The root user was used")
    expect(alert.get_by_role("button", name="Acknowledge")).to_be_visible(timeout=SECONDS)

    # Its first question: the answer is beside it, with who asked, and its rows are in the thread.
    question = alert.locator(".section", has=page.locator("button", has_text="Run")).first
    question.locator("button").click()
    expect(question).to_contain_text("responder-1", timeout=SECONDS)
    expect(alert.locator(".replies")).to_be_visible(timeout=SECONDS)
    box = alert.get_by_role("checkbox").first
    box.check()
    expect(alert).to_contain_text("responder-1", timeout=SECONDS)

    other = Visit(browser, f"{address}#/alerts", viewport={"width": 390, "height": 844})
    other.page.evaluate("sessionStorage.setItem('person', 'responder-2')")
    other.page.reload()
    same = other.newest("The root user was used")
    same.get_by_role("button", name="Acknowledge").click()
    expect(alert).to_contain_text("responder-2", timeout=SECONDS)
    expect(alert.get_by_role("button", name="Acknowledge")).to_have_count(0)
    assert other.fits()
    other.close()

    alert.get_by_role("button", name="Resolve").click()
    modal = page.locator("dialog.modal")
    modal.get_by_role("radio").first.check()
    modal.get_by_role("textbox").first.fill("Not planned; the password is changed.")
    modal.locator("footer .button.primary").click()
    expect(modal).to_have_count(0)
    expect(alert).to_contain_text(re.compile("resolved", re.IGNORECASE), timeout=SECONDS)
    expect(alert).to_contain_text("Not planned", timeout=SECONDS)
    assert desk.fits()
