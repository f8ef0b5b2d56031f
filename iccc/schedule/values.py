"""Values as integrators write them: ``00-11-22-33-44-55``, ``Gi1/0/2``, ``VLAN 201``, ``255.255.255.0``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Network

from pydantic import TypeAdapter, ValidationError

from iccc.city.model.common import Serial
from iccc.explain import shown
from iccc.switch.platforms.cisco_ios.names import canonical

Value = str | int | IPv4Address | IPv4Network
Cell = str | int | float

_MAC = (
    re.compile(r"[0-9a-f]{2}([:. -])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}"),
    re.compile(r"[0-9a-f]{4}([:. -])[0-9a-f]{4}\1[0-9a-f]{4}"),
    re.compile(r"[0-9a-f]{6}([:. -])[0-9a-f]{6}"),
    re.compile(r"[0-9a-f]{12}"),
)
_NOTHING = {"", "-", "--", "---", "–", "—", "na", "n/a", "n.a.", "nil", "none", "tbd", "लागू नहीं"}
_SERIAL: TypeAdapter[str] = TypeAdapter(Serial)
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is empty or holds one of the marks that people put into empty cells."""
    return isinstance(cell, str) and cell.casefold() in _NOTHING


def latin(text: str) -> str:
    """The text with Latin digits: २२.०८ is 22.08. Raised ones, as in m², are none."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in text)


def mac(cell: Cell) -> str:
    """A hardware address as the declaration writes it, ``02:00:0a:52:01:0b``."""
    text = str(cell).lower()  # of a number that a spreadsheet made of it only all 12 digits are taken
    if not any(pattern.fullmatch(text) for pattern in _MAC):
        raise ValueError(f"{shown(cell)} is not a hardware address like 02:00:0a:52:01:0b, 02-00-… or 0200.0a52.010b")
    digits = re.sub("[^0-9a-f]", "", text)
    if int(digits[1], 16) & 1 or not int(digits, 16):
        raise ValueError(f"{shown(cell)} is no device's own hardware address: it is {_not_own(digits)}")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def _not_own(digits: str) -> str:
    return "all zeros" if not int(digits, 16) else "a group's"


def address(cell: Cell) -> IPv4Address:
    """An address, with or without its prefix length."""
    try:
        return IPv4Address(str(cell).partition("/")[0].strip())
    except ValueError:
        raise ValueError(f"{shown(cell)} is not an IPv4 address") from None


def subnet(cell: Cell) -> IPv4Network | int:
    """A prefix, or only its length when that is all that is said: ``24``, ``/24``, ``255.255.255.0``."""
    text = str(cell).removeprefix("/")
    try:
        if text.isascii() and text.isdecimal():
            return IPv4Network(f"0.0.0.0/{text}", strict=False).prefixlen
        if text.startswith("255."):
            return IPv4Network(f"0.0.0.0/{IPv4Address(text)}").prefixlen
        if "/" in text:
            return IPv4Network(text, strict=False)
    except ValueError:
        pass
    raise ValueError(f"{shown(cell)} is not a prefix like 10.82.1.0/24, 24 or 255.255.255.0")


def vlan(cell: Cell) -> int:
    found = re.fullmatch(r"(?:vlan)?[ _-]*([0-9]{1,4})", str(cell), re.IGNORECASE)
    if not found or not 1 <= int(found[1]) <= 4094:
        raise ValueError(f"{shown(cell)} is not a VLAN between 1 and 4094")
    return int(found[1])


def channel(cell: Cell) -> int:
    found = re.fullmatch(r"(?:(?:ch|channel|d)[ ._-]*)?([0-9]{1,3})", str(cell), re.IGNORECASE)
    if not found or not 1 <= int(found[1]) <= 512:
        raise ValueError(f"{shown(cell)} is not a recorder channel between 1 and 512")
    return int(found[1])


def serial(cell: Cell) -> str:
    if not isinstance(cell, str) and not (isinstance(cell, int) and abs(cell) < _EXACT):
        raise ValueError(f"{cell} is a number, which has lost digits: write the serial number as text")
    try:
        return _SERIAL.validate_python(str(cell))
    except ValidationError:
        raise ValueError(
            f"{shown(cell)} is not a serial number: 3 to 48 letters, digits, dots, slashes, underscores and hyphens"
        ) from None


def port(cell: Cell) -> str:
    """``GigabitEthernet1/0/2``, with the switch before it where the cell names one: ``sw1 GigabitEthernet1/3``."""
    text = str(cell)
    if name := canonical(text):
        return name
    switch, _, rest = text.replace(":", " ").strip().partition(" ")
    if rest and (name := canonical(rest)) and re.fullmatch(r"[A-Za-z0-9-]{1,32}", switch):
        return f"{switch} {name}"
    raise ValueError(f"{shown(cell)} is not a switch port like GigabitEthernet1/3 or Gi1/3")


def word(cell: Cell) -> str:
    """A name as it stands there."""
    text = str(cell)
    if len(text) > 64:
        raise ValueError(f"{shown(cell)} is longer than 64 characters")
    return text


PARSERS: Mapping[str, Callable[[Cell], Value]] = {
    "device": word,
    "address": address,
    "prefix": subnet,
    "mask": subnet,
    "gateway": address,
    "vlan": vlan,
    "switch": word,
    "port": port,
    "mac": mac,
    "serial": serial,
    "recorder": word,
    "channel": channel,
    "owner": word,
}
