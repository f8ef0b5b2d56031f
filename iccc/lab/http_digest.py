"""The server's side of HTTP Digest (RFC 7616, and RFC 2069 for RTSP clients without qop)."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

_KEY = secrets.token_bytes(16)  # of this process: signs nonces, so that a device needs to remember none
_SERIAL = itertools.count()
_PARAM = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_REMEMBERED = 64  # nonces in use for which the counter is kept


class Nonce(Enum):
    GOOD = "good"
    STALE = "stale"  # ours, but too old or its counter was used before: the client may try again at once
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Authorization:
    """A client's ``Authorization: Digest`` header."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str  # "MD5" when the client names none
    qop: str  # "" for RFC 2069
    nc: str
    cnonce: str

    def proves(self, password: str, method: str) -> bool:
        """Whether ``response`` was made with this password for a request with this method."""

        def h(text: str) -> str:
            return _HASHES[self.algorithm](text.encode()).hexdigest()

        secret = h(f"{self.username}:{self.realm}:{password}")
        middle = f"{self.nc}:{self.cnonce}:{self.qop}:" if self.qop else ""
        wanted = h(f"{secret}:{self.nonce}:{middle}{h(f'{method}:{self.uri}')}")
        return hmac.compare_digest(wanted, self.response.lower())


def parse(header: str) -> Authorization | None:
    """The header's value, or None if it is no Digest header or one that this server cannot check."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest":
        return None
    given = {name.lower(): quoted or bare for name, quoted, bare in _PARAM.findall(rest)}
    algorithm = given.get("algorithm", "MD5").upper()
    if algorithm not in _HASHES or given.get("qop", "") not in ("", "auth"):
        return None
    if not all(given.get(name) for name in ("username", "realm", "nonce", "uri", "response")):
        return None
    if given.get("qop") and not (given.get("cnonce") and re.fullmatch(r"[0-9a-fA-F]{8}", given.get("nc", ""))):
        return None
    return Authorization(
        username=given["username"],
        realm=given["realm"],
        nonce=given["nonce"],
        uri=given["uri"],
        response=given["response"],
        algorithm=algorithm,
        qop=given.get("qop", ""),
        nc=given.get("nc", ""),
        cnonce=given.get("cnonce", ""),
    )


class DigestServer:
    """Gives nonces and tells good ones from stale ones. ``now`` is in seconds, ``life_s`` a nonce's life."""

    __slots__ = ("_counters", "_now", "life_s", "realm")

    def __init__(self, realm: str, now: Callable[[], float], life_s: float = 300.0) -> None:
        self.realm = realm
        self.life_s = life_s
        self._now = now
        self._counters: dict[str, int] | None = None  # nonce: highest nc seen

    def challenges(self, algorithms: tuple[str, ...], stale: bool, qop: bool = True) -> tuple[tuple[str, str], ...]:
        """One ``WWW-Authenticate`` header for each algorithm, in the order of preference."""
        issued = f"{int(self._now() * 1000):x}.{next(_SERIAL):x}"  # two clients in one millisecond get two nonces
        nonce = f"{issued}-{self._sign(issued)}"
        tail = (', qop="auth"' if qop else "") + (", stale=true" if stale else "")
        return tuple(
            ("WWW-Authenticate", f'Digest realm="{self.realm}", nonce="{nonce}", algorithm={algorithm}{tail}')
            for algorithm in algorithms
        )

    def check(self, given: Authorization) -> Nonce:
        """Whether the nonce and its counter may be used (again); a good one is used up by this call."""
        issued, _, signature = given.nonce.partition("-")
        if given.realm != self.realm or not hmac.compare_digest(signature.encode(), self._sign(issued).encode()):
            return Nonce.FOREIGN
        if not -1.0 <= self._now() - int(issued.partition(".")[0], 16) / 1000 <= self.life_s:
            return Nonce.STALE
        if given.qop:
            counters = self._counters = self._counters or {}
            if int(given.nc, 16) <= counters.get(given.nonce, 0):
                return Nonce.STALE
            if given.nonce not in counters and len(counters) >= _REMEMBERED:
                counters.pop(next(iter(counters)))
            counters[given.nonce] = int(given.nc, 16)
        return Nonce.GOOD

    def forget(self) -> None:
        """After a restart."""
        self._counters = None

    def _sign(self, issued: str) -> str:
        return hashlib.blake2s(f"{self.realm} {issued}".encode(), key=_KEY, digest_size=8).hexdigest()
