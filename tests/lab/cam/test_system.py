"""Restart, factory default, backup and restore."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from tests.lab.cam.asking import done
from tests.lab.cam.client import Answer, Client, digest
from tests.lab.cam.conftest import LOGIN, Lab

QUICK = replace(GENERIC, reboot_s=0.15)
REBOOT = "<tds:SystemReboot/>"
NAME = "<tds:SetHostname><tds:Name>new</tds:Name></tds:SetHostname>"
H265 = (
    '<tr2:SetVideoEncoderConfiguration><tr2:Configuration token="encoder_main"><tt:Name>x</tt:Name>'
    "<tt:UseCount>1</tt:UseCount><tt:Encoding>H265</tt:Encoding><tt:Resolution><tt:Width>1920</tt:Width>"
    "<tt:Height>1080</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality></tr2:Configuration>"
    "</tr2:SetVideoEncoderConfiguration>"
)


def default(kind: str) -> str:
    return f"<tds:SetSystemFactoryDefault><tds:FactoryDefault>{kind}</tds:FactoryDefault></tds:SetSystemFactoryDefault>"


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def up(camera: LabCamera) -> bool:
    try:
        return Client(camera.address, timeout_s=0.1).call("<tds:GetHostname/>").status == 200
    except OSError:
        return False


def fetch(camera: LabCamera, uri: str, method: str, login: tuple[str, str], body: bytes = b"") -> Answer:
    """One request with HTTP Digest to a URI that the camera told."""
    path = uri.partition("20080")[2]
    connection = http.client.HTTPConnection(camera.address, 20080, timeout=5)
    headers: dict[str, str] = {}
    for _ in range(2):
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        if answer.status == 401 and not headers:
            headers = {"Authorization": digest(answer.challenge(), *login, method, path)}
        else:
            break
    return answer


def test_a_restart_takes_its_time_and_keeps_the_settings(lab: Lab) -> None:
    camera = lab.camera(QUICK)
    done(camera, NAME)
    other = Client(camera.address)
    assert other.call("<tds:GetHostname/>").status == 200
    began = time.monotonic()
    done(camera, REBOOT)
    assert not up(camera)
    until(lambda: up(camera))
    assert time.monotonic() - began >= 0.15  # a lower bound: what the device promises
    with pytest.raises(ConnectionError):  # a connection from before
        other.call("<tds:GetHostname/>")
    assert camera.snapshot()["hostname"] == "new"
    assert camera.counters.sets == 1


def test_a_power_cut_ends_a_restart(lab: Lab) -> None:
    camera = lab.camera(replace(GENERIC, reboot_s=60))
    done(camera, REBOOT)
    camera.power_cut()
    lab.run(camera.unplug())
    lab.run(camera.plug())
    assert up(camera)


def test_a_reset_of_the_lab_ends_a_restart(lab: Lab) -> None:
    camera = lab.camera(replace(GENERIC, reboot_s=60))
    done(camera, REBOOT)
    camera.factory_reset()
    until(lambda: up(camera))


def test_a_path_that_comes_back_does_not_end_a_restart(lab: Lab) -> None:
    camera = lab.camera(replace(GENERIC, reboot_s=60))
    done(camera, REBOOT)
    lab.run(camera.unplug())
    lab.run(camera.plug())
    assert not up(camera)


@pytest.mark.parametrize("restart", ["reboot", "power cut"])
def test_settings_that_hold_after_a_reboot(lab: Lab, restart: str) -> None:
    camera = lab.camera(QUICK)
    before = camera.snapshot()
    camera.fault = Fault.AFTER_REBOOT
    for body in (NAME, H265):
        done(camera, body)
    assert (camera.snapshot(), camera.counters.sets) == (before, 2)
    assert Client(camera.address).call("<tds:GetHostname/>").value("Name") == "camera"
    if restart == "reboot":
        done(camera, REBOOT)
        until(lambda: camera.snapshot()["hostname"] == "new")
    else:
        camera.power_cut()
    assert camera.snapshot()["hostname"] == "new"
    assert camera.snapshot()["encoders"]["main"]["codec"] == "H265"  # type: ignore[index]
    assert (camera.counters.sets, camera.counters.restarts) == (2, int(restart == "reboot"))


def test_a_healed_camera_forgets_what_waited(lab: Lab) -> None:
    camera = lab.camera(QUICK)
    before = camera.snapshot()
    for fault in (Fault.AFTER_REBOOT, Fault.NONE):
        camera.fault = fault
        camera.faulted()
        if fault is Fault.AFTER_REBOOT:
            done(camera, NAME)
    camera.power_cut()
    assert camera.snapshot() == before


def test_users_and_the_clock_never_wait_for_a_reboot(lab: Lab) -> None:
    camera = lab.camera(QUICK)
    camera.fault = Fault.AFTER_REBOOT
    user = (
        "<tds:CreateUsers><tds:User><tt:Username>iccc</tt:Username><tt:Password>managed-1</tt:Password>"
        "<tt:UserLevel>Administrator</tt:UserLevel></tds:User></tds:CreateUsers>"
    )
    done(camera, user)
    assert Client(camera.address).signed("<tds:GetUsers/>", ("iccc", "managed-1")).status == 200


@pytest.mark.parametrize(("model", "keeps"), [(AXIS, False), (HIKVISION, True), (CPPLUS, True), (GENERIC, False)])
def test_a_soft_factory_default_keeps_the_address(lab: Lab, model: CameraModel, keeps: bool) -> None:
    camera = lab.camera(replace(model, reboot_s=0.05))
    factory = camera.snapshot()
    camera.inject("users.viewer", "User")
    camera.inject("gateway", "10.77.2.254")
    camera.inject("encoders.main.codec", "H265")
    camera.inject("imaging.contrast", 70)
    done(camera, default("Soft"))
    until(lambda: up(camera))
    seen = camera.snapshot()
    assert seen["gateway"] == "10.77.2.254"
    assert ("viewer" in seen["users"]) is keeps  # type: ignore[operator]
    for name in ("encoders", "imaging", "address"):
        assert seen[name] == factory[name]
    assert camera.counters.sets == 1


def test_a_hard_factory_default_loses_the_camera_until_it_is_reset(lab: Lab) -> None:
    camera = lab.camera(replace(HIKVISION, reboot_s=0.05))
    done(camera, default("Hard"))
    until(lambda: camera.snapshot()["address"] == "192.168.1.64")
    time.sleep(0.1)
    assert not up(camera)
    camera.factory_reset()
    until(lambda: up(camera))


def test_factory_default_that_is_ignored_or_not_allowed(lab: Lab) -> None:
    camera = lab.camera(QUICK)
    camera.inject("hostname", "kept")
    camera.inject("users.viewer", "Operator")
    client = Client(camera.address)
    assert "ter:NotAuthorized" in client.signed(default("Soft"), ("viewer", "changed-1"))
    camera.fault = Fault.IGNORES
    done(camera, default("Hard"))
    until(lambda: up(camera))
    assert camera.snapshot()["hostname"] == "kept"


def test_a_backup_brings_everything_back(lab: Lab) -> None:
    camera = lab.camera(replace(CPPLUS, reboot_s=0.05))
    camera.inject("hostname", "before")
    camera.inject("imaging.contrast", 70)
    before = camera.snapshot()
    uri = done(camera, "<tds:GetSystemUris/>").value("SystemBackupUri")
    assert fetch(camera, uri, "GET", ("admin", "wrong-1")).status == 401
    file = fetch(camera, uri, "GET", LOGIN).body
    camera.inject("hostname", "after")
    camera.inject("imaging.contrast", 20)
    camera.inject("users.admin.password", "changed-2")
    upload = Client(camera.address).signed("<tds:StartSystemRestore/>", ("admin", "changed-2")).value("UploadUri")
    assert fetch(camera, upload, "POST", ("admin", "changed-2"), b"other").status == 415
    assert fetch(camera, upload, "POST", ("admin", "changed-2"), file).status == 200
    until(lambda: up(camera))
    assert camera.snapshot() == before
    assert camera.has_login(*LOGIN)
    assert camera.counters.sets == 1


def test_backups_are_for_administrators_and_for_the_device_itself(lab: Lab) -> None:
    one, other = lab.camera(), lab.camera()
    one.inject("users.viewer", "User")
    uri = done(one, "<tds:GetSystemUris/>").value("SystemBackupUri")
    assert fetch(one, uri, "GET", ("viewer", "changed-1")).status == 403
    assert fetch(one, uri, "POST", LOGIN).status == 405
    file = fetch(one, uri, "GET", LOGIN).body
    assert fetch(other, uri.replace("backup", "restore"), "POST", LOGIN, file).status == 415


START_UPGRADE = "<tds:StartFirmwareUpgrade/>"


def firmware(camera: LabCamera, *words: str) -> bytes:
    return " ".join(("LAB-FIRMWARE", camera.state.model.hardware_id, *words)).encode() + b"\n" + b"x" * 300_000


def version(camera: LabCamera) -> str:
    return done(camera, "<tds:GetDeviceInformation/>").value("FirmwareVersion")


def test_an_upgrade_changes_the_version_and_keeps_the_settings(lab: Lab) -> None:
    camera = lab.camera(replace(CPPLUS, reboot_s=0.05))
    camera.inject("hostname", "kept")
    uri = done(camera, START_UPGRADE).value("UploadUri")
    assert fetch(camera, uri, "POST", LOGIN, b"LAB-FIRMWARE other 2.0\n").status == 415
    assert fetch(camera, uri, "POST", LOGIN, firmware(camera, "2.0")).status == 200
    until(lambda: up(camera))
    assert (version(camera), camera.snapshot()["hostname"], camera.counters.restarts) == ("2.0", "kept", 1)
    done(camera, default("Soft"))
    until(lambda: up(camera))
    assert (version(camera), camera.snapshot()["hostname"]) == ("2.0", CPPLUS.hostname)
    camera.factory_reset()
    assert version(camera) == CPPLUS.firmware


def test_upgrades_that_go_wrong(lab: Lab) -> None:
    camera = lab.camera(QUICK)
    uri = done(camera, START_UPGRADE).value("UploadUri")
    camera.fault = Fault.UPLOAD_REFUSED
    assert fetch(camera, uri, "POST", LOGIN, firmware(camera, "2.0")).status == 500
    camera.fault = Fault.IGNORES
    assert fetch(camera, uri, "POST", LOGIN, firmware(camera, "2.0")).status == 200
    until(lambda: up(camera))
    assert version(camera) == GENERIC.firmware
    camera.fault = Fault.NO_RETURN
    assert fetch(camera, uri, "POST", LOGIN, firmware(camera, "2.0")).status == 200
    time.sleep(0.5)
    assert not up(camera)
    camera.fault = Fault.NONE
    camera.faulted()
    until(lambda: up(camera))
