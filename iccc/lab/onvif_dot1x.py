"""802.1X of the device service (ONVIF Core, 8.5). The configuration is kept; in the lab no port asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.lab.onvif_model import DeviceModel
from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, each, escape, integer, text

METHODS = (4, 13, 21, 25)  # EAP: MD5, TLS, TTLS, PEAP (IANA)


@dataclass(frozen=True, slots=True)
class Dot1x:
    token: str
    identity: str
    method: int
    password: str | None
    certificate: str | None  # id, of EAP-TLS

    def __repr__(self) -> str:
        return f"Dot1x({self.token!r}, {self.identity!r}, {self.method})"


@dataclass(slots=True)
class Dot1xState:
    most: int  # configurations; 0: it has none of these operations
    held: tuple[Dot1x, ...] = ()

    @classmethod
    def factory(cls, model: DeviceModel) -> Dot1xState:
        return cls(model.max_dot1x)

    def find(self, token: str | None) -> Dot1x | None:
        return next((entry for entry in self.held if entry.token == token), None)


def get_dot1x_configurations(state: Dot1xState, _: Call) -> str:
    told = "".join(map(_told, state.held))
    return f"<tds:GetDot1XConfigurationsResponse>{told}</tds:GetDot1XConfigurationsResponse>"


def get_dot1x_configuration(state: Dot1xState, call: Call) -> str:
    entry = _existing(state, text(call.element, "tds:Dot1XConfigurationToken"))
    return f"<tds:GetDot1XConfigurationResponse>{_told(entry)}</tds:GetDot1XConfigurationResponse>"


def create_dot1x_configuration(state: Dot1xState, call: Call) -> str:
    entry = _given(call)
    if state.find(entry.token) is not None:
        raise SoapFault(f"there is a configuration {entry.token}", "ter:InvalidArgVal", "ter:ReferenceToken")
    if len(state.held) >= state.most:
        raise SoapFault("too many configurations", "ter:Action", "ter:MaxDot1X", receiver=True)
    state.held = (*state.held, entry)
    return "<tds:CreateDot1XConfigurationResponse/>"


def set_dot1x_configuration(state: Dot1xState, call: Call) -> str:
    entry = _given(call)
    _existing(state, entry.token)
    state.held = tuple(entry if old.token == entry.token else old for old in state.held)
    return "<tds:SetDot1XConfigurationResponse/>"


def delete_dot1x_configuration(state: Dot1xState, call: Call) -> str:
    for named in each(call.element, "tds:Dot1XConfigurationToken"):
        gone = _existing(state, (named.text or "").strip())
        state.held = tuple(entry for entry in state.held if entry is not gone)
    return "<tds:DeleteDot1XConfigurationResponse/>"


OPERATIONS: Mapping[str, Operation[Dot1xState]] = {
    "GetDot1XConfigurations": Operation(Access.READ_SYSTEM, get_dot1x_configurations),
    "GetDot1XConfiguration": Operation(Access.READ_SYSTEM, get_dot1x_configuration),
    "CreateDot1XConfiguration": Operation(Access.WRITE_SYSTEM, create_dot1x_configuration),
    "SetDot1XConfiguration": Operation(Access.WRITE_SYSTEM, set_dot1x_configuration),
    "DeleteDot1XConfiguration": Operation(Access.WRITE_SYSTEM, delete_dot1x_configuration),
}


def _existing(state: Dot1xState, token: str | None) -> Dot1x:
    found = state.find(token)
    if found is None:
        raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:ReferenceToken")
    return found


def _given(call: Call) -> Dot1x:
    element: Element | None = call.element.find("{*}Dot1XConfiguration")
    if element is None:
        raise SoapFault("a configuration is missing", "ter:InvalidArgVal")
    method = integer(text(element, "tt:EAPMethod"))
    if method not in METHODS:
        raise SoapFault(f"EAP method {method}", "ter:ActionNotSupported", "ter:EAPMethodNotSupported", receiver=True)
    return Dot1x(
        text(element, "tt:Dot1XConfigurationToken") or "",
        text(element, "tt:Identity") or "",
        method,
        text(element, "tt:EAPMethodConfiguration/tt:Password"),
        text(element, "tt:EAPMethodConfiguration/tt:TLSConfiguration/tt:CertificateID"),
    )


def _told(entry: Dot1x) -> str:
    """Without the password, which no device tells."""
    inner = f"<tt:CertificateID>{escape(entry.certificate or '')}</tt:CertificateID>"
    tls = f"<tt:TLSConfiguration>{inner}</tt:TLSConfiguration>"
    more = f"<tt:EAPMethodConfiguration>{tls}</tt:EAPMethodConfiguration>" if entry.certificate else ""
    return (
        f"<tds:Dot1XConfiguration><tt:Dot1XConfigurationToken>{escape(entry.token)}</tt:Dot1XConfigurationToken>"
        f"<tt:Identity>{escape(entry.identity)}</tt:Identity><tt:EAPMethod>{entry.method}</tt:EAPMethod>{more}"
        "</tds:Dot1XConfiguration>"
    )
