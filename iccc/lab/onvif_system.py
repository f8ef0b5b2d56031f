"""Restart, factory default, backup, restore and firmware: only the answers. The device acts after them."""

from __future__ import annotations

from collections.abc import Mapping

from iccc.lab.onvif_soap import Access, Call, Operation, SoapFault, text
from iccc.lab.onvif_state import DeviceState

BACKUP_PATH = "/onvif/system/backup"  # HTTP GET, with Digest
RESTORE_PATH = "/onvif/system/restore"  # HTTP POST, with Digest
FIRMWARE_PATH = "/onvif/system/firmware"  # likewise
UPLOAD_DELAY_S = 0.1


def system_reboot(state: DeviceState, _: Call) -> str:
    return (
        f"<tds:SystemRebootResponse><tds:Message>The device is back in {state.model.reboot_s:g} seconds</tds:Message>"
        "</tds:SystemRebootResponse>"
    )


def set_system_factory_default(_: DeviceState, call: Call) -> str:
    kind = text(call.element, "tds:FactoryDefault")
    if kind not in ("Hard", "Soft"):
        raise SoapFault(f"invalid FactoryDefault {kind}", "ter:InvalidArgVal")
    return "<tds:SetSystemFactoryDefaultResponse/>"


def get_system_uris(_: DeviceState, call: Call) -> str:
    return (
        f"<tds:GetSystemUrisResponse><tds:SystemBackupUri>{call.http_base}{BACKUP_PATH}</tds:SystemBackupUri>"
        "</tds:GetSystemUrisResponse>"
    )


def start_system_restore(state: DeviceState, call: Call) -> str:
    return (
        f"<tds:StartSystemRestoreResponse><tds:UploadUri>{call.http_base}{RESTORE_PATH}</tds:UploadUri>"
        f"<tds:ExpectedDownTime>PT{state.model.reboot_s:g}S</tds:ExpectedDownTime></tds:StartSystemRestoreResponse>"
    )


def start_firmware_upgrade(state: DeviceState, call: Call) -> str:
    return (
        f"<tds:StartFirmwareUpgradeResponse><tds:UploadUri>{call.http_base}{FIRMWARE_PATH}</tds:UploadUri>"
        f"<tds:UploadDelay>PT{UPLOAD_DELAY_S:g}S</tds:UploadDelay>"
        f"<tds:ExpectedDownTime>PT{state.model.reboot_s:g}S</tds:ExpectedDownTime></tds:StartFirmwareUpgradeResponse>"
    )


def firmware_of(file: bytes, hardware_id: str) -> tuple[str, bool] | None:
    """The version in a firmware file for this hardware, and whether it forgets all settings; None for any other file.

    It begins with a line ``LAB-FIRMWARE <hardware> <version>``, and ``factory`` behind that if it forgets.
    """
    words = file[:200].split(b"\n")[0].decode("ascii", "replace").split()
    if words[:2] != ["LAB-FIRMWARE", hardware_id] or len(words) not in (3, 4):
        return None
    return words[2], words[3:] == ["factory"]


# StartSystemRestore and StartFirmwareUpgrade are UNRECOVERABLE in the standard; here the restart comes with the upload,
# not with this answer.
OPERATIONS: Mapping[str, Operation[DeviceState]] = {
    "SystemReboot": Operation(Access.UNRECOVERABLE, system_reboot),
    "SetSystemFactoryDefault": Operation(Access.UNRECOVERABLE, set_system_factory_default, writes=True),
    "GetSystemUris": Operation(Access.READ_SYSTEM, get_system_uris),
    "StartSystemRestore": Operation(Access.READ_SYSTEM_SECRET, start_system_restore),
    "StartFirmwareUpgrade": Operation(Access.READ_SYSTEM_SECRET, start_firmware_upgrade),
}
