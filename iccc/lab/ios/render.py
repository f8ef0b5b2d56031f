"""The configuration as IOS prints it."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.lab.ios import edge, names, vlanlist, vty, wide
from iccc.lab.ios.config import Archive, Config, PortConfig, Svi

HEAD = """\
version 15.2
no service pad
service timestamps debug datetime msec localtime show-timezone
service timestamps log datetime msec localtime show-timezone
no service password-encryption
!"""
MIDDLE = """\
system mtu routing 1500
vtp mode transparent
!"""
AFTER_SPANNING_TREE = """\
!
vlan internal allocation policy ascending
!"""

FIXED = "\n".join((HEAD, MIDDLE, AFTER_SPANNING_TREE, "spanning-tree extend system-id"))
BASELINE = frozenset({*FIXED.splitlines()} - {"!"})  # always there, and taken when typed


def config_lines(config: Config, poe_ports: frozenset[str], xe: bool = False) -> list[str]:
    """All lines from ``version`` to ``end``; ``xe``: with the numbers that IOS-XE gives the entries of access lists."""
    return [
        *HEAD.splitlines(),
        f"hostname {config.hostname}",
        "!",
        *_users(config),
        *_aaa(config),
        *_archive(config.archive),
        *MIDDLE.splitlines(),
        *wide.spanning_lines(config),
        *AFTER_SPANNING_TREE.splitlines(),
        *_vlans(config),
        *_interfaces(config, poe_ports),
        *_globals(config, xe),
        *_lines(config),
        *(f"ntp server {server}" for server in config.ntp),
        "end",
    ]


def interface_lines(config: Config, name: str, poe_ports: frozenset[str]) -> list[str]:
    """The stanza of one interface, without the closing ``!``."""
    vlan = names.vlan_of(name)
    if vlan is not None:
        return [f"interface {name}", *(f" {line}" for line in _svi(config.svis[vlan]))]
    return [f"interface {name}", *(f" {line}" for line in _port(config.ports[name], name in poe_ports))]


def _users(config: Config) -> Iterator[str]:
    if config.enable_secret:
        yield f"enable secret {config.enable_secret.shown}"
        yield "!"
    for name, user in config.users.items():
        privilege = f"privilege {user.privilege} " if user.privilege != 1 else ""
        yield f"username {name} {privilege}secret {user.shown}"


def _aaa(config: Config) -> Iterator[str]:
    if not config.aaa:
        yield "no aaa new-model"
        return
    yield "aaa new-model"
    yield "!"
    for header in sorted(header for header in config.blocks if header.startswith("aaa group")):
        yield header
        yield from (f" {line}" for line in config.blocks[header])
        yield "!"
    yield from (f"aaa {what} {methods}" for what, methods in config.methods.items())
    yield "!"


def _archive(archive: Archive) -> Iterator[str]:
    """The stanza with its closing ``!``; nothing when all is as in a new switch."""
    if archive == Archive():
        return
    yield "archive"
    if archive.log is not None:
        yield " log config"
        yield from (f"  {line}" for line in archive.log)
    if archive.path:
        yield f" path {archive.path}"
    if archive.maximum != 10:
        yield f" maximum {archive.maximum}"
    if archive.write_memory:
        yield " write-memory"
    yield from (f" {line}" for line in archive.extra)
    yield "!"


def _vlans(config: Config) -> Iterator[str]:
    nameless = [number for number, name in config.vlans.items() if not name]
    if nameless:
        # IOS puts all VLANs without a name into one stanza.
        yield f"vlan {','.join(vlanlist.compact(nameless))}"
        yield "!"
    for number, name in sorted(config.vlans.items()):
        if name and number != 1:
            yield f"vlan {number}"
            yield f" name {name}"
            yield "!"


def _interfaces(config: Config, poe_ports: frozenset[str]) -> Iterator[str]:
    for name in (*sorted(config.ports, key=names.order), *(f"Vlan{number}" for number in sorted(config.svis))):
        yield from interface_lines(config, name, poe_ports)
        yield "!"


def _port(port: PortConfig, poe: bool) -> Iterator[str]:
    if port.description:
        yield f"description {port.description}"
    if port.access_vlan != 1:
        yield f"switchport access vlan {port.access_vlan}"
    if port.native_vlan != 1:
        yield f"switchport trunk native vlan {port.native_vlan}"
    yield from vlanlist.allowed_lines(port.allowed)
    if port.mode != "dynamic":
        yield f"switchport mode {port.mode}"
    yield from edge.security_lines(port)
    if port.shutdown:
        yield "shutdown"
    yield from edge.port_lines(port)
    if poe and not port.poe:
        yield "power inline never"
    yield from edge.edge_lines(port)
    yield from port.extra


def _svi(svi: Svi) -> Iterator[str]:
    if svi.description:
        yield f"description {svi.description}"
    yield f"ip address {svi.address} {svi.mask}" if svi.address else "no ip address"
    yield from svi.extra
    if svi.shutdown:
        yield "shutdown"


def _globals(config: Config, xe: bool) -> Iterator[str]:
    if config.gateway:
        yield f"ip default-gateway {config.gateway}"
    for name, entries in sorted(config.access_lists.items()):
        if name.isdigit() and not xe:
            yield from (f"access-list {name} {text}" for _, text in sorted(entries.items()))
            continue
        yield f"ip access-list standard {name}"
        yield from (f" {f'{at} ' if xe else ''}{text}" for at, text in sorted(entries.items()))
    if config.lldp:
        yield "lldp run"
    yield from config.extra
    yield "!"
    yield from (f"logging host {host}" for host in config.logging_hosts)
    yield "!"
    yield from wide.snmp_lines(config)
    yield from (f"snmp-server community {name} {access}" for name, access in config.communities.items())
    if config.snmp_location:
        yield f"snmp-server location {config.snmp_location}"
    if config.snmp_contact:
        yield f"snmp-server contact {config.snmp_contact}"
    yield "!"
    for header in (header for header in config.blocks if header.startswith("tacacs server")):
        yield header
        yield from (f" {line}" for line in config.blocks[header])
        yield "!"


def _lines(config: Config) -> Iterator[str]:
    ways = {header: list(lines) for header, lines in config.lines.items()}
    vty.merge(ways)
    for header, lines in ways.items():
        yield f"line {header}"
        yield from (f" {line}" for line in vty.printed(lines))
    yield "!"
