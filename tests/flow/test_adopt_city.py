"""A city that runs and that nobody has declared is written down; it checks, and nothing drifts."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import Any

from tests.flow.town import Town


def ranges(town: Town) -> list[str]:
    """Where the town's devices may be: switches, cameras, recorders."""
    networks = (f"10.{town.block}.0.0/22", f"10.{town.block + 1}.0.0/22", f"10.{town.block + 2}.0.0/26")
    return [word for network in networks for word in ("--range", network)]


def emptied(town: Town) -> None:
    """Nothing is declared any more; the devices run on."""
    shutil.rmtree(town.cities)
    town.cities.mkdir()


def counted(town: Town) -> Counter[tuple[str, str]]:
    """The bill's devices: by head and type."""
    bill: list[dict[str, Any]] = town.iccc("bom", "--format", "json", code=0).json["rows"]
    return Counter({(line["head"], line["device_type"]): line["quantity"] for line in bill})


def test_an_empty_folder_becomes_the_city_that_runs(deployed: Town) -> None:
    town = deployed
    before = counted(town)
    emptied(town)
    town.hand.count_anew()

    done = town.iccc("adopt", *ranges(town), code=0)
    assert "24 cameras on 3 sites, 10 switches, 3 recorders; nothing to sort" in done.out
    assert town.hand.written() == {}
    assert town.hand.failures() == {}
    assert counted(town) == before
    assert town.iccc("check").code in (2, 3)  # a city, of which rules say what is open
    assert town.drift(code=0) == []
    city = town.city
    assert (city.name, city.sites["bsp-j01"].name) == ("Bilaspur", "Nehru Chowk")
    assert {camera.recorder for camera in city.cameras.values()} == {""}  # no device tells it
