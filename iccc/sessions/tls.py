"""TLS with devices: one context for all of them (one each would cost 36 to 62 ms), and certificates by their pin.

Devices sign their certificates themselves, so no authority and no name tells who one is. The enrolled pin does; as it
stands for the certificate whole, one that has expired is still the one that was enrolled.
"""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime
from functools import cache


@cache
def context() -> ssl.SSLContext:
    """Takes any certificate: who connects compares its pin before anything is sent."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def pin_of(certificate: bytes) -> str:
    """SHA-256 of a certificate (DER), in lower-case hex."""
    return hashlib.sha256(certificate).hexdigest()


def ends(certificate: bytes) -> datetime | None:
    """Until when a certificate (DER) is good; None when it does not say so in a way that is understood."""
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(certificate).not_valid_after_utc
    except (ValueError, x509.InvalidVersion):
        return None


def described(certificate: bytes) -> str:
    """``sha256 3f0c…`` of a certificate (DER), and since when it has expired, if it has."""
    text, until = f"sha256 {pin_of(certificate)[:16]}…", ends(certificate)
    return f"{text}, expired {until:%Y-%m-%d}" if until is not None and until < datetime.now(UTC) else text
