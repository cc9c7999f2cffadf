"""In which of many networks an address is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BotError
from bot.query.functions.address import in_subnet, read_subnet
from bot.query.tables.lookups import LookupTable
from bot.query.tables.networks import Networks


def networks(*texts: str) -> Networks:
    return Networks(LookupTable.from_csv("nets", "\n".join(("net", *texts))), "net")


def test_the_smallest_network_counts() -> None:
    table = networks(
        "192.0.2.0/24", "192.0.0.0/16", "192.0.2.64/26", "192.0.2.64/26", "192.0.2.65",
        "2001:db8::/32", "2001:db8:1::/48", "::/0",
    )  # fmt: skip
    addresses = ["192.0.2.1", "192.0.2.64", "192.0.2.65", "192.0.9.9", "198.51.100.1"]
    assert table.match(addresses) == [0, 2, 4, 1, None]
    assert table.match(["2001:db8::1", "2001:DB8:1::1", "2001:db9::1"]) == [5, 6, 7]


@pytest.mark.parametrize(
    "value",
    [None, 5, [1], "", "example.com", "192.0.2", "192.0.2.01", "192.0.2.256", "192.0.2.1.1",
     "192.0.2.1/32", " 192.0.2.1", "192.0.2.\u0661", ":", "::%1", "1:" * 100_000, "1." * 100_000],
)  # fmt: skip
def test_what_is_no_address_is_in_no_network(value: Any) -> None:
    assert networks("0.0.0.0/0", "::/0").match([value, value]) == [None, None]


@pytest.mark.parametrize(
    "text",
    ["x", "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/\u0661",
     "192.0.2.0/0024", "::1/64", "::/129", "192.0.2.0/255.255.255.0", "192.0.2.0/24/24"],
)  # fmt: skip
def test_a_table_with_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BotError) as error:
        networks("192.0.2.0/24", text)
    assert f"Lookup table `nets`, line 3: `{text}` is no network." in str(error.value)


octet = st.sampled_from(["0", "1", "64", "192", "255", "256", "01"])
address = st.one_of(
    st.tuples(octet, octet, octet, octet).map(".".join),
    st.sampled_from(["::", "::1", "2001:db8::", "2001:db8::ffff", "::ffff:192.0.2.1", "1::2::3"]),
)
length = st.sampled_from(["0", "8", "24", "25", "32", "024", "33", "64", "127", "128", "x"])
subnet = st.tuples(address, length).map("/".join)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(address, subnet)
def test_it_agrees_with_the_function_of_subnets(address: str, subnet: str) -> None:
    if read_subnet(subnet) is None:
        with pytest.raises(BotError):
            networks(subnet)
    else:
        assert networks(subnet).match([address]) == [0 if in_subnet(address, subnet) else None]
