"""A device out of its box has no user yet. How its first one is made is a matter of its make.

``onvif``: until there is one, everything is open, as ONVIF's core specification has it: CreateUsers needs no login.
``isapi``: nothing but the clock is told until it was activated over HTTP with a password for admin, under a key that
is agreed on by RSA. ``login``: it comes with a user, and this is not for it.
Source of the latter: scripts that activate such cameras (``hikvision-configure`` of qb60, ``activate`` of others).
"""

from __future__ import annotations

import base64
import os
import re

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from iccc.lab.device import Counters
from iccc.lab.http import Request, Response
from iccc.lab.onvif_login import Lockout
from iccc.lab.onvif_state import DeviceState, User

STATUS, CHALLENGE, ACTIVATE = "/SDK/activateStatus", "/ISAPI/Security/challenge", "/ISAPI/System/activate"
_METHODS = {STATUS: "GET", CHALLENGE: "POST", ACTIVATE: "PUT"}
PATHS = frozenset(_METHODS)
ADMIN = "admin"
_XML = "application/xml"
_NAMESPACE = "http://www.hikvision.com/ver20/XMLSchema"


class Activation:
    """Of one device. What was agreed on is forgotten with the electricity."""

    def __init__(self) -> None:
        self._random = ""  # hex, of the last challenge

    def forget(self) -> None:
        self._random = ""

    def answer(self, state: DeviceState, counters: Counters, lockout: Lockout, request: Request, path: str) -> Response:
        if request.method != _METHODS[path]:
            return Response(405, headers=(("Allow", _METHODS[path]),))
        if path == STATUS:
            return _said("ActivateStatus", f"<Activated>{str(bool(state.users)).lower()}</Activated>")
        if state.users:
            # Whoever tries again is somebody who guesses: it counts like a wrong password, and locks like one.
            counters.failures += 1
            lockout.failed(ADMIN)
            counters.lockouts += lockout.locked(ADMIN)
            return _status(403, "Invalid Operation", "activated")
        if path == CHALLENGE:
            return self._challenge(request)
        return self._activate(state, counters, request)

    def _challenge(self, request: Request) -> Response:
        try:
            number = int(base64.b64decode(_key(request.body, "key"), validate=True).decode("ascii"), 16)
            key = RSAPublicNumbers(65_537, number).public_key()
        except ValueError:
            return _status(400, "Invalid XML Content", "badXmlContent")
        self._random = os.urandom(16).hex()
        sealed = key.encrypt(self._random.encode(), PKCS1v15()).hex().encode()
        return _said("Challenge", f"<key>{base64.b64encode(sealed).decode()}</key>")

    def _activate(self, state: DeviceState, counters: Counters, request: Request) -> Response:
        random, self._random = self._random, ""
        try:
            sealed = bytes.fromhex(base64.b64decode(_key(request.body, "password"), validate=True).decode("ascii"))
            opener = Cipher(AES(bytes.fromhex(random)), ECB()).decryptor()  # noqa: S305  the maker's choice
            opened = opener.update(sealed) + opener.finalize()
        except ValueError:
            return _status(400, "Invalid XML Content", "badXmlContent")
        password = opened[16:].rstrip(b"\0").decode("latin-1")
        if opened[:16] != random[:16].encode():
            return _status(400, "Invalid XML Content", "badParameters")
        shortest, longest = state.model.password_length
        if not shortest <= len(password) <= longest or password.isalpha() or password.isdigit():
            return _status(400, "Invalid XML Content", "riskPassword")
        state.users = (User(ADMIN, "Administrator", password),)
        counters.activations += 1
        return _status(200, "OK", "ok")


def _key(body: bytes, name: str) -> str:
    found = re.search(rf"<{name}>\s*([A-Za-z0-9+/=\s]*?)\s*</{name}>", body.decode("latin-1"))
    if found is None:
        raise ValueError(name)
    return found[1]


def _said(name: str, inner: str, status: int = 200) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} version="2.0" xmlns="{_NAMESPACE}">{inner}</{name}>\n'
    return Response(status, text.encode(), _XML)


def _status(status: int, said: str, special: str) -> Response:
    inner = f"<statusString>{said}</statusString><subStatusCode>{special}</subStatusCode>"
    return _said("ResponseStatus", inner, status)
