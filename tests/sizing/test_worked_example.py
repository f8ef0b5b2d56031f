"""The worked example of a planner, to its digits: 523 cameras of Bilaspur at 4 Mb/s, 30 days, 10+2 drives of 16 TB."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from iccc.city.placement import fewest
from iccc.sizing.bandwidth import rings_by_bandwidth, rings_by_nodes, site_mbps
from iccc.sizing.power import battery_ah, battery_h, end_v, ups_load_w, ups_va
from iccc.sizing.result import Value
from iccc.sizing.storage import Raid, drives_in_recorder, drives_shared, net_tb, usable_tb
from iccc.sizing.whole import next_size
from tests.sizing.cities import assuming, at_kbps, lines_of, shipped, values_of, with_cameras

RAID = Raid(drive_tb=16, data=10, parity=2)
USABLE_TB = usable_tb(net_tb([4000] * 523, 30), 0.10, 0.20)
JUNCTION_W = [15.4] * 10 + [60.0] + [30.0] * 8 + [30.0] * 4  # fixed, PTZ, ANPR, RLVD
PORTS_W, BUDGET_W = [60.0] * 8, 240 * 0.8


def test_disk() -> None:
    assert round(net_tb([4000] * 523, 30), 1) == 677.8
    assert round(USABLE_TB, 1) == 894.7


def test_drives_on_shared_storage() -> None:
    drives = drives_shared(USABLE_TB, RAID, drives_per_spare=24)
    assert (drives.groups, drives.spares, drives.all, drives.raw_tb(RAID)) == (6, 3, 75, 1200)


def test_drives_inside_each_recorder() -> None:
    """One group each, and the standby has as many as any."""
    assert [drives_in_recorder(USABLE_TB / 9, RAID).all for _ in range(9)] == [12] * 9


def test_rings() -> None:
    """A junction takes 100 Mb/s: six on a ring of 1 Gb/s at 70 %. Four switches each, four on one of 16 nodes."""
    junction = site_mbps([4000] * 523, 0.1) / 23
    assert round(junction) == 100
    assert rings_by_bandwidth([junction] * 6, 1000, 0.7) == 1
    assert rings_by_bandwidth([junction] * 7, 1000, 0.7) == 2
    assert rings_by_bandwidth([junction] * 23, 1000, 0.7) == 4
    assert rings_by_nodes([4] * 23, 16) == 6


def test_four_switches_feed_574_w_though_three_would_by_the_sum() -> None:
    assert sum(JUNCTION_W) == pytest.approx(574)
    assert sum(JUNCTION_W) <= 3 * BUDGET_W
    assert fewest(PORTS_W, BUDGET_W, JUNCTION_W) == 4


def test_ups_of_a_junction() -> None:
    """713 W with three switches: 2 kVA of those sold, 36 V and 73 Ah for two hours, 146 Ah for four."""
    load_w = ups_load_w(574, psu_efficiency=0.9, switches_w=3 * 25, others_w=0)
    assert round(load_w) == 713
    assert next_size(ups_va(load_w, 0.9, 0.75), [1000, 2000, 3000]) == 2000
    volts = end_v(36, 2, 1.75)
    assert volts == 31.5
    ah = [battery_ah(load_w, hours, volts, 0.85, 1.25, 1.10) for hours in (2, 4)]
    assert [round(each) for each in ah] == [73, 146]


def test_the_ups_of_a_tender_does_not_last_four_hours() -> None:
    """3 kVA at power factor 0.9 is 2,700 W; 3,000 VAh, all of it above the end voltage, last 0.69 h, not 4."""
    assert round(battery_h(3000, 3000 * 0.9, 0.85, 1.25, 1.10), 2) == 0.69


@pytest.fixture(scope="module")
def example() -> Mapping[tuple[str, str], Value | None]:
    """The declared city, with main streams of 4 Mb/s and no others."""
    city = with_cameras(shipped("bilaspur"), lambda camera: at_kbps(camera, 4000))
    return values_of(assuming(city, sub_pulled=0, sub_recorded=0))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recorded_mbps", 2092),
        ("storage_net_tb", 677.8),
        ("storage_usable_tb", 894.7),
        ("drives_shared", 75),
        ("drives_shared_raw_tb", 1200),
        ("drives_in_recorders", 108),
        ("drives_in_standbys", 12),
        ("recorders", 9 + 1),
        ("core_mbps", 2301.2),
        ("rings_by_bandwidth", 4),
        ("rings_by_nodes", 6),
        ("rings", 6),
    ],
)
def test_the_declared_city_at_4_mbps(example: Mapping[tuple[str, str], Value | None], name: str, value: float) -> None:
    found = example[name, ""]
    assert isinstance(found, int | float)
    assert round(found, 1) == value


def test_a_junction_of_the_declared_city() -> None:
    """As it is today, without ports for growth: that is the expected case."""
    lines = lines_of(shipped("bilaspur"))
    watts, switches = (lines[name, "bsp-j01"].expected for name in ("poe_w", "poe_switches"))
    assert isinstance(watts.value, float)
    assert round(watts.value, 1) == 574
    assert (switches.value, switches.declared) == (4, 4)
