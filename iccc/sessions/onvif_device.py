"""Reading and writing whole devices over ONVIF, the same for cameras and recorders."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from iccc.city.devices import Device
from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason, stumbled
from iccc.observed import Outcome, Status
from iccc.onvif.call import Context, Procedure, Written
from iccc.onvif.errors import BadAnswer
from iccc.onvif.identity import read_mac
from iccc.onvif.outcome import settle
from iccc.onvif.quirks import NO_QUIRKS, Quirks
from iccc.onvif.section import Section
from iccc.onvif.state import Identity
from iccc.sessions.onvif import OnvifSession, refuse_unwritten
from iccc.sessions.pace import Pace
from iccc.sessions.reach import Reach

Part = Callable[[Context], Procedure[Any]]  # how one part of a device is read
DeviceT = TypeVar("DeviceT", bound=Device)
Row = TypeVar("Row")  # what is seen of one device

MAC = "mac"  # a part beside the sections: the hardware address
READ_BACK_WAITS_S = (0.0, 1.0)  # some devices take a moment until they show what they have accepted


async def read_parts(
    device: Device, reach: Reach, users: Sequence[str], parts: Mapping[str, Part]
) -> tuple[dict[str, Any], Identity | None] | Unread:
    """Every part's value, or Unread in its place, and the identity. Unread when the device does not let us in.

    ``users`` are those whose managed password is proved. What is not read within ``device_s`` is Unread.
    """
    limit_s = reach.timeouts.device_s
    values: dict[str, Any] = {}
    identity: Identity | None = None
    let_in = False
    async with OnvifSession(device, reach, sweep=True) as session:
        try:
            async with asyncio.timeout(limit_s):
                identity = await session.open()
                let_in = True
                context = session.context(users)
                for name, part in parts.items():
                    values[name] = await _part(session, part(context))
                mac = await _part(session, read_mac())
        except TimeoutError:
            late = DeviceError(Reason.NO_ANSWER, session.where("sweep"), f"not finished within {limit_s:g} s")
        except DeviceError as error:
            late = error
        except Exception as error:  # noqa: BLE001
            late = stumbled(session.where("login"), error)
        else:
            if identity is not None:
                told = mac if isinstance(mac, str) else None
                identity = replace(identity, mac=told, certificate_ends=session.certificate_ends)
            return values, identity
    if not let_in:
        return Unread.of(late)
    return {name: values.get(name, Unread.of(late)) for name in parts}, identity


async def read_unit(device: Device, reach: Reach) -> tuple[str, str | None]:
    """Serial number ("" when it has none) and hardware address of what stands at the address. Raises DeviceError."""
    told = await read_who(device, reach)
    return told.serial, told.mac


async def read_who(device: Device, reach: Reach) -> Identity:
    """Who the unit that stands at the address says that it is, whichever it is. Raises DeviceError."""
    async with OnvifSession(device, reach, any_unit=True) as session:
        try:
            async with asyncio.timeout(reach.timeouts.device_s):
                identity = await session.open()
                if identity is None:
                    raise DeviceError(Reason.BAD_ANSWER, session.where("GetDeviceInformation"), "it tells no identity")
                mac = await _part(session, read_mac())
        except TimeoutError:
            late = f"not finished within {reach.timeouts.device_s:g} s"
            raise DeviceError(Reason.NO_ANSWER, session.where("enrol"), late) from None
    return replace(identity, mac=None if isinstance(mac, Unread) else mac)


async def apply_section(
    device: Device,
    reach: Reach,
    name: str,
    section: Section[Any],
    wanted: object,
    users: Sequence[str],
    quirks_of: Callable[[Identity | None], Quirks] = lambda _: NO_QUIRKS,
) -> list[Outcome]:
    """Read the section fresh, write what differs from ``wanted``, read it back; one outcome for each change.

    ``quirks_of``: what is known of makes of this kind of device.
    Raises DeviceError when the section cannot be read, or the device is not ours.
    """
    limit_s = reach.timeouts.write_s
    async with OnvifSession(device, reach) as session:
        refuse_unwritten(device, session.where(f"write {name}"))
        try:
            async with asyncio.timeout(limit_s):
                told = await session.open()
                if told is None and (enrolled := reach.trust.serial(device.name)):
                    text = f"it does not tell its serial number, {enrolled!r} is enrolled: nothing is written"
                    raise DeviceError(Reason.UNTRUSTED, session.where("GetDeviceInformation"), text)
                session.quirks = quirks_of(told)
                seen = await session.run(section.read(session.context(users)))
                changes = [found for found in compare(wanted, seen, name) if isinstance(found, Change)]
                if not changes:
                    return []
                try:
                    written = await session.run(section.write(session.context(users), wanted, seen))
                except DeviceError as error:
                    # Nobody knows how much of it has arrived: only reading back tells.
                    written = Written(faults={name: BadAnswer(str(error))})
                return await _read_back(session, name, section, changes, wanted, written, users)
        except TimeoutError:
            late = f"not finished within {limit_s:g} s"
            raise DeviceError(Reason.NO_ANSWER, session.where(f"write {name}"), late) from None


async def observe_many(
    devices: Iterable[DeviceT],
    reach: Reach,
    observe: Callable[[DeviceT], Awaitable[Row]],
    progress: Callable[[str], None],
    crowds: Callable[[DeviceT], Mapping[str, int]] = lambda _device: {},
) -> dict[str, Row]:
    """:func:`observe` for all, at most ``onvif_in_flight`` at once, by name. ``progress`` hears of each that is done.

    ``crowds`` names what a device shares with others, and how many of these may be read at once.
    """
    everybody = Pace(reach.limits.onvif_in_flight)
    gates: dict[str, asyncio.Semaphore] = {}

    async def one(device: DeviceT) -> Row:
        # All go through their gates in the same order, the one for everybody last: nobody waits in a circle, and who
        # waits for the others of a crowd keeps no place from the rest.
        own = [gates.setdefault(crowd, asyncio.Semaphore(limit)) for crowd, limit in crowds(device).items()]
        row = await _through([*own, everybody], device)
        progress(device.name)
        return row

    async def _through(ahead: Sequence[asyncio.Semaphore | Pace], device: DeviceT) -> Row:
        if not ahead:
            return await observe(device)
        async with ahead[0]:
            return await _through(ahead[1:], device)

    listed = list(devices)
    keeping = asyncio.create_task(everybody.keep())
    try:
        rows = await asyncio.gather(*(one(device) for device in listed))
    finally:
        keeping.cancel()
    return {device.name: row for device, row in zip(listed, rows, strict=True)}


async def _part(session: OnvifSession, procedure: Procedure[Any]) -> Any:
    try:
        return await session.run(procedure)
    except DeviceError as error:
        return Unread.of(error)
    except TimeoutError:
        raise
    except Exception as error:  # noqa: BLE001
        return Unread.of(stumbled(session.where("sweep"), error))


async def _read_back(
    session: OnvifSession,
    name: str,
    section: Section[Any],
    changes: list[Change],
    wanted: object,
    written: Written,
    users: Sequence[str],
) -> list[Outcome]:
    """The outcomes; read again after a moment where the device still shows the old values or does not answer."""
    session.set_anew({user for user in users if any(one.path.startswith(f"{name}[{user}]") for one in changes)})
    before = session.refusals
    outcomes: list[Outcome] = []
    for wait_s in READ_BACK_WAITS_S:
        await asyncio.sleep(wait_s)
        after = await _part(session, section.read(session.context(users)))
        outcomes = settle(name, changes, wanted, after, written)
        again = isinstance(after, Unread) or any(o.status is Status.ACCEPTED_NOT_APPLIED for o in outcomes)
        if not again or session.refusals > before:
            break
    return outcomes
