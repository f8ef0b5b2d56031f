"""Device types: which entry of the catalogue a device is, and what says so.

Four things can say it, in this order: a person (``--type MODEL=TYPE``); the part number of a type with a make; the
ports of a switch, which only one type has; the label of a camera at its switch port, with the PoE class that the port
has seen. Where none does, the device has no type, and nobody is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iccc.city.model.catalogue import DeviceType, Kind
from iccc.discover.found import FoundHost, FoundSwitch
from iccc.switch.seen import PortFacts


@dataclass(frozen=True)
class Types:
    """``given`` maps models, in small letters, to types."""

    catalogue: Mapping[str, DeviceType]
    given: Mapping[str, str]

    def switch(self, found: FoundSwitch) -> str | None:
        """By its model, or by its ports: those that it has, and no others."""
        if (known := self.exactly(Kind.SWITCH, found.chassis_model)) is not None:
            return known
        ports = found.facts.ports
        have = {name for name, one in ports.items() if not one.aggregate} if isinstance(ports, Mapping) else set()
        return _only(key for key, one in self._of(Kind.SWITCH) if one.generic and set(one.port_names) == have)

    def camera(self, host: FoundHost, label: str, facts: PortFacts | None) -> str | None:
        """By its model, or by the word at its port, which is in the name of one type that can be fed there."""
        if (known := self.exactly(Kind.CAMERA, host.identity.model if host.identity else None)) is not None:
            return known
        poe_class = facts.poe_class if facts is not None else None
        fitting = [
            (key, one)
            for key, one in self._of(Kind.CAMERA)
            if one.generic and (poe_class is None or one.poe_class is None or one.poe_class >= poe_class)
        ]
        return _only(key for key, _ in fitting if label and label in key.split("-"))

    def other(self, kind: Kind, model: str | None) -> str | None:
        """A recorder, a UPS: by its model, which may also be the beginning of a generic type's name."""
        if (known := self.exactly(kind, model)) is not None:
            return known
        said = _letters(model or "")
        return _only(key for key, one in self._of(kind) if said and one.generic and said in _letters(key))

    def exactly(self, kind: Kind, model: str | None) -> str | None:
        """The type of this kind that a person gave to the model, or whose part number it is."""
        if not model:
            return None
        if (given := self.given.get(model.casefold())) is not None:
            return given if given in dict(self._of(kind)) else None
        said = _letters(model)
        return _only(
            key
            for key, one in self._of(kind)
            if not one.generic
            and one.part_number
            and (own := _letters(one.part_number))
            and (own in said or said in own)
        )

    def _of(self, kind: Kind) -> Iterator[tuple[str, DeviceType]]:
        return ((key, one) for key, one in self.catalogue.items() if one.kind is kind)


def _only(found: Iterator[str]) -> str | None:
    """The one that there is; None for none, and for several."""
    listed = list(found)
    return listed[0] if len(listed) == 1 else None


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
