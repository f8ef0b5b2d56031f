"""What recorders say of the cameras on their channels: whether they record now, how far footage reaches back, and what
is on a channel that nobody has declared.

A camera that does not answer is told of once, as silent: that it is not recorded follows. So does what a setting of the
channel explains, which is a finding of class config.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from iccc.city.devices import Recorder
from iccc.compare import Unread
from iccc.drift.telling import command, on_device
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity
from iccc.mib.host_resources import Disks, DriveStatus
from iccc.recorder.desired import elsewhere
from iccc.recorder.footage import Footage
from iccc.recorder.state import Channel, RecorderFacts, RecorderState

MANY = 5  # cameras with one trouble, of at least half the channels, are one finding
TB = 10**12
SMALLEST = 0.85  # of the declared room: file systems take some
FULL_DAYS = 0.5  # by so much footage may be short: what is deleted goes in blocks


def findings(view: View) -> Iterator[Finding]:
    """Of every recorder that was read."""
    for name, seen in view.observed.items():
        recorder, facts = view.city.recorders.get(name), seen.facts
        if recorder is None or not isinstance(facts, RecorderFacts):
            continue
        yield from _disks(view, recorder, facts.disks)
        if facts.footage is None:
            continue
        if isinstance(seen.state, RecorderState) and isinstance(seen.state.channels, Mapping):
            yield from _undeclared(view, recorder, seen.state.channels)
        if isinstance(facts.footage, Unread):
            yield on_device(
                view, name, "footage", Class.OBSERVABILITY, Severity.MAJOR,
                f"what {name} records is not known: {facts.footage.text}",
                seen=str(facts.footage.reason), step=f"Look on the page of {name} at what it records.",
            )  # fmt: skip
            continue
        declared = {c: one for c, one in facts.footage.items() if c in view.city.cameras}
        yield from _not_now(view, recorder, declared)
        yield from _too_short(view, recorder, declared)


def _not_now(view: View, recorder: Recorder, footage: Mapping[str, Footage]) -> Iterator[Finding]:
    """One finding for each camera; one for all that have the same trouble, where these are many."""
    troubles: dict[str, list[tuple[str, Footage, str]]] = defaultdict(list)
    explained = {planned.change.path.partition("]")[0] for planned in view.plan.devices[recorder.name].changes}
    for camera, one in footage.items():
        answered = view.observed.get(camera)
        silent = answered is not None and isinstance(answered.state, Unread)
        trouble = one.trouble(view.now)
        if silent or not trouble or isinstance(trouble, Unread) or f"channels[{camera}" in explained:
            continue
        troubles[f"{one.state} {one.error}"].append((camera, one, trouble))
    for alike in troubles.values():
        if len(alike) >= MANY and 2 * len(alike) >= len(footage):
            yield _one_for_all(view, recorder, alike, len(footage))
        else:
            yield from (_one(view, recorder, *each) for each in alike)


def _one(view: View, recorder: Recorder, camera: str, footage: Footage, trouble: str) -> Finding:
    return on_device(
        view, recorder.name, f"footage[{camera}].now", Class.OPERATIONAL, Severity.CRITICAL,
        f"{camera} is not recorded on channel {footage.number} of {recorder.name}: {trouble}",
        seen=footage.state, wanted="active", said=_said(footage), where=view.city.cameras[camera].where,
        step=f"Look at channel {footage.number} on the page of {recorder.name}, and at the stream with: "
        + command(view, "verify", "--limit", camera),
    )  # fmt: skip


def _one_for_all(view: View, recorder: Recorder, alike: list[tuple[str, Footage, str]], channels: int) -> Finding:
    cameras = [camera for camera, _, _ in alike]
    _, first, trouble = alike[0]
    found = on_device(
        view, recorder.name, "footage.now", Class.OPERATIONAL, Severity.CRITICAL,
        f"{len(alike)} of {channels} cameras are not recorded on {recorder.name}: {trouble}",
        seen=first.state, wanted="active", said=_said(first),
        step=f"Look at {recorder.name}: its disks, its load and its network.",
    )  # fmt: skip
    return replace(found, affected=tuple(cameras))


def _too_short(view: View, recorder: Recorder, footage: Mapping[str, Footage]) -> Iterator[Finding]:
    """One finding for the recorder: its disks hold less than is declared. One that is still filling is none."""
    short: list[tuple[float, str, int]] = []
    for camera, one in footage.items():
        days, wanted = one.days(view.now), view.city.cameras[camera].retention_days
        if days is not None and one.began is not None and days + FULL_DAYS < wanted:
            short.append((days - wanted, f"{camera} {days:.0f} of {wanted} days", wanted))
    if not short:
        return
    short.sort()
    listed = [text for _, text, _ in short]
    more = f", and {len(listed) - 5} more" if len(listed) > 5 else ""
    yield on_device(
        view, recorder.name, "footage.retention", Class.OPERATIONAL, Severity.MAJOR,
        f"{recorder.name} has overwritten footage that is to be kept: {', '.join(listed[:5])}{more}",
        seen=len(short), wanted=0, said={"EarliestRecording": ", ".join(listed[:5])},
        step=f"Give {recorder.name} more room, or have fewer cameras or days on it: "
        + command(view, "check"),
    )  # fmt: skip


def _undeclared(view: View, recorder: Recorder, channels: Mapping[str, Channel]) -> Iterator[Finding]:
    """Channels that pull what is none of the cameras declared here."""
    by_address = {camera.address: camera for camera in view.city.cameras.values()}
    for name, channel in channels.items():
        if name in view.city.cameras:
            continue
        at = f"channel {channel.number} of {recorder.name} pulls {channel.address}:{channel.port} {channel.stream}"
        known = by_address.get(channel.address or "")
        if known is not None and known.name in elsewhere(recorder, view.city):
            continue  # compared as `others`, all of them together
        if known is None:
            text, step = f"{at}, which is no camera of {view.city.key}", "Find out whose camera it is, and declare it"
        elif known.recorder == recorder.name:
            text, step = f"{at}: {known.name} a second time", "Take one of the two away"
        else:
            where = (
                f"which is declared to record on {known.recorder}"
                if known.recorder
                else "whose recorder is declared as unknown"
            )
            text = f"{at}: {known.name}, {where}"
            step = f"Declare that {known.name} records on {recorder.name}"
        yield on_device(
            view, recorder.name, f"channels[{name}]", Class.INVENTORY, Severity.MINOR, text,
            seen=channel.address, said={"MediaUri": f"{channel.address}:{channel.port}{channel.stream}"},
            step=f"{step}, or take it off the channel on the page of {recorder.name}.",
        )  # fmt: skip


def _disks(view: View, recorder: Recorder, disks: Disks | Unread | None) -> Iterator[Finding]:
    """Drives that are not well, and less room than its type has: of an array that lost one, say."""
    name, known = recorder.name, view.city.catalogue.get(recorder.device_type)
    if isinstance(disks, Unread):
        yield on_device(
            view, name, "disks", Class.OBSERVABILITY, Severity.MAJOR,
            f"the disks of {name} are not known: {disks.text}", seen=str(disks.reason),
            step=f"Look at SNMP on {name}, or take `recorder` out of `snmp` in city.yaml.",
        )  # fmt: skip
        return
    for drive in disks.drives if disks else ():
        if drive.status in (DriveStatus.DOWN, DriveStatus.WARNING):
            yield on_device(
                view, name, f"disks[{drive.name}].status", Class.OPERATIONAL, Severity.MAJOR,
                f"disk {drive.name} of {name} is {drive.status}",
                seen=str(drive.status), wanted="running", said={"HOST-RESOURCES-MIB hrDeviceStatus": drive.status},
                step=f"Look at disk {drive.name} of {name}, and replace it.",
            )  # fmt: skip
    wanted = known.usable_tb if known is not None else None
    size = disks.size if disks else None
    if wanted is not None and size is not None and size < SMALLEST * wanted * TB:
        yield on_device(
            view, name, "disks.size", Class.OPERATIONAL, Severity.MAJOR,
            f"{name} has {size / TB:.1f} TB to record on, its type has {wanted:g} TB",
            seen=round(size / TB, 1), wanted=wanted, said={"HOST-RESOURCES-MIB hrStorageSize": size},
            step=f"Look at the disks and the array of {name}.",
        )  # fmt: skip


def _said(footage: Footage) -> dict[str, object]:
    newest = footage.newest
    return {
        "RecordingJobState": footage.state,
        "RecordingJobState Error": footage.error,
        "LatestRecording": newest.isoformat(timespec="seconds") if isinstance(newest, datetime) else None,
    }
