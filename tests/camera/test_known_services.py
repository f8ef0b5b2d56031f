"""What was learned of a device and of its make: the next sweep asks less, and never believes too much."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Protocol
from iccc.compare import Unread
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC
from iccc.lab.device import Fault
from iccc.observed import Status
from iccc.onvif.call import Service
from iccc.onvif.state import Identity
from iccc.sessions.known_services import KEY, KnownServices
from iccc.sessions.onvif_line import FORM_KEY
from iccc.sessions.reach import Reach
from tests.camera.devices import WANTED, camera, plugged, reach, stored

ENCODERS = ("hostname", "encoders")
MAKE = "Generic|IPC-8M|3.1.0"


async def read(number: int, run: Reach) -> CameraState:
    state = (await driver.observe(camera(number), run, (), ENCODERS)).state
    assert isinstance(state, CameraState), state
    return state


async def asked(number: int, lab: LabCamera, run: Reach) -> int:
    """How many requests a reading takes that finds everything."""
    before = lab.counters.requests
    state = await read(number, run)
    assert not isinstance(state.encoders, Unread), state.encoders
    return lab.counters.requests - before


def test_the_second_camera_of_a_make_and_the_second_reading_are_not_asked_for_services() -> None:
    async def scenario() -> None:
        run = reach(stored())
        async with plugged(51) as first, plugged(52) as second:
            once = await asked(51, first, run)
            assert await asked(51, first, run) == once - 1
            assert await asked(52, second, run) == once - 1
            assert run.learned.get(MAKE, KEY)[Service.MEDIA2] == "/onvif/media2_service"
            assert run.learned.get("c51", KEY)["make"] == MAKE
            assert run.learned.get("c52", KEY) is None

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("path", "believed"),
    [
        ("/onvif/media_service", True),
        ("/onvif/Media", True),
        ("/axis-cgi/restart.cgi", False),
        ("/onvif/../axis-cgi/restart.cgi", False),
        ("/onvif/%2e%2e/restart.cgi", False),
        ("/onvif/media?action=restart", False),
    ],
)
def test_no_device_sends_the_others_to_a_path_of_its_choice(path: str, believed: bool) -> None:
    learned = reach(stored()).learned
    one, other = (KnownServices(name, learned) for name in ("c1", "c2"))
    identity = Identity("Axis", "P1", "10.2", "S1")
    one.identified(identity)
    one.tell({Service.MEDIA: path}, whole=True)
    other.identified(identity)
    assert one.path(Service.MEDIA) == path, "its own"
    assert other.path(Service.MEDIA) == (path if believed else None)


def test_another_firmware_is_asked_anew() -> None:
    async def scenario() -> None:
        run = reach(stored())
        async with plugged(53) as lab:
            once = await asked(53, lab, run)
            lab.state.model = replace(GENERIC, firmware="3.2.0")
            assert await asked(53, lab, run) == once
            assert run.learned.get("c53", KEY)["make"] == "Generic|IPC-8M|3.2.0"
            assert await asked(53, lab, run) == once - 1

    asyncio.run(scenario())


def test_what_a_make_lacks_is_believed_only_of_the_camera_that_said_so() -> None:
    """A camera without GetServices comes first: it tells of Media alone, and the others are still read by Media2."""

    async def scenario() -> None:
        run = reach(stored())
        async with plugged(54, AXIS) as sick, plugged(55, AXIS) as sound:
            for lab in (sick, sound):
                lab.inject("encoders.main.codec", "H265")
            sick.fault = Fault.NO_SERVICES
            unread = (await read(54, run)).encoders  # Media has no word for H.265
            assert isinstance(unread, Unread)
            encoders = (await read(55, run)).encoders
            assert isinstance(encoders, dict) and encoders["main"].codec == "H265"
            before = sick.counters.requests
            assert isinstance((await read(54, run)).encoders, Unread)
            assert sick.counters.requests - before <= 8

    asyncio.run(scenario())


def test_a_path_of_the_make_that_is_no_use_is_asked_for() -> None:
    async def scenario() -> None:
        run = reach(stored())
        async with plugged(56):
            run.learned.put(MAKE, KEY, {str(Service.MEDIA2): "/elsewhere", str(Service.MEDIA): "/elsewhere"})
            assert not isinstance((await read(56, run)).encoders, Unread)
            assert run.learned.get("c56", KEY)["paths"][Service.MEDIA2] == "/onvif/media2_service"
            assert run.learned.get(MAKE, KEY)[Service.MEDIA2] == "/elsewhere"

    asyncio.run(scenario())


def test_services_that_are_not_told_are_no_word_on_what_there_is() -> None:
    """Neither GetServices nor GetCapabilities gives anything: imaging is unread, not absent."""

    async def scenario() -> None:
        run = reach(stored())
        async with plugged(57) as lab:
            operation = lab.operation
            untold = ("GetServices", "GetCapabilities")
            lab.operation = lambda space, name: None if name in untold else operation(space, name)  # type: ignore[method-assign]
            for _ in range(2):
                state = (await driver.observe(camera(57), run, (), ("hostname", "imaging", "encoders"))).state
                assert isinstance(state, CameraState) and state.hostname == "camera"
                for part in (state.imaging, state.encoders):
                    assert isinstance(part, Unread) and "it does not say where" in part.text, part
            assert run.learned.get("c57", KEY) is None

    asyncio.run(scenario())


def test_soap_1_1_is_tried_once_remembered_and_forgotten_with_the_firmware() -> None:
    async def scenario() -> None:
        run = reach(stored())
        async with plugged(58, CPPLUS) as lab:
            lab.fault = Fault.SOAP11
            once = await asked(58, lab, run)
            assert run.learned.get("c58", FORM_KEY) == "1.1"
            assert await asked(58, lab, run) == once - 3
            outcomes = await driver.apply(camera(58), "hostname", WANTED, run)
            assert [outcome.status for outcome in outcomes] == [Status.APPLIED]
            lab.fault = Fault.NONE  # the new firmware knows 1.2 alone
            await asked(58, lab, run)
            assert run.learned.get("c58", FORM_KEY) is None

    asyncio.run(scenario())


def test_the_action_is_named_unless_a_camera_refuses_it() -> None:
    async def scenario() -> None:
        run = reach(stored())
        async with plugged(59) as pelco, plugged(60) as illustra:
            pelco.fault, illustra.fault = Fault.NEEDS_ACTION, Fault.REFUSES_ACTION
            usual = await asked(59, pelco, run)
            assert run.learned.get("c59", FORM_KEY) is None
            await asked(60, illustra, run)
            assert run.learned.get("c60", FORM_KEY) == "1.2 without action"
            assert await asked(60, illustra, run) <= usual

    asyncio.run(scenario())


def test_a_camera_that_says_nothing_in_any_form_is_not_asked_in_every_form_each_time() -> None:
    async def scenario() -> None:
        run = reach(stored())
        async with plugged(61) as lab:
            lab.fault = Fault.EMPTY
            state = (await driver.observe(camera(61), run, ())).state
            assert isinstance(state, Unread) and state.text.endswith("onvif GetDeviceInformation: an empty answer")
            assert run.learned.get("c61", FORM_KEY) is None
            assert lab.counters.requests == 4

    asyncio.run(scenario())


def test_what_is_sent_back_to_a_camera_with_wrong_namespaces_has_the_right_ones() -> None:
    async def scenario() -> None:
        run = reach(stored())
        async with plugged(62, AXIS) as lab:  # which refuses a Set that leaves parts out
            lab.fault = Fault.WRONG_NAMESPACE
            wanted = replace(WANTED, protocols={"https": Protocol(True, 443)})
            for section in ("encoders", "protocols"):
                outcomes = await driver.apply(camera(62), section, wanted, run)
                assert outcomes and {outcome.status for outcome in outcomes} == {Status.APPLIED}, outcomes

    asyncio.run(scenario())
