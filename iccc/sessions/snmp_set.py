"""SNMP SET of one object, read back: pysnmp writes, whatever reads."""

from __future__ import annotations

from iccc.errors import DeviceError, Reason
from iccc.mib.values import Value
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SNMP_PORT, BadReply, Denied, dial, failure, login_for, silent
from iccc.sessions.snmp_pysnmp import PysnmpWire

_STATUS = {
    "noSuchName": Reason.UNSUPPORTED,
    "noCreation": Reason.UNSUPPORTED,
    "notWritable": Reason.UNSUPPORTED,
    "readOnly": Reason.UNSUPPORTED,
    "noAccess": Reason.UNAUTHORISED,
    "authorizationError": Reason.UNAUTHORISED,
}


async def set_value(device: str, address: str, reach: Reach, oid: str, value: int | bytes) -> Value:
    """Set an INTEGER or an OCTET STRING and read it back; gives what was read, which may differ from ``value``.

    DeviceError: UNSUPPORTED when the agent has no such writable object, UNAUTHORISED when it does not allow the login,
    BAD_ANSWER when what it reads back is of another type.
    """
    where = f"{device} {address}:{SNMP_PORT} SET {oid}"
    host, port = dial(where, address, reach)
    login = login_for(where, device, reach, write=True)
    wire = PysnmpWire(host, port, login, reach.timeouts.snmp_s)
    for attempt in range(1, reach.limits.snmp_tries + 1):
        try:
            status = await wire.set(oid, value)
            if status:
                reason = _STATUS.get(status, Reason.BAD_ANSWER)
                raise DeviceError(reason, where, f"the agent answers {status}")
            seen = (await wire.get([oid])).get(oid)
            break
        except TimeoutError:
            if attempt == reach.limits.snmp_tries:
                raise silent(where, "SET", reach) from None
        except (BadReply, Denied, OSError) as error:
            raise failure(where, "SET", error) from None
    if not isinstance(seen, type(value)):
        raise DeviceError(Reason.BAD_ANSWER, where, f"reads back as {seen!r}")
    return seen
