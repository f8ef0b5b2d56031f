"""A standing finding is resolved by a reading that would have seen it, and by no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.compare import Unread
from iccc.drift.looked import looker
from iccc.errors import Reason
from iccc.finding import Class, Evidence, Finding, Severity
from iccc.observed import Observed
from iccc.state.findings import Episode
from iccc.switch.seen import SwitchFacts
from tests.support import NOW
from tests.unit.states import as_declared, bilaspur

CITY = bilaspur()
ALL = {device.name: as_declared(device, CITY) for device in CITY.devices()}
CAMERA = next(iter(CITY.cameras.values()))
SWITCH = CITY.switches[CAMERA.switch]
SILENT = Unread(Reason.NO_ANSWER, "no answer")
PORT = f"ports[{CAMERA.port}]"


def episode(device: str, class_: Class, path: str) -> Episode:
    finding = Finding(device, path, class_, Severity.MAJOR, "text", "where", "site")
    return Episode(finding.id, device, path, class_, Severity.MAJOR, "text", NOW, NOW, None, finding)


def unread(device: str, path: str) -> Finding:
    return Finding(device, path, Class.OBSERVABILITY, Severity.MAJOR, "no answer", "where", "site")


def without_snmp() -> Observed[object, object]:
    seen = ALL[SWITCH.name]
    return replace(seen, facts=SwitchFacts(SILENT, SILENT, SILENT, SILENT))


@pytest.mark.parametrize("class_", sorted(set(Class)))
def test_what_was_read_and_is_fine_is_resolved(class_: Class) -> None:
    assert looker(CITY, ALL, [])(episode(SWITCH.name, class_, f"{PORT}.full_duplex"))


@pytest.mark.parametrize("class_", [Class.OPERATIONAL, Class.TOPOLOGY, Class.INVENTORY, Class.ADDRESSING])
@pytest.mark.parametrize("part", ["snmp", "snmp.fdb"])
def test_what_rests_on_snmp_stays_while_snmp_is_unread(class_: Class, part: str) -> None:
    found = [unread(SWITCH.name, part)]
    assert not looker(CITY, ALL, found)(episode(SWITCH.name, class_, f"{PORT}.full_duplex"))
    under = replace(unread("other", ""), class_=Class.REACH, under=tuple(found))
    assert not looker(CITY, ALL, [under])(episode(SWITCH.name, class_, f"{PORT}.full_duplex"))


def test_configuration_does_not_wait_for_snmp() -> None:
    found = [unread(SWITCH.name, "snmp")]
    observed = {**ALL, SWITCH.name: without_snmp()}
    assert looker(CITY, observed, found)(episode(SWITCH.name, Class.CONFIG, f"{PORT}.description"))


def test_cables_alone_wait_for_lldp() -> None:
    found = [unread(SWITCH.name, "snmp.lldp")]
    assert looker(CITY, ALL, found)(episode(SWITCH.name, Class.OPERATIONAL, f"{PORT}.full_duplex"))
    assert not looker(CITY, ALL, found)(episode(SWITCH.name, Class.TOPOLOGY, f"{PORT}.neighbour"))


@pytest.mark.parametrize(("class_", "path"), [(Class.ADDRESSING, "arp[10.81.0.77]"), (Class.TOPOLOGY, "chains[r1]")])
def test_what_another_switch_told_waits_for_that_one(class_: Class, path: str) -> None:
    """It is filed on a switch that need not have seen it."""
    bearer, teller = "bsp-core1", "bsp-core2"
    standing = episode(bearer, class_, path)
    assert standing.finding is not None
    told = replace(standing.finding, evidence=(Evidence(f"{teller} IP-MIB", "said", NOW),))
    standing = replace(standing, finding=told)
    assert looker(CITY, ALL, [])(standing)
    assert not looker(CITY, {name: seen for name, seen in ALL.items() if name != teller}, [])(standing)
    assert not looker(CITY, ALL, [unread(teller, "snmp.arp")])(standing)


def test_where_a_camera_hangs_is_told_by_its_switch() -> None:
    standing = episode(CAMERA.name, Class.TOPOLOGY, "port")
    assert looker(CITY, ALL, [])(standing)
    assert not looker(CITY, {CAMERA.name: ALL[CAMERA.name]}, [])(standing)
    assert not looker(CITY, {**ALL, SWITCH.name: without_snmp()}, [])(standing)


def test_a_device_that_was_not_read_resolves_nothing() -> None:
    assert not looker(CITY, {}, [])(episode(CAMERA.name, Class.CONFIG, "hostname"))
