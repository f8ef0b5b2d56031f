"""What iccc replace writes: the new serial number, and the former unit with its last day; no other line changes."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path

import pytest

from iccc.adopt.apply import amended, write
from iccc.adopt.former import replaced
from iccc.city.devices import City
from iccc.city.load import load_city
from tests.adopt.findings import folder

DAY = date(2026, 11, 30)
CAMERA = "bsp-j02-c02"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return folder(tmp_path, "bilaspur")


def _replace(root: Path, name: str, serial: str, old: str) -> tuple[City, list[str]]:
    """The city afterwards, and the lines that came into a file."""
    city = load_city(root, "bilaspur")
    adoption = replaced(city, city.device(name), serial, "02:77:00:00:00:01", old, DAY)
    files = amended(root, city, [adoption], frozenset({name}))
    write(root, files)
    (file,) = files.files
    lines = difflib.ndiff(file.before.splitlines(), file.after.splitlines())
    return load_city(root, "bilaspur"), [line[2:] for line in lines if line.startswith("+ ")]


def test_a_camera_of_a_group_gets_an_entry_of_its_own_and_a_history(root: Path) -> None:
    before = load_city(root, "bilaspur")
    after, lines = _replace(root, CAMERA, "NEW-1", "OLD-1")
    former = "former: [{serial: OLD-1, until: 2026-11-30}]"
    assert f"  - {{group: fixed, slot: 2, ports: 1, recorder: 2, serial: NEW-1, {former}}}" in lines
    places = {name: (one.switch, one.port) for name, one in before.cameras.items()}
    assert {name: (one.switch, one.port) for name, one in after.cameras.items()} == places, "no cable has moved"
    again, lines = _replace(root, CAMERA, "NEW-2", "NEW-1")
    former = "former: [{serial: OLD-1, until: 2026-11-30}, {serial: NEW-1, until: 2026-11-30}]"
    assert [line for line in lines if former in line and "serial: NEW-2" in line]
    assert again.cameras[CAMERA].serial == "NEW-2"
    same, _ = _replace(root, CAMERA, "NEW-3", "NEW-1")
    assert (root / "cities/bilaspur/junctions/j02.yaml").read_text(encoding="utf-8").count("serial: NEW-1") == 1
    assert same.cameras[CAMERA].serial == "NEW-3"


@pytest.mark.parametrize("name", ["bsp-j02-sw1", "bsp-core1", "bsp-rec01"])
def test_switches_and_recorders_have_one_too(root: Path, name: str) -> None:
    after, lines = _replace(root, name, "NEW-1", "OLD-1")
    assert getattr(after.device(name), "serial", None) == "NEW-1"
    text = "\n".join(lines)
    assert "serial: NEW-1" in text and "{serial: OLD-1, until: 2026-11-30}" in text
    assert len(lines) <= 3, "and no other line"
