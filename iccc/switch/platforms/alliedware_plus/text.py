"""Which values may stand in a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

import re

from iccc.secrets import Secret
from iccc.switch.literal import literal
from iccc.switch.platforms.alliedware_plus.facts import MAX_DESCRIPTION, MAX_LINE
from iccc.switch.state import PortMode, SnmpUser, User
from iccc.switch.steps import Unsayable


def say(value: object) -> object:
    """``value`` as this command line takes it; see :func:`iccc.switch.literal.literal`."""
    return literal(value, MAX_LINE)


def word(value: object) -> str:
    """A name without a blank in it, which would begin the next parameter."""
    text = say(value)
    if not isinstance(text, str) or " " in text:
        raise Unsayable(f"{value!r} has a blank")  # a secret shows as ***
    return text


def described(text: str) -> str:
    """A description that is not cut off."""
    if len(text) > MAX_DESCRIPTION:
        raise Unsayable(f"{text[:40]!r} has {len(text)} characters, allowed are 1 to {MAX_DESCRIPTION}")
    return text


def named(name: str | None, vlan: int) -> str:
    """The name of a VLAN, ``VLAN0020`` for none; :class:`Unsayable` for the word vlan and another number.

    Source: Allied Telesis, "Software Reference for x310 Series Switches", Configuring VLANs.
    """
    found = re.fullmatch(r"vlan(\d+)", name or "", re.IGNORECASE)
    if found and int(found[1]) != vlan:
        raise Unsayable(f"{name!r} is no name for VLAN {vlan}: it is another one's number")
    return f"VLAN{vlan:04d}" if name is None else word(name)


def password(user: User | SnmpUser) -> Secret:
    """The password of a user who is made, or the hash of one who is made again; :class:`Unsayable` without both."""
    digest = user.digest if isinstance(user, User) else None
    if digest is not None:
        return digest
    if user.password is None:
        raise Unsayable("a user cannot be made without a password")
    word(user.password)
    return user.password


def judged(port: str, mode: PortMode | None) -> str:
    """``port``, whose VLANs are to change; :class:`Unsayable` for one whose settings iccc does not read."""
    if mode is None:
        raise Unsayable(f"{port} is part of an aggregation, or no switch port: iccc does not change its VLANs")
    return port
