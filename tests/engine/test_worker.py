"""The worker's guards, on devices that refuse every connection."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pyinfra.context import ctx_host, ctx_state

from iccc import fleet
from iccc.camera.facts import Camera
from iccc.camera.state import CameraState
from iccc.city.devices import Device, Hold, Switch
from iccc.compare import ABSENT, Change, Unread
from iccc.engine.worker import Worker
from iccc.errors import Reason
from iccc.observed import Observed, Outcome, Status
from iccc.operation import converge
from iccc.server.facts import Server
from iccc.server.state import ServerState
from iccc.state.journal import Journal
from iccc.state.log import NOTHING_SAID
from iccc.switch.seen import Neighbour, PortFacts, SwitchFacts
from iccc.switch.state import PortMode, Vlan
from iccc.writing import Writing
from tests.server.city import served, server

CAMERA = "bsp-j01-c01"
SILENT = Unread(Reason.NO_ANSWER, "no answer")


def test_of_a_device_that_went_away_each_section_fails_but_only_the_first_is_tried(worker: Worker) -> None:
    camera = worker.city.device(CAMERA)
    worker.seen[CAMERA] = CameraState(hostname="factory", location={})

    async def both() -> list[str]:
        worker.context.reach.credentials.ensure([(CAMERA, "iccc")])
        first, second = await worker.apply(camera, "hostname"), await worker.apply(camera, "location")
        assert [outcome.status for outcome in (*first, *second)] == [Status.FAILED] * 2
        return [outcome.text for outcome in (*first, *second)]

    tried, spared = asyncio.run(both())
    assert "connection refused" in tried
    assert spared.startswith("not tried: ")


def test_a_section_that_the_sweep_did_not_see_differ_is_not_written(worker: Worker) -> None:
    worker.seen[CAMERA] = CameraState(hostname=SILENT)
    assert asyncio.run(worker.apply(worker.city.device(CAMERA), "hostname")) == []


def test_an_aggregation_switch_waits_for_the_rings_that_it_closes(worker: Worker) -> None:
    def entered(one: str, other: str) -> bool:
        async def run() -> bool:
            async with worker._alone(worker.city.device(one)):
                try:
                    async with asyncio.timeout(0.05), worker._alone(worker.city.device(other)):
                        return True
                except TimeoutError:
                    return False

        worker._ring_locks.clear()
        return asyncio.run(run())

    assert not entered("bsp-j01-sw1", "bsp-agg1")
    assert not entered("bsp-j01-sw1", "bsp-j02-sw2")
    assert entered("bsp-j01-sw1", "bsp-j03-sw1")


def test_a_switch_waits_for_one_nearer_to_the_core_until_its_part_is_done(worker: Worker) -> None:
    agg, access = worker.city.device("bsp-agg1"), worker.city.device("bsp-j01-sw1")
    assert isinstance(access, Switch)
    assert access.upstream == ("bsp-agg1",)
    worker._turns.take("bsp-agg1")
    worker.seen["bsp-agg1"] = worker.wanted["bsp-agg1"].state

    async def run() -> None:
        waiting = asyncio.create_task(worker._turns.wait(access, "widen"))
        await asyncio.wait([waiting], timeout=0.1)
        assert not waiting.done()
        await worker.apply(agg, "widen")  # nothing is to do there, and that is done
        await asyncio.wait_for(waiting, 1)

    asyncio.run(run())


def test_narrowing_asks_who_still_needs_what_goes(worker: Worker) -> None:
    """A switch that could not be read may need any VLAN that its neighbour takes off a link."""
    access = worker.city.device("bsp-j01-sw1")
    assert isinstance(access, Switch)
    worker.seen |= {name: worker.wanted[name].state for name in worker.city.switches}
    link = next(port.name for port in access.ports.values() if port.peer_port)
    state = worker.seen[access.name]
    wide = replace(state.ports[link], mode=PortMode.TRUNK, allowed_vlans=state.ports[link].allowed_vlans | {777})
    vlans = {**{n: v for n, v in state.vlans.items() if v is not ABSENT}, 777: Vlan("OLD")}
    worker.seen[access.name] = replace(state, ports={**state.ports, link: wide}, vlans=vlans)

    def refusal() -> str | None:
        return worker._refusal(access, "narrow", 0)

    assert refusal() is None
    other = next(
        name for name, one in worker.city.switches.items() if one.chain == access.chain and name != access.name
    )
    del worker.seen[other]
    assert refusal() == f"{other} could not be read, and may need VLAN 777"
    worker._off.add(other)
    assert refusal() is None


@pytest.mark.parametrize("missing", ["whole", "mode"])
def test_a_port_that_only_becomes_an_access_port_needs_its_vlan_on_the_way_too(worker: Worker, missing: str) -> None:
    access = worker.city.device("bsp-j01-sw1")
    assert isinstance(access, Switch)
    worker.seen |= {name: worker.wanted[name].state for name in worker.city.switches}
    state = worker.seen[access.name]
    port = next(port.name for port in access.ports.values() if port.access_vlan and not port.peer_port)
    wrong = {"whole": {}, "mode": {port: replace(state.ports[port], mode=PortMode.TRUNK)}}[missing]
    ports = {name: one for name, one in state.ports.items() if name != port} | wrong
    worker.seen[access.name] = replace(state, ports=ports)
    assert worker._refusal(access, "widen", 0) is None
    for name, one in worker.city.switches.items():
        if one.role == "aggregation":
            del worker.seen[name]
    assert "does not reach the core" in (worker._refusal(access, "widen", 0) or "")


def test_more_cameras_than_may_be_off_at_once_are_no_change_of_one_switch(worker: Worker) -> None:
    access = worker.city.device("bsp-j01-sw1")
    worker.city = replace(worker.city, maintenance=replace(worker.city.maintenance, camera_loss_budget=2))
    worker._cameras.limit = 2
    assert worker._refusal(access, "widen", 3) == ("3 cameras would be off at once; camera_loss_budget is 2")
    assert worker._refusal(access, "widen", 2) is None


def test_a_look_by_bare_pyinfra_leaves_the_journal_alone(worker: Worker) -> None:
    deploy = worker.context.begin_run("plan", [CAMERA], NOTHING_SAID)
    seen = asyncio.run(worker.sweep([CAMERA]))
    assert isinstance(seen[CAMERA].state, Unread)
    assert worker.context.interrupted_run() == deploy
    Journal(worker.context.store).end(deploy, worker.context.clock.now())


def test_an_operation_on_a_device_that_fell_silent_asks_the_worker_and_does_not_break(worker: Worker) -> None:
    def yielded(is_executing: bool) -> list[str]:
        data = SimpleNamespace(device=worker.city.device(CAMERA), wanted=worker.wanted[CAMERA])
        host = SimpleNamespace(data=data, get_fact=lambda _fact: SILENT, noop=lambda _text: None)
        state = SimpleNamespace(is_executing=is_executing, config=SimpleNamespace(DIFF=False))
        with ctx_host.use(host), ctx_state.use(state):
            return [str(command) for command in converge(Camera, "hostname")]

    assert yielded(is_executing=True) == ["apply hostname"]
    assert yielded(is_executing=False) == []


@pytest.mark.parametrize(
    ("statuses", "proved", "failed", "succeeded"),
    [
        ([Status.APPLIED, Status.CLAMPED], True, False, 1),
        ([Status.APPLIED, Status.FAILED], False, True, 0),
        ([Status.REFUSED, Status.REFUSED], False, False, 0),
        ([Status.UNSUPPORTED], False, False, 0),
        ([Status.APPLIED, Status.ACCEPTED_NOT_APPLIED], False, True, 0),
        ([], False, False, 0),
    ],
)
def test_a_canary_is_proved_by_what_stands_and_by_nothing_else(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, statuses: list[Status], proved: bool, failed: bool, succeeded: int
) -> None:
    async def write(_device: Device, _section: str) -> list[Outcome]:
        return [Outcome(Change("hostname", "a", "b"), status, None) for status in statuses]

    monkeypatch.setattr(worker, "_write", write)
    worker.seen[CAMERA] = CameraState(hostname="factory")
    worker._alike[CAMERA] = ("nothing known of it", *map(str, statuses))
    asyncio.run(worker.apply(worker.city.device(CAMERA), "hostname"))
    (waves,) = worker._waves.values()
    assert (bool(waves.standing.canary), bool(waves.standing.failed)) == (proved, failed)
    assert worker._budget._succeeded == succeeded


def test_what_the_sweep_heard_on_a_port_without_a_declared_link_is_kept(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = worker.city.device("bsp-j01-sw1")
    now = worker.context.clock.now()
    facts = SwitchFacts(ports={"GigabitEthernet1/3": PortFacts(neighbours=(Neighbour("bsp-j03-sw1"),))})
    written: list[Writing] = []

    async def observe(devices: list[Device]) -> dict[str, Observed[Any, Any]]:
        return {one.name: Observed(one.name, worker.wanted[one.name].state, facts, now) for one in devices}

    async def write(_device: Device, _section: str, _wanted: Any, _reach: Any, writing: Writing) -> list[Outcome]:
        written.append(writing)
        return []

    monkeypatch.setattr(worker, "_observe", observe)
    monkeypatch.setattr(fleet, "apply", write)

    async def run() -> None:
        await worker.sweep([access.name])
        worker.seen[access.name] = replace(worker.seen[access.name], hostname="factory")
        await worker.apply(access, "widen")

    asyncio.run(run())
    assert [writing.links[access.name] for writing in written] == [{"GigabitEthernet1/3"}]


def test_a_recording_server_under_hold_gets_the_order_and_nothing_else(worker: Worker) -> None:
    hold = Hold(date(2027, 3, 31), "District Court", "accident", server().where)
    held = replace(server(), hold=hold)
    worker.city = replace(served(), recorders={**served().recorders, held.name: held})
    worker.wanted = {held.name: fleet.wanted(held, worker.city)}
    worker.seen[held.name] = ServerState()
    tried: list[str] = []

    async def write(_device: Device, section: str) -> list[Outcome]:
        tried.append(section)
        return []

    worker._write = write  # type: ignore[method-assign]
    data = SimpleNamespace(device=held, wanted=worker.wanted[held.name])
    host = SimpleNamespace(data=data, get_fact=lambda _fact: ServerState(), noop=lambda _text: None)
    for section in ("recording", "time", "cameras"):
        with ctx_host.use(host), ctx_state.use(SimpleNamespace(config=SimpleNamespace(DIFF=False))):
            assert len(list(converge(Server, section))) == (section == "recording")
        refused = asyncio.run(worker.apply(held, section))
        assert [one.status for one in refused] == ([] if section == "recording" else [Status.REFUSED])
    assert tried == ["recording"]
