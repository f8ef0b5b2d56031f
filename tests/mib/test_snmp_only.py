"""Switches without a platform: what SNMP shows is compared, what it does not show is not wanted, nothing is written."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.city.devices import Switch
from iccc.compare import ABSENT, Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.mib.interfaces import Interface
from iccc.observed import Observed
from iccc.plan import plan_device
from iccc.switch import driver, snmp_only
from iccc.switch.port_facts import names_among
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.switch.state import Port, PortMode, SwitchState, Vlan
from iccc.wanted import Wanted
from iccc.writing import Writing
from tests.support import NOW, reach
from tests.unit.states import bilaspur

SWITCH: Switch = replace(next(iter(bilaspur().switches.values())), name="sw1", platform="snmp_only")
WANTED = snmp_only.wanted(
    Wanted(
        "sw1",
        SwitchState(
            hostname="sw1",
            vlans={20: Vlan("CAM"), 30: Vlan("X"), 666: ABSENT},
            ports={
                "1": Port("c1 fixed", PortMode.ACCESS, 20, poe=True, shutdown=False, max_macs=1),
                "9": Port("to core", PortMode.TRUNK, allowed_vlans=frozenset({20})),
                "5": Port(mode=PortMode.ACCESS, access_vlan=555, shutdown=True),  # parked
            },
            ntp_servers=frozenset({"10.0.0.1"}),
            saved=True,
        ),
        {"": SWITCH.where},
    )
)
AS_WANTED: Mapping[str, PortFacts] = {
    "1": PortFacts(alias="c1 fixed", pvid=20, poe_admin=True),
    "9": PortFacts(alias="to core", pvid=1),
}
FACTS = SwitchFacts(sys_name="SW1.cctv.example.in", ports=AS_WANTED, vlans={1: "", 20: "cam", 30: ""})


def differences(facts: SwitchFacts) -> list[tuple[str, object]]:
    seen = snmp_only.state(SWITCH, facts)
    found = list(compare(snmp_only.shown(WANTED, seen).state, seen))
    return [(one.path, one.seen if isinstance(one, Change) else one.unread.reason) for one in found]


def test_a_switch_as_declared_shows_no_difference() -> None:
    assert differences(FACTS) == []


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (replace(FACTS, sys_name="spare"), [("hostname", "spare")]),
        (replace(FACTS, vlans={20: "", 666: "old"}), [("vlans[30]", ABSENT), ("vlans[666]", Vlan("old"))]),
        (
            replace(FACTS, ports={**AS_WANTED, "1": PortFacts(alias="", pvid=1, poe_admin=False)}),
            [("ports[1].description", ""), ("ports[1].access_vlan", 1), ("ports[1].poe", False)],
        ),
        (replace(FACTS, ports={"1": AS_WANTED["1"]}), [("ports[9]", ABSENT)]),
    ],
)
def test_what_differs_is_told(facts: SwitchFacts, found: object) -> None:
    assert differences(facts) == found


def test_what_the_agent_has_no_objects_for_is_neither_a_difference_nor_unread() -> None:
    bare = SwitchFacts(sys_name="sw1", ports={"1": PortFacts(), "9": PortFacts()})
    assert differences(bare) == []


def test_what_was_not_read_is_told_as_unread() -> None:
    silent = Unread(Reason.NO_ANSWER, "no answer")
    assert differences(replace(FACTS, vlans=silent)) == [("vlans", Reason.NO_ANSWER)]
    assert differences(replace(FACTS, unread={"interfaces": silent})) == [("ports", Reason.NO_ANSWER)]
    assert differences(SwitchFacts(ports=silent)) == [("", Reason.NO_ANSWER)]


def test_nothing_is_written_to_it() -> None:
    observed = Observed("sw1", snmp_only.state(SWITCH, replace(FACTS, sys_name="x")), FACTS, NOW)
    plan = plan_device(SWITCH, WANTED, observed)
    assert plan.changes and plan.read_only
    with pytest.raises(DeviceError, match="observed by SNMP only") as refusal:
        asyncio.run(driver.apply(SWITCH, "", WANTED.state, reach(), Writing(Path("templates"))))
    assert refusal.value.reason is Reason.UNSUPPORTED


def test_ports_are_called_as_the_catalogue_has_them() -> None:
    names = names_among(["GigabitEthernet1/0/1", "GigabitEthernet1/0/2"])
    assert names(Interface(1, "Gi1/0/2", type=6)) == "GigabitEthernet1/0/2"
    assert names(Interface(1, "2", "GigabitEthernet1/0/2", type=6)) == "GigabitEthernet1/0/2"
    assert names(Interface(1, "Te1/0/2", type=6)) == "Te1/0/2"
    assert names(Interface(1, "Vlan1", type=53)) is None
