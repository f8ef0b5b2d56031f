"""Switches while they are being put together: ports are added from devices and links, then frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

from iccc.city.addresses import gateway_of, subnet_of
from iccc.city.devices import Kind, Origins, ReachedAt, Switch, SwitchPort
from iccc.city.model.catalogue import DeviceType
from iccc.city.model.city import Management
from iccc.city.model.common import Lifecycle
from iccc.city.snmp import SnmpAccess
from iccc.yamlfile import Where


@dataclass
class SwitchDraft:
    """A switch whose ports are not all known yet."""

    name: str
    role: str
    site: str
    address: str
    owner: str
    device_type: str
    type_: DeviceType
    status: Lifecycle
    phase: str
    where: Where
    chain: str | None = None
    mac: str | None = None
    serial: str | None = None
    out_of_band: str | None = None
    reached_at: ReachedAt | None = None
    snmp: SnmpAccess = SnmpAccess()
    cabinet: int | None = None
    origins: Origins = field(default_factory=dict)
    vlans: dict[int, str] = field(default_factory=dict)
    ports: dict[str, SwitchPort] = field(default_factory=dict)

    def poe_outlets(self) -> list[tuple[str, float]]:
        """(port, PSE watts) of every port that can feed a device."""
        return [(name, ports.poe_w) for ports in self.type_.ports if ports.poe_w for name in ports.names]

    def uplinks(self) -> list[str]:
        """The ports for the ring, in order: towards its start, towards its end."""
        return [name for ports in self.type_.ports if ports.uplink for name in ports.names]

    def freeze(self, management: Management, upstream: tuple[str, ...]) -> Switch:
        """The switch as it is now, in the management network of the city."""
        network = subnet_of(self.address, management.prefix, management.per_site)
        return Switch(
            name=self.name,
            kind=Kind.SWITCH,
            owner=self.owner,
            address=self.address,
            site=self.site,
            device_type=self.device_type,
            status=self.status,
            phase=self.phase,
            where=self.where,
            role=self.role,
            platform=self.type_.platform or "",
            chain=self.chain,
            management_vlan=management.vlan,
            vlans=dict(sorted(self.vlans.items())),
            ports=dict(self.ports),
            upstream=upstream,
            mac=self.mac,
            serial=self.serial,
            all_ports=tuple(self.type_.port_names),
            network=network,
            gateway=gateway_of(network, management.gateway_host),
            out_of_band=self.out_of_band,
            reached_at=self.reached_at,
            snmp=self.snmp,
            cabinet=self.cabinet,
            origins=self.origins,
        )
