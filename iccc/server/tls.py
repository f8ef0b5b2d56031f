"""The city's own certificate authority for its Debian servers: everything follows from one stored secret.

Nothing else is stored, and nothing expires: the key of each server is derived from the secret and the server's name,
and Ed25519 signs the same text always with the same signature (RFC 8032), so a certificate is the same text each time.
Whoever has one server's key can derive no other's (HKDF, RFC 5869). See docs/adr/0035.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from iccc.server.sealed import Certified

# A server whose clock is wrong after a power cut shall still get its logs out; a certificate ends with its secret.
BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280, 4.1.2.5


@cache
def certified(secret: str, name: str) -> Certified:
    """The certificate of the server ``name``, of the authority that follows from ``secret``."""
    root = _key(secret, "authority")
    issuer = _name("iccc servers")
    authority = _signed(issuer, issuer, root, root, True, None)
    own = _key(secret, f"server {name}")
    certificate = _signed(_name(name), issuer, own, root, False, name)
    private = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certified(authority, certificate, private.decode())


def _key(secret: str, what: str) -> Ed25519PrivateKey:
    derived = HKDF(hashes.SHA256(), 32, salt=b"iccc tls 1", info=what.encode()).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(
    subject: x509.Name, issuer: x509.Name, own: Ed25519PrivateKey, by: Ed25519PrivateKey, ca: bool, name: str | None
) -> str:
    public = own.public_key()
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    serial = int.from_bytes(hashlib.sha256(raw).digest()[:16]) >> 1
    usage = x509.KeyUsage(
        digital_signature=not ca, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(public).serial_number(serial)
        .not_valid_before(BEGIN).not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )  # fmt: skip
    if name is not None:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage(both), critical=False)
    return made.sign(by, None).public_bytes(serialization.Encoding.PEM).decode()
