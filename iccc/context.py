"""A run on one city: its settings, devices, sessions' reach and stored state, opened together and closed together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from iccc.city.devices import City, Kind
from iccc.city.load import load_city
from iccc.city.snmp import SnmpAccess
from iccc.clock import Clock, SystemClock
from iccc.drift.looked import looker, unread_camera
from iccc.finding import Finding
from iccc.observed import Observed, Outcome
from iccc.past import ENDPOINT, Past
from iccc.secrets import OWN_USER
from iccc.sessions.known_services import KEY as SERVICES
from iccc.sessions.reach import HTTPS_PORT, USERS_REFUSED, Learned, Reach
from iccc.sessions.way import HTTPS_PORT_KEY
from iccc.settings import CameraReader, Settings, load_settings
from iccc.state.changes import Changes
from iccc.state.clock_readings import ClockReadings
from iccc.state.findings import Findings
from iccc.state.journal import Journal
from iccc.state.learned import StoredLearned
from iccc.state.lock import FileLock, city_lock
from iccc.state.log import NOTHING_SAID, Act, ActLog, Why, os_user
from iccc.state.observations import Observations
from iccc.state.past import Pasts
from iccc.state.store import Store, open_store
from iccc.trust import TrustStore
from iccc.vault import LOGIN, Vault

ANSWER_POINT = "answer_point"  # bootstrap/answer_point/login: what an exchange that asks for a login is given
_THE_CITY = ""  # what is learned of no device
FORGOTTEN = (LOGIN, HTTPS_PORT_KEY, SERVICES, USERS_REFUSED)  # of a unit that is as a technician leaves it


class RunJournal:
    """The journal of one deploy. Without a run id (bare pyinfra) the run begins with its first write."""

    def __init__(self, journal: Journal, changes: Changes, clock: Clock, run: str | None, plan: str) -> None:
        self._journal = journal
        self._changes = changes
        self._clock = clock
        self._run = run
        self._plan = plan
        self._own = run is None

    def start(self, device: str, section: str) -> None:
        """Writes of this section may be sent from now on."""
        self._journal.start(self._id(), device, section, self._clock.now())

    def finish(self, device: str, section: str, outcomes: Sequence[Outcome]) -> None:
        """What became of the section."""
        self._journal.done(self._id(), device, section, outcomes, self._clock.now())

    def end(self) -> None:
        """The run is over, if it was begun here."""
        if self._own and self._run is not None:
            self._journal.end(self._run, self._clock.now())
            self._changes.deployed(self._run, "pyinfra")

    def _id(self) -> str:
        if self._run is None:
            self._run = self._journal.begin("pyinfra", self._plan, [], self._clock.now())
            self._changes.begin("pyinfra", f"plan {self._plan[:12]}", id_=self._run)
        return self._run


@dataclass(frozen=True)
class Context:
    """Everything that a command on one city needs."""

    settings: Settings
    city: City
    clock: Clock
    store: Store
    vault: Vault
    trust: TrustStore
    learned: StoredLearned
    reach: Reach
    lock: FileLock | None  # None: another process of this run holds it

    def keep(
        self, observed: Mapping[str, Observed[Any, Any]], found: Sequence[Finding], past: Mapping[str, Past]
    ) -> None:
        """Keep what was seen and found, and ``past`` of the devices that were read for the next run, or nothing of it.

        A standing finding is resolved only if its part was read and is fine now. With what is known of a device an
        event is none any more, so that the two are kept together. Of what onvif-zeep did not read nothing is kept but
        that it was not looked for: that it has no reader is no finding on a camera, and would stand until the next run.
        """
        second = self.settings.camera_reader is CameraReader.ZEEP
        own = [one for one in found if not (second and unread_camera(self.city, one))]
        looked = looker(self.city, observed, found)
        with self.store.transaction():
            Observations(self.store).save(observed.values())
            ClockReadings(self.store).save(observed.values())
            Findings(self.store).record(own, looked, self.clock.now())
            Pasts(self.store).save(past)

    def past(self) -> dict[str, Past]:
        """What earlier runs knew of each device."""
        return Pasts(self.store).load()

    def upgraded(self, device: str, firmware: str) -> None:
        """The device runs another firmware, by our own doing: nobody has to find out who changed it."""
        if (past := self.past().get(device)) is not None:
            Pasts(self.store).save({device: replace(past, firmware=firmware)})

    def other_unit(self, device: str) -> None:
        """Another unit stands there, by our own doing: nobody has to find out who exchanged it, or why it started."""
        Pasts(self.store).forget(device)
        self.learned.put(device, ENDPOINT, None)

    def silent_since(self, read: Mapping[str, datetime]) -> dict[str, datetime]:
        """Of the devices that were last ``read`` then, those that earlier runs found silent afterwards: since when."""
        return Findings(self.store).silent_since(read)

    def interrupted_run(self) -> str | None:
        """The id of the last run that was killed, until another one has begun."""
        runs = Journal(self.store).interrupted()
        return runs[-1].id if runs else None

    def begin_run(self, plan: str, devices: Sequence[str], why: Why, command: str = "deploy") -> str:
        """Note the start of a run that writes in journal and log, and what became of killed ones; the run's id."""
        now = self.clock.now()
        journal = Journal(self.store)
        killed = journal.interrupted()
        run = journal.begin(command, plan, [(device, "") for device in devices], now)
        for one in killed:
            self.changes.deployed(one.id, one.command, killed=True)
        self.changes.begin(command, f"{len(devices)} devices, plan {plan[:12]}", why, id_=run)
        return run

    def end_run(self, run: str, applied: Collection[tuple[str, str]], command: str = "deploy") -> None:
        """Note that the run came to its own end; findings on what was applied and read back are resolved."""
        now = self.clock.now()
        Findings(self.store).record([], lambda episode: (episode.device, episode.path) in applied, now)
        Journal(self.store).end(run, now)
        self.changes.deployed(run, command)

    def run_journal(self, run: str | None) -> RunJournal:
        return RunJournal(Journal(self.store), self.changes, self.clock, run, self.city.digest)

    def forget_logins(self, devices: Sequence[str]) -> None:
        """These devices are as a technician left them (again): the bootstrap login comes first, no back-off.

        They are asked for their services anew: a technician may have switched some on.
        """
        for device in devices:
            for key in FORGOTTEN:
                self.learned.put(device, key, None)
            self.vault.clear_back_off(device)

    @property
    def changes(self) -> Changes:
        """The change record."""
        return Changes(self.store, self.clock)

    def note(self, command: str, what: str, why: Why = NOTHING_SAID, device: str = "") -> None:
        """Append to the log who did what."""
        ActLog(self.store).append(Act(self.clock.now(), os_user(), command, device, what, why))


def _began(learned: Learned, clock: Clock, locked: bool) -> datetime:
    """When this run began: now, or when the process did that holds the lock."""
    told = learned.get(_THE_CITY, "run_began") if locked else None
    if told is None:
        told = clock.now().isoformat()
        learned.put(_THE_CITY, "run_began", told)
    return datetime.fromisoformat(told)


@dataclass(frozen=True)
class Undeclared:
    """What is opened for a network of which nothing, or only a part, is declared.

    ``kinds`` are those that may be given credentials; whoever finds out who is there adds to them.
    """

    settings: Settings
    clock: Clock
    store: Store
    vault: Vault
    trust: TrustStore
    learned: StoredLearned
    reach: Reach
    kinds: dict[str, str]

    def past(self) -> dict[str, Past]:
        """What earlier runs knew of each device."""
        return Pasts(self.store).load()

    def note(self, command: str, what: str, why: Why = NOTHING_SAID, device: str = "") -> None:
        """Append to the log who did what."""
        ActLog(self.store).append(Act(self.clock.now(), os_user(), command, device, what, why))


@contextmanager
def open_undeclared(city_key: str, command: str, settings: Settings, city: City | None) -> Iterator[Undeclared]:
    """The state of a city whose files may not be there yet, under its lock. ``city``: what of it is declared."""
    folder = settings.state_dir(city_key)
    with (
        city_lock(folder).acquire(command, SystemClock(), settings.timeouts.lock_s),
        _opened(folder, settings, command, city, locked=False) as found,
    ):
        yield found


@contextmanager
def open_context(
    city_key: str, command: str, settings: Settings | None = None, locked: bool = False
) -> Iterator[Context]:
    """Load the city and open its state under the city's lock; StateError names who holds it.

    ``locked``: whoever began this run holds the lock until it is over.
    """
    settings = settings or load_settings()
    city = load_city(settings.root, city_key)
    folder = settings.state_dir(city_key)
    with ExitStack() as held:
        lock = None
        if not locked:
            lock = held.enter_context(city_lock(folder).acquire(command, SystemClock(), settings.timeouts.lock_s))
        one = held.enter_context(_opened(folder, settings, command, city, locked))
        yield Context(settings, city, one.clock, one.store, one.vault, one.trust, one.learned, one.reach, lock)


@contextmanager
def _opened(folder: Path, settings: Settings, command: str, city: City | None, locked: bool) -> Iterator[Undeclared]:
    """The stores in ``folder``, and what sessions may know of them."""
    clock = SystemClock()
    store = open_store(folder)
    learned = StoredLearned(store)
    devices = city.devices() if city is not None else ()
    kinds = {device.name: str(device.kind) for device in devices if device.on_the_wire and device.ours}
    speaking: dict[str, SnmpAccess] = {}
    if city is not None:
        kinds |= dict.fromkeys(city.answer_points, ANSWER_POINT)
        speaking |= {name: switch.snmp for name, switch in city.switches.items()}
        speaking |= {name: card.snmp for name, card in city.ups.items()}
        speaking |= {name: one.snmp for name, one in city.recorders.items() if one.snmp is not None}
    managed: dict[str, str] = dict.fromkeys((Kind.CAMERA, Kind.RECORDER, Kind.SWITCH), OWN_USER)
    vault = Vault(folder, settings.target, clock, kinds, managed, learned, command, snmp=speaking)
    try:
        trust = TrustStore(store)
        http, https = (city.protocols.get(name) if city is not None else None for name in ("http", "https"))
        reach = Reach(
            settings.dial, settings.timeouts, settings.limits, clock, vault, trust, learned, settings.snmp_reader,
            settings.camera_reader, plain_http=http is None or http[0], https_port=https[1] if https else HTTPS_PORT,
            since=_began(learned, clock, locked),
        )  # fmt: skip
        yield Undeclared(settings, clock, store, vault, trust, learned, reach, kinds)
    finally:
        vault.close()
        store.close()
