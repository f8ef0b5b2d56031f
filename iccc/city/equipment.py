"""What else a site has with an address: UPS cards, call boxes, loudspeakers, sign boards, sensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from iccc.city.addresses import DoesNotFit, host
from iccc.city.calling import calling_of
from iccc.city.declared import Declared, Mistakes, Sheet
from iccc.city.devices import Equipment, Kind, Site, SwitchPort
from iccc.city.model.city import FieldNetwork
from iccc.city.model.site import CallBox, FieldDevice, SiteFile, UpsCard
from iccc.city.placement import Outlet
from iccc.city.snmp import snmp_of
from iccc.explain import Key
from iccc.units import ranges

SHORT = {Kind.UPS: "ups", Kind.CALL_BOX: "ecb", Kind.PA: "pa", Kind.VMS_BOARD: "vms", Kind.SENSOR: "sen"}


@dataclass(frozen=True)
class Listed:
    """One device as a site's file lists it. ``key`` is its slot in the placement: below all cameras' slots.

    ``turn`` is its turn there. Each has one of its own, by number and then by kind, so that none is ever moved by one
    of a later number.
    """

    kind: Kind
    entry: FieldDevice
    path: tuple[Key, ...]
    cabinet: int | None

    @property
    def key(self) -> int:
        return -1000 + 100 * self._rank + self.entry.number

    @property
    def turn(self) -> int:
        return 1 + self.entry.number * len(SHORT) + self._rank

    @property
    def _rank(self) -> int:
        return list(SHORT).index(self.kind)


def listed(file: SiteFile) -> Iterator[Listed]:
    """All of a site's other devices."""
    for index, cabinet in enumerate(file.cabinets):
        if cabinet.ups is not None:
            yield Listed(Kind.UPS, cabinet.ups, ("cabinets", index, "ups"), cabinet.number)
    for kind, key, entries in (
        (Kind.CALL_BOX, "call_boxes", file.call_boxes),
        (Kind.PA, "pa", file.pa),
        (Kind.VMS_BOARD, "vms_boards", file.vms_boards),
        (Kind.SENSOR, "sensors", file.sensors),
    ):
        for index, entry in enumerate(entries):
            yield Listed(kind, entry, (key, index), entry.cabinet)


def check_listed(declared: Declared, sheet: Sheet[SiteFile], mistakes: Mistakes) -> None:
    """Numbers, types, poles, cabinets and slots that the entries name."""
    document, file = sheet
    seen: dict[tuple[Kind, int], tuple[Key, ...]] = {}
    for item in listed(file):
        first = seen.setdefault((item.kind, item.entry.number), item.path)
        if first != item.path:
            text = f"{SHORT[item.kind]} {item.entry.number} stands twice on this site"
            mistakes.add(document, (*item.path, "number"), text)
        mistakes.device_type(declared, document, (*item.path, "device_type"), item.entry.device_type, item.kind)
        if isinstance(item.entry, CallBox):
            slots = {slot for entry in file.cameras for slot in range(entry.slot, entry.slot + entry.count)}
            for index, slot in enumerate(item.entry.cameras):
                if slot not in slots:
                    text = f"no camera of this site has slot {slot}; there are {ranges(slots)}"
                    mistakes.add(document, (*item.path, "cameras", index), text)
    for key, entries in (
        ("cabinet", [cabinet.number for cabinet in file.cabinets]),
        ("pole", [pole.number for pole in file.poles]),
    ):
        numbers = set(entries)
        named: list[tuple[tuple[Key, ...], int | None]] = [
            (item.path, getattr(item.entry, key)) for item in listed(file)
        ]
        if key == "pole":
            named += [(("cameras", index), entry.pole) for index, entry in enumerate(file.cameras)]
        else:
            named += [(("switches", index), entry.cabinet) for index, entry in enumerate(file.switches)]
        for path, number in named:
            if number is not None and number not in numbers:
                mistakes.add(document, (*path, key), f"{key} {number} is not one of this site's: {ranges(numbers)}")
        for index, number in enumerate(entries):
            if number in entries[:index]:
                mistakes.add(document, (f"{key}s", index, "number"), f"{key} {number} stands twice on this site")


def build_equipment(
    declared: Declared,
    sheet: Sheet[SiteFile],
    site: Site,
    outlets: Mapping[int, Outlet],
    prefix: IPv4Network | None,
    mistakes: Mistakes,
) -> list[Equipment]:
    """The devices, each on the port that placement found for it. ``prefix`` is the site's field subnet."""
    document, file = sheet
    plan = declared.city.file.network.field
    devices: list[Equipment] = []
    for item in listed(file):
        if plan is None:
            mistakes.add(document, item.path, "this needs an address, and network of city.yaml has no 'field'")
            continue
        try:
            address = host(prefix, _host_number(plan, item), plan.gateway_host) if prefix else ""
        except DoesNotFit as error:
            mistakes.add(document, (*item.path, "number"), f"address: {error}")
            continue
        outlet = outlets.get(item.key)
        if not address or (outlet is None and item.entry.via == "switch"):
            continue
        where = document.where(*item.path)
        devices.append(
            Equipment(
                name=f"{site.code}-{SHORT[item.kind]}{item.entry.number}",
                kind=item.kind,
                owner=item.entry.owner,
                address=address,
                site=site.code,
                device_type=item.entry.device_type,
                status=item.entry.status or site.status,
                phase=site.phase,
                where=where,
                number=item.entry.number,
                switch=outlet.switch if outlet else None,
                port=outlet.port if outlet else None,
                vlan=site.field_vlan if outlet else None,
                mac=item.entry.mac,
                serial=item.entry.serial,
                cabinet=item.cabinet,
                calling=calling_of(declared, site.code, item.entry) if isinstance(item.entry, CallBox) else None,
                snmp=snmp_of(declared, "ups", item.entry.snmp if isinstance(item.entry, UpsCard) else None),
                origins={
                    "address": (
                        document.where(*item.path, "number"),
                        document.where("number"),
                        declared.city.document.where("network", "field"),
                    ),
                    "port": (document.where(*item.path, "port"),),
                },
            )
        )
    return devices


def port_of(declared: Declared, device: Equipment) -> SwitchPort:
    """The switch port of a device that hangs on one."""
    type_ = declared.catalogue.file.device_types.get(device.device_type)
    return SwitchPort(
        name=device.port or "",
        mode="access",
        description=device.name,
        access_vlan=device.vlan,
        allowed_vlans=None,
        poe=bool(type_ and type_.pse_w),
        device=device.name,
        peer_port=None,
        where=device.where,
    )


def _host_number(plan: FieldNetwork, item: Listed) -> int:
    offset = next((offset for kind, offset in plan.offsets.items() if kind == item.kind), 0)
    return plan.first_host + offset + item.entry.number - 1
