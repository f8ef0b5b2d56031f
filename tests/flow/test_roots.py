"""What is silent because of something else stands behind that: one finding for each root."""

from __future__ import annotations

import time

from tests.flow.town import Town
from tests.support import rows_of

EXTRA_S = 15.0  # what dead devices may cost a run: issue 2


def test_a_dead_switch_is_one_finding_and_costs_seconds(deployed: Town) -> None:
    town = deployed
    alive_s = _seconds_of_a_plan(town, code=0)
    town.hand.cut_power("bsp-j03-sw2")
    assert _seconds_of_a_plan(town, code=3) - alive_s <= EXTRA_S

    (root,) = town.drift(code=3)
    assert (root["device"], root["class"], root["severity"]) == ("bsp-j03-sw2", "reach", "critical")
    assert root["behind"] == _cameras_of(town, "bsp-j03-sw2")


def test_switches_that_only_dead_ones_lead_to_are_one_finding_with_them(deployed: Town) -> None:
    town = deployed
    ring = ["bsp-j01-sw1", "bsp-j01-sw2", "bsp-j02-sw1", "bsp-j02-sw2"]
    # The ring is open at both ends: what is between has power, and no way out.
    town.hand.cut_power(ring[0])
    town.hand.cut_power(ring[-1])
    (root,) = town.drift(code=3)
    assert sorted([root["device"], *root["behind"]]) == sorted([*ring, *_cameras_of(town, *ring)])


def test_several_roots_at_once_are_one_finding_each(deployed: Town) -> None:
    town = deployed
    cameras = town.city.cameras
    unpowered, misplaced, unplugged = cameras["bsp-j02-c41"], cameras["bsp-j01-c04"], cameras["bsp-j02-c03"]
    town.hand.cut_power("bsp-j03-sw1")
    town.hand.type(unpowered.switch, f"interface {unpowered.port}", "power inline never")
    town.hand.type(misplaced.switch, f"interface {misplaced.port}", "switchport access vlan 202")
    town.hand.cut_cable(unplugged.switch, unplugged.port)

    findings = town.drift()
    assert {(f["device"], f["path"]): f["behind"] for f in findings} == {
        ("bsp-j03-sw1", ""): _cameras_of(town, "bsp-j03-sw1"),
        (unpowered.switch, f"ports[{unpowered.port}].poe"): [unpowered.name],
        (misplaced.switch, f"ports[{misplaced.port}].access_vlan"): [misplaced.name],
        (unplugged.name, ""): [],
        (unpowered.switch, "history.changed_s"): [],  # the switches say who typed, too
        (misplaced.switch, "history.changed_s"): [],
    }
    (lonely,) = (finding for finding in findings if finding["device"] == unplugged.name)
    port = f"{unplugged.switch} {unplugged.port}"
    assert f"{port}: the port delivers no power, its link is down" in lonely["text"]
    told = town.iccc("plan", code=2)
    assert f"{len(_cameras_of(town, 'bsp-j03-sw1')) + 4} devices unknown" in told.out

    town.hand.set(unpowered.name, "hostname", "asleep")
    done = town.deploy("--format", "json", code=3).json
    assert {row["device"] for row in done["rows"]} == {unpowered.switch, misplaced.switch, unpowered.name}
    assert {row["status"] for row in done["rows"]} == {"applied"}
    assert {finding["device"] for finding in town.drift(code=3)} == {"bsp-j03-sw1", unplugged.name}


def test_a_cut_fibre_of_a_ring_loses_no_camera_and_is_one_finding_of_both_ends(deployed: Town) -> None:
    town = deployed
    town.hand.cut_cable("bsp-j01-sw2", "GigabitEthernet1/10")
    assert not town.hand.lab.unreachable(), "the ring goes the other way round"
    (root,) = town.drift(code=None)
    assert (root["device"], root["path"]) == ("bsp-j01-sw2", "ports[GigabitEthernet1/10].link")
    assert "bsp-j02-sw1 GigabitEthernet1/9 is down" in root["text"] and "ring r1 is open" in root["text"]
    explained = town.iccc("explain", root["id"], code=0).out
    assert "Way from the core" in explained and "ifOperStatus" in explained
    told = " ".join(rows_of(town.iccc("verify", code=2).out))
    for end, other in (
        ("bsp-j01-sw2-GigabitEthernet1/10", "bsp-j02-sw1"),
        ("bsp-j02-sw1-GigabitEthernet1/9", "bsp-j01-sw2"),
    ):
        assert f"neighbour {end}" in told
        assert f"declared {other}" in told


def _seconds_of_a_plan(town: Town, code: int) -> float:
    began = time.monotonic()
    town.iccc("plan", code=code)
    return time.monotonic() - began


def _cameras_of(town: Town, *switches: str) -> list[str]:
    """The cameras that hang on these switches."""
    return [camera.name for camera in town.city.cameras.values() if camera.switch in switches]
