"""What a city wants of a switch."""

from __future__ import annotations

from iccc.city.devices import City, Switch, SwitchPort
from iccc.switch.state import Port, PortMode, SwitchState, Vlan
from iccc.wanted import Wanted


def desired(switch: Switch, city: City) -> Wanted[SwitchState]:
    """The state that ``switch`` shall have. Ports that the declaration does not speak of are left alone."""
    state = SwitchState(
        hostname=switch.name,
        vlans={number: Vlan(name) for number, name in switch.vlans.items()},
        ports={name: _port(port) for name, port in switch.ports.items()},
        ntp_servers=frozenset(city.ntp_servers),
        syslog_hosts=frozenset(city.syslog_hosts) if city.syslog_hosts else None,
        saved=True,
    )
    places = {
        "": switch.where,
        "vlans": city.wheres["network"],
        "ntp_servers": city.wheres["time.ntp"],
        "syslog_hosts": city.wheres["syslog"],
    }
    return Wanted(switch.name, state, places | {f"ports[{p.name}]": p.where for p in switch.ports.values()})


def _port(port: SwitchPort) -> Port:
    return Port(
        description=port.description,
        mode=PortMode(port.mode),
        access_vlan=port.access_vlan,
        allowed_vlans=port.allowed_vlans,
        poe=port.poe,
    )
