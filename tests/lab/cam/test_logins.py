"""Who gets in: WS-UsernameToken, HTTP Digest, user levels, lock-out."""

from __future__ import annotations

import pytest

from iccc.lab.camera_model import AXIS, CPPLUS, HIKVISION
from tests.lab.cam.client import Client, digest, envelope
from tests.lab.cam.conftest import LOGIN, HandClock, Lab

READ = "<tds:GetUsers/>"
PATH = "/onvif/device_service"


def test_the_clock_decides_about_a_signed_request(lab: Lab, clock: HandClock) -> None:
    camera = lab.camera(CPPLUS, now=clock)
    client = Client(camera.address)
    right = client.camera_time()
    for off, status in ((0.0, 200), (4.0, 200), (-4.0, 200), (7.0, 400), (-7.0, 400), (-19800.0, 400)):
        assert client.call(READ, LOGIN, at=right + off).status == status, off
    assert (camera.counters.logins, camera.counters.failures) == (3, 3)


def test_digest_in_both_algorithms(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    client = Client(camera.address)
    for algorithm in ("MD5", "SHA-256"):
        answer = client.digest_call(READ, LOGIN, algorithm)
        assert answer.all("Username") == ["admin"]
    assert client.digest_call(READ, ("admin", "wrong-1")).status == 401
    assert (camera.counters.logins, camera.counters.failures) == (2, 1)


def test_a_stale_nonce_is_said_to_be_stale_and_the_next_one_works(lab: Lab, clock: HandClock) -> None:
    camera = lab.camera(AXIS, now=clock)
    client = Client(camera.address)
    challenge = client.post(envelope(READ)).challenge()
    assert "stale" not in challenge
    for count in (1, 2):
        header = digest(challenge, *LOGIN, "POST", PATH, nc=count)
        assert client.post(envelope(READ), Authorization=header).status == 200
    replayed = client.post(envelope(READ), Authorization=digest(challenge, *LOGIN, "POST", PATH, nc=2))
    assert replayed.challenge()["stale"] == "true"
    clock.at += 301
    old = client.post(envelope(READ), Authorization=digest(challenge, *LOGIN, "POST", PATH, nc=3))
    assert old.status == 401
    fresh = old.challenge()
    assert fresh["stale"] == "true"
    assert client.post(envelope(READ), Authorization=digest(fresh, *LOGIN, "POST", PATH)).status == 200
    assert camera.counters.failures == 0


def test_a_make_accepts_only_its_own_ways(lab: Lab) -> None:
    digest_only = Client(lab.camera(HIKVISION).address)
    assert digest_only.signed(READ, LOGIN).status == 401
    wsse_only = Client(lab.camera(CPPLUS).address)
    anonymous = wsse_only.call(READ)
    assert (anonymous.status, "ter:NotAuthorized" in anonymous) == (400, True)
    assert not [value for name, value in anonymous.headers if name == "WWW-Authenticate"]
    both = Client(lab.camera(AXIS).address)
    assert both.signed(READ, LOGIN).status == 200
    assert both.digest_call(READ, LOGIN, "SHA-256").status == 200


@pytest.mark.parametrize(
    "body",
    [
        "<tds:GetSystemDateAndTime/>",
        "<tds:GetHostname/>",
        "<tds:GetCapabilities/>",
        "<tds:GetServiceCapabilities/>",
        "<tds:GetServices><tds:IncludeCapability>true</tds:IncludeCapability></tds:GetServices>",
    ],
)
def test_pre_auth_operations_need_no_login(lab: Lab, body: str) -> None:
    camera = lab.camera(HIKVISION)
    assert Client(camera.address).call(body).status == 200
    assert camera.counters.logins == 0


def test_levels(lab: Lab) -> None:
    camera = lab.camera()
    camera.inject("users.viewer", "User")
    camera.inject("users.operator", "Operator")
    client = Client(camera.address)
    set_hostname = "<tds:SetHostname><tds:Name>new</tds:Name></tds:SetHostname>"
    set_encoder = (
        '<tr2:SetVideoEncoderConfiguration><tr2:Configuration token="encoder_sub">'
        "<tt:Encoding>H265</tt:Encoding></tr2:Configuration></tr2:SetVideoEncoderConfiguration>"
    )
    allowed = {"viewer": (True, False, False, False), "operator": (True, False, False, True)}
    for name, wanted in allowed.items():
        bodies = ("<tds:GetNTP/>", READ, set_hostname, set_encoder)
        got = tuple(client.signed(body, (name, "changed-1")).status == 200 for body in bodies)
        assert got == wanted, name
    assert camera.snapshot()["hostname"] == "camera"


def test_five_wrong_passwords_lock_the_account_for_half_an_hour(lab: Lab, clock: HandClock) -> None:
    camera = lab.camera(HIKVISION, now=clock)
    client = Client(camera.address)
    for _ in range(4):
        assert client.digest_call(READ, ("admin", "wrong-1")).status == 401
    assert client.digest_call(READ, LOGIN).status == 200
    for _ in range(5):
        client.digest_call(READ, ("admin", "wrong-1"))
    assert client.digest_call(READ, LOGIN).status == 401
    clock.at += 1799
    assert client.digest_call(READ, LOGIN).status == 401
    clock.at += 2
    assert client.digest_call(READ, LOGIN).status == 200
    for _ in range(5):
        client.digest_call(READ, ("admin", "wrong-1"))
    camera.lockout.clear()
    assert client.digest_call(READ, LOGIN).status == 200
