"""Which values may stand in a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

from iccc.secrets import Secret
from iccc.switch.platforms.huawei_vrp.facts import MAX_LINE, METHODS
from iccc.switch.state import PortMode, SnmpUser, User
from iccc.switch.steps import Unsayable


def say(value: object) -> object:
    """``value`` itself if the command line takes it literally; :class:`Unsayable` if not.

    A newline would start a second command, ``?`` asks for help, and blanks at the ends are dropped.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise Unsayable(f"{value!r} is neither text nor a number")
    if not value or len(value) > MAX_LINE:
        raise Unsayable(f"{value[:40]!r} has {len(value)} characters, allowed are 1 to {MAX_LINE}")
    if not (value.isascii() and value.isprintable()):
        raise Unsayable(f"{value!r} has characters other than printable ASCII")
    if "?" in value:
        raise Unsayable(f"{value!r} has a '?', which asks the switch for help")
    if value != value.strip():
        raise Unsayable(f"{value!r} begins or ends with a blank")
    return value


def whole(value: float) -> int:
    """A percentage as the command takes it; :class:`Unsayable` when it has a fraction."""
    if value != int(value):
        raise Unsayable(f"broadcast-suppression takes whole per cent, not {value:g}")
    return int(value)


def word(value: object) -> str:
    """A name without a blank in it, which would begin the next parameter."""
    text = say(value)
    if not isinstance(text, str) or " " in text:
        raise Unsayable(f"{value!r} has a blank")
    return text


def ciphered(user: User | SnmpUser) -> Secret:
    """The password of a user who is made, or the hash of one who is made again; :class:`Unsayable` without both."""
    secret = user.digest if isinstance(user, User) and user.digest else user.password
    if secret is None:
        raise Unsayable("a user cannot be made without a password")
    word(secret.reveal())
    return secret


def method(name: str) -> str:
    """The switch's word for a login method; :class:`Unsayable` when it has none."""
    words = {ours: theirs for theirs, ours in METHODS.items()}
    if name not in words:
        raise Unsayable(f"login method {name!r} is none of {', '.join(sorted(words))}")
    return words[name]


def judged(port: str, mode: PortMode | None) -> str:
    """``port``, whose VLANs are to change; :class:`Unsayable` for one whose settings iccc does not read."""
    if mode is None:
        raise Unsayable(f"{port} is hybrid, routed or part of an Eth-Trunk: iccc does not change its VLANs")
    return port
