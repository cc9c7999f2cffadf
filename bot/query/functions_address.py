"""The functions of IP addresses.

CloudWatch Logs user guide, "IP address functions". Whatever is no address, such as the
`cloudtrail.amazonaws.com` that stands for an address in CloudTrail, is in no subnet.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from bot.query.values import Value, text_of

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_LONGEST = 64  # characters of an address with its prefix length
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))  # RFC 1918


def is_address(value: Value) -> bool:
    """Whether the value is an IP address, of version 4 or 6."""
    return _address(value) is not None


def is_address_4(value: Value) -> bool:
    """Whether the value is an IPv4 address."""
    return isinstance(_address(value), IPv4Address)


def is_address_6(value: Value) -> bool:
    """Whether the value is an IPv6 address."""
    return isinstance(_address(value), IPv6Address)


def in_subnet(value: Value, subnet: Value) -> bool:
    """Whether the value is an address in the subnet, such as `192.0.2.0/24`."""
    address, network = _address(value), read_subnet(text_of(subnet) or "")
    return address is not None and network is not None and address in network


def in_subnet_4(value: Value, subnet: Value) -> bool:
    """Whether the value is an IPv4 address in the subnet."""
    return is_address_4(value) and in_subnet(value, subnet)


def in_subnet_6(value: Value, subnet: Value) -> bool:
    """Whether the value is an IPv6 address in the subnet."""
    return is_address_6(value) and in_subnet(value, subnet)


def is_private(value: Value) -> bool:
    """Whether the value is a private IPv4 address (RFC 1918)."""
    address = _address(value)
    return isinstance(address, IPv4Address) and any(address in block for block in _PRIVATE)


def as_number(text: str) -> int | None:
    """The IPv4 address as a number; None if the text is none."""
    address = _address(text)
    return int(address) if isinstance(address, IPv4Address) else None


def _address(value: Value) -> Address | None:
    return _read_address(value) if isinstance(value, str) and len(value) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _read_address(text: str) -> Address | None:
    if "%" in text:  # a zone: an address of this machine only
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def read_subnet(text: str) -> Network | None:
    """The subnet that the text names; None if it is no subnet, or not written by its first address."""
    prefix = text.rpartition("/")[2]
    if len(text) > _LONGEST or "/" not in text or "%" in text or not prefix.isdigit():
        return None
    try:
        return ip_network(text)
    except ValueError:
        return None
