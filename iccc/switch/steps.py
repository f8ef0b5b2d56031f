"""What a change of a switch consists of: steps in phases, each with what takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from iccc.city.devices import Switch


class Phase(IntEnum):
    """The order in which a switch is changed. Nothing is taken away before its replacement stands."""

    ADD_VLANS = 1
    WIDEN_TRUNKS = 2
    MOVE_ACCESS_PORTS = 3
    PORT_ATTRIBUTES = 4
    GLOBALS = 5
    NARROW_TRUNKS = 6
    SAVE = 7


@dataclass(frozen=True)
class SnmpSet:
    """An INTEGER that is written by SNMP SET, and what it was before."""

    oid: str
    value: int
    before: int


@dataclass(frozen=True)
class Step:
    """One step: ``lines`` for configuration mode, or one SNMP SET, or neither (the save).

    ``undoes`` are the lines that take the step back; a SET is taken back by its ``before``.
    """

    phase: Phase
    lines: tuple[str, ...] = ()
    snmp_set: SnmpSet | None = None
    undoes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keep:
    """What no step may cut: the path over which the switch itself is managed."""

    management_vlan: int
    uplinks: frozenset[str]  # full names of the ports that lead to other switches

    @classmethod
    def of(cls, switch: Switch) -> Keep:
        """Every link between switches counts: in a ring the management path may turn around."""
        links = frozenset(port.name for port in switch.ports.values() if port.peer_port is not None)
        return cls(switch.management_vlan, links)


class Invariant(StrEnum):
    """What must hold after every single line."""

    MANAGEMENT_VLAN = "management VLAN stays in the VLAN database"
    UPLINK = "management VLAN stays on every uplink"
    TRUNK_OPEN = "no uplink is opened to all VLANs"
    VLAN_IN_USE = "no VLAN is deleted under a port"
    MANAGEMENT_INTERFACE = "management interface is not touched"
    KNOWN_LINE = "every line is one that the guard understands"
    UNDO = "every step can be taken back"


class GuardRefusal(Exception):  # noqa: N818  the field's word
    """A step would break an :class:`Invariant`; nothing may be sent."""

    def __init__(self, invariant: Invariant, line: str) -> None:
        self.invariant = invariant
        self.line = line
        super().__init__(f"{invariant}: {line!r}")


class Unsayable(ValueError):
    """A value that cannot be written on this command line (control characters, ``?``, not ASCII, too long)."""


class Unparsable(ValueError):
    """A text that is no complete configuration of this platform."""
