"""``show running-config`` of a simulated Cisco switch: its lines in its order."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Interface, IPv4Network

from tests.switch.sims.cisco_ios_access import Access, shown_lines
from tests.switch.sims.cisco_ios_ports import Port, stanza
from tests.switch.sims.cisco_ios_services import Services
from tests.switch.sims.cisco_ios_words import as_list, wrapped
from tests.switch.sims.truth import Truth


def running(
    truth: Truth, ports: Mapping[str, Port], access: Access, services: Services, *, old: bool, typed: int
) -> str:
    """The whole text. Volatile: the size, the time of the last change, with ``old`` also ``ntp clock-period``."""
    blocks = [
        [f"! Last configuration change at 06:{typed // 60 % 60:02}:{typed % 60:02} UTC Thu Jul 31 2025 by admin"],
        [f"version {'15.2' if old else '17.9'}", "service timestamps log datetime msec", "no service pad"],
        [f"hostname {truth.hostname}"],
        _users(access) if old else [],
        _aaa(access),
        ["vtp mode transparent"],
        services.stp_lines(),
        [] if old else _users(access),
        *_vlans(truth),
        ["lldp run"] if truth.lldp else [],
        *([f"interface {name}", *stanza(port, " edge" if old else "")] for name, port in ports.items()),
        *(_svi(truth, vlan) for vlan in sorted(truth.interfaces)),
        [f"ip default-gateway {truth.gateway}"] if truth.gateway else [],
        *_acls(access, old),
        [f"logging host {host}" for host in sorted(truth.syslog)],
        services.snmp_lines(),
        ["line con 0", *shown_lines(access)],
        ([f"ntp clock-period {36028000 + typed}"] if old else [])
        + [f"ntp server {host}" for host in sorted(truth.ntp)],
        ["end"],
    ]
    body = ["!"]
    for block in blocks:
        body += [*block, "!"] if block and block != ["end"] else block
    size = sum(len(line) + 1 for line in body)
    return "\n".join(["Building configuration...", "", f"Current configuration : {size} bytes", *body, ""])


def _users(access: Access) -> list[str]:
    lines = []
    for name, level in access.levels.items():
        secret = f" secret {access.secrets[name]}" if name in access.secrets else ""
        lines.append(f"username {name}" + (f" privilege {level}" if level != 1 else "") + secret)
    return lines


def _aaa(access: Access) -> list[str]:
    if not access.aaa:
        return []
    lines = ["aaa new-model"]
    for name, methods in access.lists.items():
        said = [one if one in ("local", "local-case", "enable", "line", "none") else f"group {one}" for one in methods]
        lines.append(f"aaa authentication login {name} {' '.join(said)}")
    return [*lines, "aaa session-id common"]


def _vlans(truth: Truth) -> list[list[str]]:
    """Those without a name on one line, the others one by one; the default VLAN never."""
    nameless = [vlan for vlan, name in truth.vlans.items() if not name and vlan != 1]
    lists = [wrapped("vlan ", "vlan ", as_list(nameless))] if nameless else []
    return lists + [
        [f"vlan {vlan}", f" name {name}"] for vlan, name in sorted(truth.vlans.items()) if name and vlan != 1
    ]


def _svi(truth: Truth, vlan: int) -> list[str]:
    svi = truth.interfaces[vlan]
    one = IPv4Interface(svi.address) if svi.address else None
    address = f" ip address {one.ip} {one.netmask}" if one else " no ip address"
    return [f"interface Vlan{vlan}", address, *([" shutdown"] if svi.shutdown else [])]


def _acls(access: Access, old: bool) -> list[list[str]]:
    """By name; IOS 15 prints no sequence numbers."""
    return [
        [f"ip access-list standard {name}"]
        + [
            f" {'' if old else f'{at} '}{'permit' if permit else 'deny'} {_source(net)}"
            for at, (permit, net) in sorted(entries.items())
        ]
        for name, entries in sorted(access.acls.items())
    ]


def _source(net: IPv4Network) -> str:
    if net.prefixlen == 0:
        return "any"
    return str(net.network_address) if net.prefixlen == 32 else f"{net.network_address} {net.hostmask}"
