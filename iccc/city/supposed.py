"""A city as it would be with other settings: ``retention.street.days=60``. Nothing is written.

A setting is addressed as it stands in the files: keys of ``city.yaml``, rings of ``core.yaml`` by their names, sites by
their codes (``sites.bsp-j01``), the catalogue, the assumptions. It is put into what was read, and judged as if it stood
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from iccc.city.devices import City
from iccc.city.load import (
    ASSUMPTIONS,
    BOQ_ITEMS,
    ESTIMATE,
    SHARED,
    city_of_documents,
    documents_of,
    load_city,
    model_of,
)
from iccc.city.model.assumptions import NAMES
from iccc.errors import DeclarationError, Mistake
from iccc.explain import Key, did_you_mean, names_its_entries, one_of, shown
from iccc.yamlfile import Document, Where

MOST = 50  # settings of one question
# What people call things that have another name in the files.
ALIASES: Mapping[str, str] = {
    "retention_profiles": "retention",
    "stream_profiles": "streams",
    "camera_groups": "groups",
    "assumptions": "sizing",
}
IDENTITY = ("name", "number", "group", "when", "head")  # what an entry of a list is called by
OF_CITY = ("city.yaml", "core.yaml", "recorders.yaml", "servers.yaml", "buses.yaml", "governance.yaml")
SPARES, SITES, THIRD_PARTY, ESCALATION = "spares", "sites", "third_party", "escalation_pct"


@dataclass(frozen=True)
class Supposed:
    """One value that is otherwise. ``address`` is as the files have it.

    ``before`` is None where nothing stood there: then something wider gave the value, or nothing did.
    """

    said: str
    address: str
    where: Where
    before: Any
    after: Any


@dataclass(frozen=True)
class _Place:
    document: Document
    path: tuple[Key, ...]


class _Unknown(Exception):
    """An address that names nothing: what is allowed."""


def suppose(
    root: Path, key: str, settings: Sequence[str], plan: str | None = None
) -> tuple[City, City, list[Supposed]]:
    """The city as it is, as it would be, and what is otherwise; :class:`DeclarationError` with all mistakes.

    ``plan``: both with that plan laid over.
    """
    before = load_city(root, key, plan)
    documents = documents_of(root, key, plan)
    readable = {file: document for file, document in documents.items() if isinstance(document, Document)}
    addresses = _Addresses(key, before, readable)
    mistakes: list[Mistake] = []
    found: list[Supposed] = []
    places: dict[tuple[str, tuple[Key, ...]], str] = {}
    for said in settings[:MOST]:
        try:
            address, value = _parsed(said)
            for place in addresses.find(address):
                twice = places.setdefault((place.document.file, place.path), said)
                if twice is not said:
                    raise _Unknown(f"the same is set by {twice}")
                found.append(_supposed(said, place, value))
        except _Unknown as wrong:
            mistakes.append(Mistake(f"--set {said}", str(wrong)))
    if len(settings) > MOST:
        mistakes.append(Mistake("--set", f"{len(settings)} settings; at most {MOST} are taken at once"))
    if mistakes:
        raise DeclarationError(mistakes)
    try:
        return before, city_of_documents(root, key, documents), found
    except DeclarationError as error:
        raise DeclarationError(_told(error.mistakes, found)) from None


def _parsed(said: str) -> tuple[str, Any]:
    address, equals, text = said.partition("=")
    if not equals or not address.strip():
        raise _Unknown("a setting is written as KEY=VALUE, like retention.street.days=60")
    document = Document("--set", text.strip())
    if document.mistakes or document.value is None:
        raise _Unknown(document.mistakes[0].text if text.strip() and document.mistakes else "there is no value")
    return address.strip(), document.value


def _supposed(said: str, place: _Place, value: Any) -> Supposed:
    before: Any = place.document.value
    for key in place.path:
        known = isinstance(before, dict) and key in before or isinstance(before, list)
        before = before[key] if known else None
    where = place.document.where(*place.path)
    place.document.suppose(place.path, value)
    return Supposed(said, ".".join(map(str, _named(place))), where, before, value)


def _named(place: _Place) -> Iterator[Key]:
    """The path with entries of lists by their names."""
    inside = place.document.value
    for key in place.path:
        entry = inside[key]
        yield _names(entry, key)[0] if isinstance(inside, list) and isinstance(key, int) else key
        inside = entry


def _told(mistakes: Iterable[Mistake], settings: Sequence[Supposed]) -> list[Mistake]:
    """Mistakes at the place of a setting as the setting's; others as what comes of all of them."""
    told = []
    for mistake in mistakes:
        # What was not declared yet has the place of what it is put into, which may be that of several settings.
        here = [each for each in settings if str(each.where) == mistake.where]
        named = [each for each in here if each.address.rpartition(".")[2] in mistake.text.split()]
        said = next((each.said for each in (*named, *here)), None)
        told.append(Mistake(f"--set {said}" if said else f"with these settings, {mistake.where}", mistake.text))
    return told


class _Addresses:
    """Finds the places that an address names."""

    def __init__(self, key: str, city: City, documents: Mapping[str, Document]) -> None:
        self._city = city
        self._folder = f"cities/{key}"
        self._documents = documents
        names = {document.file: file for file, document in documents.items()}  # those of a plan stand in its folder
        self._roots: dict[str, str] = {}  # first key: file
        for file in (*(f"{self._folder}/{name}" for name in OF_CITY), *SHARED):
            model = model_of(file)
            if model is not None and file in documents:
                for name, field in model.model_fields.items():
                    if (field.alias or name) != "schema":
                        self._roots.setdefault(field.alias or name, file)
        of_sites = {sheet.file.number: names[sheet.document.file] for sheet in city.declared.sites}
        self._sites = {site.code: of_sites[site.number] for site in city.sites.values()}
        self._sites |= {str(site.number): self._sites[site.code] for site in city.sites.values()}
        self._heads = {str(sheet.file.head): names[sheet.document.file] for sheet in city.declared.third_party}

    def find(self, address: str) -> list[_Place]:
        """The places; :class:`_Unknown` when there is none. A glob, like ``rings.*.speed_mbps``, may name several."""
        first, *rest = address.split(".")
        first = ALIASES.get(first, first)
        if first in NAMES and not rest:
            return self._in(f"{self._folder}/city.yaml", ["sizing", first])
        if first == ESCALATION and not rest:
            steps = self._city.declared.estimate.file.steps
            at = next((index for index, step in enumerate(steps) if step.does == "operation"), None)
            if at is None:
                raise _Unknown("estimate.yaml has no step that does operation")
            return [_Place(self._documents[ESTIMATE], ("steps", at, ESCALATION))]
        if first == SPARES and rest:
            return self._spares(".".join(rest))
        for name, files in ((SITES, self._sites), (THIRD_PARTY, self._heads)):
            if first == name and rest:
                return self._among(name, files, rest)
        if first not in self._roots:
            known = sorted((*self._roots, SITES, THIRD_PARTY, SPARES, ESCALATION))
            hint = did_you_mean(first, (*known, *NAMES))
            there = f"there are {', '.join(known)}, and what {ASSUMPTIONS} assumes"
            raise _Unknown(f"key {shown(first)} is not known{hint or ';'} {there}")
        return self._in(self._roots[first], [first, *rest])

    def _spares(self, item: str) -> list[_Place]:
        """Of an item of the bill by its number, or of a device type."""
        file = self._city.declared.boq.file
        places = {number: ("items", number) for number in file.items}
        for name in file.devices:
            type_ = self._city.catalogue.get(name)
            places |= {each: ("devices", name) for each in (name, type_ and type_.boq_item) if each}
        if item not in places:
            raise _Unknown(f"{SPARES} of {one_of(item, places)}")
        return [_Place(self._documents[BOQ_ITEMS], (*places[item], "spares_pct"))]

    def _among(self, what: str, files: Mapping[str, str], rest: Sequence[str]) -> list[_Place]:
        names = [name for name in files if fnmatchcase(name, rest[0])]
        if not names:
            raise _Unknown(f"{what}: {one_of(rest[0], files)}")
        chosen = dict.fromkeys(files[name] for name in names)
        return [place for file in chosen for place in self._in(file, rest[1:])]

    def _in(self, file: str, parts: Sequence[str]) -> list[_Place]:
        document, model = self._documents[file], model_of(file)
        assert model is not None
        if not parts:
            raise _Unknown(f"a key of {file} is missing; there are {', '.join(sorted(document.value))}")
        return [_Place(document, path) for path in _walk(model, document.value, (), list(parts))]


def _walk(model: type[BaseModel], value: Any, path: tuple[Key, ...], parts: list[str]) -> Iterator[tuple[Key, ...]]:
    """The paths that ``parts`` name below ``path``. What the model allows and nobody wrote yet is a path too."""
    if not parts:
        yield path
        return
    if isinstance(value, list):
        chosen = [(index, 1) for index, entry in enumerate(value) if _called(entry, index, parts[0])]
        known = [_names(entry, index)[0] for index, entry in enumerate(value)]
    elif isinstance(value, dict):
        chosen = list(_keys(value, parts))
        known = list(value)
    else:
        raise _Unknown(f"{path[-1]} is {shown(value)}: there is no {parts[0]} in it")
    if not chosen:
        if isinstance(value, list) or names_its_entries(model, path):
            raise _Unknown(f"{path[-1]}: {one_of(parts[0], map(str, known))}")
        yield (*path, *parts)  # whether there is such a key says the model
        return
    for key, used in chosen:
        yield from _walk(model, value[key], (*path, key), parts[used:])


def _keys(value: Mapping[Key, Any], parts: Sequence[str]) -> Iterator[tuple[Any, int]]:
    """Keys that the first parts name, with the number of those parts: ``B.5.1`` is one key. The longest one wins."""
    names = {str(key): key for key in value}
    for used in range(len(parts), 0, -1):
        name = ".".join(parts[:used])
        if name in names:
            yield names[name], used
            return
    if re.search(r"[*?\[]", parts[0]):
        yield from ((key, 1) for name, key in names.items() if fnmatchcase(name, parts[0]))


def _names(entry: Any, index: Key) -> list[str]:
    """What an entry of a list is called by, and its position from 1."""
    names = [str(entry[key]) for key in IDENTITY if key in entry] if isinstance(entry, dict) else []
    return names or [str(int(index) + 1)]


def _called(entry: Any, index: int, part: str) -> bool:
    return any(fnmatchcase(name, part) for name in _names(entry, index))
