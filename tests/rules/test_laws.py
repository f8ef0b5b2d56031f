"""Laws of the rules that count: what is too much for some cameras is too much for more of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.city.devices import Camera, City
from iccc.city.load import city_names, load_city
from iccc.rules import (
    addresses,
    lifecycle,
    network,
    optics,
    power,
    recording,
    retention,
    stages,
    time_and_logs,
)
from iccc.rules.all import RULES
from iccc.rules.rule import Outcome
from iccc.sizing.traffic import pulled_kbps, standing

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 7, 1)
IN_FORCE = date(2027, 6, 1)  # when every rule is
FAMILIES = (addresses, lifecycle, network, optics, power, recording, retention, stages, time_and_logs)
ENGINEERING = tuple(rule for family in FAMILIES for rule in family.RULES)
GROWING = (*network.RULES, recording.recorder_throughput, recording.recorder_disk, recording.standby_size)


@cache
def sagar() -> City:
    return load_city(ROOT, "sagar")


def fails(city: City) -> set[tuple[str, str]]:
    """(rule, subject) of every failure of the rules that count cameras."""
    return {
        (rule.id, row.subject) for rule in GROWING for row in rule.judge(city, TODAY) if row.outcome is Outcome.FAIL
    }


def with_cameras(city: City, cameras: Mapping[str, Camera]) -> City:
    return replace(city, cameras=cameras)


@given(st.data(), st.floats(0.01, 1), st.floats(0, 0.97))
def test_more_cameras_turn_no_failure_into_a_pass(data: st.DataObject, utilisation: float, reserve: float) -> None:
    sizing = sagar().sizing.model_copy(update={"max_utilisation": utilisation, "recorder_reserve": reserve})
    city = replace(sagar(), sizing=sizing)
    codes = sorted(city.sites)
    more = {code: data.draw(st.integers(0, 10), label=code) for code in codes}
    fewer = {code: data.draw(st.integers(0, more[code])) for code in codes}

    def of(counts: Mapping[str, int]) -> City:
        left = dict(counts)
        cameras = {}
        for name, camera in city.cameras.items():
            if left[camera.site] > 0:
                left[camera.site] -= 1
                cameras[name] = camera
        return with_cameras(city, cameras)

    assert fails(of(fewer)) <= fails(of(more))


@given(st.floats(1, 20), st.integers(1, 500))
def test_higher_bit_rates_and_more_days_turn_no_failure_into_a_pass(times: float, days: int) -> None:
    city = sagar()
    cameras = {
        name: replace(
            camera,
            retention_days=camera.retention_days + days,
            streams={
                role: replace(stream, bitrate_kbps=int(stream.bitrate_kbps * times))
                for role, stream in camera.streams.items()
            },
        )
        for name, camera in city.cameras.items()
    }
    assert fails(city) <= fails(with_cameras(city, cameras))


def test_every_camera_crosses_the_links_that_lead_to_the_core() -> None:
    """A link of the core that a brute-force walk finds above a camera's ring carries it in the worst case."""
    city = sagar()
    core = city.declared.core.file
    for link in core.links:
        a, b = (end.partition(" ")[0] for end in (link.a, link.b))
        if {city.switches[a].role, city.switches[b].role} == {"core"}:
            continue
        below = a if b in city.switches[a].upstream else b
        chains = {ln.chain for ln in city.links if ln.chain and below in (ln.a, ln.b)}
        sites = {site for chain in chains for site in city.chains[str(chain)].sites}
        behind = [camera for camera in standing(city) if camera.site in sites]
        mbps = sum(pulled_kbps(camera, city.sizing) for camera in behind) / 1000 * (1 + city.sizing.protocol_overhead)
        for slack, fits in ((0.001, True), (-0.001, False)):
            share = (mbps + slack) / link.speed_mbps
            sized = replace(city, sizing=city.sizing.model_copy(update={"max_utilisation": share}))
            rows = {row.subject: row.outcome for row in network.core_link_bandwidth.judge(sized, TODAY)}
            assert (rows[link.a] is Outcome.PASS) == fits


def test_a_city_without_cameras_is_judged() -> None:
    empty = with_cameras(sagar(), {})
    assert not fails(empty)
    for rule in RULES:
        list(rule.judge(empty, TODAY))


@pytest.mark.parametrize("city", city_names(ROOT))
def test_the_shipped_cities_keep_the_rules_of_engineering(city: str) -> None:
    """Gaps of the sources are about counts, officers and third parties, never about the network."""
    shipped = load_city(ROOT, city)
    rows = [(rule.id, row) for rule in ENGINEERING for row in rule.judge(shipped, IN_FORCE)]
    assert [(rule, row.subject, row.text) for rule, row in rows if row.outcome is not Outcome.PASS] == []
    assert len(rows) > len(shipped.cameras)
