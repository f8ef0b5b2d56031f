"""Backups: fetched over HTTP with Digest, kept sealed, and put back with the passwords of their time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.backup import Backup, backup, fits, restore
from iccc.camera.desired import desired
from iccc.camera.settled import Compared, compared
from iccc.clock import SystemClock
from iccc.errors import DeviceError, StateError
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC
from iccc.lab.device import Fault
from iccc.observed import Done, Status
from iccc.onvif.state import Identity
from iccc.secrets import Login, Secret
from iccc.sessions.dial import Target
from iccc.sessions.reach import Reach
from iccc.state.camera_backups import KEPT, CameraBackups, Label
from iccc.state.secretfile import SecretFile
from tests.camera.devices import REBOOT_S, camera, plugged, reach, stored
from tests.support import MemoryCredentials
from tests.unit.states import bilaspur

TIMES = {"away_s": 4.0, "restart_s": 10.0}
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def put_back(
    number: int, between: Callable[[LabCamera, Reach], Awaitable[None]], adopted: list[Login] | None = None
) -> tuple[Done, LabCamera, MemoryCredentials]:
    """A backup of a camera with its declared hostname; something happens; the restore."""

    async def scenario() -> tuple[Done, LabCamera, MemoryCredentials]:
        async with plugged(number, replace(CPPLUS, reboot_s=REBOOT_S)) as lab:
            credentials, city, one = stored(f"c{number}"), bilaspur(), camera(number)
            way = reach(credentials, **TIMES)
            for section in ("hostname", "users"):
                await driver.apply(one, section, desired(one, city).state, way)
            credentials.default = [Login("iccc", Secret("managed-iccc"), managed=True)]
            saved = await backup(one, city, way)
            assert saved.login.user == "iccc" and saved.identity.model == CPPLUS.model
            lab.counters.failures = lab.counters.sets = 0
            await between(lab, way)

            def adopt(login: Login) -> None:
                (adopted if adopted is not None else []).append(login)
                credentials.passwords[one.name, login.user] = login.password
                credentials.default = [login]

            return await restore(one, city, way, saved, adopt), lab, credentials

    return asyncio.run(scenario())


async def another_name(lab: LabCamera, _way: Reach) -> None:
    lab.inject("hostname", "somebody")


def test_what_was_changed_since_is_as_it_was() -> None:
    done, lab, _ = put_back(211, another_name)
    assert done.status is Status.APPLIED and " settings are as on 20" in done.text, done
    assert (lab.snapshot()["hostname"], lab.counters.restarts, lab.counters.failures) == ("c211", 1, 0)


def test_passwords_are_those_of_the_backup_again() -> None:
    """They were changed since, here and there: the login of the backup is tried first, and stored when it is taken."""

    async def changed(lab: LabCamera, way: Reach) -> None:
        lab.inject("users.iccc.password", "changed-2")
        assert isinstance(way.credentials, MemoryCredentials)
        now = Login("iccc", Secret("changed-2"), managed=True)
        way.credentials.passwords["c212", "iccc"] = now.password
        way.credentials.default = [now]

    adopted: list[Login] = []
    done, lab, _ = put_back(212, changed, adopted)
    assert done.status is Status.APPLIED, done
    assert adopted == [Login("iccc", Secret("managed-iccc"), managed=True)]
    assert lab.has_login("iccc", "managed-iccc") and not lab.counters.failures


def test_one_that_takes_the_file_and_stays_as_it_is_did_not_restore() -> None:
    async def changed(lab: LabCamera, _way: Reach) -> None:
        lab.inject("hostname", "somebody")
        lab.fault = Fault.IGNORES

    done, lab, _ = put_back(213, changed)
    assert done.status is Status.ACCEPTED_NOT_APPLIED and "not as in the backup of" in done.text, done
    assert done.text.endswith(": hostname") and lab.counters.restarts == 1


def test_a_camera_that_refuses_the_file_is_a_row_and_not_restarted() -> None:
    async def refuses(lab: LabCamera, _way: Reach) -> None:
        lab.fault = Fault.UPLOAD_REFUSED

    with pytest.raises(DeviceError, match="c214 10.77.3.214:80  onvif POST /onvif/system/restore: HTTP 500"):
        put_back(214, refuses)


def test_digest_alone_is_enough_and_a_viewer_is_not() -> None:
    async def scenario() -> None:
        async with plugged(215, AXIS) as lab:
            assert (await backup(camera(215), bilaspur(), reach(stored("c215")))).file.startswith(b"LAB-SETTINGS")
            lab.inject("users.viewer", "User")
            credentials = MemoryCredentials(default=[Login("viewer", Secret("changed-1"), managed=True)])
            with pytest.raises(DeviceError, match="HTTP 403"):
                await backup(camera(215), bilaspur(), reach(credentials))

    asyncio.run(scenario())


def test_a_file_without_an_end_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iccc.camera.backup.LARGEST", 16)

    async def scenario() -> None:
        async with plugged(217, GENERIC):
            with pytest.raises(DeviceError, match="the answer is longer than 16 bytes"):
                await backup(camera(217), bilaspur(), reach(stored("c217")))

    asyncio.run(scenario())


def test_it_goes_back_to_the_camera_model_and_firmware_that_it_is_of() -> None:
    here = Identity("Generic", "NC-200", "1.2.3", "S1")
    unit = replace(here, serial="S2")
    assert fits(camera(1), here, "c1", unit, {}) is None, "a unit that was exchanged for another one"
    for device, of, said in (
        ("c2", here, "the backup is of c2"),
        ("c1", replace(here, model="NC-100"), "the backup is of model NC-100; the camera has NC-200"),
        ("c1", replace(here, firmware="1.2.4"), "the backup is of firmware 1.2.4; the camera has 1.2.3"),
    ):
        row = fits(camera(1), here, device, of, {})
        assert row is not None and (row.status, row.text) == (Status.REFUSED, said)


HTTPS: dict[str, Any] = {"protocols": {"https": {"enabled": True, "port": 443}}}


@pytest.mark.parametrize(
    ("then", "https_only", "said"),
    [
        ({"network": {"address": "10.77.3.1"}}, False, None),
        ({"network": {"unread": "no-answer"}}, False, None),
        ({"network": {"address": "10.77.3.9"}}, False, "in the backup it has the address 10.77.3.9"),
        (HTTPS, True, None),
        ({"protocols": {"https": {"enabled": False}}}, False, None),
        ({"protocols": {"https": {"enabled": False}}}, True, "iccc reaches it over nothing else"),
        ({"protocols": {"unread": "no-answer"}}, True, "iccc reaches it over nothing else"),
        ({}, True, "iccc reaches it over nothing else"),
    ],
)
def test_no_backup_goes_back_that_would_lose_the_camera(
    then: Mapping[str, Any], https_only: bool, said: str | None
) -> None:
    here = Identity("Generic", "NC-200", "1.2.3", "S1")
    row = fits(camera(1), here, "c1", here, then, https_only)
    assert (row is None) if said is None else (row is not None and row.status is Status.REFUSED and said in row.text)


@pytest.mark.parametrize(
    ("now", "same", "other", "silent"),
    [
        ({"hostname": "c1", "users": {"iccc": {"level": "Administrator"}}}, ["hostname", "users.iccc.level"], [], []),
        ({"hostname": "c2", "users": {"iccc": "absent"}}, [], ["hostname", "users.iccc"], []),
        ({"hostname": "c1", "users": {"unread": "no-answer"}}, ["hostname"], [], ["users"]),
        ({"hostname": "c1"}, ["hostname"], [], []),  # users are not declared any more
        ({}, [], [], []),  # nothing could be read
    ],
)
def test_settings_of_two_moments(now: Mapping[str, Any], same: list[str], other: list[str], silent: list[str]) -> None:
    then = {"hostname": "c1", "users": {"iccc": {"level": "Administrator"}}, "dns": {"unread": "no-answer"}}
    assert compared(then, {**now, "dns": {"from_dhcp": False}}) == Compared(same, other, silent)


# Keeping


def label(minute: int) -> Label:
    at = NOW.replace(minute=minute)
    return Label("c1", at, "Maker", "M1", "1.0", "S1", {"hostname": "c1"}, "iccc", Secret("hidden-1"), managed=True)


def secret_file(folder: Path) -> SecretFile:
    return SecretFile(folder, Target.LAB, SystemClock(), environment={})


def test_the_newest_are_kept_and_nothing_can_be_read_without_the_key(tmp_path: Path) -> None:
    with secret_file(tmp_path) as secrets:
        kept = CameraBackups(tmp_path, secrets)
        paths = [kept.keep(label(minute), b"file\nof %d" % minute) for minute in range(KEPT + 2)]
        assert [path for path in paths if path.exists()] == paths[2:]
        assert kept.open(paths[-1]) == (label(KEPT + 1), b"file\nof %d" % (KEPT + 1))
        assert b"hidden-1" not in paths[-1].read_bytes() and b"file" not in paths[-1].read_bytes()
        assert paths[-1].stat().st_mode & 0o077 == 0


def test_a_new_key_opens_the_old_backups_and_the_old_one_none(tmp_path: Path) -> None:
    with secret_file(tmp_path) as secrets:
        secrets.set("snmp/ro", Secret("x"))
        path = CameraBackups(tmp_path, secrets).keep(label(1), b"file")
        old = (tmp_path / "age.key").read_bytes()
        secrets.rotate_key()
        assert CameraBackups(tmp_path, secrets).open(path)[1] == b"file"
        (tmp_path / "age.key").write_bytes(old)
        with pytest.raises(StateError, match="no backup that was sealed with this city's key"):
            CameraBackups(tmp_path, secrets).open(path)


@pytest.mark.parametrize("content", [b"", b"age-encryption.org/v1\n", b"anything"])
def test_a_file_that_is_no_backup_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    with secret_file(tmp_path) as secrets:
        kept = CameraBackups(tmp_path, secrets)
        kept.keep(label(1), b"")
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(StateError, match="is no backup"):
            kept.open(tmp_path / "x")
        (tmp_path / "x").write_bytes(secrets.seal(b'{"version": 2}\n' + content))
        with pytest.raises(StateError, match="is no backup of a camera"):
            kept.open(tmp_path / "x")


def test_a_camera_at_factory_state_is_kept_with_the_login_of_the_technician() -> None:

    async def scenario() -> Backup:
        async with plugged(216, GENERIC):
            return await backup(camera(216), bilaspur(), reach(stored("c216")))

    taken = asyncio.run(scenario())
    assert taken.settings["hostname"] == GENERIC.hostname and taken.login.managed is False
