"""Reads UPS cards over SNMP. Nothing is written to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from iccc.city.devices import Equipment
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.mib import system, ups
from iccc.mib.values import Column, Table
from iccc.observed import Observed
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SnmpSession
from iccc.sessions.sweep import row, rows
from iccc.ups.seen import UpsFacts
from iccc.ups.state import UpsState

Seen = Observed[UpsState, UpsFacts]

Parts = tuple[tuple[str, tuple[Table, ...]], ...]


async def observe(card: Equipment, reach: Reach) -> Seen:
    """One card, within ``device_s``. What could not be read is Unread; never raises."""
    return await row(card, reach, UpsState(), _facts(card, reach))


async def observe_all(cards: Iterable[Equipment], reach: Reach, progress: Callable[[str], None]) -> dict[str, Seen]:
    """All cards at once, within the limits; ``progress`` is called with each name when it is done."""
    return await rows(cards, reach.limits.snmp_in_flight, lambda card: observe(card, reach), progress)


async def _facts(card: Equipment, reach: Reach) -> UpsFacts:
    """A table that fails leaves the rest standing. UNSUPPORTED when the agent is that of no UPS."""
    session = SnmpSession(card.name, card.address, reach)
    scalars = await session.get(*system.SCALARS[:-1], *ups.SCALARS)
    told = system.parse(scalars)
    own = ups.vendor_scalars(told.object_id)
    if own:
        scalars |= await session.get(*own)
    columns: dict[str, Column] = {}
    unread: dict[str, Unread] = {}
    inputs = ups.input_tables(told.object_id)
    parts: Parts = (("load", (ups.OUTPUTS,)), ("input", inputs), ("battery", (ups.ALARMS,)))
    for part, tables in parts:
        try:
            for table in tables:
                columns |= await session.table(table)
        except DeviceError as error:
            unread[part] = Unread.of(error)
    found = ups.parse(scalars, columns, told.object_id)
    if found is None:
        text = f"the agent has no UPS-MIB, and nothing in its place that is known (sysObjectID {told.object_id})"
        raise DeviceError(Reason.UNSUPPORTED, session.where, text)
    uptime = told.uptime_s
    if isinstance(uptime, Unread):
        unread["uptime_s"], uptime = uptime, None
    return UpsFacts(**vars(found), sys_name=told.name, uptime_s=uptime, unread=unread)
