"""Password hashes as ``encrypted-password`` takes them.

Junos asks for a plain password in a dialogue only, so iccc makes the hash. Source: *Unix crypt using SHA-256 and
SHA-512* (the specification of ``$6$``).
"""

from __future__ import annotations

import secrets
from hashlib import sha512

from iccc.secrets import Secret
from iccc.switch.platforms.juniper_junos.text import quoted
from iccc.switch.steps import Unsayable

ROUNDS = 5000
_LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def crypted(password: Secret) -> str:
    """The hash with a salt of its own, in quotes."""
    salt = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return quoted(sha512_crypt(password.reveal(), salt))


def sha512_crypt(password: str, salt: str) -> str:
    """``$6$salt$hash`` after 5000 rounds."""
    key, pinch = password.encode(), salt.encode()
    if not key or "\0" in password:
        raise Unsayable("an empty password")
    digest = _mixed(key, pinch)
    long_key = _stretched(sha512(key * len(key)).digest(), len(key))
    long_salt = _stretched(sha512(pinch * (16 + digest[0])).digest(), len(pinch))
    for turn in range(ROUNDS):
        text = long_key if turn % 2 else digest
        text += long_salt if turn % 3 else b""
        text += long_key if turn % 7 else b""
        text += digest if turn % 2 else long_key
        digest = sha512(text).digest()
    return f"$6${salt}${_written(digest)}"


def _mixed(key: bytes, salt: bytes) -> bytes:
    """The digest that the rounds begin with."""
    other = sha512(key + salt + key).digest()
    text = key + salt + _stretched(other, len(key))
    left = len(key)
    while left:
        text += other if left % 2 else key
        left //= 2
    return sha512(text).digest()


def _stretched(digest: bytes, length: int) -> bytes:
    return (digest * (length // len(digest) + 1))[:length]


def _written(digest: bytes) -> str:
    """64 bytes in the letters and the order of crypt: three bytes a turn, their places rotating."""
    text = ""
    for turn in range(21):
        three = (digest[turn], digest[turn + 21], digest[turn + 42])
        turned = three[turn % 3 :] + three[: turn % 3]
        text += _letters(turned[0] << 16 | turned[1] << 8 | turned[2], 4)
    return text + _letters(digest[63], 2)


def _letters(number: int, count: int) -> str:
    return "".join(_LETTERS[number >> 6 * place & 63] for place in range(count))
