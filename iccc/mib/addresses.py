"""Addresses inside of values and indexes: MAC addresses in any spelling, IPv4 addresses of InetAddress."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOT_HEX = re.compile(r"[^0-9a-f]")
_MAC = re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{4}[.:-]){2}[0-9a-f]{4}|[0-9a-f]{12}")


def as_mac(said: str | None) -> str | None:
    """The MAC address in a text, in lower case with colons, however it is grouped; None when it is none."""
    text = (said or "").strip().lower()
    return bytes.fromhex(_NOT_HEX.sub("", text)).hex(":") if _MAC.fullmatch(text) else None


def mac_of(numbers: Sequence[int]) -> str | None:
    """The MAC address that six numbers of an index are; None for anything else."""
    return bytes(numbers).hex(":") if len(numbers) == 6 and _octets(numbers) else None


def ipv4_of(numbers: Sequence[int]) -> str | None:
    """The IPv4 address that four numbers of an index are; None for anything else."""
    return ".".join(map(str, numbers)) if len(numbers) == 4 and _octets(numbers) else None


def _octets(numbers: Sequence[int]) -> bool:
    return all(0 <= number < 256 for number in numbers)
