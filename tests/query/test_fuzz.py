"""Any text either parses, and then prints as itself, or is refused at a place inside the text."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.query.errors import QueryError
from bot.query.formatting import format_query
from bot.query.parser import parse

PIECES = (
    "fields display filter where stats sort limit parse dedup as by asc desc and or not in like "
    "count(*) sum(a) bin(5m) ispresent( tolower( if( jsonParse( a b @message `odd name` a.b.0 "
    "'x' \"y\" ' \" ` /x/ /(?<n>.)/ / /( 1 2.5 5m 5xx {{p}} {{ ( ) [ ] [0] , | = != < >= =~ <> ! "
    "+ - * ^ % && || # $ ; . .. @ \\ \0 \n \u202e \ud800 é 🙂 SOURCE pattern true 1e999 "
    "filterIndex tail order unnest into expand json field= logfmt csv multi lookup OUTPUT join left=l "
    "right=r where l.a l.a=r.b appendcols max=5 accum autoregress p=1-2 filldown fillmissing with 0 "
    "for sessionize maxspan addtotals row=true outlier countFrequent anomaly diff logcompare "
    "timeshift relevantfields unmask estimate START= logGroups( namePrefix: logGroupTags( {'key': "
    "$Name( $`x y`( (limit b* offset any"
)
WORDS = PIECES.split(" ")
SOUP = st.lists(st.sampled_from(WORDS), max_size=25)
QUERIES = (
    "fields @timestamp, a.b as c | filter a in ['x', 1] and b not like /y/ | sort c desc | limit 5",
    "parse @message '* [*]' as a, b | stats count(*) as n, max(b) by a, bin(5m) | filter n > 5",
    "SOURCE logGroups(namePrefix: ['a']) START=-1h | filter b in (SOURCE 'c' | fields d) | $E(f = 1)",
    "SOURCE 'a' | join left=l right=r where l.b = r.c (fields c) | lookup t a as b OUTPUT c, d as e",
    "stats sum(a) as b by bin(5m) as c offset 1h | fillmissing with 0 for b | accum b as d | tail 5",
    "parse a csv as b, c | unnest d into e | json field=f 'g.h' as i | filldown b* | outlier mark=true c",
    "SOURCE logGroupTags([{'key': 'k', 'values': ['a*', '!b']}]) | pattern a | diff previousDay",
    "filter jsonParse(a).b[0] = -1.5 or (c ^ 2 / d) != {{p}} # why\n| dedup `e f`, g.0 | limit 1",
)


def check(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError as error:
        check_error(error, text)
        return
    printed = str(tree)
    assert parse(printed) == tree
    assert str(parse(printed)) == printed
    formatted = format_query(text)
    assert parse(formatted) == tree
    assert format_query(formatted) == formatted


def check_error(error: QueryError, text: str) -> None:
    assert 0 <= error.span.start <= error.span.end <= len(text)
    assert error.text == text
    assert error.message.endswith(".")
    assert "\n" not in error.message + error.hint
    assert len(error.message + error.hint) < 500
    shown = str(error).split("\n")
    assert all(map(str.isprintable, shown))
    if text:
        assert shown[0].startswith("line ")
        assert shown[-1].strip(" ^") == ""


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(max_size=60))
@example("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufeff")
def test_any_text(text: str) -> None:
    check(text)
    check(f"filter {text}")
    check(f"filter a = '{text}'")


@settings(max_examples=300, derandomize=True, deadline=None)
@given(SOUP, st.sampled_from(["", " "]))
def test_pieces_of_the_language_in_any_order(words: list[str], between: str) -> None:
    check(between.join(words))
    check("fields a | " + between.join(words))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.sampled_from(QUERIES),
    st.integers(0, 110),
    st.integers(0, 3),
    st.one_of(st.text(max_size=3), st.sampled_from(WORDS)),
)
def test_queries_with_a_piece_cut_out_and_another_put_in(
    query: str, at: int, length: int, piece: str
) -> None:
    check(query[:at] + piece + query[at + length :])


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    check(data.decode("latin-1"))
    check(data.decode("utf-8", "surrogateescape"))
    check(data.decode("utf-16", "surrogatepass") if len(data) % 2 == 0 and len(data) > 2 else "")


def test_long_runs_of_anything_end_at_once() -> None:
    for piece in (*WORDS, "a,", "a or ", "not ", "f(", "[(", "-", "a.", "\\", '"\\', "# ", "\n\n"):
        for start in ("", "filter ", "fields a | filter b in [", "parse '"):
            check((start + piece * 5_000)[:9_999])
