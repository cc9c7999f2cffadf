"""What random queries and events are made of: names, values, and the forms of expressions."""

from __future__ import annotations

from hypothesis import strategies as st

# -------------------------------------------------------------------------------------- events
START = 1_793_491_200_000  # 2026-11-01, a Sunday
PLACES = ("192.0.2.1", "10.0.0.5", "2001:db8::1", "::1")
WORDS = (
    *("", " ", "x", "X", "xy", "y x", "-", "é🙂", "ß", "true", "%41+b", "user=x ip=10.0.0.5"),
    *("k=x, [y] z", "a,b,,c", "file9", "file10", "x_p", "0#", "5A", "111A"),
)
NUMERALS = ("0", "1", "01", "1.0", "+1", "-2", ".5", "1e2", "2.5", "1e999", "0x1f", "10", "9", " 1")
JSONS = (
    *('["x",1,"x",null,true]', '[{"k":1},{"k":"y"}]', "[]", "{}", "null", '"x"', "[1.0,1]"),
    *('{"k":{"z":["x",2.5]},"n":null}', '{"k":"x","b":true}', "[1", '[[1],"[2]"]'),
)
STRINGS = st.sampled_from((*WORDS, *NUMERALS, *JSONS, *PLACES))
SHORT = st.sampled_from(("x", "y", "", "1", "01", "X"))
NUMBERS = st.one_of(
    st.integers(-3, 12), st.sampled_from([0.5, 1.0, -1.5, 2.5, 100.0, 1e15, 2**53, -0.0, 3e-7])
)
SCALARS = st.one_of(STRINGS, SHORT, NUMBERS, st.booleans(), st.none())
MOMENTS = st.one_of(
    st.integers(START - 5, START + 5),
    st.integers(-3, 3).map(lambda n: START + n * 60_000),
    st.integers(-9, 9).map(lambda n: START + n * 11 * 86_400_000 + n),
)
LISTS = st.lists(SCALARS, max_size=2)
EVENTS = st.fixed_dictionaries(
    {"@timestamp": MOMENTS},
    optional={
        "a": SCALARS,
        "b": SHORT | SCALARS,
        "n": NUMBERS | SCALARS,
        "flag": st.booleans() | SCALARS,
        "ip": st.sampled_from(PLACES) | SCALARS,
        "text": STRINGS,
        "json": st.sampled_from(JSONS) | SCALARS,
        "odd-name": SCALARS,
        "o": st.fixed_dictionaries({}, optional={"x": SCALARS, "l": LISTS}) | SCALARS,
        "list": LISTS | SCALARS,
    },
)
FIELDS = (
    *("a", "b", "n", "flag", "ip", "text", "json", "`odd-name`", "o.x", "o.l.0", "o", "list.0"),
    *("list.1", "list", "nowhere", "true"),
)


# --------------------------------------------------------------------------------- expressions
LITERALS = (
    *("1", "0", "2", "10", "1.0", "2.5", "-2", "0.1", "1e2", "9007199254740992"),
    *("'x'", '"y"', "''", "'1'", "'01'", "'-'", "'X'", "'0'", "'10'", "'é🙂'", "'1.0'", "'true'"),
    *("'10.0.0.5'", "'file9'", "'.5'"),
)
PARTS = ("'x'", "''", "'.'", "'1'", "'%'", "'é'", "'x_'", "'ile'", "'k='", "','")
REGEXES = (
    *("/x/", "/^x/", "/(?i)^X$/", "/[0-9]+/", r"/\d\.\d/", "/./", "/a|b|é/", r"/\bx\b/"),
    *("/(?:x|y) ?z?/", r"/^\s*$/", "/[^a-z]$/", r"/\//"),
)
PERIODS = (
    *("500ms", "1s", "7s", "90s", "1m", "5m", "7m", "1h", "30h", "1d", "2d", "1w", "1mo", "1q"),
    "1y",
)
SPANS = ("1s", "5m", "90s", "1w")
# In the forms below `E` is an expression, `P` a part of a text, `R` a regex, `T` a period.
COMPARED = (
    *("(E = E)", "(E != E)", "(E < E)", "(E <= E)", "(E > E)", "(E >= E)", "(E in [E])"),
    *("(E in [E, E, E])", "(E not in [E, E])", "(E like P)", "(E not like P)", "(E like R)"),
    *(
        "(E not like R)",
        "(E =~ R)",
        "(E and E)",
        "(E or E)",
        "(not E)",
        "(not E = E)",
        "(!(E = E))",
    ),
)
CALLED = (
    *("(E + E)", "(E - E)", "(E * E)", "(E / E)", "(E % E)", "(E ^ 2)", "(2 ^ E)", "-(E)"),
    *("tolower(E)", "toupper(E)", "trim(E)", "ltrim(E)", "rtrim(E)", "trim(E, P)", "ltrim(E, P)"),
    *("rtrim(E, P)", "strlen(E)", "isempty(E)", "isblank(E)", "ispresent(E)", "isNumeric(E)"),
    *("abs(E)", "ceil(E)", "floor(E)", "round(E)", "round(E, 1)", "sqrt(E)", "log(E)"),
    *("toNumber(E)", "toInt(E)", "toLong(E)", "toDouble(E)", "greatest(E, E)", "least(E, E, E)"),
    *("haversine(E, 1, E, 2)", "urlencode(E)", "urldecode(E)", "base64encode(E)"),
    *("base64decode(E)", "hexToAscii(E)", "hexToDec(E)", "decToHex(E)", "md5(E)", "sha256(E)"),
    *("messageSize(E)", "isValidIp(E)", "isValidIpV4(E)", "isValidIpV6(E)", "isPrivateIP(E)"),
    *("ipv4ToNumber(E)", "isIpInSubnet(E, '10.0.0.0/8')", "isIpv4InSubnet(E, '0.0.0.0/0')"),
    *("isIpv6InSubnet(E, '2001:db8::/32')", "isIpInSubnet(E, '::/0')"),
    *("strcontains(E, P)", "startsWith(E, P)", "endsWith(E, P)", "split(E, P)", "split(E, P)[1]"),
    *("replace(E, P, E)", "concat(E, E)", "concat(E, P, E)", "coalesce(E, E)", "coalesce(E, E, E)"),
    *("if(E, E, E)", "case(E, E, E, E)", "case(E, E, E, E, E)", "case(E, E)", "if(E = E, E, E)"),
    *("substr(E, 0)", "substr(E, 1)", "substr(E, 2, 3)", "substr(E, 9)", "substr(E, 0, E)"),
    *("substr(E, E)", "regexReplace(E, 'x', '-')", "regexReplace(E, '[0-9]+', '')"),
    *("regexReplace(E, '.', '..')", "jsonParse(E).k", "jsonParse(E)[0]", "jsonParse(E)[1].k"),
    *("jsonParse(E).k.z[1]", "jsonParse(E).b", "jsonStringify(E)", "jsonStringify(jsonParse(E))"),
    *(
        "jsonArraySize(E)",
        "jsonArrayContains(E, P)",
        "jsonArrayContains('[1,\"x\"]', E)",
        "jsonParse(E)",
    ),
    *("datefloor(E, T)", "dateceil(E, T)", "fromMillis(E)", "toMillis(E)"),
)
TIMED = (
    *("@timestamp", "bin(T)", "datefloor(@timestamp, T)", "dateceil(@timestamp, T)"),
    *("toMillis(@timestamp)", "fromMillis(toMillis(@timestamp) + 1)", "(@timestamp >= E)"),
    "(toMillis(bin(1h)) = E)",
)
ONE = (
    *("count(E)", "count_distinct(E)", "sum(E)", "avg(E)", "min(E)", "max(E)", "median(E)"),
    *("stddev(E)", "variance(E)", "values(E)", "sortsFirst(E)", "sortsLast(E)", "count(*)"),
    *("pct(E, 0)", "pct(E, 50)", "pct(E, 75)", "pct(E, 99.9)", "pct(E, 100)", "sum(if(E, 1, 0))"),
    *("avg(E) * 2", "sum(E) / count(*)", "round(avg(E), 1)", "max(E) - min(E)"),
    *("countOverTime(E)", "sumOverTime(E)", "if(count(E) > 1, max(E), min(E))"),
)
DATED = ("earliest(E)", "latest(E)", "rate(E, S)", "earliest(@timestamp)", "max(@timestamp)")


# ------------------------------------------------------------------------------------ commands
GLOBS = ("*", "x*", "*x", "user=* ip=*", "[*] *", "k=*, *", "*,*", "**", "", ".*", "* *", "*é*")
PARSED = (
    *("/(?<N>x)/", "/(?<N>[0-9]+)/", "/(?<N>.)(?<M>.)?/", "/^(?<N>[a-z]+)=(?<M>[a-z])/"),
    *("/(?<N>x)|(?<M>[0-9])/", "/(?i)(?<N>X+)$/"),
)
