"""Hostname, scopes and network protocols of the device service."""

from __future__ import annotations

import re

from iccc.lab.onvif_soap import Access, Call, Operation, SoapFault, boolean, each, escape, integer, text
from iccc.lab.onvif_state import DeviceState

HOSTNAME = re.compile(r"(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_URI = re.compile(r"[a-z]+://[A-Za-z0-9./%_~:@!$&'()*+,;=-]+")


def get_hostname(state: DeviceState, _: Call) -> str:
    return (
        "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>"
        f"<tt:Name>{escape(state.hostname)}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>"
    )


def set_hostname(state: DeviceState, call: Call) -> str:
    name = text(call.element, "tds:Name") or ""
    if not HOSTNAME.fullmatch(name):
        raise SoapFault(f"invalid host name {name}", "ter:InvalidArgVal", "ter:InvalidHostname")
    state.hostname = name
    return "<tds:SetHostnameResponse/>"


def get_scopes(state: DeviceState, _: Call) -> str:
    kinds = (("Fixed", state.model.fixed_scopes), ("Configurable", state.scopes))
    scopes = "".join(
        f"<tds:Scopes><tt:ScopeDef>{kind}</tt:ScopeDef><tt:ScopeItem>{escape(item)}</tt:ScopeItem></tds:Scopes>"
        for kind, items in kinds
        for item in items
    )
    return f"<tds:GetScopesResponse>{scopes}</tds:GetScopesResponse>"


def set_scopes(state: DeviceState, call: Call) -> str:
    items = _items(call, "tds:Scopes")
    if any(item in state.model.fixed_scopes for item in items):
        raise SoapFault("a fixed scope stays", "ter:OperationProhibited", "ter:ScopeOverwrite")
    state.scopes = _limited(state, items)
    return "<tds:SetScopesResponse/>"


def add_scopes(state: DeviceState, call: Call) -> str:
    items = [item for item in _items(call, "tds:ScopeItem") if item not in state.model.fixed_scopes]
    state.scopes = _limited(state, [*state.scopes, *items])
    return "<tds:AddScopesResponse/>"


def remove_scopes(state: DeviceState, call: Call) -> str:
    items = _items(call, "tds:ScopeItem")
    for item in items:
        if item in state.model.fixed_scopes:
            raise SoapFault(f"{item} is fixed", "ter:OperationProhibited", "ter:FixedScope")
        if item not in state.scopes:
            raise SoapFault(f"there is no scope {item}", "ter:InvalidArgVal", "ter:NoScope")
    state.scopes = tuple(scope for scope in state.scopes if scope not in items)
    removed = "".join(f"<tds:ScopeItem>{escape(item)}</tds:ScopeItem>" for item in items)
    return f"<tds:RemoveScopesResponse>{removed}</tds:RemoveScopesResponse>"


def _items(call: Call, path: str) -> list[str]:
    items = [(entry.text or "").strip() for entry in each(call.element, path)]
    for item in items:
        if not _URI.fullmatch(item):
            raise SoapFault(f"{item} is no URI", "ter:InvalidArgVal")
    return items


def _limited(state: DeviceState, items: list[str]) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(items))
    if len(scopes) > state.model.max_scopes:
        raise SoapFault("too many scopes", "ter:Action", "ter:TooManyScopes", receiver=True)
    return scopes


def get_network_protocols(state: DeviceState, _: Call) -> str:
    entries = "".join(
        f"<tds:NetworkProtocols><tt:Name>{entry.name}</tt:Name><tt:Enabled>{str(entry.enabled).lower()}</tt:Enabled>"
        f"<tt:Port>{entry.port}</tt:Port></tds:NetworkProtocols>"
        for entry in state.network
    )
    return f"<tds:GetNetworkProtocolsResponse>{entries}</tds:GetNetworkProtocolsResponse>"


def set_network_protocols(state: DeviceState, call: Call) -> str:
    changes: list[tuple[str, bool, int]] = []
    for entry in each(call.element, "tds:NetworkProtocols"):
        name = text(entry, "tt:Name") or ""
        if state.protocol(name) is None:
            raise SoapFault(f"{name} is not supported", "ter:InvalidArgVal", "ter:ServiceNotSupported")
        port = integer(text(entry, "tt:Port"))
        if not 1 <= port <= 65535:
            raise SoapFault(f"invalid port {port}", "ter:InvalidArgVal")
        changes.append((name, boolean(text(entry, "tt:Enabled")), port))
    for change in changes:
        state.put_protocol(*change)
    return "<tds:SetNetworkProtocolsResponse/>"


OPERATIONS = {
    "GetHostname": Operation(Access.PRE_AUTH, get_hostname),
    "SetHostname": Operation(Access.WRITE_SYSTEM, set_hostname),
    "GetScopes": Operation(Access.READ_SYSTEM, get_scopes),
    "SetScopes": Operation(Access.WRITE_SYSTEM, set_scopes),
    "AddScopes": Operation(Access.WRITE_SYSTEM, add_scopes),
    "RemoveScopes": Operation(Access.WRITE_SYSTEM, remove_scopes),
    "GetNetworkProtocols": Operation(Access.READ_SYSTEM, get_network_protocols),
    "SetNetworkProtocols": Operation(Access.WRITE_SYSTEM, set_network_protocols),
}
