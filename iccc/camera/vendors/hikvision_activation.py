"""Activation of Hikvision cameras over HTTP (ISAPI): a password for ``admin``, under a key that is agreed on by RSA.

Newer firmware encrypts otherwise; it refuses this one, which is a row, and has to be activated by hand.
"""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from iccc.camera.activation import Activation, Ask, Talk
from iccc.onvif.errors import BadAnswer
from iccc.onvif.soap import document
from iccc.onvif.xml import text
from iccc.secrets import Secret

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_LONGEST = 16  # characters of a password
_RANDOM = 32  # hexadecimal digits of the key that the camera makes


def is_active() -> Talk[bool]:
    reply = document((yield Ask("GET", "/SDK/activateStatus")))
    told = text(reply, "Activated")
    if told not in ("true", "false"):
        raise BadAnswer("/SDK/activateStatus does not say whether the camera is activated")
    return told == "true"


def activate(password: Secret) -> Talk[None]:
    if not 1 <= len(password.reveal()) <= _LONGEST:
        raise BadAnswer(f"the password has {len(password.reveal())} characters; the camera takes up to {_LONGEST}")
    private = generate_private_key(65_537, 1024)  # noqa: S505  no other length is understood
    modulus = f"{private.public_key().public_numbers().n:0256x}".encode()
    asked = f"{_HEAD}<PublicKey><key>{base64.b64encode(modulus).decode()}</key></PublicKey>".encode()
    reply = document((yield Ask("POST", "/ISAPI/Security/challenge", asked)))
    try:
        sealed = bytes.fromhex(base64.b64decode(text(reply, "key") or "", validate=True).decode("ascii"))
        random = private.decrypt(sealed, PKCS1v15()).decode("ascii")
        key = bytes.fromhex(random)
    except ValueError:
        raise BadAnswer("/ISAPI/Security/challenge gives no key that can be opened") from None
    if len(random) != _RANDOM:
        raise BadAnswer(f"/ISAPI/Security/challenge gives a key of {len(random)} digits, not {_RANDOM}")
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305  the maker's choice
    plain = random[:16].encode() + password.reveal().encode("latin-1", "replace").ljust(_LONGEST, b"\0")
    shut = (encryptor.update(plain) + encryptor.finalize()).hex().encode()
    body = f"{_HEAD}<ActivateInfo><password>{base64.b64encode(shut).decode()}</password></ActivateInfo>".encode()
    yield Ask("PUT", "/ISAPI/System/activate", body, write=True)


ACTIVATION = Activation(
    "admin", is_active, activate,
    "https://github.com/qb60/hikvision-configure (hik_cam_config.py); Intelligent Security API (General Application)",
)  # fmt: skip
