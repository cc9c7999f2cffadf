"""The types of parameters: what a person may give for each, and its one canonical text."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from bot.errors import BotError
from bot.query.errors import quoted
from bot.query.units import UNITS

LONGEST_VALUE = 2_000

_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"(-?)0*([0-9]{1,30}(?:\.[0-9]{1,9})?)")
_DURATION = re.compile(r"0*([1-9][0-9]{0,8})([a-z]+)")
_BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::([^/]+)/?")
_BUCKET_URL = re.compile(r"s3://([^/]+)/?")
_BUCKET = re.compile(
    r"(?=.{3,63}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
)
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:[0-9]{12}|aws)?:.+")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-[0-9]{1,2}")
_ACCOUNT = re.compile(r"[0-9]{12}|[0-9]{4}-[0-9]{4}-[0-9]{4}")
_ACCESS_KEY = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{12,124}")

# Unit → the largest amount Logs Insights takes as it is, and the next unit. Above that it cuts
# without a word: `bin(300s)` is `bin(60s)` (user guide, "Datetime functions", the period table).
_CAPS = {"ms": (1000, "s"), "s": (60, "m"), "m": (60, "h"), "h": (24, "d")}


class _Wrong(Exception):  # noqa: N818 - a reason, turned into a BotError in one place
    """Why a text is no value of its type: half a sentence."""


class ParameterType(msgspec.Struct, frozen=True):
    """One type: its `name` in a rule, the `noun` for people, an `example`, and how it is read.

    `read` takes what a person gave and returns the canonical text.
    """

    name: str
    noun: str
    example: str
    read: Callable[[str], str]


class ParameterValue(msgspec.Struct, frozen=True):
    """A value that has been read: the name of its type, and its canonical text.

    It can be kept as two texts: `read_value(value.type, value.text) == value`.
    """

    type: str
    text: str


def read_value(type: str, text: str, choices: Sequence[str] = ()) -> ParameterValue:
    """The value that `text` means for a parameter of `type`, a name in `PARAMETER_TYPES`.

    `choices`, if there are any, are the only values; an `enum` needs them. Raises `BotError`
    with the type, what was given, what is wrong with it, and an example.
    """
    kind = PARAMETER_TYPES.get(type)
    if kind is None:
        raise BotError(
            f"There is no parameter type {quoted(type)}; types are {', '.join(PARAMETER_TYPES)}."
        )
    try:
        value = ParameterValue(type, kind.read(_clean(text, type)))
        if choices or type == "enum":
            value = ParameterValue(type, _chosen(value.text, choices))
    except _Wrong as reason:
        example = f"; an example is `{kind.example}`" if kind.example else ""
        raise BotError(f"{quoted(text)} is not {kind.noun}: {reason}{example}.") from None
    return value


def _clean(text: str, type: str) -> str:
    """The text within bounds, and without the white space around it where that has no meaning."""
    if len(text) > LONGEST_VALUE:
        raise _Wrong(f"it has {len(text):,} characters, more than {LONGEST_VALUE:,}")
    if _SURROGATE.search(text):
        raise _Wrong("it holds half a character")
    if type not in ("text", "pattern"):
        text = text.strip()
    if not text:
        raise _Wrong("it is empty")
    return text


def _text(text: str) -> str:
    return text


def _number(text: str) -> str:
    found = _NUMBER.fullmatch(text)
    if not found:
        raise _Wrong("it takes digits, at most one dot and a leading minus")
    return found[1] + found[2]


def _duration(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if not found or found[2] not in UNITS:
        units = ", ".join(dict.fromkeys(UNITS.values()))
        raise _Wrong(f"it takes a whole number above 0 and a unit ({units})")
    amount, unit = int(found[1]), UNITS[found[2]]
    while unit in _CAPS and amount > _CAPS[unit][0]:
        most, larger = _CAPS[unit]
        if amount % most:
            raise _Wrong(
                f"Logs Insights would cut it to {most}{unit}; give a whole number of {larger}"
            )
        amount, unit = amount // most, larger
    return f"{amount}{unit}"


def _bucket(text: str) -> str:
    found = _BUCKET_ARN.fullmatch(text) or _BUCKET_URL.fullmatch(text)
    name = found[1] if found else text
    if not _BUCKET.fullmatch(name):
        # S3 user guide, "General purpose bucket naming rules".
        raise _Wrong("it takes 3 to 63 lower-case letters, digits, dots and hyphens")
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+){3}", name):
        raise _Wrong("a bucket's name cannot look like an IP address")
    return name


def _principal(text: str) -> str:
    if text.startswith("arn:") and not _ARN.fullmatch(text):
        raise _Wrong("this ARN is not complete")
    return text


def _account(text: str) -> str:
    if not _ACCOUNT.fullmatch(text):
        raise _Wrong("it takes 12 digits")
    return text.replace("-", "")


def _region(text: str) -> str:
    region = text.lower()
    if not _REGION.fullmatch(region):
        raise _Wrong("it takes the region's code")
    return region


def _ip(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise _Wrong("it takes one IPv4 or IPv6 address") from None
    if "%" in text:
        raise _Wrong("it takes no zone")
    return str(address)


def _cidr(text: str) -> str:
    if "%" in text:
        raise _Wrong("it takes no zone")
    if "/" not in text:
        raise _Wrong("the `/` and the number of bits are missing")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise _Wrong("it takes an address, a `/` and a number of bits") from None
    if ipaddress.ip_address(text.partition("/")[0]) != network.network_address:
        raise _Wrong(f"the block begins at {quoted(str(network))}")
    return str(network)


def _access_key(text: str) -> str:
    if not _ACCESS_KEY.fullmatch(text):
        raise _Wrong("it takes `AKIA` or `ASIA` and 12 to 124 more capitals and digits")
    return text


def _chosen(text: str, choices: Sequence[str]) -> str:
    """The choice that the text names, whatever its case."""
    if text in choices:
        return text
    lowered = {choice.lower(): choice for choice in choices}
    if text.lower() in lowered:
        return lowered[text.lower()]
    if not choices:
        raise _Wrong("its rule lists no choices")
    near = difflib.get_close_matches(text.lower(), lowered, 1)
    if near:
        raise _Wrong(f"did you mean {quoted(lowered[near[0]])}")
    raise _Wrong(f"choices are {', '.join(map(quoted, choices))}")


PARAMETER_TYPES: Mapping[str, ParameterType] = {
    kind.name: kind
    for kind in (
        ParameterType("text", "a text", "any words", _text),
        ParameterType("pattern", "a pattern", "*-releases", _text),
        ParameterType("number", "a number", "100", _number),
        ParameterType("bucket", "a bucket", "my-bucket", _bucket),
        ParameterType(
            "principal", "a principal", "arn:aws:iam::111122223333:user/responder-1", _principal
        ),
        ParameterType("account", "an account", "111122223333", _account),
        ParameterType("region", "a region", "eu-west-1", _region),
        ParameterType("ip", "an IP address", "192.0.2.10", _ip),
        ParameterType("cidr", "an address block", "192.0.2.0/24", _cidr),
        ParameterType("access_key", "an access key id", "AKIAIOSFODNN7EXAMPLE", _access_key),
        ParameterType("enum", "one of the choices", "", _text),
        ParameterType("duration", "a duration", "15m", _duration),
    )
}
"""By name. In a `pattern`, each `*` stands for any characters, also none."""
