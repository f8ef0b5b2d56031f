"""Keys, certificates and TLS servers of simulated devices. Of one seed there is one key and one certificate, always."""

from __future__ import annotations

import hashlib
import os
import ssl
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def private_key(seed: str) -> ec.EllipticCurvePrivateKey:
    """The P-256 key of ``seed``."""
    return ec.derive_private_key(1 + _number(seed) % (_ORDER - 1), ec.SECP256R1())


def self_signed(seed: str, subject: str, begins: float, ends: float) -> bytes:
    """A certificate (DER) of the key of ``seed``. ``begins`` and ``ends`` are Unix seconds."""
    key = private_key(seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1 + (_number(f"{seed} serial") >> 100))
    builder = builder.not_valid_before(_at(begins)).not_valid_after(_at(ends))
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def signing_request(seed: str, subject: str) -> bytes:
    """A PKCS #10 request (DER) of the key of ``seed``."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(private_key(seed), hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def is_of(certificate: bytes, seed: str) -> bool:
    """Whether a certificate is of the key of ``seed``. ValueError when it is no certificate (DER)."""
    told = x509.load_der_x509_certificate(certificate).public_key()
    return _public(told) == _public(private_key(seed).public_key())


def server_context(certificate: bytes, seed: str) -> ssl.SSLContext:
    """A server that shows ``certificate``, with the key of ``seed``."""
    key = private_key(seed).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = os.memfd_create("certificate")  # ssl takes files alone
    try:
        os.write(file, ssl.DER_cert_to_PEM_cert(certificate).encode() + key)
        context.load_cert_chain(f"/proc/self/fd/{file}")
    finally:
        os.close(file)
    return context


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")


def _public(key: object) -> bytes:
    if not hasattr(key, "public_bytes"):
        raise ValueError("no public key")
    found: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return found


def _at(unix_s: float) -> datetime:
    return datetime.fromtimestamp(int(unix_s), UTC)
