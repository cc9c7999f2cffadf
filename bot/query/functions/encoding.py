"""Encodings and digests of texts. Text that is not in the encoding decodes to nothing: missing.

CloudWatch Logs user guide, "String functions" and "Hashing functions". Decoded bytes are read as
UTF-8; what is none of it becomes U+FFFD.
"""

from __future__ import annotations

import binascii
import hashlib
import math
import re

from bot.query.functions.row import NUMBER, TEXT, scalar
from bot.query.values import MOST_BITS, MOST_TEXT, Number

_HEX = re.compile(r"(?:0[xX])?((?:[0-9a-fA-F]{2})*)")
_HEX_NUMBER = re.compile(r"(-?)(?:0[xX])?([0-9a-fA-F]+)")
_BASE64 = re.compile(r"([A-Za-z0-9+/]*)(={0,2})")
_ESCAPES = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-*_")
_ENCODED = [chr(byte) if byte in _KEPT else f"%{byte:02X}" for byte in range(256)]
_ENCODED[ord(" ")] = "+"


def url_encode(text: str) -> str | None:
    """The text as a form field of a URL: `+` for a space, `%` and hex for most others."""
    if len(text) > MOST_TEXT:
        return None
    return _short("".join([_ENCODED[byte] for byte in _bytes(text)]))


def url_decode(text: str) -> str:
    """What the form field says. A `%` that begins no escape stays as it is."""
    return _ESCAPES.sub(_unescaped, text.replace("+", " "))


def _unescaped(found: re.Match[str]) -> str:
    return _text(bytes.fromhex(found[0].replace("%", "")))


def base64_encode(text: str) -> str | None:
    """The text's UTF-8 bytes in Base64."""
    if len(text) > MOST_TEXT:
        return None
    return _short(binascii.b2a_base64(_bytes(text), newline=False).decode())


def base64_decode(text: str) -> str | None:
    """What the Base64 says, with or without its padding; None if the text is none."""
    found = _BASE64.fullmatch(text)
    if found is None or len(found[1]) % 4 == 1 or (found[2] and len(text) % 4):
        return None
    return _text(binascii.a2b_base64(found[1] + "=" * (-len(found[1]) % 4)))


def hex_to_text(text: str) -> str | None:
    """The text whose bytes are written in hex, with or without `0x`; None if the text is no hex."""
    found = _HEX.fullmatch(text)
    return None if found is None else _text(bytes.fromhex(found[1]))


def hex_to_number(text: str) -> Number | None:
    """The number that is written in hex, with or without `0x`; None if it is none, or too large."""
    found = _HEX_NUMBER.fullmatch(text)
    if found is None or len(found[2]) * 4 > MOST_BITS:
        return None
    number = int(found[2], 16)
    return -number if found[1] else number


def number_to_hex(number: Number) -> str | None:
    """The number without its fraction, in lower-case hex behind `0x`; None if it is too large."""
    whole = math.trunc(number)
    return hex(whole) if whole.bit_length() <= MOST_BITS else None


def md5(text: str) -> str:
    """The MD5 digest of the text's UTF-8 bytes, in hex."""
    return hashlib.md5(_bytes(text), usedforsecurity=False).hexdigest()


def sha256(text: str) -> str:
    """The SHA-256 digest of the text's UTF-8 bytes, in hex."""
    return hashlib.sha256(_bytes(text)).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _short(text: str) -> str | None:
    return text if len(text) <= MOST_TEXT else None


_PAGE = "String functions"
_ONE = (1, 1)

ROWS = (
    scalar("urlencode", _ONE, TEXT, url_encode, "encoded for a URL", _PAGE),
    scalar("urldecode", _ONE, TEXT, url_decode, "decoded from a URL", _PAGE),
    scalar("base64encode", _ONE, TEXT, base64_encode, "in Base64", _PAGE),
    scalar("base64decode", _ONE, TEXT, base64_decode, "what Base64 says", _PAGE),
    scalar("hexToAscii", _ONE, TEXT, hex_to_text, "the text whose bytes are written in hex", _PAGE),
    scalar("hexToDec", _ONE, TEXT, hex_to_number, "the number that is written in hex", _PAGE),
    scalar("decToHex", _ONE, NUMBER, number_to_hex, "a whole number in hex", _PAGE),
    scalar("md5", _ONE, TEXT, md5, "the MD5 digest, in hex", "Hashing functions"),
    scalar("sha256", _ONE, TEXT, sha256, "the SHA-256 digest, in hex", "Hashing functions"),
)  # fmt: skip
"""The rows of these functions."""
