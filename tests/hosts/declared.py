"""A declared switch as configuration lines, in the words of whoever stands at the console."""

from __future__ import annotations

from iccc.city.devices import Switch


def widened_lines(switch: Switch) -> list[str]:
    """VLANs and trunks of the declaration, beside what the switch has."""
    lines = [line for number, name in switch.vlans.items() for line in (f"vlan {number}", f"name {name}")]
    for port in switch.ports.values():
        if port.allowed_vlans is not None:
            numbers = ",".join(map(str, sorted(port.allowed_vlans)))
            lines += [f"interface {port.name}", f"switchport trunk allowed vlan add {numbers}"]
    return lines


def declared_lines(switch: Switch) -> list[str]:
    """VLANs, access ports and trunks of the declaration; nothing about logins or servers."""
    lines = [line for number, name in switch.vlans.items() for line in (f"vlan {number}", f"name {name}")]
    for port in switch.ports.values():
        lines += [f"interface {port.name}", f"description {port.description}"]
        if port.access_vlan is not None:
            lines += ["switchport mode access", f"switchport access vlan {port.access_vlan}"]
        elif port.allowed_vlans is not None:
            numbers = ",".join(map(str, sorted(port.allowed_vlans)))
            lines += ["switchport mode trunk", f"switchport trunk allowed vlan {numbers}"]
    return lines
