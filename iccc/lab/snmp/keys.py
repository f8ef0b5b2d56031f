"""Keys and ciphers of SNMPv3 users: RFC 3414 A.2 (HMAC), RFC 7860 (SHA-2), RFC 3826 (AES).

Longer keys than the hash gives are made longer as draft-blumenthal-aes-usm-04, 3.1.2.1 has it, which net-snmp and
pysnmp's "Blumenthal" follow.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

DIGESTS = {
    "MD5": ("md5", 12),
    "SHA": ("sha1", 12),
    "SHA256": ("sha256", 24),
    "SHA512": ("sha512", 48),
}  # hash, octets of it in the message
KEY_OCTETS = {"AES128": 16, "AES192": 24, "AES256": 32}
MEGABYTE = 1 << 20


@lru_cache(maxsize=64)
def password_key(digest: str, password: str) -> bytes:
    """Ku: the hash of a megabyte of the repeated password. It takes a millisecond, hence the cache."""
    octets = password.encode()
    return hashlib.new(digest, (octets * (MEGABYTE // len(octets) + 1))[:MEGABYTE]).digest()


def localised(digest: str, password: str, engine: bytes) -> bytes:
    """Kul: the user's key on one engine."""
    key = password_key(digest, password)
    return hashlib.new(digest, key + engine + key).digest()


@dataclass(frozen=True)
class Keys:
    """What one user shares with one engine. ``privacy`` is empty for a user without encryption."""

    digest: str
    octets: int  # of the HMAC that go into a message
    authentication: bytes = field(repr=False)
    privacy: bytes = field(repr=False)

    @classmethod
    def of(cls, engine: bytes, auth: str, password: str, privacy: str, privacy_password: str) -> Keys:
        """``auth`` is a key of DIGESTS; ``privacy`` one of KEY_OCTETS, or "". KeyError for others."""
        digest, octets = DIGESTS[auth]
        wanted = KEY_OCTETS[privacy] if privacy else 0
        key = localised(digest, privacy_password, engine) if wanted else b""
        while len(key) < wanted:
            key += hashlib.new(digest, key).digest()
        return cls(digest, octets, localised(digest, password, engine), key[:wanted])

    def sign(self, message: bytes) -> bytes:
        """The digest of a message whose own place for it is filled with zeros."""
        return hmac.digest(self.authentication, message, self.digest)[: self.octets]

    def encrypt(self, plain: bytes, boots: int, time_s: int, salt: bytes) -> bytes:
        encryptor = self._cipher(boots, time_s, salt).encryptor()
        return encryptor.update(plain) + encryptor.finalize()

    def decrypt(self, secret: bytes, boots: int, time_s: int, salt: bytes) -> bytes:
        decryptor = self._cipher(boots, time_s, salt).decryptor()
        return decryptor.update(secret) + decryptor.finalize()

    def _cipher(self, boots: int, time_s: int, salt: bytes) -> Cipher[CFB]:
        return Cipher(AES(self.privacy), CFB(boots.to_bytes(4, "big") + time_s.to_bytes(4, "big") + salt))
