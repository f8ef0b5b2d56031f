"""Adopting a city that runs: what is opened, asked and read, and what becomes of it.

With an empty folder the whole declaration is written from what was found. With one that declares a city, only what is
new is added to it, and what was found otherwise than it declares is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path

from iccc.adopt.city.city_file import Said
from iccc.adopt.city.compose import city_of, misplaced, texts
from iccc.adopt.city.draw import Drawing, field_of, recorders_of
from iccc.adopt.city.drawn import Drawn, Unsorted
from iccc.adopt.city.facts import facts_of
from iccc.adopt.city.frame import frame_of_found
from iccc.adopt.city.known import Known
from iccc.adopt.city.sort import FILE, Sorted, read, written
from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.context import Undeclared, open_undeclared
from iccc.discover.found import Found
from iccc.discover.reading import Names, discover
from iccc.errors import UsageError
from iccc.sessions import aio
from iccc.settings import Settings

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Adopted:
    """What was found and what is to be written: ``files`` below the city's folder, new or changed."""

    key: str
    found: Found
    drawn: Drawn
    city: City
    files: Mapping[str, str]
    unsorted: Sequence[Unsorted]
    notes: Sequence[str] = field(default=())


def declared_city(root: Path, key: str) -> City | None:
    """The city that the folder declares; None for a folder without YAML. DeclarationError for half a city."""
    folder = root / "cities" / key
    if not folder.is_dir() or not any(folder.rglob("*.y*ml")):
        return None
    if not (folder / "city.yaml").is_file():
        raise UsageError(f"cities/{key} has files and no city.yaml: take them away, or write the city's own first")
    return load_city(root, key)


def names_for(opened: Undeclared, city: City | None) -> Names:
    """Under which names logins stand: declared ones by the address, others where the store has something for them."""
    declared = {device.address: device.name for device in city.inventory()} if city is not None else {}
    stored = {name.split("/")[1] for name in opened.vault.names() if name.startswith("device/")}
    return Names(opened.kinds, declared.get, stored.__contains__)


def look(opened: Undeclared, city: City | None, addresses: Sequence[str], progress: Progress) -> Found:
    """Everything that answers at the addresses."""
    return aio.run(discover(addresses, names_for(opened, city), opened.reach, progress))


def write_anew(
    opened: Undeclared, key: str, found: Found, known: Known, said: Said, code: str, ranges: Sequence[IPv4Network]
) -> Adopted:
    """The whole declaration of a city whose folder is empty. UsageError when not enough was read for any."""
    records = recorders_of(found, known)
    cameras = [one for one in found.hosts if one not in records]
    frame = frame_of_found(found, cameras, records, field_of(found, cameras), ranges, code)
    drawn = Drawing(found, frame, known).draw()
    stored = frozenset(opened.vault.names())
    files = texts(
        key, drawn, facts_of(found, cameras, records), found, said,
        lambda device, user: f"device/{device}/{user}" in stored,
    )  # fmt: skip
    city = city_of(opened.settings.root, key, files)
    wrong = misplaced(city, drawn)
    if wrong:
        listed = "\n  ".join(wrong[:20])
        raise UsageError(f"what was read makes another city than was seen; nothing is written\n  {listed}")
    return Adopted(key, found, drawn, city, files, drawn.unsorted)


def sorted_before(folder: Path) -> Sorted:
    """The file to sort as it stands."""
    path = folder / FILE
    return read(path.read_text(encoding="utf-8")) if path.is_file() else Sorted()


def write(root: Path, adopted: Adopted) -> list[str]:
    """Write the files, each whole or not at all; the names of those that were written, below the root."""
    folder = root / "cities" / adopted.key
    files = dict(adopted.files)
    sheet = written(adopted.unsorted, sorted_before(folder))
    if sheet or (folder / FILE).is_file():
        files[FILE] = sheet
    done = []
    for name, text in files.items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
        done.append(path.relative_to(root).as_posix())
    inventory = root / "inventory" / f"{adopted.key}.py"
    if not inventory.is_file() and inventory.parent.is_dir():
        inventory.write_text(f'hosts = ["@city/{adopted.key}"]\n', encoding="utf-8")
        done.append(inventory.relative_to(root).as_posix())
    return done


@contextmanager
def opened(key: str, settings: Settings, city: City | None) -> Iterator[Undeclared]:
    """The stores of a city that need not be declared yet."""
    with open_undeclared(key, "adopt", settings, city) as network:
        yield network
