"""Who answers for an IPv4 address: IP-MIB (RFC 4293) ipNetToMediaTable, or ipNetToPhysicalTable, its successor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iccc.mib.addresses import ipv4_of
from iccc.mib.values import Columns, Table, Value, mac

MEDIA, MEDIA_TYPE = "1.3.6.1.2.1.4.22.1.2", "1.3.6.1.2.1.4.22.1.4"  # index: ifIndex, four octets
PHYSICAL, PHYSICAL_TYPE = "1.3.6.1.2.1.4.35.1.4", "1.3.6.1.2.1.4.35.1.6"  # index: ifIndex, type, length, octets

MEDIA_TABLE = Table(MEDIA, (MEDIA_TYPE,))
PHYSICAL_TABLE = Table(PHYSICAL, (PHYSICAL_TYPE,))
"""Asked for where the other one is empty; it has IPv6 too."""

_INVALID = 2
_IPV4 = (1, 4)  # InetAddressType ipv4, length


@dataclass(frozen=True)
class Entry:
    mac: str
    if_index: int


def parse(columns: Columns) -> dict[str, Entry]:
    """By IPv4 address; entries that are invalid or have no Ethernet address are left out."""
    return {
        address: Entry(said, index)
        for address, index, value in (*_media(columns), *_physical(columns))
        if (said := mac(value)) is not None
    }


def _media(columns: Columns) -> Iterator[tuple[str, int, Value]]:
    kinds = columns.get(MEDIA_TYPE, {})
    for index, value in columns.get(MEDIA, {}).items():
        if kinds.get(index) != _INVALID and (address := ipv4_of(index[1:])):
            yield address, index[0], value


def _physical(columns: Columns) -> Iterator[tuple[str, int, Value]]:
    kinds = columns.get(PHYSICAL_TYPE, {})
    for index, value in columns.get(PHYSICAL, {}).items():
        if index[1:3] == _IPV4 and kinds.get(index) != _INVALID and (address := ipv4_of(index[3:])):
            yield address, index[0], value
