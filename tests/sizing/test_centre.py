"""Power of the centre, and third parties' cameras: by hand, and that more of anything needs no less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.sizing.power import battery_h, battery_wh, cooling_tr, generator_kva
from tests.sizing.cities import assuming, lines_of, shipped, values_of

W = st.floats(0, 1e6)


def test_the_centre_of_bilaspur_by_hand() -> None:
    values = values_of(shipped("bilaspur"))
    load = (4160 + 22 * 250 + 12 * 300) * 1.25  # devices (as in centre_kwh_month), seats, wall, reserve
    assert values["centre_load_w", ""] == pytest.approx(load)
    assert values["centre_ups_va", ""] == pytest.approx(load / 0.9 / 0.75)
    assert values["centre_battery_kwh", ""] == pytest.approx(load * 0.5 / 0.85 * 1.25 * 1.1 / 1000)
    assert values["centre_cooling_tr", ""] == pytest.approx(load / 3516.85)
    assert values["centre_generator_kva", ""] == pytest.approx((load / 0.88 + load * 0.8) / 0.8 / 0.75 / 1000)


@given(W, W, st.floats(0.1, 24), st.floats(0.3, 1))
def test_a_larger_load_needs_no_less(load: float, more: float, hours: float, efficiency: float) -> None:
    assert battery_wh(load + more, hours, efficiency, 1.25, 1.1) >= battery_wh(load, hours, efficiency, 1.25, 1.1)
    assert cooling_tr(load + more) >= cooling_tr(load)
    assert generator_kva(load + more, more, efficiency, 0.8, 0.75) >= generator_kva(load, 0, efficiency, 0.8, 0.75)
    assert cooling_tr(load) + cooling_tr(more) == pytest.approx(cooling_tr(load + more))


@given(st.floats(1, 1e6), st.floats(0.1, 24), st.floats(0.3, 1))
def test_a_battery_of_that_energy_lasts_that_long(load: float, hours: float, efficiency: float) -> None:
    energy = battery_wh(load, hours, efficiency, 1.25, 1.1)
    assert battery_h(energy, load, efficiency, 1.25, 1.1) == pytest.approx(hours)


def test_third_parties_of_kanpur_by_hand() -> None:
    lines = lines_of(shipped("kanpur"))
    assert lines["third_party_cameras", "linked"].design.value == 1719 - 624
    assert lines["third_party_cameras", "within-a-month"].design.value == 5000
    cameras = lines["third_party_cameras", ""]
    assert cameras.design.value == 6095
    mbps = lines["third_party_mbps", ""]
    assert mbps.design.value == pytest.approx(6095 * 2.5 * 1.1)
    assert mbps.expected.value == pytest.approx(6095 * 2.5 * 0.2 * 1.1)
    assert lines["third_party_usable_tb", ""].design.value == 0  # owners record


def test_what_the_centre_records_of_third_parties_needs_disk() -> None:
    recording = values_of(assuming(shipped("kanpur"), third_party_recorded=0.5, third_party_days=7))
    assert recording["third_party_usable_tb", ""] == pytest.approx(6095 * 2.5 * 0.5 * 0.0108 * 7 * 1.1 * 1.2)
    assert recording["storage_usable_tb", ""] == values_of(shipped("kanpur"))["storage_usable_tb", ""]


def test_a_number_that_nobody_knows_is_not_worked_out() -> None:
    lines = lines_of(shipped("sagar"))
    assert lines["third_party_cameras", ""].design.value is None
    assert "no number is known of private" in lines["third_party_cameras", ""].design.about
    assert lines["third_party_mbps", ""].design.value is None


def test_a_part_of_a_city_has_no_third_parties() -> None:
    city = shipped("kanpur")
    part = [device for device in city.inventory() if device.site == "knp-j01"]
    assert not any(name.startswith("third_party") for name, _ in lines_of(city, part))
    assert ("third_party_mbps", "") in lines_of(city)
