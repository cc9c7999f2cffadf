"""Bookmarks of a channel."""

from __future__ import annotations

import pytest

LINK = {"channel_id": "C0SIEM", "title": "Runbook", "type": "link", "link": "https://example.com/"}


@pytest.fixture
def marking(local):
    local.grant("bookmarks:write", "bookmarks:read")
    return local


def test_a_bookmark_is_added_changed_and_removed(marking):
    made = marking.call("bookmarks.add", **LINK)["bookmark"]
    about = {"channel_id": "C0SIEM", "bookmark_id": made["id"]}

    changed = marking.call("bookmarks.edit", **about, title="New")["bookmark"]

    assert (changed["title"], changed["link"]) == ("New", LINK["link"])
    assert marking.call("bookmarks.list", channel_id="C0SIEM")["bookmarks"] == [changed]
    marking.call("bookmarks.remove", **about)
    assert marking.call("bookmarks.list", channel_id="C0SIEM")["bookmarks"] == []
    assert marking.error("bookmarks.remove", **about) == "not_found"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"type": "file"}, "invalid_bookmark_type"),
        ({"link": "javascript:alert(1)"}, "invalid_link"),
        ({"channel_id": "C0RANDOM"}, "not_in_channel"),
        ({"title": ""}, "invalid_arguments"),
    ],
)
def test_what_is_no_bookmark(marking, given, error):
    assert marking.error("bookmarks.add", **LINK | given) == error


def test_there_can_be_too_many(marking):
    for _ in range(100):
        marking.call("bookmarks.add", **LINK)

    assert marking.error("bookmarks.add", **LINK) == "too_many_bookmarks"
