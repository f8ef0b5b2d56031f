"""The cabinets of a city: what stands in one shares its mains, and its UPS where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from iccc.city.devices import Equipment, Switch
from iccc.lab.device import LabDevice
from iccc.lab.ups import LabUps

Place = tuple[str, int | None]  # site, cabinet


@dataclass
class Cabinet:
    """One cabinet. Its switches and the card of its UPS run as long as mains or battery feed them."""

    members: list[LabDevice] = field(default_factory=list)
    ups: LabUps | None = None
    mains: bool = True

    def put(self, on: bool) -> None:
        """Switch the mains."""
        self.mains = on
        if self.ups is not None:
            self.ups.fed_by_mains(on)
        self.feed()

    def feed(self) -> None:
        """Give electricity to the members, or take it away."""
        fed = self.mains or (self.ups is not None and self.ups.lasts)
        for device in self.members:
            device.fed = fed


class Mains:
    """All cabinets. ``changed`` is called when an empty battery leaves one dark."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._cabinets: dict[Place, Cabinet] = {}
        self._of: dict[str, Cabinet] = {}

    def stand(self, declared: Switch | Equipment, device: LabDevice) -> None:
        """Put a device into its cabinet."""
        place = (declared.site, declared.cabinet)
        if place not in self._cabinets:
            self._cabinets[place] = Cabinet()
        cabinet = self._of[device.name] = self._cabinets[place]
        cabinet.members.append(device)
        if isinstance(device, LabUps):
            cabinet.ups, device.emptied = device, lambda: self._empty(cabinet)

    def _empty(self, cabinet: Cabinet) -> None:
        cabinet.feed()
        self._changed()

    def of(self, device: str) -> Cabinet | None:
        return self._of.get(device)

    def at(self, site: str, cabinet: int | None) -> list[Cabinet]:
        """One cabinet of a site, or all of them; KeyError when there is none."""
        found = [
            known for (where, number), known in self._cabinets.items() if where == site and cabinet in (None, number)
        ]
        if not found:
            raise KeyError(f"no switch or UPS stands in {site}" + (f" cabinet {cabinet}" if cabinet else ""))
        return found

    def restore(self, devices: Iterable[str]) -> None:
        """Mains everywhere where one of the devices stands."""
        for cabinet in {id(known): known for name in devices if (known := self._of.get(name))}.values():
            cabinet.put(True)
