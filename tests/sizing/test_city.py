"""Laws of a city's sizing: it grows with what is declared, adds up over sites, and agrees with the rules."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.bom.lines import bill
from iccc.city.devices import Camera, City
from iccc.city.load import load_city
from iccc.city.model.assumptions import NAMES
from iccc.city.model.common import Lifecycle
from iccc.rules import network, recording
from iccc.rules.rule import Outcome
from iccc.sizing.city import Line, size
from iccc.sizing.result import Value
from tests.sizing.cities import ROOT, assuming, at_kbps, lines_of, shipped, values_of, with_cameras

GROWS = (  # with cameras, days and bit rates; what is left out counts what is declared, or chooses a type
    "recorded_mbps", "storage_net_tb", "storage_usable_tb", "storage_usable_tib", "drives_shared",
    "drives_in_recorders", "recorders", "core_mbps", "site_mbps", "chain_mbps", "link_mbps", "rings_by_bandwidth",
    "rings", "poe_w", "poe_switches", "ups_load_w", "ups_va", "battery_ah", "energy_kwh_month", "field_kwh_month",
    "vms_licences", "vms_servers", "seats", "displays", "operators", "technicians",
    "recorder_usable_tb", "recorder_mbps",
)  # fmt: skip
ADDS = (
    "recorded_mbps",
    "storage_net_tb",
    "storage_usable_tb",
    "core_mbps",
    "field_poe_w",
    "poe_switches",
    "field_ups_va",
    "field_kwh_month",
    "vms_licences",
)
TODAY = date(2026, 11, 30)
CITIES = ("bilaspur", "kanpur", "jhansi", "sagar")


def smaller(less: Mapping[tuple[str, str], Value | None], more: Mapping[tuple[str, str], Value | None]) -> None:
    for key, value in less.items():
        if key[0] in GROWS and isinstance(value, int | float):
            other = more[key]
            assert isinstance(other, int | float), key
            assert value <= other + 1e-6, key


def cameras_of(city: City) -> list[Camera]:
    return list(city.cameras.values())


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_more_cameras_need_no_less(data: st.DataObject) -> None:
    city = shipped("jhansi")
    more = data.draw(st.lists(st.sampled_from(cameras_of(city)), min_size=1, unique_by=lambda camera: camera.name))
    fewer = data.draw(st.lists(st.sampled_from(more), min_size=1, unique_by=lambda camera: camera.name))
    smaller(values_of(city, fewer), values_of(city, more))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 400), st.integers(0, 4000))
def test_more_days_and_a_higher_bit_rate_need_no_less(days: int, kbps: int) -> None:
    city = shipped("jhansi")

    def more(camera: Camera) -> Camera:
        higher = at_kbps(camera, camera.streams["main"].bitrate_kbps + kbps)
        return replace(higher, retention_days=camera.retention_days + days)

    smaller(values_of(city), values_of(with_cameras(city, more)))


def test_a_day_more_needs_more() -> None:
    city = shipped("jhansi")
    longer = with_cameras(city, lambda camera: replace(camera, retention_days=camera.retention_days + 1))
    assert float(values_of(longer)["storage_net_tb", ""] or 0) > float(values_of(city)["storage_net_tb", ""] or 0)


@settings(max_examples=10, deadline=None)
@given(st.sets(st.sampled_from(sorted(shipped("sagar").sites)), min_size=1))
def test_two_parts_of_a_city_need_what_the_whole_needs(codes: set[str]) -> None:
    city = shipped("sagar")
    field = [device for device in city.inventory() if device.site != "core"]
    one = [device for device in field if device.site in codes]
    rest = [device for device in field if device.site not in codes]
    whole, parts = values_of(city, field), [values_of(city, part) for part in (one, rest)]
    for name in ADDS:
        together = sum(float(part.get((name, ""), 0) or 0) for part in parts)
        assert together == pytest.approx(float(whole[name, ""] or 0)), name


@pytest.mark.parametrize("key", CITIES)
def test_both_cases_have_the_same_lines_and_the_expected_one_is_not_larger(key: str) -> None:
    for line in size(shipped(key), shipped(key).inventory()):
        assert line.design.key == line.expected.key
        assert line.design.formula == line.expected.formula or line.name == "poe_w"
        if line.name in GROWS and isinstance(line.design.value, int | float):
            assert isinstance(line.expected.value, int | float)
            assert line.expected.value <= line.design.value + 1e-6, line.name


@pytest.mark.parametrize("key", CITIES)
def test_every_input_has_its_place(key: str) -> None:
    """A line of a file that is there, or another result, or what the result's own inputs are listed under."""
    city = shipped(key)
    lines = size(city, city.inventory())
    results = {f"{line.name} {line.scope}".rstrip() for line in lines}
    seen: set[str] = set()
    for line in lines:
        assert line.design.formula
        assert line.design.inputs or line.name in ("drives_in_recorders", "fibre_m"), line
        for each in line.design.inputs:
            seen.add(each.name)
            assert each.where, (line.name, each)
            if "/" in each.where.partition(" ")[0]:
                for place in each.where.split(", "):
                    file, number = re.match(r"([\w./-]+\.yaml)(?::(\d+))?", place).groups()  # type: ignore[union-attr]
                    text = _text(ROOT / file)
                    assert int(number or 1) <= text.count("\n") + 1
            elif each.where in results:
                assert each.where != f"{line.name} {line.scope}".rstrip()
    if key == "sagar":  # it has every kind of device
        optical = {"copper_reach_m", "attenuation_db_per_km", "connector_db", "splice_db", "optical_margin_db"}
        asked = {"ring_mbps", "ring_node_limit", "block_v", "spare_ports"}  # declared there, or counted as ports
        assert {name for name in NAMES if name not in seen} <= optical | asked | {"spare_port_w"}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", CITIES)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.7])
def test_a_ring_fails_its_rule_where_sizing_says_that_it_carries_too_much(key: str, share: float) -> None:
    city = assuming(shipped(key), max_utilisation=share)
    lines = lines_of(city)
    rows = [*network.ring_bandwidth.judge(city, TODAY), *network.spur_bandwidth.judge(city, TODAY)]
    assert rows
    for row in rows:
        assert (row.outcome is Outcome.PASS) == _within(lines["chain_mbps", row.subject]), row
    for row in network.core_link_bandwidth.judge(city, TODAY):
        assert (row.outcome is Outcome.PASS) == _within(lines["link_mbps", row.subject]), row


@pytest.mark.parametrize("growth", [0, 0.2, 1, 3])
@pytest.mark.parametrize("reserve", [0.1, 0.25, 0.6])
def test_a_recorder_fails_its_rule_where_sizing_says_that_it_is_too_small(growth: float, reserve: float) -> None:
    city = assuming(shipped("kanpur"), growth=growth, recorder_reserve=reserve)
    lines = lines_of(city)
    for rule, name in (
        (recording.recorder_disk, "recorder_usable_tb"),
        (recording.recorder_throughput, "recorder_mbps"),
    ):
        for row in rule.judge(city, TODAY):
            if (line := lines.get((name, row.subject))) is not None:  # a standby records nothing
                assert (row.outcome is Outcome.PASS) == _within(line), row


def _within(line: Line) -> bool:
    declared, value = line.design.declared, line.design.value
    assert isinstance(declared, int | float)
    assert isinstance(value, int | float)
    return value <= declared + 1e-6


@pytest.mark.parametrize(
    ("name", "scope", "design", "expected"),
    [
        ("fibre_m", "r1", 6580, 6290),  # 5,800 m of route, 10 and 5 %; ten ends with 20 m each
        ("fibre_m", "r6", 9220, 8810),  # 8,200 m; eight ends and two splices
        ("poe_w", "bsp-j01", 664.8, 574),  # kept: 2 x 15.4 and 30 W, and a spare port of 30 W
        ("ups_load_w", "bsp-j01", 888.67, 507.67),  # / 0.9 + 4 x 25 + 50; x 0.6 / 0.9 + 4 x 25 + 25
        ("ups_va", "bsp-j01", 1316.5, 752.1),  # / 0.9 / 0.75
        ("battery_ah", "bsp-j01", 136.9, 52.1),  # 48 V for 4 h, 36 V for 2 h
        ("battery_block_ah", "bsp-j01", 150, 65),
        ("energy_kwh_month", "bsp-j01", 737.2, 421.1),  # / 0.88 x 730 h
        ("vms_licences", "", 523, 523),
        ("vms_servers", "", 11, 6),
        ("seats", "", 22, 12),  # two control rooms
        ("operators", "", 80, 44),  # 22 x 3 x 1.2, 12 x 3 x 1.2
        ("technicians", "", 4, 3),
        ("displays", "", 12, 6),
        ("rack_units", "", 24, 24),  # ten recorders of 2 U, four switches of 1 U
        ("racks", "", 1, 1),
        ("centre_kwh_month", "", 5466.2, 4858.9),  # 4,160 W x 1.8 and x 1.6 x 730 h
    ],
)
def test_bilaspur_by_hand(name: str, scope: str, design: float, expected: float) -> None:
    line = lines_of(shipped("bilaspur"))[name, scope]
    assert line.design.value == pytest.approx(design, abs=0.06)
    assert line.expected.value == pytest.approx(expected, abs=0.06)


def test_a_sign_board_hangs_on_the_mains() -> None:
    """Sagar's first square: its board of 800 W is on the meter, and not behind the UPS."""
    lines = lines_of(shipped("sagar"))
    load, energy = (lines[name, "sgr-j01"].design.value for name in ("ups_load_w", "energy_kwh_month"))
    assert load == pytest.approx(377.8 / 0.9 + 3 * 25 + 50)
    assert energy == pytest.approx((float(load or 0) / 0.88 + 800) * 0.73)


def test_a_city_says_its_own_figures(tmp_path: Path) -> None:
    """`sizing` holds in both cases, `sizing_expected` in the expected one, and the place is the city's."""
    for folder in ("cities/jhansi", "catalogue"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "cities/jhansi/city.yaml"
    text = path.read_text(encoding="utf-8")
    own = "sizing: {growth: 0.5, cell_v: 3}\nsizing_expected: {growth: 0.1}\n\nstreams:"
    path.write_text(text.replace("\nstreams:", f"\n{own}", 1), encoding="utf-8")
    city = load_city(tmp_path, "jhansi")
    design, expected = city.figures, city.expected_figures
    assert (design["growth"].value, expected["growth"].value) == (0.5, 0.1)
    assert (design["cell_v"].value, expected["cell_v"].value, city.sizing.cell_v) == (3, 3, 3)
    assert (design["growth"].kind, design["growth"].where.file) == ("city", "cities/jhansi/city.yaml")
    assert (design["poe_draw"].value, expected["poe_draw"].value) == (1, 0.6)
    line = lines_of(city)["storage_usable_tb", ""]
    net = lines_of(city)["storage_net_tb", ""]
    assert float(line.design.value or 0) == pytest.approx(float(net.design.value or 0) * 1.1 * 1.5)
    assert float(line.expected.value or 0) == pytest.approx(float(net.expected.value or 0) * 1.1 * 1.1)


def test_what_is_decommissioned_needs_nothing() -> None:
    city = shipped("jhansi")
    gone = with_cameras(city, lambda camera: replace(camera, status=Lifecycle.DECOMMISSIONED))
    assert values_of(gone)["storage_net_tb", ""] == 0
    assert values_of(gone)["vms_licences", ""] == 0


def test_what_is_declared_as_unknown_stays_unknown() -> None:
    """A city that was adopted may not know its days or recorders yet: what follows from them is not worked out."""
    city = shipped("jhansi")
    vague = with_cameras(city, lambda camera: replace(camera, retention_days=0))
    values = values_of(vague)
    disk = (
        "storage_net_tb",
        "storage_usable_tb",
        "drives_shared",
        "drives_in_recorders",
        "drives_in_standbys",
        "recorders",
    )
    assert [values[name, ""] for name in disk] == [None] * len(disk)
    assert values["core_mbps", ""] == values_of(city)["core_mbps", ""]
    made = bill(vague, list(vague.inventory()))
    assert "F.2.2" not in {line.item for line in made.lines}
    assert any("drives are not counted" in note for note in made.notes)
    bare = with_cameras(city, lambda camera: replace(camera, recorder=""))
    assert values_of(bare)["drives_in_recorders", ""] is None
    assert values_of(bare)["storage_net_tb", ""] == values_of(city)["storage_net_tb", ""]
    assert values_of(bare)["recorders", ""] is None


def test_a_runtime_table_wins_over_the_formula() -> None:
    """Sagar's UPS have tables; without them the battery's energy counts."""
    city = shipped("sagar")
    by_table = lines_of(city)["battery_h", "sgr-j01"].design
    catalogue = {name: type_.model_copy(update={"runtime": ()}) for name, type_ in city.catalogue.items()}
    by_formula = lines_of(replace(city, catalogue=catalogue))["battery_h", "sgr-j01"].design
    assert by_table.value != by_formula.value
    assert by_table.value == pytest.approx(by_formula.value, rel=0.01)  # the shipped table was worked out
    assert any(each.name.startswith("runtime of") for each in by_table.inputs)
    assert not any(each.name.startswith("runtime of") for each in by_formula.inputs)
