"""What may be set by SNMP, and how it changes the configuration."""

from __future__ import annotations

from iccc.lab.hardware import HwPort
from iccc.lab.ios.config import Config
from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import INTEGER, OCTETS, Oid, Value
from iccc.lab.snmp.interfaces import PORT_INDEX
from iccc.lab.snmp.mib import Refused
from iccc.lab.snmp.oids import ALIAS, DOWN, FALSE, IF_ENTRY, PSE_PORT, SYSTEM, TRUE, UP

WRONG_TYPE, WRONG_VALUE, NO_CREATION, NOT_WRITABLE = 7, 10, 11, 17

ADMIN_STATUS = (*IF_ENTRY, 7)
POE_ADMIN = (*PSE_PORT, 3, 1)
CONTACT, NAME, LOCATION = ((*SYSTEM, number, 0) for number in (4, 5, 6))


def write(system: System, config: Config, oid: Oid, value: Value) -> None:
    """Change ``config`` as the SET of one varbind asks, or raise :class:`Refused`."""
    table, index = oid[:-1], oid[-1]
    if oid == NAME:
        config.hostname = _text(value)
    elif oid == LOCATION:
        config.snmp_location = _text(value)
    elif oid == CONTACT:
        config.snmp_contact = _text(value)
    elif table == ADMIN_STATUS:
        interface = config.svis.get(index) or config.ports[_port(system, index - PORT_INDEX).name]
        interface.shutdown = _choice(value, UP, DOWN) == DOWN
    elif table == ALIAS:
        interface = config.svis.get(index) or config.ports[_port(system, index - PORT_INDEX).name]
        interface.description = _text(value)
    elif table == POE_ADMIN:
        port = _port(system, index)
        if not port.poe:
            raise Refused(NO_CREATION)
        config.ports[port.name].poe = _choice(value, TRUE, FALSE) == TRUE
    else:
        raise Refused(NOT_WRITABLE)


def _port(system: System, number: int) -> HwPort:
    for port in system.hardware:
        if port.index == number:
            return port
    raise Refused(NO_CREATION)


def _choice(value: Value, *allowed: int) -> int:
    if value.tag != INTEGER:
        raise Refused(WRONG_TYPE)
    if value.integer() not in allowed:
        raise Refused(WRONG_VALUE)
    return value.integer()


def _text(value: Value) -> str:
    if value.tag != OCTETS:
        raise Refused(WRONG_TYPE)
    text = value.content.decode("utf-8", "replace")
    if len(text) > 240 or not text.isprintable():
        raise Refused(WRONG_VALUE)
    return text
