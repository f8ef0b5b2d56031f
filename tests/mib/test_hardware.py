"""PoE, entities and optical power: laws, and how a PoE port's number becomes an interface. Cases are in ``cases/``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.mib import entity, optics, poe
from iccc.mib.values import Columns

NOBODY = "1.3.6.1.4.1.99999.1"


@given(st.floats(1e-3, 1e5))
def test_microwatts_and_dbm_are_two_words_for_one_power(microwatts: float) -> None:
    assert 10 ** (optics.dbm(microwatts) / 10) * 1000 == pytest.approx(max(microwatts, 0.1))


@given(st.integers(-400, 100), st.sampled_from([(8, -3), (9, 0)]), st.integers(0, 3))
def test_scale_and_precision_move_the_point_only(tenths: int, scale: tuple[int, int], precision: int) -> None:
    code, power = scale
    raw = tenths * 10 ** (precision + -power) // 10
    type_, scale_, precision_, value, _ = optics.CISCO
    columns: Columns = {
        type_: {(7,): 14}, scale_: {(7,): code}, precision_: {(7,): precision}, value: {(7,): raw},
        entity.CLASS: {(7,): 8}, entity.DESCR: {(7,): b"Gi1/0/1 Receive Power Sensor"},
    }  # fmt: skip
    found = optics.parse(columns, entity.parse(columns), {1: "Gi1/0/1"})
    if raw != -1:  # what agents say for "none"
        assert found[1].rx_dbm == pytest.approx(max(raw * 10.0 ** (power - precision), -40), abs=0.006)


def test_no_light_is_no_missing_value() -> None:
    assert optics.dbm(0) == -40


@pytest.mark.parametrize("object_id", [None, "", NOBODY, "1.3.6.1.4.1.9.1.617", "1.3.6.1.4.1.9.6.1.95.28"])
def test_the_standard_is_asked_for_where_no_vendor_replaces_it(object_id: str | None) -> None:
    assert poe.PORTS in poe.tables_for(object_id)
    assert optics.tables_for(object_id)


def test_the_platform_knows_its_numbers_better_than_chance() -> None:
    columns: Columns = {poe.DETECTION: {(1, 1): 3, (1, 2): 2}}
    ports = frozenset({1, 2, 10101, 10102})
    assert set(poe.parse(columns, {(1, 1): 10101, (1, 2): 10102}, ports)) == {10101, 10102}
    assert set(poe.parse(columns, {}, ports)) == {1, 2}
    assert set(poe.parse(columns, {(1, 1): 10101}, ports)) == {10101}


def test_tplink_numbers_its_ports_as_the_first_unit() -> None:
    columns: Columns = {poe.TPLINK_STATUS: {(5,): 2, (6,): 3}, poe.TPLINK_POWER: {(5,): 64, (6,): 0}}
    found = poe.parse(columns, {(1, 5): 49157, (1, 6): 49158}, frozenset())
    assert (found[49157].watts, found[49157].delivering) == (6.4, True)
    assert (found[49158].denied, found[49158].watts) == (True, 0.0)


def test_a_port_without_the_vendors_word_is_not_known_to_be_denied() -> None:
    columns: Columns = {poe.DETECTION: {(1, 1): 2}}
    found = poe.parse(columns, {}, frozenset({1}))[1]
    assert (found.denied, found.watts) == (None, None)
