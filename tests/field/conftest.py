"""The acceptance tests of a city: generated from its inventory, judged on one bundle of evidence.

``iccc verify CITY`` runs them. An answer that is not known fails the test and says so: unknown is never a pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import testinfra
from testinfra.host import Host

from iccc.city.devices import Camera, City, Device, Equipment, Hosted, Recorder, Switch, host_of
from iccc.city.load import load_city
from iccc.context import open_context
from iccc.limit import select
from iccc.settings import find_root
from iccc.verify.backend import UNKNOWN, register
from iccc.verify.evidence import Evidence, gather
from iccc.verify.hosts import aspects
from iccc.verify.streams import Audit
from iccc.verify.waived import WAIVABLE, said, waiver_of


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--city", required=True)
    parser.addoption("--limit", action="append", default=[])
    parser.addoption("--streams", type=Audit, choices=list(Audit), default=Audit.DESCRIBE)
    parser.addoption("--pictures", action="store_true")
    parser.addoption("--footage", action="store_true")
    parser.addoption("--evidence", type=Path, required=True, help="JSON Lines: one check a line")


def pytest_configure(config: pytest.Config) -> None:
    register()
    city = load_city(find_root(), config.getoption("--city"))
    config.stash[CITY] = city
    config.stash[DEVICES] = [d for d in select(city, config.getoption("--limit")) if d.on_the_wire]


CITY = pytest.StashKey[City]()
DEVICES = pytest.StashKey[Sequence[Device]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for."""
    pictures = ("test_black", "test_frozen", "test_defocused")
    left_out = {"test_keyframe": config.getoption("--streams") is not Audit.KEYFRAME}
    left_out |= dict.fromkeys(pictures, not config.getoption("--pictures"))
    left_out |= dict.fromkeys(("test_retention", "test_gaps", "test_replay"), not config.getoption("--footage"))
    asked = (item for item in items if not left_out.get(getattr(item, "originalname", "")))
    items[:] = [item for item in asked if "NOTSET" not in item.name]  # of which there is nothing in this city


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    devices, city = metafunc.config.stash[DEVICES], metafunc.config.stash[CITY]
    servers = [d for d in devices if isinstance(d, Hosted) and d.host is not None]
    recorded = {d.name for d in city.recorders.values() if d.host is not None}
    on_servers = [d for d in devices if isinstance(d, Camera) and d.recorder in recorded]
    if one := next((name for name in ("service", "socket", "mount") if name in metafunc.fixturenames), None):
        pairs = [(server, each) for server in servers for each in getattr(aspects(server, city), f"{one}s")]
        metafunc.parametrize(f"server,{one}", pairs, ids=[f"{d.name}-{each}" for d, each in pairs], scope="session")
    elif "watcher" in metafunc.fixturenames:
        watchers = [server for server in servers if aspects(server, city).watches]
        metafunc.parametrize("watcher", watchers, ids=[d.name for d in watchers], scope="session")
    elif "keeper" in metafunc.fixturenames:
        keepers = [server for server in servers if aspects(server, city).keeps_logs]
        metafunc.parametrize("keeper", keepers, ids=[d.name for d in keepers], scope="session")
    elif "server" in metafunc.fixturenames:
        metafunc.parametrize("server", servers, ids=[d.name for d in servers], scope="session")
    elif "served" in metafunc.fixturenames:
        ids = [f"{d.recorder}-{d.name}" for d in on_servers]
        metafunc.parametrize("served", on_servers, ids=ids, scope="session")
    elif "stream" in metafunc.fixturenames:
        pairs = [(d, role) for d in devices if isinstance(d, Camera) for role in d.streams]
        metafunc.parametrize("camera,stream", pairs, ids=[f"{d.name}-{role}" for d, role in pairs], scope="session")
    elif "uplink" in metafunc.fixturenames:
        ports = [
            (d, port)
            for d in devices
            if isinstance(d, Switch)
            for port in d.ports.values()
            if port.peer_port is not None
        ]
        metafunc.parametrize("switch,uplink", ports, ids=[f"{d.name}-{p.name}" for d, p in ports], scope="session")
    elif "room" in metafunc.fixturenames:
        calls = [
            (d, one.room) for d in devices if isinstance(d, Equipment) and d.calling for one in d.calling.answer_points
        ]
        metafunc.parametrize("box,room", calls, ids=[f"{d.name}-{room}" for d, room in calls], scope="session")
    elif "turned" in metafunc.fixturenames:
        boxes = [d for d in devices if isinstance(d, Equipment) and d.calling and d.calling.preset]
        turns = [(d, camera) for d in boxes for camera in d.calling.cameras]
        metafunc.parametrize("box,turned", turns, ids=[f"{d.name}-{camera}" for d, camera in turns], scope="session")
    else:
        for fixture, kinds in KINDS.items():
            if fixture in metafunc.fixturenames:
                listed = [d for d in devices if isinstance(d, kinds) and (host_of(d) is None or fixture == "device")]
                listed += servers if fixture == "clocked" else []
                if metafunc.function.__name__ == "test_replay":
                    listed = [d for d in listed if isinstance(d, Recorder) and not d.standby]
                metafunc.parametrize(fixture, listed, ids=[d.name for d in listed], scope="session")


KINDS: dict[str, tuple[type[Device], ...]] = {
    "camera": (Camera,),
    "served": (Camera,),
    "server": (Recorder, Equipment),
    "watcher": (Equipment,),
    "keeper": (Equipment,),
    "switch": (Switch,),
    "recorder": (Recorder,),
    "device": (Switch, Recorder, Camera, Equipment),
    "clocked": (Recorder, Camera),
    "box": (Equipment,),
}


@pytest.fixture(scope="session")
def city(pytestconfig: pytest.Config) -> City:
    return pytestconfig.stash[CITY]


@pytest.fixture(scope="session")
def evidence(pytestconfig: pytest.Config) -> Iterator[Evidence]:
    with open_context(pytestconfig.getoption("--city"), "verify") as context:
        taken = gather(context, pytestconfig.stash[DEVICES], *map(pytestconfig.getoption, ("--streams", "--pictures")))
    yield taken


HINT = "hint"  # the property of a check that is passed and tells what looks wrong
MEASURED = "measured"  # the property of a check that tells what it saw, though it is as declared


class Asker:
    """Asks a device a question through testinfra; an unknown answer ends the test."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    def __call__(self, device: Device, question: str) -> Any:
        host: Host = testinfra.get_host(f"device://{device.name}", evidence=self.evidence)
        reply = host.run(question)
        if reply.rc == UNKNOWN:
            pytest.fail(reply.stderr, pytrace=False)
        return json.loads(reply.stdout)


@pytest.fixture(scope="session")
def ask(evidence: Evidence) -> Asker:
    return Asker(evidence)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Write each check into the evidence file."""
    report = yield
    if report.when == "call" or report.failed:
        told = (str(call.excinfo.value).strip() or call.excinfo.typename) if call.excinfo else ""
        text = told.partition("\n")[0]  # what follows is pytest's picture of both sides
        told_of = {name: str(value) for name, value in report.user_properties}
        text = text or told_of.get(HINT) or told_of.get(MEASURED, "")
        outcome = (
            "warn"
            if report.passed and HINT in told_of
            else "pass"
            if report.passed
            else "unknown"
            if text.startswith("unknown:")
            else "fail"
        )
        evidence = item.funcargs.get("evidence")
        device = next((item.callspec.params[k] for k in KINDS if k in item.callspec.params), None)
        check = item.originalname.removeprefix("test_")
        if outcome in WAIVABLE and (waiver := waiver_of(item.config.stash[CITY], device, check, evidence.taken_at)):
            outcome, text = "waived", said(text, waiver)
            report.outcome, report.longrepr = "skipped", (str(item.path), 0, f"Skipped: {text}")  # for JUnit
        line = {
            "device": device.name if device else "",
            "site": device.site if device else "",
            "check": check,
            "of": item.callspec.id,
            "outcome": outcome,
            "text": text,
            "at": evidence.taken_at.isoformat() if evidence else "",
            "target": evidence.target if evidence else "",
            "declaration": item.config.stash[CITY].digest[:12],
        }
        with item.config.getoption("--evidence").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return report
