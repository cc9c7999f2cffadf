"""What each type of parameter takes, its canonical text, and the words where it takes no such thing."""

from __future__ import annotations

import pytest

from bot.errors import BotError
from bot.query.parameter_types import PARAMETER_TYPES, ParameterValue, read_value


@pytest.mark.parametrize(
    ("type", "given", "canonical"),
    [
        ("text", " as it is \\ '\" \n\x00", " as it is \\ '\" \n\x00"),
        ("text", "x" * 2_000, "x" * 2_000),
        ("pattern", "*-releases ", "*-releases "),
        ("number", "5", "5"),
        ("number", " 007 ", "7"),
        ("number", "000", "0"),
        ("number", "-1.50", "-1.50"),
        ("number", "00.5", "0.5"),
        ("bucket", "my-bucket", "my-bucket"),
        ("bucket", "a.b-c.9", "a.b-c.9"),
        ("bucket", "x" * 63, "x" * 63),
        ("bucket", "arn:aws:s3:::my-bucket", "my-bucket"),
        ("bucket", "arn:aws-us-gov:s3:::my-bucket", "my-bucket"),
        ("bucket", "s3://my-bucket/", "my-bucket"),
        ("principal", "responder-1", "responder-1"),
        ("principal", "AWS Internal", "AWS Internal"),
        ("principal", "AROAEXAMPLE:session@example.com", "AROAEXAMPLE:session@example.com"),
        (
            "principal",
            "arn:aws:sts::111122223333:assumed-role/release/run-1",
            "arn:aws:sts::111122223333:assumed-role/release/run-1",
        ),
        ("principal", "arn:aws-cn:iam::111122223333:root", "arn:aws-cn:iam::111122223333:root"),
        ("account", "111122223333", "111122223333"),
        ("account", "1111-2222-3333", "111122223333"),
        ("account", "012345678901", "012345678901"),
        ("region", "eu-west-1", "eu-west-1"),
        ("region", "US-GOV-EAST-1", "us-gov-east-1"),
        ("region", "eusc-de-east-1", "eusc-de-east-1"),
        ("ip", "192.0.2.10", "192.0.2.10"),
        ("ip", "2001:DB8:0:0::1", "2001:db8::1"),
        ("cidr", "192.0.2.0/24", "192.0.2.0/24"),
        ("cidr", "192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("cidr", "192.0.2.7/32", "192.0.2.7/32"),
        ("cidr", "2001:DB8::/32", "2001:db8::/32"),
        ("access_key", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("access_key", "ASIA" + "2" * 124, "ASIA" + "2" * 124),
        ("duration", "5m", "5m"),
        ("duration", "05min", "5m"),
        ("duration", "120s", "2m"),
        ("duration", "7200000ms", "2h"),
        ("duration", "86400secs", "24h"),
        ("duration", "48h", "2d"),
        ("duration", "60min", "60m"),
        ("duration", "3mo", "3mo"),
        ("duration", "400days", "400d"),
    ],
)
def test_what_a_type_takes(type: str, given: str, canonical: str) -> None:
    value = read_value(type, given)
    assert value == ParameterValue(type, canonical)
    assert read_value(value.type, value.text) == value


@pytest.mark.parametrize(
    ("type", "given", "words"),
    [
        ("text", "", "`` is not a text: it is empty"),
        ("text", "x" * 2_001, "it has 2,001 characters, more than 2,000"),
        ("text", "a\ud800", "`a?` is not a text: it holds half a character"),
        ("number", "five", "`five` is not a number: it takes digits"),
        ("number", "1e3", "digits"),
        ("number", "1,000", "digits"),
        ("number", "+1", "digits"),
        ("number", "٣", "digits"),
        ("number", "²", "digits"),
        ("number", "--1", "digits"),
        ("number", "1.", "digits"),
        ("number", "9" * 31, "digits"),
        ("bucket", "ab", "`ab` is not a bucket: it takes 3 to 63"),
        ("bucket", "x" * 64, "3 to 63"),
        ("bucket", "My-Bucket", "lower-case"),
        ("bucket", "-ab", "3 to 63"),
        ("bucket", "ab-", "3 to 63"),
        ("bucket", "a..b", "3 to 63"),
        ("bucket", "my_bucket", "3 to 63"),
        ("bucket", "192.0.2.1", "cannot look like an IP address"),
        ("bucket", "arn:aws:s3:::my-bucket/key", "3 to 63"),
        ("bucket", "arn:aws:iam::111122223333:user/a", "3 to 63"),
        ("principal", "arn:aws:iam::1111:user/a", "this ARN is not complete"),
        ("principal", "arn:aws:iam::111122223333:", "this ARN is not complete"),
        ("principal", "   ", "it is empty"),
        ("account", "11112222333", "`11112222333` is not an account: it takes 12 digits"),
        ("account", "1111-22223333", "12 digits"),
        ("account", "\u0661" * 12, "12 digits"),
        ("region", "europe", "`europe` is not a region: it takes the region's code"),
        ("region", "eu-west", "the region's code"),
        ("ip", "192.0.2.256", "one IPv4 or IPv6 address"),
        ("ip", "192.0.2.010", "one IPv4 or IPv6 address"),
        ("ip", "192.0.2.0/24", "one IPv4 or IPv6 address"),
        ("ip", "s3.amazonaws.com", "one IPv4 or IPv6 address"),
        ("ip", "fe80::1%eth0", "it takes no zone"),
        ("cidr", "192.0.2.0", "the number of bits are missing"),
        ("cidr", "192.0.2.1/24", "the block begins at `192.0.2.0/24`"),
        ("cidr", "192.0.2.0/33", "an address, a `/` and a number of bits"),
        ("cidr", "fe80::%1/64", "it takes no zone"),
        ("access_key", "AKIA123", "`AKIA` or `ASIA`"),
        ("access_key", "akiaiosfodnn7example", "`AKIA` or `ASIA`"),
        ("access_key", "AROAIOSFODNN7EXAMPLE", "`AKIA` or `ASIA`"),
        ("access_key", "ASIA" + "2" * 125, "`AKIA` or `ASIA`"),
        ("duration", "5", "a whole number above 0 and a unit (ms, s, m, h, d, w, mo, q, y)"),
        ("duration", "0m", "above 0"),
        ("duration", "5M", "above 0"),
        ("duration", "1.5h", "above 0"),
        ("duration", "5 fortnights", "above 0"),
        ("duration", "5fortnights", "above 0"),
        ("duration", "90m", "Logs Insights would cut it to 60m; give a whole number of h"),
        ("duration", "5401s", "Logs Insights would cut it to 60s"),
        ("duration", "5400s", "Logs Insights would cut it to 60m"),
    ],
)
def test_what_a_type_refuses(type: str, given: str, words: str) -> None:
    with pytest.raises(BotError) as caught:
        read_value(type, given)
    said = str(caught.value)
    assert words in said
    assert said.endswith(f"; an example is `{PARAMETER_TYPES[type].example}`.")
    assert len(said) < 220
    assert "\n" not in said


def test_an_enum_takes_its_choices_in_any_case() -> None:
    choices = ("PutObject", "CopyObject")
    assert read_value("enum", "PutObject", choices).text == "PutObject"
    assert read_value("enum", " copyobject ", choices).text == "CopyObject"


@pytest.mark.parametrize(
    ("given", "choices", "words"),
    [
        ("PutObjct", ("PutObject", "CopyObject"), "did you mean `PutObject`."),
        ("zzz", ("PutObject", "CopyObject"), "choices are `PutObject`, `CopyObject`."),
        ("zzz", (), "its rule lists no choices."),
    ],
)
def test_an_enum_refuses_everything_else(given: str, choices: tuple[str, ...], words: str) -> None:
    with pytest.raises(BotError) as caught:
        read_value("enum", given, choices)
    assert str(caught.value) == f"`{given}` is not one of the choices: {words}"


def test_choices_narrow_every_type() -> None:
    assert read_value("region", "EU-WEST-1", ["eu-west-1"]).text == "eu-west-1"
    with pytest.raises(BotError, match="did you mean `eu-west-1`; an"):
        read_value("region", "eu-west-2", ["eu-west-1"])


def test_an_unknown_type_names_the_known_ones() -> None:
    with pytest.raises(BotError, match="no parameter type `string`; types are text, pattern,"):
        read_value("string", "a")


def test_every_example_is_a_value_of_its_type() -> None:
    names = "text pattern number bucket principal account region ip cidr access_key enum duration"
    assert list(PARAMETER_TYPES) == names.split()
    for name, kind in PARAMETER_TYPES.items():
        if name != "enum":
            assert read_value(name, kind.example).text == kind.example
