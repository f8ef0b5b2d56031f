"""A city of switches of another platform: its port names stand in every file that names a port."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from iccc.city.load import load_city
from iccc.city.model.catalogue import PORT_OF_PLATFORM
from tests.city.test_cases import ROOT

# What a port of the shipped catalogue is called there: its member or slot comes first, {n} or the number last.
NAMES = {
    "aruba_aoscx": {"GigabitEthernet1/": "1/1/", "TenGigabitEthernet1/0/": "1/1/", "TenGigabitEthernet1/1/": "1/2/"},
    "juniper_junos": {
        "GigabitEthernet1/": "ge-0/0/", "TenGigabitEthernet1/0/": "xe-0/0/", "TenGigabitEthernet1/1/": "xe-0/1/",
    },
    "huawei_vrp": {
        "GigabitEthernet1/": "GigabitEthernet0/0/", "TenGigabitEthernet1/0/": "XGigabitEthernet0/0/",
        "TenGigabitEthernet1/1/": "XGigabitEthernet0/1/",
    },
    "alliedware_plus": {
        "GigabitEthernet1/": "port1.0.", "TenGigabitEthernet1/0/": "port1.0.", "TenGigabitEthernet1/1/": "port1.1.",
    },
}  # fmt: skip


@pytest.mark.parametrize("platform", NAMES)
def test_a_city_of_one_platform(platform: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "cities" / "bilaspur", tmp_path / "cities" / "bilaspur")
    shutil.copytree(ROOT / "catalogue", tmp_path / "catalogue")
    for path in tmp_path.rglob("*.yaml"):
        path.write_text(translated(path.read_text(encoding="utf-8"), platform), encoding="utf-8")
    before, after = load_city(ROOT, "bilaspur"), load_city(tmp_path, "bilaspur")
    pattern = PORT_OF_PLATFORM[platform]
    for name, switch in after.switches.items():
        assert switch.platform == platform
        assert all(pattern.fullmatch(port) for port in switch.all_ports)
        assert len(switch.ports) == len(before.switches[name].ports)
    assert [(link.a, link.b) for link in after.links] == [(link.a, link.b) for link in before.links]


def translated(text: str, platform: str) -> str:
    names = NAMES[platform]
    text = text.replace("platform: cisco_ios", f"platform: {platform}")
    text = re.sub(r"\bTenGigabitEthernet1/[01]/", lambda found: names[found[0]], text)
    return re.sub(r"\bGigabitEthernet1/(?:0/)?", names["GigabitEthernet1/"], text)
