"""One number is changed in one junction: what moves, and what must not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from iccc.bom.lines import bill
from iccc.city.devices import Camera, City, Device
from iccc.city.load import city_names, load_city
from iccc.errors import DeclarationError
from iccc.fleet import wanted

ROOT = Path(__file__).parents[2]
FIXED = "{group: fixed, slot: 1, count: 10, ports: 12, recorder: 1}"
Grow = Callable[[str], City]


@pytest.fixture(scope="module")
def before() -> City:
    return load_city(ROOT, "bilaspur")


@pytest.fixture
def grow(tmp_path: Path) -> Grow:
    """Bilaspur with another line for the fixed cameras of its first junction."""

    def load(line: str) -> City:
        for folder in ("cities/bilaspur", "catalogue"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        path = tmp_path / "cities/bilaspur/junctions/j01.yaml"
        text = path.read_text(encoding="utf-8")
        assert FIXED in text
        path.write_text(text.replace(FIXED, line), encoding="utf-8")
        return load_city(tmp_path, "bilaspur")

    return load


@pytest.mark.parametrize("count", [0, 1, 9, 11, 12])
def test_within_the_reserve_nothing_else_moves(before: City, grow: Grow, count: int) -> None:
    after = grow(FIXED.replace("count: 10", f"count: {count}"))
    names = {f"bsp-j01-c{slot:02d}" for slot in range(1, count + 1)}
    assert {c.name for c in after.cameras.values() if c.site == "bsp-j01" and c.group == "fixed"} == names
    for name, camera in after.cameras.items():
        if name in before.cameras:
            assert camera == before.cameras[name]
    assert {c.address for c in after.cameras.values()} - {c.address for c in before.cameras.values()} == {
        f"10.82.1.{10 + slot}" for slot in range(11, count + 1)
    }


def test_beyond_the_reserve_only_what_is_new_gets_a_port(before: City, grow: Grow) -> None:
    after = grow(FIXED.replace("count: 10", "count: 13"))
    assert {name for name in after.cameras if name not in before.cameras} == {
        f"bsp-j01-c{slot}" for slot in (11, 12, 13)
    }
    assert all(after.cameras[name] == camera for name, camera in before.cameras.items())


def test_the_bill_moves_by_what_was_added(before: City, grow: Grow) -> None:
    after = grow(FIXED.replace("count: 10", "count: 12"))

    def quantities(city: City) -> dict[str, int]:
        return {line.device_type: line.quantity for line in bill(city, list(city.devices())).lines if line.device_type}

    then, now = quantities(before), quantities(after)
    assert now == {**then, "cam-fixed-4mp-ir": then["cam-fixed-4mp-ir"] + 2}


def test_what_is_wanted_changes_only_on_the_feeding_switches_and_the_recorder(before: City, grow: Grow) -> None:
    after = grow(FIXED.replace("count: 10", "count: 12"))

    def states(city: City) -> dict[str, object]:
        def state(device: Device) -> object:
            return wanted(device, city).state

        return {device.name: state(device) for device in city.devices()}

    then, now = states(before), states(after)
    new = [after.cameras[name] for name in now.keys() - then.keys()]
    assert [type(device) for device in new] == [Camera, Camera]
    feeding = {camera.switch for camera in new} | {camera.recorder for camera in new}
    assert {name for name in then if now[name] != then[name]} == feeding


def test_another_group_keeps_its_ports_when_one_is_taken_away(before: City, grow: Grow) -> None:
    after = grow(FIXED.replace("count: 10", "count: 0"))
    assert before.cameras.keys() - after.cameras.keys() == {f"bsp-j01-c{slot:02d}" for slot in range(1, 11)}
    assert all(before.cameras[name] == camera for name, camera in after.cameras.items())


@pytest.mark.parametrize("key", city_names(ROOT))
def test_a_camera_in_the_middle_moves_nobody(key: str, tmp_path: Path) -> None:
    """At every site of every city: one more camera between the others, wherever a port and its watts are left."""
    for folder in (f"cities/{key}", "catalogue"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = load_city(tmp_path, key)
    inserted = 0
    for path in sorted((tmp_path / f"cities/{key}").glob("*s/*.yaml")):
        text = path.read_text(encoding="utf-8")
        first, second = _entries(text)[:2] if len(_entries(text)) > 1 else ("", "")
        if not second:
            continue
        taken = {camera.slot for camera in before.cameras.values() if camera.where.file.endswith(path.name)}
        slot = next(number for number in range(max(taken) // 2, 250) if _is_free(number, text))
        path.write_text(text.replace(second, f"{re.sub(', ports: [0-9]+', '', _one(first, slot))}\n{second}", 1))
        try:
            after = load_city(tmp_path, key)
        except DeclarationError as error:
            assert all("no switch has" in mistake.text or "channels" in mistake.text for mistake in error.mistakes)
        else:
            inserted += 1
            new = [device for device in after.inventory() if device.name not in {d.name for d in before.inventory()}]
            assert len(new) == 1
            for device in before.inventory():
                now = after.device(device.name)
                for what in ("name", "address", "switch", "port", "vlan"):
                    assert getattr(now, what, None) == getattr(device, what, None)
        path.write_text(text, encoding="utf-8")
    assert inserted > 3


def test_a_second_ups_moves_nobody(tmp_path: Path) -> None:
    for folder in ("cities/sagar", "catalogue"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = load_city(tmp_path, "sagar")
    path = tmp_path / "cities/sagar/junctions/j02.yaml"
    text = path.read_text(encoding="utf-8")
    cabinet = "cabinets:\n  - {number: 2, ups: {number: 2, device_type: ups-2kva}}\n"
    grown = text.replace("cabinets:\n", cabinet, 1)
    path.write_text(grown, encoding="utf-8")
    after = load_city(tmp_path, "sagar")
    assert after.device("sgr-j02-ups2")
    for device in before.inventory():
        now = after.device(device.name)
        for what in ("address", "switch", "port", "vlan"):
            assert getattr(now, what, None) == getattr(device, what, None)


def _entries(text: str) -> list[str]:
    return re.findall(r"(?m)^  - \{group: .*\}$", text)


def _one(entry: str, slot: int) -> str:
    return re.sub(r"count: \d+", "count: 1", re.sub(r"slot: \d+", f"slot: {slot}", entry))


def _is_free(slot: int, text: str) -> bool:
    for entry in _entries(text):
        keys = dict(re.findall(r"(slot|count|ports): (\d+)", entry))
        first = int(keys["slot"])
        if first <= slot < first + max(int(keys.get("count", 1)), int(keys.get("ports", 0))):
            return False
    return True
