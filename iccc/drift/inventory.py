"""Class inventory: another device or firmware than the one that is declared, may run, or was there before.

What changed since the last reading is told by the reading that saw it; afterwards the new one is what was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iccc import fleet
from iccc.city.devices import Device, Switch
from iccc.compare import Unread
from iccc.drift.places import told_identity
from iccc.drift.telling import on_device
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity
from iccc.mib.addresses import as_mac
from iccc.onvif.identity import same_serial


@dataclass(frozen=True)
class Told:
    """What a device said that it is, and where it said so."""

    source: str  # "ENTITY-MIB entPhysical"
    serial: str | None
    model: str | None
    firmware: str
    mac: str | None = None


def findings(view: View) -> Iterator[Finding]:
    """At most one finding each on serial number, model, firmware and hardware address."""
    for name, seen in view.observed.items():
        device = view.city.device(name)
        if not device.on_the_wire:
            continue
        told = _switch(view, device) if isinstance(device, Switch) else _host(view, name)
        if told is None:
            continue
        told = Told(told.source, told.serial, told.model, fleet.firmware(device, seen), told.mac)
        # Another unit has another hardware address and, often, another firmware: one fact.
        other = [*_serial(view, device, told)] or [*_mac(view, device, told)]
        yield from other
        yield from _model(view, device, told)
        yield from _firmware(view, device, told, same_unit=not other)


def _switch(view: View, switch: Switch) -> Told | None:
    facts = view.switch_facts(switch.name)
    if facts is None:
        return None
    chassis = facts.chassis
    if chassis is None or isinstance(chassis, Unread):
        return Told("SNMPv2-MIB sysDescr", None, None, "")
    return Told("ENTITY-MIB entPhysicalTable", chassis.serial, chassis.model, "")


def _host(view: View, name: str) -> Told | None:
    told = told_identity(view, name)
    if told is None:
        return None
    return Told("ONVIF GetDeviceInformation", told.serial, told.model, "", told.mac)


def _serial(view: View, device: Device, told: Told) -> Iterator[Finding]:
    seen, declared = told.serial, getattr(device, "serial", None)
    past = view.past.get(device.name)
    before = past.serial if past is not None else None
    if not seen or (wanted := declared or before) is None or same_serial(seen, wanted):
        return
    text = f"{device.name} has serial number {seen}, {wanted} is declared"
    step = f"If {device.name} was replaced, declare the serial number {seen}; if not, find out where {wanted} is."
    if declared is None:
        text = f"{device.name} was replaced: it has serial number {seen}, and had {wanted} when it was last read"
        step = f"Find out who replaced {device.name}, and declare its serial number."
    yield on_device(
        view, device.name, "serial", Class.INVENTORY, Severity.MAJOR, text,
        seen=seen, wanted=wanted, said={f"{told.source} serial": seen}, step=step, event=declared is None,
    )  # fmt: skip


def _model(view: View, device: Device, told: Told) -> Iterator[Finding]:
    known = view.city.catalogue.get(device.device_type)
    if known is None or not told.model or known.may_be(told.model) is not False:
        return
    wanted = known.part_number
    yield on_device(
        view, device.name, "model", Class.INVENTORY, Severity.MAJOR,
        f"{device.name} is a {told.model}, its device type {device.device_type} is {wanted}",
        seen=told.model, wanted=wanted, said={f"{told.source} model": told.model},
        step=f"Find out what was installed as {device.name}, and declare its device type or have it exchanged.",
    )  # fmt: skip


def _firmware(view: View, device: Device, told: Told, *, same_unit: bool) -> Iterator[Finding]:
    """A version that is not on the list of its type, or another one than before, not by an upgrade of iccc."""
    seen = told.firmware
    known = view.city.catalogue.get(device.device_type)
    past = view.past.get(device.name)
    before = past.firmware if past is not None else None
    allowed = known.firmware if known is not None else ()
    if not seen:
        return
    if known is not None and known.may_run(seen) is False:
        yield on_device(
            view, device.name, "firmware", Class.INVENTORY, Severity.MAJOR,
            f"{device.name} runs {seen}; its type {device.device_type} may run {', '.join(allowed)}",
            seen=seen, wanted=list(allowed), said={"firmware": seen},
            step=f"Bring {device.name} to a version that may run, or allow {seen} in the catalogue.",
        )  # fmt: skip
    elif same_unit and before is not None and seen != before:
        yield on_device(
            view, device.name, "firmware", Class.INVENTORY, Severity.MINOR,
            f"{device.name} runs {seen}, and ran {before} when it was last read",
            seen=seen, wanted=before, said={"firmware": seen},
            step=f"Find out who changed the firmware of {device.name}.",
            event=True,
        )  # fmt: skip


def _mac(view: View, device: Device, told: Told) -> Iterator[Finding]:
    seen, wanted = as_mac(told.mac), as_mac(getattr(device, "mac", None))
    if seen is None or wanted is None or seen == wanted:
        return
    yield on_device(
        view, device.name, "mac", Class.INVENTORY, Severity.MAJOR,
        f"{device.name} has the hardware address {seen}, {wanted} is declared",
        seen=seen, wanted=wanted, said={"ONVIF GetNetworkInterfaces": seen},
        step=f"If {device.name} was replaced, declare its hardware address; if not, find out what answers there.",
    )  # fmt: skip
