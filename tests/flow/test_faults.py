"""Bad devices: each is a row with its reason, none is in sync, and none stops the others."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.flow.declaration import edit
from tests.flow.town import Town

CAMERA, SWITCH, RECORDER = "bsp-j02-c26", "bsp-agg2", "bsp-rec02"
BAD = (CAMERA, SWITCH, RECORDER)
OTHERS = ("bsp-j01-c01", "bsp-j03-sw1", "bsp-rec03")  # somebody changed something on these

# Fault: reason of the camera, the switch and the recorder.
UNREAD = {
    "dead": "no-answer",
    "silent": "no-answer",
    "slow": "no-answer",
    "wrong-password": "unauthorised",
}
DELAY_S = 3.0  # of an answer of a slow device: more than http_s below


@pytest.fixture
def hurried(deployed: Town) -> Town:
    """A town that waits less for silent devices, so that the tests do."""
    for name, seconds in {"connect_s": 2, "http_s": 2, "snmp_s": 0.5, "cli_read_s": 4, "device_s": 6}.items():
        edit(deployed.root / "pyinfra.cfg", rf"(?m)^{name} = .*$", f"{name} = {seconds}")
    return deployed


@pytest.mark.parametrize("fault", UNREAD)
def test_a_device_that_cannot_be_read_is_a_row_and_the_others_are_done(hurried: Town, fault: str) -> None:
    town = hurried
    _change(town, OTHERS)
    for device in BAD:
        town.hand.fault(device, fault, DELAY_S)
    plan = town.iccc("plan", "--format", "json", code=2).json["devices"]
    assert set(plan) == {*BAD, *OTHERS}
    assert {name: _reasons(plan[name]) for name in BAD} == dict.fromkeys(BAD, {UNREAD[fault]})

    town.hand.count_anew()
    done = town.deploy("--format", "json", code=3).json
    assert {(row["device"], row["status"]) for row in done["rows"]} == {(name, "applied") for name in OTHERS}
    assert done["summary"]["unknown"] == len(BAD)
    assert set(town.hand.written()) == set(OTHERS)
    assert max(town.hand.failures().values(), default=0) == 0, "nobody knocks again where a login was refused"
    left = town.drift(code=3)
    assert {finding["device"] for finding in left} == set(BAD)


def test_a_clock_that_went_back_to_2000_is_a_change_that_deploy_makes(deployed: Town) -> None:
    town = deployed
    for device in (CAMERA, RECORDER):
        town.hand.fault(device, "wrong-clock")
    findings = town.drift()
    assert {(f["device"], f["path"]) for f in findings} == {(CAMERA, "time.skew_s"), (RECORDER, "time.skew_s")}
    town.deploy()
    town.iccc("plan", code=0)


def test_a_device_that_says_yes_and_does_nothing_is_told_apart_and_tried_again_only_when_asked(deployed: Town) -> None:
    town = deployed
    _change(town, BAD)
    _change(town, OTHERS)
    for device in BAD:
        town.hand.fault(device, "accepts-and-ignores")
    done = town.deploy("--format", "json", code=2).json
    statuses = {(row["device"], row["status"]) for row in done["rows"]}
    assert {name for name, status in statuses if status == "accepted-not-applied"} == set(BAD)
    assert {name for name, status in statuses if status == "applied"} == set(OTHERS)

    town.hand.count_anew()
    town.deploy(code=2)
    assert not town.hand.written(), "what was not taken is not tried again by itself"
    assert {finding["device"] for finding in town.drift()} == set(BAD)

    for device in BAD:
        town.hand.lab.fault(device, "none")
    town.deploy("--retry")
    town.iccc("plan", code=0)


def _change(town: Town, devices: tuple[str, ...]) -> None:
    """Somebody changes one setting on each."""
    for device in devices:
        if device in town.city.switches:
            town.hand.type(device, "logging host 10.80.0.99")
        else:
            town.hand.set(device, "time_zone", "UTC0")


def _reasons(device: Mapping[str, list[dict[str, str]]]) -> set[str]:
    return {unknown["reason"] for unknown in device["unknown"]}
