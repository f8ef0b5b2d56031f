"""Who may come in to a Debian server: what its roles serve, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

from iccc.city.devices import City, Equipment, Hosted
from iccc.server import logs


@dataclass(frozen=True)
class Opening:
    """``sources``: addresses and prefixes; () for everybody."""

    what: str
    protocol: str  # tcp | udp
    port: int
    sources: tuple[str, ...]


def openings(device: Hosted, city: City) -> list[Opening]:
    """In the order of the rules. A service that nobody may ask is not opened."""
    roles = device.roles if isinstance(device, Equipment) else ()
    networks = tuple(str(prefix) for prefix in city.declared.city.file.network.prefixes().values())
    operators = city.management_sources
    monitoring = tuple(one.address for one in city.equipment.values() if "monitoring" in one.roles)
    found = [Opening("logins", "tcp", 22, operators)]
    asked = [Opening("metrics", "tcp", 9100, monitoring)]
    if "ntp" in roles:
        asked.append(Opening("time for every device", "udp", 123, networks))
    if "syslog" in roles:
        asked.append(Opening("logs of devices", "udp", 514, networks))
        if logs.speaks_tls(city):
            asked.append(Opening("logs of servers, over TLS", "tcp", logs.TLS_PORT, logs.senders(city)))
    if "monitoring" in roles:
        watching = (*operators, *(address for address in monitoring if address != device.address))
        asked.append(Opening("Prometheus", "tcp", 9090, watching))
        asked.append(Opening("Alertmanager", "tcp", 9093, watching))
    return found + [one for one in asked if one.sources]
