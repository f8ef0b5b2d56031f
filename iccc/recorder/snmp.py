"""The disks of a recorder by SNMP, where the city says that it has an agent."""

from __future__ import annotations

import asyncio

from iccc.city.devices import Recorder
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason, stumbled
from iccc.mib import host_resources
from iccc.mib.host_resources import Disks
from iccc.mib.values import Column
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SnmpSession


async def read_disks(recorder: Recorder, reach: Reach) -> Disks | Unread | None:
    """Within ``device_s``; None where no agent is declared. Never raises."""
    if recorder.snmp is None:
        return None
    try:
        async with asyncio.timeout(reach.timeouts.device_s):
            return await _disks(recorder, reach)
    except DeviceError as error:
        return Unread.of(error)
    except TimeoutError:
        return Unread(Reason.NO_ANSWER, f"{recorder.name}  snmp: not done within {reach.timeouts.device_s:g} s")
    except Exception as error:  # noqa: BLE001  an agent may answer anything
        return Unread.of(stumbled(f"{recorder.name}  snmp", error))


async def _disks(recorder: Recorder, reach: Reach) -> Disks:
    session = SnmpSession(recorder.name, recorder.address, reach)
    columns: dict[str, Column] = {}
    for table in (host_resources.STORAGE, host_resources.DEVICES):
        columns |= await session.table(table)
    found = host_resources.parse(columns)
    if found is None:
        text = "the agent tells of no disk (HOST-RESOURCES-MIB hrStorageTable, hrDeviceTable)"
        raise DeviceError(Reason.UNSUPPORTED, session.where, text)
    return found
