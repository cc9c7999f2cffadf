"""Tokens: names, strings, numbers, periods, regexes, parameters, comments, white space."""

from __future__ import annotations

import pytest

from bot.query.ast import (
    Dedup,
    Duration,
    Field,
    Filter,
    Like,
    Number,
    Parameter,
    Regex,
    Text,
)
from bot.query.parser import parse
from bot.query.syntax.lexer import read_token
from bot.query.units import UNITS
from tests.query.refusing import refused


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("a", ("a",)),
        ("_a1", ("_a1",)),
        ("@timestamp", ("@timestamp",)),
        ("@@own", ("@@own",)),
        ("a@b", ("a@b",)),
        ("été", ("été",)),
        ("userIdentity.arn", ("userIdentity", "arn")),
        ("items.0.id", ("items", "0", "id")),
        ("@entity.KeyAttributes.Type", ("@entity", "KeyAttributes", "Type")),
        ("list[0].x[12]", ("list", 0, "x", 12)),
        ("`foo-bar`", ("foo-bar",)),
        ("message.`user.id`", ("message", "user.id")),
        ("`a b`.c.`d e`[3]", ("a b", "c", "d e", 3)),
        ("@`aws.tag.aws:stack`", ("@aws.tag.aws:stack",)),
        ("`sort`", ("sort",)),
        ("`by`", ("by",)),
        ("`# no comment | no pipe`", ("# no comment | no pipe",)),
        ("`x`", ("x",)),
        ("Fields", ("Fields",)),
    ],
)
def test_names(written: str, parts: tuple[str | int, ...]) -> None:
    assert parse(f"dedup {written}").commands == (Dedup((Field(parts),)),)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('""', ""),
        ("''", ""),
        ('"a"', "a"),
        ("'a'", "a"),
        ('"it\'s"', "it's"),
        ("'say \"x\"'", 'say "x"'),
        (r'"a\"b"', 'a"b'),
        (r"'a\'b'", "a'b"),
        (r'"a\\b"', "a\\b"),
        (r'"\\"', "\\"),
        (r'"C:\Users\d+"', r"C:\Users\d+"),
        ('"a # b | c"', "a # b | c"),
        ('"two\nlines"', "two\nlines"),
        ('"{{no}} /parameter/ `here`"', "{{no}} /parameter/ `here`"),
    ],
)
def test_strings(written: str, value: str) -> None:
    assert parse(f"filter {written}").commands == (Filter(Text(value)),)


@pytest.mark.parametrize("written", [r'"C:\Users"', r'"C:\\Users"', r"'\''", r'"a\"b\'c"'])
def test_a_string_with_backslashes_is_printed_as_its_author_wrote_it(written: str) -> None:
    assert str(parse(f"filter a = {written}")) == f"filter a = {written}"


@pytest.mark.parametrize("written", ["0", "7", "007", "0.5", "12.250", "1e3", "1E-7", "2.5e+10"])
def test_numbers_keep_their_source_form(written: str) -> None:
    assert parse(f"filter {written}").commands == (Filter(Number(written)),)


def test_a_number_is_an_int_where_it_has_no_fraction_and_no_exponent() -> None:
    values = [Number(text).value for text in ("12", "1.5", "1e3")]
    assert values == [12, 1.5, 1000.0]
    assert [type(value) for value in values] == [int, float, float]


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_every_unit_makes_a_period(unit: str) -> None:
    assert read_token(f"15{unit}", 0).node == Duration(15, unit)


def test_units_have_the_documented_spellings() -> None:
    assert set(UNITS) == {
        *("ms", "msec", "msecs", "millisecond", "milliseconds", "s", "sec", "secs", "second"),
        *("seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours"),
        *("d", "day", "days", "w", "week", "weeks", "mo", "mos", "mon", "mons", "month", "months"),
        *("q", "qtr", "qtrs", "quarter", "quarters", "y", "yr", "yrs", "year", "years"),
    }


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("/a/", "a"),
        (r"/a\/b/", "a/b"),
        (r"/\//", "/"),
        (r"/\\\//", r"\\/"),
        (r"/\d+\.\[/", r"\d+\.\["),
        ("/(?i)x # y | z/", "(?i)x # y | z"),
        ("/[\"'`]/", "[\"'`]"),
    ],
)
def test_regexes(written: str, pattern: str) -> None:
    assert parse(f"filter m like {written}").commands == (
        Filter(Like(Field(("m",)), Regex(pattern))),
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [("{{a}}", "a"), ("{{ a }}", "a"), ("{{\ta_b-c.d\t}}", "a_b-c.d"), ("{{@t}}", "@t")],
)
def test_parameters(written: str, name: str) -> None:
    assert parse(f"filter {written}").commands == (Filter(Parameter(name)),)


def test_white_space_and_comments_mean_nothing() -> None:
    text = "# first\n\n  fields\ta ,b # | not a pipe\n#\n|\u00a0sort b desc\r\n# last"
    assert str(parse(text)) == "fields a, b\n| sort b desc"


def test_a_slash_divides_where_no_regex_can_stand() -> None:
    assert str(parse("fields a / b / c as d")) == "fields a / b / c as d"


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ('filter a = «"»open', "This text is not closed."),
        ("filter a = «'»it\\'s", "This text is not closed."),
        ("filter a like «/»open", "This regex is not closed."),
        ("filter a like «/»two\n| lines/", "This regex is not closed."),
        ("filter a like «//» b", "This regex is empty."),
        ("filter a like /b/«gi»", "Unexpected `gi` after the regex."),
        ("fields «5xx»", "`5xx` is neither a number nor a period."),
        ("filter a = «192.0.2.1»", "`192.0.2.1` is neither a number nor a period."),
        ("filter a = «1.»", "`1.` is neither a number nor a period."),
        ("stats count(*) by bin(«5M»)", "`5M` is neither a number nor a period."),
        ("stats count(*) by bin(«1.5h»)", "`1.5h` is neither a number nor a period."),
        ("stats count(*) by bin(«1234567890s»)", "`1234567890s` is neither a number nor a period."),
        ("filter a = «" + "9" * 41 + "»", "This number is too large."),
        ("filter a = «1e999»", "This number is too large."),
        ("filter a = «{{»", "This parameter is not complete."),
        ("filter a = «{{»a b}}", "This parameter is not complete."),
        ("filter a = «{»a}", "Unexpected character `{`."),
        ("fields «`»`", "The name between the backticks is empty."),
        ("fields a.«`»`", "The name between the backticks is empty."),
        ("fields «`»open", "This name is not closed."),
        ("fields «`»two\nlines`", "This name is not closed."),
        ("fields a.«`»open", "This name is not closed."),
        ("fields a.«»", "A name must follow the dot."),
        ("fields a.« »b", "A name must follow the dot."),
        ("fields a«[»x]", "This is no position."),
        ("fields a«[»0", "This is no position."),
        ("fields «@» b", "Unexpected character `@`."),
        ("fields «.»5", "Unexpected character `.`."),
        ("fields a«;»", "Unexpected character `;`."),
        ("filter a = «“»x”", "Unexpected character `“`."),
        ("fields «$» A()", "Unexpected character `$`."),
        ("limit «$»{n}", "Unexpected character `$`."),
        ("fields «\0»", "Unexpected character U+0000."),
        ("fields «\u202e»a", "Unexpected character U+202E."),
        ("fields «\\»", "Unexpected character `\\`."),
        ("fields a" + ".b" * 99 + "«.»b", "A name has at most 100 parts."),
        ("fields jsonParse(a)" + "[0]" * 99 + "«[»0]", "A name has at most 100 parts."),
        ("filter a like «/" + "b" * 5_001 + "/»", "This regex has more than 5,000 characters."),
    ],
)
def test_what_is_no_token(marked: str, message: str) -> None:
    assert refused(marked).message == message


@pytest.mark.parametrize(
    ("marked", "hint"),
    [
        ("fields «$» A()", "A saved query is called as `$Name(…)`"),
        ("limit «$»{n}", "A parameter is written `{{name}}`."),
        ("filter a = «“»x”", "Quotes are straight"),
        ("fields a«;»", "nothing ends a query"),
        ("stats count(*) by bin(«5M»)", "a unit in lower case: d, h, m,"),
        ("filter a = «5xx»", "Text needs quotes"),
        ("filter a like /b/«i»", "write `/(?i)b/`"),
        ("filter a = «\x07»", "Text needs quotes; a name with odd characters needs backticks."),
    ],
)
def test_what_would_work_instead(marked: str, hint: str) -> None:
    assert hint in refused(marked).hint
