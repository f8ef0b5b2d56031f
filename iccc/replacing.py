"""Another unit in the place of a camera, recorder or switch: who it is and where it hangs, before anything is believed.

The network is read first, by SNMP and without a login to the device: the old unit's hardware address may be nowhere,
and at the declared port something else has to hang. Then the new one is asked for its serial number, with the login
that a technician left: it has to be the expected one. Only then it is declared, enrolled, and set as its name is
declared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from iccc.camera import staging
from iccc.camera.restart import looks
from iccc.city.devices import Camera, City, Device, Recorder, Switch
from iccc.compare import Unread
from iccc.context import FORGOTTEN, Context
from iccc.discover.hanging import Place, at_port, hanging, ports_of
from iccc.errors import DeviceError
from iccc.mib.addresses import as_mac
from iccc.observed import Done, Status
from iccc.onvif.identity import same_serial
from iccc.secrets import Alone, Login
from iccc.sessions.cli import host_key
from iccc.sessions.onvif import LEARNED
from iccc.sessions.onvif_device import read_who
from iccc.sessions.reach import Reach, Trust
from iccc.stage import Candidate, stage
from iccc.state.log import Why, os_user
from iccc.switch import driver as switch_driver
from iccc.switch.identity import is_device, is_port
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.vault import REFUSED

COMMAND = "replace"


@dataclass(frozen=True)
class Unit:
    """A unit of hardware, as far as it is known."""

    serial: str
    mac: str | None
    model: str = ""


@dataclass(frozen=True)
class Expecting:
    """Trust for a device of which this serial number is expected: no other unit is given a password."""

    others: Trust
    device: str
    expected: str

    def host_key(self, device: str) -> str | None:
        return None if device == self.device else self.others.host_key(device)

    def tls_pin(self, device: str) -> str | None:
        return None if device == self.device else self.others.tls_pin(device)

    def tls_proved(self, device: str, pin: str, at: datetime) -> None:
        self.others.tls_proved(device, pin, at)

    def serial(self, device: str) -> str | None:
        return self.expected if device == self.device else self.others.serial(device)


class Refused(Exception):  # noqa: N818
    """Why the unit is not taken for the device; nothing was written to it."""


def former(context: Context, device: Device, expected: str) -> Unit:
    """The unit that stood there, as it was enrolled, last read, or declared; empty where nobody has noted it.

    What is declared may be the new unit's already: by hand, or by a run that was killed.
    """
    past = context.past().get(device.name)
    known = (context.trust.serial(device.name), past.serial if past else None, getattr(device, "serial", None))
    read = past.mac if past and past.serial and not same_serial(past.serial, expected) else None
    serial = next((one for one in known if one and not same_serial(one, expected)), "")
    declared = getattr(device, "serial", None)
    new = declared is not None and same_serial(declared, expected)
    mac = context.trust.mac(device.name) or read or (None if new else getattr(device, "mac", None))
    return Unit(serial, as_mac(mac))


def done_before(context: Context, device: Device, expected: str) -> bool:
    """Whether an earlier run has taken this unit over already."""
    enrolled = context.trust.serial(device.name)
    return enrolled is not None and same_serial(enrolled, expected)


async def take(
    context: Context, device: Device, expected: str, why: Why, declare: Callable[[Unit], None], anytime: bool
) -> str:
    """Take the new unit over; what is known of it now, in words. ``declare`` is called before it is enrolled.

    Raises Refused, and DeviceError when it cannot be asked.
    """
    old = former(context, device, expected)
    facts = await _network(context, device)
    if isinstance(device, Switch):
        unit = await _switch(context, device, expected, old, facts)
    else:
        assert isinstance(device, Camera | Recorder)
        with _kept_if_refused(context, device):
            unit_or_text = await _host(context, device, expected, old, facts, why, declare, anytime)
        if isinstance(unit_or_text, str):
            return unit_or_text
        unit = unit_or_text
    if context.city.catalogue[device.device_type].may_be(unit.model) is False:
        wanted = context.city.catalogue[device.device_type].part_number
        raise Refused(f"it is a {unit.model}, and {wanted} is declared ({device.device_type})")
    declare(unit)
    now = context.clock.now()
    if isinstance(device, Switch):
        key = await host_key(device.name, device.address, context.reach)
        context.trust.enrol_host_key(device.name, key, os_user(), now, replace=True)
    context.trust.enrol_units({device.name: (unit.serial, unit.mac)}, os_user(), now, replace=True)
    context.other_unit(device.name)
    _forget(context, device)
    _forget_pins(context, device)
    return f"serial number {unit.serial} at {device.address}" + (f", hardware address {unit.mac}" if unit.mac else "")


def _forget(context: Context, device: Device) -> None:
    """What was learned of the old unit says nothing of the new one; a technician's login comes first."""
    context.forget_logins([device.name])
    for key in LEARNED:
        context.learned.put(device.name, key, None)


def _forget_pins(context: Context, device: Device) -> None:
    """Once the new unit is believed; until then :class:`Expecting` hides them."""
    context.trust.forget_tls_pins([device.name], os_user(), context.clock.now())


@contextmanager
def _kept_if_refused(context: Context, device: Device) -> Iterator[None]:
    """What was learned of the unit that stood there holds on where the new one is refused: it may stand there still.

    A login that was refused meanwhile goes on to rest. Of a camera whose staging was begun it is the new unit's.
    """
    kept = {key: context.learned.get(device.name, key) for key in (*LEARNED, *FORGOTTEN, REFUSED)}
    try:
        yield
    except (Refused, DeviceError):
        begun = context.learned.get(device.name, staging.KEY) is not None
        for key, value in kept.items() if not begun else ():
            if key != REFUSED or context.learned.get(device.name, key) is None:
                context.learned.put(device.name, key, value)
        raise


async def _network(context: Context, device: Device) -> dict[str, SwitchFacts]:
    """What all switches tell by SNMP; of those that do not answer nothing follows."""
    switches = [one for one in context.city.switches.values() if one.on_the_wire]
    slots = asyncio.Semaphore(context.reach.limits.snmp_in_flight)

    async def one(switch: Switch) -> SwitchFacts | Unread:
        async with slots:
            return await switch_driver.port_facts(switch, context.reach)

    read = await asyncio.gather(*map(one, switches))
    facts = {switch.name: told for switch, told in zip(switches, read, strict=True) if isinstance(told, SwitchFacts)}
    feeding = getattr(device, "switch", None)
    if feeding is not None and (feeding not in facts or isinstance(facts[feeding].ports, Unread)):
        raise Refused(f"{feeding} tells nothing by SNMP: where the new unit hangs cannot be seen")
    return facts


async def _host(
    context: Context,
    device: Camera | Recorder,
    expected: str,
    old: Unit,
    facts: Mapping[str, SwitchFacts],
    why: Why,
    declare: Callable[[Unit], None],
    anytime: bool,
) -> Unit | str:
    """The camera or recorder at the declared port and address; what is said where it came out of its box."""
    ports, place = ports_of(facts), (device.switch, device.port)
    known = context.city.catalogue[device.device_type]
    _gone(old, ports, place)
    reach = replace(context.reach, trust=Expecting(context.reach.trust, device.name, expected))
    begun = context.learned.get(device.name, staging.KEY) is not None  # by a run that was killed
    if isinstance(device, Camera) and known.factory and (begun or not await looks(device, reach, device.address)):
        if not begun:
            _forget(context, device)
        candidate = Candidate(device, context.city.switches[device.switch], known.factory)
        new = {device.name: (expected, lambda told: declare(Unit(told.serial, told.mac, told.model)))}
        cared = await stage(replace(context, reach=reach), [candidate], why, lambda _name: None, anytime, new)
        row: Done = cared.rows[0]
        if row.status is not Status.APPLIED:
            raise Refused(row.text)
        context.other_unit(device.name)
        _forget_pins(context, device)
        return row.text
    here = at_port(ports, place)
    if not here:
        raise Refused(f"nothing hangs at {device.switch} {device.port}, as far as the switch has heard")
    unit = await _asked(context, device, reach, expected)
    if unit.mac is None or unit.mac not in here:
        elsewhere = hanging(ports).get(unit.mac or "", ())
        at = f"it hangs at {' '.join(elsewhere[0])}" if elsewhere else "where it hangs cannot be seen"
        text = f"the unit with serial number {unit.serial} answers at {device.address}, and {at}"
        raise Refused(f"{text}; at {device.switch} {device.port} is {', '.join(here)}")
    return unit


def _gone(old: Unit, ports: Mapping[Place, PortFacts], place: Place) -> None:
    """Raise Refused where the old unit still hangs somewhere."""
    for at in hanging(ports).get(old.mac or "", ()):
        where = "still" if at == place else "now"
        text = f"the old unit ({old.serial}, {old.mac}) {where} hangs at {' '.join(at)}"
        raise Refused(f"{text}, or did within the last minutes: a switch forgets an address after five")


async def _asked(context: Context, device: Camera | Recorder, reach: Reach, expected: str) -> Unit:
    """Serial number and hardware address, with the login that a technician left."""
    stored = context.vault.get(f"bootstrap/{device.kind}/login")
    if stored is None or stored.user is None:
        raise Refused(f"no bootstrap/{device.kind}/login is stored, with which a technician leaves a new unit")
    _forget(context, device)
    login = Login(stored.user, stored.value, managed=False)
    told = await read_who(device, replace(reach, credentials=Alone(reach.credentials, login)))
    if not same_serial(told.serial, expected):
        raise Refused(f"serial number {told.serial or 'none'} answers at {device.address}, {expected} is expected")
    return Unit(told.serial, as_mac(told.mac), told.model)


async def _switch(context: Context, switch: Switch, expected: str, old: Unit, facts: Mapping[str, SwitchFacts]) -> Unit:
    """The switch at the declared address, by what it tells over SNMP and what it hears on its links."""
    own = facts.get(switch.name)
    chassis = own.chassis if own is not None else None
    if own is None or chassis is None or isinstance(chassis, Unread) or not chassis.serial:
        raise Refused(f"{switch.address} does not tell its serial number by SNMP: set the communities on the new unit")
    if old.serial and same_serial(chassis.serial, old.serial):
        raise Refused(f"the old unit still answers at {switch.address}: serial number {old.serial}")
    if not same_serial(chassis.serial, expected):
        raise Refused(f"serial number {chassis.serial} answers at {switch.address}, {expected} is expected")
    _linked(context.city, switch, own)
    for name, told in facts.items():
        for port, one in ports_of({name: told}).items():
            if old.mac and any(as_mac(neighbour.chassis_id) == old.mac for neighbour in one.neighbours):
                raise Refused(f"the old unit ({old.mac}) still is the neighbour of {' '.join(port)}")
    return Unit(chassis.serial, None, chassis.model or "")


def _linked(city: City, switch: Switch, own: SwitchFacts) -> None:
    """Raise Refused unless the new switch hears a declared neighbour on a declared port, and none on a wrong one."""
    ports = {} if isinstance(own.ports, Unread) else own.ports
    found = 0
    for link in city.links:
        if switch.name not in (link.a, link.b):
            continue
        here, (there, far) = (
            (link.a_port, (link.b, link.b_port)) if link.a == switch.name else (link.b_port, (link.a, link.a_port))
        )
        peer = city.switches[there]
        for neighbour in ports[here].neighbours if here in ports else ():
            fits = is_device(neighbour, there, peer.mac, peer.address)
            if fits is False or (fits and is_port(neighbour, far, None) is False):
                said = f"{neighbour.sys_name or neighbour.chassis_id} {neighbour.port_id}"
                raise Refused(f"on {here} it hears {said}, and {there} {far} is declared")
            found += fits is True
    if not found:
        raise Refused("it hears none of its declared neighbours by LLDP: where it hangs cannot be seen")
