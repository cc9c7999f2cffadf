"""Lookup tables: what they may hold, and how rows are found."""

from __future__ import annotations

import pytest

from bot.errors import BotError
from bot.query.tables.lookups import MOST_BYTES, LookupTable, filled, looked_up

TABLE = LookupTable.from_csv(
    "owners",
    '\ufeffbucket,port,owner\r\nlogs,80,team-a\r\nlogs,443,"team-b,\n c"\r\n\r\nlogs,80,second\r\n,1,nobody\r\n',
)


def test_a_table_has_the_columns_of_its_header() -> None:
    assert TABLE.columns == {
        "bucket": ["logs", "logs", "logs", ""],
        "port": ["80", "443", "80", "1"],
        "owner": ["team-a", "team-b,\n c", "second", "nobody"],
    }
    assert list(TABLE.lines) == [2, 4, 6, 7]
    assert LookupTable.from_csv("t", "a").columns == {"a": []}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "`t` is empty"),
        ("\n\n", "`t` is empty"),
        ("a,b,a\n", "line 1: two columns have the name `a`"),
        ("\n\na,a\n", "line 3: two columns"),
        ("a,,b\n", "line 1: column 2 has no name"),
        ("a,b\n1,2\n\n3\n", "line 4: it has 1 values, and the header has 2"),
        ("a\n1,2\n", "line 2: it has 2 values"),
        ('a\n"x\n', "line 2: it is no CSV"),
        ('a\nb\n"x"y\n', "line 3: it is no CSV"),
        ("a\n" + "x" * 200_000, "line 2: it is no CSV"),
        ("a\n\ud800", "is not UTF-8"),
        ("a\n" + "é" * (MOST_BYTES // 2), "has more than 10 MB"),
    ],
)
def test_what_is_no_table(text: str, words: str) -> None:
    with pytest.raises(BotError) as error:
        LookupTable.from_csv("t", text)
    assert words in str(error.value)


def test_the_largest_table() -> None:
    text = "a\n" + ("x" * 99_999 + "\n") * 104 + "x" * 85_758
    assert len(LookupTable.from_csv("t", text).lines) == 105
    with pytest.raises(BotError, match="more than 10 MB"):
        LookupTable.from_csv("t", text + "\n")


@pytest.mark.parametrize("name", ["", "a-b", "a" * 257, "a.csv", "é", "a\n"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(BotError, match="is no name of a lookup table"):
        LookupTable.from_csv(name, "a\n")


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(BotError) as error:
        TABLE.index(["bucket", "host"])
    assert "has no column `host`" in str(error.value)
    assert "It has `bucket`, `port`, `owner`." in str(error.value)
    ten = LookupTable.from_csv("w", ",".join(f"c{n}" for n in range(10)))
    with pytest.raises(BotError, match=r"`c9`\.$"):
        ten.column("x")
    wide = LookupTable.from_csv("w", ",".join(f"c{n}" for n in range(11)))
    with pytest.raises(BotError, match=r"`c9`, …\."):
        wide.column("x")


def test_the_first_row_that_matches_counts() -> None:
    assert TABLE.index(["port"]).match([[443, "80", 80.0, "080", None, [80], True]]) == [
        1, 0, 0, None, None, None, 3,
    ]  # fmt: skip
    assert TABLE.index(["bucket", "port"]).match([["logs", "logs", "x", None], [80, 443, 80, 80]]) == [
        0, 1, None, None,
    ]  # fmt: skip
    assert TABLE.index(["bucket"]).match([["Logs", ""]]) == [None, 3]


def test_output_takes_what_was_found_and_nothing_else() -> None:
    assert looked_up(TABLE.column("owner"), [0, None, 3]) == ["team-a", None, "nobody"]


def test_outputnew_fills_only_holes() -> None:
    assert filled(["old", None, "", None], ["a", "b", "c", None]) == ["old", "b", "", None]
