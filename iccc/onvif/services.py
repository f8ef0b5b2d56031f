"""Which services a device has, and under which path."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from iccc.errors import Reason
from iccc.onvif.call import Procedure, Service, element, read
from iccc.onvif.errors import BadAnswer, OnvifError
from iccc.onvif.xml import Element, children, need, need_text, text

DEVICE_PATH = "/onvif/device_service"
_FIRST = (  # what GetCapabilities has a word for
    (("Media",), Service.MEDIA),
    (("Imaging",), Service.IMAGING),
    (("PTZ",), Service.PTZ),
    (("Analytics",), Service.ANALYTICS),
    (("Extension", "Recording"), Service.RECORDING),
    (("Extension", "Search"), Service.SEARCH),
    (("Extension", "Replay"), Service.REPLAY),
    (("Extension", "Receiver"), Service.RECEIVER),
)


def read_services() -> Procedure[tuple[dict[Service, str], bool]]:
    """Paths by service, and whether these are all. Devices without GetServices tell those of the first ONVIF alone.

    Of an XAddr only the path is kept: address and port may be those behind a NAT, or stale.
    """
    try:
        reply = yield read(Service.DEVICE, "GetServices", element("tds:IncludeCapability", False))
        return _services(reply), True
    except OnvifError as error:
        if error.reason is Reason.UNAUTHORISED:
            raise
    reply = yield read(Service.DEVICE, "GetCapabilities", element("tds:Category", "All"))
    found = {Service.DEVICE: DEVICE_PATH}
    capabilities = need(reply, "Capabilities")
    for path, service in _FIRST:
        xaddr = text(capabilities, *path, "XAddr")
        if xaddr:
            found[service] = path_of(xaddr)
    return found, False


def path_of(xaddr: str) -> str:
    """The path and query of an XAddr or of any other URI that a device gives."""
    try:
        parts = urlsplit(xaddr)
    except ValueError:
        raise BadAnswer(f"{xaddr[:60]!r} is no URI") from None
    return quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/?%:@!$&'()*+,;=~[]")


def _services(reply: Element) -> dict[Service, str]:
    need(reply, "Service")
    found = {Service.DEVICE: DEVICE_PATH}
    for entry in children(reply, "Service"):
        namespace = need_text(entry, "Namespace")
        if namespace in set(Service) and namespace != Service.DEVICE:
            found.setdefault(Service(namespace), path_of(need_text(entry, "XAddr")))
    return found
