"""The console's link holds exactly the query, the groups and the window that were searched."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.ports import Window
from bot.aws.console import insights_link

WINDOW = Window(datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 11, 23, 11, tzinfo=UTC))
QUERY = 'fields @timestamp, eventName\n| filter errorCode like /(?i)denied/ and a.b = "x~y"'


def link(query=QUERY, groups=("/aws/cloudtrail",), window=WINDOW, region="eu-west-1"):
    return insights_link(region, query, groups, window)


# A decoder of its own, written from the notation and not from the encoder.
def detail_of(url: str):
    """What the console would read out of `queryDetail`."""
    fragment = url.split("#", 1)[1]
    detail = re.fullmatch(r"logsV2:logs-insights\$3FqueryDetail\$3D(.*)\$26tab\$3Dlogs", fragment)
    text = detail.group(1)
    for _ in range(2):  # the structure is escaped twice, with $ for %
        text = re.sub(r"\$([0-9A-F]{2})", lambda code: chr(int(code.group(1), 16)), text)
        text = text.replace("%", "$")
    value, rest = read_value(text[1:])
    assert text[0] == "~"
    assert rest == ""
    return value


def read_value(text: str):
    if text[0] == "'":
        end = re.search(r"[~)]|$", text[1:]).start() + 1
        raw = re.sub(
            rb"\*([0-9a-f]{2})", lambda c: bytes([int(c.group(1), 16)]), text[1:end].encode()
        )
        return raw.decode(), text[end:]
    text = text[1:]
    if text.startswith(("~", ")")):
        items = []
        while text[0] == "~":
            item, text = read_value(text[1:])
            items.append(item)
        return items, text[1:]
    members = {}
    while True:
        key, text = text.split("~", 1)
        members[key], text = read_value(text)
        if text[0] == ")":
            return members, text[1:]
        text = text[1:]


def test_the_link_says_what_was_searched():
    url = link(groups=("/aws/cloudtrail", "other_1.x#"))

    assert url.startswith(
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:"
    )
    assert detail_of(url) == {
        "start": "2026-11-23T10:00:00.000Z",
        "end": "2026-11-23T10:59:59.000Z",
        "timeType": "ABSOLUTE",
        "tz": "UTC",
        "editorString": QUERY,
        "source": ["/aws/cloudtrail", "other_1.x#"],
        "lang": "CWLI",
    }


def test_the_link_is_spelled_as_the_console_spells_it():
    assert link("limit 20") == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
        "#logsV2:logs-insights$3FqueryDetail$3D$257E$2528end$257E$25272026-11-23T10*3a59*3a59.000Z"
        "$257Estart$257E$25272026-11-23T10*3a00*3a00.000Z$257EtimeType$257E$2527ABSOLUTE"
        "$257Etz$257E$2527UTC$257EeditorString$257E$2527limit*2020"
        "$257Esource$257E$2528$257E$2527*2faws*2fcloudtrail$2529$257Elang$257E$2527CWLI$2529"
        "$26tab$3Dlogs"
    )


@settings(derandomize=True, max_examples=100, deadline=None)
@given(query=st.text(max_size=60), group=st.text(min_size=1, max_size=20))
def test_any_query_comes_back_and_nothing_in_it_can_end_the_link(query, group):
    url = link(query, (group,))

    detail = detail_of(url)
    assert detail["editorString"] == query
    assert detail["source"] == [group.removesuffix(":*")]
    assert re.fullmatch(r"[A-Za-z0-9$*_.:/?=#-]+", url)


def test_half_a_surrogate_pair_cannot_be_in_a_link():
    assert link("limit 5 # \ud800") is None


def test_other_zones_are_written_in_utc():
    east = timezone(timedelta(hours=9))
    window = Window(WINDOW.start.astimezone(east), WINDOW.end.astimezone(east))

    assert link(window=window) == link()


def test_arns_lose_the_star_at_their_end():
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:g"

    assert detail_of(link(groups=(arn + ":*",)))["source"] == [arn]


def test_a_link_of_3000_characters_is_fine_and_a_longer_one_is_none():
    room = 3_000 - len(link(""))

    assert len(link("x" * room)) == 3_000
    assert link("x" * (room + 1)) is None
    assert link("ä" * room) is None


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "us-east-1.console.aws.amazon.com"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("cn-northwest-1", "cn-northwest-1.console.amazonaws.cn"),
    ],
)
def test_each_partition_has_its_console(region, host):
    assert link(region=region).startswith(f"https://{host}/cloudwatch/home?region={region}#")


@pytest.mark.parametrize("region", ["us-iso-east-1", "", "eu-west-1.example.com/", "eu-west-1\n"])
def test_a_region_without_a_console_that_we_know_has_no_link(region):
    assert link(region=region) is None
