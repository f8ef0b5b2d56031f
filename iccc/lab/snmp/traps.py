"""Traps and informs of v2c (RFC 3416, 4.2.6 and 4.2.7): what happened at a device, told to those who asked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from iccc.lab.device import UdpPort
from iccc.lab.ios.system import Timer, on_loop
from iccc.lab.snmp import ber
from iccc.lab.snmp.ber import TICKS, BerError, Message, Oid, Pdu, integer, oid, varbind
from iccc.lab.snmp.oids import UP_TIME
from iccc.sessions.dial import Dial, Target

TRAP_PORT = 162
TRAP_OID = (1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0)
TRAPS = (1, 3, 6, 1, 6, 3, 1, 1, 5)  # SNMPv2-MIB snmpTraps
COLD_START, WARM_START, LINK_DOWN, LINK_UP = ((*TRAPS, number) for number in range(1, 5))
CONFIG_CHANGED = (1, 3, 6, 1, 4, 1, 9, 9, 43, 2, 0, 1)  # ciscoConfigManEvent
UPS_ON_BATTERY = (1, 3, 6, 1, 2, 1, 33, 2, 1)  # upsTrapOnBattery (RFC 1628)
TRIES, AGAIN_S = 3, 1.0  # of an inform


@dataclass(frozen=True)
class Receiver:
    """Who wants to be told. ``address`` is the declared one."""

    address: str
    community: str
    inform: bool = False

    @classmethod
    def of_line(cls, line: str) -> Receiver | None:
        """From ``snmp-server host ADDRESS [informs|traps] [version 2c] COMMUNITY``; None for any other line."""
        words = line.split()
        if words[:2] != ["snmp-server", "host"] or len(words) < 4:
            return None
        rest = [word for word in words[3:] if word not in ("informs", "traps", "version", "2c")]
        return cls(words[2], rest[0], "informs" in words) if rest else None


@dataclass
class Sender:
    """Sends from a device's own SNMP port; an inform again until it is acknowledged."""

    port: UdpPort
    up_ticks: Callable[[], int]
    later: Callable[[float, Callable[[], None]], Timer] = on_loop
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _waiting: set[int] = field(default_factory=set)

    def tell(self, receivers: Iterable[Receiver], what: Oid, objects: Iterable[tuple[Oid, bytes]] = ()) -> None:
        head = (
            varbind(UP_TIME, integer(self.up_ticks() & 0xFFFFFFFF, TICKS)),
            varbind(TRAP_OID, oid(what)),
            *(varbind(name, value) for name, value in objects),
        )
        for receiver in receivers:
            number = next(self._numbers)
            sort = ber.INFORM if receiver.inform else ber.TRAP
            data = Message(ber.V2C, receiver.community, Pdu(sort, number, varbinds=head)).encoded()
            to = Dial(Target.LAB)(receiver.address, TRAP_PORT)
            if receiver.inform:
                self._waiting.add(number)
                self._again(number, data, to, TRIES)
            else:
                self.port.send(data, to)

    def _again(self, number: int, data: bytes, to: tuple[str, int], tries: int) -> None:
        if number in self._waiting and tries:
            self.port.send(data, to)
            self.later(AGAIN_S, lambda: self._again(number, data, to, tries - 1))
        else:
            self._waiting.discard(number)

    def acknowledged(self, datagram: bytes) -> bool:
        """Whether a datagram is the response to an inform, and no request."""
        try:
            if ber.version_of(datagram) != ber.V2C:
                return False
            pdu = ber.parse(datagram).pdu
        except BerError:
            return False
        self._waiting.discard(pdu.request_id) if pdu.sort == ber.RESPONSE else None
        return pdu.sort == ber.RESPONSE
