"""Channels that a Hikvision recorder tells over ISAPI: compared, never written, and a person is told what to type."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from iccc.city.devices import Recorder
from iccc.city.load import load_city
from iccc.compare import Change, Unread, compare
from iccc.errors import Reason
from iccc.lab.device import Fault
from iccc.lab.recorder import HIKVISION_NVR, LabRecorder
from iccc.observed import Status
from iccc.onvif.errors import BadAnswer
from iccc.recorder import driver
from iccc.recorder.desired import LOGIN, USER
from iccc.recorder.state import Channel, LoginState, RecorderState
from iccc.recorder.vendors.hikvision import channels
from iccc.sessions.reach import Reach
from tests.camera.devices import camera, plugged_recorder, reach, recorder
from tests.unit.states import ROOT

SPACE = "http://www.hikvision.com/ver20/XMLSchema"
DECLARED = {f"c{n}": Channel(None, camera(n).address, user=USER, login=LOGIN) for n in (31, 32)}
EMPTY = b"<InputProxyChannelStatusList/>"


def by_isapi(number: int) -> Recorder:
    return replace(recorder(number), channels_by="isapi")


def bind(lab: LabRecorder, number: int, address: str, user: str = "recorder") -> None:
    lab.inject(f"channels.{number}.uri", f"rtsp://{address}:554/live")
    lab.inject(f"channels.{number}.user", user)


async def read(number: int, way: Reach) -> RecorderState:
    seen = (await driver.observe(by_isapi(number), way, (), (), channels=DECLARED)).state
    assert isinstance(seen, RecorderState), seen
    return seen


def test_what_is_bound_differs_and_is_missing() -> None:
    async def scenario() -> None:
        async with plugged_recorder(231, HIKVISION_NVR) as lab:
            bind(lab, 3, "10.77.3.31", user="admin")
            bind(lab, 7, "10.9.9.9")
            seen = await read(231, reach())
            assert seen.channels == {
                "c31": Channel(3, "10.77.3.31", user="admin", login=LoginState.UNKNOWN),
                "channel-7": Channel(7, "10.9.9.9", user="recorder", login=LoginState.UNKNOWN),
            }
            found = [one.path for one in compare(DECLARED, seen.channels, "channels") if isinstance(one, Change)]
            assert found == ["channels[c31].user", "channels[c32]"]
            told = await driver.apply(by_isapi(231), "channels", RecorderState(channels=DECLARED), reach())
            assert [(one.change.path, one.status) for one in told] == [
                ("channels[c31].user", Status.NEEDS_HUMAN),
                ("channels[c32]", Status.NEEDS_HUMAN),
            ]
            assert "a free channel: address 10.77.3.32" in told[1].text
            assert "stored as device/c32/recorder" in told[1].text
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_a_recorder_without_it_or_that_lets_nobody_in_is_unknown() -> None:
    async def scenario() -> None:
        async with plugged_recorder(232) as lab:  # of another make
            told = (await read(232, reach())).channels
            assert isinstance(told, Unread)
            assert told.reason is Reason.BAD_ANSWER
            assert "HTTP 404" in told.text
            assert lab.counters.failures == 0
        async with plugged_recorder(233, HIKVISION_NVR) as lab:
            lab.fault = Fault.WRONG_PASSWORD
            seen = await driver.observe(by_isapi(233), reach(), (), (), channels=DECLARED)
            assert isinstance(seen.state, Unread)
            assert lab.counters.failures == 1

    asyncio.run(scenario())


def test_older_firmware_and_what_the_cameras_say_of_the_login() -> None:
    listed = (
        f'<InputProxyChannelList xmlns="{SPACE}"><InputProxyChannel><id>1</id><name>x</name>'
        "<sourceInputPortDescriptor><proxyProtocol>HIKVISION</proxyProtocol><ipAddress>10.1.1.1</ipAddress>"
        "<managePortNo>8000</managePortNo></sourceInputPortDescriptor></InputProxyChannel>"
        "<InputProxyChannel><id>2</id></InputProxyChannel></InputProxyChannelList>"
    ).encode()
    status = (
        f'<InputProxyChannelStatusList xmlns="{SPACE}"><InputProxyChannelStatus><id>1</id><online>{{}}</online>'
        "<chanDetectResult>{}</chanDetectResult></InputProxyChannelStatus></InputProxyChannelStatusList>"
    )
    for online, result, login in (
        ("true", "connect", LoginState.PROVED),
        ("false", "errorUserNameOrPasswd", LoginState.REFUSED),
        ("false", "netUnreachable", LoginState.UNKNOWN),
    ):
        assert channels(listed, status.format(online, result).encode()) == [
            Channel(1, "10.1.1.1", user="", login=login)
        ]
    assert channels(listed, EMPTY)[0].login is LoginState.UNKNOWN


@pytest.mark.parametrize(
    "listed",
    [
        b"",
        b"<html/>",
        b"not found",
        b"<InputProxyChannelList><InputProxyChannel><id>one</id><sourceInputPortDescriptor>"
        b"<ipAddress>10.1.1.1</ipAddress></sourceInputPortDescriptor></InputProxyChannel></InputProxyChannelList>",
    ],
)
def test_an_answer_that_is_no_list_is_none(listed: bytes) -> None:
    with pytest.raises(BadAnswer):
        channels(listed, EMPTY)


def test_it_is_off_unless_the_catalogue_chooses_it() -> None:
    assert {one.channels_by for one in load_city(ROOT, "kanpur").recorders.values()} == {"onvif"}
