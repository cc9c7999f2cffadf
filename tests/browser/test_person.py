"""What a person does with the page, in a real browser: asks, reads, saves, moves about, on two sizes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.visiting import DESK, PHONE, expect

ROOT = Path(__file__).parents[2]


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


@pytest.fixture
def desk(visit, address):
    return visit(address, **DESK)


@pytest.fixture
def phone(visit, address):
    return visit(address, **PHONE)


def test_a_question_is_typed_answered_saved_and_asked_again(desk, tmp_path):
    page = desk.page
    page.locator("#composer-text").press_sequentially("/siem")
    expect(page.locator("#channel .suggestions")).to_contain_text("RULE")
    desk.type("/siem s3-writes my-bucket 24h")
    answer = desk.newest("s3-writes my-bucket 24h")
    expect(answer.locator("thead th").first).to_contain_text("time")
    expect(answer.locator("thead")).to_contain_text("operation")
    expect(answer.locator("tbody tr").first).to_contain_text(re.compile("Object|Upload"))

    answer.get_by_role("button", name="As CSV").click()
    answer.locator(".replies").click()
    file = page.locator("#thread .file")
    expect(file).to_be_visible()
    with page.expect_download() as download:
        file.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_text("utf-8-sig").startswith("time,operation,key,who")
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()

    before = page.locator("#channel article.message .data-table").count()
    answer.get_by_role("button", name="Again").click()
    expect(page.locator("#channel article.message .data-table")).to_have_count(before + 1)
    assert desk.fits()


def test_people_see_what_is_for_them(desk):
    desk.type("/siem nonsense")
    only_me = desk.page.locator("#channel article.ephemeral", has_text="nonsense")
    expect(only_me).to_be_visible()
    desk.become("responder-2")
    expect(desk.page.locator("#rail")).to_contain_text("America/New_York")
    expect(only_me).to_have_count(0)
    desk.become("guest-1")
    desk.type("/siem event-sources 24h")
    refusal = desk.page.locator("#channel article.ephemeral").last
    expect(refusal).to_contain_text("Guests")
    expect(refusal.locator(".data-table")).to_have_count(0)


def test_a_question_on_a_phone(phone):
    phone.type("/siem event-sources 24h")
    answer = phone.newest("event-sources 24h")
    expect(answer.locator(".data-table")).to_be_visible()
    assert phone.fits()
    phone.page.get_by_role("button", name="Channels").click()
    phone.page.locator("#rail a", has_text="random").click()
    expect(phone.page.locator("#channel h1")).to_have_text("#random")
    assert phone.fits()


def test_an_incident_is_taken_from_arrival_to_a_verdict(desk, visit, address):
    page = desk.page
    page.locator("#rail summary", has_text="Start an incident").click()
    page.locator("#rail .incident", has_text="Root signs in").click()
    expect(page.locator("#channel h1")).to_have_text("#alerts")
    expect(page.locator("#notice")).to_contain_text("An incident is unfolding")
    alert = desk.newest("The root user was used")
    expect(alert.get_by_role("button", name="Acknowledge")).to_be_visible()

    # Its first question: the answer is beside it, with who asked, and its rows are in the thread.
    question = alert.locator(".section", has=page.locator("button", has_text="Run")).first
    question.locator("button").click()
    expect(question).to_contain_text("responder-1")
    expect(alert.locator(".replies")).to_be_visible()
    box = alert.get_by_role("checkbox").first
    box.check()
    expect(alert).to_contain_text("responder-1")

    other = visit(f"{address}#/alerts", viewport={"width": 390, "height": 844})
    other.page.get_by_role("button", name="Channels").click()
    other.become("responder-2")
    other.page.keyboard.press("Escape")
    same = other.newest("The root user was used")
    same.get_by_role("button", name="Acknowledge").click()
    expect(alert).to_contain_text("responder-2")
    expect(alert.get_by_role("button", name="Acknowledge")).to_have_count(0)
    assert other.fits()

    alert.get_by_role("button", name="Resolve").click()
    modal = page.locator("dialog.modal")
    modal.get_by_role("radio").first.check()
    modal.get_by_role("textbox").first.fill("Not planned; the password is changed.")
    modal.locator("footer .button.primary").click()
    expect(modal).to_have_count(0)
    expect(alert).to_contain_text(re.compile("resolved", re.IGNORECASE))
    expect(alert).to_contain_text("Not planned")
    assert desk.fits()
