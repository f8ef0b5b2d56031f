"""What a phase adds to those before it, of what sizing works out for a whole city: that is what its bill has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iccc.bom.counts import SIZED, VMS, Sized, phases, sized_server
from iccc.city.devices import City, Device


@dataclass(frozen=True)
class Added:
    """A result of sizing, at the design maximum: with the phase, before it, and the difference, never below zero."""

    name: str
    about: str
    unit: str
    with_phase: int | float
    before: int | float
    adds: int | float


def added(city: City, devices: Sequence[Device], phase: str) -> tuple[Added, ...]:
    """What ``phase`` adds; nothing where no phase is before it: then sizing of the phase alone says it.

    ``devices`` are all of the city, of other phases too.
    """
    for name, sized in phases(city, devices, whole=True):
        if name == phase and sized.before is not None:
            return tuple(_added(city, sized, sized.before))
    return ()


def _added(city: City, sized: Sized, before: Sized) -> Iterator[Added]:
    names = [name for parts in SIZED.values() for name in parts]
    for name in [*names, VMS] if sized_server(city) else names:
        line = sized.line(name)
        if line is not None:
            numbers = [
                value if isinstance(value, int | float) else 0 for value in (sized.value(name), before.value(name))
            ]
            yield Added(name, line.design.about, line.design.unit, numbers[0], numbers[1], sized.added(name))
