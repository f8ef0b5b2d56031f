"""Class addressing: an address that is answered by another device, that nobody declared, or a wrong gateway.

Who answers is what the ARP tables of switches say; how a camera is addressed it tells itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from iccc.city.addresses import gateway_of, subnet_of
from iccc.city.devices import City
from iccc.compare import plain
from iccc.drift.places import Places
from iccc.drift.telling import command, on_device
from iccc.drift.view import View
from iccc.finding import Class, Evidence, Finding, Severity

GATEWAY = "gateway"
NETWORK = re.compile(r"network(\.\w+)?$")  # of cameras


def is_addressing(path: str) -> bool:
    """Whether a difference is told here, and not as one of configuration."""
    return path == GATEWAY or NETWORK.match(path) is not None


def findings(places: Places) -> Iterator[Finding]:
    """Of devices, of the managed subnets, and of the switches' own way out."""
    yield from _answered_by_another(places)
    yield from _undeclared(places)
    yield from _gateways(places.view)
    yield from _networks(places.view)


def _answered_by_another(places: Places) -> Iterator[Finding]:
    for name, entries in places.impostors.items():
        device, mac = places.view.city.device(name), entries[0][1]
        own = ", ".join(sorted(places.own(name)))
        owner, at = places.owner(mac), _at(places, mac)
        yield _told_by(
            places.view, device.address, entries,
            on_device(
                places.view, name, "address", Class.ADDRESSING, Severity.MAJOR,
                f"{device.address} of {name} is answered by {mac}{f' of {owner}' if owner else ''}"
                f"{f' on {at}' if at else ''}; its own hardware address is {own or 'not known'}",
                seen=mac, wanted=own or None,
                step=f"Find {mac}{f' at {at}' if at else ''} and take the address {device.address} from it.",
            ),
        )  # fmt: skip


def _undeclared(places: Places) -> Iterator[Finding]:
    """Addresses of managed subnets that answer and are nobody's. What topology tells of its port is not told again.

    An address is on no device that is declared, and ARP tables forget: it is filed on the first core switch, whichever
    switches have it in theirs, so that it stays one finding.
    """
    view = places.view
    known = known_addresses(view.city)
    networks = list(view.city.declared.city.file.network.prefixes().values())
    told = {mac for macs in places.unknown.values() for mac in macs}
    for address, answers in places.answers.items():
        at = IPv4Address(address)
        if address in known or not any(at in network for network in networks) or _is_gateway(view.city, address):
            continue
        entries = [entry for entry in answers if entry[1] not in told]
        if not entries:
            continue
        mac = entries[0][1]
        owner, port = places.owners.get(mac), _at(places, mac)
        text = f"{address} is declared for nobody and is answered by {owner or mac}{f' on {port}' if port else ''}"
        step = f"Find {mac}{f' at {port}' if port else ''}, and look whether a DHCP server gives addresses there."
        if owner:
            step = f"Set {owner} to {view.city.device(owner).address}, and look whether a DHCP server gives addresses."
        yield _told_by(
            view, address, entries,
            on_device(
                view, _bearer(view.city), f"arp[{address}]", Class.ADDRESSING, Severity.MAJOR, text,
                seen=mac, step=step, where=view.city.wheres["network"],
            ),
        )  # fmt: skip


def _bearer(city: City) -> str:
    """The switch that findings on no device are filed on: always the same one, read or not."""
    there = [switch for switch in city.switches.values() if switch.on_the_wire]
    return next((switch.name for switch in there if switch.role == "core"), there[0].name)


def _told_by(view: View, address: str, entries: Sequence[tuple[str, str]], finding: Finding) -> Finding:
    """The finding with what each switch has in its ARP table as evidence."""
    what = f"IP-MIB ipNetToMediaTable {address}"
    said = (Evidence(f"{switch} {what}", mac, view.observed[switch].read_at) for switch, mac in entries)
    return replace(finding, evidence=tuple(said))


def _at(places: Places, mac: str) -> str:
    """The edge port on which an address was learned; "" where that is not known."""
    return next((" ".join(place) for place in places.seen_at.get(mac, ())), "")


def known_addresses(city: City) -> frozenset[str]:
    """Every address that the declaration gives to somebody, where switches are until they have moved included."""
    moving = [s.reached_at.address for s in city.switches.values() if s.reached_at is not None]
    moving += [camera.reached_at for camera in city.cameras.values() if camera.reached_at]
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
                    step=f"Set the gateway of {plan.device} with: {command(view, 'deploy', '--limit', plan.device)}",
                    where=planned.where,
                )  # fmt: skip


def _networks(view: View) -> Iterator[Finding]:
    """Cameras with another address, prefix or gateway than declared, or with DHCP: the next restart may move them."""
    for plan in view.plan.devices.values():
        for planned in plan.changes:
            path = planned.change.path
            if NETWORK.match(path):
                what = path.partition(".")[2] or "network"
                seen, wanted = plain(planned.change.seen), plain(planned.change.wanted)
                yield on_device(
                    view, plan.device, path, Class.ADDRESSING, Severity.MAJOR,
                    f"{plan.device} has DHCP switched on; its address is declared" if what == "dhcp"
                    else f"the {what.replace('_', ' ')} of {plan.device} is {seen or 'not set'}; {wanted} is declared",
                    seen=seen, wanted=wanted, said={"ONVIF GetNetworkInterfaces, GetNetworkDefaultGateway": seen},
                    step=f"Set it with: {command(view, 'deploy', '--limit', plan.device, '--allow-network')}",
                    where=planned.where,
                )  # fmt: skip
