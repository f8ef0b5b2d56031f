"""All files of a city that was found, and the proof that in their city every device is where it was seen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from iccc.adopt.city.city_file import HasPassword, Said, city_text
from iccc.adopt.city.drawn import Drawn, Unsorted
from iccc.adopt.city.facts import Facts
from iccc.adopt.city.files import core_text, recorders_text, site_file, site_text
from iccc.adopt.city.hosts import unsorted
from iccc.adopt.city.profiles import profiles_of
from iccc.city.devices import City
from iccc.city.load import Files, paths, read_file
from iccc.city.model.catalogue import Kind
from iccc.discover.found import Found
from iccc.errors import Mistake
from iccc.yamlfile import Document


def texts(key: str, drawn: Drawn, facts: Facts, found: Found, said: Said, has: HasPassword) -> dict[str, str]:
    """The files by their names below the city's folder."""
    profiles = profiles_of(drawn.cameras)
    files = {
        "city.yaml": city_text(key, drawn, facts, profiles, found.at, said, has),
        "core.yaml": core_text(drawn, found.at),
        "recorders.yaml": recorders_text(drawn, found.at),
    }
    return files | {site_file(site): site_text(drawn, site, profiles, found.at) for site in drawn.sites}


def city_of(root: Path, key: str, files: Mapping[str, str]) -> City:
    """The city that the files make; DeclarationError when they make none."""
    whole = Files(key)
    folder = root / "cities" / key
    for path in (path for path in paths(root, key) if not path.is_relative_to(folder)):
        whole.add(path.relative_to(root).as_posix(), read_file(root, path))
    for name, text in files.items():
        whole.add(f"cities/{key}/{name}", Document(f"cities/{key}/{name}", text))
    return whole.city()


def misplaced(city: City, drawn: Drawn) -> list[str]:
    """Cameras that were seen at one place and would be declared at another; [] proves the drawing."""
    seen = {
        one.host.address: (switch.found.address, one.port)
        for site in drawn.sites
        for one in site.cameras
        for switch in site.switches
        if switch.number == one.switch
    }
    declared = {camera.address: (city.switches[camera.switch].address, camera.port) for camera in city.cameras.values()}
    return [
        f"{address} was seen at {' '.join(place)} and would be declared at {' '.join(declared.get(address, ['none']))}"
        for address, place in seen.items()
        if declared.get(address) != place
    ]


def refused_cameras(files: Mapping[str, str], mistakes: Sequence[Mistake], key: str) -> dict[tuple[str, int], str]:
    """File and slot of the cameras at whose lines mistakes stand, with what is said of each; a UPS counts below 0."""
    found: dict[tuple[str, int], str] = {}
    for mistake in mistakes:
        path, line, _ = mistake.where.rsplit(":", 2)
        name = path.removeprefix(f"cities/{key}/")
        lines = files.get(name, "").splitlines()
        entry = lines[int(line) - 1] if 0 < int(line) <= len(lines) else ""
        if slot := re.search(r"\{group: .*?, slot: (\d+),", entry):
            found.setdefault((name, int(slot[1])), mistake.text)
        elif card := re.search(r"ups: \{number: (\d+),", entry):
            found.setdefault((name, -int(card[1])), mistake.text)
    return found


def without(drawn: Drawn, refused: Mapping[tuple[str, int], str], found: Found) -> Drawn:
    """The drawing without these cameras; they are to be sorted, with what the model says of them."""
    rows = []
    sites = []
    for site in drawn.sites:
        name = site_file(site)
        out = [one for one in site.cameras if (name, one.slot) in refused]
        rows += [unsorted(found, one.host, Kind.CAMERA, refused[name, one.slot]) for one in out]
        cards = [one for one in site.ups if (name, -one.number) in refused]
        rows += [Unsorted(c.found.address, str(Kind.UPS), refused[name, -c.number], c.mac) for c in cards]
        kept = tuple(one for one in site.ups if one not in cards)
        sites.append(replace(site, cameras=tuple(one for one in site.cameras if one not in out), ups=kept))
    return replace(drawn, sites=tuple(sites), unsorted=(*drawn.unsorted, *rows))
