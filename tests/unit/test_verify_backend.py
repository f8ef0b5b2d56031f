"""What the acceptance tests are told of ports: what was not read is not known, and nothing that fails."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from iccc.city.devices import StreamProfile
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.pictures import Doubt, Hint
from iccc.sessions.rtsp import StreamDescription
from iccc.switch.seen import Neighbour
from iccc.verify.backend import UNKNOWN, DeviceBackend
from iccc.verify.evidence import Evidence
from iccc.verify.pictures import PictureSeen
from iccc.verify.streams import StreamSeen
from tests.field.test_city import judge
from tests.support import NOW
from tests.unit.states import as_declared, bilaspur

CITY = bilaspur()
CAMERA = next(iter(CITY.cameras.values()))
SWITCH = CITY.switches[CAMERA.switch]
UPLINK = next(port for port in SWITCH.ports.values() if port.peer_port)
LATE = Unread(Reason.NO_ANSWER, "not read before the deadline of the device")


def answer(device: str, question: str, **facts: Any) -> Any:
    observed = {name: as_declared(CITY.device(name), CITY) for name in (CAMERA.name, SWITCH.name)}
    seen = observed[SWITCH.name]
    observed[SWITCH.name] = replace(seen, facts=replace(seen.facts, **facts))
    return DeviceBackend(device, evidence=Evidence(CITY, NOW, observed)).run(question)


@pytest.mark.parametrize("part", ["lldp", "interfaces"])
def test_a_neighbour_is_unknown_while_lldp_is_unread(part: str) -> None:
    said = answer(SWITCH.name, f"neighbour {UPLINK.name}", unread={part: LATE})
    assert (said.rc, said.stderr) == (UNKNOWN, f"unknown: {LATE.text}")


@pytest.mark.parametrize("part", ["poe", "fdb", "interfaces"])
def test_a_port_is_unknown_while_power_or_addresses_are_unread(part: str) -> None:
    assert answer(CAMERA.name, "port", unread={part: LATE}).rc == UNKNOWN


def test_other_parts_do_not_matter() -> None:
    seen = as_declared(SWITCH, CITY).facts.ports  # type: ignore[union-attr]
    heard = {
        **seen,
        UPLINK.name: replace(seen[UPLINK.name], neighbours=(Neighbour(UPLINK.device, None, UPLINK.peer_port),)),
    }
    said = answer(SWITCH.name, f"neighbour {UPLINK.name}", ports=heard, unread={"fdb": LATE, "optics": LATE})
    assert (said.rc, json.loads(said.stdout)["sys_name"]) == (0, UPLINK.device)


def test_a_hint_a_doubt_and_a_picture_that_was_not_seen() -> None:
    seen = PictureSeen("704x396", Hint("black: all of it"), None, Doubt("not known yet"))
    evidence = Evidence(CITY, NOW, {}, pictures={CAMERA.name: seen})
    backend = DeviceBackend(CAMERA.name, evidence=evidence)
    assert json.loads(backend.run("picture black").stdout) == {"figures": "704x396", "hint": "black: all of it"}
    assert json.loads(backend.run("picture frozen").stdout) == {"figures": "704x396"}
    doubt = backend.run("picture defocused")
    assert (doubt.rc, doubt.stderr) == (UNKNOWN, "unknown: not known yet")
    unseen = DeviceBackend(CAMERA.name, evidence=replace(evidence, pictures={CAMERA.name: LATE}))
    assert unseen.run("picture black").rc == UNKNOWN


def test_described_and_played_are_told_apart() -> None:
    seen = StreamSeen(StreamDescription("H264", None, None), LATE)
    backend = DeviceBackend(CAMERA.name, evidence=Evidence(CITY, NOW, {}, {(CAMERA.name, "main"): seen}))
    assert json.loads(backend.run("stream main").stdout) == {"codec": "H264"}
    assert backend.run("keyframe main").rc == UNKNOWN


MAIN = StreamProfile("main", "H264", 1920, 1080, 25, 4096, 50, CAMERA.where)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({"codec": "H264", "width_px": 1920, "height_px": 1080}, None),
        ({"codec": "H264", "width_px": 1280, "height_px": 720}, "it is H264 1280x720; declared H264 1920x1080   "),
        ({"codec": "H265", "width_px": 1920, "height_px": 1080}, "it is H265 1920x1080; declared H264 1920x1080   "),
        ({"codec": "H264"}, "unknown: is H264 of unknown size; declared H264 1920x1080   "),
        ({"codec": "JPEG"}, "it is JPEG of unknown size; declared H264 1920x1080   "),
    ],
)
def test_streams_are_judged_with_the_line_that_declares_them(seen: dict[str, Any], said: str | None) -> None:
    if said is None:
        judge("is", seen, MAIN)
        return
    with pytest.raises(pytest.fail.Exception) as failed:
        judge("is", seen, MAIN)
    assert str(failed.value) == said + str(MAIN.where)
