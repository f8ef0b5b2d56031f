"""Each fault behaves as in the field, and drift comes in behind everybody's back."""

from __future__ import annotations

import http.client
import socket
import time
from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, HIKVISION
from iccc.lab.device import Fault
from iccc.lab.onvif import OnvifDevice
from tests.lab.cam.client import Client, describe, envelope, rtsp, wsse
from tests.lab.cam.conftest import LOGIN, Lab

READ = "<tds:GetUsers/>"
SET = "<tds:SetHostname><tds:Name>new</tds:Name></tds:SetHostname>"
ANONYMOUS = "<tds:GetSystemDateAndTime/>"
MANUAL = (
    "<tds:SetSystemDateAndTime><tds:DateTimeType>Manual</tds:DateTimeType>"
    "<tds:DaylightSavings>false</tds:DaylightSavings><tds:UTCDateTime>"
    "<tt:Time><tt:Hour>6</tt:Hour><tt:Minute>30</tt:Minute><tt:Second>0</tt:Second></tt:Time>"
    "<tt:Date><tt:Year>2025</tt:Year><tt:Month>7</tt:Month><tt:Day>31</tt:Day></tt:Date>"
    "</tds:UTCDateTime></tds:SetSystemDateAndTime>"
)
NTP = (
    "<tds:SetNTP><tds:FromDHCP>false</tds:FromDHCP><tds:NTPManual><tt:Type>IPv4</tt:Type>"
    "<tt:IPv4Address>10.80.0.10</tt:IPv4Address></tds:NTPManual></tds:SetNTP>"
)
NTP_TIME = (
    "<tds:SetSystemDateAndTime><tds:DateTimeType>NTP</tds:DateTimeType>"
    "<tds:DaylightSavings>false</tds:DaylightSavings></tds:SetSystemDateAndTime>"
)


def break_it(device: OnvifDevice, fault: Fault, delay_s: float = 0.0) -> None:
    device.fault, device.delay_s = fault, delay_s
    device.faulted()


def test_silent_accepts_and_never_answers(camera: LabCamera) -> None:
    break_it(camera, Fault.SILENT)
    with pytest.raises(TimeoutError):
        Client(camera.address, timeout_s=0.3).call(ANONYMOUS)
    with pytest.raises(TimeoutError):
        rtsp(camera.address, "OPTIONS", f"rtsp://{camera.address}/live/main", timeout_s=0.3)
    break_it(camera, Fault.NONE)
    assert Client(camera.address).call(ANONYMOUS).status == 200


def test_slow_answers_late_and_in_order(camera: LabCamera) -> None:
    break_it(camera, Fault.SLOW, 0.2)
    start = time.monotonic()
    with socket.create_connection((camera.address, 20080), 5) as sock:
        for name in ("GetHostname", "GetSystemDateAndTime"):
            body = envelope(f"<tds:{name}/>")
            sock.sendall(b"POST /onvif/x HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        data = b""
        while b"GetSystemDateAndTimeResponse" not in data:
            data += sock.recv(65536)
    assert data.index(b"GetHostnameResponse") < data.index(b"GetSystemDateAndTimeResponse")
    assert time.monotonic() - start >= 0.4  # a lower bound: what the device promises


def test_far_away_every_answer_comes_later(camera: LabCamera) -> None:
    camera.latency_s = 0.2
    start = time.monotonic()
    assert Client(camera.address).call(ANONYMOUS).status == 200
    assert time.monotonic() - start >= 0.2
    break_it(camera, Fault.SLOW, 0.2)  # and slow besides
    start = time.monotonic()
    assert Client(camera.address).call(ANONYMOUS).status == 200
    assert time.monotonic() - start >= 0.4


def test_wrong_password_refuses_every_login(camera: LabCamera) -> None:
    break_it(camera, Fault.WRONG_PASSWORD)
    assert Client(camera.address).signed(READ, LOGIN).status == 400
    url = f"rtsp://{camera.address}:20554/live/main"
    assert describe(camera.address, url, LOGIN).status == 401
    assert (camera.counters.logins, camera.counters.failures) == (0, 2)


@pytest.mark.parametrize("cure", [(MANUAL,), (NTP, NTP_TIME)], ids=["manual", "ntp"])
def test_a_wrong_clock_refuses_the_real_time_until_it_is_set(lab: Lab, cure: tuple[str, ...]) -> None:
    camera = lab.camera(CPPLUS)
    break_it(camera, Fault.WRONG_CLOCK)
    client = Client(camera.address)
    assert client.call(READ, LOGIN).status == 400
    assert client.call(ANONYMOUS).value("Year") == "2000"
    assert client.signed(READ, LOGIN).status == 200
    for body in cure:
        assert client.signed(body, LOGIN).status == 200
    assert camera.fault is Fault.NONE
    assert client.signed(READ, LOGIN).status == 200
    if cure[0] == NTP:
        assert client.call(READ, LOGIN).status == 200


def test_the_wrong_clock_can_be_taken_back(camera: LabCamera) -> None:
    before = camera.snapshot()
    break_it(camera, Fault.WRONG_CLOCK)
    break_it(camera, Fault.NONE)
    assert camera.snapshot() == before


def test_accepts_and_ignores(camera: LabCamera) -> None:
    before = camera.snapshot()
    break_it(camera, Fault.IGNORES)
    client = Client(camera.address)
    encoder = (
        '<tr2:SetVideoEncoderConfiguration><tr2:Configuration token="encoder_main">'
        "<tt:Encoding>H265</tt:Encoding></tr2:Configuration></tr2:SetVideoEncoderConfiguration>"
    )
    for body in (SET, NTP, MANUAL, encoder):
        assert client.signed(body, LOGIN).status == 200
    assert camera.snapshot() == before
    assert camera.counters.sets == 4
    assert "ter:ConfigModify" in client.signed(encoder.replace("H265", "VP9"), LOGIN)


def test_a_device_without_its_path_is_dead_silent_and_comes_back(lab: Lab, camera: LabCamera) -> None:
    client = Client(camera.address, timeout_s=0.4)
    assert client.call(ANONYMOUS).status == 200
    lab.run(camera.unplug())
    with pytest.raises(TimeoutError):
        client.call(ANONYMOUS)
    with pytest.raises(TimeoutError), socket.create_connection((camera.address, 20080), 0.4):
        pass
    old = Client(camera.address, timeout_s=5)
    lab.run(camera.plug())
    assert old.signed(SET, LOGIN).status == 200
    lab.run(camera.unplug())
    lab.run(camera.plug())
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        old.call(ANONYMOUS)
    assert Client(camera.address).call("<tds:GetHostname/>").value("Name") == "new"


def test_a_power_cut_keeps_settings_and_loses_the_clock_of_makes_without_battery(lab: Lab) -> None:
    axis, hikvision = lab.camera(AXIS), lab.camera(HIKVISION)
    for camera in (axis, hikvision):
        camera.inject("hostname", "kept")
        camera.power_cut()
        assert camera.snapshot()["hostname"] == "kept"
    assert Client(axis.address).call(ANONYMOUS).value("Year") != "2000"
    assert Client(hikvision.address).call(ANONYMOUS).value("Year") == "2000"
    hikvision.inject("ntp_servers", ["10.80.0.10"])
    hikvision.inject("time_mode", "NTP")
    hikvision.power_cut()
    assert hikvision.snapshot()["skew_s"] == 0.0


def test_a_restart_ends_the_connection_and_frees_locked_accounts(camera: LabCamera) -> None:
    client = Client(camera.address)
    for _ in range(5):
        client.call(READ, ("viewer", "wrong-1"), at=client.camera_time())
    assert camera.lockout.locked("viewer")
    answer = client.signed("<tds:SystemReboot/>", LOGIN)
    assert ("Connection", "close") in answer.headers
    assert not camera.lockout.locked("viewer")


def test_factory_reset(camera: LabCamera) -> None:
    before = camera.snapshot()
    camera.inject("hostname", "x")
    camera.inject("users.admin", None)
    camera.inject("encoders.main.codec", "H265")
    camera.factory_reset()
    assert camera.snapshot() == before
    assert camera.has_login(*LOGIN)


@pytest.mark.parametrize(
    ("path", "value", "seen"),
    [
        ("hostname", "other", "other"),
        ("ntp_servers", ["10.9.9.9", "10.9.9.8"], ["10.9.9.9", "10.9.9.8"]),
        ("ntp_servers", [], []),
        ("time_zone", "CST-8", "CST-8"),
        ("skew_s", 90, 90.0),
        ("location.junction", "Agrasen Chowk", "Agrasen Chowk"),
        ("users.recorder.level", "Operator", "Operator"),
        ("protocols.http.enabled", False, False),
        ("protocols.rtsp.port", 8554, 8554),
        ("encoders.main.bitrate_kbps", 1024, 1024),
        ("encoders.sub.codec", "JPEG", "JPEG"),
        ("encoders.sub.fps", 5, 5.0),
        ("encoders.main.gop", 12, 12),
    ],
)
def test_injected_drift_is_seen(camera: LabCamera, path: str, value: object, seen: object) -> None:
    camera.inject("users.recorder", "User")
    camera.inject(path, value)
    node: Any = camera.snapshot()
    for step in path.split("."):
        node = node[step]
    assert node == seen


@pytest.mark.parametrize(
    ("path", "value", "error", "told"),
    [
        ("colour", 1, KeyError, "hostname, time_zone"),
        ("encoders.third.gop", 1, KeyError, "encoders.<main|sub>"),
        ("encoders.main.colour", 1, KeyError, "codec, width_px"),
        ("users.nobody.level", "User", KeyError, "admin"),
        ("users.admin.level", "King", ValueError, "Administrator, Operator, User"),
        ("protocols.ftp.enabled", True, KeyError, "http, https, rtsp"),
        ("encoders.main.codec", "VP9", ValueError, "H264, H265, JPEG"),
        ("encoders.main.bitrate_kbps", 10**9, ValueError, "between 64 and 16384"),
        ("hostname", 7, ValueError, "no text"),
        ("time_zone", "Kolkata", ValueError, "invalid time zone"),
    ],
)
def test_an_injection_that_cannot_be_says_what_can(
    camera: LabCamera, path: str, value: object, error: type[Exception], told: str
) -> None:
    with pytest.raises(error) as caught:
        camera.inject(path, value)
    assert told in str(caught.value)


def test_chunked_requests_and_limits(camera: LabCamera) -> None:
    body = envelope("<tds:GetUsers/>", wsse(*LOGIN, at=Client(camera.address).camera_time()))
    connection = http.client.HTTPConnection(camera.address, 20080, timeout=5)
    connection.request("POST", "/onvif/device_service", iter([body[:100], body[100:]]), encode_chunked=True)
    response = connection.getresponse()
    assert (response.status, b"admin" in response.read()) == (200, True)
    for raw, status in (
        (b"POST /onvif/x HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b" 413 "),
        (b"POST /onvif/x HTTP/1.1\r\nX: " + b"y" * 20_000, b" 431 "),
        (b"nonsense\r\n\r\n", b" 400 "),
        (b"POST /onvif/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", b" 413 "),
        (b"GET /index.html HTTP/1.1\r\n\r\n", b" 404 "),
        (b"GET /onvif/x HTTP/1.1\r\n\r\n", b" 405 "),
    ):
        with socket.create_connection((camera.address, 20080), 5) as sock:
            sock.sendall(raw)
            assert status in sock.recv(4096)
