"""What is new is added to the files of a declared city, and nothing that stands there becomes another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.adopt.apply import different
from iccc.adopt.city.compose import city_of
from iccc.adopt.city.merge import Merging
from iccc.discover.found import Found, FoundHost
from tests.adopt.network import ENCODERS, FIELD_PORTS, ROOT, camera, city, drawn, known, mac, network, written

ONE = {3: {FIELD_PORTS[0]: mac(3, 1)}, 4: {FIELD_PORTS[1]: mac(4, 1)}}
TWO = {3: {**ONE[3], FIELD_PORTS[4]: mac(3, 2)}, 4: ONE[4]}


def before() -> tuple[Found, dict[str, str]]:
    found = network([camera(3, 1), camera(4, 1)], ONE)
    return found, written(found, drawn(found))


def merged(
    new: FoundHost, ports: dict[int, dict[str, str]] = TWO, edit: tuple[str, str, str] | None = None
) -> tuple[Merging, dict[str, str]]:
    """The merge of one more camera into the city of two; ``edit``: file, what stands there, what in its place."""
    _, files = before()
    if edit is not None:
        name, old, other = edit
        assert old in files[name]
        files = {**files, name: files[name].replace(old, other)}
    found = network([camera(3, 1), camera(4, 1), new], ports)
    merging = Merging(city_of(ROOT, "raipur", files), found, known(), frozenset({new.address}), files.__getitem__)
    merging.merge()
    return merging, files


def test_a_new_camera_is_one_more_line_at_its_site() -> None:
    merging, files = merged(camera(3, 2))
    assert merging.unsorted == []
    assert list(merging.files) == ["junctions/j03.yaml"]
    after = merging.files["junctions/j03.yaml"]
    new = [line for line in after.splitlines() if line not in files["junctions/j03.yaml"].splitlines()]
    assert new == [
        "  - {group: hikvision, slot: 2, port: sw1 GigabitEthernet1/5, mac: 00:40:8c:00:03:02, serial: SN0302}".replace(
            "hikvision", "fixed"
        )
    ]
    assert [line for line in after.splitlines() if line not in new] == files["junctions/j03.yaml"].splitlines()
    declared, with_it = city_of(ROOT, "raipur", files), city_of(ROOT, "raipur", {**files, **merging.files})
    assert with_it.cameras.keys() - declared.cameras.keys() == {"rpr-j03-c02"}
    assert [name for name in different(declared, with_it) if name not in declared.switches] == []


def test_what_a_person_has_written_stays() -> None:
    at = ("junctions/j03.yaml", "slot: 1,", "slot: 1, azimuth_deg: 90,")
    merging, _ = merged(camera(3, 2), edit=at)
    assert "slot: 1, azimuth_deg: 90," in merging.files["junctions/j03.yaml"]


def test_a_port_that_is_declared_for_another_is_a_conflict() -> None:
    ports = {3: {FIELD_PORTS[0]: mac(3, 2)}, 4: ONE[4]}
    merging, _ = merged(camera(3, 2), ports)
    assert (merging.files, [one.why for one in merging.unsorted]) == (
        {},
        ["rpr-j03-c01 is declared at its port GigabitEthernet1/1"],
    )


def test_no_group_is_made_for_it() -> None:
    at = ("city.yaml", "device_type: cam-fixed-4mp-ir", "device_type: cam-ptz-4mp")
    merging, _ = merged(camera(3, 2), edit=at)
    assert (merging.files, [one.why for one in merging.unsorted]) == (
        {},
        ["no group of city.yaml has the device type cam-fixed-4mp-ir"],
    )


def test_no_stream_is_made_for_it() -> None:
    slow = {**ENCODERS, "main": replace(ENCODERS["main"], bitrate_kbps=2048)}
    merging, _ = merged(camera(3, 2, encoders=slow))
    (row,) = merging.unsorted
    assert row.why.startswith("no stream of city.yaml is its main stream: ")
    assert "bitrate_kbps=2048" in row.why


def test_a_layout_that_cannot_be_kept_is_left_to_a_person() -> None:
    at = ("junctions/j03.yaml", "cameras:\n  - ", "cameras:\n       - ")
    merging, _ = merged(camera(3, 2), edit=at)
    assert merging.files == {} or "slot: 2" in merging.files["junctions/j03.yaml"]
    assert len(merging.files) + len(merging.unsorted) == 1


def test_nothing_new_changes_nothing() -> None:
    found, files = before()
    merging = Merging(city_of(ROOT, "raipur", files), found, known(), frozenset(), files.__getitem__)
    merging.merge()
    assert (merging.files, merging.unsorted, merging.added) == ({}, [], [])


@pytest.mark.parametrize("role", ["main", "sub"])
def test_a_stream_that_is_declared_by_another_name_is_found(role: str) -> None:
    found, files = before()
    name = {"main": "main-4mp", "sub": "sub"}[role]
    renamed = {file: text.replace(f"{role}: {name}", f"{role}: our-{role}") for file, text in files.items()}
    renamed["city.yaml"] = renamed["city.yaml"].replace(f"  {name}: {{codec", f"  our-{role}: {{codec")
    assert city(found, drawn(found)).cameras.keys() == city_of(ROOT, "raipur", renamed).cameras.keys()
    more = network([camera(3, 1), camera(4, 1), camera(3, 2)], TWO)
    merging = Merging(city_of(ROOT, "raipur", renamed), more, known(), frozenset({"10.60.3.22"}), renamed.__getitem__)
    merging.merge()
    assert merging.unsorted == []
