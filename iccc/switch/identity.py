"""Whether an LLDP neighbour is a declared device, and on which of its ports it says that it sits.

Every maker fills LLDP in another way: a chassis is told by its MAC address or by a name, a port by its name in full or
short, its MAC address, its ifAlias, its ifIndex or a number of its own (IEEE 802.1AB, LldpChassisIdSubtype and
LldpPortIdSubtype). Here is the one place where these are held against what is declared. ``None``: what was said cannot
be held against it, so nothing follows.
"""

from __future__ import annotations

from iccc.mib.addresses import as_mac
from iccc.mib.port_names import same_port
from iccc.switch.seen import Neighbour, PortFacts

_BLOCK = len("02:00:0a:0b")  # a switch's chassis and its interfaces have their addresses from one block


def is_device(neighbour: Neighbour, name: str, mac: str | None, address: str) -> bool | None:
    """Whether the neighbour is the device ``name``, of which ``mac`` is known (None: nothing) and ``address`` declared.

    Any one of sysName, chassis MAC and management address that fits is enough: a camera that was renamed keeps its
    MAC address, a replaced one its name. False needs a name or a MAC address that is another's; another management
    address alone says nothing, since a device may have several.
    """
    chassis, known = as_mac(neighbour.chassis_id), as_mac(mac)
    names = [said for said in (neighbour.sys_name, None if chassis else neighbour.chassis_id) if said]
    if any(same_name(said, name) for said in names) or neighbour.address == address:
        return True
    if chassis and known:
        if chassis == known:
            return True
        if not neighbour.sys_name and chassis[:_BLOCK] == known[:_BLOCK]:
            return None
        return False
    return False if neighbour.sys_name else None


def is_port(neighbour: Neighbour, port: str, facts: PortFacts | None) -> bool | None:
    """Whether the neighbour says that it sits on the port ``port`` of its own.

    ``facts`` are what that device's own SNMP tells of the port: without them a MAC address, an alias and an index
    cannot be judged.
    """
    said, description = neighbour.port_id or "", neighbour.port_description or ""
    verdicts = [_id_is(said, neighbour, port, facts), _described(description, port, facts)]
    if True in verdicts:
        return True
    return False if False in verdicts else None


def _id_is(said: str, neighbour: Neighbour, port: str, facts: PortFacts | None) -> bool | None:
    if facts is not None and facts.alias and said == facts.alias:
        return True
    if mac := as_mac(said):
        known = as_mac(facts.mac) if facts is not None else None
        if known == mac:
            return True
        # Some agents give every port the address of the chassis.
        return None if known is None or mac == as_mac(neighbour.chassis_id) else False
    if said.isdecimal() and not port.isdecimal():  # an ifIndex, or a number of the agent's own
        return True if facts is not None and facts.index == int(said[:10]) else None
    return same_port(said, port) if said else None


def _described(description: str, port: str, facts: PortFacts | None) -> bool | None:
    """A description is the agent's ifDescr or ifAlias: free text that is no port's name refutes nothing."""
    if facts is not None and facts.alias and description == facts.alias:
        return True
    return same_port(description, port) if description else None


def same_name(said: object, name: str) -> bool:
    """Whether a sysName is the device's: in any case, and one of them may carry its domain."""
    if not isinstance(said, str):
        return False
    left, right = said.strip().rstrip(".").lower(), name.strip().rstrip(".").lower()
    if not left or not right:
        return False
    return left == right or left.startswith(f"{right}.") or right.startswith(f"{left}.")
