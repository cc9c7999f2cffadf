"""Which log groups and which time a SOURCE chooses."""

from __future__ import annotations

import pytest

from bot.query.ast import DataSource, LogGroups, LogGroupTags, Source, TagFilter
from bot.query.compiling.sources import chosen, refuse_sources, window_of
from bot.query.errors import QueryError, Span

NOW = 1_000_000_000


@pytest.mark.parametrize(
    ("source", "log", "wanted"),
    [
        (Source("/aws/trail"), "/aws/trail", True),
        (Source("/aws/trail"), "111122223333:/aws/trail", True),
        (Source("/aws/trail"), "/aws/trail2", False),
        (Source("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/trail"), "/aws/trail", True),
        (
            Source("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/trail:*"),
            "111122223333:/aws/trail",
            True,
        ),
        (
            Source("arn:aws:logs:eu-west-1:444455556666:log-group:/aws/trail"),
            "111122223333:/aws/trail",
            False,
        ),
        (Source(selectors=(LogGroups(prefixes=("/aws/", "/x")),)), "/aws/trail", True),
        (Source(selectors=(LogGroups(prefixes=("/x",)),)), "/aws/trail", False),
        (Source(selectors=(LogGroups(accounts=("111122223333",)),)), "111122223333:a", True),
        (Source(selectors=(LogGroups(accounts=("444455556666",)),)), "111122223333:a", False),
        (Source(selectors=(LogGroups(accounts=("444455556666",)),)), "a", True),
        (Source(selectors=(LogGroups(classes=("STANDARD",)),)), "a", True),
        (Source(selectors=(LogGroups(classes=("INFREQUENT_ACCESS",)),)), "a", False),
        (Source(selectors=(DataSource(("amazon_vpc.flow",)),)), "a", False),
    ],
)
def test_chosen(source: Source, log: str, wanted: bool) -> None:
    assert chosen([Source("other"), source], log) is wanted
    assert not chosen([], log)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (Source("a"), (1, 2)),
        (Source("a", start="5000", end="6000"), (5000, 6001)),
        (Source("a", start="-1h", end="0s"), (NOW - 3_600_000, NOW)),
        (Source("a", start="-2d"), (NOW - 172_800_000, 2)),
        (Source("a", end="now"), (1, NOW)),
        (Source("a", start="-1mo"), (NOW, 2)),
    ],
)
def test_window(source: Source, wanted: tuple[int, int]) -> None:
    assert window_of([source], (1, 2), NOW) == wanted


def test_the_first_source_with_a_window_decides() -> None:
    several = [Source("a"), Source("b", start="7"), Source("c", start="8", end="9")]
    assert window_of(several, (1, 2), NOW) == (7, 2)


@pytest.mark.parametrize(
    "selector", [DataSource(("amazon_vpc.flow",)), LogGroupTags((TagFilter("team", ("a",)),))]
)
def test_only_aws_knows(selector: DataSource | LogGroupTags) -> None:
    selector = type(selector)(*(getattr(selector, n) for n in selector.__slots__[:-1]), Span(2, 3))
    refuse_sources([Source("a"), Source(selectors=(LogGroups(),))], "text")
    with pytest.raises(QueryError, match="Only AWS knows") as caught:
        refuse_sources([Source(selectors=(selector,))], "some text")
    assert caught.value.span == Span(2, 3)
