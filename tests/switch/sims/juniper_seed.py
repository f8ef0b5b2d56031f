"""The Junos statements that make a switch stand as a truth says, as near as Junos can stand to it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.switch.sims.juniper_tree import NAME, quoted
from tests.switch.sims.truth import EVERY, PortTruth, Truth

_PASSWORD = '"$6$simulated$0000000000000000"'


def vlan_names(truth: Truth) -> dict[int, str]:
    """A name for every VLAN, which Junos needs; VLAN 1 is ``default``."""
    names = {1: "default"}
    for vlan, name in truth.vlans.items():
        try:
            fits = vlan != 1 and NAME(name) not in {*names.values(), "all"}
        except ValueError:
            fits = False
        names.setdefault(vlan, name if fits else f"vlan{vlan}")
    return names


def ranges(vlans: frozenset[int]) -> list[str]:
    parts: list[str] = []
    for vlan in sorted(vlans):
        if vlan - 1 in vlans:
            parts[-1] = f"{parts[-1].split('-')[0]}-{vlan}"
        else:
            parts.append(str(vlan))
    return parts


def _port(name: str, port: PortTruth, names: dict[int, str]) -> Iterator[str]:
    at, switching = f"set interfaces {name}", f"set interfaces {name} unit 0 family ethernet-switching"
    if port.description:
        yield f"{at} description {quoted(port.description)}"
    if port.shutdown:
        yield f"{at} disable"
    if port.speed != "auto":
        speed = {"10": "10m", "100": "100m", "1000": "1g", "2500": "2.5g", "5000": "5g", "10000": "10g"}[port.speed]
        yield f"{at} ether-options speed {speed}"
    if port.duplex != "auto":
        yield f"{at} ether-options link-mode {port.duplex}-duplex"
    allowed = port.allowed & set(names)
    if port.mode == "access":
        yield f"{switching} interface-mode access"
        yield f"{switching} vlan members {names.get(port.access, port.access)}"
    elif port.mode == "trunk" and (allowed or port.allowed == EVERY):
        yield f"{switching} interface-mode trunk"
        for member in ["all"] if port.allowed == EVERY else ranges(allowed):
            yield f"{switching} vlan members {member}"
        if port.native in names:
            yield f"{at} native-vlan-id {port.native}"
    else:
        return
    if port.storm_pct:
        percent = max(1, round(port.storm_pct))
        yield f"set forwarding-options storm-control-profiles pct-{percent} all bandwidth-percentage {percent}"
        yield f"{switching} storm-control pct-{percent}"


def _security(name: str, port: PortTruth) -> Iterator[str]:
    if port.max_macs:
        yield f"set switch-options interface {name}.0 interface-mac-limit {port.max_macs}"
        yield f"set switch-options interface {name}.0 interface-mac-limit packet-action drop"
    if port.edge:
        yield f"set protocols rstp interface {name} edge"
    if port.bpdu_guard:
        yield f"set protocols layer2-control bpdu-block interface {name}"
    if not port.poe:
        yield f"set poe interface {name} disable"


def _access(truth: Truth) -> Iterator[str]:
    yield "set system services ssh"
    if "0.0.0.0/0" in truth.access_from:
        return
    term = "set firewall family inet filter ICCC-ACCESS term"
    yield "set policy-options prefix-list ICCC-ACCESS"
    for network in sorted(truth.access_from):
        yield f"set policy-options prefix-list ICCC-ACCESS {network}"
    yield f"{term} ours from source-prefix-list ICCC-ACCESS"
    for name in ("ours", "others"):
        yield f"{term} {name} from protocol tcp"
        yield f"{term} {name} from destination-port ssh"
    yield f"{term} ours then accept"
    yield f"{term} others then discard"
    yield f"{term} rest then accept"
    yield "set interfaces lo0 unit 0 family inet filter input ICCC-ACCESS"


def _people(truth: Truth) -> Iterator[str]:
    yield f"set system root-authentication encrypted-password {_PASSWORD}"
    for user, level in truth.users.items():
        yield f"set system login user {user} class {'super-user' if level == 15 else 'read-only'}"
        yield f"set system login user {user} authentication encrypted-password {_PASSWORD}"
    words = {"tacacs+": "tacplus", "radius": "radius", "local": "password"}
    if truth.logins != ("local",):
        for method in truth.logins:
            yield f"set system authentication-order {words[method.removeprefix('group ')]}"
    for name, right in truth.communities.items():
        yield f"set snmp community {quoted(name)} authorization {'read-write' if right == 'rw' else 'read-only'}"
    for view, subtrees in truth.views.items():
        for oid in sorted(subtrees):
            yield f"set snmp view {view} oid {oid} include"
    for user, view in truth.snmp_users.items():
        at = f"set snmp v3 usm local-engine user {user}"
        group = f"group-{view or user}"
        yield f'{at} authentication-sha authentication-key "$9$simulated"'
        yield f'{at} privacy-aes128 privacy-key "$9$simulated"'
        yield f"set snmp v3 vacm security-to-group security-model usm security-name {user} group {group}"
        if view:
            where = f"group {group} default-context-prefix security-model usm security-level privacy"
            yield f"set snmp v3 vacm access {where} read-view {view}"


def lines(truth: Truth) -> Iterator[str]:
    yield "set version 21.4R3-S5.4"
    if truth.hostname:
        yield f"set system host-name {truth.hostname}"
    yield from _people(truth)
    yield from _access(truth)
    yield from (f"set system syslog host {host} any any" for host in sorted(truth.syslog))
    yield from (f"set system ntp server {server}" for server in sorted(truth.ntp))
    names = vlan_names(truth)
    yield from (f"set vlans {name} vlan-id {vlan}" for vlan, name in names.items())
    for vlan, svi in truth.interfaces.items():
        yield f"set interfaces irb unit {vlan}" + (f" family inet address {svi.address}" if svi.address else "")
        if svi.shutdown:
            yield f"set interfaces irb unit {vlan} disable"
        if vlan in names:
            yield f"set vlans {names[vlan]} l3-interface irb.{vlan}"
    if truth.gateway:
        yield f"set routing-options static route 0.0.0.0/0 next-hop {truth.gateway}"
    if any(port.poe for port in truth.ports.values()):
        yield "set poe interface all"
    if truth.lldp:
        yield "set protocols lldp interface all"
    if truth.stp_mode:
        yield "set protocols rstp interface all"
        if truth.stp_priority != 32768:
            yield f"set protocols rstp bridge-priority {truth.stp_priority}"
    for name, port in truth.ports.items():
        yield from _port(name, port, names)
        yield from _security(name, port)
