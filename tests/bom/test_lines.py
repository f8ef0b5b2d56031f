"""The bill counts what is declared, derives the rest from it, and says where each quantity comes from."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.bom.added import added
from iccc.bom.lines import BomLine, bill
from iccc.city.devices import City, Device, Kind
from iccc.city.load import load_city
from iccc.city.model.boq import COUNTED
from iccc.city.model.common import Lifecycle
from iccc.limit import select
from iccc.report.annexes.sizing import of_sizing
from iccc.report.bom import COLUMNS, bom_table, tender_table
from iccc.report.table import as_json
from iccc.sizing.city import size
from iccc.sizing.whole import pieces
from tests.sizing.cities import ROOT, lines_of, shipped

CITY = shipped("bilaspur")
DEVICES = list(CITY.inventory())
CITIES = ("bilaspur", "kanpur", "jhansi", "sagar")


def lines_in(city: City, limits: Sequence[str] = ()) -> tuple[BomLine, ...]:
    return bill(city, select(city, limits, city.inventory()), whole=not limits).lines


def total(lines: Sequence[BomLine], kind: Kind) -> int:
    return sum(line.quantity for line in lines if line.device_type and CITY.catalogue[line.device_type].kind is kind)


def test_bilaspur_has_523_cameras_on_23_junctions() -> None:
    lines = lines_in(CITY)
    assert [total(lines, kind) for kind in (Kind.CAMERA, Kind.SWITCH, Kind.RECORDER)] == [523, 96, 10]
    data = json.loads(as_json(bom_table(CITY, bill(CITY, DEVICES), DEVICES)))
    assert (data["cameras"], data["junctions"], data["switches"], data["recorders"]) == (523, 23, 96, 10)


def test_the_json_has_its_shape() -> None:
    data = json.loads(as_json(bom_table(CITY, bill(CITY, DEVICES), DEVICES)))
    assert (data["version"], data["kind"], data["city"], data["declaration"]) == (1, "bom", "bilaspur", CITY.digest)
    assert all(list(row) == [column.lower().replace(" ", "_") for column in COLUMNS] for row in data["rows"])
    (rlvd,) = [row for row in data["rows"] if row["device_type"] == "cam-rlvd-8mp"]
    assert (rlvd["head"], rlvd["item"], rlvd["phase"], rlvd["unit"]) == ("A", "A.2.2", "existing", "no.")
    assert "cities/bilaspur/junctions/j01.yaml:22:5 (4)" in rlvd["comes_from"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(DEVICES), unique_by=lambda device: device.name, max_size=80))
def test_quantities_are_those_of_the_devices_and_their_sources_add_up(devices: list[Device]) -> None:
    lines = bill(CITY, devices, whole=False).lines
    counted = Counter(device.device_type for device in devices)
    by_type = {line.device_type: line.quantity for line in lines if line.device_type}
    for name, count in counted.items():
        assert by_type[name] == count
    for line in lines:
        if line.device_type:
            assert line.quantity == sum(count for _, count in line.sources)
        assert len({where for where, _ in line.sources}) == len(line.sources)
        assert line.quantity > 0
    assert list(lines) == sorted(lines, key=lambda line: line.order)


# One site by hand, from cities/sagar/junctions/j01.yaml: 4 fixed, 1 PTZ, 3 ANPR, 2 RLVD, a call box, a loudspeaker, a
# board, a sensor, 3 switches in a cabinet with UPS, a pole of each sort. Copper: 4 x 60 + 45 + 3 x 50 + 2 x 50 = 535 m.
BY_HAND = {
    "A.1.1": 4, "A.1.2": 1, "A.2.1": 3, "A.2.2": 2, "A.3.1": 10, "A.3.2": 10, "A.3.3": 3,
    "B.1.1": 1, "B.1.2": 1, "B.1.3": 1, "B.1.5": 1 + 1 + 2, "B.2.1": 1, "B.2.2": 1, "B.3.1": 2, "B.3.2": 1, "B.3.3": 10,
    "B.4.1": 1, "B.4.2": 1, "B.4.3": 1, "B.5.1": 2, "B.5.2": 10 + 1 + 1 + 1 + 1, "B.6.4": 6, "B.6.5": 1,
    "C.1.1": 3, "C.1.9": 6, "C.2.1": 6, "C.3.1": 1, "C.3.8": 3, "C.3.9": 1,
    "D.1.1": 1, "D.2.1": 1, "D.3.1": 1, "D.4.1": 1,
    "G.1.2": 10, "G.2.1": 3, "G.2.2": 2, "G.3.1": 18,
    "J.1.1": 1, "J.2.1": 10, "J.2.2": 1, "J.6.1": 1,
    "K.1.1": 1, "K.3.1": 12432,
}  # fmt: skip
SPARES_BY_HAND = {"A.1.1": 1, "B.3.3": 1, "C.1.1": 1, "C.2.1": 1, "G.1.2": 0, "B.2.1": 0}


def test_one_site_by_hand() -> None:
    lines = {line.item: line for line in lines_in(shipped("sagar"), ["sgr-j01"])}
    assert {item: line.quantity for item, line in lines.items()} == BY_HAND
    assert {item: lines[item].spares for item in SPARES_BY_HAND} == SPARES_BY_HAND
    assert lines["B.5.1"].derivation == "535 copper_m × 1.05 / 305"
    assert lines["B.1.5"].derivation == "1 poles_straight + 1 poles_cantilever + 1 poles_gantry × 2"
    assert lines["B.1.1"].sources == (("cities/sagar/junctions/j01.yaml:23:5", 1),)


@pytest.mark.parametrize("key", CITIES)
def test_phases_come_to_the_whole(key: str) -> None:
    """A city of one phase needs what its phases need together, but for what is rounded up in each."""
    city = shipped(key)
    whole: Counter[str] = Counter()
    for phase in city.phases:
        for line in bill(city, list(city.inventory()), phase=phase).lines:
            assert line.phase == phase
            whole[line.item] += line.quantity
    assert whole == sum((Counter({line.item: line.quantity}) for line in lines_in(city)), Counter[str]())


def test_people_and_rooms_of_later_phases_are_what_they_add() -> None:
    city = shipped("sagar")
    sized = lines_of(city)
    for item, name in (("H.2.1", "seats"), ("H.1.1", "displays"), ("F.4.1", "racks")):
        assert sum(line.quantity for line in lines_in(city) if line.item == item) == sized[name, ""].design.value
    drives = sum(int(sized[name, ""].design.value or 0) for name in ("drives_in_recorders", "drives_in_standbys"))
    assert sum(line.quantity for line in lines_in(city) if line.item == "F.2.2") == drives


def test_what_annexes_say_a_phase_adds_is_what_its_bill_has() -> None:
    """Bilaspur's extension alone would have 4 seats and 2 displays; the whole city has 2 and 1 more."""
    city = load_city(ROOT, "bilaspur", "extension")
    devices = list(city.inventory())
    found = {each.name: each for each in added(city, devices, "extension")}
    lines = {line.item: line.quantity for line in bill(city, devices, phase="extension").lines}
    assert (found["seats"].with_phase, found["seats"].before, found["seats"].adds) == (24, 22, 2)
    for item, names in (
        ("H.1.1", ["displays"]), ("H.2.1", ["seats"]), ("J.4.1", ["operators", "technicians"]), ("F.4.1", ["racks"]),
        ("F.2.2", ["drives_in_recorders", "drives_in_standbys"]), ("F.3.1", ["vms_servers"]),
    ):  # fmt: skip
        assert lines.get(item, 0) == sum(found[name].adds for name in names), item
    sized = size(city, [device for device in devices if device.phase == "extension"])
    annexes = {annex.key: annex for annex in of_sizing(sized, "extension", tuple(found.values()))}
    first, alone = annexes["people"].tables[:2]
    assert [*first.rows[2]] == ["seats", "of all control rooms", 24, 22, 2, "seats"]
    assert alone.title == "Devices of extension, as if they stood alone"


def test_the_first_phase_adds_all_and_declared_servers_are_not_sized() -> None:
    city = shipped("sagar")
    first, second = list(city.phases)[:2]
    assert added(city, list(city.inventory()), first) == ()
    assert "vms_servers" not in {each.name for each in added(city, list(city.inventory()), second)}


def test_a_ring_belongs_to_the_phase_of_its_first_site() -> None:
    """Sagar's first ring with its second site in another phase: its fibre is laid once, and by sizing's length."""
    city = shipped("sagar")
    second = city.chains["r1"].sites[1]
    mixed = replace(city, sites={**city.sites, second: replace(city.sites[second], phase="traffic")})
    for each in (city, mixed):
        fibre = {line.phase: line.quantity for line in lines_in(each) if line.item == "B.6.1"}
        assert sum(fibre.values()) == pytest.approx(lines_of(city)["fibre_m", ""].design.value)
        assert fibre["squares"] == pytest.approx(lines_of(city)["fibre_m", "r1"].design.value)


def test_a_wall_of_twelve_displays_has_one_controller() -> None:
    """Bilaspur has twelve; the catalogue has a controller for each twelve."""
    lines = {line.item: line for line in lines_in(shipped("bilaspur"))}
    assert (lines["H.1.1"].quantity, lines["H.1.2"].quantity, lines["H.1.2"].derivation) == (12, 1, "12 displays / 12")


def test_hired_lines_are_paid_by_the_year() -> None:
    """Sagar: two spurs are hired."""
    lines = [line for line in lines_in(shipped("sagar")) if line.item == "I.1.1"]
    assert [(line.phase, line.quantity, line.yearly) for line in lines] == [("traffic", 2, True)]


def test_the_centre_is_bought_once() -> None:
    for key in CITIES:
        lines = lines_in(shipped(key))
        assert sum(line.quantity for line in lines if line.item == "H.3.2") == 1, key


def test_third_parties_are_licensed_and_linked() -> None:
    """Kanpur: 5,000 more within a month. What has no number is said, not counted."""
    made = bill(shipped("kanpur"), list(shipped("kanpur").inventory()), phase="within-a-month")
    assert {line.item: line.quantity for line in made.lines if line.unit in ("channel", "no.")} == {
        "G.1.2": 5000, "J.2.3": 5000,
    }  # fmt: skip
    assert [line.item for line in made.lines] == ["G.1.2", "J.2.3"]  # no maintenance of what others keep
    everything = bill(shipped("kanpur"), list(shipped("kanpur").inventory()))
    assert made.notes == ()  # hotels, banks, … have no number of their own: they are within the rest
    assert any("homes" in note and "not counted" in note for note in everything.notes)


def test_what_is_decommissioned_is_taken_down_and_not_bought() -> None:
    city = shipped("sagar")
    gone = {name: replace(c, status=Lifecycle.DECOMMISSIONED) for name, c in city.cameras.items() if c.group == "ptz"}
    after = replace(city, cameras={**city.cameras, **gone})
    items = Counter[str]()
    for line in lines_in(after):
        items[line.item] += line.quantity
    assert items["B.8.1"] == len(gone) > 0
    assert items["A.1.2"] == 0


def test_a_site_without_cabinet_or_ups_gets_one_and_says_so() -> None:
    lines = {line.item: line for line in lines_in(CITY, ["bsp-j01"])}
    assert lines["C.3.2"].sources == (
        ("cities/bilaspur/junctions/j01.yaml:4:9, which declares none: ups_type bsp-j01 of the sizing", 1),
    )
    assert "which declares none" in lines["B.2.1"].sources[0][0]
    assert lines["C.3.8"].quantity == 4  # 48 V in blocks of 12 V
    notes = bill(CITY, DEVICES).notes
    assert any("no poles" in note and "bsp-j23" in note for note in notes)


@pytest.mark.parametrize("key", CITIES)
def test_every_quantity_is_its_derivation(key: str) -> None:
    """What the words say, reckoned by another way: the terms of the derivation, rounded up."""
    for line in lines_in(shipped(key)):
        if line.percent_of:
            continue
        formula = line.derivation.replace(" × ", " * ")
        for word in sorted([*COUNTED, *map(str, Kind), *shipped(key).catalogue], key=len, reverse=True):
            formula = formula.replace(f" {word}", "")
        assert re.fullmatch(r"[0-9.+*/ ()]+", formula), line.derivation
        assert line.quantity == pytest.approx(pieces(eval(formula)), rel=1e-5, abs=1)  # a figure is printed rounded
        assert line.sources


def test_a_specification_of_no_type_is_noted() -> None:
    catalogue = {name: type_ for name, type_ in CITY.catalogue.items() if name != "sensor-env"}
    notes = bill(replace(CITY, catalogue=catalogue), DEVICES).notes
    assert [note for note in notes if re.match(r"sensor-env is no device type .*boq-items.yaml:\d+:", note)]


def test_every_item_and_type_has_a_specification() -> None:
    extra = CITY.declared.boq.file.devices
    assert set(extra) == set(CITY.catalogue)
    for line in (line for key in CITIES for line in lines_in(shipped(key))):
        assert len(line.specification) > 15
        assert line.code or line.item[0] in "BJ", line.item


def test_every_number_that_can_be_counted_is_in_the_documents() -> None:
    page = (ROOT / "docs/bom.md").read_text(encoding="utf-8")
    assert [name for name in COUNTED if f"`{name}`" not in page] == []


def test_a_tender_has_no_rates_and_no_contingency() -> None:
    table = tender_table(CITY, bill(CITY, DEVICES), DEVICES)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert all((row["Rate"], row["Amount"], row["Total"]) == ("", "", "") for row in rows)
    (fixed,) = [row for row in rows if row["Item"] == "A.1.1"]
    assert fixed["Quantity"] == 224 + 7  # 3 % spares
    assert "IS 13252-1" in str(fixed["Specification"])
    told = "\n".join(table.notes)
    assert "payment: 50 %" in told
    assert "contingency" not in told + str(table.rows)
    assert "K.1.1" in told
    assert not any(row["Item"] == "K.1.1" for row in rows)


def test_a_source_is_the_line_that_declares_it() -> None:
    lines = bill(CITY, [CITY.cameras["bsp-j01-c01"], CITY.cameras["bsp-j01-c02"]], whole=False).lines
    (line,) = [line for line in lines if line.device_type == "cam-fixed-4mp-ir"]
    assert line.sources == (("cities/bilaspur/junctions/j01.yaml:19:5", 2),)


@pytest.mark.parametrize(("limit", "junctions"), [("bsp-j01", 1), ("recorders", 0), ("r6", 3), ("ptz", 23)])
def test_a_part_counts_its_own_junctions(limit: str, junctions: int) -> None:
    devices = select(CITY, [limit])
    table = bom_table(CITY, bill(CITY, devices, whole=False), devices)
    assert table.summary["junctions"] == junctions


def test_nothing_is_an_empty_bill() -> None:
    assert bill(CITY, [], whole=False).lines == ()
