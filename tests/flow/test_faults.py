"""Bad devices: each is a row with its reason, none is in sync, and none stops the others."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.flow.declaration import edit
from tests.flow.town import Town

CAMERA, SWITCH, RECORDER = BAD = ("bsp-j02-c26", "bsp-agg2", "bsp-rec02")
OTHERS = ("bsp-j01-c01", "bsp-j03-sw1")  # somebody changed something on these

# Three ways to give no answer, each on a camera, a switch and a recorder.
SILENT = {
    "dead": ("bsp-j02-c26", "bsp-agg2", "bsp-rec01"),
    "silent": ("bsp-j01-c21", "bsp-j02-sw1", "bsp-rec02"),
    "slow": ("bsp-j03-c41", "bsp-core2", "bsp-rec03"),
}
FEW_FAILURES = 2  # logins that a device may refuse before it is left alone: the common makes lock at five
DELAY_S = 3.0  # of an answer of a slow device: more than http_s below


@pytest.fixture
def hurried(deployed: Town) -> Town:
    """A town that waits less for silent devices, so that the tests do."""
    for name, seconds in {"connect_s": 2, "http_s": 2, "snmp_s": 0.5, "cli_read_s": 4, "device_s": 6}.items():
        edit(deployed.root / "pyinfra.cfg", rf"(?m)^{name} = .*$", f"{name} = {seconds}")
    return deployed


def test_devices_that_give_no_answer_are_rows_and_the_others_are_done(hurried: Town) -> None:
    town = hurried
    _change(town, OTHERS)
    for fault, devices in SILENT.items():
        for device in devices:
            town.hand.fault(device, fault, DELAY_S)
    bad = {device for devices in SILENT.values() for device in devices}
    plan = town.iccc("plan", "--format", "json", code=2).json["devices"]
    assert set(plan) == {*bad, *OTHERS}
    assert {name: _reasons(plan[name]) for name in bad} == dict.fromkeys(bad, {"no-answer"})
    _others_are_done(town, len(bad))


def test_devices_that_refuse_the_login_are_rows_and_nobody_knocks_again(deployed: Town) -> None:
    town = deployed
    _change(town, OTHERS)
    for device in BAD:
        town.hand.fault(device, "wrong-password")
    plan = town.iccc("plan", "--format", "json", code=2).json["devices"]
    assert {name: _reasons(plan[name]) for name in BAD} == dict.fromkeys(BAD, {"unauthorised"})
    assert set(town.hand.failures()) == set(BAD)
    assert max(town.hand.failures().values()) <= FEW_FAILURES

    town.hand.count_anew()
    _others_are_done(town, len(BAD))
    assert not town.hand.failures()
    town.drift()  # who typed on the others is told once
    assert {(f["device"], f["seen"]) for f in town.drift(code=3)} == {(name, "back-off") for name in BAD}


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
    assert {f["device"] for f in town.drift() if f["path"] != "history.changed_s"} == set(BAD)

    for device in BAD:
        town.hand.lab.fault(device, "none")
    town.deploy("--retry")
    town.iccc("plan", code=0)


def _others_are_done(town: Town, unknown: int) -> None:
    done = town.deploy("--format", "json", code=3).json
    assert {(row["device"], row["status"]) for row in done["rows"]} == {(name, "applied") for name in OTHERS}
    assert done["summary"]["unknown"] == unknown
    assert set(town.hand.written()) == set(OTHERS)


def _change(town: Town, devices: tuple[str, ...]) -> None:
    """Somebody changes one setting on each."""
    for device in devices:
        if device in town.city.switches:
            town.hand.type(device, "logging host 10.80.0.99")
        else:
            town.hand.set(device, "time_zone", "UTC0")


def _reasons(device: Mapping[str, list[dict[str, str]]]) -> set[str]:
    return {unknown["reason"] for unknown in device["unknown"]}
