"""LLDP neighbours against declared devices and ports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.mib.addresses import as_mac
from iccc.mib.port_names import same_port
from iccc.switch.identity import is_device, is_port
from iccc.switch.seen import Neighbour, PortFacts

NAME, MAC, ADDRESS = "knp-j01-sw1", "02:00:0a:01:02:03", "10.80.1.11"
PORT = PortFacts(index=10102, mac="02:00:0a:01:02:0c", alias="knp-j01-c02 fixed")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (Neighbour(sys_name=NAME), True),
        (Neighbour(sys_name="KNP-J01-SW1.cctv.example.in"), True),
        (Neighbour(sys_name="knp-j01-sw1."), True),
        (Neighbour(sys_name="Switch", chassis_id=MAC), True),
        (Neighbour(sys_name=NAME, chassis_id="02:00:ff:ff:ff:ff"), True),  # a replaced one
        (Neighbour(chassis_id="0200.0A01.0203"), True),
        (Neighbour(chassis_id=NAME), True),
        (Neighbour(sys_name="localhost", address=ADDRESS), True),
        (Neighbour(sys_name="knp-j01-sw10"), False),
        (Neighbour(sys_name="sw1"), False),
        (Neighbour(sys_name=NAME + "0", chassis_id="02:00:0a:01:02:99"), False),
        (Neighbour(chassis_id="aa:bb:cc:dd:ee:ff"), False),
        (Neighbour(chassis_id="02:00:0a:01:ff:00"), None),  # an interface of the same switch, or its chassis
        (Neighbour(address="10.80.9.9"), None),
        (Neighbour(chassis_id="some rack"), None),
        (Neighbour(), None),
    ],
)
def test_is_device(said: Neighbour, verdict: bool | None) -> None:
    assert is_device(said, NAME, MAC, ADDRESS) is verdict


def test_a_mac_address_that_nobody_knows_proves_nothing() -> None:
    assert is_device(Neighbour(chassis_id=MAC), NAME, None, ADDRESS) is None


@pytest.mark.parametrize(
    ("said", "facts", "verdict"),
    [
        (Neighbour(port_id="Gi1/0/2"), None, True),
        (Neighbour(port_id="gigabitethernet 1/0/2"), None, True),
        (Neighbour(port_id="GE1/0/2"), None, True),
        (Neighbour(port_id="Gi1/0/3"), PORT, False),
        (Neighbour(port_id="Te1/0/2"), PORT, False),
        (Neighbour(port_id=PORT.mac), PORT, True),
        (Neighbour(port_id=PORT.mac), None, None),
        (Neighbour(port_id="02:00:0a:01:02:0d"), PORT, False),
        (Neighbour(port_id=MAC, chassis_id=MAC), PORT, None),  # every port has the address of the chassis
        (Neighbour(port_id="knp-j01-c02 fixed"), PORT, True),
        (Neighbour(port_id="10102"), PORT, True),
        (Neighbour(port_id="2"), PORT, None),  # a number of the agent's own
        (Neighbour(port_id="2", port_description="GigabitEthernet1/0/2"), PORT, True),
        (Neighbour(port_id="2", port_description="GigabitEthernet1/0/3"), PORT, False),
        (Neighbour(port_id="2", port_description="to the pole"), PORT, None),
        (Neighbour(port_id="\u0915\u0948\u092e\u0930\u093e"), PORT, None),
        (Neighbour(port_id="\u0967"), PORT, None),  # a Devanagari digit is decimal to Python
        (Neighbour(), PORT, None),
    ],
)
def test_is_port(said: Neighbour, facts: PortFacts | None, verdict: bool | None) -> None:
    assert is_port(said, "GigabitEthernet1/0/2", facts) is verdict


SHORT = {
    "Fa": "FastEthernet",
    "Gi": "GigabitEthernet",
    "GE": "GigabitEthernet",
    "Te": "TenGigabitEthernet",
    "XGE": "Ten-GigabitEthernet",
    "10GE": "XGigabitEthernet",
    "Twe": "TwentyFiveGigE",
    "Fo": "FortyGigabitEthernet",
    "Hu": "HundredGigE",
    "Eth": "Ethernet",
    "Po": "Port-channel",
}
kinds = st.sampled_from(sorted(SHORT))
numbers = st.lists(st.integers(0, 128), min_size=1, max_size=3).map(lambda all_: "/".join(map(str, all_)))


@given(kinds, numbers, numbers)
def test_a_name_is_the_same_in_short_and_in_full_and_no_other(kind: str, here: str, there: str) -> None:
    short, full = f"{kind}{here}", f"{SHORT[kind]}{here}"
    assert same_port(short, full) is True
    assert same_port(full, short) is True
    if here != there:
        assert same_port(short, f"{SHORT[kind]}{there}") is not True


@given(st.text(max_size=20) | numbers, st.text(max_size=20) | numbers)
def test_any_two_names_compare_the_same_both_ways(one: str, other: str) -> None:
    assert same_port(one, other) is same_port(other, one)
    assert same_port(one, one) is True


@given(st.binary(min_size=6, max_size=6), st.sampled_from([":", "-", ""]))
def test_a_mac_address_reads_the_same_however_it_is_written(octets: bytes, mark: str) -> None:
    written = octets.hex(mark) if mark else octets.hex()
    assert as_mac(written.upper()) == octets.hex(":")
