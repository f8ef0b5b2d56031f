"""Reads what answers in a range: who is there by directed probes, then each one by the readers of its kind.

The readers want devices as a declaration makes them; here they get such as nobody has declared, of an owner that
nothing is ever written to. Names are what logins are stored under, so a device is first asked for its name, which ONVIF
and SNMP tell before any login, or its label at the switch port; one without a login stored is made of the address.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from iccc.camera.settings import SETTINGS
from iccc.camera.streams import read_encoders
from iccc.city.devices import Camera, Equipment, Kind, Switch
from iccc.city.model.catalogue import SNMP_ONLY
from iccc.city.model.common import RESERVED_VLANS, Lifecycle
from iccc.city.snmp import SnmpAccess
from iccc.compare import Unread
from iccc.discover.found import Found, FoundHost, FoundSwitch, FoundUps
from iccc.errors import DeviceError
from iccc.mib import system, ups
from iccc.mib.addresses import as_mac
from iccc.onvif import discovery
from iccc.onvif.call import Procedure, Service, read
from iccc.onvif.discovery import Match
from iccc.onvif.errors import BadAnswer
from iccc.onvif.time import read_clock
from iccc.onvif.xml import need, text
from iccc.recorder.bindings import read_bindings
from iccc.secrets import Community
from iccc.sessions import directed, snmp_present
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.onvif_device import observe_many, read_parts
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SNMP_PORT, SnmpSession
from iccc.switch import driver as switch_driver
from iccc.ups import driver as ups_driver
from iccc.yamlfile import Where

NOBODY = "nobody"  # the owner of what nobody has declared: nothing is written to it
HOST_PARTS = ("time", "hostname", "location", "dns", "users", "protocols", "network")
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")  # as a declaration takes it
_FIELD_VLANS = {vlan: "" for vlan in range(1, 4095) if vlan not in RESERVED_VLANS}
_HERE = Where("found on the network")
# Enterprise numbers of IANA in sysObjectID, and the platform that is known of their switches.
PLATFORMS = {9: "cisco_ios", 2636: "juniper_junos", 2011: "huawei_vrp", 207: "alliedware_plus", 47196: "aruba_aoscx"}

Progress = Callable[[str, int], None]  # what is being done, and how much more of it was
Got = TypeVar("Got")


@dataclass(frozen=True)
class Names:
    """Under which name each address is known, and whether the store has a login for a name."""

    kinds: MutableMapping[str, str]  # of the vault: who may be given credentials
    known: Callable[[str], str | None]  # address → the name that is declared for it
    stored: Callable[[str], bool]  # whether anything is stored under a name
    strangers: bool = True  # whether cameras and recorders that nobody has declared are logged in to

    def settle(self, kind: Kind, *told: Mapping[str, str]) -> dict[str, str]:
        """Name by address, and credentials for each. ``told`` is what each is called, the best source first.

        A name that is said of two is none, and so is one that the store has no login for: cameras out of the box are
        called after their model. A switch has its sysName all the same, which is its name in core.yaml.
        """
        names = [(said, Counter(said.values())) for said in told]
        found: dict[str, str] = {}
        for address in told[0]:
            said = (one.get(address, "") for one, counted in names if counted[one.get(address, "")] == 1)
            fits = (name for name in said if NAME.fullmatch(name) and (kind is Kind.SWITCH or self.stored(name)))
            own = next(fits, "")
            found[address] = self.known(address) or own or made(kind, address)
            # Of what is declared the declaration says whether it may be given credentials: not a third party's.
            if self.known(address) is None and (self.strangers or kind is Kind.SWITCH):
                self.kinds[found[address]] = str(kind)
        return found


def made(kind: Kind, address: str) -> str:
    """``camera-10-82-1-11``: the name of what tells none."""
    return f"{kind}-{address.replace('.', '-')}"


async def discover(addresses: Sequence[str], names: Names, reach: Reach, progress: Progress) -> Found:
    """Everything that answers at ``addresses``. A device's failure is a row, and never the end."""
    matches, others = await _probed(addresses, reach, progress)
    agents = await _agents([one for one in addresses if one not in matches], names, reach, progress)
    switches, cards = await _snmp(agents, names, reach, progress)
    network = Found(reach.clock.now(), len(addresses), tuple(switches), ups=tuple(cards), others=others)
    hosts = await _hosts(matches, _labels(network, matches), names, reach, progress)
    return replace(network, at=reach.clock.now(), hosts=tuple(hosts))


def _labels(network: Found, addresses: Iterable[str]) -> dict[str, str]:
    """By address, the first word at the switch port on which it hangs: there iccc writes the name of the device."""
    places = {address: network.place_of(as_mac(network.arp.get(address))) for address in addresses}
    ports = {address: network.ports[place] for address, place in places.items() if place is not None}
    return {address: (port.alias or "").partition(" ")[0].lower() for address, port in ports.items()}


async def _probed(
    addresses: Sequence[str], reach: Reach, progress: Progress
) -> tuple[dict[str, Match], dict[str, str]]:
    answers = await directed.ask(
        addresses, discovery.PORT, discovery.probe, reach, lambda more: progress("WS-Discovery", more)
    )
    found: dict[str, Match] = {}
    others: dict[str, str] = {}
    for address, datagram in answers.items():
        try:
            match = discovery.parse(datagram)
        except BadAnswer as error:
            others[address] = f"WS-Discovery: {error}"
            continue
        if match.is_onvif:
            found[address] = match
        else:
            others[address] = f"WS-Discovery: {', '.join(sorted(match.types)[:4]) or 'no types'}"
    return found, others


async def _agents(addresses: Sequence[str], names: Names, reach: Reach, progress: Progress) -> list[str]:
    """Addresses at which an SNMP agent answers."""
    probing = "the probe"
    names.kinds[probing] = str(Kind.SWITCH)
    login = reach.credentials.snmp(probing)
    del names.kinds[probing]
    community = login.name if isinstance(login, Community) else None
    answers = await directed.ask(
        addresses, SNMP_PORT, lambda: snmp_present.question(community), reach, lambda more: progress("SNMP", more)
    )
    return [address for address in addresses if address in answers]


async def _snmp(
    agents: Sequence[str], names: Names, reach: Reach, progress: Progress
) -> tuple[list[FoundSwitch], list[FoundUps]]:
    """Each agent as a switch, or as the card of a UPS."""
    for address in agents:
        own = names.known(address)
        if own is None or own in names.kinds:
            names.kinds[made(Kind.SWITCH, address)] = str(Kind.SWITCH)
    said = dict(zip(agents, await _each(agents, lambda one: _asked(one, reach), reach), strict=True))
    cards = [one for one in agents if said[one].is_ups]
    switches = [one for one in agents if not said[one].is_ups]
    told = names.settle(Kind.SWITCH, {one: (said[one].name or "").partition(".")[0].lower() for one in switches})
    of_cards = names.settle(Kind.UPS, {one: (said[one].name or "").lower() for one in cards})
    sessions = [_switch(told[one], one, said[one].platform) for one in switches]
    seen = await switch_driver.observe_all(sessions, reach, lambda _name: progress("switches", 1))
    found = [
        FoundSwitch(
            address=one.address,
            name=one.name,
            platform=one.platform,
            facts=facts,
            state=seen[one.name].state,
            told_name=said[one.address].name or "",
        )
        for one in sessions
        if (facts := seen[one.name].facts) is not None
    ]
    ups_seen = await ups_driver.observe_all([_card(of_cards[one], one) for one in cards], reach, lambda _name: None)
    return found, [FoundUps(a, n, f) for a, n in of_cards.items() if (f := ups_seen[n].facts) is not None]


@dataclass(frozen=True)
class _Said:
    """What an agent says of itself."""

    name: str | None = None
    platform: str = SNMP_ONLY
    is_ups: bool = False


async def _asked(address: str, reach: Reach) -> _Said:
    try:
        session = SnmpSession(made(Kind.SWITCH, address), address, reach)
        scalars = await session.get(*system.SCALARS[:-1], ups.SCALARS[0])
    except DeviceError:
        return _Said()
    told = system.parse(scalars)
    platform = PLATFORMS.get(told.enterprise or 0, SNMP_ONLY)
    return _Said(told.name, platform, ups.SCALARS[0] in scalars or bool(ups.vendor_scalars(told.object_id)))


async def _hosts(
    matches: Mapping[str, Match], labels: Mapping[str, str], names: Names, reach: Reach, progress: Progress
) -> list[FoundHost]:
    addresses = list(matches)
    told = dict(zip(addresses, await _each(addresses, lambda one: _hostname(one, reach), reach), strict=True))
    cameras = {one for one in addresses if not matches[one].records}
    called = names.settle(Kind.CAMERA, {one: told[one].lower() for one in addresses if one in cameras}, labels)
    called |= names.settle(Kind.RECORDER, {one: told[one].lower() for one in addresses if one not in cameras}, labels)
    devices = [_host(called[one], one, Kind.CAMERA if one in cameras else Kind.RECORDER) for one in addresses]

    async def observe(device: Camera) -> FoundHost:
        parts: dict[str, Any] = {name: SETTINGS[name].read for name in HOST_PARTS}
        parts["clock"] = lambda context: read_clock(context.clock)
        if device.address in cameras:
            parts["encoders"] = read_encoders
        else:
            parts["channels"] = lambda _context: read_bindings()
        found = await read_parts(device, reach, [], parts)
        host = FoundHost(device.address, device.name, told[device.address], matches[device.address], {})
        if isinstance(found, Unread):
            return replace(host, parts=found)
        return replace(host, parts=found[0], identity=found[1])

    def crowds(device: Camera) -> dict[str, int]:
        return {f"site {device.site}": reach.limits.onvif_per_site}

    rows = await observe_many(devices, reach, observe, lambda _name: progress("cameras and recorders", 1), crowds)
    return list(rows.values())


async def _hostname(address: str, reach: Reach) -> str:
    """The hostname, which ONVIF tells without a login; "" for a device that does not."""
    device = _host(made(Kind.CAMERA, address), address, Kind.CAMERA)
    async with OnvifSession(device, reach) as session:
        try:
            async with asyncio.timeout(reach.timeouts.device_s):
                return await session.run(_told_hostname())
        except (DeviceError, TimeoutError):
            return ""


def _told_hostname() -> Procedure[str]:
    reply = yield read(Service.DEVICE, "GetHostname", anonymous=True)
    return text(need(reply, "HostnameInformation"), "Name") or ""


async def _each(addresses: Sequence[str], one: Callable[[str], Awaitable[Got]], reach: Reach) -> list[Got]:
    slots = asyncio.Semaphore(reach.limits.snmp_in_flight)

    async def held(address: str) -> Got:
        async with slots:
            return await one(address)

    return list(await asyncio.gather(*map(held, addresses)))


def _switch(name: str, address: str, platform: str) -> Switch:
    return Switch(
        name=name, kind=Kind.SWITCH, owner=NOBODY, address=address, site="", device_type="",
        status=Lifecycle.INSTALLED, phase="", where=_HERE, role="access", platform=platform, chain=None,
        management_vlan=0, vlans=_FIELD_VLANS, ports={}, upstream=(),
    )  # fmt: skip


def _host(name: str, address: str, kind: Kind) -> Camera:
    """``site`` is the network that it shares with its neighbours: few of them are read at once."""
    return Camera(
        name=name, kind=kind, owner=NOBODY, address=address, site=address.rpartition(".")[0], device_type="",
        status=Lifecycle.INSTALLED, phase="", where=_HERE, slot=0, group="", site_name="", switch="", port="", vlan=0,
        mac=None, recorder="", streams={},
    )  # fmt: skip


def _card(name: str, address: str) -> Equipment:
    return Equipment(
        name=name, kind=Kind.UPS, owner=NOBODY, address=address, site="", device_type="", status=Lifecycle.INSTALLED,
        phase="", where=_HERE, number=0, switch=None, port=None, vlan=None, snmp=SnmpAccess(),
    )  # fmt: skip
