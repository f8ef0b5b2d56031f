"""Adopting findings: the edits, the city that they make, and writing them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from iccc.adopt.case import Adoption, Case, Refused
from iccc.adopt.own import kept_in_place
from iccc.adopt.table import adoption
from iccc.adopt.value import leaf, words
from iccc.city.devices import City
from iccc.city.load import city_of_documents, documents_of, load_city
from iccc.drift.places import place_of
from iccc.errors import UsageError
from iccc.finding import Class, Finding
from iccc.yamledit import NotKept, edited
from iccc.yamlfile import Document

_NOT_COMPARED = frozenset({"where", "origins", "counted", "kept"})  # where a value stands, not what it is


@dataclass(frozen=True)
class File:
    """A file of the declaration, relative to the root, before and after; ``before`` None: there is none yet."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Adopted:
    """What is to be written, and the city that it makes."""

    files: tuple[File, ...]
    city: City


def everything(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with all that is under them."""
    for finding in found:
        yield finding
        yield from everything(finding.under)


def adopt(root: Path, city: City, chosen: Sequence[Finding], standing: Iterable[Finding]) -> Adopted:
    """What adopting the ``chosen`` of the ``standing`` findings changes; nothing is written.

    :class:`UsageError` with everything that stands in the way, DeclarationError when the edited files make no city.
    """
    by_path = {(one.device, one.path): one for one in everything(standing)}
    found: list[Adoption] = []
    refused: list[str] = []
    for finding in chosen:
        try:
            if city.find(finding.device) is None:
                raise Refused(finding.where, f"{finding.device} is not declared any more")
            one = adoption(Case(city, finding, chosen, by_path))
            _fresh(city, finding)
            found.append(one)
        except Refused as why:
            refused.append(f"{finding.id} of {finding.device} is not adopted\n  {why}")
    if refused:
        raise UsageError("\n".join(refused))
    return amended(root, city, found, frozenset(one.device for one in chosen))


def amended(root: Path, city: City, found: list[Adoption], devices: frozenset[str]) -> Adopted:
    """What these adoptions, which are about ``devices``, change; nothing is written. Errors as :func:`adopt`."""
    files = _edited(root, city, found)
    after = city_of(root, city, files)
    while kept := [*kept_in_place(city, after, devices)]:
        found += kept
        files = _edited(root, city, found)
        after = city_of(root, city, files)
    _only_that(city, after, found)
    return Adopted(files, after)


def write(root: Path, adopted: Adopted) -> None:
    """Write the files and load the city again. Whatever goes wrong, every file is as it was, byte for byte."""
    before = {one.name: path.read_bytes() if (path := root / one.name).exists() else None for one in adopted.files}
    for file in adopted.files:
        if before[file.name] != (None if file.before is None else file.before.encode()):
            raise UsageError(f"{file.name} was changed in the meantime; nothing is written")
    try:
        for file in adopted.files:
            _replace(root / file.name, file.after.encode())
        if load_city(root, adopted.city.key).digest != adopted.city.digest:
            raise UsageError("the declaration was changed in the meantime; nothing is written")
    except BaseException:
        for name, data in before.items():
            _replace(root / name, data)
        raise


def _replace(path: Path, data: bytes | None) -> None:
    """Write a file as a whole or not at all, or take it away; its mode stays."""
    if data is None:
        path.unlink(missing_ok=True)
        return
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(data)
    if path.exists():
        new.chmod(path.stat().st_mode)
    new.replace(path)


def _fresh(city: City, finding: Finding) -> None:
    """Refuse a finding on what is declared otherwise now."""
    if finding.class_ is Class.CONFIG:
        now = leaf(city, finding.device, finding.path)
    elif finding.class_ in (Class.INVENTORY, Class.TOPOLOGY) and finding.path in ("serial", "mac", "port"):
        now = _declared(city, finding)
    else:
        return
    if now != finding.wanted:
        text = (
            f"{words(finding.wanted)} was wanted when this was found, and now it is {words(now)}; read the device again"
        )
        raise Refused(finding.where, text)


def _declared(city: City, finding: Finding) -> Any:
    """What is declared of the hardware; where nothing is, what was there before."""
    device = city.device(finding.device)
    if finding.path == "port":
        return " ".join(place_of(device) or ())
    return getattr(device, finding.path, None) or finding.wanted


def _edited(root: Path, city: City, found: Sequence[Adoption]) -> tuple[File, ...]:
    """The files with all edits, one after the other; each must be as it was when the city was loaded."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    digests = {document.file: document.digest for document in _documents(city)}
    for step in (step for one in found for step in one.steps):
        if step.file not in before:
            text = (root / step.file).read_bytes().decode()
            if hashlib.sha256(text.encode()).hexdigest() != digests[step.file]:
                raise UsageError(f"{step.file} was changed in the meantime")
            before[step.file] = after[step.file] = text
        try:
            after[step.file] = edited(after[step.file], step.edit)
        except NotKept as why:
            raise UsageError(f"{step.file}:{why.line}:1: {why}; write it by hand") from None
    return tuple(File(name, before[name], text) for name, text in after.items() if text != before[name])


def _documents(city: City) -> Iterator[Document]:
    declared = city.declared
    yield from (declared.city.document, declared.core.document, declared.recorders.document)
    yield from (sheet.document for sheet in declared.sites)


def city_of(root: Path, city: City, files: Sequence[File]) -> City:
    """The city of the files as they would be. DeclarationError when they make none."""
    documents = documents_of(root, city.key)
    return city_of_documents(
        root, city.key, {**documents, **{one.name: Document(one.name, one.after) for one in files}}
    )


def _only_that(before: City, after: City, found: Sequence[Adoption]) -> None:
    """Refuse edits after which another device would be another one, or what was seen still not declared."""
    allowed = frozenset[str]().union(*(one.touches for one in found))
    added = {device.name for device in after.inventory()} - {device.name for device in before.inventory()}
    others = [name for name in sorted({*different(before, after), *added}) if name not in allowed]
    if others:
        named = f"{', '.join(others[:6])}{f' and {len(others) - 6} more' if len(others) > 6 else ''}"
        raise UsageError(f"this would also change {named}; nothing is written")
    if not all(one.holds(after) for one in found):
        raise UsageError("what was seen would still not be declared; nothing is written")


def different(before: City, after: City) -> list[str]:
    """Devices that ``after`` lacks, or has otherwise than ``before``: whatever counts but the line of the file."""
    old, new = ({device.name: _bare(device) for device in city.inventory()} for city in (before, after))
    return sorted(name for name in old if old[name] != new.get(name))


def _bare(value: Any) -> Any:
    """A device as data, without the lines that it comes from."""
    if is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in fields(value))
        return {name: _bare(getattr(value, name)) for name in names if name not in _NOT_COMPARED}
    if isinstance(value, Mapping):
        return {key: _bare(inner) for key, inner in value.items()}
    return value
