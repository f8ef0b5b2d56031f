"""The rows of an IP schedule, and the subnets that their addresses are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from iccc.city.addresses import gateway_of
from iccc.city.devices import Camera, City, Device, Equipment, Kind, Recorder, Switch
from iccc.city.model.city import Management, PerSiteNetwork
from iccc.city.model.third_party import OwnerEntry
from iccc.entries import Entry, entries
from iccc.yamlfile import Where

KNOWN_LATER = ("mac", "serial", "channel")  # may be left open until somebody has read it off the device
# What has no line of its own: the value that it follows from.
FOLLOWS = {"device": "name", "prefix": "address", "mask": "address", "gateway": "address", "switch": "port"}


@dataclass(frozen=True)
class Row:
    """One device. Of a private camera ``owner`` is the token, and the same address may be in several rows.

    ``entry`` is what declares it; ``wheres`` has lines that values come from, where they are not the entry's own.
    """

    device: str
    kind: Kind
    site: str
    site_name: str
    site_name_hi: str
    device_type: str
    address: str
    prefix: IPv4Network | None
    gateway: str | None
    vlan: int | None
    switch: str | None
    port: str | None
    mac: str | None
    serial: str | None
    recorder: str | None
    channel: int | None
    status: str
    phase: str
    owner: str
    entry: Entry
    private: bool = False
    reached_by: str | None = None
    slot: int | None = None  # of a camera
    wheres: Mapping[str, tuple[Where, ...]] = field(default_factory=dict)

    def where(self, key: str) -> Where:
        """The line behind a value."""
        if key == "mac":
            return self.entry.mac(self.slot)
        if key in KNOWN_LATER and self.entry.may_have(key):
            return self.entry.where(key)
        return self.wheres.get(FOLLOWS.get(key, key), (self.entry.where(),))[0]


@dataclass(frozen=True)
class Net:
    """A subnet of the network plan: ``plan`` is its key below ``network`` in city.yaml."""

    plan: str
    prefix: IPv4Network
    gateway: str


@dataclass(frozen=True)
class Subnet:
    """A subnet and its VLAN. ``used`` are devices of the city; network, gateway and broadcast are nobody's."""

    site: str
    site_name: str
    vlan: int | None
    name: str
    net: Net
    used: int

    @property
    def first(self) -> str:
        return self._host(1, 2)

    @property
    def last(self) -> str:
        return self._host(-2, -3)

    @property
    def free(self) -> int:
        return self.net.prefix.num_addresses - 3 - self.used

    def _host(self, number: int, otherwise: int) -> str:
        address = str(self.net.prefix[number])
        return address if address != self.net.gateway else str(self.net.prefix[otherwise])


def rows_of(city: City, devices: Iterable[Device]) -> list[Row]:
    """The rows of ``devices``, in their order."""
    by_where = entries(city.declared)
    return [_row(city, device, by_where[device.where]) for device in devices]


def private_rows(city: City) -> list[Row]:
    """Third parties' cameras and recorders that have an address of their owner's own network."""
    return list(_private(city))


def subnets(city: City) -> list[Subnet]:
    """Every subnet with a device of the city in it, by site and address."""
    used: dict[tuple[str, Net], list[Device]] = {}
    for device in city.inventory():
        if (net := net_of(city, device)) is not None:
            used.setdefault((device.site, net), []).append(device)
    order = {code: number for number, code in enumerate(("core", *city.sites))}
    found = []
    for (site, net), devices in sorted(used.items(), key=lambda item: (order[item[0][0]], item[0][1].prefix)):
        vlan = next((number for device in devices if (number := vlan_of(city, device)) is not None), None)
        found.append(Subnet(site, _site_name(city, site), vlan, _vlan_name(city, vlan), net, len(devices)))
    return found


def net_of(city: City, device: Device) -> Net | None:
    """The subnet that a device's address is in."""
    network = city.declared.city.file.network
    if isinstance(device, Recorder) or device.kind is Kind.SERVER:
        name = "recording" if isinstance(device, Recorder) else "servers"
        central = network.recording if isinstance(device, Recorder) else network.servers
        return Net(name, central.prefix, gateway_of(central.prefix, central.gateway_host)) if central else None
    plans: dict[str, Management | PerSiteNetwork | None]
    plans = {"management": network.management, "video": network.video, "field": network.field}
    name = "management" if isinstance(device, Switch) else "field" if isinstance(device, Equipment) else "video"
    if (plan := plans[name]) is None:
        return None
    prefix = IPv4Network(f"{device.address}/{max(plan.per_site, plan.prefix.prefixlen)}", strict=False)
    return Net(name, prefix, gateway_of(prefix, plan.gateway_host))


def vlan_of(city: City, device: Device) -> int | None:
    """The VLAN of a device's address; None over 4G."""
    if isinstance(device, Switch):
        return device.management_vlan
    if isinstance(device, Camera | Equipment):
        return device.vlan
    return city.declared.city.file.network.recording.vlan if isinstance(device, Recorder) else None


def _vlan_name(city: City, vlan: int | None) -> str:
    return next((switch.vlans[vlan] for switch in city.switches.values() if vlan in switch.vlans), "") if vlan else ""


def _site_name(city: City, site: str) -> str:
    return city.sites[site].name if site in city.sites else "Control centre"


def _row(city: City, device: Device, entry: Entry) -> Row:
    site = city.sites.get(device.site)
    net = net_of(city, device)
    on_port = device if isinstance(device, Camera | Recorder | Equipment) else None
    camera = device if isinstance(device, Camera) else None
    return Row(
        device=device.name,
        kind=device.kind,
        site=device.site,
        site_name=_site_name(city, device.site),
        site_name_hi=(site.name_hi or "") if site else "",
        device_type=device.device_type,
        address=device.address,
        prefix=net.prefix if net else None,
        gateway=net.gateway if net else None,
        vlan=vlan_of(city, device),
        switch=on_port.switch if on_port else None,
        port=on_port.port if on_port else None,
        mac=getattr(device, "mac", None),
        serial=getattr(device, "serial", None),
        recorder=(camera.recorder or None) if camera else None,
        channel=camera.channel if camera else None,
        status=device.status,
        phase=device.phase,
        owner=device.owner,
        entry=entry,
        slot=camera.slot if camera else None,
        wheres=getattr(device, "origins", {}),
    )


def _private(city: City) -> Iterator[Row]:
    for sheet in city.declared.third_party:
        for index, owner in enumerate(sheet.file.owners):
            recorder = None
            if owner.recorder and owner.recorder.address:
                recorder = f"{owner.token}-rec"
                entry = Entry(sheet.document, ("owners", index, "recorder"), owner.recorder)
                yield _private_row(recorder, Kind.RECORDER, owner.recorder.address, owner, entry)
            for position, camera in enumerate(owner.cameras):
                if camera.address is not None:
                    name = f"{owner.token}-c{camera.number:02d}"
                    entry = Entry(sheet.document, ("owners", index, "cameras", position), camera)
                    row = _private_row(name, Kind.CAMERA, camera.address, owner, entry)
                    yield replace(row, mac=camera.mac, serial=camera.serial, channel=camera.channel, recorder=recorder)


def _private_row(name: str, kind: Kind, address: IPv4Address, owner: OwnerEntry, entry: Entry) -> Row:
    reach = owner.reach
    return Row(
        device=name, kind=kind, site="", site_name="", site_name_hi="", device_type=owner.category,
        address=str(address), prefix=reach.prefix if reach else None, gateway=None, vlan=None, switch=None, port=None,
        mac=None, serial=None, recorder=None, channel=None, status=owner.state, phase=owner.phase, owner=owner.token,
        entry=entry, private=True, reached_by=f"{reach.method} {reach.gateway or ''}".strip() if reach else None,
        wheres={"address": (entry.where("address"),)},
    )  # fmt: skip
