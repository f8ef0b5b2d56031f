"""System acts of the device service: restart, factory default, backup, restore, firmware. They are no settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iccc.onvif.call import Procedure, Service, element, read, write
from iccc.onvif.errors import BadAnswer
from iccc.onvif.services import path_of
from iccc.onvif.xml import Element, text

_LONGEST_S = 3600.0  # a device that says that it needs longer is not waited for longer
# xs:duration as far as devices wait: days, hours, minutes, seconds.
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True)
class Upload:
    """Where a file goes: a path of the device, not before ``delay_s``; then it is away for ``down_s``."""

    path: str
    delay_s: float
    down_s: float


def restart() -> Procedure[None]:
    """SystemReboot. What the device says about it is for people, and no promise."""
    yield write(Service.DEVICE, "SystemReboot", "")


def factory_default(hard: bool) -> Procedure[None]:
    """SetSystemFactoryDefault. Soft keeps what the device is reached by (ONVIF Core, 8.3.7); hard keeps nothing."""
    yield write(Service.DEVICE, "SetSystemFactoryDefault", element("tds:FactoryDefault", "Hard" if hard else "Soft"))


def backup_path() -> Procedure[str]:
    """The path of the backup file, out of GetSystemUris. BadAnswer when the device offers none."""
    reply = yield read(Service.DEVICE, "GetSystemUris")
    uri = text(reply, "SystemBackupUri")
    if not uri:
        raise BadAnswer("GetSystemUris names no backup: this device does not offer one over HTTP")
    return path_of(uri)


def start_restore() -> Procedure[Upload]:
    """StartSystemRestore. The device changes when the file has come, not before."""
    return _upload((yield write(Service.DEVICE, "StartSystemRestore", "")))


def start_upgrade() -> Procedure[Upload]:
    """StartFirmwareUpgrade. The device changes when the file has come, not before."""
    return _upload((yield write(Service.DEVICE, "StartFirmwareUpgrade", "")))


def _upload(reply: Element) -> Upload:
    uri = text(reply, "UploadUri")
    if not uri:
        raise BadAnswer("the answer names no UploadUri")
    return Upload(path_of(uri), _seconds(text(reply, "UploadDelay")), _seconds(text(reply, "ExpectedDownTime")))


def _seconds(duration: str | None) -> float:
    """An xs:duration in seconds, of an hour at most; 0 for what is none: it is a hint, and time-outs are ours."""
    found = _DURATION.fullmatch((duration or "").strip())
    if found is None:
        return 0.0
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return min(((days * 24 + hours) * 60 + minutes) * 60 + seconds, _LONGEST_S)
