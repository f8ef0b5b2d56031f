"""The DNS servers that a device asks, in their order. Search domains are kept as they are."""

from __future__ import annotations

from iccc.compare import compare
from iccc.onvif.call import Context, Procedure, Service, Written, element, read, submit, write
from iccc.onvif.network_host import host, network_host
from iccc.onvif.state import Dns
from iccc.onvif.xml import Element, children, need, need_bool, text


def read_dns(_context: Context) -> Procedure[Dns]:
    """The servers set by hand, and whether those of DHCP hold instead."""
    return _dns((yield from _read()))


def write_dns(_context: Context, wanted: Dns, _seen: Dns) -> Procedure[Written]:
    """SetDNS replaces everything, so the search domains go back with it."""
    written = Written()
    information = yield from _read()
    if not list(compare(wanted, _dns(information))):
        return written
    domains = [text(entry) for entry in children(information, "SearchDomain")]
    inner = element("tds:FromDHCP", bool(wanted.from_dhcp))
    inner += "".join(element("tds:SearchDomain", domain) for domain in domains if domain)
    inner += "".join(f"<tds:DNSManual>{network_host(server)}</tds:DNSManual>" for server in wanted.servers or ())
    yield from submit(written, "dns", write(Service.DEVICE, "SetDNS", inner))
    return written


def _read() -> Procedure[Element]:
    return need((yield read(Service.DEVICE, "GetDNS")), "DNSInformation")


def _dns(information: Element) -> Dns:
    servers = (host(entry) for entry in children(information, "DNSManual"))
    return Dns(need_bool(information, "FromDHCP"), tuple(server for server in servers if server))
