"""Which values may stand in a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

import re

from iccc.switch.literal import literal
from iccc.switch.platforms.aruba_aoscx.facts import (
    DEFAULT_STP_PRIORITY,
    GROUPS,
    MAX_DESCRIPTION,
    MAX_LINE,
    MAX_MACS,
    METHODS,
    STP_MODES,
    STP_STEP,
)
from iccc.switch.state import User
from iccc.switch.steps import Unsayable


def say(value: object) -> object:
    """``value`` as this command line takes it; see :func:`iccc.switch.literal.literal`."""
    return literal(value, MAX_LINE)


def refused(text: str) -> str:
    """Never returns: :class:`Unsayable` with this text. For templates."""
    raise Unsayable(text)


def description(text: str) -> str:
    if len(text) > MAX_DESCRIPTION:
        raise Unsayable(f"{text!r} has {len(text)} characters, a description on AOS-CX has at most {MAX_DESCRIPTION}")
    return text


def hostname(name: str) -> str:
    return _shaped(name, r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", "a host name on AOS-CX begins with a letter or digit")


def vlan_name(name: str) -> str:
    return _shaped(name, r"[A-Za-z0-9_-]{1,32}", "a VLAN name on AOS-CX has 1 to 32 letters, digits, '_' and '-'")


def user_name(name: str) -> str:
    return _shaped(name, r"[a-z][a-z0-9._-]{0,31}", "a user of AOS-CX begins with a small letter and has no capitals")


def password(user: User) -> str:
    """``plaintext X`` or ``ciphertext X``; Unsayable without either: the switch would ask for one."""
    kind, secret = ("ciphertext", user.digest) if user.digest is not None else ("plaintext", user.password)
    if secret is None:
        raise Unsayable("no password is stored for a user that AOS-CX takes only with one")
    value = str(say(secret))
    if " " in value:
        raise Unsayable("a password with a blank cannot be written on this command line")
    return f"{kind} {value}"


def group(level: int | None) -> str:
    """The group of users of that level."""
    found = [name for name, its in GROUPS.items() if its == level]
    if not found:
        raise Unsayable(f"AOS-CX has no group of level {level}; it has {', '.join(map(str, GROUPS.values()))}")
    return found[0]


def methods(logins: tuple[str, ...]) -> str:
    """``local`` or ``group tacacs local``."""
    unknown = [method for method in logins if method not in METHODS]
    if unknown:
        raise Unsayable(f"AOS-CX has no login method {unknown[0]!r}; it has {', '.join(METHODS)}")
    if logins[-1:] != ("local",):
        raise Unsayable("the login methods have to end with local: nobody could log in while no server answers")
    words = " ".join(METHODS[method] for method in logins)
    return words if len(logins) == 1 else f"group {words}"


def client_limit(limit: int) -> int:
    if not 1 <= limit <= MAX_MACS:
        raise Unsayable(f"AOS-CX lets 1 to {MAX_MACS} addresses be learned on a port, not {limit}")
    return limit


def stp_mode(mode: str) -> str:
    if mode not in STP_MODES:
        raise Unsayable(f"AOS-CX has no spanning-tree mode {mode!r}; it has {', '.join(STP_MODES)}")
    return mode


def stp_multiple(priority: int | None) -> int:
    """The priority as AOS-CX counts it."""
    multiple, rest = divmod(DEFAULT_STP_PRIORITY if priority is None else priority, STP_STEP)
    if rest or not 0 <= multiple <= 15:
        raise Unsayable(f"the spanning-tree priority {priority} is no multiple of {STP_STEP} up to {15 * STP_STEP}")
    return multiple


def _shaped(text: str, pattern: str, rule: str) -> str:
    if not re.fullmatch(pattern, text):
        raise Unsayable(f"{text!r}: {rule}")
    return text
