"""Two cameras that hang each on the other's port are one finding; three that went round are one each."""

from __future__ import annotations

from iccc.city.devices import Camera
from iccc.drift.roots_swapped import is_swap
from tests.drift.readings import Reading, after, city

SITE = "bsp-j05"


def cameras() -> list[Camera]:
    """Three of the site that are known by their hardware address."""
    return [one for one in city().cameras.values() if one.site == SITE and one.mac][:3]


def moved(reading: Reading, camera: Camera, to: Camera) -> None:
    """Its address is learned where another one hangs."""
    (vlan, _), *_ = before(to)
    reading.tell_port(to.switch, to.port, macs=frozenset({(vlan, camera.mac)}))


def before(camera: Camera) -> list[tuple[int, str]]:
    macs = after(SITE).port(camera.switch, camera.port).macs
    assert isinstance(macs, frozenset)
    return sorted(macs)


def test_two_that_are_swapped_are_one_finding() -> None:
    one, two, _ = cameras()
    reading = after(SITE)
    moved(reading, one, two)
    moved(reading, two, one)
    (finding,) = reading.findings()
    assert (finding.device, [under.device for under in finding.under]) == (one.name, [two.name])
    assert f"swapped with {two.name}" in finding.text
    assert f"{one.name} and {two.name}" in finding.next_step
    assert is_swap(finding)


def test_three_that_went_round_are_no_pair() -> None:
    one, two, three = cameras()
    reading = after(SITE)
    for camera, to in ((one, two), (two, three), (three, one)):
        moved(reading, camera, to)
    found = reading.findings()
    assert sorted(finding.device for finding in found) == sorted(camera.name for camera in (one, two, three))
    assert not any(map(is_swap, found))
