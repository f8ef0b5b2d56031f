"""The bill of materials counts what is declared, each quantity with its lines."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.bom import BomLine, bill
from iccc.city.devices import Kind
from iccc.limit import select
from iccc.report.bom import COLUMNS, bom_table
from iccc.report.table import as_json
from tests.unit.states import bilaspur

CITY = bilaspur()
DEVICES = list(CITY.devices())


def total(lines: list[BomLine], kind: Kind) -> int:
    return sum(line.quantity for line in lines if line.kind is kind)


def test_bilaspur_has_523_cameras_on_23_junctions() -> None:
    lines = bill(CITY, DEVICES)
    assert [total(lines, kind) for kind in (Kind.CAMERA, Kind.SWITCH, Kind.RECORDER)] == [523, 96, 10]
    data = json.loads(as_json(bom_table(CITY, lines, DEVICES)))
    assert (data["cameras"], data["junctions"], data["switches"], data["recorders"]) == (523, 23, 96, 10)


def test_the_json_has_its_shape() -> None:
    data = json.loads(as_json(bom_table(CITY, bill(CITY, DEVICES), DEVICES)))
    assert (data["version"], data["kind"], data["city"], data["declaration"]) == (1, "bom", "bilaspur", CITY.digest)
    assert data["notes"] == []
    assert all(list(row) == [column.lower().replace(" ", "_") for column in COLUMNS] for row in data["rows"])
    (rlvd,) = [row for row in data["rows"] if row["device_type"] == "cam-rlvd-8mp"]
    assert (rlvd["head"], rlvd["kind"], rlvd["phase"], rlvd["unit"]) == ("A", "camera", "existing", "no.")
    assert "cities/bilaspur/junctions/j01.yaml:22 (4)" in rlvd["comes_from"]
    assert sum(row["quantity"] for row in data["rows"]) == len(DEVICES)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(DEVICES), unique_by=lambda device: device.name, max_size=80))
def test_quantities_are_those_of_the_devices_and_their_sources_add_up(devices: list[object]) -> None:
    chosen = [device for device in DEVICES if device in devices]
    lines = bill(CITY, chosen)
    assert Counter({(line.device_type, line.phase): line.quantity for line in lines}) == Counter(
        (device.device_type, device.phase) for device in chosen
    )
    for line in lines:
        assert line.quantity == sum(count for _, count in line.sources)
        assert len({where for where, _ in line.sources}) == len(line.sources)
    assert [(line.head, line.device_type) for line in lines] == sorted((line.head, line.device_type) for line in lines)


def test_a_source_is_the_line_that_declares_it() -> None:
    (line,) = bill(CITY, [CITY.cameras["bsp-j01-c01"], CITY.cameras["bsp-j01-c02"]])
    assert line.sources == (("cities/bilaspur/junctions/j01.yaml:19", 2),)


@pytest.mark.parametrize(("limit", "junctions"), [("bsp-j01", 1), ("recorders", 0), ("r6", 3), ("ptz", 23)])
def test_a_part_counts_its_own_junctions(limit: str, junctions: int) -> None:
    devices = select(CITY, [limit])
    table = bom_table(CITY, bill(CITY, devices), devices)
    assert table.summary["junctions"] == junctions


def test_nothing_is_an_empty_bill() -> None:
    assert bill(CITY, []) == []
