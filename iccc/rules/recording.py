"""Recorders: throughput, disk and standby. All streams are counted: a recorder takes them in, and may keep them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from iccc.city.devices import Camera, City, Recorder
from iccc.city.model.common import Lifecycle
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, passed, rule
from iccc.sizing.standby import asks, fits, needs, offers, room_mbps, room_tb
from iccc.sizing.storage import net_tb, usable_tb
from iccc.sizing.traffic import TOLERANCE, recorded_kbps, standing, streams_said
from iccc.units import plural

OUT = (Lifecycle.FAULTY, Lifecycle.DECOMMISSIONED)


@rule(
    "recorder-throughput",
    Severity.HIGH,
    Stage.DESIGN,
    do="record some of its cameras on another recorder, or lower bit rates",
    source="project practice: 25 to 30 % of the throughput are kept for playback (sizing, trade knowledge)",
)
def recorder_throughput(city: City, _today: date) -> Iterator[Row]:
    """A recorder takes in its cameras at their peak and still plays back."""
    return (_throughput(city, recorder, cameras) for recorder, cameras in _recording(city))


def _throughput(city: City, recorder: Recorder, cameras: list[Camera]) -> Row:
    allowed, throughput = room_mbps(city, recorder), city.catalogue[recorder.device_type].throughput_mbps
    if allowed is None:
        return _lacks(city, recorder, "throughput_mbps")
    sizing = city.sizing
    peak = needs(cameras, city).mbps
    text = (
        f"{peak:.1f} Mb/s at peak ({sizing.recorder_peak:g} x the bit rates), {allowed:g} allowed "
        f"({throughput:g} less {sizing.recorder_reserve * 100:g} % for playback): "
        f"{plural(len(cameras), 'camera')}, {streams_said(sizing.sub_pulled)}"
    )
    return held(peak <= allowed + TOLERANCE, recorder.name, recorder.where, text)


@rule(
    "recorder-disk",
    Severity.HIGH,
    Stage.DESIGN,
    do="record some of its cameras on another recorder, take larger drives, or lower bit rates",
    source="project practice: usable_tb = net_tb x (1 + fs_overhead) x (1 + growth), each camera with its own days",
)
def recorder_disk(city: City, _today: date) -> Iterator[Row]:
    """A recorder has the disk for what its cameras are to keep."""
    return (_disk(city, recorder, cameras) for recorder, cameras in _recording(city))


def _disk(city: City, recorder: Recorder, cameras: list[Camera]) -> Row:
    if (has_tb := room_tb(city, recorder)) is None:
        return _lacks(city, recorder, "usable_tb")
    if unknown := [camera for camera in cameras if not camera.retention_days]:
        text = f"how long {plural(len(unknown), 'camera')} of it are kept is declared as unknown"
        return Row(Outcome.UNKNOWN, recorder.name, recorder.where, text)
    sizing = city.sizing
    net = sum(net_tb([recorded_kbps(camera, sizing)], camera.retention_days, sizing.duty) for camera in cameras)
    needs_tb = usable_tb(net, sizing.fs_overhead, sizing.growth)
    days = sorted({camera.retention_days for camera in cameras})
    text = (
        f"{needs_tb:.1f} TB ({net:.1f} of footage, {sizing.fs_overhead * 100:g} % file system, "
        f"{sizing.growth * 100:g} % growth), {has_tb:g} there: {plural(len(cameras), 'camera')}, "
        f"{streams_said(sizing.sub_recorded)}, {' and '.join(map(str, days))} days"
    )
    return held(needs_tb <= has_tb + TOLERANCE, recorder.name, recorder.where, text)


@rule(
    "camera-recorder",
    Severity.HIGH,
    Stage.DESIGN,
    do="write the number of its recorder in the place of `unknown`",
    source="project practice: what a recorder takes in and keeps is reckoned from its cameras",
)
def camera_recorder(city: City, _today: date) -> Iterator[Row]:
    """Of every camera it is known which recorder records it."""
    text = "its recorder is declared as unknown: throughput and disk are reckoned without it"
    for camera in standing(city):
        where = camera.origins["recorder"][0]
        yield passed(camera.name, where) if camera.recorder else Row(Outcome.UNKNOWN, camera.name, where, text)


@rule(
    "recorder-standby",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="declare a recorder with `standby: true`",
    source="project practice: recorders = those that are needed + failover (N+1)",
)
def recorder_standby(city: City, _today: date) -> Iterator[Row]:
    """Beside the recorders that record there is one that stands by."""
    if active := _active(city):
        text = f"{plural(len(active), 'recorder')} {'records' if len(active) == 1 else 'record'}, none stands by"
        where = city.declared.recorders.document.where("recorders")
        yield held(bool(_standbys(city)), "recorders", where, text)


@rule(
    "standby-size",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="take a standby of the largest recorder's type, or spread the cameras",
    source="project practice: recorders, failover",
)
def standby_size(city: City, _today: date) -> Iterator[Row]:
    """A standby has the type, the channels, the throughput and the disk to take over any recorder."""
    if standbys := _standbys(city):
        yield from (_stood_in(city, *each, standbys) for each in _recording(city) if not each[0].standby)


def _stood_in(city: City, recorder: Recorder, cameras: list[Camera], standbys: list[Recorder]) -> Row:
    asked = needs(cameras, city)
    judged = {standby.name: fits(city, standby, asked, recorder) for standby in standbys}
    fitting = [standby for standby in standbys if judged[standby.name]]
    taken = {one.to: one for one in city.failovers if one.in_force and one.recorder != recorder.name}
    if any(standby.name not in taken for standby in fitting):
        return passed(recorder.name, recorder.where)
    if fitting:
        now = taken[fitting[0].name]
        text = f"nobody would take over its cameras now: {now.to} stands in for {now.recorder} since {now.since}"
        return Row(Outcome.WARN, recorder.name, now.where, text)
    if unknown := [standby for standby in standbys if judged[standby.name] is None]:
        return _lacks(city, unknown[0], "throughput_mbps")
    text = f"no standby takes over its {asks(asked)}: " + ", ".join(offers(city, standby) for standby in standbys)
    return Row(Outcome.FAIL, recorder.name, recorder.where, text)


def _active(city: City) -> list[Recorder]:
    return [r for r in city.recorders.values() if not r.standby and r.status is not Lifecycle.DECOMMISSIONED]


def _standbys(city: City) -> list[Recorder]:
    return [recorder for recorder in city.recorders.values() if recorder.standby and recorder.status not in OUT]


def _recording(city: City) -> Iterator[tuple[Recorder, list[Camera]]]:
    """Each recorder with the cameras that it is declared to record; standbys with those that they record now."""
    cameras: dict[str, list[Camera]] = defaultdict(list)
    for camera in standing(city):
        cameras[camera.declared_recorder].append(camera)
        if camera.home:
            cameras[camera.recorder].append(camera)
    active = [recorder.name for recorder in _active(city)]
    for recorder in city.recorders.values():
        if recorder.name in active or (recorder.standby and recorder.name in cameras):
            yield recorder, cameras[recorder.name]


def _lacks(city: City, recorder: Recorder, key: str) -> Row:
    where = city.declared.catalogue.document.where("device_types", recorder.device_type)
    return Row(Outcome.UNKNOWN, recorder.device_type, where, f"{recorder.device_type} has no {key} in the catalogue")


RULES = (recorder_throughput, recorder_disk, camera_recorder, recorder_standby, standby_size)
