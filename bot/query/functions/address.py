"""The functions of IP addresses.

CloudWatch Logs user guide, "IP address functions". Whatever is no address, such as the
`cloudtrail.amazonaws.com` that stands for an address in CloudTrail, is in no subnet.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from bot.query.functions.row import ANY, TEXT, Kind, scalar
from bot.query.values import Value, text_of

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_LONGEST = 64  # characters of an address with its prefix length
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))  # RFC 1918
# What IANA's special-purpose registries call not globally reachable, and multicast.
_RESERVED_4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
_RESERVED_6 = tuple(map(IPv6Network, (
    "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
    "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "ff00::/8",
)))  # fmt: skip


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


def is_reserved(value: Value) -> bool:
    """Whether the value is an address set aside: this machine, documentation, multicast and so on."""
    address = _address(value)
    if isinstance(address, IPv4Address):
        return any(address in block for block in _RESERVED_4)
    return address is not None and any(address in block for block in _RESERVED_6)


def is_public(value: Value) -> bool:
    """Whether the value is an address that is neither private nor reserved."""
    return is_address(value) and not is_private(value) and not is_reserved(value)


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


_PAGE = "IP address functions"
_ONE, _TWO = (1, 1), (2, 2)
_IN_SUBNET = (Kind.ANY, Kind.SUBNET)

ROWS = (
    scalar("isValidIp", _ONE, ANY, is_address, "whether it is an IP address", _PAGE),
    scalar("isValidIpV4", _ONE, ANY, is_address_4, "whether it is an IPv4 address", _PAGE),
    scalar("isValidIpV6", _ONE, ANY, is_address_6, "whether it is an IPv6 address", _PAGE),
    scalar("isIpInSubnet", _TWO, _IN_SUBNET, in_subnet, "whether it is an address in the subnet", _PAGE),
    scalar("isIpv4InSubnet", _TWO, _IN_SUBNET, in_subnet_4, "whether it is an IPv4 address in the subnet", _PAGE),
    scalar("isIpv6InSubnet", _TWO, _IN_SUBNET, in_subnet_6, "whether it is an IPv6 address in the subnet", _PAGE),
    scalar("isPrivateIP", _ONE, ANY, is_private, "whether it is a private IPv4 address", _PAGE),
    scalar("isPublicIP", _ONE, ANY, is_public, "whether it is an address of the public Internet", _PAGE),
    scalar("isReservedIP", _ONE, ANY, is_reserved, "whether it is an address set aside, such as 127.0.0.1", _PAGE),
    scalar("ipv4ToNumber", _ONE, TEXT, as_number, "an IPv4 address as a number", _PAGE),
)  # fmt: skip
"""The rows of these functions."""
