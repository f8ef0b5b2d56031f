"""Certificates of the device service (ONVIF Core, 8.4): made on the device, whose keys never leave it."""

from __future__ import annotations

import base64
import binascii
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from iccc.lab import tls
from iccc.lab.onvif_model import DeviceModel
from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, boolean, each, escape, text

YEARS_10 = 10 * 365 * 86_400.0
MADE_AT = 1_577_836_800.0  # 2020-01-01, when the factory made its certificates
FACTORY = "factory"


@dataclass(frozen=True, slots=True)
class Certificate:
    id: str
    seed: str  # of its key
    der: bytes


@dataclass(slots=True)
class CertificateState:
    """The server certificates of one device, and the one that HTTPS shows."""

    model: DeviceModel
    mac: str
    clock: Callable[[], float]
    held: tuple[Certificate, ...] = ()
    serving: str | None = None  # its id
    made: int = 0

    @classmethod
    def factory(cls, model: DeviceModel, mac: str, clock: Callable[[], float]) -> CertificateState:
        """As it comes out of the box: with a certificate of the maker's making, or without one."""
        return cls(model, mac, clock, serving=FACTORY if model.factory_certificate else None)

    @property
    def seed(self) -> str:
        """What its keys follow from; no string for each of thousands of devices that never speak TLS."""
        return f"{self.model.hardware_id} {self.mac}"

    @property
    def subject(self) -> str:
        return f"{self.model.model} {self.mac}"

    def all(self) -> tuple[Certificate, ...]:
        """What the device holds. The one of the factory is made when it is asked for."""
        if not self.model.factory_certificate:
            return self.held
        der = tls.self_signed(self.seed, self.subject, MADE_AT, MADE_AT + 2 * YEARS_10)
        return (Certificate(FACTORY, self.seed, der), *self.held)

    def shown(self) -> Certificate | None:
        """The one that HTTPS shows."""
        return next((entry for entry in self.all() if entry.id == self.serving), None)

    def make(self, name: str | None, subject: str, begins: float, ends: float) -> Certificate:
        """A certificate with a key of its own."""
        self.made += 1
        seed = f"{self.seed} {self.made}"
        made = Certificate(name or f"cert-{self.made}", seed, tls.self_signed(seed, subject, begins, ends))
        self.held = (*self.held, made)
        return made


def context(certificate: Certificate) -> ssl.SSLContext:
    return tls.server_context(certificate.der, certificate.seed)


def get_certificates(state: CertificateState, _: Call) -> str:
    return f"<tds:GetCertificatesResponse>{''.join(map(_told, state.all()))}</tds:GetCertificatesResponse>"


def create_certificate(state: CertificateState, call: Call) -> str:
    name = text(call.element, "tds:CertificateID")
    _new(state, name)
    now = state.clock()
    begins = _time(call.element, "tds:ValidNotBefore", now)
    ends = _time(call.element, "tds:ValidNotAfter", begins + YEARS_10)
    if ends <= begins:
        raise SoapFault("the certificate would end before it begins", "ter:InvalidArgVal")
    subject = _common_name(text(call.element, "tds:Subject") or "") or state.subject
    made = state.make(name, subject, begins, ends)
    return f"<tds:CreateCertificateResponse>{_told(made)}</tds:CreateCertificateResponse>"


def get_pkcs10_request(state: CertificateState, call: Call) -> str:
    certificate = _named(state, text(call.element, "tds:CertificateID"))
    subject = _common_name(text(call.element, "tds:Subject") or "") or state.subject
    request = base64.b64encode(tls.signing_request(certificate.seed, subject)).decode()
    return (
        f"<tds:GetPkcs10RequestResponse><tds:Pkcs10Request><tt:Data>{request}</tt:Data></tds:Pkcs10Request>"
        "</tds:GetPkcs10RequestResponse>"
    )


def load_certificates(state: CertificateState, call: Call) -> str:
    """Certificates that an authority made of a request: each must be of a key that the device has."""
    loaded: list[Certificate] = []
    for entry in each(call.element, "tds:NVTCertificate"):
        name = text(entry, "tt:CertificateID")
        _new(state, name, len(loaded))
        try:
            der = base64.b64decode(text(entry, "tt:Certificate/tt:Data") or "", validate=True)
            seed = next((known.seed for known in state.all() if tls.is_of(der, known.seed)), None)
        except (ValueError, binascii.Error):
            raise SoapFault("this is no certificate", "ter:InvalidArgVal", "ter:CertificateFormat") from None
        if seed is None:
            raise SoapFault("there is no key of this certificate", "ter:InvalidArgVal", "ter:CertificateFormat")
        loaded.append(Certificate(name or "", seed, der))
    state.held = (*state.held, *loaded)
    return "<tds:LoadCertificatesResponse/>"


def delete_certificates(state: CertificateState, call: Call) -> str:
    for entry in each(call.element, "tds:CertificateID"):
        certificate = _named(state, (entry.text or "").strip())
        if certificate.id in (FACTORY, state.serving):
            raise SoapFault(f"{certificate.id} is in use", "ter:OperationProhibited", "ter:CertificateID")
        state.held = tuple(kept for kept in state.held if kept.id != certificate.id)
    return "<tds:DeleteCertificatesResponse/>"


def get_certificates_status(state: CertificateState, _: Call) -> str:
    entries = "".join(
        f"<tds:CertificateStatus><tt:CertificateID>{escape(entry.id)}</tt:CertificateID>"
        f"<tt:Status>{str(entry.id == state.serving).lower()}</tt:Status></tds:CertificateStatus>"
        for entry in state.all()
    )
    return f"<tds:GetCertificatesStatusResponse>{entries}</tds:GetCertificatesStatusResponse>"


def set_certificates_status(state: CertificateState, call: Call) -> str:
    """Switched on is the last that is named so; the others are off then, for HTTPS shows one."""
    serving = state.serving
    for entry in each(call.element, "tds:CertificateStatus"):
        certificate = _named(state, text(entry, "tt:CertificateID"))
        if boolean(text(entry, "tt:Status")):
            serving = certificate.id
        elif serving == certificate.id:
            serving = None
    state.serving = serving
    return "<tds:SetCertificatesStatusResponse/>"


OPERATIONS: Mapping[str, Operation[CertificateState]] = {
    "GetCertificates": Operation(Access.READ_SYSTEM, get_certificates),
    "CreateCertificate": Operation(Access.WRITE_SYSTEM, create_certificate),
    "GetPkcs10Request": Operation(Access.READ_SYSTEM, get_pkcs10_request),
    "LoadCertificates": Operation(Access.WRITE_SYSTEM, load_certificates),
    "DeleteCertificates": Operation(Access.WRITE_SYSTEM, delete_certificates),
    "GetCertificatesStatus": Operation(Access.READ_SYSTEM, get_certificates_status),
    "SetCertificatesStatus": Operation(Access.WRITE_SYSTEM, set_certificates_status),
}


def inject(state: CertificateState, value: object) -> None:
    """Another certificate is shown from now on: ``new``, or ``expired`` since a day. ValueError."""
    now = state.clock()
    spans = {"new": (now, now + YEARS_10), "expired": (now - YEARS_10, now - 86_400)}
    if value not in spans:
        raise ValueError(f"{value!r} is not one of {', '.join(spans)}")
    state.serving = state.make(None, state.subject, *spans[str(value)]).id


def _named(state: CertificateState, name: str | None) -> Certificate:
    found = next((entry for entry in state.all() if entry.id == name), None)
    if found is None:
        raise SoapFault(f"there is no certificate {name}", "ter:InvalidArgVal", "ter:CertificateID")
    return found


def _new(state: CertificateState, name: str | None, more: int = 0) -> None:
    if any(entry.id == name for entry in state.all()):
        raise SoapFault(f"there is a certificate {name}", "ter:InvalidArgVal", "ter:CertificateID")
    if len(state.held) + more >= state.model.max_certificates:
        raise SoapFault("too many certificates", "ter:Action", "ter:MaxCertificates", receiver=True)


def _told(certificate: Certificate) -> str:
    return (
        f"<tds:NvtCertificate><tt:CertificateID>{escape(certificate.id)}</tt:CertificateID><tt:Certificate>"
        f"<tt:Data>{base64.b64encode(certificate.der).decode()}</tt:Data></tt:Certificate></tds:NvtCertificate>"
    )


def _common_name(subject: str) -> str:
    """``CN=cam,O=City`` or a bare name."""
    parts = [part.strip() for part in subject.split(",")]
    named = [part[3:].strip() for part in parts if part.upper().startswith("CN=")]
    return (named or parts)[0][:64]


def _time(element: Element, path: str, otherwise: float) -> float:
    given = text(element, path)
    if given is None:
        return otherwise
    try:
        return datetime.fromisoformat(given).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise SoapFault(f"{given} is no time", "ter:InvalidArgVal") from None
