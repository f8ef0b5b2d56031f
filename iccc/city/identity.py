"""What may be nobody else's: names, addresses, hardware addresses, serial numbers; of third parties and buses too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Device, Switch
from iccc.city.model.common import FormerUnit
from iccc.yamlfile import Document, Where


class _Replaceable(Protocol):
    """An entry whose unit may be replaced."""

    @property
    def serial(self) -> str | None: ...
    @property
    def former(self) -> tuple[FormerUnit, ...]: ...


class _Claim(NamedTuple):
    what: str
    value: str
    who: str
    where: Where


def check_unique(declared: Declared, devices: Sequence[Device], mistakes: Mistakes) -> None:
    """One mistake for each that is claimed a second time."""
    first: dict[tuple[str, str], _Claim] = {}
    for claim in (*_of_devices(devices), *_of_reached(devices), *_of_owners(declared), *_of_buses(declared)):
        other = first.setdefault((claim.what, claim.value), claim)
        if other is not claim:
            mistakes.add_at(claim.where, f"{claim.what} {claim.value} of {claim.who} is {other.who}'s ({other.where})")


def check_former(declared: Declared, mistakes: Mistakes) -> None:
    """A former unit is another one than the unit that stands there now, and is listed once."""
    entries: list[tuple[Document, str, Sequence[_Replaceable]]] = [
        (declared.core.document, "switches", declared.core.file.switches),
        (declared.recorders.document, "recorders", declared.recorders.file.recorders),
    ]
    for sheet in declared.sites:
        entries += [
            (sheet.document, "switches", sheet.file.switches),
            (sheet.document, "cameras", sheet.file.cameras),
        ]
    for document, key, found in entries:
        for index, entry in enumerate(found):
            before = {entry.serial: "stands there now"} if entry.serial else {}
            for number, unit in enumerate(entry.former):
                if unit.serial in before:
                    where = document.where(key, index, "former", number, "serial")
                    mistakes.add_at(where, f"former unit {unit.serial} {before[unit.serial]}")
                before[unit.serial] = "is listed before"


def _of_devices(devices: Iterable[Device]) -> Iterator[_Claim]:
    for device in devices:
        for what in ("name", "address", "mac", "serial"):
            if value := getattr(device, what, None):
                yield _Claim(what, value, device.name, device.where)


def _of_reached(devices: Iterable[Device]) -> Iterator[_Claim]:
    """Where switches and cameras are as yet: at another device's address iccc would talk to the wrong one."""
    for device in devices:
        if isinstance(device, Camera) and device.reached_at and device.reached_at != device.address:
            yield _Claim("address", device.reached_at, device.name, device.where)
        if isinstance(device, Switch) and device.reached_at and device.reached_at.address != device.address:
            yield _Claim("address", device.reached_at.address, device.name, device.reached_at.where)


def _of_owners(declared: Declared) -> Iterator[_Claim]:
    """An owner's addresses are in a network of its own; its near end is in the city's."""
    for document, file in declared.third_party:
        for index, owner in enumerate(file.owners):
            path = ("owners", index)
            if owner.reach and owner.reach.gateway:
                where = document.where(*path, "reach", "gateway")
                yield _Claim("address", str(owner.reach.gateway), f"the gateway to {owner.token}", where)
            for position, camera in enumerate(owner.cameras):
                for what in ("mac", "serial"):
                    if value := getattr(camera, what):
                        where = document.where(*path, "cameras", position, what)
                        yield _Claim(what, value, f"camera {camera.number} of {owner.token}", where)


def _of_buses(declared: Declared) -> Iterator[_Claim]:
    if declared.buses is not None:
        document, file = declared.buses
        for name, fleet in file.fleets.items():
            for number, serial in fleet.serials.items():
                where = document.where("fleets", name, "serials", number)
                yield _Claim("serial", serial, f"{name} bus {number}", where)
