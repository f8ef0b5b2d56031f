"""HTTP Digest authentication (RFC 7616, and RFC 2069 for old devices), for HTTP and RTSP. Basic is never answered."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from iccc.secrets import Login

_SCHEME = re.compile(r"(?:^|,)\s*(Digest|Basic|Bearer|NTLM|Negotiate)\b", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
# From the beginning of a word: from each of its letters, a header of one long word would take minutes.
_PARAMETER = re.compile(r'(?<![\w-])([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_LONGEST = 4096  # characters of a header; real challenges have a few hundred
_STRENGTH = ("MD5", "SHA-256")  # weakest first; others are not understood


@dataclass(frozen=True)
class Challenge:
    """One Digest challenge of a device."""

    realm: str
    nonce: str
    algorithm: str  # MD5 | SHA-256
    qop: bool  # whether qop=auth is offered
    opaque: str | None
    stale: bool


def choose(headers: Sequence[str]) -> Challenge | None:
    """The strongest Digest challenge in the WWW-Authenticate headers; None if there is none that is understood."""
    found: list[Challenge] = []
    for header in headers:
        if len(header) > _LONGEST:
            continue
        unquoted = _QUOTED.sub(lambda match: "_" * len(match[0]), header)  # a realm may read like a scheme
        starts = [match.start() for match in _SCHEME.finditer(unquoted)] + [len(header)]
        for start, end in zip(starts, starts[1:], strict=False):
            challenge = _challenge(header[start:end].lstrip(", "))
            if challenge is not None:
                found.append(challenge)
    return max(found, key=lambda challenge: _STRENGTH.index(challenge.algorithm), default=None)


def only_basic(headers: Sequence[str]) -> bool:
    """Whether Basic is all that the WWW-Authenticate headers offer: it would send the password in the clear."""
    unquoted = (_QUOTED.sub("_", header[:_LONGEST]) for header in headers)
    return {match[1].lower() for header in unquoted for match in _SCHEME.finditer(header)} == {"basic"}


def authorization(
    challenge: Challenge, login: Login, method: str, uri: str, count: int = 1, cnonce: str | None = None
) -> str:
    """The Authorization header. ``count`` is how often this nonce was used, this time included."""
    cnonce = cnonce or os.urandom(8).hex()
    first = _hash(challenge, f"{login.user}:{challenge.realm}:{login.password.reveal()}")
    second = _hash(challenge, f"{method}:{uri}")
    nc = f"{count:08x}"
    middle = f"{challenge.nonce}:{nc}:{cnonce}:auth" if challenge.qop else challenge.nonce
    parts = [
        f"username={_quoted(login.user)}",
        f"realm={_quoted(challenge.realm)}",
        f"nonce={_quoted(challenge.nonce)}",
        f"uri={_quoted(uri)}",
        f'response="{_hash(challenge, f"{first}:{middle}:{second}")}"',
        f"algorithm={challenge.algorithm}",
    ]
    if challenge.qop:
        parts += ["qop=auth", f"nc={nc}", f'cnonce="{cnonce}"']
    if challenge.opaque is not None:
        parts.append(f"opaque={_quoted(challenge.opaque)}")
    return "Digest " + ", ".join(parts)


def _challenge(text: str) -> Challenge | None:
    if not text.lower().startswith("digest"):
        return None
    values = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(text[6:])}
    algorithm = values.get("algorithm", "MD5").upper()
    offered = values.get("qop", "").replace(" ", "").lower().split(",")
    if algorithm not in _STRENGTH or "nonce" not in values or (values.get("qop") and "auth" not in offered):
        return None
    return Challenge(
        realm=_unquoted(values.get("realm", "")),
        nonce=_unquoted(values["nonce"]),
        algorithm=algorithm,
        qop="auth" in offered,
        opaque=_unquoted(values["opaque"]) if "opaque" in values else None,
        stale=values.get("stale", "").lower() == "true",
    )


def _hash(challenge: Challenge, text: str) -> str:
    if challenge.algorithm == "SHA-256":
        return hashlib.sha256(text.encode()).hexdigest()
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text
