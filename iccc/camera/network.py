"""How a camera is addressed: address, prefix and gateway of IPv4, and no DHCP.

Other interfaces, other addresses and IPv6 are left alone. A wrong value takes the camera away, so a deploy writes this
last and only when asked to; how it is proved: ``iccc/camera/moving.py``.
"""

from __future__ import annotations

from iccc.camera.state import Network
from iccc.compare import Unread, compare
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, part, read, submit, write
from iccc.onvif.errors import BadAnswer
from iccc.onvif.xml import Element, children, find, need, need_bool, need_int, need_text, text


def read_network(_context: Context, at: str = "") -> Procedure[Network]:
    """Of the interface that has the address ``at``, or else of the first that is enabled.

    ``gateway`` is None when the camera has none. Raises OnvifError.
    """
    interface = yield from _interface(at)
    gateway = yield from part(_gateway())
    return _network(interface, gateway)


def write_network(_context: Context, wanted: Network, seen: Network) -> Procedure[Written]:
    """The gateway first: after the address the camera may be elsewhere. It goes back when the address is refused."""
    written = Written()
    moved = False
    if wanted.gateway is not None and not list(_unread(seen)) and wanted.gateway != seen.gateway:
        moved = yield from submit(written, "network.gateway", _set_gateway(str(wanted.gateway)))
    interface = yield from _interface(str(seen.address or ""))
    now = _network(interface, None)
    lan = Network(wanted.address, wanted.prefix_length, None, wanted.dhcp)
    if list(compare(lan, now)):
        address = wanted.address or now.address
        prefix = now.prefix_length if wanted.prefix_length is None else wanted.prefix_length
        if address is None or prefix is None:
            written.unsupported["network"] = "the camera tells no address, and no whole one is declared"
            return written
        manual = element("tt:Address", address) + element("tt:PrefixLength", prefix)
        ipv4 = element("tt:Enabled", True) + f"<tt:Manual>{manual}</tt:Manual>" + element("tt:DHCP", bool(wanted.dhcp))
        inner = element("tds:InterfaceToken", interface.get("token") or "")
        inner += f"<tds:NetworkInterface><tt:IPv4>{ipv4}</tt:IPv4></tds:NetworkInterface>"
        taken = yield from submit(written, "network", write(Service.DEVICE, "SetNetworkInterfaces", inner))
        if not taken and moved and isinstance(seen.gateway, str):
            # With its old address and the gateway of another network nobody would reach it from elsewhere.
            yield from submit(written, "network.gateway", _set_gateway(seen.gateway))
    return written


def _set_gateway(address: str) -> Call:
    return write(Service.DEVICE, "SetNetworkDefaultGateway", element("tds:IPv4Address", address))


def _unread(seen: Network) -> list[Unread]:
    return [seen.gateway] if isinstance(seen.gateway, Unread) else []


def _interface(at: str) -> Procedure[Element]:
    reply = yield read(Service.DEVICE, "GetNetworkInterfaces")
    found = [entry for entry in children(reply, "NetworkInterfaces") if find(entry, "IPv4", "Config") is not None]
    enabled = [entry for entry in found if need_bool(entry, "Enabled")]
    ours = [entry for entry in enabled if _address(need(entry, "IPv4", "Config"))[0] == at]
    if not enabled:
        raise BadAnswer("GetNetworkInterfacesResponse has no enabled interface with IPv4")
    return (ours or enabled)[0]


def _gateway() -> Procedure[str | None]:
    reply = yield read(Service.DEVICE, "GetNetworkDefaultGateway")
    told = (text(entry) for entry in children(need(reply, "NetworkGateway"), "IPv4Address"))
    return next((address for address in told if address and address != "0.0.0.0"), None)  # noqa: S104


def _network(interface: Element, gateway: str | Unread | None) -> Network:
    config = need(interface, "IPv4", "Config")
    return Network(*_address(config), gateway, need_bool(config, "DHCP"))


def _address(config: Element) -> tuple[str | None, int | None]:
    """The one that holds: of DHCP where that is on and has given one, else the first that was set by hand."""
    leased = children(config, "FromDHCP") if need_bool(config, "DHCP") else []
    for entry in (*leased, *children(config, "Manual")):
        return need_text(entry, "Address"), need_int(entry, "PrefixLength")
    return None, None
