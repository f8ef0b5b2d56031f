"""Address, gateway and DNS of the device service. Where a device is reached after a change: ``onvif_presence``."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from iccc.lab.onvif_soap import Access, Call, Operation, SoapFault, boolean, each, escape, integer, text
from iccc.lab.onvif_state import DeviceState, Lan

INTERFACE = "eth0"


def _flag(value: bool) -> str:
    return str(value).lower()


def ipv4(given: str | None) -> str:
    """A host's address. Raises SoapFault InvalidIPv4Address."""
    try:
        address = IPv4Address(given or "")
    except AddressValueError:
        raise SoapFault(f"invalid address {given}", "ter:InvalidArgVal", "ter:InvalidIPv4Address") from None
    if address.is_multicast or address.is_unspecified or address.is_loopback:
        raise SoapFault(f"{given} is no address of a host", "ter:InvalidArgVal", "ter:InvalidIPv4Address")
    return str(address)


def get_network_interfaces(state: DeviceState, _: Call) -> str:
    lan = state.lan
    tag = "FromDHCP" if lan.dhcp else "Manual"
    return (
        f'<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="{INTERFACE}"><tt:Enabled>true</tt:Enabled>'
        f"<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>{state.mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>"
        f"<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:{tag}>"
        f"<tt:Address>{state.address}</tt:Address><tt:PrefixLength>{lan.prefix_length}</tt:PrefixLength></tt:{tag}>"
        f"<tt:DHCP>{_flag(lan.dhcp)}</tt:DHCP></tt:Config></tt:IPv4>"
        "</tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>"
    )


def set_network_interfaces(state: DeviceState, call: Call) -> str:
    """At once, or at the next restart, as the model has it. Parts that are left out stay."""
    token = text(call.element, "tds:InterfaceToken")
    if token != INTERFACE:
        raise SoapFault(f"there is no interface {token}", "ter:InvalidArgVal", "ter:InvalidNetworkInterface")
    entry = call.element.find("{*}NetworkInterface")
    if entry is None:
        raise SoapFault("an interface is missing", "ter:InvalidArgVal")
    for path in ("tt:Enabled", "tt:IPv4/tt:Enabled"):
        enabled = text(entry, path)
        if enabled is not None and not boolean(enabled):
            raise SoapFault("the only interface stays enabled", "ter:InvalidArgVal")
    address, lan = state.address, state.lan
    dhcp = text(entry, "tt:IPv4/tt:DHCP")
    if dhcp is not None:
        lan = replace(lan, dhcp=boolean(dhcp))
    if each(entry, "tt:IPv4/tt:Manual"):
        address = ipv4(text(entry, "tt:IPv4/tt:Manual/tt:Address"))
        prefix_length = integer(text(entry, "tt:IPv4/tt:Manual/tt:PrefixLength"))
        if not 1 <= prefix_length <= 30:
            raise SoapFault(f"invalid prefix length {prefix_length}", "ter:InvalidArgVal", "ter:InvalidIPv4Address")
        lan = replace(lan, prefix_length=prefix_length)
    later = state.model.reboot_for_address and (address, lan) != (state.address, state.lan)
    if later:
        state.next_lan = address, lan
    else:
        state.address, state.lan, state.next_lan = address, lan, None
    return (
        f"<tds:SetNetworkInterfacesResponse><tds:RebootNeeded>{_flag(later)}</tds:RebootNeeded>"
        "</tds:SetNetworkInterfacesResponse>"
    )


def gateway(state: DeviceState) -> str:
    """As set; out of the box the first address of the device's /24."""
    return state.lan.gateway or state.address.rpartition(".")[0] + ".1"


def routed(state: DeviceState) -> bool:
    """Whether the gateway is in the device's own subnet: else no answer of it reaches another network."""
    if not state.lan.gateway:
        return True
    return IPv4Address(gateway(state)) in IPv4Interface(f"{state.address}/{state.lan.prefix_length}").network


def get_network_default_gateway(state: DeviceState, _: Call) -> str:
    return (
        "<tds:GetNetworkDefaultGatewayResponse><tds:NetworkGateway>"
        f"<tt:IPv4Address>{gateway(state)}</tt:IPv4Address></tds:NetworkGateway></tds:GetNetworkDefaultGatewayResponse>"
    )


def set_network_default_gateway(state: DeviceState, call: Call) -> str:
    """Kept and told. Most makes refuse one outside of their subnet; the others have no way out then."""
    given = [(entry.text or "").strip() for entry in each(call.element, "tds:IPv4Address")]
    if each(call.element, "tds:IPv6Address") or len(given) != 1:
        raise SoapFault("one IPv4 gateway is wanted", "ter:InvalidArgVal", "ter:InvalidGatewayAddress")
    try:
        wanted = ipv4(given[0])
    except SoapFault as fault:
        raise SoapFault(fault.reason, "ter:InvalidArgVal", "ter:InvalidGatewayAddress") from None
    before, state.lan = state.lan, _changed(state, gateway=wanted)
    if not state.model.any_gateway and not routed(state):
        state.lan = before
        text = f"{wanted} is outside of {state.address}/{state.lan.prefix_length}"
        raise SoapFault(text, "ter:InvalidArgVal", "ter:InvalidGatewayAddress")
    return "<tds:SetNetworkDefaultGatewayResponse/>"


def get_dns(state: DeviceState, _: Call) -> str:
    lan = state.lan
    domains = "".join(f"<tt:SearchDomain>{escape(name)}</tt:SearchDomain>" for name in lan.search_domains)
    servers = "".join(
        f"<tt:DNSManual><tt:Type>IPv4</tt:Type><tt:IPv4Address>{server}</tt:IPv4Address></tt:DNSManual>"
        for server in lan.dns_servers
    )
    return (
        f"<tds:GetDNSResponse><tds:DNSInformation><tt:FromDHCP>{_flag(lan.dns_from_dhcp)}</tt:FromDHCP>"
        f"{domains}{servers}</tds:DNSInformation></tds:GetDNSResponse>"
    )


def set_dns(state: DeviceState, call: Call) -> str:
    from_dhcp = boolean(text(call.element, "tds:FromDHCP"))
    domains = tuple((entry.text or "").strip() for entry in each(call.element, "tds:SearchDomain"))
    servers = []
    for entry in each(call.element, "tds:DNSManual"):
        kind = text(entry, "tt:Type")
        if kind != "IPv4":
            raise SoapFault(f"{kind} is not supported", "ter:InvalidArgVal", "ter:InvalidIPv6Address")
        servers.append(ipv4(text(entry, "tt:IPv4Address")))
    if len(servers) > state.model.max_dns:
        raise SoapFault(f"at most {state.model.max_dns} DNS servers", "ter:InvalidArgVal")
    state.lan = _changed(state, dns_from_dhcp=from_dhcp, search_domains=domains, dns_servers=tuple(servers))
    return "<tds:SetDNSResponse/>"


def _changed(state: DeviceState, **changes: object) -> Lan:
    """The settings that hold now with ``changes``; those that wait for a restart get them too."""
    if state.next_lan is not None:
        state.next_lan = state.next_lan[0], replace(state.next_lan[1], **changes)  # type: ignore[arg-type]
    return replace(state.lan, **changes)  # type: ignore[arg-type]


INJECTED = ("address", "prefix_length", "dhcp", "gateway", "dns_servers", "dns_from_dhcp", "search_domains")


def inject(state: DeviceState, name: str, value: object) -> None:
    """Set one of ``INJECTED``. Raises ValueError or SoapFault."""
    if name == "address":
        state.address = ipv4(str(value))
    elif name == "gateway":
        state.lan = replace(state.lan, gateway=ipv4(str(value)))
    elif name == "prefix_length":
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 30:
            raise ValueError(f"{value!r} is not between 1 and 30")
        state.lan = replace(state.lan, prefix_length=value)
    elif name in ("dhcp", "dns_from_dhcp"):
        if not isinstance(value, bool):
            raise ValueError(f"{value!r} is not true or false")
        state.lan = replace(state.lan, dhcp=value) if name == "dhcp" else replace(state.lan, dns_from_dhcp=value)
    else:
        entries = value.split(",") if isinstance(value, str) else value
        if not isinstance(entries, list | tuple):
            raise ValueError(f"{value!r} is no list")
        names = tuple(str(entry).strip() for entry in entries if entry)
        if name == "dns_servers":
            state.lan = replace(state.lan, dns_servers=tuple(map(ipv4, names)))
        else:
            state.lan = replace(state.lan, search_domains=names)


def snapshot(state: DeviceState) -> dict[str, object]:
    return {
        "address": state.address,
        "prefix_length": state.lan.prefix_length,
        "dhcp": state.lan.dhcp,
        "gateway": gateway(state),
        "dns_servers": list(state.lan.dns_servers),
        "dns_from_dhcp": state.lan.dns_from_dhcp,
        "search_domains": list(state.lan.search_domains),
    }


OPERATIONS = {
    "GetNetworkInterfaces": Operation(Access.READ_SYSTEM, get_network_interfaces),
    "SetNetworkInterfaces": Operation(Access.WRITE_SYSTEM, set_network_interfaces),
    "GetNetworkDefaultGateway": Operation(Access.READ_SYSTEM, get_network_default_gateway),
    "SetNetworkDefaultGateway": Operation(Access.WRITE_SYSTEM, set_network_default_gateway),
    "GetDNS": Operation(Access.READ_SYSTEM, get_dns),
    "SetDNS": Operation(Access.WRITE_SYSTEM, set_dns),
}
