"""Switches of no platform that iccc knows: what SNMP shows of them stands for their state, and only that is wanted.

Compared are the hostname (sysName), which VLANs there are, and of each port its description (ifAlias), its access VLAN
(dot1qPvid) and whether it may give power. Names of VLANs are left out: agents cut and pad them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.switch.identity import same_name
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.switch.state import Port, SwitchState, Vlan
from iccc.wanted import Wanted


def wanted(whole: Wanted[SwitchState]) -> Wanted[SwitchState]:
    """The part of what is wanted of any switch that SNMP shows."""
    state = whole.state
    vlans = {number: Vlan() if isinstance(vlan, Vlan) else vlan for number, vlan in _mapping(state.vlans).items()}
    ports = {
        name: Port(description=port.description, access_vlan=port.access_vlan, poe=port.poe)
        for name, port in _mapping(state.ports).items()
        if port.description is not None  # what hangs on nothing is parked by its mode and VLAN, and shut
    }
    return replace(whole, state=SwitchState(hostname=state.hostname, vlans=vlans, ports=ports))


def shown(whole: Wanted[SwitchState], seen: SwitchState | Unread) -> Wanted[SwitchState]:
    """Without what the agent has no objects for (None in ``seen``): it can never be told whether that is as wanted."""
    if isinstance(seen, Unread):
        return whole
    state, there = whole.state, _mapping(seen.ports)
    ports = {name: _shown(port, there[name]) if name in there else port for name, port in _mapping(state.ports).items()}
    return replace(
        whole,
        state=SwitchState(
            hostname=None if seen.hostname is None else state.hostname,
            vlans=None if seen.vlans is None else state.vlans,
            ports=ports,
        ),
    )


def state(switch: Switch, facts: SwitchFacts) -> SwitchState | Unread:
    """What was seen, as :func:`wanted` is compared with it; Unread when SNMP told nothing of the ports."""
    if isinstance(facts.ports, Unread):
        return facts.ports
    vlans = facts.vlans
    return SwitchState(
        hostname=switch.name if same_name(facts.sys_name, switch.name) else facts.sys_name,
        vlans={number: Vlan(name) for number, name in vlans.items()} if isinstance(vlans, Mapping) else vlans,
        # Of a table that was cut nobody can say what it lacks.
        ports=facts.unread.get("interfaces", {name: _port(port) for name, port in facts.ports.items()}),
    )


def _port(port: PortFacts) -> Port:
    return Port(description=port.alias, access_vlan=port.pvid, poe=port.poe_admin)


def _shown(port: Port, seen: Port) -> Port:
    return Port(
        description=None if seen.description is None else port.description,
        access_vlan=None if seen.access_vlan is None else port.access_vlan,
        poe=None if seen.poe is None else port.poe,
    )


def _mapping(section: object) -> Mapping:  # type: ignore[type-arg]
    return section if isinstance(section, Mapping) else {}
