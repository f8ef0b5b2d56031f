"""Global configuration commands."""

from __future__ import annotations

from iccc.lab.ios import names, vlanlist
from iccc.lab.ios.config import PortConfig, Svi
from iccc.lab.ios.session import Command, Mode, Output, Rejected, Session


def hostname(session: Session, args: list[str]) -> Output:
    session.config.hostname = args[0][:63]
    return []


def no_hostname(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.config.hostname = "Switch"
    return []


def vlan(session: Session, args: list[str]) -> Output:
    """Create VLANs and go into their mode."""
    numbers = _vlan_numbers(args[0])
    for number in numbers:
        session.config.vlans.setdefault(number, "")
    session.mode, session.selected = Mode.VLAN, [str(number) for number in numbers]
    return []


def no_vlan(session: Session, args: list[str]) -> Output:
    for number in _vlan_numbers(args[0]):
        if number == 1:
            raise Rejected("%Default VLAN 1 may not be deleted.")
        session.config.vlans.pop(number, None)
    return []


def _vlan_numbers(text: str) -> list[int]:
    numbers = sorted(vlanlist.parse(text) or ())
    reserved = [number for number in numbers if number in vlanlist.RESERVED]
    if reserved:
        raise Rejected(f"%Default VLAN {reserved[0]} may not be changed.")
    return numbers


def vlan_name(session: Session, args: list[str]) -> Output:
    name = args[0]
    if len(session.selected) > 1:
        raise Rejected("%Command is not supported for a range of VLANs.")
    number = int(session.selected[0])
    if number == 1:
        raise Rejected("%Default VLAN 1 may not have its name changed.")
    if len(name) > 32:
        raise Rejected("%VLAN name is too long: at most 32 characters.")
    twin = [at for at, other in session.config.vlans.items() if other == name and at != number]
    if twin:
        raise Rejected(f"%VLAN #{number} and #{twin[0]} have an identical name: {name}")
    session.config.vlans[number] = "" if name == f"VLAN{number:04}" else name
    return []


def no_vlan_name(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    for number in session.selected:
        session.config.vlans[int(number)] = ""
    return []


def interface(session: Session, args: list[str]) -> Output:
    """Go into the mode of one interface or of a range; an SVI comes to exist by it."""
    chosen = args[0].split(",")
    for name in chosen:
        number = names.vlan_of(name)
        if number is None and name not in session.system.by_name:
            raise Rejected("%Invalid interface type and number")
        if number is not None:
            session.config.svis.setdefault(number, Svi())
    session.mode, session.selected = Mode.INTERFACE, chosen
    return []


def no_interface(session: Session, args: list[str]) -> Output:
    number = names.vlan_of(args[0])
    if number is None:
        raise Rejected("% Removal of physical interfaces is not permitted")
    if session.config.svis.pop(number, None) is None:
        raise Rejected("%Invalid interface type and number")
    return []


def default_interface(session: Session, args: list[str]) -> Output:
    if args[0] not in session.system.by_name:
        raise Rejected("%Invalid interface type and number")
    session.config.ports[args[0]] = PortConfig()
    return [f"Interface {args[0]} set to default configuration"]


def gateway(session: Session, args: list[str]) -> Output:
    session.config.gateway = args[0]
    return []


def no_gateway(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.config.gateway = None
    return []


def ntp_server(session: Session, args: list[str]) -> Output:
    address = args[0]
    kept = [line for line in session.config.ntp if line.split()[0] != address]
    session.config.ntp = [*kept, " ".join(args)]
    return []


def no_ntp_server(session: Session, args: list[str]) -> Output:
    session.config.ntp = [line for line in session.config.ntp if line.split()[0] != args[0]]
    return []


def logging_host(session: Session, args: list[str]) -> Output:
    if args[0] not in session.config.logging_hosts:
        session.config.logging_hosts.append(args[0])
    return []


def no_logging_host(session: Session, args: list[str]) -> Output:
    if args[0] not in session.config.logging_hosts:
        raise Rejected(f"Host {args[0]} not found for logging")
    session.config.logging_hosts.remove(args[0])
    return []


def community_ro(session: Session, args: list[str]) -> Output:
    session.config.communities[args[0]] = "RO"
    return []


def community_rw(session: Session, args: list[str]) -> Output:
    session.config.communities[args[0]] = "RW"
    return []


def no_community(session: Session, args: list[str]) -> Output:
    session.config.communities.pop(args[0], None)
    return []


def location(session: Session, args: list[str]) -> Output:
    session.config.snmp_location = args[0] if args else ""
    return []


def contact(session: Session, args: list[str]) -> Output:
    session.config.snmp_contact = args[0] if args else ""
    return []


def _kept(prefix: str) -> Command:
    """A line that is stored and printed, and means nothing to this switch."""

    def command(session: Session, args: list[str]) -> Output:
        text = " ".join([prefix, *args])
        if text not in session.config.extra:
            session.config.extra.append(text)
        return []

    return command


def _not_kept(prefix: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        text = " ".join([prefix, *args])
        session.config.extra = [old for old in session.config.extra if old != text and not old.startswith(f"{text} ")]
        return []

    return command


KEPT = [
    "clock timezone <line>",
    "ip domain-name <word>",
    "ip ssh <line>",
    "lldp timer <line>",
    "logging trap <line>",
    "logging buffered <line>",
    "logging source-interface <iface>",
    "ntp source <iface>",
    "service <line>",
    "snmp-server enable <line>",
    "snmp-server host <line>",
    "tacacs-server <line>",
    "ip tacacs <line>",
    "spanning-tree <line>",
]


def _kept_commands() -> dict[str, Command]:
    commands: dict[str, Command] = {}
    for pattern in KEPT:
        words, _, argument = pattern.partition(" <")
        commands[pattern] = _kept(words)
        commands[f"no {words} [<{argument}]" if argument else f"no {words}"] = _not_kept(words)
    return commands


SETTINGS: dict[str, Command] = {
    **_kept_commands(),
    "hostname <word>": hostname,
    "no hostname [<word>]": no_hostname,
    "vlan <vlans>": vlan,
    "no vlan <vlans>": no_vlan,
    "no interface <iface>": no_interface,
    "default interface <iface>": default_interface,
    "ip default-gateway <ip>": gateway,
    "no ip default-gateway [<ip>]": no_gateway,
    "ntp server <ip>": ntp_server,
    "ntp server <ip> prefer": lambda session, args: ntp_server(session, [*args, "prefer"]),
    "no ntp server <ip> [prefer]": no_ntp_server,
    "logging host <ip>": logging_host,
    "logging <ip>": logging_host,
    "no logging host <ip>": no_logging_host,
    "no logging <ip>": no_logging_host,
    "snmp-server community <word> [ro]": community_ro,
    "snmp-server community <word> rw": community_rw,
    "no snmp-server community <word>": no_community,
    "no snmp-server community <word> ro": no_community,
    "no snmp-server community <word> rw": no_community,
    "snmp-server location <line>": location,
    "no snmp-server location": location,
    "snmp-server contact <line>": contact,
    "no snmp-server contact": contact,
}
SELECTIONS: dict[str, Command] = {
    "interface <iface>": interface,
    "interface range <ifaces>": interface,
}
VLAN_SETTINGS: dict[str, Command] = {"name <word>": vlan_name, "no name [<word>]": no_vlan_name}
