"""The hostname of a device."""

from __future__ import annotations

from iccc.onvif.call import Context, Procedure, Service, Written, element, read, submit, write
from iccc.onvif.xml import need, text


def read_hostname(_context: Context) -> Procedure[str]:
    """The hostname; "" when none is set."""
    reply = yield read(Service.DEVICE, "GetHostname")
    return text(need(reply, "HostnameInformation"), "Name") or ""


def write_hostname(_context: Context, wanted: str, _seen: str) -> Procedure[Written]:
    written = Written()
    yield from submit(written, "hostname", write(Service.DEVICE, "SetHostname", element("tds:Name", wanted)))
    return written
