"""The frame of a city: read from the network when nothing is declared, else as its city.yaml has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network

from iccc.adopt.city.drawn import Frame
from iccc.adopt.city.known import Known
from iccc.adopt.city.names import Said, most, said
from iccc.adopt.city.plan import Plan, Seen, central, plan_of
from iccc.camera.state import Network
from iccc.city.devices import City
from iccc.city.model.city import CentralNetwork, Management, PerSiteNetwork
from iccc.compare import Unread
from iccc.discover.found import Found, FoundHost, FoundSwitch
from iccc.errors import UsageError
from iccc.switch.reading import management_vlan
from iccc.switch.state import Svi


def frame_of_city(city: City) -> Frame:
    """As declared."""
    network = city.declared.city.file.network
    return Frame(
        code=city.code,
        management=_declared(network.management, network.management.per_site),
        management_vlan=network.management.vlan,
        video=_declared(network.video, network.video.per_site),
        first_vlan=network.video.first_vlan,
        recording=_declared(network.recording, network.recording.prefix.prefixlen),
        recording_vlan=network.recording.vlan,
        field=_declared(network.field, network.field.per_site) if network.field else None,
        field_first_vlan=network.field.first_vlan if network.field else None,
    )


def _declared(plan: Management | PerSiteNetwork | CentralNetwork, per_site: int) -> Plan:
    return Plan(plan.prefix, per_site, plan.first_host, plan.gateway_host)


def frame_of_found(
    found: Found,
    cameras: Sequence[FoundHost],
    recorders: Sequence[FoundHost],
    field: Iterable[str],
    ranges: Sequence[IPv4Network],
    code: str,
    known: Known,
) -> Frame:
    """As the most devices have it. ``code`` is what a person says; else the names do. UsageError when neither does."""
    names = [one for name in _names(found, known) if (one := said(name)) is not None]
    told = most(one.code for one in names)
    if not code and told is None:
        raise UsageError("no name tells the code of the city (bsp-j01-c01 has bsp): give --code, two to four letters")
    chosen = code or (told[0] if told else "")
    inside = set(field)
    management = plan_of([_of_switch(one, chosen, known) for one in found.switches if one.name in inside], ranges)
    if management is None:
        text = "no switch of the field answers over SNMP: without them nobody knows where the cameras hang"
        raise UsageError(f"{text}; is snmp/ro in the secret store, and are their addresses in the ranges?")
    vlan = most(v for one in found.switches if (v := _management_vlan(one, found)) is not None)
    if vlan is None:
        text = "no switch tells the VLAN of its own address: neither its command line nor any ARP table"
        raise UsageError(f"{text}; a command line is read where the host key is known (--enrol records it)")
    video = plan_of([_of_host(one, chosen, known) for one in cameras], ranges)
    return Frame(
        code=chosen,
        management=management,
        management_vlan=vlan[0],
        video=video,
        first_vlan=_first_vlan(found, cameras, video, known) if video is not None else None,
        recording=central([_of_host(one, chosen, known) for one in recorders]),
        recording_vlan=_vlan_of(found, recorders),
    )


def _names(found: Found, known: Known) -> Iterator[str]:
    yield from (known.name(one.address, one.told_name) for one in found.switches)
    yield from (known.name(one.address, one.told_name) for one in found.hosts)


def _own(name: str, code: str) -> Said | None:
    told = said(name)
    return told if told is not None and told.code == code else None


def _of_switch(switch: FoundSwitch, code: str, known: Known) -> Seen:
    length, told = None, _own(known.name(switch.address, switch.told_name), code)
    if not isinstance(switch.state, Unread) and isinstance(switch.state.interfaces, Mapping):
        for svi in switch.state.interfaces.values():
            if isinstance(svi, Svi) and svi.address and svi.address.partition("/")[0] == switch.address:
                length = int(svi.address.partition("/")[2] or 24)
    gateway = None if isinstance(switch.state, Unread) else switch.state.gateway
    way = gateway if isinstance(gateway, str) and gateway else None
    return Seen(switch.address, length, way, told.site if told else None, told.number if told else None)


def _of_host(host: FoundHost, code: str, known: Known) -> Seen:
    network, told = host.part("network"), _own(known.name(host.address, host.told_name), code)
    length = network.prefix_length if isinstance(network, Network) else None
    gateway = network.gateway if isinstance(network, Network) and isinstance(network.gateway, str) else None
    return Seen(host.address, length, gateway or None, told.site if told else None, told.number if told else None)


def _management_vlan(switch: FoundSwitch, found: Found) -> int | None:
    """By its own configuration; else by the interface behind which another one's ARP table has it."""
    if not isinstance(switch.state, Unread):
        return management_vlan(switch.state, switch.address)
    for other in found.switches:
        table = other.facts.arp
        entry = table.get(switch.address) if isinstance(table, Mapping) else None
        name = (entry.interface or "").lower() if entry is not None else ""
        if name.startswith("vlan") and name.removeprefix("vlan").strip("-. if").isdecimal():
            return int(name.removeprefix("vlan").strip("-. if"))
    return None


def _first_vlan(found: Found, cameras: Sequence[FoundHost], video: Plan, known: Known) -> int | None:
    """VLAN less number of the site, as more than half of the ports have it; None when no port was found.

    UsageError where sites have no VLANs by their numbers, unless a person says which they shall have.
    """
    if known.first_vlan is not None:
        return known.first_vlan
    pairs = [
        (pvid, site)
        for host in cameras
        if (place := found.place_of(found.mac_of(host))) is not None
        and (pvid := found.ports[place].pvid) is not None
        and (site := video.site(host.address)) is not None
    ]
    counted = most(pvid - site for pvid, site in pairs)
    if counted is None:
        return None
    first, count, of = counted
    if first < 1 or 2 * count <= of:
        vlans = ", ".join(f"VLAN {vlan} ({count})" for vlan, count in Counter(pvid for pvid, _ in pairs).most_common(6))
        raise UsageError(
            f"cameras are in {vlans}: no VLAN of a site follows from its number, as city.yaml has it; say what sites"
            " shall have with --first-vlan N (site 7: VLAN N + 7), and drift will show what is otherwise"
        )
    return first


def _vlan_of(found: Found, hosts: Sequence[FoundHost]) -> int | None:
    places = (found.place_of(found.mac_of(host)) for host in hosts)
    counted = most(pvid for place in places if place is not None and (pvid := found.ports[place].pvid) is not None)
    return counted[0] if counted else None
