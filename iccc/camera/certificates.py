"""The certificate that a camera shows for HTTPS: told by its device service, and made there where it has none.

These are the operations of the device service (ONVIF Core, 8.4). The Advanced Security service, which replaces them, is
on few cameras, and needs a key, a certification path and an assignment where this needs one call; with both the
private key never leaves the camera.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping

from iccc.errors import Reason
from iccc.onvif.call import Procedure, Service, element, read, write
from iccc.onvif.errors import BadAnswer, OnvifError
from iccc.onvif.xml import Element, children, need, need_bool, need_text

OWN = "iccc"  # id of a certificate that was made at our wish
LONGEST = 16_384  # characters of one certificate in base64


def ensure_certificate() -> Procedure[frozenset[str]]:
    """The pin (SHA-256, lower-case hex) of the certificate that HTTPS shows; one is made where there is none.

    Empty when the camera does not tell its certificates: it has one of its own, or none. Raises OnvifError.
    """
    try:
        pins = yield from _read_pins()
    except OnvifError as error:
        if error.reason is Reason.UNSUPPORTED:
            return frozenset()
        raise
    status = yield read(Service.DEVICE, "GetCertificatesStatus")
    on = {need_text(entry, "CertificateID") for entry in children(status, "CertificateStatus") if _is_on(entry)}
    if shown := frozenset(pin for name, pin in pins.items() if name in on):
        return shown
    name, pin = (yield from _make()) if not pins else _chosen(pins)
    inner = element("tt:CertificateID", name) + element("tt:Status", True)
    entry = f"<tds:CertificateStatus>{inner}</tds:CertificateStatus>"
    yield write(Service.DEVICE, "SetCertificatesStatus", entry)
    return frozenset({pin})


def _make() -> Procedure[tuple[str, str]]:
    """Id and pin of a new one. Who it is made out to and for how long is left to the camera: the pin is what counts."""
    reply = yield write(Service.DEVICE, "CreateCertificate", element("tds:CertificateID", OWN))
    made = need(reply, "NvtCertificate")
    return need_text(made, "CertificateID"), _pin(made)


def _chosen(pins: Mapping[str, str]) -> tuple[str, str]:
    name = OWN if OWN in pins else next(iter(pins))
    return name, pins[name]


def _read_pins() -> Procedure[dict[str, str]]:
    """By id, in the camera's order."""
    reply = yield read(Service.DEVICE, "GetCertificates")
    return {need_text(entry, "CertificateID"): _pin(entry) for entry in children(reply, "NvtCertificate")}


def _pin(entry: Element) -> str:
    text = need(entry, "Certificate", "Data").text or ""
    if len(text) > LONGEST:
        raise BadAnswer(f"a certificate of {len(text)} characters")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        raise BadAnswer("a certificate that is not base64") from None
    return hashlib.sha256(_der(data)).hexdigest()


def _der(data: bytes) -> bytes:
    """Some cameras put PEM into the base64 of the message."""
    if not data.startswith(b"-----BEGIN CERTIFICATE-----"):
        return data
    inner = data.partition(b"-----BEGIN CERTIFICATE-----")[2].partition(b"-----END")[0]
    try:
        return base64.b64decode(b"".join(inner.split()), validate=True)
    except (ValueError, binascii.Error):
        raise BadAnswer("a certificate that is neither DER nor PEM") from None


def _is_on(entry: Element) -> bool:
    return need_bool(entry, "Status")
