"""How a camera is addressed: read, set, and found again by its serial number, or told as not found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from iccc.camera import driver, moving
from iccc.camera.network import Step, order, write_network
from iccc.camera.state import CameraState, Network
from iccc.city.devices import Camera
from iccc.clock import SystemClock
from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, GENERIC, HIKVISION, CameraModel
from iccc.observed import Outcome, Status
from iccc.onvif.call import Context
from iccc.onvif.errors import OnvifFault
from iccc.sessions.reach import Reach
from tests.camera.devices import BOOTSTRAP, camera, reach, stored


@asynccontextmanager
async def moving_camera(
    number: int, model: CameraModel = GENERIC, left_at: str | None = None, also: tuple[str, ...] = ()
) -> AsyncIterator[LabCamera]:
    mac = f"02:00:0a:4d:03:{number:02x}"
    own = f"127.77.3.{number}"
    lab = LabCamera(f"c{number}", own, mac, model, BOOTSTRAP, also=also, left_at=left_at)
    await lab.plug()
    await asyncio.sleep(0.05)
    try:
        yield lab
    finally:
        await lab.close()


def wanted(number: int, **other: object) -> CameraState:
    state = Network(f"10.77.3.{number}", 24, "10.77.3.1", dhcp=False)
    return CameraState(network=replace(state, **other))  # type: ignore[arg-type]


async def paths(device: Camera, run: Reach, state: CameraState) -> list[str]:
    seen = (await driver.observe(device, run, (), sections=("network",))).state
    return [found.path for found in compare(state, seen) if isinstance(found, Change)]


def told(outcomes: list[Outcome]) -> dict[str, Status]:
    return {outcome.change.path: outcome.status for outcome in outcomes}


@pytest.mark.parametrize(
    ("path", "value", "differs"),
    [
        ("prefix_length", 16, "network.prefix_length"),
        ("gateway", "10.77.3.254", "network.gateway"),
        ("dhcp", True, "network.dhcp"),
    ],
)
def test_each_difference_is_found_and_undone(path: str, value: object, differs: str) -> None:
    async def scenario() -> None:
        run, device, state = reach(stored("c203")), camera(203), wanted(203)
        async with moving_camera(203) as lab:
            assert await paths(device, run, state) == []
            lab.inject(path, value)
            assert await paths(device, run, state) == [differs]
            assert told(await driver.apply(device, "network", state, run)) == {differs: Status.APPLIED}
            assert await paths(device, run, state) == []
            sets = lab.counters.sets
            assert await driver.apply(device, "network", state, run) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_a_camera_moves_and_is_known_by_its_serial_number() -> None:
    async def scenario() -> None:
        run, device = reach(stored("c204"), connect_s=0.5), replace(camera(204), reached_at="10.77.3.228")
        async with moving_camera(204, AXIS, left_at="10.77.3.228", also=("127.77.3.228",)) as lab:
            assert await paths(device, run, wanted(204)) == ["network.address"]
            outcomes = await driver.apply(device, "network", wanted(204), run)
            assert told(outcomes) == {"network.address": Status.APPLIED}
            assert lab.state.address == "10.77.3.204"
            assert await paths(camera(204), run, wanted(204)) == [], "without reached_at"
            assert lab.counters.failures == 0

    asyncio.run(scenario())


def test_a_camera_that_is_gone_is_told_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the address and is nowhere afterwards."""
    monkeypatch.setattr(moving, "LOOKS_S", (0.0, 0.1))

    async def scenario() -> None:
        run, device = reach(stored("c205"), connect_s=0.3), replace(camera(205), reached_at="10.77.3.229")
        async with moving_camera(205, left_at="10.77.3.229", also=("127.77.3.229",)) as lab:
            lab.presence._also = ("127.77.3.229",)
            lab.presence._own = "127.77.3.227"  # the network does not lead to the address that it is given
            (outcome,) = await driver.apply(device, "network", wanted(205), run)
            assert outcome.status is Status.FAILED
            assert outcome.text.startswith("NOT FOUND after its address was set: c205 10.77.3.205:80  onvif ")
            assert f"it was at 10.77.3.229 with serial number {lab.state.serial}" in outcome.text
            assert outcome.text.endswith("Look for it at sw1 Gi1/1")

    asyncio.run(scenario())


def test_another_camera_at_the_new_address_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "LOOKS_S", (0.0, 0.1))

    async def scenario() -> None:
        run = reach(stored("c206"), connect_s=0.3)
        device = replace(camera(206), reached_at="10.77.3.230")
        left = moving_camera(206, left_at="10.77.3.230", also=("127.77.3.230",))
        async with left as lab, moving_camera(207, also=("127.77.3.206",)) as other:
            lab.presence._own = "127.77.3.227"  # the network does not lead to the address that it is given

            async def meanwhile() -> None:
                while lab.state.address == "10.77.3.230":
                    await asyncio.sleep(0.01)
                await lab.presence.close()
                other.inject("address", "10.77.3.206")

            task = asyncio.create_task(meanwhile())
            (outcome,) = await driver.apply(device, "network", wanted(206), run)
            task.cancel()
            assert outcome.status is Status.FAILED
            assert f"10.77.3.206 has serial number {other.state.serial}" in outcome.text
            assert f"with serial number {lab.state.serial}" in outcome.text

    asyncio.run(scenario())


def test_one_that_moves_at_the_next_restart_is_pending() -> None:
    async def scenario() -> None:
        run, device = reach(stored("c208")), camera(208)
        async with moving_camera(208, HIKVISION) as lab:
            lab.inject("prefix_length", 16)
            assert told(await driver.apply(device, "network", wanted(208), run)) == {
                "network.prefix_length": Status.PENDING_REBOOT
            }

    asyncio.run(scenario())


def test_nobody_elses_camera_is_moved() -> None:
    async def scenario() -> None:
        run = reach(stored("c209"))
        async with moving_camera(209) as lab:
            lab.inject("gateway", "10.77.3.9")
            with pytest.raises(DeviceError) as refused:
                await driver.apply(camera(209, owner="traders"), "network", wanted(209), run)
            assert refused.value.reason is Reason.NOT_OWNED and lab.counters.sets == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("seen", "other", "expected"),
    [
        ({}, {"gateway": "10.77.3.254"}, (Step.GATEWAY,)),
        ({}, {"address": "10.77.3.9"}, (Step.ADDRESS,)),
        ({}, {"address": "10.77.3.9", "gateway": "10.77.3.254"}, (Step.GATEWAY, Step.ADDRESS)),
        ({"dhcp": True, "gateway": None}, {}, (Step.GATEWAY, Step.ADDRESS)),
        # made narrower, with a gateway that fits both
        ({"prefix_length": 16, "gateway": "10.77.9.1"}, {}, (Step.GATEWAY, Step.ADDRESS)),
        # made wider: the new gateway is out of reach before
        ({}, {"prefix_length": 16, "gateway": "10.77.9.1"}, (Step.ADDRESS, Step.GATEWAY)),
        ({}, {"address": "10.88.0.9", "gateway": "10.88.0.1"}, "10.77.3.1, which it has, not in the other"),
        ({"gateway": None}, {"address": "10.88.0.9", "gateway": "10.88.0.1"}, "it has none now"),
        ({}, {"gateway": "10.88.0.1"}, "the gateway 10.88.0.1 is not in 10.77.3.0/24"),
        ({}, {"address": "10.88.0.9", "gateway": None}, "the gateway 10.77.3.1 is not in 10.88.0.0/24"),
        ({"gateway": Unread(Reason.BAD_ANSWER, "no")}, {"address": "10.77.3.9"}, (Step.ADDRESS,)),
        ({"gateway": Unread(Reason.BAD_ANSWER, "no")}, {"address": "10.88.0.9"}, "its gateway is not known: no"),
        ({"gateway": Unread(Reason.BAD_ANSWER, "no")}, {"gateway": "10.77.3.9"}, ()),
        ({}, {}, ()),
    ],
)
def test_there_is_a_way_out_after_each_set(
    seen: dict[str, object], other: dict[str, object], expected: tuple[Step, ...] | str
) -> None:
    usual = Network("10.77.3.10", 24, "10.77.3.1", dhcp=False)
    found = order(replace(usual, **other), replace(usual, **seen))  # type: ignore[arg-type]
    assert found == expected if isinstance(expected, tuple) else isinstance(found, str) and expected in found


@pytest.mark.parametrize("model", [GENERIC, replace(GENERIC, any_gateway=True)])
def test_a_gateway_that_is_out_of_reach_is_not_set(model: CameraModel) -> None:
    """One that takes it would be gone."""

    async def scenario() -> None:
        run, device = reach(stored("c210")), camera(210)
        async with moving_camera(210, model) as lab:
            outcomes = await driver.apply(device, "network", wanted(210, gateway="10.78.3.1"), run)
            assert told(outcomes) == {"network.gateway": Status.REFUSED}
            assert lab.counters.sets == 0
            assert await paths(device, run, wanted(210)) == []

    asyncio.run(scenario())


@pytest.mark.parametrize("model", [GENERIC, replace(GENERIC, any_gateway=True)])
def test_the_gateway_of_a_wider_subnet_comes_after_it(model: CameraModel) -> None:
    async def scenario() -> None:
        run, device, state = reach(stored("c211")), camera(211), wanted(211, prefix_length=16, gateway="10.77.9.1")
        async with moving_camera(211, model) as lab:
            assert told(await driver.apply(device, "network", state, run)) == {
                "network.prefix_length": Status.APPLIED,
                "network.gateway": Status.APPLIED,
            }
            assert (lab.state.lan.prefix_length, lab.state.lan.gateway, lab.counters.sets) == (16, "10.77.9.1", 2)

    asyncio.run(scenario())


def test_an_address_whose_gateway_was_refused_is_not_set() -> None:
    """The gateway that it has is not in the narrower subnet."""
    wider = Network("10.77.3.10", 16, "10.77.9.1", dhcp=False)
    writing = write_network(Context(SystemClock()), Network("10.77.3.10", 24, "10.77.3.1", dhcp=False), wider)
    assert next(writing).action == "SetNetworkDefaultGateway"
    with pytest.raises(StopIteration) as done:
        writing.throw(OnvifFault("Action", "no"))
    written = done.value.value
    assert set(written.faults) == {"network.gateway"}
    assert "network.address" in written.guarded and "network.prefix_length" in written.guarded


@pytest.mark.parametrize("port", [20080, 20554])
def test_an_address_where_something_answers_is_not_free(port: int) -> None:
    """Be it with a refusal: only silence is."""

    async def scenario() -> None:
        run, device = reach(stored("c213"), connect_s=0.3), replace(camera(213), reached_at="10.77.3.231")
        async with moving_camera(213, left_at="10.77.3.231", also=("127.77.3.231",)) as lab:
            (vacant,) = (held for held in lab.presence._vacant if held.port == port)
            await vacant.close()  # a port that is closed, on a host that is there
            (outcome,) = await driver.apply(device, "network", wanted(213), run)
            assert outcome.status is Status.REFUSED
            assert outcome.text == f"10.77.3.213 is not free: port {port - 20000}: connection refused"
            assert (lab.counters.sets, lab.state.address) == (0, "10.77.3.231")

    asyncio.run(scenario())
