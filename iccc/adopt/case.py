"""What a rule of adoption is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from iccc.city.declared import Sheet
from iccc.city.devices import City, Device
from iccc.city.model.site import SiteFile
from iccc.entries import Entry, entries
from iccc.finding import Finding
from iccc.yamledit import Edit
from iccc.yamlfile import Where


class Step(NamedTuple):
    """One edit of one file, by its name below the root."""

    file: str
    edit: Edit


@dataclass(frozen=True)
class Adoption:
    """How findings are written. ``touches`` are the devices that may be other ones afterwards; no other one may be.

    ``holds`` says of the city that the edited files make whether it declares what was seen.
    """

    steps: tuple[Step, ...]
    touches: frozenset[str]
    holds: Callable[[City], bool]


class Refused(Exception):
    """What was seen cannot be declared; ``where`` is the line that decides, the text says what a person does."""

    def __init__(self, where: Where | str, text: str) -> None:
        super().__init__(f"{where}: {text}")


@dataclass(frozen=True)
class Case:
    """One finding to be adopted, ``together`` with others; ``standing`` are all of the last run, by device and path."""

    city: City
    finding: Finding
    together: Sequence[Finding]
    standing: Mapping[tuple[str, str], Finding]

    @property
    def device(self) -> Device:
        return self.city.device(self.finding.device)

    @property
    def entry(self) -> Entry:
        """What declares the device."""
        return entries(self.city.declared)[self.device.where]

    @property
    def sheet(self) -> Sheet[SiteFile]:
        """The file of its site."""
        site = self.city.sites[self.device.site]
        return next(sheet for sheet in self.city.declared.sites if sheet.file.number == site.number)
