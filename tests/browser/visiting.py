"""The browser, visits to the page, and a stage: a workspace with its page, and a bot that does as the test says."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.local.slack_http import PATH, slack_application
from bot.local.workbench import add_incidents, add_page
from bot.local.workspace import Workspace
from bot.local.workspace.seed import read_seed
from tests.local.workspace.driving import APP_TOKEN, SECRET, TOKEN, Local, Loop

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

from playwright.sync_api import Browser, Page, expect  # noqa: E402 - see above

SECONDS = 20_000
"""What an answer may take, in milliseconds: two cores run everything."""

expect.set_options(timeout=SECONDS)

DESK = {"viewport": {"width": 1280, "height": 860}}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True,
    "is_mobile": True,
}  # fmt: skip

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class Visit:
    """A page that is open, and what its console complained of."""

    def __init__(self, browser: Browser, address: str, person: str = "", **context) -> None:
        """Open the address as the first person, or as the one with this id."""
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.page.add_init_script(WATCH)
        if person:
            self.page.add_init_script(f"if (location.host) sessionStorage.person ??= {person!r}")
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)
        self.page.goto(address)

    def _said(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def close(self) -> None:
        """Leave; nothing was complained of, and nothing was refused by the policy."""
        violations = self.page.evaluate("window.violations ?? []")
        self.context.close()
        assert self.complaints == [], self.complaints
        assert violations == []

    def type(self, text: str, box: str = "#composer-text") -> None:
        """Type a message and send it."""
        where = self.page.locator(box)
        where.fill(text)
        where.press("Escape")
        where.press("Enter")

    def become(self, name: str) -> None:
        """Be somebody else, and wait until the page shows what they see."""
        self.page.select_option("#person", label=name)
        key = self.page.locator("#person").input_value()
        expect(self.page.locator(f"#channel[data-person='{key}']")).to_be_visible()

    def newest(self, words: str):
        """The newest message in the channel with these words in it."""
        return self.page.locator("#channel article.message", has_text=words).last

    def fits(self) -> bool:
        """Nothing stands out of the page sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


SEED = """
team: {id: T0ACME, name: Acme, domain: acme}
other_teams: [{id: T0PARTNER, name: Partner, domain: partner}]
users:
  - {name: responder-1, zone: Europe/Berlin}
  - {name: responder-2, zone: America/New_York}
  - {name: guest-1, guest: true}
  - {name: gone-1, deactivated: true}
  - {name: otherbot, bot: true}
channels:
  - {name: siem}
  - {name: board, private: true, members: [responder-1, helper]}
  - {name: old, archived: true}
  - {name: joint, shared: true}
  - {name: quiet, members: [responder-1, responder-2], topic: Without the bot}
user_groups: [{handle: on-call, users: [responder-1]}]
app:
  name: helper
  commands: [{command: /siem, description: Asks, usage_hint: "[help]"}]
  shortcuts:
    - {callback_id: anything, name: Look at everything, type: global}
    - {callback_id: this, name: Look at this, type: message}
  scopes: [commands, "chat:write", "channels:read", "channels:history", "files:write", "app_mentions:read",
    "reactions:write", "reactions:read", "im:history", "im:write", "groups:read", "groups:history"]
messages:
  - {channel: siem, user: gone-1, text: Who is on call?, replies: [{user: responder-2, text: I am.}]}
  - {channel: old, user: responder-1, text: The last word}
"""


def set_up(seed: str = SEED) -> Local:
    """A workspace with its page and a Bolt app without listeners; `loop.stop()` ends both."""
    told = read_seed("seed.yml", seed)
    loop = Loop()
    workspace = Workspace(
        "", SECRET, TOKEN, lambda: datetime.now(UTC), app_token=APP_TOKEN, directory=told.directory
    )
    workspace.begin_with(told.messages)
    workspace.allow_blocks_alone()
    application = workspace.application()
    add_page(application)
    add_incidents(application, (), _nothing_begins, lambda: ())
    url = workspace.base_url = loop.serve(application)
    client = WebClient(TOKEN, base_url=f"{url}/api/")
    bolt = App(client=client, signing_secret=SECRET, token_verification_enabled=False)
    workspace.app_url = loop.serve(slack_application(bolt)) + PATH
    return Local(workspace, bolt, client, loop, url)


def _nothing_begins(_: str) -> None:
    raise AssertionError("there are no incidents here")
