"""Reads a city's files and builds its devices, or says every mistake at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from iccc.city.build import build
from iccc.city.declared import Declared
from iccc.city.devices import City
from iccc.city.model import Catalogue, CityFile, CoreFile, JunctionFile, RecordersFile
from iccc.errors import DeclarationError, Mistake, UsageError
from iccc.explain import did_you_mean
from iccc.yamlfile import Document, read

Model = TypeVar("Model", bound=BaseModel)


def city_names(root: Path) -> list[str]:
    """Cities that are declared in ``root/cities``."""
    return sorted(path.parent.name for path in (root / "cities").glob("*/city.yaml"))


def load_city(root: Path, key: str) -> City:
    """The city ``key`` below ``root``; raises :class:`DeclarationError` with all mistakes, UsageError if unknown."""
    names = city_names(root)
    if key not in names:
        raise UsageError(f"no city {key!r}; there are {', '.join(names)}{did_you_mean(key, names)}")
    folder = root / "cities" / key
    mistakes: list[Mistake] = []
    documents: list[Document] = []

    def parsed(path: Path, model: type[Model]) -> tuple[Document, Model] | None:
        try:
            document = read(path, root)
        except DeclarationError as error:
            mistakes.extend(error.mistakes)
            return None
        documents.append(document)
        value = document.parse(model)
        return (document, value) if value is not None else None

    catalogue = parsed(root / "catalogue" / "device-types.yaml", Catalogue)
    city = parsed(folder / "city.yaml", CityFile)
    core = parsed(folder / "core.yaml", CoreFile)
    recorders = parsed(folder / "recorders.yaml", RecordersFile)
    junctions = [parsed(path, JunctionFile) for path in sorted((folder / "junctions").glob("*.yaml"))]
    mistakes += [
        Mistake(f"{path.relative_to(root).as_posix()}:1:1", "this file is not read: only .yaml is")
        for path in sorted(folder.rglob("*.yml"))
    ]
    mistakes += [mistake for document in documents for mistake in document.mistakes]
    whole = [junction for junction in junctions if junction is not None]
    built: City | None = None
    if catalogue and city and core and recorders:
        # A junction that cannot be parsed leaves holes: what is said about the rest must not depend on them.
        complete = not mistakes and len(whole) == len(junctions)
        declared = Declared(key, city, core, recorders, tuple(whole), catalogue)
        built, found = build(declared, complete=complete, digest=_digest(documents))
        mistakes += found
    if mistakes or built is None:
        raise DeclarationError(sorted(set(mistakes), key=_order))
    return built


def _digest(documents: Sequence[Document]) -> str:
    whole = hashlib.sha256()
    for document in sorted(documents, key=lambda d: d.file):
        whole.update(f"{document.file} {document.digest}\n".encode())
    return whole.hexdigest()


def _order(mistake: Mistake) -> tuple[str, int, int, str]:
    file, line, column = mistake.where.rsplit(":", 2)
    return file, int(line), int(column), mistake.text
