"""The process that holds all sessions of a deploy: asyncio, not gevent-patched, one for each pyinfra run.

Guards that plain pyinfra must not get around live here: one switch of a ring at a time, the failure budget,
the state that the plan was made on, the journal, and passwords stored before they are set.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

from iccc import fleet
from iccc.city.devices import Device, Hosted, Recorder, Switch, host_of
from iccc.compare import Change, Unread, compare
from iccc.context import Context, open_context
from iccc.effects import needs, not_allowed
from iccc.engine import run_file
from iccc.engine.alive import dead
from iccc.engine.cameras_at_risk import CameraBudget, at_risk
from iccc.engine.frames import HEADER, Reply, Request, pack, unpack
from iccc.engine.handing_over import going, recorded_here_alone
from iccc.engine.hands import Hands
from iccc.engine.stranded import stranded
from iccc.engine.stuck import known, remember
from iccc.engine.turns import Budget, Turns
from iccc.engine.units import stranger
from iccc.engine.waves import CANARY_ONLY, GROWING, Caution, Waves, proof
from iccc.engine.way import cut_off, moves_ports, on_the_way
from iccc.errors import DeviceError, IcccError, Reason
from iccc.log import set_up
from iccc.maintenance import closed
from iccc.observed import Observed, Outcome, Status
from iccc.plan import state_hash
from iccc.server.desired import is_broken
from iccc.server.driver import lacking, outcomes, written
from iccc.server.proof import confirm
from iccc.sessions.host import way_to
from iccc.state.backups import Backups
from iccc.state.log import os_user
from iccc.state.proofs import Proofs, Standing
from iccc.switch.extra import undeclared_links
from iccc.switch.seen import SwitchFacts
from iccc.wanted import Wanted
from iccc.writing import Writing

log = logging.getLogger(__name__)


class Worker:
    """Answers the engine's requests."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.city = context.city
        self.run = run_file.current()
        self.journal = context.run_journal(self.run.run if self.run else None)
        self.wanted: dict[str, Wanted[Any]] = fleet.wanted_all(self.city.devices(), self.city)
        self.in_run: list[Device] = []
        self.seen: dict[str, Any] = {}  # state as last read, or as it was made
        self.max_fail = (self.run and self.run.max_fail) or context.settings.limits.failure_budget
        self._budget = Budget(self.max_fail, self.run.failed if self.run else 0)
        self._cameras = CameraBudget(self.city.maintenance.camera_loss_budget)
        self.silent: dict[str, str] = {}  # devices that stopped answering in this run, and what was observed
        self._off: set[str] = set()  # switches that did not answer in the sweep, and that no neighbour sees
        self._links: dict[str, frozenset[str]] = {}  # by switch: ports that lead to another, and are not declared so
        self._alike: dict[str, tuple[str, ...]] = {}  # for which devices a device speaks as a canary
        self._ring_locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waves: dict[tuple[tuple[str, ...], str], Waves] = {}
        self._proofs = Proofs(context.store, self.run.run if self.run else uuid4().hex)
        self._turns = Turns(self.city)
        self._strangers: dict[str, str] = {}  # other units than the enrolled or declared ones, and what was observed
        self._units: dict[str, tuple[str, str | None]] = {}  # serial number and hardware address of those read
        self._passwords_ready = asyncio.Lock()
        self._ensured: set[str] = set()
        self._hands = Hands()

    async def answer(self, request: Request) -> Any:
        if request.verb == "sweep":
            return await self.sweep(request.arguments["devices"])
        device = self.city.device(request.arguments["device"])
        if request.verb == "read":
            return (await self._observe([device]))[device.name]
        if request.verb == "way" and (host := host_of(device)) is not None:
            return way_to(device.name, device.address, host.ssh_user, self.context.reach)
        if request.verb == "open":
            return await self._hands.open(device.name, self.apply(device, request.arguments["section"]))
        if request.verb == "close":
            return await self._hands.close(device.name, request.arguments["error"])
        return await self.apply(device, request.arguments["section"])

    async def sweep(self, names: list[str]) -> dict[str, Observed[Any, Any]]:
        """Read the devices of a run; those that changed since the plan come back as unread, so nothing is written."""
        self.in_run = [self.city.device(name) for name in names]
        switches = [device for device in self.in_run if isinstance(device, Switch)]
        around = on_the_way(self.city, switches) if switches else []
        await fleet.bring_back([*switches, *around], self.context.reach, log.info)
        extra = [switch for switch in around if switch.name not in names and switch.on_the_wire]
        everything = await self._observe([*self.in_run, *extra])
        self.seen |= {name: seen.state for name, seen in everything.items() if not isinstance(seen.state, Unread)}
        silent = [name for name, seen in everything.items() if _off(seen)]
        facts = {name: seen.facts for name, seen in everything.items() if isinstance(seen.facts, SwitchFacts)}
        self._off |= dead(self.city, silent, facts)
        known = self.city.switches
        self._links |= {name: undeclared_links(known[name], told, known) for name, told in facts.items()}
        self._alike |= {name: fleet.alike(self.city.device(name), seen) for name, seen in everything.items()}
        observed = {name: everything[name] for name in names}
        for name, seen in observed.items():
            told = getattr(seen.facts, "identity", None)
            if told is not None:
                self._units[name] = (told.serial, told.mac)
                if text := stranger(self.city.device(name), told, self.context.trust):
                    observed[name] = Observed(name, Unread(Reason.UNTRUSTED, f"{name}: {text}"), None, seen.read_at)
            state = observed[name].state
            if isinstance(state, Unread) and state.reason is Reason.UNTRUSTED:
                self._strangers[name] = state.text
        for name, seen in observed.items():
            if self._changed_since_plan(name, seen):
                text = f"{name}: its state has changed since the plan was made; plan again"
                observed[name] = Observed(name, Unread(Reason.GUARDED, text), None, seen.read_at)
        for name, seen in observed.items():
            if self.run is not None and isinstance(seen.state, Unread):
                self._note(name, "", [self._not_begun(seen.state)])
        for switch in switches:
            read = not isinstance(observed[switch.name].state, Unread)
            if read and not switch.unwritten and self._changes(switch, ""):
                self._turns.take(switch.name)
        return observed

    async def apply(self, device: Device, section: str) -> list[Outcome]:
        """Write one section, under every guard: canary first, upstream first, one switch of a ring at a time."""
        turn = self._turns.of(device.name, section)
        turn.begun.set()
        try:
            outcomes = await self._apply(device, section)
        finally:
            turn.done.set()
        self._note(device.name, section, outcomes)
        return outcomes

    async def _apply(self, device: Device, section: str) -> list[Outcome]:
        if text := self._strangers.get(device.name):
            return [Outcome(Change(section, None, None), Status.REFUSED, None, text)]
        changes = self._changes(device, section)
        if not changes:
            return []
        if (why := device.unwritten) and section not in device.written_while_held:
            return [Outcome(Change(section, None, None), Status.REFUSED, None, why)]
        if text := self.silent.get(device.name):
            return [_failed(section, f"not tried: {text}")]
        if not (self.run and self.run.retry) and (before := known(self.context.learned, device.name, changes)):
            return before
        if isinstance(device, Switch):
            await self._turns.wait(device, section)
        waves = self._waves_of(device, section)
        cameras = at_risk(self.city, device, changes, section)
        async with (
            self._alone(device, section),
            waves.place(),
            self._budget.place(device.name),
            self._cameras.place(cameras),
        ):
            if refusal := self._refusal(device, section, cameras) or waves.refusal:
                return [Outcome(Change(section, None, None), Status.REFUSED, None, refusal)]
            await self._store_passwords()
            self.journal.start(device.name, section)
            outcomes = await self._write(device, section)
            self._tell(device, section, waves, outcomes)
        remember(self.context.learned, device.name, outcomes)
        return outcomes

    async def _write(self, device: Device, section: str) -> list[Outcome]:
        reach = self.context.reach
        if isinstance(device, Hosted) and device.host is not None:
            return await self._write_server(device, section)
        if alone := await self._recorded_here_alone(device, section):
            return [Outcome(Change(section, None, None), Status.REFUSED, None, alone)]
        writing = Writing(
            self.context.settings.root / "templates",
            Backups(self.context.store.path.parent, self.context.clock).keep,
            self.seen.get(device.name),
            lambda state: self.seen.update({device.name: state}),
            self._links,
        )
        try:
            # The drivers keep the time: a limit from here would cut a switch off while it takes its steps back.
            return await fleet.apply(device, section, self.wanted[device.name].state, reach, writing)
        except DeviceError as error:
            if error.reason in (Reason.NO_ANSWER, Reason.REFUSED):
                self.silent[device.name] = str(error)
            return [_failed(section, str(error))]

    async def _write_server(self, server: Hosted, section: str) -> list[Outcome]:
        """pyinfra writes it over its own connection; what is read back afterwards decides."""
        changes, wanted = self._changes(server, section), getattr(self.wanted[server.name].state, section)
        if is_broken(wanted):
            return [Outcome(change, Status.FAILED, change.seen, str(wanted)) for change in changes]
        if lacks := lacking(server, section, self.city, self.context.reach):
            return [Outcome(change, Status.FAILED, change.seen, lacks) for change in changes]
        # A package is installed by a command of the operation; everything else is sent.
        if alone := await self._recorded_here_alone(server, section):
            return [Outcome(Change(section, None, None), Status.REFUSED, None, alone)]
        sent = "" if section == "packages" else written(server, section, self.city, self.context.reach)
        error = await self._hands.gives(server.name, sent)
        error = error or await confirm(server, section, self.city, self.context.reach)
        state = (await self._observe([server]))[server.name].state
        if isinstance(state, Unread):
            return [_failed(section, error or f"it could not be read back: {state.text}")]
        self.seen[server.name] = state
        return outcomes(changes, wanted, getattr(state, section), section, error)

    async def _recorded_here_alone(self, device: Device, section: str) -> str:
        """Why a recorder lets go of no camera now; "" when it may."""
        if not isinstance(device, Recorder):
            return ""
        leaving = going(self.city, device, section, self.seen.get(device.name))
        if not (alone := await recorded_here_alone(self.city, device, leaving, self._observe)):
            return ""
        some = ", ".join(alone[:3]) + (f" and {len(alone) - 3} more" if len(alone) > 3 else "")
        others = ", ".join(sorted({leaving[camera] for camera in alone}))
        return f"{some} would be recorded nowhere: {others} does not record them yet; run it again"

    @asynccontextmanager
    async def _alone(self, device: Device, section: str = "") -> AsyncIterator[None]:
        """No other switch of the same ring meanwhile; an aggregation switch is part of every ring that it closes.

        Addresses of cameras are set one after the other.
        """
        async with AsyncExitStack() as stack:
            if needs(device.kind, section):
                await stack.enter_async_context(self._ring_locks[section])
            if isinstance(device, Switch):
                links = [link for link in self.city.links if device.name in (link.a, link.b)]
                for name in sorted({device.chain or "core"} | {link.chain or "core" for link in links}):
                    await stack.enter_async_context(self._ring_locks[name])
            yield

    def _changed_since_plan(self, name: str, seen: Observed[Any, Any]) -> bool:
        planned = self.run.state_hashes.get(name) if self.run else None
        if planned is None or isinstance(seen.state, Unread):
            return False
        return planned != state_hash(self.wanted[name].state, seen.state)

    def _changes(self, device: Device, section: str) -> list[Change]:
        """What differs in a section (all of the device without one), as last read."""
        wanted, seen = self.wanted[device.name].state, self.seen.get(device.name)
        if section and not isinstance(device, Switch):  # of a switch a section is a part of the whole change
            wanted, seen = getattr(wanted, section), getattr(seen, section, None)
        path = "" if isinstance(device, Switch) else section
        return [found for found in compare(wanted, seen, path) if isinstance(found, Change)]

    def _waves_of(self, device: Device, section: str) -> Waves:
        """The waves that the device goes in. What stood on switches is proved in each run anew."""
        alike = self._kind(device)
        if (alike, section) not in self._waves:
            is_switch, limits = isinstance(device, Switch), self.context.settings.limits
            self._waves[alike, section] = Waves(
                " ".join(filter(None, alike)),
                section,
                Standing() if is_switch else self._proofs.load(alike, section),
                Caution(limits.canary_tries, limits.wave_fail_percent, limits.wave_fail_least),
                CANARY_ONLY if is_switch else GROWING,
            )
        return self._waves[alike, section]

    def _kind(self, device: Device) -> tuple[str, ...]:
        return self._alike.get(device.name, (device.device_type,))

    def _tell(self, device: Device, section: str, waves: Waves, outcomes: list[Outcome]) -> None:
        """What a write shows of devices like it, and whether it is one more that failed."""
        waves.tell(device.name, outcomes)
        if not isinstance(device, Switch):
            self._proofs.keep(self._kind(device), section, waves.standing, self.context.clock.now())
        failed = any(outcome.status is Status.FAILED for outcome in outcomes)
        if failed or proof(outcomes):
            self._budget.tell(device.name, not failed)

    def _refusal(self, device: Device, section: str, cameras: int) -> str | None:
        """Why nothing may be written to the device now, or None."""
        maintenance = self.city.maintenance
        if why := not_allowed(device.kind, section, bool(self.run and self.run.allow_network)):
            return why
        if not (self.run and self.run.anytime):
            now = self.context.clock.now()
            if shut := closed(maintenance, now, self.city.utc_offset_min):
                return shut
        if self._budget.used_up(device.name):
            return f"{self.max_fail} devices failed in this run: the failure budget is used up"
        if self._cameras.too_many(cameras):
            return f"{cameras} cameras would be off at once; camera_loss_budget is {maintenance.camera_loss_budget}"
        if not isinstance(device, Switch):
            return None
        if section == "narrow":
            return stranded(self.city, device, self._switches_seen(), self._off)
        if moves_ports(self._changes(device, "")):
            return cut_off(self.city, device, self.seen)
        return None

    def _switches_seen(self) -> dict[str, Any]:
        return {name: state for name, state in self.seen.items() if name in self.city.switches}

    def _not_begun(self, unread: Unread) -> Outcome:
        guards = (Reason.GUARDED, Reason.UNTRUSTED)
        status = Status.REFUSED if unread.reason in guards else Status.FAILED
        return Outcome(Change("", unread, None), status, None, unread.text)

    async def _observe(self, devices: list[Device]) -> dict[str, Observed[Any, Any]]:
        return await fleet.observe(devices, self.city, self.context.reach, lambda _name: None)

    async def _store_passwords(self) -> None:
        """Before the first Set of a run: every password that it may set is durably stored."""
        async with self._passwords_ready:
            missing = [device for device in self.in_run if device.name not in self._ensured]
            if missing:
                self.context.reach.credentials.ensure(fleet.managed_users(missing, self.city))
                self._take_over(missing)
                self._ensured |= {device.name for device in missing}

    def _take_over(self, devices: list[Device]) -> None:
        """What is written to now is ours: from here on another unit at its address is a stranger."""
        known = self.context.trust
        ours = [device.name for device in devices if not device.unwritten and not known.serial(device.name)]
        units = {name: self._units[name] for name in ours if name in self._units and name not in self._strangers}
        known.enrol_units(units, os_user(), self.context.clock.now())

    def _note(self, name: str, section: str, outcomes: list[Outcome]) -> None:
        self.journal.finish(name, section, outcomes)
        if self.run is not None:
            after = self.seen.get(name) if name in self.city.switches and section else None
            if after is None:
                self.run.tell(name, section, outcomes)
            else:
                wanted = self.wanted[name].state
                left = any(isinstance(found, Change) for found in compare(wanted, after))
                self.run.tell(name, section, outcomes, state_hash(wanted, after), left)


def _off(seen: Observed[Any, Any]) -> bool:
    """Whether nothing answered at all, on any protocol."""
    silent = (Reason.NO_ANSWER, Reason.REFUSED)
    facts = getattr(seen.facts, "ports", None)
    answers = isinstance(facts, Unread) and facts.reason in silent
    return isinstance(seen.state, Unread) and seen.state.reason in silent and answers


def _failed(section: str, text: str) -> Outcome:
    return Outcome(Change(section, None, None), Status.FAILED, None, text)


async def serve(city: str, descriptor: int) -> None:
    """Answer requests until the engine closes its end."""
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=descriptor))
    tasks: set[asyncio.Task[None]] = set()
    run = run_file.current()
    with open_context(city, "deploy", locked=run is not None and run.lock is not None) as context:
        worker = Worker(context)

        async def one(request: Request) -> None:
            try:
                reply = Reply(request.number, await worker.answer(request))
            except DeviceError as error:
                reply = Reply(request.number, error=error)
            except Exception as error:  # noqa: BLE001  the engine has to get an answer
                log.exception("request %s", request.verb)
                text = f"{type(error).__name__}: {error}"
                reply = Reply(request.number, error=DeviceError(Reason.BAD_ANSWER, "worker", text))
            writer.write(pack(reply))

        while True:
            try:
                header = await reader.readexactly(HEADER.size)
                body = await reader.readexactly(HEADER.unpack(header)[0])
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            task = asyncio.create_task(one(unpack(body)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if not tasks:  # else the engine was killed, and the next run shall say so
            worker.journal.end()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # before what they use is closed


if __name__ == "__main__":
    set_up(0)
    try:
        asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
    except IcccError as problem:
        sys.exit(f"error: {problem}")
