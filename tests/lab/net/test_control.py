"""The control socket and its client."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path

import pytest

from iccc.lab.client import LabClient, LabError
from tests.lab.net.conftest import Served


def test_ready_tells_what_stands(lab: Served) -> None:
    told = lab.client.ready()
    assert (told["city"], told["switches"], told["hosts"]) == ("town", 6, 9)
    assert lab.client.unreachable() == []


def test_the_sheet_is_only_for_its_owner(lab: Served) -> None:
    assert stat.S_IMODE(lab.sheet_path.stat().st_mode) == 0o600
    assert set(lab.sheet) == {"devices", "logins", "communities", "snmp_users", "host_keys"}
    assert set(lab.sheet["logins"]) == {"switch", "camera", "recorder", "call_box", "answer_point"}


def test_faults_power_cables_and_swaps_come_and_go_with_a_reset(lab: Served) -> None:
    lab.deploy()
    lab.client.fault("cam8", "dead")
    lab.client.power("sw1", False)
    lab.client.swap("cam3", "cam5")
    lab.client.cable("core1", "GigabitEthernet1/5", False)
    assert set(lab.client.unreachable()) == {"cam8", "sw1", "cam1", "cam2", "cam3", "cam5", "rec1"}
    lab.client.cable("core1", "GigabitEthernet1/5", True)
    lab.client.reset("cam3")
    assert set(lab.client.unreachable()) == {"cam8", "sw1", "cam1", "cam2"}
    lab.client.reset()
    assert lab.client.unreachable() == []


def test_lines_typed_at_the_console_are_no_set_of_ours(lab: Served) -> None:
    lab.deploy()
    lab.client.lines("sw4", "interface gi1/1", "switchport access vlan 201")
    assert lab.client.unreachable() == ["cam7"]
    assert lab.client.counters("sw4")["sw4"]["sets"] == 0


@pytest.mark.parametrize(
    ("op", "fields", "told"),
    [
        ("fault", {"device": "nobody", "fault": "dead"}, "no device nobody"),
        ("fault", {"device": "sw1", "fault": "sleepy"}, "sleepy"),
        ("fault", {"device": "sw1", "fault": "slow", "delay_s": "long"}, "delay_s"),
        ("fault", {"device": "sw1", "fault": "soap11"}, "sw1 is no camera or recorder"),
        ("latency", {"delay_s": -1}, "delay_s"),
        ("latency", {"delay_s": True}, "delay_s"),
        ("power", {"device": "sw1", "on": "yes"}, "not true or false"),
        ("swap", {"device": "cam1", "with": "sw1"}, "no camera or recorder"),
        ("cable", {"device": "sw1", "port": "Gi9/9", "whole": False}, "no port Gi9/9"),
        ("set", {"device": "sw1", "lines": ["vlan 9999"]}, "vlan 9999"),
        ("set", {"device": "cam1", "path": "colour", "value": 1}, "colour"),
        ("dance", {}, "op is not one of"),
    ],
)
def test_what_cannot_be_done_is_told(lab: Served, op: str, fields: dict[str, object], told: str) -> None:
    with pytest.raises(LabError, match=told):
        lab.client.call(op, **fields)


def test_nonsense_on_the_socket_is_answered(lab: Served, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(lab.sheet_path.parent / "control"))
        with connection.makefile("rwb") as lines:
            for nonsense in (b"hello\n", b"[1]\n", b'{"op": ["ready"]}\n'):
                lines.write(nonsense)
                lines.flush()
                assert json.loads(lines.readline())["ok"] is False
    with pytest.raises(LabError, match="no lab of .* runs here"):
        LabClient(tmp_path / "control").ready()
