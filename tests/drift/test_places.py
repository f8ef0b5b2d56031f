"""Whose an address is and where: duplicates, ids that do not hang on what was read, ports that are several in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest

from iccc.drift.places import Places
from iccc.finding import Finding
from iccc.mib.port_names import is_aggregate
from iccc.switch.seen import Arp, Neighbour
from tests.drift.readings import Reading, after, city, mac_of
from tests.drift.seeds import STRANGER, answer, camera_of, free_port, link_of, undeclared_cable

SITE = "bsp-j05"
CORES = ("bsp-core1", "bsp-core2")
SWITCH = next(s for s in city().switches.values() if s.site == SITE)
CAMERA = camera_of(SITE, Random(1), mac=True)
OF_NOBODY = "10.81.0.77"


def alone(reading: Reading) -> Finding:
    (finding,) = reading.findings()
    return finding


def remember(reading: Reading, core: str, address: str, mac: str) -> None:
    """It is in the ARP table of one core switch."""
    arp = reading.facts(core).arp
    assert isinstance(arp, Mapping)
    reading.tell(core, arp={**arp, address: Arp(mac)})


# Ids


def test_an_address_of_nobody_is_one_finding_whichever_core_switch_still_knows_it() -> None:
    ids, sources = set(), []
    for knowing in (CORES, CORES[:1], CORES[1:]):
        reading = after(SITE)
        for core in knowing:
            remember(reading, core, OF_NOBODY, STRANGER)
        finding = alone(reading)
        ids.add(finding.id)
        sources.append([one.source.partition(" ")[0] for one in finding.evidence])
    assert len(ids) == 1
    assert sources == [[*CORES], [CORES[0]], [CORES[1]]]


def test_an_address_of_nobody_is_the_same_finding_where_one_core_switch_alone_was_read() -> None:
    reading = after(SITE)
    remember(reading, CORES[1], OF_NOBODY, STRANGER)
    whole = alone(reading).id
    reading.forget(CORES[0])
    assert alone(reading).id == whole


def test_a_stranger_that_its_port_tells_of_hides_no_other_one_that_answers_for_the_address() -> None:
    reading = after(SITE)
    reading.tell_port(*free_port(SITE, Random(2)), macs=frozenset({(1, STRANGER)}), oper_up=True)
    remember(reading, CORES[0], OF_NOBODY, STRANGER)
    remember(reading, CORES[1], OF_NOBODY, "66:00:00:00:00:09")
    assert sorted(path.partition("[")[0] for _, _, path in reading.told()) == ["arp", "ports"]


def test_a_cable_beside_the_declaration_is_one_finding_whichever_end_was_read() -> None:
    reading = after(SITE)
    key = undeclared_cable(reading, SITE, Random(3))
    both = next(f for f in reading.findings() if (f.device, str(f.class_), f.path) == key)
    near = str(both.seen).split(" ")[0]
    reading.forget(both.device)
    other = next(f for f in reading.findings() if f.path.endswith(".neighbour"))
    assert (other.id, other.seen, other.wanted) == (both.id, both.seen, both.wanted)
    assert all(one.source.startswith(f"{near} LLDP-MIB") for one in other.evidence)


def test_a_cable_from_a_declared_port_to_a_free_one_is_told_on_the_declared_port() -> None:
    """Heard from its far end alone, where nothing is declared; that the near one hears nobody is the same fact."""
    link = link_of(SITE, Random(4))
    at = free_port(SITE, Random(5), but=link.b)
    said = Neighbour(link.b, mac_of(link.b), link.b_port, None, True, city().switches[link.b].address)
    reading = after(SITE)
    reading.tell_port(*at, neighbours=(said,), oper_up=True)
    reading.tell_port(link.b, link.b_port, neighbours=())
    assert reading.told() == [(link.b, "topology", f"ports[{link.b_port}].neighbour")]
    assert alone(reading).seen == " ".join(at)


# Duplicates


@pytest.mark.parametrize("dead", [CORES[0], CORES[1]])
def test_a_dead_entry_of_one_core_switch_hides_no_living_one_of_the_other(dead: str) -> None:
    reading = after(SITE)
    reading.tell_port(*free_port(SITE, Random(6)), macs=frozenset({(CAMERA.vlan, STRANGER)}), oper_up=True)
    answer(reading, CAMERA.address, STRANGER)
    remember(reading, dead, CAMERA.address, "66:00:00:00:00:09")
    assert reading.told() == [(CAMERA.name, "addressing", "address")]
    assert alone(reading).seen == STRANGER


def test_a_camera_that_answers_for_a_switch_is_told() -> None:
    reading = after(SITE)
    answer(reading, SWITCH.address, mac_of(CAMERA.name))
    finding = alone(reading)
    assert (finding.device, finding.path, finding.seen) == (SWITCH.name, "address", mac_of(CAMERA.name))
    assert f"of {CAMERA.name} on {CAMERA.switch} {CAMERA.port}" in finding.text
    assert [one.source.partition(" ")[0] for one in finding.evidence] == [*CORES]


def test_an_access_switch_that_answers_for_another_one_is_told() -> None:
    other = next(s for s in city().switches.values() if s.site == SITE and s.name != SWITCH.name)
    link = next(one for one in city().links if other.name in (one.a, one.b))
    reading = after(SITE)
    answer(reading, SWITCH.address, mac_of(other.name))
    reading.tell_port(link.a, link.a_port, macs=frozenset({(110, mac_of(other.name))}))
    assert reading.told() == [(SWITCH.name, "addressing", "address")]


def test_a_stranger_on_a_free_port_that_answers_for_a_switch_is_told_once() -> None:
    reading = after(SITE)
    answer(reading, SWITCH.address, STRANGER)
    reading.tell_port(*free_port(SITE, Random(7)), macs=frozenset({(110, STRANGER)}), oper_up=True)
    assert reading.told() == [(SWITCH.name, "addressing", "address")]


def test_the_vlan_interface_of_a_switch_may_have_an_address_that_nobody_told() -> None:
    """It is learned on trunks; a core switch that routes may answer for it as well."""
    link = next(one for one in city().links if SWITCH.name in (one.a, one.b))
    for answering in (STRANGER, mac_of(CORES[0])):
        reading = after(SITE)
        answer(reading, SWITCH.address, answering)
        reading.tell_port(link.a, link.a_port, macs=frozenset({(110, answering)}))
        assert reading.told() == [], answering


def test_a_switch_knows_its_own_address_in_its_own_arp_table() -> None:
    """Its cable was plugged elsewhere and LLDP is silent there: the strange address on that port is its own."""
    reading = after(SITE)
    answer(reading, SWITCH.address, STRANGER)
    reading.tell(SWITCH.name, arp={SWITCH.address: Arp(STRANGER)})
    reading.tell_port(*free_port(SITE, Random(7), but=SWITCH.name), macs=frozenset({(110, STRANGER)}), oper_up=True)
    assert [path.rpartition(".")[2] for _, _, path in reading.told()] == ["macs"]
    assert STRANGER in Places(reading.view).own(SWITCH.name)


def test_the_addresses_of_a_switch_are_of_one_block() -> None:
    reading = after(SITE)
    port = next(iter(SWITCH.ports))
    answer(reading, SWITCH.address, STRANGER)
    reading.tell_port(*free_port(SITE, Random(7)), macs=frozenset({(110, STRANGER)}), oper_up=True)
    reading.tell_port(SWITCH.name, port, mac=STRANGER[:-5] + "00:01")
    assert [path.rpartition(".")[2] for _, _, path in reading.told()] == ["macs"]


# Aggregates


@pytest.mark.parametrize(
    "name",
    [
        "Port-channel1",
        "Po1",
        "Eth-Trunk12",
        "Bridge-Aggregation3",
        "BAGG3",
        "lag 7",
        "lag7",
        "ae0",
        "ae0.0",
        "sa2",
        "Trk1",
    ],
)
def test_an_aggregate_is_known_by_its_name(name: str) -> None:
    assert is_aggregate(name)


@pytest.mark.parametrize("name", ["GigabitEthernet1/0/1", "Eth1/1", "1/1/3", "xe-0/0/1", "port1.0.1", "Vlan1", ""])
def test_a_port_is_no_aggregate(name: str) -> None:
    assert not is_aggregate(name)


@pytest.mark.parametrize(("name", "aggregate"), [("Port-channel1", False), ("uplink", True)])
def test_an_aggregate_that_nobody_declared_is_no_place_for_a_device(name: str, aggregate: bool) -> None:
    """The addresses of an uplink of two ports are learned there, and LLDP is heard on its members."""
    reading = after(SITE)
    learned = frozenset({(1, STRANGER), (CAMERA.vlan, mac_of(CAMERA.name))})
    facts = reading.facts(SWITCH.name)
    assert isinstance(facts.ports, Mapping)
    port = replace(facts.ports[next(iter(SWITCH.ports))], index=5001, neighbours=(), macs=learned, aggregate=aggregate)
    reading.tell(SWITCH.name, ports={**facts.ports, name: port})
    if SWITCH.name != CAMERA.switch:
        reading.tell_port(CAMERA.switch, CAMERA.port, macs=frozenset())  # no move to the uplink
    assert reading.told() == []
