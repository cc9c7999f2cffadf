"""`cidrlookup`: the row of a lookup table whose network an IP address is in.

CloudWatch Logs user guide, `cidrlookup`. Of several networks the smallest counts. Networks lie in
one dict for each length of prefix, so that an address costs as many steps as there are lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import AddressValueError, IPv6Address
from typing import TypeAlias

from bot.errors import BotError
from bot.query.columns.batch import Column
from bot.query.errors import quoted
from bot.query.tables.lookups import LookupTable
from bot.query.values import Value

_LONGEST = 64  # characters of an address
_OCTETS = {str(number): number for number in range(256)}

Lengths: TypeAlias = list[tuple[int, dict[int, int]]]
"""For each length of prefix, longest first: the bits behind it, and the rows by the prefix."""


class Networks:
    """The networks of one column of a table."""

    def __init__(self, table: LookupTable, column: str) -> None:
        """`BotError` if there is no such column, or says in which line it holds no network.

        A network is written by its first address, as `192.0.2.0/24`; an address is a network of
        its own.
        """
        four: dict[int, dict[int, int]] = {}
        six: dict[int, dict[int, int]] = {}
        for row, text in enumerate(table.column(column)):
            network = _network(text)
            if network is None:
                place = f"Lookup table `{table.name}`, line {table.lines[row]}"
                message = f"{place}: {quoted(text)} is no network."
                raise BotError(f"{message}\nWrite it by its first address, as `192.0.2.0/24`.")
            version, number, behind = network
            where = four if version == 4 else six
            where.setdefault(behind, {}).setdefault(number, row)
        self._four: Lengths = sorted(four.items())
        self._six: Lengths = sorted(six.items())

    def match(self, addresses: Column) -> list[int | None]:
        """For each address the number of the table's row with its smallest network, or None.

        Of equal networks the first row counts. What is no address is in no network.
        """
        known: dict[str, int | None] = {}
        return [self._row(value, known) for value in addresses]

    def _row(self, value: Value, known: dict[str, int | None]) -> int | None:
        if not isinstance(value, str):
            return None
        if value not in known:
            known[value] = self._find(value)
        return known[value]

    def _find(self, text: str) -> int | None:
        address = _number(text)
        if address is None:
            return None
        version, number = address
        for behind, rows in self._four if version == 4 else self._six:
            row = rows.get(number >> behind)
            if row is not None:
                return row
        return None


def _network(text: str) -> tuple[int, int, int] | None:
    """The version of a network, its prefix, and how many bits are behind that; None for others.

    These are the texts that `isIpInSubnet` takes too (`bot.query.functions.address`).
    """
    first, slash, length = text.partition("/")
    address = _number(first)
    if address is None:
        return None
    version, number = address
    bits = 32 if version == 4 else 128
    if not slash:
        return version, number, 0
    if len(length) > 3 or not (length.isascii() and length.isdigit()) or int(length) > bits:
        return None
    behind = bits - int(length)
    return None if number & ((1 << behind) - 1) else (version, number >> behind, behind)


def _number(text: str) -> tuple[int, int] | None:
    """The version and the number of an address; None if the text is none."""
    if ":" in text:
        return _number_6(text)
    parts: Sequence[str] = text.split(".", 4)
    if len(parts) != 4:
        return None
    number = 0
    for part in parts:
        octet = _OCTETS.get(part)
        if octet is None:
            return None
        number = number << 8 | octet
    return 4, number


def _number_6(text: str) -> tuple[int, int] | None:
    if len(text) > _LONGEST or "%" in text:  # a zone: an address of this machine only
        return None
    try:
        return 6, int(IPv6Address(text))
    except AddressValueError:
        return None
