"""The ``show`` commands that print tables about ports, VLANs and neighbours."""

from __future__ import annotations

from iccc.lab.hardware import HwPort
from iccc.lab.ios import names, vlanlist
from iccc.lab.ios.session import Output, Rejected, Session
from iccc.lab.ios.system import System


def vlan_brief(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    members: dict[int, list[str]] = {}
    for port in system.hardware:
        if not system.trunking(port.name):
            members.setdefault(system.running.ports[port.name].access_vlan, []).append(port.short)
    out = ["", "VLAN Name                             Status    Ports", f"{'-' * 4} {'-' * 32} {'-' * 9} {'-' * 31}"]
    for number in sorted(system.running.vlans):
        ports = members.get(number, [])
        rows = [", ".join(ports[at : at + 4]) for at in range(0, len(ports), 4)] or [""]
        out.append(f"{number:<4} {system.running.vlan_name(number):<32} {'active':<9} {rows[0]}")
        out += [f"{'':<48}{row}" for row in rows[1:]]
    return [*out, *(f"{number:<4} {name:<32} act/unsup " for number, name in vlanlist.RESERVED.items())]


def interfaces_status(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    out = ["", "Port      Name               Status       Vlan       Duplex  Speed Type"]
    for port in system.hardware:
        config = system.running.ports[port.name]
        up = system.port_up(port.name)
        inactive = not system.trunking(port.name) and config.access_vlan not in system.running.vlans
        status = "disabled" if config.shutdown else "inactive" if inactive else "connected" if up else "notconnect"
        vlan = "trunk" if up and system.trunking(port.name) else str(config.access_vlan)
        odd = system.odd(port.name)
        negotiated = "a-half" if odd.half_duplex else "a-full"
        duplex = config.duplex if config.duplex != "auto" else negotiated if up else "auto"
        speed = config.speed if config.speed != "auto" else f"a-{odd.speed_mbps or 1000}" if up else "auto"
        out.append(
            f"{port.short:<9} {config.description[:18]:<18} {status:<12} {vlan:<10} {duplex:>6} {speed:>6} "
            "10/100/1000BaseTX"
        )
    return out


def interfaces_trunk(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    trunks = [port for port in system.hardware if system.port_up(port.name) and system.trunking(port.name)]
    if not trunks:
        return []
    out = ["", "Port        Mode             Encapsulation  Status        Native vlan"]
    for port in trunks:
        config = system.running.ports[port.name]
        mode = "on" if config.mode == "trunk" else "auto"
        out.append(f"{port.short:<11} {mode:<16} {'802.1q':<14} {'trunking':<13} {config.native_vlan}")
    out += ["", "Port        Vlans allowed on trunk"]
    out += [f"{port.short:<11} {_list(system.running.ports[port.name].allowed)}" for port in trunks]
    out += ["", "Port        Vlans allowed and active in management domain"]
    for port in trunks:
        out.append(f"{port.short:<11} {_list(system.running.ports[port.name].allowed & set(system.running.vlans))}")
    return out


def _list(numbers: frozenset[int]) -> str:
    return ",".join(vlanlist.compact(numbers)) or "none"


def mac_table(session: Session, args: list[str]) -> Output:
    """``args`` may name one interface or one VLAN."""
    system = session.system
    rows: list[str] = []
    for vlan in sorted(system.running.vlans):
        for mac, port in sorted(system.fdb(vlan).items()):
            if not args or args[0] in (port, str(vlan)):
                rows.append(f"{vlan:>4}    {names.dotted(mac)}    DYNAMIC     {names.short(port)}")
    return [
        "          Mac Address Table",
        "-" * 43,
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       --------    -----",
        *([] if args else [" All    0100.0ccc.cccc    STATIC      CPU"]),
        *rows,
        f"Total Mac Addresses for this criterion: {len(rows) + (0 if args else 1)}",
    ]


def lldp_neighbors(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    if not system.running.lldp:
        raise Rejected("% LLDP is not enabled")
    rows = []
    for port in system.hardware:
        peer = system.neighbour(port.name)
        if peer:
            rows.append(f"{peer.hostname[:20]:<20}{port.short:<15}{'120':<11}{'B':<16}{peer.port}")
    return [
        "Capability codes:",
        "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
        "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
        "",
        "Device ID           Local Intf     Hold-time  Capability      Port ID",
        *rows,
        "",
        f"Total entries displayed: {len(rows)}",
    ]


def lldp_detail(session: Session, args: list[str]) -> Output:
    """``args`` may name one interface."""
    system = session.system
    if not system.running.lldp:
        raise Rejected("% LLDP is not enabled")
    entries = [_lldp_entry(system, port) for port in system.hardware if not args or port.name == args[0]]
    found = [entry for entry in entries if entry]
    return [*(line for entry in found for line in entry), "", f"Total entries displayed: {len(found)}"]


def _lldp_entry(system: System, port: HwPort) -> list[str]:
    peer = system.neighbour(port.name)
    if peer is None:
        return []
    return [
        "-" * 48,
        f"Local Intf: {port.short}",
        f"Chassis id: {names.dotted(peer.mac)}",
        f"Port id: {peer.port}",
        f"Port Description: {peer.port_description}",
        f"System Name: {peer.hostname}",
        "",
        "System Description: ",
        *peer.software.split("\n"),
        "",
        "Time remaining: 112 seconds",
        "System Capabilities: B",
        "Enabled Capabilities: B",
        "Management Addresses:",
        f"    IP: {peer.address}",
        "Auto Negotiation - supported, enabled",
        "Physical media capabilities - not advertised",
        "Media Attachment Unit type - not advertised",
        "Vlan ID: 1",
        "",
    ]


def power_inline(session: Session, args: list[str]) -> Output:
    """``args`` may name one interface."""
    system = session.system
    used = sum(draw.watts for port in system.hardware if (draw := system.powered(port.name)))
    budget = system.poe_budget_w
    out = [
        "Module   Available     Used     Remaining",
        "          (Watts)     (Watts)    (Watts) ",
        "------   ---------   --------   ---------",
        f"1        {budget:>9.1f}   {used:>8.1f}   {budget - used:>9.1f}",
        "Interface Admin  Oper       Power   Device              Class Max",
        "                            (Watts)                            ",
        "--------- ------ ---------- ------- ------------------- ----- ----",
    ]
    for port in system.hardware:
        if port.poe and (not args or args[0] == port.name):
            draw = system.powered(port.name)
            admin = "auto" if system.running.ports[port.name].poe else "never"
            denied = system.denied(port.name)
            oper, watts = ("on", draw.watts) if draw else ("power-deny" if denied else "off", 0.0)
            device, sort = ("Ieee PD", str(draw.poe_class)) if draw else ("n/a", "n/a")
            out.append(f"{port.short:<9} {admin:<6} {oper:<10} {watts:<7.1f} {device:<19} {sort:<5} 60.0")
    return out


def ip_interface_brief(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    out = ["Interface              IP-Address      OK? Method Status                Protocol"]
    for number, svi in sorted(system.running.svis.items()):
        status = "administratively down" if svi.shutdown else "up"
        protocol = "up" if system.port_up(f"Vlan{number}") else "down"
        out.append(f"{f'Vlan{number}':<22} {svi.address or 'unassigned':<15} YES NVRAM  {status:<21} {protocol}")
    for port in system.hardware:
        status = "administratively down" if system.running.ports[port.name].shutdown else "up"
        protocol = "up" if system.port_up(port.name) else "down"
        status = "down" if status == "up" and protocol == "down" else status
        out.append(f"{port.name:<22} {'unassigned':<15} YES unset  {status:<21} {protocol}")
    return out
