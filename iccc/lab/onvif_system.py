"""Restart, factory default, backup and restore of the device service: only the answers. The device acts after them."""

from __future__ import annotations

from collections.abc import Mapping

from iccc.lab.onvif_soap import Access, Call, Operation, SoapFault, text
from iccc.lab.onvif_state import DeviceState

BACKUP_PATH = "/onvif/system/backup"  # HTTP GET, with Digest
RESTORE_PATH = "/onvif/system/restore"  # HTTP POST, with Digest


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


# StartSystemRestore is UNRECOVERABLE in the standard; here the restart comes with the upload, not with this answer.
OPERATIONS: Mapping[str, Operation[DeviceState]] = {
    "SystemReboot": Operation(Access.UNRECOVERABLE, system_reboot),
    "SetSystemFactoryDefault": Operation(Access.UNRECOVERABLE, set_system_factory_default, writes=True),
    "GetSystemUris": Operation(Access.READ_SYSTEM, get_system_uris),
    "StartSystemRestore": Operation(Access.READ_SYSTEM_SECRET, start_system_restore),
}
