"""Reads a city's files and builds its devices, or says every mistake at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from iccc.city.build import build
from iccc.city.declared import Declared, Sheet, Whole
from iccc.city.devices import City, host_of
from iccc.city.misnamed import gathered
from iccc.city.model.assumptions import AssumptionsFile
from iccc.city.model.boq import BoqItemsFile, EstimateFile
from iccc.city.model.catalogue import Catalogue
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
from iccc.errors import DeclarationError, Mistake, UsageError
from iccc.explain import did_you_mean, one_of
from iccc.yamlfile import Document, read

Model = TypeVar("Model", bound=BaseModel)

CATALOGUE = "catalogue/device-types.yaml"
ASSUMPTIONS = "catalogue/assumptions.yaml"
BOQ_ITEMS = "catalogue/boq-items.yaml"
ESTIMATE = "catalogue/estimate.yaml"
SHARED: dict[str, type[BaseModel]] = {  # by all cities
    CATALOGUE: Catalogue,
    ASSUMPTIONS: AssumptionsFile,
    BOQ_ITEMS: BoqItemsFile,
    ESTIMATE: EstimateFile,
}
TEMPLATES = ("templates/recorder", "templates/server")
REQUIRED: dict[str, type[BaseModel]] = {"city.yaml": CityFile, "core.yaml": CoreFile, "recorders.yaml": RecordersFile}
OPTIONAL: dict[str, type[BaseModel]] = {
    "servers.yaml": ServersFile,
    "governance.yaml": GovernanceFile,
    "published.yaml": PublishedFile,
    "hot-spots.yaml": HotSpotsFile,
    "buses.yaml": BusesFile,
    "waivers.yaml": WaiversFile,
    "evidence-holds.yaml": EvidenceHoldsFile,
    "failovers.yaml": FailoversFile,
}
PLANS = "plans"  # plans/<name>/ of a city: files that are laid over its own where somebody asks for that plan
FOLDERS: dict[str, type[BaseModel]] = {"junctions": SiteFile, "sites": SiteFile, "third-party": ThirdPartyFile}


def shared_file(root: Path, name: str, model: type[Model]) -> Model:
    """A file of the catalogue that no city is built of: archetypes, heads of columns, portals."""
    document = read(root / name, root)
    file = document.parse(model)
    if file is None:
        raise DeclarationError(document.mistakes)
    return file


def city_names(root: Path) -> list[str]:
    """Cities that are declared in ``root/cities``."""
    return sorted(path.parent.name for path in (root / "cities").glob("*/city.yaml"))


def plan_names(root: Path, key: str) -> list[str]:
    """Plans of a city."""
    return sorted(path.name for path in (root / "cities" / key / PLANS).glob("*/"))


def plan_of(root: Path, key: str, phase: str | None) -> str | None:
    """The plan of a phase: that of its name, where the city has one."""
    return phase if phase in plan_names(root, key) else None


def load_city(root: Path, key: str, plan: str | None = None) -> City:
    """The city ``key`` below ``root``; raises :class:`DeclarationError` with all mistakes, UsageError if unknown.

    ``plan``: as it would be with that plan, whose files come in place of the city's of the same name, and beside them.
    """
    names = city_names(root)
    if key not in names:
        if any(path.name == key for path in (root / "cities").glob("*/")):
            raise UsageError(f"no city {key!r}: cities/{key} has no city.yaml")
        raise UsageError(f"no city {key!r}; there are {', '.join(names)}{did_you_mean(key, names)}")
    return city_of_documents(root, key, documents_of(root, key, plan))


def documents_of(root: Path, key: str, plan: str | None = None) -> dict[str, Document | list[Mistake]]:
    """The files of a city by their names, each as its document, or as why there is none; those of a plan laid over."""
    there = {path.relative_to(root).as_posix(): path for path in paths(root, key)}
    if plan is not None:
        names = plan_names(root, key)
        if plan not in names:
            raise UsageError(f"plan {one_of(plan, names)}" if names else f"{key} has no plans")
        folder = root / "cities" / key / PLANS / plan
        laid = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.yaml"))}
        there |= {f"cities/{key}/{name}": path for name, path in laid.items()}
    return {file: read_file(root, path) for file, path in there.items()}


def city_of_documents(root: Path, key: str, documents: Mapping[str, Document | list[Mistake]]) -> City:
    """The city that its files say; :class:`DeclarationError` with all mistakes."""
    files = Files(key)
    for file, document in documents.items():
        files.add(file, document)
    return _with_templates(files.city(), root)


def _with_templates(city: City, root: Path) -> City:
    """With what is put on its servers, which is part of what is declared: another template makes a plan stale."""
    if not any(host_of(one) for one in (*city.recorders.values(), *city.equipment.values())):
        return city
    whole = hashlib.sha256(city.digest.encode())
    templates: dict[str, str] = {}
    for path in (path for folder in TEMPLATES for path in sorted((root / folder).glob("*.j2"))):
        name = str(path.relative_to(root))
        try:
            templates[name] = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{name}: {error}") from None
        whole.update(f"{name}\n{templates[name]}\n".encode())
    return replace(city, templates=templates, digest=whole.hexdigest())


def paths(root: Path, key: str) -> Iterator[Path]:
    """The files of a city, those that must be there whether they are or not."""
    folder = root / "cities" / key
    yield from (root / file for file in SHARED)
    yield from (folder / name for name in REQUIRED)
    yield from (path for name in OPTIONAL if (path := folder / name).exists())
    for name in FOLDERS:
        yield from sorted((folder / name).glob("*.yaml"))
    known = {*REQUIRED, *OPTIONAL}
    for path in sorted((*folder.rglob("*.yml"), *folder.rglob("*.yaml"))):
        inner = path.relative_to(folder)
        if inner.parts[0] == PLANS and path.suffix == ".yaml" and model_of(path.relative_to(root).as_posix()):
            continue
        if path.suffix == ".yml" or not (inner.name in known if len(inner.parts) == 1 else _in_folder(inner)):
            yield path


def _in_folder(inner: Path) -> bool:
    return len(inner.parts) == 2 and inner.parts[0] in FOLDERS


def read_file(root: Path, path: Path) -> Document | list[Mistake]:
    """The document, or why there is none."""
    file = path.relative_to(root).as_posix()
    if path.suffix == ".yml":
        return [Mistake(f"{file}:1:1", "this file is not read: only .yaml is")]
    if model_of(file) is None:
        places = ", ".join((*REQUIRED, *OPTIONAL, *(f"{name}/*.yaml" for name in FOLDERS)))
        return [Mistake(f"{file}:1:1", f"this file is not read: a city has {places}")]
    try:
        return read(path, root)
    except DeclarationError as error:
        return error.mistakes


def model_of(file: str) -> type[BaseModel] | None:
    """The model of a file by its name, relative to the root; None when iccc has no use for it."""
    if file in SHARED:
        return SHARED[file]
    parts = file.split("/")[2:]  # cities/<city>/…
    parts = parts[2:] if parts[:1] == [PLANS] else parts
    if len(parts) == 1:
        return REQUIRED.get(parts[0]) or OPTIONAL.get(parts[0])
    return FOLDERS.get(parts[0]) if len(parts) == 2 else None


@dataclass
class Files:
    """The files of one city, parsed one by one; together they are the city."""

    key: str
    mistakes: list[Mistake] = field(default_factory=list)
    _sheets: dict[str, Sheet[BaseModel] | None] = field(default_factory=dict)
    _documents: list[Document] = field(default_factory=list)

    def add(self, file: str, document: Document | list[Mistake]) -> None:
        """Parse one more file."""
        if isinstance(document, list):
            self.mistakes += document
            self._sheets[file] = None
            return
        model = model_of(file)
        value = document.parse(model) if model else None
        self.mistakes += document.mistakes
        self._documents.append(document)
        self._sheets[file] = Sheet(document, value) if value is not None else None

    def city(self) -> City:
        """The whole city; :class:`DeclarationError` with all mistakes of its files and of their sum."""
        mistakes = list(self.mistakes)
        declared = self._declared()
        built: City | None = None
        if declared is not None:
            built, found = build(declared, digest=_digest(self._documents))
            mistakes += found
        if mistakes or built is None:
            told = sorted(gathered(sorted(set(mistakes), key=_order), self._documents), key=_order)
            raise DeclarationError(told, self._missing() if declared is None else ())
        return built

    def _declared(self) -> Declared | None:
        folder = f"cities/{self.key}"
        catalogue = self._one(CATALOGUE, Catalogue)
        assumptions = self._one(ASSUMPTIONS, AssumptionsFile)
        boq = self._one(BOQ_ITEMS, BoqItemsFile)
        estimate = self._one(ESTIMATE, EstimateFile)
        city = self._one(f"{folder}/city.yaml", CityFile)
        core = self._one(f"{folder}/core.yaml", CoreFile)
        recorders = self._one(f"{folder}/recorders.yaml", RecordersFile)
        if catalogue is None or assumptions is None or boq is None or estimate is None:
            return None
        if city is None or core is None or recorders is None:
            return None
        sites = tuple(self._all((f"{folder}/junctions/", f"{folder}/sites/"), SiteFile))
        third_party = tuple(self._all((f"{folder}/third-party/",), ThirdPartyFile))
        return Declared(
            key=self.key,
            catalogue=catalogue,
            assumptions=assumptions,
            boq=boq,
            estimate=estimate,
            city=city,
            core=core,
            recorders=recorders,
            sites=sites,
            third_party=third_party,
            servers=self._one(f"{folder}/servers.yaml", ServersFile),
            governance=self._one(f"{folder}/governance.yaml", GovernanceFile),
            published=self._one(f"{folder}/published.yaml", PublishedFile),
            hot_spots=self._one(f"{folder}/hot-spots.yaml", HotSpotsFile),
            buses=self._one(f"{folder}/buses.yaml", BusesFile),
            waivers=self._one(f"{folder}/waivers.yaml", WaiversFile),
            evidence_holds=self._one(f"{folder}/evidence-holds.yaml", EvidenceHoldsFile),
            failovers=self._one(f"{folder}/failovers.yaml", FailoversFile),
            whole=self._whole(sites, third_party, recorders.file),
        )

    def _missing(self) -> list[str]:
        """The files without which nothing can be built, as far as they could not be read."""
        needed = (*SHARED, *(f"cities/{self.key}/{name}" for name in REQUIRED))
        return [file for file in needed if self._sheets.get(file) is None]

    def _whole(
        self, sites: Iterable[Sheet[SiteFile]], third_party: Sequence[Sheet[ThirdPartyFile]], recorders: RecordersFile
    ) -> Whole:
        # Of what kind a file would be that is read under another name only; None: it could be of any.
        broken = {model_of(str(Path(file).with_suffix(".yaml"))) for file, sheet in self._sheets.items() if not sheet}
        heads = [sheet.file.head for sheet in third_party]
        tokens = [owner.token for sheet in third_party for owner in sheet.file.owners]

        def whole(model: type[BaseModel], *names: Sequence[object]) -> bool:
            return not {model, None} & broken and all(len(set(same)) == len(same) for same in names)

        return Whole(
            sites=whole(SiteFile, [sheet.file.number for sheet in sites]),
            third_party=whole(ThirdPartyFile, heads, tokens),
            governance=whole(GovernanceFile),
            recorders=whole(RecordersFile, [entry.number for entry in recorders.recorders]),
        )

    def _one(self, file: str, model: type[Model]) -> Sheet[Model] | None:
        sheet = self._sheets.get(file)
        return Sheet(sheet.document, sheet.file) if sheet and isinstance(sheet.file, model) else None

    def _all(self, folders: tuple[str, ...], model: type[Model]) -> Iterable[Sheet[Model]]:
        for file in self._sheets:
            if file.startswith(folders) and (sheet := self._one(file, model)):
                yield sheet


def _digest(documents: Sequence[Document]) -> str:
    whole = hashlib.sha256()
    for document in sorted(documents, key=lambda d: d.file):
        whole.update(f"{document.file} {document.digest}\n".encode())
    return whole.hexdigest()


def _order(mistake: Mistake) -> tuple[str, int, int, str]:
    file, line, column = mistake.where.rsplit(":", 2)
    return file, int(line), int(column), mistake.text
