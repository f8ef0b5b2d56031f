"""Whether the camera or recorder that answers at an address is the one that is meant: else nothing is written to it."""

from __future__ import annotations

from iccc.city.devices import Device
from iccc.mib.addresses import as_mac
from iccc.onvif.identity import same_serial
from iccc.onvif.state import Identity
from iccc.trust import TrustStore


def stranger(device: Device, told: Identity, trust: TrustStore) -> str | None:
    """Why the unit that answers is not the declared or the enrolled one; None when it is, or nothing is known of it.

    That its serial number is the enrolled one the session has checked already, before anything else was read.
    """
    serial = getattr(device, "serial", None)
    if serial and not same_serial(told.serial, serial):
        return f"serial number {told.serial[:60]!r} answers, {serial!r} is declared"
    for mac, whence in ((as_mac(getattr(device, "mac", None)), "declared"), (trust.mac(device.name), "enrolled")):
        if mac and told.mac and told.mac != mac:
            return f"hardware address {told.mac} answers, {mac} is {whence}"
    return None
