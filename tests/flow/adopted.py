"""What tests of adopting and discovering a city share: its ranges, an empty folder, its bill."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from typing import Any

from iccc.city.model.catalogue import Kind
from tests.flow.town import Town


def ranges(town: Town) -> list[str]:
    """Where the town's devices may be: switches, cameras, recorders."""
    networks = (f"10.{town.block}.0.0/22", f"10.{town.block + 1}.0.0/22", f"10.{town.block + 2}.0.0/26")
    return [word for network in networks for word in ("--range", network)]


def emptied(town: Town) -> None:
    """Nothing is declared any more; the devices run on."""
    shutil.rmtree(town.cities)
    town.cities.mkdir()


def files(town: Town) -> dict[str, bytes]:
    return {path.relative_to(town.cities).as_posix(): path.read_bytes() for path in town.cities.rglob("*.*")}


def counted(town: Town) -> Counter[str]:
    """The bill's cameras, switches and recorders by type: what else it has is reckoned, not seen.

    No bill is made without the days of retention, which no network tells: a person has said them.
    """
    city = town.cities / "city.yaml"
    city.write_text(city.read_text(encoding="utf-8").replace("{days: unknown}", "{days: 30}"), encoding="utf-8")
    bill: list[dict[str, Any]] = town.iccc("bom", "--format", "json", code=0).json["rows"]
    seen = (Kind.CAMERA, Kind.SWITCH, Kind.RECORDER)
    types = {name for name, one in town.city.catalogue.items() if one.kind in seen}
    return Counter({line["device_type"]: line["quantity"] for line in bill if line["device_type"] in types})


def sheet(town: Town) -> list[dict[str, str]]:
    with (town.cities / "to-sort.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
