"""A small city in a folder, and findings as a drift run would have left them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from iccc import fleet
from iccc.adopt.apply import Adopted, adopt, write
from iccc.adopt.value import leaf
from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.drift.places import place_of
from iccc.finding import Class, Finding, Severity

HERE = Path(__file__).parents[2]


def folder(tmp: Path, key: str) -> Path:
    """The shipped city ``key`` in a folder of its own."""
    shutil.copytree(HERE / "cities" / key, tmp / "cities" / key)
    shutil.copytree(HERE / "catalogue", tmp / "catalogue")
    return tmp


def config(city: City, device: str, path: str, seen: Any) -> Finding:
    """The device showed another value than is declared."""
    wanted = fleet.wanted(city.device(device), city)
    return Finding(
        device=device,
        path=path,
        class_=Class.CONFIG,
        severity=Severity.MINOR,
        text=f"{path} differs",
        where=str(wanted.where(path)),
        site=city.device(device).site,
        seen=seen,
        wanted=leaf(city, device, path),
    )


def other(city: City, device: str, class_: Class, path: str, seen: Any, step: str = "", wanted: Any = None) -> Finding:
    """A finding of another class; of the hardware, ``wanted`` is what is declared."""
    one = city.device(device)
    if wanted is None and path in ("serial", "mac", "port"):
        wanted = " ".join(place_of(one) or ()) if path == "port" else getattr(one, path)
    return Finding(
        device, path, class_, Severity.MINOR, path, str(one.where), one.site, seen=seen, wanted=wanted, next_step=step
    )


def adopted(root: Path, city: City, *chosen: Finding, standing: Sequence[Finding] = ()) -> tuple[Adopted, City]:
    """Adopt, write, and load what the files are then."""
    done = adopt(root, city, chosen, (*chosen, *standing))
    write(root, done)
    return done, load_city(root, city.key)


def files(root: Path) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in root.rglob("*.yaml")}
