"""Laws of sizing, and the worked example of Bilaspur."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.city.model.catalogue import Runtime
from iccc.sizing.bandwidth import site_mbps
from iccc.sizing.fibre import fibre_m, optical_loss_db, splices
from iccc.sizing.people import displays, for_each, racks, staff
from iccc.sizing.power import energy_kwh, runtime_h
from iccc.sizing.recorders import recorders_needed
from iccc.sizing.storage import Raid, drives_in_recorder, drives_shared, net_tb, usable_tb
from iccc.sizing.whole import next_size, runs

KBPS = st.lists(st.integers(32, 65_536), max_size=50)
DAYS = st.integers(1, 600)
SHARE = st.floats(0, 1)

BILASPUR = [4000] * 523
RAID = Raid(drive_tb=16, data=10, parity=2)


def test_bilaspur() -> None:
    """523 cameras of 4 Mb/s, 30 days, 10 % overhead, 20 % growth; the figures are printed with these decimals."""
    assert site_mbps(BILASPUR, protocol_overhead=0) == pytest.approx(2092)
    assert round(net_tb(BILASPUR, retention_days=30), 1) == 677.8
    assert round(usable_tb(net_tb(BILASPUR, 30), fs_overhead=0.1, growth=0.2), 1) == 894.7
    assert round(site_mbps(BILASPUR, protocol_overhead=0.1) / 23) == 100
    assert round(site_mbps(BILASPUR, protocol_overhead=0.1) / 1000, 1) == 2.3


def test_recorders_of_bilaspur() -> None:
    """64 channels: nine and one in reserve. 894.7 TB usable on 10+2 drives of 16 TB each (160 TB) would do with six."""

    def needed(channels: int, mbps_each: float, tb_each: float) -> int:
        return recorders_needed(
            channels=523,
            mbps=site_mbps(BILASPUR, 0.1),
            usable_tb=usable_tb(net_tb(BILASPUR, 30), 0.1, 0.2),
            channels_each=channels,
            mbps_each=mbps_each,
            tb_each=tb_each,
            playback_share=0.25,
            failover=1,
        )

    assert needed(64, 1000, 160) == 9 + 1
    assert needed(256, 1000, 160) == 6 + 1  # disk
    assert needed(256, 400, 1000) == 8 + 1  # 2,301.2 Mb/s on 300 Mb/s each


@pytest.mark.parametrize(("channels", "mbps", "tb"), [(64, 7.5, 0.3), (64, 0.1 * 3 * 25, 0.1 + 0.2)])
def test_a_full_recorder_is_one_recorder(channels: int, mbps: float, tb: float) -> None:
    """A sum of decimal fractions, such as 0.1 + 0.2, does not ask for another one."""
    count = recorders_needed(
        channels, mbps, tb, channels_each=64, mbps_each=10, tb_each=0.3, playback_share=0.25, failover=0
    )
    assert count == 1


@given(st.integers(0, 9999), st.integers(0, 99_999), st.integers(0, 9999), st.integers(0, 3))
def test_recorders_are_enough_and_none_too_many(channels: int, mbps: int, tb: int, failover: int) -> None:
    count = recorders_needed(
        channels, mbps, tb, channels_each=64, mbps_each=400, tb_each=160, playback_share=0.25, failover=failover
    )

    def enough(recorders: int) -> bool:
        return channels <= recorders * 64 and mbps <= recorders * 300 and tb <= recorders * 160

    assert enough(count - failover)
    assert count == failover or not enough(count - failover - 1)


@given(KBPS, DAYS, SHARE)
def test_disk_is_bit_rate_times_time(kbps: list[int], days: int, duty: float) -> None:
    """From the definitions alone: bits a second, seconds a day, 8 bits a byte, 10^12 bytes a TB."""
    exact = Fraction(sum(kbps)) * 1000 * 86_400 * days / 8 / 10**12 * Fraction(duty)
    assert net_tb(kbps, days, duty) == pytest.approx(float(exact))


@given(KBPS, KBPS, SHARE)
def test_two_sites_need_what_each_needs(one: list[int], other: list[int], overhead: float) -> None:
    assert site_mbps(one + other, overhead) == pytest.approx(site_mbps(one, overhead) + site_mbps(other, overhead))
    assert net_tb(one + other, 30) == pytest.approx(net_tb(one, 30) + net_tb(other, 30))


@given(KBPS, st.integers(32, 65_536), DAYS, SHARE, SHARE)
def test_another_camera_needs_more(kbps: list[int], new: int, days: int, overhead: float, growth: float) -> None:
    assert site_mbps([*kbps, new], overhead) > site_mbps(kbps, overhead)
    before, after = net_tb(kbps, days), net_tb([*kbps, new], days)
    assert after > before
    assert usable_tb(after, overhead, growth) > usable_tb(before, overhead, growth)


@given(KBPS.filter(bool), st.integers(1, 1000), DAYS)
def test_a_higher_bit_rate_and_another_day_need_more(kbps: list[int], more: int, days: int) -> None:
    higher = [kbps[0] + more, *kbps[1:]]
    assert site_mbps(higher, 0.1) > site_mbps(kbps, 0.1)
    assert net_tb(higher, days) > net_tb(kbps, days)
    assert net_tb(kbps, days + 1) > net_tb(kbps, days)


@given(KBPS, SHARE, SHARE)
def test_usable_is_never_less_than_net(kbps: list[int], overhead: float, growth: float) -> None:
    assert usable_tb(net_tb(kbps, 30), overhead, growth) >= net_tb(kbps, 30)


def test_optical_loss() -> None:
    """12 km at 0.35 dB/km, two connectors of 0.5 dB, six splices of 0.1 dB: 4.2 + 1.0 + 0.6 dB."""
    assert optical_loss_db(12_000, 0.35, 2, 0.5, 6, 0.1) == pytest.approx(5.8)


@given(st.integers(0, 80_000), st.integers(0, 80_000), st.integers(0, 8), st.integers(0, 40))
def test_two_spans_lose_what_each_loses(one_m: int, other_m: int, connectors: int, splices: int) -> None:
    whole = optical_loss_db(one_m + other_m, 0.35, connectors, 0.5, splices + 1, 0.1)
    first = optical_loss_db(one_m, 0.35, connectors, 0.5, splices, 0.1)
    assert whole == pytest.approx(first + optical_loss_db(other_m, 0.35, 0, 0.5, 1, 0.1))
    assert whole > first


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_more_footage_needs_no_fewer_drives(one_tb: float, more_tb: float) -> None:
    less, more = sorted((one_tb, one_tb + more_tb))
    assert drives_shared(less, RAID, 24).all <= drives_shared(more, RAID, 24).all
    assert drives_in_recorder(less, RAID).all <= drives_in_recorder(more, RAID).all
    drives = drives_shared(more, RAID, 24)
    assert drives.groups * RAID.group_tb >= more - 1e-6
    assert (drives.groups - 1) * RAID.group_tb < more or not more
    assert drives.spares * 24 >= drives.drives


def test_a_recorder_has_a_group_however_little_it_records() -> None:
    assert drives_in_recorder(0, RAID).all == 12
    assert drives_in_recorder(160, RAID).all == 12
    assert drives_in_recorder(160.1, RAID).all == 24
    assert drives_shared(0, RAID, 24).all == 0


def test_fibre_to_buy() -> None:
    """5 km of route, 10 % slack, 12 joints with 20 m of loop: 5,500 and 240 m. A span of 4 km has two splices."""
    assert fibre_m(5000, 0.1, 12, 20) == pytest.approx(5740)
    assert [splices(span_m, 2000) for span_m in (1999, 2000, 4000, 4001)] == [0, 1, 2, 2]


@pytest.mark.parametrize(
    ("load_w", "hours"),
    [(100, 8.0), (500, 8.0), (1000, 4.0), (750, 6 - 4 / 6), (1001, None)],
)
def test_a_runtime_table(load_w: float, hours: float | None) -> None:
    """8 h at 500 W and 4 h at 1,000 W: 5 1/3 h at 750 W, as the same energy gives; outside nothing is promised."""
    table = (Runtime(load_w=1000, minutes=240), Runtime(load_w=500, minutes=480))
    found = runtime_h(table, load_w)
    assert found is None if hours is None else found == pytest.approx(hours)


def test_no_table_promises_nothing() -> None:
    assert runtime_h((), 100) is None


@given(st.lists(st.floats(0.1, 100), max_size=40), st.floats(1, 300))
def test_runs_hold_their_limit_and_are_the_fewest(sizes: list[float], limit: float) -> None:
    """By dynamic programming: the fewest cuts of the row."""
    best = [0.0]
    for end in range(1, len(sizes) + 1):
        starts = (at for at in range(end) if end - at == 1 or sum(sizes[at:end]) <= limit * (1 + 1e-9))
        best.append(min(best[at] + 1 for at in starts))
    assert runs(sizes, limit) == best[-1]


def test_a_full_run_is_one() -> None:
    assert runs([0.1] * 10, 1.0) == 1
    assert runs([0.1] * 11, 1.0) == 2
    assert runs([], 1.0) == 0


def test_sizes_as_sold() -> None:
    assert next_size(72.9, [26, 75, 100]) == 75
    assert next_size(75, [26, 75, 100]) == 75
    assert next_size(100.1, [26, 75, 100]) is None


def test_rooms_and_people() -> None:
    """523 cameras: 11 seats of 50, 3 shifts with 20 % relief are 40 people; a fifth of them on displays of nine: 12."""
    assert for_each(523, 50) == 11
    assert staff(11, 3, 1.2) == 40
    assert displays(523, 0.2, 9) == 12
    assert racks(34, 42, 0.8) == 2
    assert energy_kwh(1000, 730) == 730
