"""A result of sizing: a value with its formula, its inputs, and where each of them comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from iccc.city.devices import Camera, City, Device, Site
from iccc.city.figures import Figures, sizing_of
from iccc.city.model.assumptions import Sizing
from iccc.city.model.catalogue import DeviceType
from iccc.explain import Key
from iccc.yamlfile import Where

Value = int | float | str


@dataclass(frozen=True)
class Input:
    """What went into a formula. ``where`` is a line of a file, or the name of another result."""

    name: str
    value: Value
    unit: str
    where: str
    source: str = ""


@dataclass(frozen=True)
class Result:
    """One value of one case. ``scope`` is a site, a ring, a link, a recorder; "" is the city.

    ``value`` is None where something is not known or nothing that is sold is enough; ``inputs`` say what. ``declared``
    is what the declaration has in its place.
    """

    name: str
    scope: str
    value: Value | None
    unit: str
    about: str
    formula: str
    inputs: tuple[Input, ...]
    declared: Value | None = None
    declared_where: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.scope

    def as_input(self, name: str = "") -> Input:
        """This result as what another one is made of."""
        value = "unknown" if self.value is None else self.value
        return Input(name or self.name, value, self.unit, f"{self.name} {self.scope}".rstrip())


@dataclass(frozen=True)
class Case:
    """What is sized, and by which figures. ``kept``: ports that are kept for growth count as if they were used."""

    city: City
    devices: tuple[Device, ...]
    cameras: tuple[Camera, ...]  # of these
    sites: tuple[Site, ...]
    figures: Figures
    kept: bool

    @cached_property
    def sizing(self) -> Sizing:
        return sizing_of(self.figures)

    def figure(self, *names: str) -> tuple[Input, ...]:
        """Assumptions as inputs."""
        found = [self.figures[name] for name in names]
        return tuple(Input(f.name, f.value, f.unit, str(f.where), f"{f.kind}: {f.source}") for f in found)

    def catalogue(self, device_type: str, key: str, unit: str) -> Input:
        """A value of the catalogue as an input."""
        value = getattr(self.type(device_type), key)
        where = self.type_where(device_type, key)
        return Input(f"{key} of {device_type}", "unknown" if value is None else value, unit, str(where))

    def type(self, device_type: str) -> DeviceType:
        return self.city.catalogue[device_type]

    def type_where(self, device_type: str, *key: Key) -> Where:
        return self.city.declared.catalogue.document.where("device_types", device_type, *key)
