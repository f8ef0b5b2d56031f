"""Laws of the finders: a city as declared gives nothing, one difference gives one finding, and the same one again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.past import WRAP_S, Past
from tests.drift.readings import DAY, NOW, UPTIME_S, Reading, after, changed, city, settled
from tests.drift.seeds import SEEDS

SITES = sorted(code for code, site in city().sites.items() if site.chain is not None)[::6]
SITE = SITES[0]
TIMES = 10  # each seed, at as many places


def test_a_city_as_declared_gives_nothing_today_nor_later() -> None:
    past: Mapping[str, Past] = {}
    for days in range(8):
        reading = Reading(SITE, NOW + days * DAY, past)
        assert reading.told() == []
        past = reading.learn()


@pytest.mark.parametrize("number", range(len(SEEDS)), ids=[seed.__name__ for seed in SEEDS])
def test_one_difference_gives_exactly_its_finding(number: int) -> None:
    dice = Random(number)
    for _ in range(TIMES):
        site = dice.choice(SITES)
        reading = after(site)
        try:
            key = SEEDS[number](reading, site, dice)
        except IndexError:  # no such camera on this site
            continue
        first = reading.findings()
        assert [(f.device, str(f.class_), f.path) for f in first] == [key], [f.text for f in first]
        (finding,) = first
        assert finding.where and finding.site and finding.text and "\n" not in finding.text
    assert [f.id for f in reading.findings()] == [finding.id], "the same reading gives the same id"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_counters_that_move_wrap_or_begin_anew_give_at_most_a_restart(data: st.DataObject) -> None:
    """Errors below one in a thousand, or a sum that has gone back; of a restart, only the restart is told."""
    reading = after(SITE)
    expected = []
    names = [name for name in reading.seen if name in city().switches]
    for name in data.draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
        what = data.draw(st.sampled_from(["moves", "wraps", "restarts", "uptime wraps"]))
        packets = data.draw(st.integers(0, 10**9 - 1))
        errors = data.draw(st.integers(0, max(9, (packets - 1) // 1000)))
        counted = {"packets": packets, "errors": 1000 * errors + 17}
        if what == "moves":
            counted = {"packets": 10**9 + packets, "errors": 17 + errors}
        elif what == "restarts":
            counted = {"packets": 10**9 + packets, "errors": 1000 * errors + 17}  # more than before, and not since
            reading.tell(
                name, uptime_s=data.draw(st.floats(1, DAY.total_seconds())), history=changed((2.0, None), saved_s=0.0)
            )
            expected.append((name, "operational", "uptime_s"))
        elif what == "uptime wraps":
            was = WRAP_S - data.draw(st.floats(0, DAY.total_seconds() - 60))
            reading.past[name] = Past(NOW + 5 * DAY, was, ports=settled(SITE)[name].ports)
            reading.tell(name, uptime_s=was + DAY.total_seconds() - WRAP_S, history=None)
        for port in city().switches[name].ports:
            reading.tell_port(name, port, **counted)
    assert sorted(reading.told()) == sorted(expected)


def test_what_an_event_tells_is_told_once() -> None:
    """A restart, another unit, a change by somebody: the next reading knows them."""
    for seed in SEEDS:
        if seed.__name__ not in ("restarted", "other_firmware", "changed_outside"):
            continue
        reading = after(SITE)
        seed(reading, SITE, Random(1))
        assert len(reading.told()) == 1
        reading.past = reading.learn()
        reading.at += timedelta(minutes=5)
        assert reading.told() == [], seed.__name__


def test_what_stands_is_found_again() -> None:
    """Learning takes no stranger for a friend."""
    for seed in SEEDS:
        if seed.__name__ in (
            "stranger_on_a_camera_port",
            "stranger_on_a_free_port",
            "duplicate_address",
            "camera_moved",
        ):
            reading = after(SITE)
            key = seed(reading, SITE, Random(2))
            for _ in range(2):
                assert reading.told() == [key]
                reading.past = reading.learn()


def test_the_first_reading_learns_what_no_declaration_and_no_device_tells() -> None:
    """A camera that was not asked, without a declared address: whatever is on its port belongs to it from then on."""
    camera = next(c for n in Reading(SITE).seen if (c := city().cameras.get(n)) and c.mac is None)
    reading = Reading(SITE)
    reading.forget(camera.name)
    reading.tell_port(camera.switch, camera.port, macs=frozenset({(camera.vlan, "02:11:11:00:00:01")}))
    arp = reading.facts("bsp-core1").arp
    reading.tell("bsp-core1", arp={k: v for k, v in arp.items() if k != camera.address})  # type: ignore[union-attr]
    reading.tell("bsp-core2", arp=None)
    assert reading.told() == []
    reading.past = reading.learn()
    assert reading.told() == []
    reading.tell_port(camera.switch, camera.port, macs=frozenset({(camera.vlan, "02:22:22:00:00:01")}))
    for _ in range(2):
        assert reading.told() == [(camera.switch, "topology", f"ports[{camera.port}].macs")]
        reading.past = reading.learn()


def test_a_device_that_is_silent_keeps_its_past() -> None:
    from iccc.compare import Unread
    from iccc.errors import Reason
    from iccc.observed import Observed

    reading = after(SITE)
    nothing = Unread(Reason.NO_ANSWER, "no answer")
    name = next(n for n in reading.seen if n in city().cameras)
    reading.seen[name] = Observed(name, nothing, None, reading.at)
    assert reading.learn()[name] == settled(SITE)[name]
    assert settled(SITE)[name].serial
    assert UPTIME_S > 0
