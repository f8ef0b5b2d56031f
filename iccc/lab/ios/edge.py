"""What protects a switch at its edge, port by port: speed, port security, storm control, PortFast, BPDU guard."""

from __future__ import annotations

from iccc.lab.ios.config import PortConfig
from iccc.lab.ios.interface import each_port
from iccc.lab.ios.session import INVALID, Command, Output, Rejected, Session

CAUTION = [
    "%Warning: portfast should only be enabled on ports connected to a single",
    " host. Connecting hubs, concentrators, switches, bridges, etc... to this",
    " interface  when portfast is enabled, can cause temporary bridging loops.",
    " Use with CAUTION",
    "",
]


def security(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    for name in session.selected:
        port = session.config.ports.get(name)
        if port is None:
            raise Rejected(INVALID)
        if port.mode == "dynamic":
            raise Rejected(f"Command rejected: {name} is a dynamic port.")
        port.security = True
    return []


def _set(attribute: str, value: str | int | bool | None) -> Command:
    return each_port(lambda port, args: setattr(port, attribute, value))  # noqa: ARG005


def _max_macs(port: PortConfig, args: list[str]) -> None:
    port.max_macs = int(args[0])


def _storm(kind: str) -> Command:
    def change(port: PortConfig, args: list[str]) -> None:
        words = args[0].split()
        if words[0] not in ("bps", "pps"):
            try:
                levels = [float(word) for word in words]
            except ValueError:
                raise Rejected(INVALID) from None
            if not (1 <= len(levels) <= 2 and all(0 <= level <= 100 for level in levels)):
                raise Rejected(INVALID)
            words = [f"{level:.2f}" for level in levels]
        port.storm[kind] = " ".join(words)

    return each_port(change)


def _action(action: str) -> Command:
    def change(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
        port.storm["action"] = action

    return each_port(change)


def _no_storm(kind: str) -> Command:
    def change(port: PortConfig, args: list[str]) -> None:  # noqa: ARG001
        port.storm.pop(kind, None)

    return each_port(change)


def portfast(session: Session, args: list[str]) -> Output:
    """IOS 15.2 writes ``edge`` where IOS-XE writes nothing. Both warn."""
    kind = args[0] if args else ""
    if kind not in ("", "trunk", "edge", "edge trunk", "disable", "network"):
        raise Rejected(INVALID)
    if kind in ("", "trunk", "edge", "edge trunk"):
        kind = kind.removeprefix("edge").strip()
        kind = kind if session.system.xe else f"edge {kind}".strip()
    out: Output = []
    for name in session.selected:
        port = session.config.ports.get(name)
        if port is None:
            raise Rejected(INVALID)
        port.portfast = kind
        if kind in ("", "edge"):
            out += [*CAUTION, f"%Portfast has been configured on {name} but will only"]
            out.append(" have effect when the interface is in a non-trunking mode.")
    return out


def port_lines(port: PortConfig) -> list[str]:
    """After ``shutdown``, in the order of IOS."""
    lines = [f"speed {port.speed}"] if port.speed != "auto" else []
    lines += [f"duplex {port.duplex}"] if port.duplex != "auto" else []
    return lines


def security_lines(port: PortConfig) -> list[str]:
    """After ``switchport mode``."""
    lines = [f"switchport port-security maximum {port.max_macs}"] if port.max_macs != 1 else []
    lines += [f"switchport port-security violation {port.violation}"] if port.violation != "shutdown" else []
    return [*lines, *(["switchport port-security"] if port.security else [])]


def edge_lines(port: PortConfig) -> list[str]:
    """After PoE."""
    lines = [
        f"storm-control {kind} {'' if kind == 'action' else 'level '}{port.storm[kind]}"
        for kind in ("broadcast", "multicast", "unicast", "action")
        if kind in port.storm
    ]
    if port.portfast is not None:
        lines.append(f"spanning-tree portfast {port.portfast}".rstrip())
    return [*lines, *([f"spanning-tree bpduguard {port.bpduguard}"] if port.bpduguard else [])]


KINDS = ("broadcast", "multicast", "unicast")
SETTINGS: dict[str, Command] = {
    **{f"speed {speed}": _set("speed", speed) for speed in ("auto", "10", "100", "1000")},
    **{f"duplex {duplex}": _set("duplex", duplex) for duplex in ("auto", "full", "half")},
    "no speed [<word>]": _set("speed", "auto"),
    "no duplex [<word>]": _set("duplex", "auto"),
    "switchport port-security": security,
    "switchport port-security maximum <1-4097>": each_port(_max_macs),
    **{
        f"switchport port-security violation {action}": _set("violation", action)
        for action in ("shutdown", "restrict", "protect")
    },
    "no switchport port-security": _set("security", False),
    "no switchport port-security maximum [<1-4097>]": _set("max_macs", 1),
    "no switchport port-security violation [<word>]": _set("violation", "shutdown"),
    **{f"storm-control {kind} level <line>": _storm(kind) for kind in KINDS},
    **{f"no storm-control {kind} [<line>]": _no_storm(kind) for kind in KINDS},
    **{f"storm-control action {action}": _action(action) for action in ("trap", "shutdown")},
    "no storm-control action [<word>]": _no_storm("action"),
    "spanning-tree portfast [<line>]": portfast,
    "no spanning-tree portfast [<line>]": _set("portfast", None),
    "spanning-tree bpduguard enable": _set("bpduguard", "enable"),
    "spanning-tree bpduguard disable": _set("bpduguard", "disable"),
    "no spanning-tree bpduguard [<word>]": _set("bpduguard", None),
}
