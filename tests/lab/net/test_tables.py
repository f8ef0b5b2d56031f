"""What the tables tell: it follows from the state, and moves as time does. Asked by foreign clients."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from gufo.snmp.sync import SnmpSession
from pysnmp.hlapi.v3arch.asyncio import CommunityData

from tests.lab.net.conftest import Served
from tests.lab.net.foreign import PORT, ask
from tests.lab.net.town import GI, MANAGEMENT

IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
IN_OCTETS, IN_ERRORS, LAST_CHANGE = f"{IF}.10", f"{IF}.14", f"{IF}.9"
HC_IN_OCTETS, HIGH_SPEED = f"{IFX}.6", f"{IFX}.15"
DUPLEX = "1.3.6.1.2.1.10.7.2.1.19"
STP_STATE = "1.3.6.1.2.1.17.2.15.1.3"
FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
DETECTION, WATTS = "1.3.6.1.2.1.105.1.1.1.6.1", "1.3.6.1.4.1.9.9.402.1.2.1.9.1"
ADDITIONAL = "1.3.6.1.4.1.9.9.402.1.2.1.5.1"
SENSOR_VALUE = "1.3.6.1.4.1.9.9.91.1.1.1.1.4"
ARP_MAC = "1.3.6.1.2.1.4.22.1.2"
NTP, EVENT = "1.3.6.1.4.1.9.9.168.1.1.11", "1.3.6.1.4.1.9.9.43.1.1.6.1"
SYS_NAME, SERIAL = "1.3.6.1.2.1.1.5", "1.3.6.1.2.1.47.1.1.1.1.11"
UP_TIME = "1.3.6.1.2.1.1.3"
LLDP_PORT, LLDP_PORT_SORT, LLDP_NAME = (f"1.0.8802.1.1.2.1.4.1.1.{column}" for column in (7, 6, 9))
SWITCHES = ("agg1", "sw1", "sw2", "sw3", "sw4")
BLOCKING, FORWARDING = 2, 5


def column(lab: Served, switch: str, oid: str, vlan: int | None = None) -> dict[str, Any]:
    community = lab.sheet["communities"]["ro"] + (f"@{vlan}" if vlan else "")
    with SnmpSession(addr=lab.address(switch), port=PORT, community=community, timeout=1.0) as session:
        return {name.removeprefix(f"{oid}."): value for name, value in session.getbulk(oid)}


def one(lab: Served, switch: str, oid: str, index: str = "0") -> Any:
    return column(lab, switch, oid)[index]


def blocked(lab: Served, vlan: int) -> list[tuple[str, str]]:
    """The ports of the ring that spanning tree holds back."""
    found = {name: column(lab, name, STP_STATE, vlan) for name in SWITCHES if name not in lab.client.unreachable()}
    return [(name, port) for name, states in found.items() for port, state in states.items() if int(state) == BLOCKING]


@pytest.fixture
def deployed(lab: Served) -> Served:
    lab.deploy()
    return lab


def test_counters_move_where_there_is_a_link_and_only_there(deployed: Served) -> None:
    before = column(deployed, "sw1", HC_IN_OCTETS)
    after = column(deployed, "sw1", HC_IN_OCTETS)
    moved = {index for index in before if int(after[index]) > int(before[index])}
    assert moved == {"10001", "10002", "10009", "10010"}
    assert all(int(after[index]) == 0 for index in after.keys() - moved)
    low = column(deployed, "sw1", IN_OCTETS)
    assert all(int(value) < 1 << 32 for value in low.values())


def test_a_closed_ring_blocks_one_port_and_a_cut_one_none(deployed: Served) -> None:
    for vlan in (MANAGEMENT, 202):
        assert len(blocked(deployed, vlan)) == 1
    deployed.client.cable("sw1", f"{GI}10", False)
    assert blocked(deployed, MANAGEMENT) == []
    deployed.client.cable("sw1", f"{GI}10", True)
    assert len(blocked(deployed, MANAGEMENT)) == 1


def test_a_vlan_that_the_ring_does_not_carry_all_around_blocks_nothing(deployed: Served) -> None:
    deployed.client.lines("sw3", f"interface {GI}9", "switchport trunk allowed vlan remove 202")
    assert blocked(deployed, 202) == []
    assert len(blocked(deployed, MANAGEMENT)) == 1


def test_watts_tremble_around_what_the_camera_draws(deployed: Served) -> None:
    watts = {index: int(value) / 1000 for index, value in column(deployed, "sw1", WATTS).items()}
    assert watts["1"] == pytest.approx(8.5, rel=0.02)
    assert watts["2"] == pytest.approx(24.0, rel=0.02)
    assert {index for index, value in watts.items() if value} == {"1", "2"}
    deployed.client.set("sw1", f"ports.{GI}1.poe_factor", 1.6)
    assert int(one(deployed, "sw1", WATTS, "1")) / 1000 == pytest.approx(13.6, rel=0.02)


def test_a_denied_camera_is_dark_and_the_port_says_so(deployed: Served) -> None:
    deployed.client.set("sw1", f"ports.{GI}2.poe_denied", True)
    assert deployed.client.unreachable() == ["cam2"]
    assert int(one(deployed, "sw1", DETECTION, "2")) == 6
    assert one(deployed, "sw1", ADDITIONAL, "2") == b"\x80"
    deployed.client.set("sw1", f"ports.{GI}2.poe_denied", False)
    assert deployed.client.unreachable() == []


def test_what_asks_for_more_than_the_budget_is_denied(deployed: Served) -> None:
    deployed.client.set("sw1", f"ports.{GI}1.poe_factor", 27.0)  # 229.5 of 240 W
    assert deployed.client.unreachable() == ["cam2"]
    assert int(one(deployed, "sw1", DETECTION, "1")) == 3


def test_light_falls_and_there_is_none_without_a_link(deployed: Served) -> None:
    light = {index: int(value) / 10 for index, value in column(deployed, "sw1", SENSOR_VALUE).items()}
    assert set(light) == {"1095", "1096", "1105", "1106"}
    assert all(-13 < value < -5 for value in light.values())
    deployed.client.set("sw1", f"ports.{GI}9.rx_dbm", -26.4)
    assert int(one(deployed, "sw1", SENSOR_VALUE, "1096")) == -264
    deployed.client.cable("sw1", f"{GI}10", False)
    assert int(one(deployed, "sw1", SENSOR_VALUE, "1106")) == -400


def test_the_gateway_knows_who_answers(deployed: Served) -> None:
    known = {index.partition(".")[2] for index in column(deployed, "core1", ARP_MAC)}
    assert known == {device.address for device in deployed.city.devices()}
    assert column(deployed, "sw1", ARP_MAC) == {}
    deployed.client.fault("cam1", "dead")
    assert deployed.city.cameras["cam1"].address not in {
        index.partition(".")[2] for index in column(deployed, "core1", ARP_MAC)
    }


def test_aliens_are_learned_and_answer_for_the_address_that_they_took(deployed: Served) -> None:
    camera = deployed.city.cameras["cam5"].address
    aliens = [{"mac": "02:99:00:00:00:01", "address": camera}, {"mac": "02:99:00:00:00:02", "address": "10.99.0.7"}]
    deployed.client.lines("sw2", f"interface {GI}4", "switchport access vlan 202", "switchport mode access")
    deployed.client.set("sw2", f"ports.{GI}4.aliens", aliens)
    learned = column(deployed, "sw2", FDB_PORT, 202)
    assert {index: int(port) for index, port in learned.items() if index.startswith("2.153.")} == {
        "2.153.0.0.0.1": 4, "2.153.0.0.0.2": 4,
    }  # fmt: skip
    macs = {index: value.hex(":") for index, value in column(deployed, "core1", ARP_MAC).items()}
    assert macs[f"202.{camera}"] == "02:99:00:00:00:01"
    assert macs["202.10.99.0.7"] == "02:99:00:00:00:02"
    assert "2.153.0.0.0.1" in column(deployed, "core1", FDB_PORT, 202)


@pytest.mark.parametrize(
    ("field", "value", "oid", "wanted"),
    [("half_duplex", True, DUPLEX, 2), ("speed_mbps", 100, HIGH_SPEED, 100)],
)
def test_a_link_that_came_up_badly(deployed: Served, field: str, value: Any, oid: str, wanted: int) -> None:
    before = int(one(deployed, "sw1", oid, "10001"))
    deployed.client.set("sw1", f"ports.{GI}1.{field}", value)
    assert int(one(deployed, "sw1", oid, "10001")) == wanted != before
    assert int(one(deployed, "sw1", oid, "10002")) == before


def test_errors_are_counted_from_now_on(deployed: Served) -> None:
    assert int(one(deployed, "sw1", IN_ERRORS, "10001")) == 0
    deployed.client.set("sw1", f"ports.{GI}1.errors_per_s", 5000)
    one(deployed, "sw1", IN_ERRORS, "10001")
    assert int(one(deployed, "sw1", IN_ERRORS, "10001")) > 0
    assert int(one(deployed, "sw1", IN_ERRORS, "10002")) == 0


def test_ntp_follows_the_configuration_and_the_servers(deployed: Served) -> None:
    assert int(one(deployed, "sw1", NTP)) == 2
    deployed.client.lines("sw1", "ntp server 10.0.0.1")
    assert int(one(deployed, "sw1", NTP)) == 6
    deployed.client.set("sw1", "ntp_lost", True)
    assert int(one(deployed, "sw1", NTP)) == 3


def test_the_history_tells_who_changed_what_from_where(deployed: Served) -> None:
    change = {"user": "ravi", "address": "10.9.9.9", "lines": ["vlan 77", "vlan 78"]}
    deployed.client.set("sw1", "outside", change)
    users = column(deployed, "sw1", f"{EVENT}.8")
    last = max(users, key=int)
    assert users[last] == b"ravi"
    assert one(deployed, "sw1", f"{EVENT}.10", last) == "10.9.9.9"
    assert int(one(deployed, "sw1", f"{EVENT}.5", last)) == 3
    assert int(one(deployed, "sw1", f"{EVENT}.6", last)) == 5


@pytest.mark.parametrize(
    ("form", "sort", "said"),
    [
        ("interfaceName", 5, b"Gi1/2"),
        ("macAddress", 3, bytes.fromhex("06000a4d0102")),
        ("interfaceAlias", 1, b"sw1"),
        ("local", 7, b"2"),
    ],
)
def test_lldp_names_a_port_in_other_forms(deployed: Served, form: str, sort: int, said: bytes) -> None:
    deployed.client.set("agg1", "lldp_form", form)
    deployed.client.set("agg1", "domain", "city.example")
    assert one(deployed, "sw1", LLDP_PORT, "0.9.1")[:5] == said[:5]
    assert int(one(deployed, "sw1", LLDP_PORT_SORT, "0.9.1")) == sort
    assert one(deployed, "sw1", LLDP_NAME, "0.9.1") == b"agg1.city.example"
    assert one(deployed, "agg1", SYS_NAME) == b"agg1.city.example"


def test_another_device_in_its_place(deployed: Served) -> None:
    old = one(deployed, "sw1", SERIAL, "1")
    deployed.client.set("sw1", "serial", "FOC99999999")
    assert one(deployed, "sw1", SERIAL, "1") == b"FOC99999999" != old
    deployed.client.reset("sw1")
    assert one(deployed, "sw1", SERIAL, "1") == old


def test_a_reboot_starts_time_and_counters_anew(deployed: Served) -> None:
    counted = int(one(deployed, "sw1", HC_IN_OCTETS, "10001"))
    deployed.client.set("sw1", "reboot", True)
    assert int(one(deployed, "sw1", UP_TIME)) < 200
    assert 0 < int(one(deployed, "sw1", HC_IN_OCTETS, "10001")) < counted + 200_000


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("ports.Gi9/9.half_duplex", True, "no port"),
        (f"ports.{GI}1.colour", "red", "no colour"),
        (f"ports.{GI}1.half_duplex", 2, "true or false"),
        (f"ports.{GI}1.aliens", [{"mac": "nonsense"}], "no mac"),
        ("lldp_form", "smoke", "not one of"),
        ("outside", {"user": "x"}, "not a text"),
        ("reboot", False, "not true"),
    ],
)
def test_what_cannot_be_done_is_said(lab: Served, path: str, value: Any, complaint: str) -> None:
    with pytest.raises(Exception, match=complaint):
        lab.client.set("sw1", path, value)


def community(lab: Served) -> CommunityData:
    return CommunityData(lab.sheet["communities"]["ro"])


def test_a_v1_agent_knows_neither_exceptions_nor_64_bits(deployed: Served) -> None:
    old = CommunityData(deployed.sheet["communities"]["ro"], mpModel=0)
    address = deployed.address("sw1")

    async def asked() -> None:
        assert (await ask(address, old, f"{SYS_NAME}.0"))[1][0][1].asOctets() == b"sw1"
        assert (await ask(address, old, f"{HC_IN_OCTETS}.10001"))[0] == "noSuchName"
        assert (await ask(address, old, f"{SYS_NAME}.7"))[0] == "noSuchName"
        following = (await ask(address, old, f"{IFX}.5.10014", verb="next"))[1]
        assert following[0][0] == f"{IFX}.15.1"

    asyncio.run(asked())
