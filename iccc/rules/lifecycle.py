"""Life cycle: nothing is further than what it hangs on, and what is accepted is a device with a serial number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from iccc.city.devices import Camera, City, Device, Equipment, Recorder, Site, Switch
from iccc.city.model.common import ON_THE_WIRE, Lifecycle
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, passed, rule
from iccc.units import are, plural
from iccc.yamlfile import Where

ORDER = tuple(Lifecycle)
ACCEPTED = (Lifecycle.ACCEPTED, Lifecycle.LIVE, Lifecycle.FAULTY)


@rule(
    "explicit-devices",
    Severity.HIGH,
    Stage.ACCEPTANCE,
    do="write an entry for each device, with the serial number and MAC that are on its label",
    source="project practice: groups before devices exist, devices from `accepted` on; BSA 2023, s. 63: serial and MAC",
)
def explicit_devices(city: City, _today: date) -> Iterator[Row]:
    """What is accepted is a device with serial number and MAC, and no count."""
    entries: dict[Where, list[Device]] = defaultdict(list)
    for device in city.inventory():
        if device.ours and device.status in ACCEPTED:
            entries[device.where].append(device)
    for where, devices in entries.items():
        lacks = _counted(devices) or _unlabelled(devices[0])
        yield held(not lacks, devices[0].name, where, lacks)
    if city.declared.buses is not None:
        document, file = city.declared.buses
        for name, fleet in file.fleets.items():
            if fleet.status in ACCEPTED:
                text = f"{fleet.status}, and {len(fleet.serials)} of {fleet.buses} buses have the serial of a recorder"
                yield held(len(fleet.serials) == fleet.buses, name, document.where("fleets", name), text)


def _counted(devices: list[Device]) -> str:
    if any(isinstance(device, Camera) and device.counted for device in devices):
        number = len(devices)
        return f"{plural(number, f'{devices[0].status} camera')} {are(number)} a count, not devices"
    return ""


def _unlabelled(device: Device) -> str:
    missing = [key for key in ("serial", "mac") if getattr(device, key) is None]
    return f"{device.status}, without {' and '.join(missing)}" if missing else ""


@rule(
    "status-order",
    Severity.MEDIUM,
    Stage.OPERATION,
    do="correct the status of one of the two",
    source="project practice: status order; a device works when its switch, its recorder and its site do",
)
def status_order(city: City, _today: date) -> Iterator[Row]:
    """Nothing is further in its life than the site, switch and recorder that it needs."""
    needed_by: dict[str, list[Device]] = defaultdict(list)
    ends = _ends_of_chains(city)
    for device in city.inventory():
        if device.status is not Lifecycle.DECOMMISSIONED:
            for name in _needs(city, device, ends):
                needed_by[name].append(device)
    for name, devices in needed_by.items():
        needed = city.sites.get(name) or city.device(name)
        found = [(device, _behind(device.status, needed.status)) for device in devices]
        further = [(device.name, device.status) for device, outcome in found if outcome is not Outcome.PASS]
        outcome = Outcome.FAIL if any(outcome is Outcome.FAIL for _, outcome in found) else Outcome.WARN
        of = f"{len(further)} of {len(devices)} that {'needs' if len(devices) == 1 else 'need'} it"
        text = f"{name} is {needed.status}; {of} {are(len(further))} not: {_named(further)}"
        where = _status_of(needed)
        yield Row(outcome, name, where, text) if further else passed(name, where)


def _needs(city: City, device: Device, ends: Mapping[str, list[str]]) -> Iterator[str]:
    """What a device cannot work without. Of several ways to the core the one that is furthest is enough."""
    if device.site in city.sites:
        yield device.site
    if isinstance(device, Switch):
        if ways := ends[device.chain] if device.chain else device.upstream:
            yield max(ways, key=lambda way: _stage(city.switches[way].status))
    elif isinstance(device, Camera | Recorder | Equipment) and device.switch is not None:
        yield device.switch
    if isinstance(device, Camera) and device.recorder:
        yield device.recorder


def _ends_of_chains(city: City) -> dict[str, list[str]]:
    """Ring or spur: the core and aggregation switches that it ends on."""
    ends: dict[str, list[str]] = defaultdict(list)
    for link in city.links:
        if link.chain is not None:
            ends[link.chain] += [end for end in (link.a, link.b) if city.switches[end].chain is None]
    return ends


def _behind(status: Lifecycle, needed: Lifecycle) -> Outcome:
    """What it is when something of ``status`` needs something of another."""
    if needed is Lifecycle.DECOMMISSIONED:
        return Outcome.FAIL
    if status not in ON_THE_WIRE:
        return Outcome.PASS  # what is not there yet is bought in any order
    if needed not in ON_THE_WIRE:
        return Outcome.FAIL
    least = Lifecycle.INSTALLED if status is Lifecycle.FAULTY else status
    return Outcome.WARN if _stage(needed) < _stage(least) else Outcome.PASS


def _stage(status: Lifecycle) -> int:
    """How far in life; what is faulty has lived, what is decommissioned is of no use."""
    return -1 if status is Lifecycle.DECOMMISSIONED else ORDER.index(status)


def _status_of(thing: Device | Site) -> Where:
    """The line of its status, where that is known."""
    if isinstance(thing, Switch | Recorder) and "status" in thing.origins:
        return thing.origins["status"][0]
    return thing.where


@rule(
    "phase-status",
    Severity.MEDIUM,
    Stage.OPERATION,
    do="correct the status of the phase, or of what is in it",
    source="project practice: status order; a phase is what is paid for and built together",
)
def phase_status(city: City, _today: date) -> Iterator[Row]:
    """A phase that is to come has nothing in the field yet, and one that is accepted has everything there."""
    members: dict[str, list[tuple[str, Lifecycle]]] = defaultdict(list)
    for device in city.inventory():
        members[device.phase].append((device.name, device.status))
    for _, head in city.declared.third_party:
        for count in head.counts:
            members[count.phase].append((f"head {head.head}", count.status))
    document, file = city.declared.city
    for key, phase in file.phases.items():
        if phase.status is None or not members[key]:
            continue
        against = [(name, status) for name, status in members[key] if _contradicts(phase.status, status)]
        of = f"{len(against)} of {len(members[key])} in it {are(len(against))} not"
        text = f"the phase is {phase.status}; {of}: {_named(against)}"
        yield held(not against, key, document.where("phases", key, "status"), text)


def _contradicts(phase: Lifecycle, status: Lifecycle) -> bool:
    if phase is Lifecycle.DECOMMISSIONED or status is Lifecycle.DECOMMISSIONED:
        return phase is not status and status in ON_THE_WIRE
    if phase in (Lifecycle.ACCEPTED, Lifecycle.LIVE):
        return status not in ON_THE_WIRE
    return phase not in ON_THE_WIRE and status in ON_THE_WIRE


def _named(members: Iterable[tuple[str, Lifecycle]]) -> str:
    """The first three, and that there are more."""
    names = [f"{name} is {status}" for name, status in members]
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


RULES = (explicit_devices, status_order, phase_status)
