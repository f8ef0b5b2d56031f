"""Which values may stand in a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

from iccc.secrets import Secret
from iccc.switch.literal import literal
from iccc.switch.platforms.huawei_vrp.facts import MAX_LINE, METHODS
from iccc.switch.state import PortMode, SnmpUser, User
from iccc.switch.steps import Unsayable


def say(value: object) -> object:
    """``value`` as this command line takes it; see :func:`iccc.switch.literal.literal`."""
    return literal(value, MAX_LINE)


def whole(value: float) -> int:
    """A percentage as the command takes it; :class:`Unsayable` when it has a fraction."""
    if value != int(value):
        raise Unsayable(f"broadcast-suppression takes whole per cent, not {value:g}")
    return int(value)


def word(value: object) -> str:
    """A name without a blank in it, which would begin the next parameter."""
    text = say(value)
    if not isinstance(text, str) or " " in text:
        raise Unsayable(f"{value!r} has a blank")  # a secret shows as ***
    return text


def ciphered(user: User | SnmpUser) -> Secret:
    """The password of a user who is made, or the hash of one who is made again; :class:`Unsayable` without both."""
    secret = user.digest if isinstance(user, User) and user.digest else user.password
    if secret is None:
        raise Unsayable("a user cannot be made without a password")
    word(secret)
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
