"""What a change of a switch consists of: edits of its state, said as steps in phases, each with what takes it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any


class Phase(IntEnum):
    """The order in which a switch is changed. Nothing is taken away before its replacement stands."""

    ADD_VLANS = 1
    WIDEN_TRUNKS = 2
    MOVE_ACCESS_PORTS = 3
    PORT_ATTRIBUTES = 4
    GLOBALS = 5
    NARROW_TRUNKS = 6
    DELETE_VLANS = 7
    MANAGEMENT = 8  # what the way in rests on: only with an armed revert, proved by a new login
    RETIRE = 9  # the old way in, after the new one was proved
    SAVE = 10


ARMED = frozenset({Phase.MANAGEMENT, Phase.RETIRE})
TAKING_AWAY = frozenset({Phase.NARROW_TRUNKS, Phase.DELETE_VLANS}) | ARMED
WIDENING = frozenset(phase for phase in Phase if phase <= Phase.GLOBALS)


@dataclass(frozen=True)
class Edit:
    """One part of the state that changes from ``before`` to ``after``; None: it is not there.

    ``section`` is a field of :class:`~iccc.switch.state.SwitchState`, ``key`` an entry of it (None for a section
    without entries), ``field`` a field of the entry ("" for the whole entry; ``switching`` for a
    :class:`~iccc.switch.state.Switching`).
    """

    section: str
    key: Any
    field: str
    before: Any
    after: Any

    @property
    def macro(self) -> str:
        """The template macro that says it."""
        return f"{self.section}_{self.field}" if self.field else self.section

    def reversed(self) -> Edit:
        """What takes it back."""
        return Edit(self.section, self.key, self.field, self.after, self.before)


@dataclass(frozen=True)
class SnmpSet:
    """An INTEGER that is written by SNMP SET, and what it was before."""

    oid: str
    value: int
    before: int


@dataclass(frozen=True)
class Step:
    """One step: ``lines`` for configuration mode, or one SNMP SET, or neither (the save).

    ``undoes`` are the lines that take the step back; a SET is taken back by its ``before``. ``hidden`` are the
    secrets in its lines: whoever shows a line shows them as ``***``.
    """

    phase: Phase
    lines: tuple[str, ...] = ()
    snmp_set: SnmpSet | None = None
    undoes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    downs: str = ""  # the port that it shuts, or takes the power of

    def shown(self) -> tuple[str, ...]:
        """``lines`` without their secrets."""
        return tuple(conceal(line, self.hidden) for line in self.lines)

    def shown_undoes(self) -> tuple[str, ...]:
        """``undoes`` without their secrets."""
        return tuple(conceal(line, self.hidden) for line in self.undoes)


def conceal(text: str, hidden: tuple[str, ...]) -> str:
    """``text`` with ``***`` in place of each secret."""
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, "***") if secret else text
    return text


@dataclass(frozen=True)
class Keep:
    """What no step may cut: the path over which the switch itself is managed."""

    management_vlan: int
    uplinks: frozenset[str]  # full names of the ports that lead to other switches
    next_vlan: int | None = None  # the management VLAN after the change, where it moves
    unseen: str = ""  # why `management_vlan` is only the declared one: no interface has the address that answers

    def after(self) -> Keep:
        """What no step may cut once the management VLAN has moved."""
        return self if self.next_vlan is None else replace(self, management_vlan=self.next_vlan)

    def with_links(self, ports: frozenset[str]) -> Keep:
        """These ports count as uplinks, too."""
        return replace(self, uplinks=self.uplinks | ports)


class Invariant(StrEnum):
    """What must hold after every single line."""

    MANAGEMENT_VLAN = "management VLAN stays in the VLAN database"
    UPLINK = "management VLAN stays on every uplink"
    TRUNK_OPEN = "no uplink is opened to all VLANs"
    VLAN_IN_USE = "no VLAN is deleted under a port"
    TRAFFIC = "what a port carries before and after, it carries all the while"
    MANAGEMENT_INTERFACE = "management interface and gateway change only with an armed revert"
    ACCESS = "who may log in, and how, changes only with an armed revert"
    ADMINISTRATOR = "a local user with all rights remains, and the one that iccc logs in with"
    NAME_TAKEN = "no two VLANs have one name"
    KNOWN_LINE = "every line is one that the guard understands"
    UNDO = "every step can be taken back"
    MANAGED_OVER = "the VLAN that the switch is really managed over is known before anything is taken away"
    REVERT = "management changes need a revert that the switch itself carries out, or declared out-of-band access"


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
