"""Laws of addresses: inside their prefix, never the network's, the gateway's or the broadcast's, never shared."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iccc.city.addresses import DoesNotFit, host, site_prefix, unusable


@st.composite
def plans(draw: st.DrawFn) -> tuple[IPv4Network, int]:
    length = draw(st.integers(8, 28))
    base = draw(st.integers(0, (1 << length) - 1)) << (32 - length)
    return IPv4Network((base, length)), draw(st.integers(length, 30))


@given(plans(), st.integers(0, 300), st.integers(0, 300))
def test_subnets_of_junctions_are_apart_and_inside(plan: tuple[IPv4Network, int], one: int, other: int) -> None:
    prefix, length = plan
    assume(max(one, other) < 1 << (length - prefix.prefixlen))
    first, second = (site_prefix(prefix, length, number) for number in (one, other))
    assert first.subnet_of(prefix)
    assert first.prefixlen == length
    assert first.overlaps(second) == (one == other)


@given(plans(), st.integers(0, 300))
def test_a_number_without_a_subnet_is_refused(plan: tuple[IPv4Network, int], number: int) -> None:
    prefix, length = plan
    if number < 1 << (length - prefix.prefixlen):
        assert site_prefix(prefix, length, number).subnet_of(prefix)
    else:
        with pytest.raises(DoesNotFit, match=f"number {number} "):
            site_prefix(prefix, length, number)


@given(plans(), st.integers(-5, 600))
def test_a_host_is_never_network_gateway_or_broadcast(plan: tuple[IPv4Network, int], number: int) -> None:
    prefix = plan[0]
    try:
        address = IPv4Address(host(prefix, number))
    except DoesNotFit:
        assert number < 2 or number >= prefix.num_addresses - 1
        return
    assert address in prefix
    assert int(address) - int(prefix.network_address) == number
    assert address not in (prefix.network_address, prefix.network_address + 1, prefix.broadcast_address)


@given(plans(), st.integers(0, 2**32 - 1))
def test_a_declared_address_is_judged_by_the_same_rule(plan: tuple[IPv4Network, int], value: int) -> None:
    prefix, length = plan
    address = IPv4Address(value)
    if address not in prefix:
        assert "outside" in str(unusable(address, prefix, length))
        return
    subnet = IPv4Network((value, length), strict=False)
    reserved = {subnet.network_address, subnet.network_address + 1, subnet.broadcast_address}
    assert (unusable(address, prefix, length) is not None) == (address in reserved)


def test_a_longer_prefix_than_the_subnets_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="a /16 does not fit into 10.82.0.0/24"):
        site_prefix(IPv4Network("10.82.0.0/24"), 16, 0)
