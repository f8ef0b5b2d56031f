"""Disks of recorders by SNMP: told where an agent is declared, and unknown where it does not tell them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.city.load import load_city
from iccc.city.snmp import SnmpAccess
from iccc.compare import Unread
from iccc.drift import recording
from iccc.errors import Reason
from iccc.finding import Class
from iccc.lab.device import Fault
from iccc.lab.recorder import LabRecorder
from iccc.mib.host_resources import Disks, Drive, DriveStatus, Volume, parse
from iccc.recorder.snmp import read_disks
from tests.camera.devices import plugged_recorder, reach, recorder
from tests.drift.readings import Reading
from tests.flow.declaration import CITY, found

TYPE, DESCR, UNITS, SIZE, USED = (f"1.3.6.1.2.1.25.2.3.1.{column}" for column in (2, 3, 4, 5, 6))
FIXED, RAM = "1.3.6.1.2.1.25.2.1.4", "1.3.6.1.2.1.25.2.1.2"
WELL = Disks((Drive("bay 1", DriveStatus.RUNNING),), (Volume("/video", 160 * 10**12, 0),))


def disks_of(number: int, change: Callable[[LabRecorder], None] = lambda _: None) -> Disks | Unread | None:
    async def scenario() -> Disks | Unread | None:
        async with plugged_recorder(number) as lab:
            lab.offer_snmp({"public": "RO"}, {}, 160.0)
            await lab.plug()
            change(lab)
            return await read_disks(replace(recorder(number), snmp=SnmpAccess()), reach(snmp_s=0.2, device_s=2.0))

    return asyncio.run(scenario())


def test_drives_and_volumes_are_told() -> None:
    told = disks_of(221, lambda lab: lab.inject("disks.3", "down"))
    assert isinstance(told, Disks)
    assert [drive.status for drive in told.drives] == [
        DriveStatus.DOWN if number == 3 else DriveStatus.RUNNING for number in range(1, 9)
    ]
    assert told.drives[2].name == "bay 3"
    assert told.size is not None
    assert abs(told.size - 160 * 10**12) < 10**6


def test_an_agent_that_does_not_answer_is_unknown_and_none_is_asked_where_none_is_declared() -> None:
    told = disks_of(222, lambda lab: setattr(lab, "fault", Fault.SNMP_SILENT))
    assert isinstance(told, Unread)
    assert told.reason is Reason.NO_ANSWER
    assert asyncio.run(read_disks(recorder(223), reach())) is None


def test_what_an_agent_says_that_is_no_size_is_unknown() -> None:
    columns = {
        TYPE: {(1,): RAM, (2,): FIXED, (3,): FIXED},
        DESCR: {(1,): b"memory", (2,): b"/video"},
        UNITS: {(1,): 1024, (2,): 4096, (3,): 4096},
        SIZE: {(1,): 10, (2,): -5, (3,): 1000},
        USED: {(3,): 1},
    }
    told = parse(columns)
    assert told == Disks((), (Volume("/video", None, None), Volume("3", 4_096_000, 4096)))
    assert told.size is None
    assert parse({}) is None


@pytest.mark.parametrize(
    ("disks", "path", "class_", "text"),
    [
        (replace(WELL, drives=(Drive("bay 7", DriveStatus.DOWN),)), "disks[bay 7].status", Class.OPERATIONAL,
         "disk bay 7 of bsp-rec01 is down"),
        (replace(WELL, volumes=(Volume("/video", 120 * 10**12, 0),)), "disks.size", Class.OPERATIONAL,
         "bsp-rec01 has 120.0 TB to record on, its type has 160 TB"),
        (Unread(Reason.NO_ANSWER, "no answer"), "disks", Class.OBSERVABILITY,
         "the disks of bsp-rec01 are not known: no answer"),
    ],
)  # fmt: skip
def test_what_is_found(disks: Disks | Unread, path: str, class_: Class, text: str) -> None:
    reading = Reading("bsp-j01")
    reading.tell("bsp-rec01", disks=disks)
    (one,) = recording.findings(reading.view)
    assert (one.path, one.class_, one.text) == (path, class_, text)
    reading.tell("bsp-rec01", disks=WELL)
    assert list(recording.findings(reading.view)) == []


def test_the_city_says_whether_recorders_are_asked(tmp_path: Path) -> None:
    found(tmp_path)
    assert {one.snmp for one in load_city(tmp_path, CITY).recorders.values()} == {None}
    file = tmp_path / "cities" / CITY / "city.yaml"
    file.write_text(
        file.read_text(encoding="utf-8") + "\nsnmp: {recorder: {version: 3, user: eye}}\n", encoding="utf-8"
    )
    assert {one.snmp for one in load_city(tmp_path, CITY).recorders.values()} == {SnmpAccess("3", "eye")}
