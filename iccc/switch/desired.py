"""What a city wants of a switch."""

from __future__ import annotations

from dataclasses import replace

from iccc.city.devices import City, Switch, SwitchPort
from iccc.compare import ABSENT
from iccc.secrets import Known, Secret
from iccc.switch import snmp_only
from iccc.switch.state import Absent, Port, PortMode, SpanningTree, Svi, SwitchState, User, Vlan
from iccc.wanted import Wanted
from iccc.yamlfile import Where

GUESSABLE = ("public", "private")  # community names that every scanner tries
LEVELS = {"Administrator": 15, "User": 1}


def desired(switch: Switch, city: City) -> Wanted[SwitchState]:
    """The state that ``switch`` shall have. What the declaration does not speak of is left alone."""
    switching = city.switching
    vlans: dict[int, Vlan | Absent] = {number: Vlan(name) for number, name in switch.vlans.items()}
    vlans |= dict.fromkeys(switching.absent_vlans if switching else (), ABSENT)
    unused = _unused(switch, city)
    if unused and city.parking:
        vlans[city.parking[0]] = Vlan(city.parking[1])
    state = SwitchState(
        hostname=switch.name,
        vlans=vlans,
        ports={name: _port(port, city) for name, port in switch.ports.items()} | unused,
        interfaces=_interfaces(switch),
        gateway=switch.gateway if switch.network else None,
        access_from=frozenset(city.management_sources) or None,
        ntp_servers=frozenset(city.ntp_servers),
        syslog_hosts=frozenset(city.syslog_hosts) if city.syslog_hosts else None,
        lldp=switching.lldp if switching else None,
        communities=_communities(city),
        users=_users(city),
        logins=switching.logins if switching else None,
        spanning_tree=_spanning_tree(switch, city),
        saved=True,
    )
    wanted = Wanted(switch.name, state, _places(switch, city))
    return snmp_only.wanted(wanted) if switch.snmp_only else wanted


def _interfaces(switch: Switch) -> dict[int, Svi | Absent] | None:
    """Its own address in the management VLAN; the one under which it was reached before a move has to go."""
    if switch.network is None:
        return None
    address = f"{switch.address}/{switch.network.prefixlen}"
    wanted: dict[int, Svi | Absent] = {switch.management_vlan: Svi(address, shutdown=False)}
    old = switch.reached_at
    return wanted | ({old.vlan: ABSENT} if old and old.vlan != switch.management_vlan else {})


def _port(port: SwitchPort, city: City) -> Port:
    wanted = Port(
        description=port.description,
        mode=PortMode(port.mode),
        access_vlan=port.access_vlan,
        allowed_vlans=port.allowed_vlans,
        poe=port.poe,
        # A declared link is meant to be up: left as it is, saving would keep what somebody has shut for good.
        shutdown=False if port.peer_port is not None or _shuts_unused(city) else None,
    )
    limits = city.switching.camera_ports if city.switching else None
    in_the_field = port.device in city.cameras or port.device in city.equipment
    if limits is None or port.access_vlan is None or not in_the_field:
        return wanted
    return replace(
        wanted,
        edge=limits.edge,
        bpdu_guard=limits.bpdu_guard,
        max_macs=limits.max_macs,
        storm_pct=limits.storm_pct,
    )


def _shuts_unused(city: City) -> bool:
    hardening = city.declared.city.file.hardening
    return bool(hardening and hardening.unused_ports_shut and city.parking)


def _unused(switch: Switch, city: City) -> dict[str, Port]:
    """Ports that nothing hangs on: shut, in the parking VLAN, where a city declares one."""
    if not _shuts_unused(city) or not city.parking:
        return {}
    parked = Port(mode=PortMode.ACCESS, access_vlan=city.parking[0], shutdown=True)
    return {name: parked for name in switch.all_ports if name not in switch.ports}


def _communities(city: City) -> dict[Secret, str | Absent] | None:
    hardening = city.declared.city.file.hardening
    if hardening is None or hardening.snmp_community_public:
        return None
    return {Known(name): ABSENT for name in GUESSABLE}


def _users(city: City) -> dict[str, User | Absent] | None:
    wanted: dict[str, User | Absent] = {user.name: User(LEVELS[user.level]) for user in city.switch_users}
    wanted |= dict.fromkeys(city.switching.absent_users if city.switching else (), ABSENT)
    return wanted or None


def _spanning_tree(switch: Switch, city: City) -> SpanningTree | None:
    tree = city.switching.spanning_tree if city.switching else None
    if tree is None:
        return None
    return SpanningTree(tree.mode, tree.priorities.get(switch.role))


def _places(switch: Switch, city: City) -> dict[str, Where]:
    places = {
        "": switch.where,
        "vlans": city.wheres["network"],
        "interfaces": city.wheres["network"],
        "gateway": city.wheres["network"],
        "ntp_servers": city.wheres["time.ntp"],
        "syslog_hosts": city.wheres["syslog"],
    }
    sections = {
        "access_from": "network.management.sources",
        "lldp": "switching",
        "logins": "switching",
        "spanning_tree": "switching",
        "communities": "hardening",
    }
    places |= {section: city.wheres[key] for section, key in sections.items() if key in city.wheres}
    places |= {f"users[{user.name}]": user.where for user in city.switch_users}
    return places | {f"ports[{port.name}]": port.where for port in switch.ports.values()}
