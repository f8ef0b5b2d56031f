"""Recorders: throughput, disk and standby. All streams are counted: a recorder takes them in, and may keep them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from iccc.city.devices import Camera, City, Recorder
from iccc.city.model.common import Lifecycle
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, passed, rule
from iccc.sizing.bandwidth import peak_mbps
from iccc.sizing.recorders import recording_mbps
from iccc.sizing.storage import net_tb, usable_tb
from iccc.sizing.traffic import NOTHING, TOLERANCE, Load, loads, recorded_kbps, standing, streams_said
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
    of_recorder = loads(standing(city), lambda camera: camera.recorder, city.sizing)
    return (_throughput(city, recorder, of_recorder.get(recorder.name, NOTHING)) for recorder in _active(city))


def _throughput(city: City, recorder: Recorder, load: Load) -> Row:
    if (throughput := city.catalogue[recorder.device_type].throughput_mbps) is None:
        return _lacks(city, recorder, "throughput_mbps")
    sizing = city.sizing
    peak, allowed = _peak_mbps(city, load), recording_mbps(throughput, sizing.recorder_reserve)
    text = (
        f"{peak:.1f} Mb/s at peak ({sizing.recorder_peak:g} x the bit rates), {allowed:g} allowed "
        f"({throughput:g} less {sizing.recorder_reserve * 100:g} % for playback): "
        f"{plural(load.cameras, 'camera')}, {streams_said(sizing.sub_pulled)}"
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
    cameras: dict[str, list[Camera]] = defaultdict(list)
    for camera in standing(city):
        cameras[camera.recorder].append(camera)
    return (_disk(city, recorder, cameras[recorder.name]) for recorder in _active(city))


def _disk(city: City, recorder: Recorder, cameras: list[Camera]) -> Row:
    if (has_tb := city.catalogue[recorder.device_type].usable_tb) is None:
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
    """A standby has the channels and the throughput to take over any recorder."""
    of_recorder = loads(standing(city), lambda camera: camera.recorder, city.sizing)
    if standbys := _standbys(city):
        yield from (_stood_in(city, r, of_recorder.get(r.name, NOTHING), standbys) for r in _active(city))


def _stood_in(city: City, recorder: Recorder, load: Load, standbys: list[Recorder]) -> Row:
    fits = [_takes(city, standby, load) for standby in standbys]
    if True in fits:
        return passed(recorder.name, recorder.where)
    if None in fits:
        return _lacks(city, standbys[fits.index(None)], "throughput_mbps")
    text = (
        f"no standby takes over its {plural(load.cameras, 'channel')} and {_peak_mbps(city, load):.1f} Mb/s at peak: "
        + ", ".join(_offers(city, standby) for standby in standbys)
    )
    return Row(Outcome.FAIL, recorder.name, recorder.where, text)


def _active(city: City) -> list[Recorder]:
    return [r for r in city.recorders.values() if not r.standby and r.status is not Lifecycle.DECOMMISSIONED]


def _standbys(city: City) -> list[Recorder]:
    return [recorder for recorder in city.recorders.values() if recorder.standby and recorder.status not in OUT]


def _peak_mbps(city: City, load: Load) -> float:
    return peak_mbps([load.kbps], city.sizing.recorder_peak)


def _takes(city: City, standby: Recorder, load: Load) -> bool | None:
    """Whether a standby can take the load; None when its throughput is not known, and its channels would do."""
    throughput = city.catalogue[standby.device_type].throughput_mbps
    if standby.channels < load.cameras:
        return False
    if throughput is None:
        return None
    return _peak_mbps(city, load) <= recording_mbps(throughput, city.sizing.recorder_reserve) + TOLERANCE


def _offers(city: City, standby: Recorder) -> str:
    throughput = city.catalogue[standby.device_type].throughput_mbps
    mbps = f" and {recording_mbps(throughput, city.sizing.recorder_reserve):g} Mb/s" if throughput else ""
    return f"{standby.name} has {standby.channels}{mbps}"


def _lacks(city: City, recorder: Recorder, key: str) -> Row:
    where = city.declared.catalogue.document.where("device_types", recorder.device_type)
    return Row(Outcome.UNKNOWN, recorder.device_type, where, f"{recorder.device_type} has no {key} in the catalogue")


RULES = (recorder_throughput, recorder_disk, camera_recorder, recorder_standby, standby_size)
