"""What may stand on a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

import re

from iccc.switch.literal import literal
from iccc.switch.platforms.juniper_junos.facts import DEFAULT_VLAN, MAX_LINE
from iccc.switch.steps import Unsayable

_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+*,=-]+")
_VLAN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


def say(value: object) -> object:
    """``value`` as this command line takes it; see :func:`iccc.switch.literal.literal`."""
    return literal(value, MAX_LINE)


def quoted(value: object) -> str:
    """``value`` as one word of a line: in quotes where it has blanks or signs."""
    said = str(say(value))
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
