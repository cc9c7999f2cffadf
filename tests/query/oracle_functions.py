"""The functions of the language as the oracle has them, each from its line in the manual."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import math
import re
import urllib.parse
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.query.oracle_values import Moment, compact, finite, gone, holds, number, text


def run(name: str, values: list[Any]) -> Any:
    """What a scalar function gives for the values of its arguments."""
    if name in _ANY:
        return _ANY[name](*values)
    if name in _NUMBERS:
        given = [number(value) for value in values]
        return None if None in given else _number(name, given)
    texts = [text(value) for value in values]
    if name == "substr":
        texts[1:] = [number(value) for value in values[1:]]
    return None if None in texts else _TEXTS[name](*texts)


def _number(name: str, given: list[Any]) -> Any:
    try:
        result = _NUMBERS[name](*(int(n) if isinstance(n, int) else n for n in given))
    except (ValueError, OverflowError):
        return None
    return result if result is None or isinstance(result, str) else finite(result)


# ------------------------------------------------------------------------------- any values
def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _case(*values: Any) -> Any:
    for at in range(0, len(values) - 1, 2):
        if holds(values[at]):
            return values[at + 1]
    return values[-1] if len(values) % 2 else None


def _stringify(value: Any) -> Any:
    return compact(value) if isinstance(value, list | dict) else None


def _address(value: Any) -> Any:
    try:
        return ipaddress.ip_address(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _version(value: Any) -> int:
    found = _address(value)
    return 0 if found is None else found.version


def _within(value: Any, subnet: Any) -> bool:
    try:
        network = ipaddress.ip_network(text(subnet) or "")
    except ValueError:
        return False
    found = _address(value)
    return found is not None and found in network


_LOCAL = [ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


def _private(value: Any) -> bool:
    found = _address(value)
    return found is not None and any(found in network for network in _LOCAL)


_ANY: dict[str, Any] = {
    "ispresent": lambda value: value is not None,
    "coalesce": _first,
    "if": lambda condition, yes, no: yes if holds(condition) else no,
    "case": _case,
    "isNumeric": lambda value: number(value) is not None,
    "isempty": lambda value: int(gone(value) or value == ""),
    "isblank": lambda value: int(gone(value) or (isinstance(value, str) and not value.strip())),
    "jsonStringify": _stringify,
    "isValidIp": lambda value: _version(value) > 0,
    "isValidIpV4": lambda value: _version(value) == 4,
    "isValidIpV6": lambda value: _version(value) == 6,
    "isIpInSubnet": _within,
    "isIpv4InSubnet": lambda value, net: _version(value) == 4 and _within(value, net),
    "isIpv6InSubnet": lambda value, net: _version(value) == 6 and _within(value, net),
    "isPrivateIP": _private,
}


# ---------------------------------------------------------------------------------- numbers
def _round(value: Any, places: Any = 0) -> Any:
    if isinstance(value, int):
        return value
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    return int(rounded) if places == 0 else float(rounded)


def _whole(bits: int) -> Any:
    def run(value: Any) -> Any:
        whole = math.trunc(value)
        return whole if -(2 ** (bits - 1)) <= whole < 2 ** (bits - 1) else None

    return run


def _hex(value: Any) -> str:
    whole = math.trunc(value)
    return f"{'-' if whole < 0 else ''}0x{abs(whole):x}"


def _kilometres(*degrees: Any) -> Any:
    if max(abs(degrees[0]), abs(degrees[2])) > 90 or max(abs(degrees[1]), abs(degrees[3])) > 180:
        return None
    a, b, c, d = map(math.radians, degrees)
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))


_NUMBERS: dict[str, Any] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "round": _round,
    "sqrt": math.sqrt,
    "log": math.log,
    "greatest": max,
    "least": min,
    "toNumber": lambda value: value,
    "toInt": _whole(32),
    "toLong": _whole(64),
    "toDouble": float,
    "decToHex": _hex,
    "toMillis": math.floor,
    "fromMillis": lambda value: Moment(math.floor(value)),
    "haversine": _kilometres,
}


# ------------------------------------------------------------------------------------ texts
def _substr(value: str, start: Any, length: Any = None) -> Any:
    start, length = math.trunc(start), None if length is None else math.trunc(length)
    if start < 0 or (length is not None and length < 0):
        return None
    return value[start:] if length is None else value[start : start + length]


def _hex_text(value: str) -> Any:
    digits = re.sub("^0[xX]", "", value)
    if not re.fullmatch("([0-9a-fA-F]{2})*", digits):
        return None
    return bytes.fromhex(digits).decode(errors="replace")


def _hex_number(value: str) -> Any:
    found = re.fullmatch("([+-]?)(0[xX])?([0-9a-fA-F]+)", value)
    return int(found[1] + found[3], 16) if found else None


def _from_base64(value: str) -> Any:
    if not re.fullmatch("[A-Za-z0-9+/]*={0,2}", value):
        return None
    bare = value.rstrip("=")
    if len(bare) % 4 == 1 or ("=" in value and len(value) % 4):
        return None
    return base64.b64decode(bare + "=" * (-len(bare) % 4)).decode(errors="replace")


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return None


def _json(value: str) -> Any:
    found = _decoded(value)
    return found if isinstance(found, list | dict) else None


def _array_size(value: str) -> Any:
    found = _decoded(value)
    return len(found) if isinstance(found, list) else None


def _array_contains(value: str, wanted: str) -> int:
    found = _decoded(value)
    return int(isinstance(found, list) and any(text(element) == wanted for element in found))


def _ipv4(value: str) -> Any:
    return int(_address(value)) if _version(value) == 4 else None


_TEXTS: dict[str, Any] = {
    "concat": lambda *values: "".join(values),
    "strlen": len,
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": str.strip,
    "ltrim": str.lstrip,
    "rtrim": str.rstrip,
    "substr": _substr,
    "replace": lambda value, find, new: value.replace(find, new) if find else value,
    "strcontains": lambda value, find, *ignored: int(find in value),
    "startsWith": lambda value, part: int(value.startswith(part)),
    "endsWith": lambda value, part: int(value.endswith(part)),
    "split": lambda value, mark: value.split(mark) if mark else [value],
    "messageSize": lambda value: len(value.encode()),
    "urlencode": lambda value: (
        urllib.parse.quote(value, safe="*-._ ").replace(" ", "+").replace("~", "%7E")
    ),
    "urldecode": urllib.parse.unquote_plus,
    "base64encode": lambda value: base64.b64encode(value.encode()).decode(),
    "base64decode": _from_base64,
    "hexToAscii": _hex_text,
    "hexToDec": _hex_number,
    "md5": lambda value: hashlib.md5(value.encode()).hexdigest(),  # noqa: S324
    "sha256": lambda value: hashlib.sha256(value.encode()).hexdigest(),
    "jsonParse": _json,
    "jsonArraySize": _array_size,
    "jsonArrayContains": _array_contains,
    "ipv4ToNumber": _ipv4,
}
