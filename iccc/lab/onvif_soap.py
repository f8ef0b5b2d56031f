"""SOAP 1.2 as ONVIF devices speak it: the request's envelope, answers, faults, and the table of operations."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Generic, TypeVar
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from lxml.etree import _Element as Element

ENV = "http://www.w3.org/2003/05/soap-envelope"
ENV11 = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
TT = "http://www.onvif.org/ver10/schema"
TDS = "http://www.onvif.org/ver10/device/wsdl"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
TIMG = "http://www.onvif.org/ver20/imaging/wsdl"
TPTZ = "http://www.onvif.org/ver20/ptz/wsdl"
TAN = "http://www.onvif.org/ver20/analytics/wsdl"
TRC = "http://www.onvif.org/ver10/recording/wsdl"
TRV = "http://www.onvif.org/ver10/receiver/wsdl"
TSE = "http://www.onvif.org/ver10/search/wsdl"
TRP = "http://www.onvif.org/ver10/replay/wsdl"

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<env:Envelope xmlns:env="{ENV}" xmlns:tt="{TT}" xmlns:tds="{TDS}" xmlns:trt="{TRT}" xmlns:tr2="{TR2}" '
    f'xmlns:timg="{TIMG}" xmlns:tptz="{TPTZ}" '
    'xmlns:ter="http://www.onvif.org/ver10/error"><env:Body>'
)
_TAIL = "</env:Body></env:Envelope>"
_ENVELOPE, _HEADER, _BODY, _SECURITY = (
    f"{{{ENV}}}Envelope", f"{{{ENV}}}Header", f"{{{ENV}}}Body", f"{{{WSSE}}}Security",
)  # fmt: skip
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)

State = TypeVar("State")


class SoapFault(Exception):
    """What a device refuses. ``subcodes`` go from general to special, with their prefix ``ter:``."""

    def __init__(self, reason: str, *subcodes: str, receiver: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.subcodes = subcodes
        self.receiver = receiver

    @property
    def status(self) -> int:
        """The HTTP status that SOAP 1.2 binds to the fault."""
        return 500 if self.receiver else 400


class Access(Enum):
    """Access classes of the default access policy (ONVIF Core, 5.9.4.3)."""

    PRE_AUTH = "PRE_AUTH"
    READ_SYSTEM = "READ_SYSTEM"
    READ_SYSTEM_SECRET = "READ_SYSTEM_SECRET"  # noqa: S105
    WRITE_SYSTEM = "WRITE_SYSTEM"
    UNRECOVERABLE = "UNRECOVERABLE"
    READ_MEDIA = "READ_MEDIA"
    ACTUATE = "ACTUATE"


EVERY_LEVEL = frozenset({"Administrator", "Operator", "User"})
ALLOWED = {
    Access.PRE_AUTH: EVERY_LEVEL,
    Access.READ_SYSTEM: EVERY_LEVEL,
    Access.READ_SYSTEM_SECRET: frozenset({"Administrator"}),
    Access.WRITE_SYSTEM: frozenset({"Administrator"}),
    Access.UNRECOVERABLE: frozenset({"Administrator"}),
    Access.READ_MEDIA: EVERY_LEVEL,
    Access.ACTUATE: frozenset({"Administrator", "Operator"}),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation: its element, and the addresses that the client reaches the device by."""

    element: Element
    http_base: str  # "http://127.1.2.3:20080"
    rtsp_base: str


def service_prefix(call: Call) -> str:
    """``trt`` or ``tr2``, for operations that both media services have."""
    return "tr2" if call.element.tag.startswith(f"{{{TR2}}}") else "trt"


@dataclass(frozen=True)
class Operation(Generic[State]):
    """How a device answers one operation. ``run`` gives the response element, and raises SoapFault."""

    access: Access
    run: Callable[[State, Call], str]
    writes: bool = False  # changes settings although its access class alone does not say so

    @property
    def sets(self) -> bool:
        return self.writes or self.access in (Access.WRITE_SYSTEM, Access.ACTUATE)


@dataclass(frozen=True, slots=True)
class Bound:
    """An operation on the state of one device."""

    access: Access
    sets: bool
    run: Callable[[Call], str]
    rehearse: Callable[[Call], str]  # the same answer, and nothing changes


def bind(table: Mapping[str, Operation[State]], state: State, name: str, ignoring: bool) -> Bound | None:
    """The operation of that name, or None. When ``ignoring``, a Set works on a copy that is thrown away."""
    operation = table.get(name)
    if operation is None:
        return None
    run = partial(operation.run, state)
    rehearse = partial(operation.run, copy.copy(state)) if operation.sets else run
    return Bound(operation.access, operation.sets, rehearse if ignoring else run, rehearse)


def read(body: bytes) -> tuple[Element | None, Element]:
    """The ``wsse:Security`` header (or None) and the operation's element. Raises SoapFault."""
    if b"<!DOCTYPE" in body:
        raise SoapFault("a document type is not allowed", "ter:WellFormed")
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError:
        raise SoapFault("the request is not well-formed", "ter:WellFormed") from None
    if root.tag == f"{{{ENV11}}}Envelope":
        raise SoapFault("SOAP 1.2 is wanted", "ter:WellFormed")
    inner = child(root, _BODY)
    if root.tag != _ENVELOPE or inner is None or len(inner) != 1:
        raise SoapFault("the envelope has no body with one operation", "ter:WellFormed")
    header = child(root, _HEADER)
    return None if header is None else child(header, _SECURITY), inner[0]


def child(parent: Element, tag: str) -> Element | None:
    """The first child of that tag; several times as fast as ``find``, which every request would ask for often."""
    return next(parent.iterchildren(tag), None)


def envelope(inner: str) -> bytes:
    return f"{_HEAD}{inner}{_TAIL}".encode()


def fault_envelope(fault: SoapFault) -> bytes:
    codes = ""
    for code in reversed(fault.subcodes):
        codes = f"<env:Subcode><env:Value>{code}</env:Value>{codes}</env:Subcode>"
    value = "env:Receiver" if fault.receiver else "env:Sender"
    return envelope(
        f"<env:Fault><env:Code><env:Value>{value}</env:Value>{codes}</env:Code>"
        f'<env:Reason><env:Text xml:lang="en">{escape(fault.reason)}</env:Text></env:Reason></env:Fault>'
    )


def text(element: Element, path: str) -> str | None:
    """The stripped text at ``path`` (with the prefixes below); None when the element is not there."""
    found = element.find(path, _PREFIXES)
    return None if found is None else (found.text or "").strip()


def each(element: Element, path: str) -> list[Element]:
    return element.findall(path, _PREFIXES)


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def boolean(value: str | None) -> bool:
    """An ``xs:boolean``; anything else is refused."""
    if value in ("true", "1"):
        return True
    if value in ("false", "0"):
        return False
    raise SoapFault(f"{value!r} is no boolean", "ter:InvalidArgVal")


def integer(value: str | None) -> int:
    """An ``xs:int``; anything else is refused."""
    try:
        return int(value or "")
    except ValueError:
        raise SoapFault(f"{value!r} is no number", "ter:InvalidArgVal") from None


_PREFIXES = {
    "tt": TT, "tds": TDS, "trt": TRT, "tr2": TR2, "timg": TIMG, "tptz": TPTZ, "tan": TAN, "trc": TRC, "trv": TRV,
    "tse": TSE, "trp": TRP,
}  # fmt: skip

__all__ = ["Element", "escape", "quoteattr"]
