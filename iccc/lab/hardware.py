"""The ports that a switch has: those of its type, those that the declaration names, and a few spare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iccc.city.devices import City, Switch
from iccc.lab.ios import names

FIELD_POE_PORTS = 8
SPARE_PORTS = 4


@dataclass(frozen=True)
class HwPort:
    """One physical port. ``index`` is its number in ifTable, BRIDGE-MIB and LLDP order, from 1."""

    name: str  # GigabitEthernet1/3
    index: int
    poe: bool

    @property
    def short(self) -> str:
        return names.short(self.name)


def ports_of(switch: Switch, city: City) -> tuple[HwPort, ...]:
    """All ports of a switch in the order of their names."""
    poe = {name: port.poe is not None for name, port in switch.ports.items()}
    known = city.catalogue.get(switch.device_type)
    if known is not None and known.ports:
        for group in known.ports:
            for number in range(group.first, group.first + group.count):
                poe.setdefault(group.name.replace("{n}", str(number)), group.poe_w > 0)
    else:
        for name in list(_neighbours_of(switch.ports)):
            field = switch.role == "access" and int(name.rpartition("/")[2]) <= FIELD_POE_PORTS
            poe.setdefault(name, field)
    ordered = sorted(poe, key=names.order)
    return tuple(HwPort(name, index, poe[name]) for index, name in enumerate(ordered, start=1))


def _neighbours_of(declared: Iterable[str]) -> Iterable[str]:
    """Per line of ports (``GigabitEthernet1/``) all numbers from 1 to a few beyond the highest declared."""
    highest: dict[str, int] = {}
    for name in declared:
        head, _, number = name.rpartition("/")
        highest[head] = max(highest.get(head, 0), int(number))
    for head, last in highest.items():
        yield from (f"{head}/{number}" for number in range(1, max(last, FIELD_POE_PORTS) + SPARE_PORTS + 1))
