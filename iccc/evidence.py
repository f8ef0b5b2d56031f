"""What is known of a camera's recordings of a period, for the certificate of s. 63 of the BSA, 2023.

Every fact says where it is from. What nobody has observed is unknown, and no value is made up for it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from iccc import fleet
from iccc.city.devices import Camera, City, FootageHold, Recorder
from iccc.clock import utc_of
from iccc.compare import Unread
from iccc.context import Context
from iccc.errors import DeviceError
from iccc.evidence_clocks import CameraClock, ServerClock, camera_clock, server_clocks
from iccc.localtime import local
from iccc.mib.addresses import as_mac
from iccc.onvif.identity import same_serial
from iccc.onvif.state import Identity
from iccc.recorder.state import RecorderFacts
from iccc.server.footage import APART, Footage, Segment, footage
from iccc.state.findings import Episode, Findings
from iccc.state.journal import Journal

BESIDES = "asked besides, since cameras move"


@dataclass(frozen=True)
class Fact:
    """A property of the camera: as declared, and as it told it ``read_at``; "" where that is not known."""

    name: str
    declared: str
    read: str
    read_at: datetime | None = None
    differs: bool = False


@dataclass(frozen=True)
class Offset:
    """The camera's clock against this host's: as read at ``at``, or as a finding said from ``at`` to ``until``."""

    at: datetime
    until: datetime | None
    text: str


@dataclass(frozen=True)
class Kept:
    """What one recorder has. ``footage`` of a server; ``told``: words for what has no hashes, or was not read."""

    recorder: str
    why: str  # declared on it; stands in for another one; was deployed there once; :data:`BESIDES`
    footage: Footage | None = None
    told: str = ""
    unread: bool = False


@dataclass(frozen=True)
class Dossier:
    """Everything that is known of the recordings of ``camera`` from ``begin`` to ``end``."""

    camera: Camera
    begin: datetime
    end: datetime
    made_at: datetime
    facts: tuple[Fact, ...]
    offsets: tuple[Offset, ...]
    camera_clock: CameraClock
    server_clocks: tuple[ServerClock, ...]
    kept: tuple[Kept, ...]
    without: tuple[str, ...]  # servers that were asked besides, and have nothing of it
    gaps: tuple[tuple[datetime, datetime], ...]
    troubles: tuple[Episode, ...]  # findings on the camera and its recorders that stood in the period
    held: bool  # whether an evidence hold keeps all of the period

    @property
    def segments(self) -> list[tuple[str, Segment]]:
        """Recorder and recording, by their begin."""
        found = [(one.recorder, each) for one in self.kept if one.footage for each in one.footage.segments]
        return sorted(found, key=lambda pair: (pair[1].begin, pair[0]))

    @property
    def overlaps(self) -> list[tuple[str, Segment, Segment]]:
        """Recorder and recordings that it has of one time: its clock was set back, and nobody knows which is right."""
        found = []
        for one in self.kept:
            last: Segment | None = None
            for each in sorted(one.footage.segments if one.footage else (), key=lambda each: each.begin):
                if last is not None and min(last.end, each.end) - each.begin > APART:
                    found.append((one.recorder, last, each))
                last = each if last is None or each.end > last.end else last
        return found

    @property
    def listed(self) -> bool:
        """Whether every recorder listed its recordings; if not, that there is none says nothing."""
        return bool(self.kept) and all(one.footage for one in self.kept)

    @property
    def list_sha256(self) -> str | None:
        """SHA-256 of the list as ``sha256sum`` writes it, so that one value stands for all of them. None: no hashes."""
        return hashlib.sha256(self.sums.encode()).hexdigest() if self.sums else None

    @property
    def sums(self) -> str:
        """The list as ``sha256sum`` writes it."""
        paths = {one.recorder: one.footage.path for one in self.kept if one.footage}
        return "".join(f"{each.sha256}  {paths[name]}/{each.name}\n" for name, each in self.segments if each.sha256)

    @property
    def complete(self) -> bool:
        """Whether everything that was to be asked has answered, and every recording has its hash."""
        told = not any(one.unread for one in self.kept) and all(one.history for one in self.server_clocks)
        return told and all(each.sha256 for _, each in self.segments)

    @property
    def differs(self) -> bool:
        """Whether something speaks against the recordings: another unit, gaps, doubts, or no hold that keeps them."""
        return any(fact.differs for fact in self.facts) or bool(self.gaps or self.overlaps) or not self.held


async def dossier(
    context: Context, camera: Camera, begin: datetime, end: datetime, progress: Callable[[str, int, int], None]
) -> Dossier:
    """Read the camera and its recorders. ``progress`` gets a recorder's name, the bytes that are done, and all."""
    city, now = context.city, context.clock.now()
    facts, offset = await _camera(context, camera)
    expected = _recorders(city, camera, begin, end, Journal(context.store).wrote_of(camera.name))
    besides = [(one, BESIDES) for one in _servers(city) if all(one is not other for other, _ in expected)]
    slots = asyncio.Semaphore(context.settings.limits.cli_in_flight)

    async def asked(recorder: Recorder, why: str) -> Kept:
        async with slots:
            return await _kept(context, camera, recorder, why, begin, end, progress)

    recorders = [*expected, *besides]
    told = await asyncio.gather(*(asked(*each) for each in recorders))
    kept = [one for one in told if one.why != BESIDES or one.unread or (one.footage and one.footage.segments)]
    answering = [recorder for (recorder, _), one in zip(recorders, told, strict=True) if one in kept and not one.unread]
    clocks = await server_clocks(context, answering, begin, min(end, now))
    names = [camera.name, *(one.recorder for one in kept)]
    history = [one for name in names for one in Findings(context.store).history(name)]
    stood = [one for one in history if one.first_seen <= end and (one.resolved_at or now) >= begin]
    covered = [span for one in kept if one.footage for each in one.footage.segments for span in each.spans]
    hashed = all(one.footage is not None for one in kept)
    without = tuple(one.recorder for one in told if one not in kept)
    return Dossier(
        camera, begin, end, now, facts, (*offset, *_offsets(camera, stood, end)),
        camera_clock(context, camera.name, begin, end), clocks, tuple(kept), without,
        tuple(gaps(covered, begin, min(end, now))) if hashed else (), tuple(stood),
        any(_covers(hold, begin, end) for hold in camera.footage_holds),
    )  # fmt: skip


def gaps(
    covered: Sequence[tuple[datetime, datetime]], begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The times from ``begin`` to ``end`` that none of the recordings cover, in order."""
    at = begin
    for first, last in sorted(covered):
        if first - at > APART and first > begin:
            yield at, min(first, end)
        at = max(at, last)
        if at >= end:
            return
    if end - at > APART:
        yield at, end


def _covers(hold: FootageHold, begin: datetime, end: datetime) -> bool:
    return (hold.begin is None or hold.begin <= begin) and (hold.end is None or hold.end >= end)


def _servers(city: City) -> list[Recorder]:
    """Recorders that tell of any camera whether they have something of it: its folder stays where it was recorded."""
    return [one for one in city.recorders.values() if one.host is not None and one.on_the_wire]


def _recorders(
    city: City, camera: Camera, begin: datetime, end: datetime, written: Mapping[str, datetime]
) -> list[tuple[Recorder, str]]:
    """The one that it is declared on, those that stood in for that within the period, and those that had it once.

    ``written``: when a deploy last wrote of this camera, by device. An edit of the declaration leaves no other trace,
    and an appliance tells of what is on its channels now alone.
    """
    home = camera.declared_recorder
    found = [(city.recorders[home], "it is declared on it")] if home in city.recorders else []
    for one in city.failovers:
        since, until = (utc_of(text, city.utc_offset_min) if text else None for text in (one.since, one.until))
        within = (since is None or since <= end) and (until is None or until >= begin)
        if one.recorder == home and within and all(one.to != other.name for other, _ in found):
            to = f" until {one.until}" if one.until else ""
            found.append((city.recorders[one.to], f"it stood in for {home} from {one.since}{to}: {one.reason}"))
    for name, at in written.items():
        if name in city.recorders and all(name != other.name for other, _ in found):
            found.append((city.recorders[name], f"a deploy wrote of this camera there, last on {local(at, city)}"))
    return found


async def _kept(
    context: Context, camera: Camera, recorder: Recorder, why: str, begin: datetime, end: datetime,
    progress: Callable[[str, int, int], None],
) -> Kept:  # fmt: skip
    if recorder.host is None:
        return await _on_appliance(context, camera, recorder, why, begin, end)
    try:
        found = await footage(
            recorder, camera.name, begin, end, context.reach, lambda done, all_: progress(recorder.name, done, all_)
        )
    except DeviceError as error:
        return Kept(recorder.name, why, told=f"NOT KNOWN whether it has footage: {error}", unread=True)
    return Kept(recorder.name, why, found)


async def _on_appliance(
    context: Context, camera: Camera, recorder: Recorder, why: str, begin: datetime, end: datetime
) -> Kept:
    """What it tells over Profile G: from when to when it has footage. It hashes nothing, and no file is fetched."""
    seen = (await fleet.observe([recorder], context.city, context.reach, lambda _name: None))[recorder.name]
    if isinstance(seen.state, Unread):
        return Kept(recorder.name, why, told=f"NOT KNOWN whether it has footage: {seen.state.text}", unread=True)
    found = seen.facts.footage if isinstance(seen.facts, RecorderFacts) else None
    if found is None or isinstance(found, Unread):
        text = found.text if isinstance(found, Unread) else "it is not asked for its channels"
        return Kept(recorder.name, why, told=f"what it has is not known: {text}", unread=True)
    if camera.name not in found:
        return Kept(
            recorder.name, why, told="it has no channel of this camera now; earlier footage may lie there", unread=True
        )
    one = found[camera.name]
    text = span_of(one.oldest, one.newest, begin, end, context.city.utc_offset_min)
    told = f"channel {one.number}: {text}, by its own search; it tells no hashes: export there"
    return Kept(recorder.name, why, told=told, unread=True)


def span_of(
    oldest: datetime | Unread | None, newest: datetime | Unread | None, begin: datetime, end: datetime, offset_min: int
) -> str:
    """From when to when an appliance has footage, in the city's time; whether none of that is of the period."""
    zone = timezone(timedelta(minutes=offset_min))
    first, last = (
        at.astimezone(zone).isoformat(timespec="seconds") if isinstance(at, datetime) else "a time that is not known"
        for at in (oldest, newest)
    )
    after, before = (isinstance(oldest, datetime) and oldest >= end, isinstance(newest, datetime) and newest <= begin)
    return f"footage from {first} to {last}{', NONE OF THE PERIOD' if after or before else ''}"


async def _camera(context: Context, camera: Camera) -> tuple[tuple[Fact, ...], tuple[Offset, ...]]:
    """What is declared of it beside what it tells now; what it told last where it does not answer."""
    known = context.city.catalogue[camera.device_type]
    identity, at, skew = None, None, None
    if camera.on_the_wire:
        seen = (await fleet.observe([camera], context.city, context.reach, lambda _name: None))[camera.name]
        told = getattr(seen.facts, "identity", None)
        if isinstance(told, Identity):
            identity, at = told, seen.read_at
            skew = getattr(getattr(seen.state, "time", None), "skew_s", None)
    past, enrolled = context.past().get(camera.name), context.trust.identity(camera.name)
    if identity is None and past is not None:
        identity, at = Identity("", "", past.firmware or "", past.serial or "", past.mac), past.read_at
    mac, serial = (identity.mac or "", identity.serial) if identity else ("", "")
    own_serial = camera.serial or (enrolled.serial.value if enrolled.serial else "")
    own_mac = as_mac(camera.mac) or (as_mac(enrolled.mac.value) if enrolled.mac else "") or ""
    make, model = identity.manufacturer if identity else "", identity.model if identity else ""
    may_be = known.may_be(model) if model else None
    facts = (
        Fact("make", known.manufacturer or "", make, at),
        Fact("model", known.part_number or "", model, at, may_be is False),
        Fact(
            "serial number", own_serial, serial, at, bool(own_serial and serial) and not same_serial(own_serial, serial)
        ),
        Fact("MAC address", own_mac, as_mac(mac) or "", at, bool(own_mac and mac) and own_mac != as_mac(mac)),
        Fact("firmware", "", identity.firmware if identity else "", at),
    )
    offsets = []
    if isinstance(skew, int | float) and at is not None:
        offsets.append(Offset(at, None, f"{skew:+.1f} s, read for this document"))
    return facts, tuple(offsets)


def _offsets(camera: Camera, stood: Sequence[Episode], end: datetime) -> Iterator[Offset]:
    """Findings of the period that say that its clock is off."""
    for one in stood:
        if one.device == camera.name and one.path.startswith("time"):
            yield Offset(one.first_seen, min(one.resolved_at or one.last_seen, end), one.text)
