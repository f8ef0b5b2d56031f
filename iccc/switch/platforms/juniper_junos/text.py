"""What may stand on a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

import re

from iccc.secrets import Secret
from iccc.switch.platforms.juniper_junos.facts import DEFAULT_VLAN, MAX_LINE
from iccc.switch.steps import Unsayable

_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+*,=-]+")
_VLAN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


def say(value: object) -> object:
    """``value`` itself if the command line takes it literally; :class:`Unsayable` if not.

    A newline would start a second command, ``?`` asks for help even within quotes, control characters edit the line.
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


def quoted(value: object) -> str:
    """``value`` as one word of a line: in quotes where it has blanks or signs."""
    text = value.reveal() if isinstance(value, Secret) else value
    said = str(say(text))
    if _PLAIN.fullmatch(said):
        return said
    escaped = said.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def word(value: str) -> str:
    """``value`` if it is one plain word: an address, a prefix, a host name."""
    if not _PLAIN.fullmatch(value):
        raise Unsayable(f"{value!r} is not one word of letters, digits and . : / @ _ -")
    return value


def vlan_name(value: str) -> str:
    """``value`` if a VLAN may be called so; a member of digits only would be a number."""
    if not _VLAN_NAME.fullmatch(value) or value in ("all", DEFAULT_VLAN):
        raise Unsayable(f"Junos takes no VLAN name {value!r}: a letter first, then letters, digits, '.', '-' and '_'")
    return value
