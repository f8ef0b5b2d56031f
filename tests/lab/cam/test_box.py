"""Cameras as they come out of their boxes: who gets in, how the first user is made, and two at one address."""

from __future__ import annotations

import asyncio
import base64
import http.client
import re
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import CPPLUS, HIKVISION, CameraModel
from iccc.lab.commons import MakersAddresses
from tests.lab.cam.client import Answer, Client
from tests.lab.cam.conftest import Lab

PASSWORD = "Factory-2026"
ADMIN = "<tds:CreateUsers><tds:User><tt:Username>{}</tt:Username><tt:Password>{}</tt:Password><tt:UserLevel>{}</tt:UserLevel></tds:User></tds:CreateUsers>"  # noqa: E501


def _boxed(lab: Lab, makers: MakersAddresses, model: CameraModel, number: int) -> tuple[LabCamera, Client]:
    """One that holds 192.168.77.``number``."""
    camera = lab.camera(replace(model, factory_address=f"192.168.77.{number}"))
    camera.presence.makers = makers

    async def box() -> None:
        camera.to_box()
        await asyncio.sleep(0.05)  # its sockets follow

    lab.run(box())
    return camera, Client(f"127.168.77.{number}", timeout_s=1.0)


def _closed(lab: Lab, makers: MakersAddresses) -> None:
    async def close() -> None:
        for address in makers.all():
            await address.close()

    lab.run(close())


def test_until_there_is_a_user_everything_is_open_over_onvif(lab: Lab) -> None:
    makers = MakersAddresses()
    camera, client = _boxed(lab, makers, CPPLUS, 1)
    assert client.call("<tds:GetUsers/>").all("Username") == []
    assert client.call("<tds:GetDeviceInformation/>").value("Model") == CPPLUS.model
    assert client.call(ADMIN.format("viewer", PASSWORD, "User")).status == 400, "the first one is an administrator"
    assert client.call(ADMIN.format("iccc", PASSWORD, "Administrator")).status == 200
    assert client.call("<tds:GetDeviceInformation/>").status == 400
    assert client.call("<tds:GetUsers/>", ("iccc", PASSWORD), at=client.camera_time()).all("Username") == ["iccc"]
    assert (camera.counters.activations, camera.counters.failures) == (1, 0)
    _closed(lab, makers)


def _asked(address: str, method: str, path: str, body: str = "") -> Answer:
    connection = http.client.HTTPConnection(address, 20080, timeout=2)
    connection.request(method, path, body)
    response = connection.getresponse()
    return Answer(response.status, response.getheaders(), response.read())


def _activated(address: str, password: str) -> int:
    """The dance of the published scripts, with the arithmetic of RSA done by hand."""
    key = rsa.generate_private_key(65_537, 1024).private_numbers()
    modulus = base64.b64encode(f"{key.public_numbers.n:0256x}".encode()).decode()
    reply = _asked(address, "POST", "/ISAPI/Security/challenge", f"<PublicKey><key>{modulus}</key></PublicKey>")
    if reply.status != 200:
        return reply.status
    sealed = int(base64.b64decode(reply.value("key")), 16)
    padded = pow(sealed, key.d, key.public_numbers.n).to_bytes(128, "big")
    random = re.fullmatch(rb"\x00\x02[^\x00]+\x00(.+)", padded, re.S)
    assert random, "PKCS #1 v1.5"
    digits = random[1].decode()
    shut = Cipher(algorithms.AES(bytes.fromhex(digits)), modes.ECB()).encryptor()
    text = shut.update(digits[:16].encode() + password.encode().ljust(16, b"\0")).hex()
    body = f"<ActivateInfo><password>{base64.b64encode(text.encode()).decode()}</password></ActivateInfo>"
    return _asked(address, "PUT", "/ISAPI/System/activate", body).status


def test_a_maker_s_activation_and_what_a_second_one_costs(lab: Lab) -> None:
    makers = MakersAddresses()
    camera, client = _boxed(lab, makers, HIKVISION, 2)
    at = "127.168.77.2"
    assert _asked(at, "GET", "/SDK/activateStatus").value("Activated") == "false"
    assert client.call("<tds:GetDeviceInformation/>").status == 400
    assert client.call("<tds:GetSystemDateAndTime/>").status == 200
    assert _activated(at, "short") == 400
    assert _activated(at, PASSWORD) == 200
    assert _asked(at, "GET", "/SDK/activateStatus").value("Activated") == "true"
    assert client.digest_call("<tds:GetUsers/>", ("admin", PASSWORD)).all("Username") == ["admin"]
    assert (camera.counters.activations, camera.counters.failures) == (1, 0)
    assert [_activated(at, PASSWORD) for _ in range(HIKVISION.lock_after)] == [403] * HIKVISION.lock_after
    assert camera.counters.lockouts, "guessing locks the account"
    _closed(lab, makers)


def test_two_at_one_address_disturb_each_other(lab: Lab) -> None:
    makers = MakersAddresses()
    one, client = _boxed(lab, makers, CPPLUS, 3)
    assert client.call("<tds:GetSystemDateAndTime/>").status == 200
    other, _ = _boxed(lab, makers, CPPLUS, 3)
    got = []
    for _ in range(9):
        try:
            told = Client("127.168.77.3", timeout_s=0.3).call("<tds:GetNetworkInterfaces/>")
            got.append(told.value("HwAddress"))
        except OSError:
            got.append("")
    assert set(got) == {one.state.mac, other.state.mac, ""}, "the one, the other, or nobody"
    assert one.counters.collisions and other.counters.collisions

    async def leaves() -> None:
        await other.unplug()

    lab.run(leaves())
    assert {Client("127.168.77.3").call("<tds:GetNetworkInterfaces/>").value("HwAddress") for _ in range(4)} == {
        one.state.mac
    }
    _closed(lab, makers)
