"""Who may log in: WS-UsernameToken (PasswordDigest), wrong passwords counted, accounts locked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from iccc.lab.onvif_soap import WSSE, WSU, Element, child

_DIGEST_TYPE = "#PasswordDigest"
_REMEMBERED = 32  # user names whose failures are kept


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """A ``wsse:UsernameToken`` with a digested password."""

    username: str
    digest: str
    nonce: bytes
    created: str

    def proves(self, password: str) -> bool:
        """Whether the digest was made with this password."""
        made = hashlib.sha1(self.nonce + self.created.encode() + password.encode()).digest()
        return hmac.compare_digest(base64.b64encode(made), self.digest.encode())

    def age_s(self, clock: float) -> float | None:
        """Seconds between ``wsu:Created`` and the device's clock, or None if it is no time."""
        try:
            at = datetime.fromisoformat(self.created)
        except ValueError:
            return None
        return clock - (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def username_token(security: Element) -> UsernameToken | None:
    """The token in a ``wsse:Security`` header, or None if there is none that this device understands."""
    token = child(security, f"{{{WSSE}}}UsernameToken")
    if token is None:
        return None
    password = child(token, f"{{{WSSE}}}Password")
    if password is None or not (password.get("Type") or "").endswith(_DIGEST_TYPE):
        return None
    nonce, created = _text(token, f"{{{WSSE}}}Nonce"), _text(token, f"{{{WSU}}}Created")
    if not created:
        return None
    try:
        raw = base64.b64decode(nonce, validate=True)
    except binascii.Error:
        return None
    return UsernameToken(
        _text(token, f"{{{WSSE}}}Username").strip(), (password.text or "").strip(), raw, created.strip()
    )


def _text(parent: Element, tag: str) -> str:
    found = child(parent, tag)
    return "" if found is None else found.text or ""


class Lockout:
    """Refuses a user name for ``lock_s`` after ``after`` failures within ``lock_s``."""

    __slots__ = ("_after", "_failures", "_lock_s", "_now", "_until")

    def __init__(self, after: int, lock_s: float, now: Callable[[], float]) -> None:
        self._after = after
        self._lock_s = lock_s
        self._now = now
        self._failures: dict[str, list[float]] | None = None  # devices without failures carry nothing
        self._until: dict[str, float] | None = None

    def locked(self, username: str) -> bool:
        return self._until is not None and self._now() < self._until.get(username, 0.0)

    def failed(self, username: str, at_once: bool = False) -> None:
        """Count a wrong password; ``at_once``: this one is enough."""
        failures = self._failures = self._failures or {}
        if username not in failures and len(failures) >= _REMEMBERED:
            failures.pop(next(iter(failures)))
        since = self._now() - self._lock_s
        times = [at for at in failures.get(username, []) if at > since] + [self._now()]
        failures[username] = times
        if at_once or len(times) >= self._after:
            self._until = {**(self._until or {}), username: self._now() + self._lock_s}
            del failures[username]

    def succeeded(self, username: str) -> None:
        if self._failures is not None:
            self._failures.pop(username, None)

    def clear(self) -> None:
        self._failures = self._until = None
