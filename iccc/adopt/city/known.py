"""What people say beside the network: device types, types of places, and the rows of an IP schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from iccc.adopt.city.names import said
from iccc.adopt.city.types import Types
from iccc.mib.addresses import as_mac


@dataclass(frozen=True)
class Known:
    """``rows`` are values of an IP schedule by their heads, by address. What a device tells itself wins over them."""

    types: Types
    site_types: Mapping[int, str] = field(default_factory=dict)
    site_type: str = ""  # of the sites that are not among them
    declared_types: Mapping[str, str] = field(default_factory=dict)  # by address, of what is declared
    declared_roles: Mapping[str, str] = field(default_factory=dict)  # likewise, of switches
    first_vlan: int | None = None  # of the network plan, where the VLANs of sites do not follow from their numbers
    channels: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # of declared recorders, by camera's address
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def row(self, address: str, key: str) -> Any:
        """What the schedule says of an address; None when it says nothing."""
        return self.rows.get(address, {}).get(key)

    def name(self, address: str, told: str) -> str:
        """What a device is called: as it tells itself, where that is a name of ours; else as the schedule has it."""
        listed = self.row(address, "device")
        return told if said(told) is not None or not isinstance(listed, str) else listed

    def type(self, address: str) -> str | None:
        """The device type that the schedule has for an address, if the catalogue has it."""
        listed = self.row(address, "device_type")
        return listed if listed in self.types.catalogue else None

    def mac(self, address: str) -> str | None:
        value = self.row(address, "mac")
        return as_mac(value) if isinstance(value, str) else None
