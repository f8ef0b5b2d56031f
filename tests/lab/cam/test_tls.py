"""HTTPS of a camera as foreign clients see it: Python's ssl, and openssl as a program of its own."""

from __future__ import annotations

import hashlib
import http.client
import socket
import ssl
import subprocess
import time
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from iccc.lab import tls
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.client import Answer, Client, envelope
from tests.lab.cam.conftest import Lab

ON = (
    "<tds:NetworkProtocols><tt:Name>{}</tt:Name><tt:Enabled>{}</tt:Enabled><tt:Port>{}</tt:Port></tds:NetworkProtocols>"
)
STATUS = (
    "<tds:SetCertificatesStatus><tds:CertificateStatus><tt:CertificateID>{}</tt:CertificateID>"
    "<tt:Status>true</tt:Status></tds:CertificateStatus></tds:SetCertificatesStatus>"
)


def protocols(*entries: tuple[str, str, int]) -> str:
    return f"<tds:SetNetworkProtocols>{''.join(ON.format(*entry) for entry in entries)}</tds:SetNetworkProtocols>"


def anyone() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def shown(camera: LabCamera, port: int = 20443) -> bytes:
    """The certificate (DER) that the camera shows."""
    with (
        socket.create_connection((camera.address, port), 2) as sock,
        anyone().wrap_socket(sock) as secure,
    ):
        found = secure.getpeercert(binary_form=True)
        assert found
        return found


def refused(camera: LabCamera, port: int) -> bool:
    try:
        socket.create_connection((camera.address, port), 2).close()
    except ConnectionRefusedError:
        return True
    return False


def soon(what: Callable[[], bool]) -> None:
    """Ports are opened and closed a moment after the answer, and between a close and an open nobody listens."""
    until = time.monotonic() + 20
    while not _yes(what):
        assert time.monotonic() < until
        time.sleep(0.01)


def _yes(what: Callable[[], bool]) -> bool:
    try:
        return what()
    except ConnectionError:
        return False


def over_tls(camera: LabCamera, body: str, port: int = 20443) -> Answer:
    connection = http.client.HTTPSConnection(camera.address, port, timeout=3, context=anyone())
    connection.request("POST", "/onvif/device_service", envelope(body))
    reply = connection.getresponse()
    answer = Answer(reply.status, reply.getheaders(), reply.read())
    connection.close()
    return answer


def made(camera: LabCamera, name: str = "iccc") -> bytes:
    """A certificate made on the camera, which HTTPS shows from now on."""
    inner = f"<tds:CertificateID>{name}</tds:CertificateID><tds:Subject>CN=knp-c1</tds:Subject>"
    der = b64decode(done(camera, f"<tds:CreateCertificate>{inner}</tds:CreateCertificate>").value("Data"))
    done(camera, STATUS.format(name))
    return der


@pytest.mark.parametrize("model", [AXIS, HIKVISION])
def test_https_with_the_certificate_of_the_factory(lab: Lab, model: object) -> None:
    camera = lab.camera(model)  # type: ignore[arg-type]
    assert refused(camera, 20443)
    done(camera, protocols(("HTTPS", "true", 443)))
    soon(lambda: not refused(camera, 20443))
    assert camera.state.mac in x509.load_der_x509_certificate(shown(camera)).subject.rfc4514_string()
    answer = over_tls(camera, "<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>")
    assert answer.status == 200 and f"https://{camera.address}:20443/onvif/device_service" in answer


def test_without_a_certificate_https_is_on_and_nobody_is_there(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    done(camera, protocols(("HTTPS", "true", 443)))
    assert refused(camera, 20443)
    der = made(camera)
    soon(lambda: not refused(camera, 20443))
    assert shown(camera) == der
    told = done(camera, "<tds:GetCertificates/>")
    assert b64decode(told.value("Data")) == der
    assert done(camera, "<tds:GetCertificatesStatus/>").value("Status") == "true"


def test_openssl_reads_the_certificate_and_speaks_http(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    der = made(camera)
    done(camera, protocols(("HTTPS", "true", 443)))
    soon(lambda: not refused(camera, 20443))
    body = envelope("<tds:GetSystemDateAndTime/>")
    request = b"POST /onvif/device_service HTTP/1.0\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    ended = subprocess.run(
        ["openssl", "s_client", "-quiet", "-connect", f"{camera.address}:20443"],
        input=request, capture_output=True, timeout=10, check=False,
    )  # fmt: skip
    assert b"GetSystemDateAndTimeResponse" in ended.stdout
    chain = subprocess.run(
        ["openssl", "s_client", "-showcerts", "-connect", f"{camera.address}:20443"],
        input=b"", capture_output=True, timeout=10, check=False,
    )  # fmt: skip
    pem = (
        chain.stdout[chain.stdout.index(b"-----BEGIN") : chain.stdout.index(b"-----END")]
        + b"-----END CERTIFICATE-----\n"
    )
    assert ssl.PEM_cert_to_DER_cert(pem.decode()) == der


def test_http_goes_off_and_comes_back_over_https(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    done(camera, protocols(("HTTPS", "true", 443)))
    soon(lambda: not refused(camera, 20443))
    plain = Client(camera.address)
    assert plain.call("<tds:GetSystemDateAndTime/>").status == 200
    camera.inject("protocols.http.enabled", False)
    soon(lambda: refused(camera, 20080))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        plain.call("<tds:GetSystemDateAndTime/>")  # the connection that was open
    assert over_tls(camera, "<tds:GetSystemDateAndTime/>").status == 200
    camera.inject("protocols.http.enabled", True)
    soon(lambda: not refused(camera, 20080))
    camera.inject("protocols.https.port", 8443)
    soon(lambda: refused(camera, 20443) and not refused(camera, 28443))
    assert over_tls(camera, "<tds:GetSystemDateAndTime/>", 28443).status == 200


def test_certificates_are_kept_signed_and_deleted(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    made(camera, "one")
    request = "<tds:GetPkcs10Request><tds:CertificateID>one</tds:CertificateID></tds:GetPkcs10Request>"
    csr = x509.load_der_x509_csr(b64decode(done(camera, request).value("Data")))
    assert csr.is_signature_valid
    authority = tls.private_key("authority")
    own = x509.load_der_x509_certificate(shown_by(camera, "one"))
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "City CA")])
    signed = (
        x509.CertificateBuilder().subject_name(csr.subject).issuer_name(name).public_key(csr.public_key())
        .serial_number(7).not_valid_before(own.not_valid_before_utc).not_valid_after(own.not_valid_after_utc)
        .sign(authority, hashes.SHA256())
    ).public_bytes(serialization.Encoding.DER)  # fmt: skip

    def load(der: bytes, name: str) -> str:
        data = f"<tt:Certificate><tt:Data>{b64encode(der).decode()}</tt:Data></tt:Certificate>"
        entry = f"<tds:NVTCertificate><tt:CertificateID>{name}</tt:CertificateID>{data}</tds:NVTCertificate>"
        return f"<tds:LoadCertificates>{entry}</tds:LoadCertificates>"

    done(camera, load(signed, "two"))
    camera.certificates.serving = "two"
    done(camera, protocols(("HTTPS", "true", 443)))
    soon(lambda: not refused(camera, 20443))
    assert shown(camera) == signed
    foreign = tls.self_signed("somebody else", "x", 0, 2_000_000_000)
    for bad in (load(foreign, "three"), load(b"no certificate", "three"), load(signed, "one")):
        assert ask(camera, bad).status == 400
    delete = "<tds:DeleteCertificates><tds:CertificateID>{}</tds:CertificateID></tds:DeleteCertificates>"
    assert ask(camera, delete.format("two")).status == 400, "HTTPS shows it"
    done(camera, delete.format("one"))
    assert done(camera, "<tds:GetCertificates/>").all("CertificateID") == ["factory", "two"]


def shown_by(camera: LabCamera, name: str) -> bytes:
    return next(entry.der for entry in camera.certificates.all() if entry.id == name)


def test_what_cannot_be_is_refused(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    for name in ("a", "b", "c", "d"):
        made(camera, name)
    full = ask(camera, "<tds:CreateCertificate/>")
    assert full.status == 500 and "MaxCertificates" in full
    span = "<tds:ValidNotBefore>2030-01-01T00:00:00Z</tds:ValidNotBefore>"
    span += "<tds:ValidNotAfter>2029-01-01T00:00:00Z</tds:ValidNotAfter>"
    camera.certificates.held = ()
    assert ask(camera, f"<tds:CreateCertificate>{span}</tds:CreateCertificate>").status == 400
    assert ask(camera, STATUS.format("x")).status == 400
    assert ask(lab.camera(HIKVISION), "<tds:GetCertificates/>").status == 500, "it has its own, and tells of none"


def test_sick_tls_and_changed_certificates(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    camera.inject("protocols.https.enabled", True)
    soon(lambda: not refused(camera, 20443))
    first = shown(camera)
    camera.inject("certificate", "expired")
    soon(lambda: shown(camera) != first)
    ends = x509.load_der_x509_certificate(shown(camera)).not_valid_after_utc.timestamp()
    assert ends < camera.state.clock()

    def fault(fault: Fault) -> None:
        camera.fault = fault
        camera.faulted()

    fault(Fault.TLS_PLAIN)
    soon(lambda: b"HTTP/1.1 400" in spoken(camera, b"\x16\x03\x01 no TLS\r\n\r\n"))
    fault(Fault.TLS_SILENT)
    soon(lambda: spoken(camera, b"GET / HTTP/1.0\r\n\r\n") == b"nothing")
    fault(Fault.NONE)
    soon(lambda: spoken(camera, b"GET / HTTP/1.0\r\n\r\n") != b"nothing")
    camera.factory_reset()
    soon(lambda: refused(camera, 20443))


def spoken(camera: LabCamera, said: bytes) -> bytes:
    """What comes back within a moment."""
    try:
        with socket.create_connection((camera.address, 20443), 0.2) as sock:
            sock.sendall(said)
            return sock.recv(100)
    except TimeoutError:
        return b"nothing"
    except ConnectionError:
        return b"closed"


def test_one_seed_gives_one_certificate() -> None:
    one, same, other = (tls.self_signed(seed, "c", 0, 10) for seed in ("a", "a", "b"))
    assert one == same and hashlib.sha256(one).digest() != hashlib.sha256(other).digest()
