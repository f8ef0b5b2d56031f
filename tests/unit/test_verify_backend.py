"""What the acceptance tests are told of ports: what was not read is not known, and nothing that fails."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.seen import Neighbour
from iccc.verify.backend import UNKNOWN, DeviceBackend
from iccc.verify.evidence import Evidence
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
