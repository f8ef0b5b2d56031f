"""The watts of a switch: all that its budget leaves behind the headroom, and nothing beyond."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.errors import DeclarationError
from tests.city.test_cases import edit

ROOT = Path(__file__).parents[2]
NEEDED_W = 150.8  # on the one switch of an entry and exit point of Sagar

pytestmark = pytest.mark.timeout(60)


def sagar(root: Path, usable_w: float) -> City:
    """Sagar with a switch at site 20 that is like the others and gives so many watts."""
    for folder in ("cities/sagar", "catalogue"):
        shutil.copytree(ROOT / folder, root / folder)
    catalogue = root / "catalogue/device-types.yaml"
    text = catalogue.read_text(encoding="utf-8")
    (block,) = re.findall(r"^  sw-field-8poe-240w:\n(?:    .*\n|\n)+", text, re.MULTILINE)
    other = block.replace("240w:", "other:").replace("poe_budget_w: 240", f"poe_budget_w: {usable_w:g}")
    other = other.replace("poe_headroom: 0.2", "poe_headroom: 0")
    catalogue.write_text(text.replace(block, other + block), encoding="utf-8")
    edit(root, "cities/sagar/sites/s20.yaml\n- sw-field-8poe-240w\n+ sw-field-8poe-other\n")
    return load_city(root, "sagar")


def test_just_enough_is_enough(tmp_path: Path) -> None:
    city = sagar(tmp_path, NEEDED_W)
    devices = [*city.cameras.values(), *city.equipment.values()]
    watts = [city.catalogue[d.device_type].pse_w or 0.0 for d in devices if d.switch == "sgr-s20-sw1"]
    assert sum(watts) == pytest.approx(NEEDED_W)


@pytest.mark.parametrize("short_w", [0.1, 0.4])
def test_less_is_not(tmp_path: Path, short_w: float) -> None:
    with pytest.raises(DeclarationError, match=r"sites/s20\.yaml.* no switch has both a port and the watts"):
        sagar(tmp_path, NEEDED_W - short_w)
