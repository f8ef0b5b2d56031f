"""What is wanted of every device of the shipped city, and the line behind every part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc import fleet
from iccc.compare import Within
from iccc.wanted import Wanted
from iccc.yamlfile import Where
from tests.unit.states import bilaspur

CITY = bilaspur()
ALL = fleet.wanted_all(CITY.devices(), CITY)
ROOT = Path(__file__).parents[2]
LINES = {
    path: (ROOT / path).read_text(encoding="utf-8").splitlines() for path in {d.where.file for d in CITY.devices()}
}
LINES["cities/bilaspur/city.yaml"] = (ROOT / "cities/bilaspur/city.yaml").read_text(encoding="utf-8").splitlines()


def paths(value: Any, path: str = "") -> Iterator[str]:
    yield path
    if is_dataclass(value) and not isinstance(value, Within | type):
        for field in fields(value):
            if getattr(value, field.name) is not None:
                yield from paths(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from paths(inner, f"{path}[{key}]")


def test_everybody_is_wanted_something_of() -> None:
    assert list(ALL) == [device.name for device in CITY.devices()]
    assert all(wanted.device == name for name, wanted in ALL.items())


def test_every_part_has_a_line_that_is_there() -> None:
    for wanted in ALL.values():
        for path in paths(wanted.state):
            where = wanted.where(path)
            assert LINES[where.file][where.line - 1][where.column - 1 :].strip()


@pytest.mark.parametrize(
    ("device", "path", "text"),
    [
        ("bsp-j01-c01", "hostname", "{group: fixed, slot: 1"),
        ("bsp-j01-c01", "encoders[main].bitrate_kbps", "{codec: H265, width_px: 2560"),
        ("bsp-j01-c41", "encoders[main].bitrate_kbps", "{codec: H265, width_px: 3840"),
        ("bsp-j01-c01", "users[recorder].level", "{level: User}"),
        ("bsp-j01-c01", "protocols[rtsp].port", "{enabled: true, port: 554}"),
        ("bsp-j01-c01", "time.ntp_servers", "[10.80.0.10, 10.80.0.11]"),
        ("bsp-j01-c01", "time.skew_s", "5"),
        ("bsp-j01-sw1", "syslog_hosts", "[10.80.0.20]"),
        ("bsp-j01-sw1", "hostname", "{number: 1, device_type: sw-field-8poe-240w}"),
        ("bsp-core1", "ports[TenGigabitEthernet1/0/11].access_vlan", "{number: 1, at: bsp-core1"),
        ("bsp-rec10", "users[admin]", "{level: Administrator}"),
    ],
)
def test_the_line_is_the_one_that_says_it(device: str, path: str, text: str) -> None:
    where = ALL[device].where(path)
    assert LINES[where.file][where.line - 1][where.column - 1 :].startswith(text)


def test_a_camera_port_is_declared_by_its_camera() -> None:
    camera = CITY.cameras["bsp-j01-c21"]
    assert ALL[camera.switch].where(f"ports[{camera.port}].poe") == camera.where


PLACES = {"": Where("x.yaml", 1), "a": Where("x.yaml", 2), "a[b]": Where("x.yaml", 3), "a[b].c": Where("x.yaml", 4)}


@pytest.mark.parametrize(
    ("path", "line"),
    [("", 1), ("z", 1), ("a", 2), ("a.x", 2), ("a[z].c", 2), ("a[b]", 3), ("a[b].c", 4), ("a[b].c.d", 4)],
)
def test_the_nearest_place_around_a_path(path: str, line: int) -> None:
    assert Wanted("x", None, PLACES).where(path).line == line


@pytest.mark.timeout(20)
@given(st.text("ab.[]", max_size=12))
def test_no_path_is_looked_for_without_end(path: str) -> None:
    assert Wanted("x", None, PLACES).where(path) in PLACES.values()


def test_declared_links_are_meant_to_be_up() -> None:
    for switch in CITY.switches.values():
        ports = ALL[switch.name].state.ports
        for name, port in switch.ports.items():
            assert ports[name].shutdown is False or port.peer_port is None
