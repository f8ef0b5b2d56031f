"""What is said to be written, once written, is what the file says; and nothing else changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.city.devices import Camera, City
from iccc.city.load import load_city
from iccc.schedule.compare import What
from iccc.schedule.write import Write, writes
from tests.schedule.conftest import ROOT, load
from tests.schedule.support import differences, only, table

FILES = {"bilaspur": "junctions/j01.yaml", "sagar": "third-party/private.yaml"}


def copy(root: Path, key: str) -> None:
    shutil.rmtree(root / "cities", ignore_errors=True)
    shutil.copytree(ROOT / "cities" / key, root / "cities" / key)
    shutil.copytree(ROOT / "catalogue", root / "catalogue", dirs_exist_ok=True)


def apply(root: Path, found: Iterable[Write]) -> None:
    """Do what a person would: put the lines where they are said to belong, the last ones of a file first."""
    for write in sorted(found, key=lambda write: (write.where.line, write.where.column), reverse=True):
        path = root / write.where.file
        lines = path.read_text(encoding="utf-8").splitlines()
        at = write.where.line - 1
        before, entry = lines[at][: write.where.column - 1], lines[at][write.where.column - 1 :]
        if write.whole:
            indent = before.removesuffix("- ")
            lines[at : at + 1] = [f"{indent}{line}" for line in write.lines]
        else:
            end = entry.rindex("}")
            lines[at] = f"{before}{entry[:end]}, {', '.join(write.lines)}{entry[end:]}"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def loaded(tmp_path: Path, city: City, path: Path) -> City:
    copy(tmp_path, city.key)
    apply(tmp_path, writes(only(city, path)).values())
    return load_city(tmp_path, city.key)


slots = st.sampled_from([*range(1, 11), 21, *range(25, 33), *range(41, 45)])
serials = st.sampled_from(("014", "08123", "1_000", "0x12", "SN-0/1", "1e5", "true", "123456"))
said = st.dictionaries(slots, st.tuples(st.booleans(), st.none() | serials), min_size=1, max_size=8)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said)
def test_what_is_written_is_known_and_moves_nothing(tmp_path: Path, said: dict[int, tuple[bool, str | None]]) -> None:
    city = load("bilaspur")
    rows = [("Device", "IP", "MAC", "Serial", "Channel")]
    for slot, (has_mac, serial) in said.items():
        name = f"bsp-j01-c{slot:02d}"
        mac = f"10:20:30:40:50:{slot:02d}" if has_mac else ""
        own = f"{serial}-{slot}" if serial and len({other for _, other in said.values()}) < len(said) else serial or ""
        rows.append((name, city.cameras[name].address, mac, own, str(slot) if serial else ""))
    path = table(tmp_path / "in.csv", rows)
    after = loaded(tmp_path, city, path)
    assert only(after, path) == []
    known = {row[0]: row for row in rows[1:]}
    for name, camera in city.cameras.items():
        _, _, mac, serial, channel = known.get(name, ("", "", "", "", ""))
        told = replace(
            camera, mac=mac or None, serial=serial or None, channel=int(channel) if channel else None,
            counted=camera.counted and not serial, where=after.cameras[name].where,
        )  # fmt: skip
        if camera.group == "ptz":
            told = replace(told, counted=camera.counted)  # one device already, and only added to
        assert streamless(after.cameras[name]) == streamless(told)
    ports = {name: dict(switch.ports) for name, switch in city.switches.items()}
    assert {name: switch.ports.keys() for name, switch in after.switches.items()} == {
        name: port.keys() for name, port in ports.items()
    }


def streamless(camera: Camera) -> Camera:
    return replace(camera, streams={})


def test_recorders_switches_and_private_cameras(tmp_path: Path) -> None:
    city = load("sagar")
    rows = [
        ("Device", "Address", "MAC", "Serial", "Owner"),
        ("sgr-rec01", "10.94.0.11", "02:00:0a:5e:00:0b", "REC-1", ""),
        ("sgr-srv01", "10.94.1.11", "02:00:0a:5e:01:0b", "SRV-1", ""),
        ("sgr-j01-sw1", "10.92.1.11", "02:00:0a:5c:01:0b", "SW-1", ""),
        ("sgr-core1", city.switches["sgr-core1"].address, "02:00:0a:5c:00:0b", "CORE-1", ""),
        ("sgr-j01-ecb1", "10.95.1.21", "02:00:0a:5f:01:15", "ECB-1", ""),
        ("sgr-sm-0001-c01", "192.168.1.11", "02:00:c0:a8:01:0b", "PRV-1", "sgr-sm-0001"),
    ]
    path = table(tmp_path / "in.csv", rows)
    assert {d.what for d in only(city, path)} == {What.OPEN}
    after = loaded(tmp_path, city, path)
    assert only(after, path) == []
    assert after.recorders["sgr-rec01"].serial == "REC-1"
    assert after.equipment["sgr-j01-ecb1"].mac == "02:00:0a:5f:01:15"
    assert (after.switches["sgr-j01-sw1"].mac, after.switches["sgr-j01-sw1"].serial) == ("02:00:0a:5c:01:0b", "SW-1")
    assert (after.switches["sgr-core1"].mac, after.switches["sgr-core1"].serial) == ("02:00:0a:5c:00:0b", "CORE-1")


def test_what_is_known_of_another_device_is_said(tmp_path: Path) -> None:
    city = load("bilaspur")
    first = table(tmp_path / "in.csv", [("Device", "MAC"), ("bsp-j01-c01", "02:00:0a:52:01:0b")])
    after = loaded(tmp_path, city, first)
    other = table(tmp_path / "in.csv", [("Device", "MAC"), ("bsp-j01-c02", "02:00:0a:52:01:0b")])
    [found] = only(after, other)
    assert (found.what, found.hint) == (What.OPEN, "that is bsp-j01-c01's")
    changed = table(tmp_path / "in.csv", [("Device", "MAC"), ("bsp-j01-c01", "02:00:0a:52:01:0c")])
    [found] = only(after, changed)
    assert (found.what, found.declared) == (What.OTHER, "02:00:0a:52:01:0b")
    assert found.where is not None and found.where.line == after.cameras["bsp-j01-c01"].where.line
    assert found.where.column > after.cameras["bsp-j01-c01"].where.column


@pytest.mark.parametrize("key", sorted(FILES))
def test_nothing_to_write_where_nothing_is_new(key: str, tmp_path: Path) -> None:
    city = load(key)
    path = table(tmp_path / "in.csv", [("Device", "IP"), *((row.name, row.address) for row in city.inventory())])
    assert not any(writes(differences(city, path)))
