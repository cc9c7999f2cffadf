"""The page: what is served, under which headers, to whom, and that it cannot parse text as markup."""

from __future__ import annotations

import asyncio
import json
import re
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import BotError
from bot.local import workbench
from bot.local.workbench import HEADERS, PAGE, add_incidents, add_page

FILES = sorted(path.name for path in PAGE.iterdir())
SCRIPTS = [name for name in FILES if name.endswith(".js")]
STYLES = [name for name in FILES if name.endswith(".css")]


def ask(path="/", method="GET", **headers):
    """One request to an application that has the page: status, headers and text."""

    async def run():
        application = web.Application()
        add_page(application)
        async with TestClient(TestServer(application)) as client:
            response = await client.request(method, path, headers=headers)
            return response.status, response.headers, await response.text()

    return asyncio.run(run())


def source(name):
    return (PAGE / name).read_text()


def test_the_page_is_at_the_root():
    status, headers, text = ask("/")

    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>siem · local workspace</title>" in text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main.js", "text/javascript"),
        ("theme.css", "text/css"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_a_file_has_the_type_that_nosniff_needs(name, kind):
    status, headers, text = ask(f"/{name}")

    assert (status, headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
    assert text == source(name)


def test_every_file_of_the_folder_is_served_and_nothing_else():
    application = web.Application()
    add_page(application)

    served = {
        route.resource.canonical for route in application.router.routes() if route.method == "GET"
    }

    assert served == {"/" if name == "index.html" else f"/{name}" for name in FILES}


def test_what_is_not_part_of_the_page_is_not_served(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("page")
    (tmp_path / "notes.txt").write_text("not for you")
    (tmp_path / ".main.js.swp").write_text("not for you")
    monkeypatch.setattr(workbench, "PAGE", tmp_path)

    assert ask("/")[0] == 200
    assert ask("/notes.txt")[0] == 404
    assert ask("/.main.js.swp")[0] == 404


@pytest.mark.parametrize("path", ["/../workbench.py", "/%2e%2e/workbench.py", "/..%2fworkbench.py"])
def test_nothing_outside_the_folder_can_be_reached(path):
    assert ask(path)[0] == 404


def test_the_page_is_read_only():
    assert ask("/", method="POST")[0] == 405


@pytest.mark.parametrize("path", ["/", "/main.js"])
def test_the_headers_are_strict(path):
    _, headers, _ = ask(path)

    assert {name: headers[name] for name in HEADERS} == HEADERS
    policy = dict(part.strip().split(" ", 1) for part in HEADERS[CSP].split(";"))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }


CSP = "Content-Security-Policy"


@pytest.mark.parametrize("path", ["/", "/main.js"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.com"},
        {"Host": "127.0.0.1.example.com"},
        {"Host": "192.0.2.1"},
        {"Host": "[::1"},
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
    ],
)
def test_a_foreign_host_or_origin_is_refused(path, headers):
    status, _, text = ask(path, **headers)

    assert status == 403
    assert "siem ·" not in text
    assert "import" not in text


@pytest.mark.parametrize("host", ["localhost:1234", "127.0.0.1:1234", "[::1]:1234"])
def test_every_name_of_this_machine_is_let_in(host):
    assert ask("/", Host=host, Origin=f"http://{host}")[0] == 200


# ----------------------------------------------------------------------- what the page is made of
def test_the_page_has_no_script_or_style_of_its_own_and_none_from_elsewhere():
    page = source("index.html")

    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page) == []
    linked = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert sorted(linked) == sorted(["icon.svg", "main.js", *STYLES])


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_what_it_is_for_and_imports_only_what_exists(name):
    text = source(name)

    assert re.match(r"// [A-Z].*\.\n", text)
    assert len(text.splitlines()) <= 300
    imported = re.findall(r'^(?:import|export)\b[^"]*from "([^"]+)"', text, re.MULTILINE)
    assert {path.removeprefix("./") for path in imported} <= set(SCRIPTS)
    assert all(path.startswith("./") for path in imported)


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize(
    "way",
    [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "setHTMLUnsafe",
        "createContextualFragment",
        "document.write",
        "DOMParser",
        "eval(",
        "new Function",
        "import(",
        "javascript:",
    ],
)
def test_no_script_has_a_way_to_turn_text_into_markup_or_code(name, way):
    assert way not in source(name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_name_that_is_imported_is_exported(name):
    for names, path in re.findall(r'^import \{([^}]+)\} from "\./([^"]+)"', source(name), re.M):
        for wanted in (each.strip() for each in names.split(",")):
            assert re.search(
                rf"^export (?:async )?(?:function|const) {wanted}\b", source(path), re.M
            ), f"{path} has no {wanted}"


@pytest.mark.parametrize("name", STYLES)
def test_a_style_fetches_nothing(name):
    assert "url(" not in source(name)
    assert "@import" not in source(name)


def test_addresses_are_set_in_few_places_and_only_from_what_was_checked():
    """`href` is the one way from text to a place to go: `link` checks it, the rest is our own."""
    found = [
        (name, line.strip())
        for name in SCRIPTS
        for line in source(name).splitlines()
        if re.search(r"\.(href|src|action) = ", line)
    ]

    assert found == [
        ("dom.js", "node.href = href;"),
        ("heads.js", "node.href = address;"),
        ("message.js", "save.href = fileAddress(file.id);"),
        ("rail.js", "node.href = addressOf(channel.id);"),
    ]


# --------------------------------------------------------------------------------- the incidents
OFFERED = [
    SimpleNamespace(id="key", title="A key leaks", story="Somebody finds it."),
    SimpleNamespace(id="trail", title="The trail stops", story="Somebody stops it."),
]


def incidents(*bodies, **headers):
    """Post each body to an application that offers two incidents; the answers, and what began."""
    begun = []

    def begin(incident):
        if incident not in ("key", "trail"):
            raise BotError("There is no such incident.")
        if incident in begun:
            raise BotError("This incident is unfolding already.")
        begun.append(incident)

    async def run():
        application = web.Application()
        add_incidents(application, OFFERED, begin, lambda: begun)
        answers = []
        async with TestClient(TestServer(application)) as client:
            for body in bodies:
                response = await client.post("/_demo/incidents", data=body, headers=headers)
                answers.append((response.status, await response.json()))
            response = await client.get("/_demo/incidents", headers=headers)
            answers.append((response.status, await response.json()))
        return answers

    return asyncio.run(run()), begun


def test_an_incident_is_listed_and_started_once():
    answers, begun = incidents('{"id": "key"}', '{"id": "key"}')

    assert begun == ["key"]
    assert answers[0] == (200, {"ok": True})
    assert answers[1] == (409, {"ok": False, "detail": "This incident is unfolding already."})
    assert answers[2][1]["incidents"] == [
        {"id": "key", "title": "A key leaks", "story": "Somebody finds it.", "unfolding": True},
        {
            "id": "trail",
            "title": "The trail stops",
            "story": "Somebody stops it.",
            "unfolding": False,
        },
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[]", 400),
        ("[" * 100_000, 400),
        ('{"id": 1}', 400),
        (b"\xff", 400),
        (json.dumps({"id": "\x00" * 1000}), 404),
    ],
)
def test_what_makes_no_sense_starts_nothing(body, status):
    answers, begun = incidents(body)

    assert (answers[0][0], answers[0][1]["ok"], begun) == (status, False, [])


def test_another_site_starts_nothing():
    answers, begun = incidents('{"id": "key"}', Origin="https://evil.example.com")

    assert ([status for status, _ in answers], begun) == ([403, 403], [])


def test_without_incidents_the_page_is_told_so():
    assert ask("/_demo/incidents")[0] == 404
