"""The doors of the validator: what each takes, where it points, and what an error looks like."""

from __future__ import annotations

import pytest

from bot.local.workspace import check_blocks, check_message, check_view
from bot.local.workspace.blockkit.payload import (
    VIEWS,
    check_content,
    check_payload,
    metadata_problem,
)
from bot.local.workspace.blockkit.problem import CODES, CONSTRAINTS, Problem, step
from tests.local.workspace.blockkit.samples import (
    button,
    image,
    inline,
    line,
    mrkdwn,
    option,
    plain,
    raw,
    rich,
    sample,
)
from tests.local.workspace.driving import actions, section

TAKEN = {
    "a section that is plain": [{"type": "section", "text": plain(), "expand": True}],
    "fields alone": [{"type": "section", "fields": [mrkdwn(), plain()]}],
    "verbatim": [{"type": "context", "elements": [mrkdwn("x", verbatim=True)]}],
    "no emoji": [{"type": "header", "text": plain("x", emoji=False)}],
    "a link of a button": [actions(button(url="slack://open", style="danger"))],
    "marked boxes": [
        actions({"type": "checkboxes", "options": [option(text=mrkdwn(), description=mrkdwn())]})
    ],
    "a menu with links": [
        actions({"type": "overflow", "options": [option(url="https://example.com")]})
    ],
    "an image": [section("x", accessory=image())],
    "an image that slack has": [
        {"type": "image", "alt_text": "x", "slack_file": {"url": "https://files.example.com/x"}}
    ],
    "a table of numbers, with gaps": [
        sample(
            "blocks/table",
            rows=[[{"type": "raw_number", "value": 1, "text": "1"}, rich()]],
            column_settings=[None, {"align": "right", "is_wrapped": True}],
        )
    ],
    "two data tables": [sample("blocks/data_table"), sample("blocks/data_table")],
    "a table and a data table": [sample("blocks/table"), sample("blocks/data_table")],
    "a file in a message": [sample("blocks/file")],
    "rich text": [
        rich(
            line(
                inline(style={"bold": True, "code": False}),
                {"type": "link", "url": "https://example.com", "text": "x", "unsafe": True},
                {"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fb", "skin_tone": 2},
                {"type": "emoji", "name": "+1::skin-tone-6"},
                {"type": "user", "user_id": "W1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "x"},
                {"type": "color", "value": "#fff"},
            ),
            line(line(inline()), kind="rich_text_list", style="ordered", indent=8, offset=4),
            line(inline("log"), kind="rich_text_preformatted", border=1, language="json"),
            line(kind="rich_text_quote"),
        )
    ],
    "null is as good as nothing": [section("x", fields=None, accessory=None, block_id=None)],
    "nothing": [],
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_slack_takes(name):
    assert check_blocks(TAKEN[name]) == []


REFUSED = {
    "not a list": ("x", "/blocks", "invalid_type"),
    "an object instead": ({}, "/blocks", "invalid_type"),
    "not an object": (["x"], "/blocks/0", "invalid_type"),
    "null": ([None], "/blocks/0", "invalid_type"),
    "no type": ([{}], "/blocks/0", "missing_field"),
    "unknown type": ([{"type": "sectoin"}], "/blocks/0/type", "failed_constraint"),
    "type is a list": ([{"type": ["section"]}], "/blocks/0/type", "invalid_type"),
    "type is a number": ([{"type": 1}], "/blocks/0/type", "invalid_type"),
    "the type of an element": ([button()], "/blocks/0/type", "failed_constraint"),
    "unknown field": ([section("x", txet=1)], "/blocks/0/txet", "failed_constraint"),
    "type in an object that has none": (
        [actions(button(confirm={"type": "confirm", **sample("objects/confirm")}))],
        "/blocks/0/elements/0/confirm/type",
        "failed_constraint",
    ),
    "block_id on an element": (
        [actions(button(block_id="b"))],
        "/blocks/0/elements/0/block_id",
        "failed_constraint",
    ),
    "an empty section": ([{"type": "section"}], "/blocks/0", "failed_constraint"),
    "text is a string": ([{"type": "section", "text": "x"}], "/blocks/0/text", "invalid_type"),
    "text without text": (
        [{"type": "header", "text": {"type": "plain_text"}}],
        "/blocks/0/text",
        "missing_field",
    ),
    "text without a type": (
        [{"type": "header", "text": {"text": "x"}}],
        "/blocks/0/text",
        "missing_field",
    ),
    "text is a number": ([section(5)], "/blocks/0/text/text", "invalid_type"),
    "emoji in mrkdwn": (
        [{"type": "section", "text": mrkdwn(emoji=True)}],
        "/blocks/0/text/emoji",
        "failed_constraint",
    ),
    "verbatim in plain text": (
        [{"type": "section", "text": plain(verbatim=True)}],
        "/blocks/0/text/verbatim",
        "failed_constraint",
    ),
    "verbatim is a word": (
        [{"type": "section", "text": mrkdwn(verbatim="yes")}],
        "/blocks/0/text/verbatim",
        "invalid_type",
    ),
    "a header in mrkdwn": (
        [{"type": "header", "text": mrkdwn()}],
        "/blocks/0/text/type",
        "failed_constraint",
    ),
    "a button in mrkdwn": (
        [actions(button(text=mrkdwn()))],
        "/blocks/0/elements/0/text/type",
        "failed_constraint",
    ),
    "a select option in mrkdwn": (
        [actions({"type": "static_select", "options": [option(text=mrkdwn())]})],
        "/blocks/0/elements/0/options/0/text/type",
        "failed_constraint",
    ),
    "a link outside a menu": (
        [actions({"type": "static_select", "options": [option(url="https://example.com")]})],
        "/blocks/0/elements/0/options/0/url",
        "failed_constraint",
    ),
    "a button in context": (
        [{"type": "context", "elements": [button()]}],
        "/blocks/0/elements/0/type",
        "failed_constraint",
    ),
    "style": ([actions(button(style="blue"))], "/blocks/0/elements/0/style", "failed_constraint"),
    "an empty start": (
        [actions({"type": "checkboxes", "options": [option()], "initial_options": []})],
        "/blocks/0/elements/0/initial_options",
        "failed_constraint",
    ),
    "options twice": (
        [
            actions(
                {
                    "type": "static_select",
                    "options": [option()],
                    "option_groups": [sample("objects/option_group")],
                }
            )
        ],
        "/blocks/0/elements/0",
        "failed_constraint",
    ),
    "a flag that is a word": ([section("x", expand="yes")], "/blocks/0/expand", "invalid_type"),
    "a flag that is a number": ([section("x", expand=1)], "/blocks/0/expand", "invalid_type"),
    "an image without an address": (
        [{"type": "image", "alt_text": "x"}],
        "/blocks/0",
        "failed_constraint",
    ),
    "an image with two": (
        [image(slack_file={"id": "F1"})],
        "/blocks/0",
        "failed_constraint",
    ),
    "two addresses of a file": (
        [
            {
                "type": "image",
                "alt_text": "x",
                "slack_file": {"id": "F1", "url": "https://example.com"},
            }
        ],
        "/blocks/0/slack_file",
        "failed_constraint",
    ),
    "a cell in mrkdwn": (
        [{"type": "table", "rows": [[mrkdwn()]]}],
        "/blocks/0/rows/0/0/type",
        "failed_constraint",
    ),
    "a button in a table": (
        [{"type": "table", "rows": [[sample("cells/action")]]}],
        "/blocks/0/rows/0/0/type",
        "failed_constraint",
    ),
    "a row that is an object": (
        [{"type": "table", "rows": [{}]}],
        "/blocks/0/rows/0",
        "invalid_type",
    ),
    "a page that is true": (
        [sample("blocks/data_table", page_size=True)],
        "/blocks/0/page_size",
        "invalid_type",
    ),
    "a page that is a fraction": (
        [sample("blocks/data_table", page_size=5.0)],
        "/blocks/0/page_size",
        "invalid_type",
    ),
    "a value that is text": (
        [sample("blocks/table", rows=[[{"type": "raw_number", "value": "1", "text": "1"}]])],
        "/blocks/0/rows/0/0/value",
        "invalid_type",
    ),
    "a negative slice": (
        [
            sample(
                "blocks/data_visualization",
                chart={"type": "pie", "segments": [{"label": "a", "value": -1}]},
            )
        ],
        "/blocks/0/chart/segments/0/value",
        "failed_constraint",
    ),
    "an unknown chart": (
        [sample("blocks/data_visualization", chart={"type": "donut"})],
        "/blocks/0/chart/type",
        "failed_constraint",
    ),
    "an unknown style": (
        [rich(line(inline(style={"blink": True})))],
        "/blocks/0/elements/0/elements/0/style/blink",
        "failed_constraint",
    ),
    "a mention in preformatted text": (
        [rich(line({"type": "user", "user_id": "U1"}, kind="rich_text_preformatted"))],
        "/blocks/0/elements/0/elements/0/type",
        "failed_constraint",
    ),
    "a list in a list": (
        [
            rich(
                line(
                    line(line(inline()), kind="rich_text_list", style="bullet"),
                    kind="rich_text_list",
                    style="bullet",
                )
            )
        ],
        "/blocks/0/elements/0/elements/0/type",
        "failed_constraint",
    ),
    "a container in a container": (
        [sample("blocks/container", child_blocks=[sample("blocks/container")])],
        "/blocks/0/child_blocks/0/type",
        "failed_constraint",
    ),
    "markdown in a container": (
        [sample("blocks/container", child_blocks=[sample("blocks/markdown")])],
        "/blocks/0/child_blocks/0/type",
        "failed_constraint",
    ),
    "two icons": (
        [sample("blocks/card", icon=image(), slack_icon=sample("icons/icon"))],
        "/blocks/0",
        "failed_constraint",
    ),
    "an icon that slack has not": (
        [sample("blocks/card", slack_icon={"type": "icon", "name": "bell"})],
        "/blocks/0/slack_icon/name",
        "failed_constraint",
    ),
    "a card in nothing but an icon": (
        [{"type": "card", "icon": image()}],
        "/blocks/0",
        "failed_constraint",
    ),
    "a task of a plan in another type": (
        [sample("blocks/plan", tasks=[sample("objects/task", type="card")])],
        "/blocks/0/tasks/0/type",
        "failed_constraint",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_slack_refuses(name):
    blocks, pointer, code = REFUSED[name]

    problems = check_blocks(blocks)

    assert [(problem.pointer, problem.code) for problem in problems] == [(pointer, code)]


def test_an_error_looks_as_the_page_of_blocks_validate_shows_one():
    """https://docs.slack.dev/reference/methods/blocks.validate, its only example."""
    blocks = [{"type": "section", "text": {"type": "invalid", "text": "Hello"}}]

    (problem,) = check_blocks(blocks, "any", "")

    assert problem.as_slack() == {
        "code": "failed_constraint",
        "message": "unsupported type: invalid",
        "pointer": "/0/text/type",
        "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"], "got": "invalid"},
    }


def test_errors_are_told_as_slacks_own_library_words_them():
    """As https://github.com/slackhq/hack-json-schema and reported answers of Slack have them."""
    words = {
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]": [
            section("x" * 3001)
        ],
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]": [section("")],
        "[ERROR] no more than 25 items allowed [json-pointer:/blocks/0/elements]": [
            actions(*(button(f"b{n}") for n in range(26)))
        ],
        "[ERROR] missing required field: alt_text [json-pointer:/blocks/0]": [
            sample("blocks/image", alt_text=...)
        ],
        "[ERROR] unsupported type: container [json-pointer:/blocks/0/type]": [],
    }
    for said, blocks in words.items():
        if blocks:
            assert [str(problem) for problem in check_blocks(blocks)] == [said]
    (problem,) = check_blocks([sample("blocks/container")], "modal", "/view/blocks")
    assert str(problem).startswith("[ERROR] unsupported type: container")


def test_all_problems_are_told_at_once_in_the_order_of_the_payload():
    blocks = [
        {"type": "header", "text": mrkdwn(), "block_id": ""},
        {"type": "actions", "elements": [button("a", style="x"), button("a"), {"type": "x"}]},
        {"type": "nothing"},
        {"block_id": "b", "type": "image", "title": plain(""), "more": 1},
        section("", accessory=button(value=5)),
    ]

    assert [problem.pointer for problem in check_blocks(blocks, at="")] == [
        *("/0/text/type", "/0/block_id"),
        *("/1/elements/0/style", "/1/elements/1/action_id", "/1/elements/2/type"),
        "/2/type",
        *("/3/title/text", "/3/more", "/3", "/3"),
        *("/4/text/text", "/4/accessory/value"),
    ]


def test_every_code_and_every_kind_of_constraint_is_listed():
    problems = [problem for blocks, *_ in REFUSED.values() for problem in check_blocks(blocks)]

    assert {problem.code for problem in problems} == {*CODES}
    assert {problem.constraint["type"] for problem in problems if problem.constraint} <= {
        *CONSTRAINTS
    }


def test_a_pointer_is_escaped_and_not_endless():
    assert step("a/b~c") == "a~1b~0c"
    assert step("x" * 1000) == "x" * 100
    assert step(5) == "5"


def test_the_surface_decides_how_many_blocks_there_may_be():
    divider = {"type": "divider"}
    for surface, most in (("message", 50), ("any", 50), ("modal", 100), ("home", 100)):
        assert check_blocks([divider] * most, surface) == []
        (problem,) = check_blocks([divider] * (most + 1), surface)
        assert problem == Problem(
            "/blocks", "failed_constraint", f"no more than {most} items allowed"
        )


# ------------------------------------------------------------------------------------------- views
def test_a_view_is_checked_whole():
    view = {
        "title": mrkdwn("x" * 25),
        "blocks": [section("")],
        "private_metadata": 5,
        "id": "V1",
    }

    assert [(p.pointer, p.code) for p in check_view(view)] == [
        ("/view", "missing_field"),
        ("/view/title/type", "failed_constraint"),
        ("/view/blocks/0/text/text", "failed_constraint"),
        ("/view/private_metadata", "invalid_type"),
        ("/view/id", "failed_constraint"),
    ]


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        ("x", "/view"),
        ([], "/view"),
        ({"type": 5}, "/view/type"),
        ({"type": "home", "blocks": []}, "/view/type"),
        ({"type": "sheet"}, "/view/type"),
    ],
)
def test_what_is_no_modal_is_refused(view, pointer):
    assert [problem.pointer for problem in check_view(view)] == [pointer]


def test_a_home_has_no_title_and_no_buttons():
    home = sample("payloads/home", title=plain(), submit=plain(), close=plain())

    assert [p.pointer for p in check_view(home, VIEWS, "")] == ["/title", "/submit", "/close"]


# ---------------------------------------------------------------------------------------- messages
def test_blocks_and_attachments_are_told_apart():
    wrong, twice = [section("")], [sample("blocks/divider", block_id="b")]

    assert check_content([], []) == ([], [])
    assert check_content(None, None) == ([], [])
    before, after = check_content(wrong, [{"color": "blue"}])
    assert [p.pointer for p in before] == ["/blocks/0/text/text"]
    assert [p.pointer for p in after] == ["/attachments/0/color", "/attachments/0"]
    before, after = check_content(twice, [{"blocks": twice}])
    assert (before, [p.pointer for p in after]) == ([], ["/attachments/0/blocks/0/block_id"])
    assert [p.pointer for p in check_content([], "x")[1]] == ["/attachments"]


ATTACHMENTS = {
    "a colour bar": {"color": "#439FE0", "blocks": [section("x")]},
    "a colour by name": {"color": "danger", "fallback": "x"},
    "all of it": {
        **dict.fromkeys(("fallback", "pretext", "author_name", "title", "text", "footer"), "x"),
        **dict.fromkeys(
            ("author_link", "author_icon", "title_link", "image_url", "footer_icon"),
            "https://example.com/a",
        ),
        "mrkdwn_in": ["text", "pretext"],
        "fields": [{"title": "x", "value": "y", "short": True}],
        "ts": 123456789,
    },
    "time as text": {"fallback": "x", "ts": "1720710212.123456"},
    "legacy buttons": {"text": "x", "callback_id": "c", "actions": [sample("payloads/action")]},
}


@pytest.mark.parametrize("name", ATTACHMENTS)
def test_attachments_that_slack_takes(name):
    assert check_payload({"attachments": [ATTACHMENTS[name]]}) == []


@pytest.mark.parametrize(
    ("attachment", "pointer"),
    [
        ({"color": "#439FE0"}, ""),
        ({"text": "x", "color": "red"}, "/color"),
        ({"text": "x", "color": "#12345"}, "/color"),
        ({"text": "x", "thumb_url": "https://a.example", "image_url": "https://a.example"}, ""),
        ({"text": "x", "title_link": "example"}, "/title_link"),
        ({"text": "x", "ts": "yesterday"}, "/ts"),
        ({"text": "x", "ts": True}, "/ts"),
        ({"text": "x", "fields": [{"title": 5}]}, "/fields/0/title"),
        ({"blocks": [{"type": "alert", "text": plain()}]}, "/blocks/0/type"),
        ({"text": "x", "colour": "good"}, "/colour"),
    ],
)
def test_attachments_that_slack_refuses(attachment, pointer):
    (problem,) = check_payload({"attachments": [attachment]})

    assert problem.pointer == f"/attachments/0{pointer}"


def test_a_message_has_something_to_show():
    for message in ({"text": "x"}, {"blocks": []}, {"attachments": [{"text": "x"}]}):
        assert check_payload(message) == []
    assert check_payload({"markdown_text": "**x**"}) == []
    assert [p.pointer for p in check_payload({})] == [""]
    assert [p.pointer for p in check_payload({"thread_ts": "1.2"})] == [""]
    assert [p.pointer for p in check_payload("x")] == [""]


def test_markdown_text_excludes_text_and_blocks():
    wrong = check_payload({"markdown_text": "x", "text": "x", "blocks": []})

    assert [(p.pointer, p.constraint["got"]) for p in wrong] == [
        ("", ["markdown_text", "text"]),
        ("", ["markdown_text", "blocks"]),
    ]


def test_the_bots_own_messages_have_a_text_that_can_be_edited():
    assert check_message({"text": "x", "blocks": [section("x")]}) == []
    for text in (None, "", "  ", 5):
        assert [p.field for p in check_message({"text": text, "blocks": [section("x")]})] == [
            "text"
        ]
    both = {"text": "x", "blocks": [section("")], "attachments": [{"blocks": [section("")]}]}
    assert [p.pointer for p in check_message(both)] == [
        "/blocks/0/text/text",
        "/attachments/0/blocks/0/text/text",
    ]


METADATA = {
    "nothing": ({}, None),
    "flat": ({"event_type": "x", "event_payload": {"a": "b", "c": 1.5, "d": True}}, None),
    "objects": ({"event_type": "x", "event_payload": {"a": {"b": 1}, "c": [{"d": "e"}]}}, None),
    "lists of plain values": ({"event_type": "x", "event_payload": {"a": ["b", 1]}}, None),
    "entities": ({"entities": [{"url": "https://example.com"}]}, None),
    "no type": ({"event_payload": {}}, "invalid_metadata_format"),
    "no payload": ({"event_type": "x"}, "invalid_metadata_format"),
    "more": ({"event_type": "x", "event_payload": {}, "more": 1}, "invalid_metadata_format"),
    "a list": ([], "invalid_metadata_format"),
    "text": ("x", "invalid_metadata_format"),
    "null inside": ({"event_type": "x", "event_payload": {"a": None}}, "invalid_metadata_schema"),
    "deep": (
        {"event_type": "x", "event_payload": {"a": {"b": {"c": 1}}}},
        "invalid_metadata_schema",
    ),
    "a list in a list": (
        {"event_type": "x", "event_payload": {"a": [[1]]}},
        "invalid_metadata_schema",
    ),
}


@pytest.mark.parametrize("name", METADATA)
def test_metadata(name):
    metadata, error = METADATA[name]

    assert metadata_problem(metadata) == error
    assert bool(check_payload({"text": "x", "metadata": metadata})) == bool(error)


def test_a_value_of_metadata_is_pointed_at():
    metadata = {"event_type": "x", "event_payload": {"a/b": {"c~d": []}, "e": [1, {"f": {}}]}}

    assert [p.pointer for p in check_payload({"text": "x", "metadata": metadata})] == [
        "/metadata/event_payload/e/1/f",
    ]
    metadata = {"event_type": "x", "event_payload": {"a/b": {"c~d": None}}}
    assert [p.pointer for p in check_payload({"text": "x", "metadata": metadata})] == [
        "/metadata/event_payload/a~1b/c~0d",
    ]


def test_raw_cells_are_not_read_as_mrkdwn():
    assert check_blocks([sample("blocks/table", rows=[[raw("<!channel> *x*")]])]) == []
