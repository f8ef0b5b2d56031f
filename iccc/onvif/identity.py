"""Who a device says that it is."""

from __future__ import annotations

import re

from iccc.onvif.call import Procedure, Service, read
from iccc.onvif.errors import BadAnswer
from iccc.onvif.state import Identity
from iccc.onvif.xml import Element, descendants, need_text, text


def identity(reply: Element) -> Identity:
    """Out of a GetDeviceInformationResponse. Some devices give no serial number: "" then."""
    return Identity(
        manufacturer=need_text(reply, "Manufacturer"),
        model=need_text(reply, "Model"),
        firmware=text(reply, "FirmwareVersion") or "",
        serial=text(reply, "SerialNumber") or "",
    )


def read_mac() -> Procedure[str]:
    """The hardware address of the first interface, like ``02:00:0a:15:0e:0d``."""
    reply = yield read(Service.DEVICE, "GetNetworkInterfaces")
    for found in descendants(reply, "HwAddress"):
        digits = re.sub(r"[^0-9a-f]", "", (text(found) or "").lower())
        if len(digits) == 12:
            return ":".join(digits[i : i + 2] for i in range(0, 12, 2))
    raise BadAnswer("GetNetworkInterfacesResponse has no HwAddress")


def same_serial(one: str, other: str) -> bool:
    """Whether two serial numbers are the same; people write them in either case."""
    return one.strip().casefold() == other.strip().casefold()
