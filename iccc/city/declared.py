"""All files of one city, parsed, each beside its document, which knows the place of every value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from iccc.city.model import Catalogue, CityFile, CoreFile, DeviceType, JunctionFile, RecordersFile
from iccc.errors import Mistake
from iccc.explain import Key, one_of
from iccc.yamlfile import Document


@dataclass(frozen=True)
class Declared:
    """What was read for one city."""

    key: str
    city: tuple[Document, CityFile]
    core: tuple[Document, CoreFile]
    recorders: tuple[Document, RecordersFile]
    junctions: tuple[tuple[Document, JunctionFile], ...]
    catalogue: tuple[Document, Catalogue]


@dataclass
class Mistakes:
    """Collects mistakes while a city is built, so that one run says them all."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, document: Document, path: Sequence[Key], text: str) -> None:
        self.found.append(Mistake(str(document.where(*path)), text))

    def device_type(
        self, declared: Declared, document: Document, path: Sequence[Key], name: str, kind: str
    ) -> DeviceType | None:
        """The catalogue's entry ``name`` if it is of ``kind``; else None, and the mistake is noted."""
        types = declared.catalogue[1].device_types
        found = types.get(name)
        if found is None or found.kind != kind:
            fitting = [key for key, value in types.items() if value.kind == kind]
            self.add(document, path, f"device_type {one_of(name, fitting)}")
            return None
        return found
