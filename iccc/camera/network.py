"""How a camera is addressed: address, prefix and gateway of IPv4, and no DHCP.

Other interfaces, other addresses and IPv6 are left alone. A wrong value takes the camera away, so a deploy writes this
last and only when asked to; how it is proved: ``iccc/camera/moving.py``.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

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


def write_network(_context: Context, wanted: Network, seen: Network, near: bool = False) -> Procedure[Written]:
    """Gateway and address in the order that leaves the camera a way out after each (:func:`order`).

    Where the address comes first, the gateway is left for the next session: it is at another address. A gateway that
    was set first goes back when the address is refused.
    """
    written = Written()
    moved = False
    steps = order(wanted, seen, near)
    if isinstance(steps, str):
        written.guarded["network"] = steps
        return written
    if steps[:1] == (Step.GATEWAY,):
        moved = yield from submit(written, "network.gateway", _set_gateway(str(wanted.gateway)))
        if not moved and isinstance(order(replace(wanted, gateway=None), seen, near), str):
            lan = ("address", "prefix_length", "dhcp")
            written.guarded |= {f"network.{part}": "not sent: the gateway was refused that it needs" for part in lan}
            return written
    if Step.ADDRESS in steps:
        interface = yield from _interface(str(seen.address or ""))
        now = _network(interface, None)
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


class Step(StrEnum):
    """One Set."""

    GATEWAY = "gateway"
    ADDRESS = "address"


def order(wanted: Network, seen: Network, near: bool = False) -> tuple[Step, ...] | str:
    """In which order gateway and address are set, or why neither is.

    A device answers other networks over a gateway in its own subnet, and over nothing else: one that is outside is
    refused by most makes, and the others are unreachable from then on. So at each step the gateway that holds is in the
    subnet that holds. The standard has no Set for both at once.
    ``near``: whoever sets them is in both subnets itself, and needs no gateway: the address comes first.
    """
    lan = Network(wanted.address, wanted.prefix_length, None, wanted.dhcp)
    moves = bool(list(compare(lan, replace(seen, gateway=None))))
    gateway_differs = bool(list(compare(Network(gateway=wanted.gateway), Network(gateway=seen.gateway))))
    old, now = _subnet(seen, seen), seen.gateway
    new = old if wanted.dhcp else _subnet(wanted, seen)
    if isinstance(now, Unread):
        # Which one it has is not known, and with an address of another subnet it may lead nowhere.
        return (Step.ADDRESS,) if moves and new == old else f"its gateway is not known: {now.text}" if moves else ()
    then = now if wanted.gateway is None else str(wanted.gateway)
    if not _inside(then, new):
        return f"the gateway {then} is not in {new}: nobody would reach it from elsewhere"
    if not gateway_differs:
        return (Step.ADDRESS,) if moves else ()
    if not moves:
        return (Step.GATEWAY,)
    if _inside(then, old):
        return Step.GATEWAY, Step.ADDRESS
    if near or (now is not None and _inside(now, new)):
        return Step.ADDRESS, Step.GATEWAY
    has = f"{now}, which it has, not in the other" if now else "it has none now"
    return (
        f"it is in {old} and shall be in {new}: the gateway {then} is not in the one and {has}; nobody would reach it"
        " from elsewhere between the two Sets: set both at the camera's own page"
    )


def _subnet(of: Network, seen: Network) -> IPv4Network | None:
    """The subnet that an address is in; None if it is not known. What is not declared stays as it is seen."""
    address, prefix = of.address or seen.address, seen.prefix_length if of.prefix_length is None else of.prefix_length
    try:
        return None if address is None or prefix is None else IPv4Interface(f"{address}/{prefix}").network
    except ValueError:
        return None


def _inside(gateway: str | None, subnet: IPv4Network | None) -> bool:
    """Whether a gateway is in a subnet, as far as both are known."""
    try:
        return gateway is None or subnet is None or IPv4Address(gateway) in subnet
    except ValueError:
        return False


def _set_gateway(address: str) -> Call:
    return write(Service.DEVICE, "SetNetworkDefaultGateway", element("tds:IPv4Address", address))


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
