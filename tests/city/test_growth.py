"""One number is changed in one junction: what moves, and what must not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from iccc.bom import bill
from iccc.city.devices import Camera, City, Device
from iccc.city.load import load_city
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
        return {line.device_type: line.quantity for line in bill(city, list(city.devices()))}

    then, now = quantities(before), quantities(after)
    assert now == {**then, "cam-fixed-4mp-ir": then["cam-fixed-4mp-ir"] + 2}


def test_what_is_wanted_changes_only_on_the_feeding_switches(before: City, grow: Grow) -> None:
    after = grow(FIXED.replace("count: 10", "count: 12"))

    def states(city: City) -> dict[str, object]:
        def state(device: Device) -> object:
            return wanted(device, city).state

        return {device.name: state(device) for device in city.devices()}

    then, now = states(before), states(after)
    new = [after.cameras[name] for name in now.keys() - then.keys()]
    assert [type(device) for device in new] == [Camera, Camera]
    assert {name for name in then if now[name] != then[name]} == {camera.switch for camera in new}


def test_another_group_keeps_its_ports_when_one_is_taken_away(before: City, grow: Grow) -> None:
    after = grow(FIXED.replace("count: 10", "count: 0"))
    assert before.cameras.keys() - after.cameras.keys() == {f"bsp-j01-c{slot:02d}" for slot in range(1, 11)}
    assert all(before.cameras[name] == camera for name, camera in after.cameras.items())
