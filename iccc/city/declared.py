"""All files of one city, parsed, each beside its document, which knows the place of every value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from iccc.city.model.assumptions import AssumptionsFile
from iccc.city.model.boq import BoqItemsFile, EstimateFile
from iccc.city.model.catalogue import Catalogue, DeviceType, Kind
from iccc.city.model.city import CityFile
from iccc.city.model.core import CoreFile
from iccc.city.model.failovers import FailoversFile
from iccc.city.model.governance import GovernanceFile
from iccc.city.model.holds import EvidenceHoldsFile
from iccc.city.model.places import BusesFile, HotSpotsFile
from iccc.city.model.published import PublishedFile
from iccc.city.model.recorders import RecordersFile, ServersFile
from iccc.city.model.site import SiteFile
from iccc.city.model.third_party import ThirdPartyFile
from iccc.city.model.waivers import WaiversFile
from iccc.errors import Mistake
from iccc.explain import Key, one_of
from iccc.yamlfile import Document, Where

Model = TypeVar("Model", bound=BaseModel)


class Sheet(NamedTuple, Generic[Model]):
    """A file and what it says."""

    document: Document
    file: Model


@dataclass(frozen=True)
class Whole:
    """Of which kinds all entries are known: every file could be read, and no number or name stands twice.

    Where that is not so, what is missing there is not said to be missing at the places that ask for it.
    """

    sites: bool = True
    third_party: bool = True
    governance: bool = True
    recorders: bool = True


@dataclass(frozen=True)
class Declared:
    """What was read for one city. Files that a city need not have are None."""

    key: str
    catalogue: Sheet[Catalogue]
    assumptions: Sheet[AssumptionsFile]
    boq: Sheet[BoqItemsFile]
    estimate: Sheet[EstimateFile]
    city: Sheet[CityFile]
    core: Sheet[CoreFile]
    recorders: Sheet[RecordersFile]
    sites: tuple[Sheet[SiteFile], ...]
    third_party: tuple[Sheet[ThirdPartyFile], ...] = ()
    servers: Sheet[ServersFile] | None = None
    governance: Sheet[GovernanceFile] | None = None
    published: Sheet[PublishedFile] | None = None
    hot_spots: Sheet[HotSpotsFile] | None = None
    buses: Sheet[BusesFile] | None = None
    waivers: Sheet[WaiversFile] | None = None
    evidence_holds: Sheet[EvidenceHoldsFile] | None = None
    failovers: Sheet[FailoversFile] | None = None
    whole: Whole = Whole()


@dataclass
class Mistakes:
    """Collects mistakes while a city is built, so that one run says them all."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, document: Document, path: Sequence[Key], text: str) -> None:
        self.found.append(Mistake(str(document.where(*path)), text))

    def add_at(self, where: Where, text: str) -> None:
        self.found.append(Mistake(str(where), text))

    def phase(self, declared: Declared, document: Document, path: Sequence[Key], name: str) -> None:
        """Note a phase that is none of city.yaml's."""
        phases = declared.city.file.phases
        if name not in phases:
            self.add(document, path, f"phase {one_of(name, phases)}")

    def device_type(
        self, declared: Declared, document: Document, path: Sequence[Key], name: str, kind: Kind
    ) -> DeviceType | None:
        """The catalogue's entry ``name`` if it is of ``kind``; else None, and the mistake is noted."""
        types = declared.catalogue.file.device_types
        found = types.get(name)
        if found is None or found.kind != kind:
            fitting = [key for key, value in types.items() if value.kind == kind]
            self.add(document, path, f"device_type {one_of(name, fitting)}")
            return None
        return found
