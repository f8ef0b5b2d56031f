"""The kinds of devices that the tool talks to: what is wanted of each, how all of them are read, how one is written."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from iccc.callbox import desired as callbox_desired
from iccc.camera import desired as camera_desired
from iccc.city.devices import Camera, City, Device, Equipment, Hosted, Kind, Recorder, Switch, host_of
from iccc.observed import Observed, Outcome
from iccc.recorder import desired as recorder_desired
from iccc.secrets import TLS_SECRET
from iccc.server import desired as server_desired
from iccc.server import logs as server_logs
from iccc.sessions.reach import Reach
from iccc.switch import desired as switch_desired
from iccc.ups import desired as ups_desired
from iccc.wanted import Wanted
from iccc.writing import Writing

Progress = Callable[[str], None]


def wanted(device: Device, city: City) -> Wanted[Any]:
    """What the city wants of the device."""
    if isinstance(device, Switch):
        return switch_desired.desired(device, city)
    if isinstance(device, Hosted) and device.host is not None:
        return server_desired.desired(device, city)
    if isinstance(device, Recorder):
        return recorder_desired.desired(device, city)
    if isinstance(device, Camera):
        return camera_desired.desired(device, city)
    if isinstance(device, Equipment) and device.kind is Kind.UPS:
        return ups_desired.desired(device)
    if isinstance(device, Equipment) and device.kind is Kind.CALL_BOX:
        return callbox_desired.desired(device)
    raise TypeError(type(device).__name__)


def shown(
    wanted: Mapping[str, Wanted[Any]], observed: Mapping[str, Observed[Any, Any]], city: City
) -> dict[str, Wanted[Any]]:
    """``wanted`` without what a switch that is observed by SNMP alone has no objects for."""
    from iccc.switch import snmp_only

    only = {name for name in wanted if name in city.switches and city.switches[name].snmp_only}
    return {name: snmp_only.shown(one, observed[name].state) if name in only else one for name, one in wanted.items()}


def wanted_all(devices: Iterable[Device], city: City) -> dict[str, Wanted[Any]]:
    """:func:`wanted` for many, by name."""
    return {device.name: wanted(device, city) for device in devices}


async def observe(
    devices: Iterable[Device], city: City, reach: Reach, progress: Progress
) -> dict[str, Observed[Any, Any]]:
    """Read all devices in bulk, one sweep per protocol, all at once. A device's failure is its own row.

    ``progress`` is called with the name of each device when it is done.
    """
    import iccc.callbox.driver as callbox_driver
    import iccc.camera.driver as camera_driver
    import iccc.recorder.driver as recorder_driver
    import iccc.server.driver as server_driver
    import iccc.switch.driver as switch_driver
    import iccc.ups.driver as ups_driver

    listed = list(devices)
    camera_users = [user.name for user in city.camera_users]
    recorder_users = [user.name for user in city.recorder_users]
    cameras = [device for device in listed if isinstance(device, Camera)]
    recorders = [device for device in listed if isinstance(device, Recorder)]
    appliances = [recorder for recorder in recorders if recorder.host is None]
    servers = [device for device in listed if isinstance(device, Hosted) and device.host is not None]
    cards = [device for device in listed if isinstance(device, Equipment) and device.kind is Kind.UPS]
    boxes = [device for device in listed if isinstance(device, Equipment) and device.kind is Kind.CALL_BOX]
    channels = {one.name: recorder_desired.channels(one, city) for one in appliances}
    elsewhere = {one.name: recorder_desired.elsewhere(one, city) for one in appliances}

    async def hosts() -> dict[str, Observed[Any, Any]]:
        """Recorders after the cameras: what these tell of their streams is what the channels are held against."""
        sections = camera_driver.declared_sections(city)
        seen = await camera_driver.observe_all(cameras, reach, camera_users, progress, sections)
        return seen | await recorder_driver.observe_all(
            appliances, reach, recorder_users, progress, channels, elsewhere
        )

    parts = await asyncio.gather(
        switch_driver.observe_all([d for d in listed if isinstance(d, Switch)], reach, progress),
        server_driver.observe_all(servers, city, reach, progress),
        hosts(),
        ups_driver.observe_all(cards, reach, progress),
        callbox_driver.observe_all(boxes, reach, progress),
    )
    found: dict[str, Observed[Any, Any]] = {}
    for part in parts:
        found.update(part)
    return {device.name: found[device.name] for device in listed}


async def bring_back(devices: Iterable[Device], reach: Reach, told: Callable[[str], None]) -> None:
    """Before a run begins: wait until nothing that a killed run left unconfirmed is pending on a switch."""
    from iccc.switch import pending

    await pending.bring_back((device for device in devices if isinstance(device, Switch)), reach, told)


async def apply(device: Device, section: str, state: Any, reach: Reach, writing: Writing) -> list[Outcome]:
    """Write one section of one device (of a switch: a part of the change), and read it back. Raises DeviceError."""
    import iccc.camera.driver as camera_driver
    import iccc.recorder.driver as recorder_driver
    import iccc.switch.driver as switch_driver

    if isinstance(device, Switch):
        return await switch_driver.apply(device, section, state, reach, writing)
    if isinstance(device, Recorder):
        return await recorder_driver.apply(device, section, state, reach)
    if isinstance(device, Camera):
        return await camera_driver.apply(device, section, state, reach)
    raise TypeError(type(device).__name__)


def firmware(device: Device, observed: Observed[Any, Any]) -> str:
    """The firmware that a device says it runs; "" when it did not."""
    from iccc.switch.seen import SwitchFacts

    facts = observed.facts
    if isinstance(device, Switch) and isinstance(facts, SwitchFacts) and isinstance(facts.sys_descr, str):
        found = re.search(r"(?:Version|Software Version|JUNOS|kernel JUNOS)[ :]+([\w.()-]+)", facts.sys_descr)
        return found[1] if found else facts.sys_descr[:60]
    said = getattr(getattr(facts, "identity", None), "firmware", "")
    return said if isinstance(said, str) else ""


def recorded(recorder: Recorder, observed: Observed[Any, Any], since: datetime | None = None) -> frozenset[str]:
    """The cameras that a recorder records now, whether they are declared there or not.

    Of a server those with footage that is newer than ``since``, and than two segments; none where it was not read.
    """
    from iccc.recorder.state import Others, RecorderFacts
    from iccc.server.state import ServerFacts

    facts, others = observed.facts, getattr(observed.state, "others", None)
    if isinstance(facts, ServerFacts) and recorder.host is not None:
        oldest = observed.read_at.timestamp() - 2 * recorder.host.segment_s
        oldest = max(oldest, since.timestamp() if since else 0) + facts.clock_skew_s
        return frozenset(camera for camera, (at, size) in facts.newest.items() if size and at > oldest)
    found = set(others.recorded) if isinstance(others, Others) else set()
    if isinstance(facts, RecorderFacts) and isinstance(facts.footage, Mapping):
        found |= {camera for camera, one in facts.footage.items() if one.trouble(observed.read_at) == ""}
    return frozenset(found)


def alike(device: Device, observed: Observed[Any, Any]) -> tuple[str, ...]:
    """Devices of which one speaks for the others: platform, firmware and role; else make, model and firmware as told.

    One that does not tell what it is goes with others of its device type that do not tell it either.
    """
    if isinstance(device, Switch):
        return device.platform, firmware(device, observed), device.role
    identity = getattr(observed.facts, "identity", None)
    if identity is None:
        return (device.device_type,)
    return identity.manufacturer, identity.model, identity.firmware


def managed_users(devices: Iterable[Device], city: City) -> list[tuple[str, str]]:
    """(device, user) pairs whose passwords the secret store manages."""
    pairs: list[tuple[str, str]] = []
    for device in devices:
        if host_of(device) is not None:
            if server_logs.speaks_tls(city):
                pairs.append(TLS_SECRET)
            continue  # one logs in to it with a key
        users: Mapping[type[Device], Any] = {
            Camera: city.camera_users,
            Recorder: city.recorder_users,
            Switch: city.switch_users,
        }
        pairs += [(device.name, user.name) for user in users.get(type(device), ()) if not device.unwritten]
    return pairs
