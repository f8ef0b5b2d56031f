"""Class addressing: an address that is answered by another device, that nobody declared, or a wrong gateway.

Who answers is what the ARP tables of switches say. Cameras do not tell their gateway: it is in no state of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from iccc.city.addresses import gateway_of, subnet_of
from iccc.city.devices import City
from iccc.compare import plain
from iccc.drift.places import Places
from iccc.drift.telling import on_device
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity

GATEWAY = "gateway"


def findings(places: Places) -> Iterator[Finding]:
    """Of devices, of the managed subnets, and of the switches' own way out."""
    yield from _answered_by_another(places)
    yield from _undeclared(places)
    yield from _gateways(places.view)


def _answered_by_another(places: Places) -> Iterator[Finding]:
    for name, switch, mac in places.impostors:
        device = places.view.city.device(name)
        own = sorted(places.own(name))
        at = [" ".join(place) for place in places.seen_at.get(mac, ())]
        yield on_device(
            places.view, name, "address", Class.ADDRESSING, Severity.MAJOR,
            f"{device.address} of {name} is answered by {mac}{f' on {at[0]}' if at else ''}; its own hardware address "
            f"is {', '.join(own)}",
            seen=mac, wanted=", ".join(own), by=switch, said={f"IP-MIB ipNetToMediaTable {device.address}": mac},
            step=f"Find {mac}{f' at {at[0]}' if at else ''} and take the address {device.address} from it.",
        )  # fmt: skip


def _undeclared(places: Places) -> Iterator[Finding]:
    """Addresses of managed subnets that answer and are nobody's. What topology tells of its port is not told again."""
    view = places.view
    known = known_addresses(view.city)
    networks = list(view.city.declared.city.file.network.prefixes().values())
    told = {mac for macs in places.unknown.values() for mac in macs}
    for address, entries in places.answers.items():
        at = IPv4Address(address)
        if address in known or not any(at in network for network in networks) or _is_gateway(view.city, address):
            continue
        switch, mac = entries[0]
        if mac in told:
            continue
        owner = places.owners.get(mac)
        port = [" ".join(place) for place in places.seen_at.get(mac, ())]
        text = f"{address} is declared for nobody and is answered by {owner or mac}{f' on {port[0]}' if port else ''}"
        yield on_device(
            view, switch, f"arp[{address}]", Class.ADDRESSING, Severity.MAJOR, text,
            seen=mac, said={f"IP-MIB ipNetToMediaTable {address}": mac},
            step=f"Set {owner} to {view.city.device(owner).address}, and look whether a DHCP server gives addresses."
            if owner
            else f"Find {mac}{f' at {port[0]}' if port else ''}, and look whether a DHCP server gives addresses there.",
            where=view.city.wheres["network"],
        )  # fmt: skip


def known_addresses(city: City) -> frozenset[str]:
    """Every address that the declaration gives to somebody, where switches are until they have moved included."""
    moving = (s.reached_at.address for s in city.switches.values() if s.reached_at is not None)
    gateways = (s.gateway for s in city.switches.values() if s.gateway)
    servers = (*city.ntp_servers, *city.syslog_hosts)
    return frozenset(map(str, (*(d.address for d in city.inventory()), *moving, *gateways, *servers)))


def _is_gateway(city: City, address: str) -> bool:
    """Whether the address is the gateway's, the network's or the broadcast address of its subnet."""
    network = city.declared.city.file.network
    for plan in (network.management, network.video, network.recording, network.field, network.servers):
        if plan is not None and IPv4Address(address) in plan.prefix:
            subnet: IPv4Network = subnet_of(address, plan.prefix, getattr(plan, "per_site", plan.prefix.prefixlen))
            taken = {gateway_of(subnet, plan.gateway_host), str(subnet[0]), str(subnet[-1])}
            if address in taken:
                return True
    return False


def _gateways(view: View) -> Iterator[Finding]:
    """A switch with another default gateway than declared: management from other subnets ends with it."""
    for plan in view.plan.devices.values():
        for planned in plan.changes:
            if planned.change.path == GATEWAY:
                seen, wanted = plain(planned.change.seen), plain(planned.change.wanted)
                yield on_device(
                    view, plan.device, GATEWAY, Class.ADDRESSING, Severity.CRITICAL,
                    f"the gateway of {plan.device} is {seen or 'not set'}; {wanted} is declared",
                    seen=seen, wanted=wanted, said={"running configuration, default gateway": seen},
                    step=f"Set the gateway of {plan.device}: iccc deploy does it.", where=planned.where,
                )  # fmt: skip
