"""Our reader at a server that was not written here: what it tells is read, what it does not offer is a row."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Codec, Encoder, Preset
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.onvif.state import Identity, Time, TimeMode, UserLevel
from tests.camera.devices import BOOTSTRAP, WANTED, camera, reach
from tests.foreign_onvif.environments import SERVER, environment

SCRIPT = Path(__file__).with_name("server") / "ipycam_server.py"
NUMBER = 90


@contextmanager
def served(password: str = BOOTSTRAP[1]) -> Iterator[list[str]]:
    """ipycam where ``camera(NUMBER)`` is dialled. Gives a list that holds what it said of logins, afterwards."""
    place = environment(SERVER)
    if place.reason:
        raise RuntimeError(f"{SERVER}: {place.reason}")
    said: list[str] = []
    command = [str(place.python), str(SCRIPT), f"127.77.3.{NUMBER}", "20080", BOOTSTRAP[0], password]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stderr is not None
            assert process.stdout.readline() == "ready\n", process.stderr.read()
            yield said
        finally:
            process.terminate()
            said += process.communicate()[0].split()


def test_what_a_foreign_server_tells_is_read_and_the_rest_is_told() -> None:
    with served() as logins:
        seen = asyncio.run(driver.observe(camera(NUMBER), reach(), (BOOTSTRAP[0],)))
    assert seen.facts is not None
    assert seen.facts.identity == Identity("IPyCam & Co", "Virtual <1>", "1.2.3", "PY-000042", mac=None)
    state = seen.state
    assert isinstance(state, CameraState)
    assert isinstance(state.time, Time)
    assert (state.time.mode, state.time.utc_offset_min) == (TimeMode.NTP, 0)
    assert isinstance(state.time.skew_s, float) and abs(state.time.skew_s) < 2
    assert state.location == {}
    gop = Unread(Reason.BAD_ANSWER, "VideoEncoderConfiguration has no H264/GovLength")
    assert state.encoders == {
        "main": Encoder(Codec.H264, 1920, 1080, 25, 4000, gop),
        "sub": Encoder(Codec.H264, 640, 360, 15, 512, gop),
    }
    assert seen.facts.stream_uris.keys() == {"main", "sub"}
    assert isinstance(state.users, dict) and state.users.keys() == {BOOTSTRAP[0]}
    assert state.users[BOOTSTRAP[0]].level is UserLevel.ADMINISTRATOR
    assert state.presets == {"Home": Preset(0.0, 0.0, 0.0)}
    told = unread(state)
    known = {
        "time.ntp_servers": "fault Receiver: Action not supported:",
        "hostname": "GetHostname: fault Receiver: Action not supported:",
        "dns": "GetDNS: fault Receiver: Action not supported:",
        "multicast": "GetProfiles: VideoEncoderConfiguration has no Multicast/AutoStart",
        "osd": "GetOSDs: fault Receiver: Action not supported:",
        "imaging": "GetVideoSourceConfigurations: GetVideoSourceConfigurationResponse in the body instead of "
        "GetVideoSourceConfigurationsResponse",
        "protocols": "GetNetworkProtocols: fault Receiver: Action not supported:",
    }
    assert {path: told.get(path) for path in known} == known
    assert all("Action not supported" in text for path, text in told.items() if path not in known)
    assert "refused" not in logins and "accepted" in logins


def test_a_foreign_server_that_refuses_a_login_is_not_asked_again() -> None:
    run = reach()
    with served(password="another") as logins:
        seen = asyncio.run(driver.observe(camera(NUMBER), run, ()))
    assert isinstance(seen.state, Unread)
    assert seen.state.reason is Reason.UNAUTHORISED
    assert logins == ["refused"]
    assert run.credentials.events == [("refused", f"c{NUMBER}")]  # type: ignore[attr-defined]


def test_what_a_foreign_server_does_not_offer_is_not_set_and_said() -> None:
    with served(), pytest.raises(DeviceError, match="GetHostname: fault Receiver: Action not supported"):
        asyncio.run(driver.apply(camera(NUMBER), "hostname", WANTED, reach()))


def unread(state: CameraState) -> dict[str, str]:
    """What could not be read, by path: the operation and what came."""
    found = {**vars(state), "time.ntp_servers": state.time.ntp_servers if isinstance(state.time, Time) else None}
    return {path: value.text.split("  onvif ")[-1] for path, value in found.items() if isinstance(value, Unread)}
