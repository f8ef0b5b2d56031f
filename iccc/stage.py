"""Staging: cameras that come out of their boxes with one and the same address, taken over one after the other.

Power is taken off the ports of all of them. Then one port is raised, the camera there is found at its maker's address,
taken over and proved at its own, and the next port follows. Nothing is raised while something answers at the maker's
address, so that never two hold it. A camera that cannot be taken over is a row, and its port is without power again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from iccc import fleet
from iccc.camera import staging
from iccc.camera.moving import heard_at
from iccc.camera.restart import looks
from iccc.camera.staging import Taken
from iccc.care import Cared
from iccc.city.devices import Camera, Switch
from iccc.city.load import CATALOGUE
from iccc.city.model.catalogue import Factory
from iccc.compare import Change, Unread
from iccc.context import Context
from iccc.errors import DeviceError, IcccError, Reason, stumbled
from iccc.maintenance import closed
from iccc.mib.addresses import as_mac
from iccc.observed import Done, Outcome, Status
from iccc.onvif.identity import same_serial
from iccc.onvif.state import Identity
from iccc.past import Past
from iccc.state.backups import Backups
from iccc.state.log import Why, os_user
from iccc.switch import driver as switch_driver
from iccc.switch.extra import undeclared_links
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.switch.state import Port, SwitchState
from iccc.writing import Writing

COMMAND = "stage"
LOOK_EVERY_S = 1.0
LOOKS_AT_ONCE = 64  # a look that found no descriptor or no time would call a camera silent, and take its power
Progress = Callable[[str], None]
# By camera: the serial number of the unit that is expected in place of another, and who is told before it is enrolled.
Expected = Mapping[str, tuple[str, Callable[[Identity], None]]]


@dataclass(frozen=True)
class Candidate:
    """A camera that may be staged: the switch that feeds it, and how cameras of its type come out of their boxes."""

    camera: Camera
    switch: Switch
    factory: Factory


def candidates(context: Context, cameras: Sequence[Camera], again: bool = False) -> tuple[list[Candidate], list[Done]]:
    """Those of the cameras that are still to be taken over, and a row for each that is not.

    One that was read before is at work, and may be silent for this machine alone: it keeps its power, unless it is to
    be taken over ``again``.
    """
    city, past = context.city, context.past()
    found: list[Candidate] = []
    rows: list[Done] = []
    taken = {device.address: device.name for device in city.inventory()}
    for camera in cameras:
        known = city.catalogue.get(camera.device_type)
        switch = city.switches.get(camera.switch)
        if camera.unwritten:
            text = camera.unwritten if camera.ours else f"owner is {camera.owner}; only project is written"
            rows.append(Done(camera.name, Status.REFUSED, text))
        elif known is None or known.factory is None:
            text = f"{CATALOGUE} does not say how a {camera.device_type} comes out of its box (factory)"
            rows.append(Done(camera.name, Status.REFUSED, text))
        elif (other := taken.get(str(known.factory.address))) is not None:
            rows.append(Done(camera.name, Status.REFUSED, f"its maker's address {known.factory.address} is {other}'s"))
        elif not again and (done := _done_before(context, camera, past.get(camera.name))):
            rows.append(done)
        elif switch is None or not switch.on_the_wire or switch.unwritten:
            why = switch.unwritten or switch.status if switch else "none is declared"
            rows.append(Done(camera.name, Status.REFUSED, f"no power can be given to it by its switch: {why}"))
        else:
            found.append(Candidate(camera, switch, known.factory))
    return found, rows


def _done_before(context: Context, camera: Camera, past: Past | None) -> Done | None:
    """The row of a camera that is no new one."""
    if context.learned.get(camera.name, staging.KEY) is not None:
        return None
    if serial := context.trust.serial(camera.name):
        return Done(camera.name, Status.APPLIED, f"taken over before: serial number {serial}")
    if past is not None and past.serial:
        text = f"it is no new one: serial number {past.serial} was read at {camera.address}; its power is not taken"
        return Done(camera.name, Status.REFUSED, f"{text} (see --again)")
    return None


async def stage(
    context: Context,
    chosen: Sequence[Candidate],
    why: Why,
    progress: Progress,
    anytime: bool = False,
    expected: Expected = MappingProxyType({}),
) -> Cared:
    """Take them over one after the other; a row for each. ``stopped`` says why the run ended early."""
    run = context.begin_run(context.city.digest, [one.camera.name for one in chosen], why, COMMAND)
    cared = await _Staging(context, run, anytime, expected).all(chosen, progress)
    context.end_run(run, (), COMMAND)
    return cared


class _Staging:
    """One run."""

    def __init__(self, context: Context, run: str, anytime: bool, expected: Expected) -> None:
        self._expected = expected
        self._context = context
        self._reach = context.reach
        self._journal = context.run_journal(run)
        self._anytime = anytime
        self._rows: dict[str, Done] = {}

    async def all(self, chosen: Sequence[Candidate], progress: Progress) -> Cared:
        stopped = self._closed()
        waiting = [] if stopped else await self._again(chosen, progress)
        waiting = await self._dark(waiting)
        for one in waiting:
            stopped = stopped or self._closed() or await self._in_use(one)
            if stopped:
                break
            self._done(await self._one(one), progress)
        for one in chosen:
            if one.camera.name not in self._rows:
                text = f"not tried: {stopped}" + ("; its port is without power" if one in waiting else "")
                self._rows[one.camera.name] = Done(one.camera.name, Status.REFUSED, text)
        return Cared([self._rows[one.camera.name] for one in chosen], stopped)

    def _closed(self) -> str:
        city = self._context.city
        if self._anytime:
            return ""
        return closed(city.maintenance, self._context.clock.now(), city.utc_offset_min) or ""

    async def _again(self, chosen: Sequence[Candidate], progress: Progress) -> list[Candidate]:
        """Those that are still to be found: not what an earlier run left at its address, nor what is at work there."""
        waiting: list[Candidate] = []
        places = asyncio.Semaphore(LOOKS_AT_ONCE)

        async def there(one: Candidate) -> Done | None:
            async with places:
                return await self._there(one)

        for one, row in zip(chosen, await asyncio.gather(*map(there, chosen)), strict=True):
            if row is None:
                waiting.append(one)
            else:
                self._done(row, progress)
        return waiting

    async def _there(self, one: Candidate) -> Done | None:
        """The row of a camera whose address is in use; None when nothing answers there."""
        camera = one.camera
        try:
            if (taken := await staging.found_again(camera, self._reach)) is not None:
                return self._enrolled(camera, taken)
        except TimeoutError:
            return Done(camera.name, Status.FAILED, f"it answers at {camera.address}, and is not proved in time")
        except IcccError as error:
            return Done(camera.name, Status.FAILED, str(error))
        except Exception as error:  # noqa: BLE001
            return Done(camera.name, Status.FAILED, str(stumbled(camera.name, error)))
        if not await looks(camera, self._reach, camera.address):
            return None
        text = f"something answers at {camera.address} already: if it is this camera, iccc deploy takes it over"
        return Done(camera.name, Status.REFUSED, text)

    async def _dark(self, waiting: Sequence[Candidate]) -> list[Candidate]:
        """Take the power off all ports; those whose switch did not do that are rows, and those of another device."""
        left: list[Candidate] = []
        known = self._known_macs() if waiting else {}
        for switch in {one.switch.name: one.switch for one in waiting}.values():
            here = await self._strangers_apart(
                switch, [one for one in waiting if one.switch.name == switch.name], known
            )
            if not here:
                continue
            problem = await self._set(switch, {one.camera.port: _off(switch, one.camera.port) for one in here})
            for one in here:
                if problem:
                    text = f"its port has power still: {problem}"
                    self._done(Done(one.camera.name, Status.FAILED, text), lambda _name: None)
            left += [] if problem else here
        return left

    async def _strangers_apart(
        self, switch: Switch, here: Sequence[Candidate], known: Mapping[str, str]
    ) -> list[Candidate]:
        """Those at whose port no other device of the city hangs: it may be at work there, and keeps its power."""
        facts = await switch_driver.port_facts(switch, self._reach)
        ports = facts if isinstance(facts, Unread) else facts.ports
        left: list[Candidate] = []
        for one in here:
            name, at = one.camera.name, f"{switch.name} {one.camera.port}"
            if isinstance(ports, Unread):
                text = f"what hangs at {at} cannot be seen, its power is not taken: {ports.text}"
                self._done(Done(name, Status.FAILED, text), lambda _name: None)
                continue
            macs = {mac for _, mac in ports[one.camera.port].macs} if one.camera.port in ports else set()
            others = sorted({known[mac] for mac in macs & known.keys()} - {name})
            if others:
                text = f"{', '.join(others)} hangs at {at}: its power is not taken"
                self._done(Done(name, Status.REFUSED, text), lambda _name: None)
            else:
                left.append(one)
        return left

    def _known_macs(self) -> dict[str, str]:
        """Whose hardware address it is, as it was enrolled, declared or read."""
        city, trust = self._context.city, self._context.trust
        found = {as_mac(past.mac): name for name, past in self._context.past().items()}
        found |= {as_mac(camera.mac): name for name, camera in city.cameras.items()}
        found |= {as_mac(trust.mac(name)): name for name in trust.all()}
        return {mac: name for mac, name in found.items() if mac}

    async def _in_use(self, one: Candidate) -> str:
        """What answers at the maker's address although no port of a waiting camera has power; "" when nothing does.

        A connection that is taken is enough: where two hold the address, a question may get no answer.
        """
        at = str(one.factory.address)
        end = asyncio.get_running_loop().time() + self._reach.timeouts.away_s
        while heard := await heard_at(at, self._reach):
            if asyncio.get_running_loop().time() > end:
                return f"something answers at {at} ({heard}), and no camera that waits has power: find out what it is"
            await asyncio.sleep(LOOK_EVERY_S)
        return ""

    async def _one(self, one: Candidate) -> Done:
        self._journal.start(one.camera.name, COMMAND)
        try:
            self._reach.credentials.ensure(staging.first_users(one.camera, one.factory))
            row = await self._raised(one)
        except IcccError as error:  # also what is kept of it: the others are not to be cut off for that
            row = Done(one.camera.name, Status.FAILED, str(error))
        except TimeoutError:
            row = Done(one.camera.name, Status.FAILED, "not finished in time")
        except Exception as error:  # noqa: BLE001
            row = Done(one.camera.name, Status.FAILED, str(stumbled(one.camera.name, error)))
        if row.status is not Status.APPLIED:
            problem = await self._set(one.switch, {one.camera.port: _off(one.switch, one.camera.port)})
            after = f"its port has power still: {problem}" if problem else "its port is without power again"
            row = replace(row, text=f"{row.text}; {after}")
        return row

    async def _raised(self, one: Candidate) -> Done:
        """Give its port power, and take over what answers then."""
        camera, at = one.camera, str(one.factory.address)
        wanted = fleet.wanted(one.switch, self._context.city).state.ports[camera.port]
        if problem := await self._set(one.switch, {camera.port: replace(wanted, **_on(one.switch, camera.port))}):
            return Done(camera.name, Status.FAILED, f"its port has no power: {problem}")
        met = await self._awaited(one, at)
        if isinstance(met, Taken):
            return self._enrolled(camera, met)
        if met:
            return Done(camera.name, Status.FAILED, met)
        port = await self._port(one)
        macs = {mac for _, mac in port.macs} if isinstance(port, PortFacts) else set()

        def judge(told: Identity) -> str | None:
            return self._other(camera, told, frozenset(macs))

        taken = await staging.take_over(camera, self._context.city, self._reach, one.factory, judge)
        return taken if isinstance(taken, Done) else self._enrolled(camera, taken)

    async def _awaited(self, one: Candidate, at: str) -> str | Taken:
        """Wait until something answers at the maker's address; "" then, else what is missing.

        One that an earlier run has given its address is found there, once it has power again.
        """
        loop, times = asyncio.get_running_loop(), self._reach.timeouts
        began, linked = loop.time(), False
        while not await looks(one.camera, self._reach, at):
            late = loop.time() - began
            if not linked and late > times.link_s:
                port = await self._port(one)
                if isinstance(port, PortFacts) and port.oper_up is False:
                    told = port.poe_delivering
                    power = "it delivers power" if told else "it delivers no power"
                    power = "whether it delivers power is not told" if told is None else power
                    return f"no link at {one.switch.name} {one.camera.port} after {times.link_s:g} s; {power}"
                linked = True
            if late > times.boot_s:
                where = f"{one.switch.name} {one.camera.port}"
                return f"nothing answers at {at} within {times.boot_s:g} s, though {where} is up or was not read"
            if (taken := await staging.found_again(one.camera, self._reach)) is not None:
                return taken
            await asyncio.sleep(LOOK_EVERY_S)
        return ""

    def _other(self, camera: Camera, told: Identity, macs: frozenset[str]) -> str | None:
        """Why the unit that answers is not the one that shall stand here."""
        city, trust = self._context.city, self._context.trust
        known = city.catalogue[camera.device_type]
        if known.may_be(told.model) is False:
            return f"it is a {told.model}, and {known.part_number} is declared ({camera.device_type})"
        wanted: str | None
        if camera.name in self._expected:
            wanted, whence = self._expected[camera.name][0], "expected"
        else:
            wanted, whence = (camera.serial, "declared") if camera.serial else (trust.serial(camera.name), "enrolled")
        if wanted and told.serial and not same_serial(told.serial, wanted):
            hint = ": iccc replace is for another unit" if whence == "enrolled" else ""
            return f"it has serial number {told.serial}, {wanted} is {whence}{hint}"
        taken = {name: identity.serial.value for name, identity in trust.all().items() if identity.serial}
        taken |= {one.name: one.serial for one in city.cameras.values() if one.serial}
        for name, serial in taken.items():
            if name != camera.name and told.serial and same_serial(serial, told.serial):
                return f"it has serial number {told.serial}, which is {name}'s"
        mac = as_mac(told.mac)
        if mac and camera.mac and mac != as_mac(camera.mac) and camera.name not in self._expected:
            return f"it has hardware address {mac}, {camera.mac} is declared"
        if mac and macs and mac not in macs:
            return f"it has hardware address {mac}, and at {camera.switch} {camera.port} is {', '.join(sorted(macs))}"
        return None

    def _enrolled(self, camera: Camera, taken: Taken) -> Done:
        told = taken.identity
        now, other = self._context.clock.now(), camera.name in self._expected
        if other:
            self._expected[camera.name][1](told)
        self._context.trust.enrol_units({camera.name: (told.serial, told.mac)}, os_user(), now, replace=other)
        self._reach.learned.put(camera.name, staging.KEY, None)
        return Done(camera.name, Status.APPLIED, taken.text)

    async def _port(self, one: Candidate) -> PortFacts | Unread:
        facts = await switch_driver.port_facts(one.switch, self._reach)
        ports = facts if isinstance(facts, Unread) else facts.ports
        if isinstance(ports, Unread):
            return ports
        text = f"{one.switch.name} tells of no {one.camera.port}"
        return ports.get(one.camera.port) or Unread(Reason.BAD_ANSWER, text)

    async def _set(self, switch: Switch, ports: dict[str, Port]) -> str:
        """Set these ports through the switch's own guards; why they are not so now, or ""."""
        context = self._context
        facts = await switch_driver.port_facts(switch, self._reach)
        known = context.city.switches
        links = undeclared_links(switch, facts, known) if isinstance(facts, SwitchFacts) else frozenset()
        writing = Writing(
            context.settings.root / "templates",
            Backups(context.store.path.parent, context.clock).keep,
            links={switch.name: links},
        )
        self._journal.start(switch.name, "ports")
        outcomes: list[Outcome] = []
        try:
            wanted = SwitchState(ports=ports, saved=True)
            outcomes = await switch_driver.apply(switch, "", wanted, self._reach, writing)
        except DeviceError as error:
            outcomes = [Outcome(Change("ports", None, None), Status.FAILED, None, str(error))]
        self._journal.finish(switch.name, "ports", outcomes)
        return next((one.text for one in outcomes if one.status is not Status.APPLIED), "")

    def _done(self, row: Done, progress: Progress) -> None:
        self._rows[row.device] = row
        camera = self._context.city.cameras[row.device]
        outcome = Outcome(Change(f"at {camera.switch} {camera.port}", None, None), row.status, None, row.text)
        self._journal.finish(row.device, COMMAND, [outcome])
        progress(row.device)


def _off(switch: Switch, port: str) -> Port:
    """Without power; a port that gives none is shut."""
    return Port(poe=False) if _feeds(switch, port) else Port(shutdown=True)


def _on(switch: Switch, port: str) -> dict[str, bool]:
    return {"poe": True, "shutdown": False} if _feeds(switch, port) else {"shutdown": False}


def _feeds(switch: Switch, port: str) -> bool:
    return port in switch.ports and switch.ports[port].poe is not None
