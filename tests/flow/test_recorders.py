"""Channels of recorders: what somebody did to them is found exactly, and put right by one deploy."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from tests.flow.town import Town
from tests.support import rows_of

REC1, REC2 = "bsp-rec01", "bsp-rec02"
ELSEWHERE = "rtsp://10.9.9.9:554/live"
SEEDS: dict[tuple[str, str], tuple[str, Any]] = {  # what is set in the lab, and the path of the finding
    (REC1, "channels[bsp-j01-c01].address"): ("channels.1.uri", ELSEWHERE),
    (REC1, "channels[bsp-j01-c02].records"): ("channels.2.job", "Idle"),
    (REC1, "channels[bsp-j01-c03]"): ("channels.3.job", None),
    (REC1, "channels[channel-60]"): ("channels.60.uri", ELSEWHERE),
    (REC2, "channels[bsp-j02-c01].login"): ("channels.1.password", "somebody's"),
}
LEFT = (REC1, "channels[channel-60]")  # nobody has declared it, and nobody takes it away


def bound(town: Town, recorder: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = town.hand.lab.call("channels", device=recorder)["channels"]
    return found


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


WAIVED = """\
schema: waivers/v1
waivers:
  - {check: recorded, scope: bsp-j01&kind:camera, reason: the recorder is repaired, approver: Network engineer,
     given_on: 2020-01-01, expires: 2099-12-31}
"""


def test_what_was_done_to_channels_is_found_exactly_and_put_right_by_one_deploy(deployed: Town) -> None:
    town = deployed
    before = {recorder: bound(town, recorder) for recorder in (REC1, REC2)}
    assert {one["state"] for channels in before.values() for one in channels.values()} == {"Active"}
    for (recorder, _), (path, value) in SEEDS.items():
        town.hand.set(recorder, path, value)
    until(lambda: bound(town, REC2)["1"]["state"] == "Error")
    town.hand.count_anew()

    found = {(one["device"], one["path"]) for one in town.drift("--limit", "kind:recorder")}
    assert found == {*SEEDS, (REC1, "channels[bsp-j01-c01].stream")}
    listed = town.iccc("channels", "--limit", "kind:recorder", "--format", "json", code=2).json
    assert (listed["differs"], listed["missing"], listed["extra"], listed["bound"]) == (3, 1, 1, 20)
    checks = town.iccc("verify", "--limit", "bsp-j01-c02", code=2).out
    checks = " ".join(rows_of(checks))
    assert "recorded bsp-j01-c02" in checks and "its recording job is idle" in checks
    waivers = town.root / "cities" / "bilaspur" / "waivers.yaml"
    waivers.write_text(WAIVED, encoding="utf-8")
    accepted = town.iccc("verify", "--limit", "bsp-j01-c02", code=0).out
    waivers.unlink()
    accepted = " ".join(rows_of(accepted))
    assert "0 failed, 0 unknown, 1 waived." in accepted and "(waived by Network engineer until 2099-12-31: " in accepted
    cases = ET.parse(town.root / "out" / "bilaspur" / "verify.xml").getroot().iter("testcase")
    assert [case.get("name") for case in cases if case.find("skipped") is not None] == ["test_recorded[bsp-j01-c02]"]
    assert not town.hand.written()

    town.deploy("--limit", "kind:recorder")
    assert set(town.hand.written()) == {REC1, REC2}
    assert {(one["device"], one["path"]) for one in town.drift("--limit", "kind:recorder")} == {LEFT}
    town.hand.set(REC1, "channels.60.job", None)  # by hand, on its page
    town.drift("--limit", "kind:recorder", code=0)
    until(lambda: all(one["state"] == "Active" for one in bound(town, REC2).values()))
    after = bound(town, REC1)
    assert {number: after[number]["uri"] for number in before[REC1]} == {
        number: one["uri"] for number, one in before[REC1].items()
    }
    managed = town.managed()
    said = "".join(done.out + done.err for done in town.said)
    assert not any(managed[camera, "recorder"] in said for camera, user in managed if user == "recorder")
    assert not any(counted["lockouts"] for counted in town.hand.lab.counters().values())
