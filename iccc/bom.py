"""Bill of materials: devices by head, type and phase, each quantity with the lines that it comes from.

Prices, formulas and sizing are not here: these are the devices that the model itself names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from iccc.city.devices import City, Device, Kind


@dataclass(frozen=True)
class BomLine:
    """One position. ``sources`` are (file:line, quantity), which add up to ``quantity``."""

    head: str
    device_type: str
    description: str
    kind: Kind
    phase: str
    unit: str
    quantity: int
    sources: tuple[tuple[str, int], ...]


def bill(city: City, devices: Sequence[Device]) -> list[BomLine]:
    """The lines for ``devices``, by head, kind, type and phase."""
    quantity: Counter[tuple[str, str, Kind, str]] = Counter()
    sources: dict[tuple[str, str, Kind, str], Counter[str]] = {}
    for device in devices:
        head = city.catalogue[device.device_type].head
        key = (head, device.device_type, device.kind, device.phase)
        quantity[key] += 1
        sources.setdefault(key, Counter())[f"{device.where.file}:{device.where.line}"] += 1
    return [
        BomLine(
            head=key[0],
            device_type=key[1],
            description=city.catalogue[key[1]].description,
            kind=key[2],
            phase=key[3],
            unit=city.catalogue[key[1]].unit,
            quantity=count,
            sources=tuple(sources[key].items()),
        )
        for key, count in sorted(quantity.items())
    ]
