"""Commands of ``interface …``: they work on all selected interfaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iccc.lab.ios import names, svi, vlanlist
from iccc.lab.ios.config import PortConfig, Svi
from iccc.lab.ios.session import INVALID, Command, Output, Rejected, Session

NONEGOTIATE = "switchport nonegotiate"
GONE = "%Invalid interface type and number"


def _ports(session: Session) -> Iterator[PortConfig]:
    """The selected physical ports; an SVI among them refuses the command."""
    for interface in _all(session):
        if not isinstance(interface, PortConfig):
            raise Rejected(INVALID)
        yield interface


def _svis(session: Session) -> Iterator[Svi]:
    """The selected SVIs; a field switch has no routed ports, so a port among them refuses the command."""
    for interface in _all(session):
        if not isinstance(interface, Svi):
            raise Rejected(INVALID)
        yield interface


def _all(session: Session) -> Iterator[PortConfig | Svi]:
    for name in session.selected:
        number = names.vlan_of(name)
        interface = session.config.ports[name] if number is None else session.config.svis.get(number)
        if interface is None:  # another session deleted it
            raise Rejected(GONE)
        yield interface


def each_port(change: Callable[[PortConfig, list[str]], None]) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        for port in _ports(session):
            change(port, args)
        return []

    return command


def description(session: Session, args: list[str]) -> Output:
    for interface in _all(session):
        interface.description = args[0][:240] if args else ""
    return []


def _shutdown(down: bool) -> Command:
    def command(session: Session, args: list[str]) -> Output:  # noqa: ARG001
        for name, interface in zip(session.selected, _all(session), strict=False):
            if not down and isinstance(interface, Svi) and interface.shutdown:
                against = svi.overlap(session.config, interface, interface.address, interface.mask)
                if against:
                    raise Rejected(f"{against}\n{name}: incorrect IP address assignment")
            interface.shutdown = down
        return []

    return command


def _mode(mode: str) -> Command:
    def change(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
        if mode == "dynamic" and port.security:
            raise Rejected("Command rejected: Conflict with port security.")
        if mode == "dynamic" and NONEGOTIATE in port.extra:
            raise Rejected("Command rejected: Conflict between 'nonegotiate' and 'dynamic' status.")
        port.mode = mode

    return each_port(change)


def access_vlan(session: Session, args: list[str]) -> Output:
    """An access VLAN that does not exist is created, as IOS does it."""
    number = int(args[0])
    if number in vlanlist.RESERVED:
        raise Rejected("Command rejected: Bad VLAN list.")
    for port in _ports(session):
        port.access_vlan = number
    if number in session.config.vlans:
        return []
    session.config.vlans[number] = ""
    return [f"% Access VLAN does not exist. Creating vlan {number}"]


def _no_access_vlan(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
    port.access_vlan = 1


def _native_vlan(port: PortConfig, args: list[str]) -> None:
    port.native_vlan = int(args[0]) if args else 1


def _no_native_vlan(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
    port.native_vlan = 1


def _list(text: str) -> frozenset[int]:
    return vlanlist.parse(text) or frozenset()


def _allow(port: PortConfig, args: list[str]) -> None:
    port.allowed = _list(args[0])


def _allow_add(port: PortConfig, args: list[str]) -> None:
    port.allowed |= _list(args[0])


def _allow_remove(port: PortConfig, args: list[str]) -> None:
    port.allowed -= _list(args[0])


def _allow_except(port: PortConfig, args: list[str]) -> None:
    port.allowed = vlanlist.ALL - _list(args[0])


def _allow_all(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
    port.allowed = vlanlist.ALL


def _allow_none(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
    port.allowed = frozenset()


def _power(on: bool) -> Command:
    def command(session: Session, args: list[str]) -> Output:  # noqa: ARG001
        if not set(session.selected) <= session.system.poe_ports:
            raise Rejected(INVALID)
        for port in _ports(session):
            port.poe = on
        return []

    return command


def ip_address(session: Session, args: list[str]) -> Output:
    svi.check_mask(args[0], args[1])
    for interface in _svis(session):
        against = None if interface.shutdown else svi.overlap(session.config, interface, args[0], args[1])
        if against:
            raise Rejected(against)
        interface.address, interface.mask = args[0], args[1]
    return []


def no_ip_address(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    for interface in _svis(session):
        interface.address = None
    return []


def _kept(prefix: str) -> Command:
    """A line that is stored and printed, and means nothing to this switch; one line for each prefix."""

    def command(session: Session, args: list[str]) -> Output:
        for interface in _all(session):
            others = [line for line in interface.extra if line != prefix and not line.startswith(f"{prefix} ")]
            interface.extra = [*others, " ".join([prefix, *args])]
        return []

    return command


def _not_kept(prefix: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        text = " ".join([prefix, *args])
        for interface in _all(session):
            interface.extra = [line for line in interface.extra if line != text and not line.startswith(f"{text} ")]
        return []

    return command


def nonegotiate(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
    if port.mode == "dynamic":
        raise Rejected("Command rejected: Conflict between 'nonegotiate' and 'dynamic' status.")
    port.extra = [*(line for line in port.extra if line != NONEGOTIATE), NONEGOTIATE]


KEPT = {
    "spanning-tree guard": "[<line>]",
    "spanning-tree link-type": "<line>",
    "switchport port-security mac-address": "<line>",
    "switchport port-security aging": "<line>",
    "snmp trap": "<line>",
    "load-interval": "<30-600>",
    "ip dhcp": "<line>",
    "lldp": "<line>",
}


def _kept_commands() -> dict[str, Command]:
    commands: dict[str, Command] = {}
    for prefix, argument in KEPT.items():
        commands[f"{prefix} {argument}".strip()] = _kept(prefix)
        commands[f"no {prefix} [<line>]"] = _not_kept(prefix)
    return commands


TRUNK = "switchport trunk allowed vlan"
SETTINGS: dict[str, Command] = {
    **_kept_commands(),
    NONEGOTIATE: each_port(nonegotiate),
    f"no {NONEGOTIATE}": _not_kept(NONEGOTIATE),
    "description <line>": description,
    "no description [<line>]": lambda session, args: description(session, []),  # noqa: ARG005
    "shutdown": _shutdown(True),
    "no shutdown": _shutdown(False),
    "switchport mode access": _mode("access"),
    "switchport mode trunk": _mode("trunk"),
    "switchport mode dynamic auto": _mode("dynamic"),
    "no switchport mode [<word>]": _mode("dynamic"),
    "switchport access vlan <1-4094>": access_vlan,
    "no switchport access vlan [<1-4094>]": each_port(_no_access_vlan),
    "switchport trunk native vlan <1-4094>": each_port(_native_vlan),
    "no switchport trunk native vlan [<1-4094>]": each_port(_no_native_vlan),
    f"{TRUNK} <vlans>": each_port(_allow),
    f"{TRUNK} add <vlans>": each_port(_allow_add),
    f"{TRUNK} remove <vlans>": each_port(_allow_remove),
    f"{TRUNK} except <vlans>": each_port(_allow_except),
    f"{TRUNK} all": each_port(_allow_all),
    f"{TRUNK} none": each_port(_allow_none),
    f"no {TRUNK} [<vlans>]": each_port(_allow_all),
    "power inline auto": _power(True),
    "power inline never": _power(False),
    "no power inline [never]": _power(True),
    "ip address <ip> <ip>": ip_address,
    "no ip address": no_ip_address,
    "no ip address <ip> <ip>": no_ip_address,
}
