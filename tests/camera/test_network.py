"""How a camera is addressed: read, set, and found again by its serial number, or told as not found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from iccc.camera import driver, moving
from iccc.camera.state import CameraState, Network
from iccc.city.devices import Camera
from iccc.compare import Change, compare
from iccc.errors import DeviceError, Reason
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, GENERIC, HIKVISION, CameraModel
from iccc.observed import Outcome, Status
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
        async with moving_camera(230, left_at=None) as lab, moving_camera(207, also=("127.77.3.206",)) as other:
            real = driver.apply

            async def meanwhile() -> None:
                while lab.state.address == "10.77.3.230":
                    await asyncio.sleep(0.01)
                other.inject("address", "10.77.3.206")

            task = asyncio.create_task(meanwhile())
            (outcome,) = await real(device, "network", wanted(206), run)
            await task
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
