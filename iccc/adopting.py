"""Adopting a city that runs: what is opened, asked and read, and what becomes of it.

With an empty folder the whole declaration is written from what was found. With one that declares a city, only what is
new is added to it, and what was found otherwise than it declares is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

from iccc.adopt.apply import different
from iccc.adopt.city.city_file import Said
from iccc.adopt.city.compose import city_of, misplaced, refused_cameras, texts, without
from iccc.adopt.city.draw import Drawing, field_of, recorders_of
from iccc.adopt.city.drawn import Drawn, Unsorted
from iccc.adopt.city.facts import facts_of
from iccc.adopt.city.frame import frame_of_found
from iccc.adopt.city.known import Known
from iccc.adopt.city.merge import Merging
from iccc.adopt.city.sort import FILE, Sorted, as_row, read, without_ignored, written
from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.compare import Unread
from iccc.context import Undeclared, open_undeclared
from iccc.discover.against import Against, Row, What
from iccc.discover.found import Found, FoundHost
from iccc.discover.reading import Names, discover
from iccc.errors import DeclarationError, UsageError
from iccc.mib.addresses import as_mac
from iccc.past import ENDPOINT
from iccc.sessions import aio
from iccc.sessions.cli import host_key
from iccc.settings import Settings
from iccc.state.log import os_user

Progress = Callable[[str, int], None]
ROUNDS = 5  # of leaving out cameras that the model refuses: too many watts on a switch, a port that it does not have


@dataclass(frozen=True)
class Adopted:
    """What was found and what is to be written: ``files`` below the city's folder, new or changed."""

    key: str
    found: Found
    drawn: Drawn
    city: City
    files: Mapping[str, str]
    unsorted: Sequence[Unsorted]
    added: Sequence[str] = ()  # to a declared city, in words
    rows: Sequence[Row] = ()  # what is otherwise than it declares
    is_new: bool = False  # nothing was declared before


def declared_city(root: Path, key: str) -> City | None:
    """The city that the folder declares; None for a folder without YAML. DeclarationError for half a city."""
    folder = root / "cities" / key
    if not folder.is_dir() or not any(folder.rglob("*.y*ml")):
        return None
    if not (folder / "city.yaml").is_file():
        raise UsageError(f"cities/{key} has files and no city.yaml: take them away, or write the city's own first")
    return load_city(root, key)


def names_for(opened: Undeclared, city: City | None, strangers: bool) -> Names:
    """Under which names logins stand: declared ones by the address, others where the store has something for them."""
    declared = {device.address: device.name for device in city.inventory()} if city is not None else {}
    stored = {name.split("/")[1] for name in opened.vault.names() if name.startswith("device/")}
    # Whoever calls himself like a device that is declared elsewhere is not given its password.
    return Names(opened.kinds, declared.get, (stored - set(declared.values())).__contains__, strangers)


def look(
    opened: Undeclared, city: City | None, addresses: Sequence[str], progress: Progress, strangers: bool = True
) -> Found:
    """Everything that answers at the addresses. ``strangers``: cameras that nobody has declared are logged in to."""
    return aio.run(discover(addresses, names_for(opened, city, strangers), opened.reach, progress))


def write_anew(
    opened: Undeclared, key: str, found: Found, known: Known, said: Said, code: str, ranges: Sequence[IPv4Network]
) -> Adopted:
    """The whole declaration of a city whose folder is empty. UsageError when not enough was read for any."""
    if not found.hosts and not found.switches:
        raise UsageError(f"nothing answers at the {found.asked:,} addresses that were asked; nothing is written")
    root, records = opened.settings.root, recorders_of(found, known)
    cameras = [one for one in found.hosts if one not in records]
    frame = frame_of_found(found, cameras, records, field_of(found, cameras, known), ranges, code, known)
    drawn = Drawing(found, frame, known, list(ranges)).draw()
    facts, stored = facts_of(found, cameras, records), frozenset(opened.vault.names())
    for last in (False,) * ROUNDS + (True,):
        files = texts(key, drawn, facts, found, said, lambda device, user: f"device/{device}/{user}" in stored)
        try:
            city = city_of(root, key, files)
            break
        except DeclarationError as error:
            refused = refused_cameras(files, error.mistakes, key)
            if last or not refused:
                raise
            drawn = without(drawn, refused, found)
    if wrong := misplaced(city, drawn):
        listed = "\n  ".join(wrong[:20])
        raise UsageError(f"what was read makes another city than was seen; nothing is written\n  {listed}")
    before = sorted_before(root / "cities" / key)
    return Adopted(key, found, drawn, city, files, without_ignored(drawn.unsorted, before), is_new=True)


def against(opened: Undeclared, city: City, found: Found) -> list[Row]:
    """What was found otherwise than declared. Endpoints of what is in its place are remembered for the next time."""
    known = {name: str(heard) for name in _names(city) if (heard := opened.learned.get(name, ENDPOINT)) is not None}
    rows = Against(found, city, opened.past(), known).rows()
    told = {device for row in rows for device in row.devices}
    by_address = {device.address: device for device in city.inventory()}
    for host in found.hosts:
        device = by_address.get(host.address)
        if device is not None and device.name not in told and host.endpoint and not isinstance(host.parts, Unread):
            opened.learned.put(device.name, ENDPOINT, host.endpoint)
    return rows


def _names(city: City) -> Iterator[str]:
    return (device.name for device in city.inventory())


def add_new(opened: Undeclared, key: str, city: City, found: Found, known: Known) -> Adopted:
    """What is new, put into the files of a declared city. UsageError when it would change what is declared."""
    rows = against(opened, city, found)
    root = opened.settings.root
    folder = root / "cities" / key
    before = sorted_before(folder)
    moved = {row.address for row in rows if row.what is not What.NEW}
    declared = {device.address for device in city.inventory()}
    here = {one.address for one in found.hosts} | {one.address for one in found.switches}
    here |= {one.address for one in found.ups}
    ignored = {one.address for one in found.hosts if before.ignored(**_known(found, one))}
    new = frozenset(here - declared - moved - ignored)
    merging = Merging(city, found, known, new, lambda name: (folder / name).read_text("utf-8"))
    drawn = merging.merge()
    if merging.files:
        after = city_of(root, key, {**_texts(root, city), **merging.files})
        # Ports and VLANs of switches follow from what hangs on them and behind them.
        if others := [name for name in different(city, after) if name not in city.switches]:
            listed = ", ".join(others[:6])
            raise UsageError(f"what is new would change {listed}; nothing is written: nail these to their ports first")
    unsorted = without_ignored(merging.unsorted, before)
    # What is new is among what was added or is to be sorted, unless it is no more than a hardware address.
    told = [row for row in without_ignored_rows(rows, before) if row.what is not What.NEW or row.address not in here]
    return Adopted(key, found, drawn, city, merging.files, unsorted, tuple(merging.added), told)


def _known(found: Found, host: FoundHost) -> dict[str, str | None]:
    return {"mac": found.mac_of(host), "serial": host.serial, "endpoint": host.endpoint, "address": host.address}


def _texts(root: Path, city: City) -> dict[str, str]:
    """The files of the city as they stand, by their names below its folder."""
    folder = root / "cities" / city.key
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


def enrol_switches(opened: Undeclared, found: Found) -> int:
    """Record the host keys of switches of which none is known; how many. A switch that shows none is left out."""

    async def shown(names: Mapping[str, str]) -> dict[str, str]:
        keys = await asyncio.gather(
            *(host_key(name, address, opened.reach) for name, address in names.items()), return_exceptions=True
        )
        return {name: key for name, key in zip(names, keys, strict=True) if isinstance(key, str)}

    strange = {one.name: one.address for one in found.switches if opened.trust.host_key(one.name) is None}
    keys = aio.run(shown(strange))
    return opened.trust.enrol_host_keys(keys, os_user(), opened.clock.now())


def remember(opened: Undeclared, adopted: Adopted) -> None:
    """Endpoints and host keys of what has just been written, by the names that it has now."""
    by_address = {device.address: device.name for device in adopted.city.inventory()}
    keys = {
        name: key
        for one in adopted.found.switches
        if (name := by_address.get(one.address)) is not None and opened.trust.host_key(name) is None
        if (key := opened.trust.host_key(one.name)) is not None
    }
    opened.trust.enrol_host_keys(keys, os_user(), opened.clock.now())
    for host in adopted.found.hosts:
        name = by_address.get(host.address)
        if name is not None and host.endpoint and opened.learned.get(name, ENDPOINT) is None:
            opened.learned.put(name, ENDPOINT, host.endpoint)


def sorted_before(folder: Path) -> Sorted:
    """The file to sort as it stands."""
    path = folder / FILE
    return read(path.read_text(encoding="utf-8")) if path.is_file() else Sorted()


def ignore(folder: Path, rows: Sequence[Row], names: Sequence[str], why: str) -> None:
    """Write the reason into the file to sort, for each row that one of ``names`` means. UsageError for one of none."""
    chosen: dict[str, Row] = {}
    for name in names:
        word = as_mac(name) or name
        meant = [row for row in rows if word in (row.address, row.mac, row.serial, row.endpoint)]
        if not meant:
            raise UsageError(f"--ignore {name!r} is no address, MAC, serial number or endpoint of what was found")
        chosen |= {row.text: row for row in meant}
    before = sorted_before(folder)
    mine = [
        Unsorted(row.address, str(row.what), row.text, row.mac, row.serial, row.endpoint, at=" ".join(row.at or ()))
        for row in chosen.values()
    ]
    kept = Sorted((*before.rows, *({**as_row(one), "ignore": why} for one in mine)))
    _write_whole(folder / FILE, written(mine, kept, keep=True))


def without_ignored_rows(rows: Sequence[Row], before: Sorted) -> list[Row]:
    """What nobody ignores; what a declared device is about cannot be ignored."""
    return [
        row
        for row in rows
        if row.devices or not before.ignored(mac=row.mac, serial=row.serial, endpoint=row.endpoint, address=row.address)
    ]


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
        _write_whole(path, text)
        done.append(path.relative_to(root).as_posix())
    inventory = root / "inventory" / f"{adopted.key}.py"
    if not inventory.is_file() and inventory.parent.is_dir():
        inventory.write_text(f'hosts = ["@city/{adopted.key}"]\n', encoding="utf-8")
        done.append(inventory.relative_to(root).as_posix())
    return done


def _write_whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


@contextmanager
def opened(key: str, settings: Settings, city: City | None) -> Iterator[Undeclared]:
    """The stores of a city that need not be declared yet."""
    with open_undeclared(key, "adopt", settings, city) as network:
        yield network
