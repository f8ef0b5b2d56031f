"""Disk and recorders of a city."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from iccc.city.devices import Camera, Recorder
from iccc.city.model.assumptions import Sizing
from iccc.city.model.common import Lifecycle
from iccc.sizing.bandwidth import peak_mbps
from iccc.sizing.recorders import recorders_needed, recording_mbps
from iccc.sizing.result import Case, Input, Result
from iccc.sizing.storage import TIB_PER_TB, Raid, drives_in_recorder, drives_shared, net_tb, usable_tb
from iccc.sizing.traffic import pulled_kbps, recorded_kbps
from iccc.units import plural


def footage_tb(cameras: Sequence[Camera], sizing: Sizing) -> float | None:
    """What cameras keep, each for its own days, in TB; None where the days of one are not known."""
    if not all(camera.retention_days for camera in cameras):
        return None
    return sum(net_tb([recorded_kbps(camera, sizing)], camera.retention_days, sizing.duty) for camera in cameras)


def disk_tb(cameras: Sequence[Camera], sizing: Sizing) -> float | None:
    """Disk for what cameras keep, after RAID, in TB; None where that is not known."""
    net = footage_tb(cameras, sizing)
    return None if net is None else usable_tb(net, sizing.fs_overhead, sizing.growth)


def raid_of(sizing: Sizing) -> Raid:
    return Raid(sizing.drive_tb, round(sizing.raid_data), round(sizing.raid_parity))


def results(case: Case) -> Iterator[Result]:
    """Of the city and of each recorder."""
    yield from _disk(case)
    yield from _recorders(case)


def _disk(case: Case) -> Iterator[Result]:
    sizing, raid = case.sizing, raid_of(case.sizing)
    streams = tuple(_streams(case))
    shares = case.figure("rate_share", "sub_recorded", "duty")
    recorded = Result(
        "recorded_mbps", "", sum(recorded_kbps(c, sizing) for c in case.cameras) / 1000, "Mb/s",
        "bit rate of all streams that are recorded",
        "Σ (main + sub_recorded × sub) kbps × rate_share / 1000", (*streams, *shares[:2]),
    )  # fmt: skip
    yield recorded
    net = Result(
        "storage_net_tb", "", footage_tb(case.cameras, sizing), "TB", "footage of all cameras, each for its days",
        "Σ kbps / 1000 × 0.0108 TB per Mb/s and day × retention_days × duty", (*streams, *shares),
    )  # fmt: skip
    yield net
    needed = disk_tb(case.cameras, sizing)
    usable = Result(
        "storage_usable_tb", "", needed, "TB", "disk for it, after RAID",
        "storage_net_tb × (1 + fs_overhead) × (1 + growth)", (net.as_input(), *case.figure("fs_overhead", "growth")),
    )  # fmt: skip
    yield usable
    yield Result(
        "storage_usable_tib", "", None if needed is None else needed * TIB_PER_TB, "TiB",
        "the same as operating systems show it",
        "storage_usable_tb × 10^12 / 2^40", (usable.as_input(),),
    )  # fmt: skip
    shared = None if needed is None else drives_shared(needed, raid, sizing.drives_per_spare)
    layout = case.figure("drive_tb", "raid_data", "raid_parity")
    drives = Result(
        "drives_shared", "", shared.all if shared else None, "drives",
        f"on shared storage: {plural(shared.groups, 'RAID group')} and {plural(shared.spares, 'spare')}"
        if shared else "on shared storage",
        "g = ceil(storage_usable_tb / (raid_data × drive_tb)); d = g × (raid_data + raid_parity); "
        "d + ceil(d / drives_per_spare)",
        (usable.as_input(), *layout, *case.figure("drives_per_spare")),
    )  # fmt: skip
    yield drives
    yield Result(
        "drives_shared_raw_tb", "", shared.raw_tb(raid) if shared else None, "TB",
        "as printed on these drives, spares too",
        "drives_shared × drive_tb", (drives.as_input(), *layout[:1]),
    )  # fmt: skip


def _recorders(case: Case) -> Iterator[Result]:
    city, sizing, raid = case.city, case.sizing, raid_of(case.sizing)
    cameras: dict[str, list[Camera]] = defaultdict(list)
    for camera in case.cameras:
        cameras[camera.declared_recorder].append(camera)
    layout = case.figure("drive_tb", "raid_data", "raid_parity")
    inside: list[Result] = []
    for name, recorder in city.recorders.items():
        if name not in cameras:
            continue
        type_ = case.type(recorder.device_type)
        needed = disk_tb(cameras[name], sizing)
        disk = Result(
            "recorder_usable_tb", name, needed, "TB", "disk for its cameras",
            "Σ kbps / 1000 × 0.0108 × retention_days × duty × (1 + fs_overhead) × (1 + growth)",
            (
                Input("cameras", len(cameras[name]), "cameras", _lines(cameras[name])),
                *case.figure("rate_share", "sub_recorded", "duty", "fs_overhead", "growth"),
            ),
            type_.usable_tb, str(case.type_where(recorder.device_type, "usable_tb")),
        )  # fmt: skip
        yield disk
        allowed = None
        if type_.throughput_mbps is not None:
            allowed = recording_mbps(type_.throughput_mbps, sizing.recorder_reserve)
        yield Result(
            "recorder_mbps", name,
            peak_mbps([pulled_kbps(camera, sizing) for camera in cameras[name]], sizing.recorder_peak),
            "Mb/s", "what it takes in at peak; declared: its throughput less recorder_reserve",
            "Σ kbps / 1000 × recorder_peak",
            (
                Input("cameras", len(cameras[name]), "cameras", _lines(cameras[name])),
                *case.figure("rate_share", "sub_pulled", "recorder_peak", "recorder_reserve"),
            ),
            allowed, str(case.type_where(recorder.device_type, "throughput_mbps")),
        )  # fmt: skip
        inside.append(
            Result(
                "recorder_drives", name, None if needed is None else drives_in_recorder(needed, raid).all, "drives",
                "with the RAID inside it", "max(1, ceil(recorder_usable_tb / (raid_data × drive_tb))) × "
                "(raid_data + raid_parity)", (disk.as_input(), *layout),
            )
        )  # fmt: skip
    yield from inside
    standby = [r for r in city.recorders.values() if r.standby and r.status is not Lifecycle.DECOMMISSIONED]
    counts = [int(drives.value) for drives in inside if drives.value is not None]
    bare = len(cameras.get("", ()))
    known = len(counts) == len(inside) and not bare
    total = Result(
        "drives_in_recorders", "", sum(counts) if known else None, "drives",
        "with the RAID inside each recorder, without standbys",
        "Σ recorder_drives",
        (
            *(drives.as_input(drives.scope) for drives in inside),
            *([Input("without a recorder", bare, "cameras", _lines(cameras[""]))] if bare else ()),
        ),
    )  # fmt: skip
    yield total
    number = Input("standbys", len(standby), "recorders", str(standby[0].where) if standby else "none is declared")
    yield Result(
        "drives_in_standbys", "", len(standby) * max(counts, default=0) if known else None, "drives",
        "so that a standby holds what any recorder holds", "standbys × the largest recorder_drives",
        (number, Input("largest", max(counts, default=0), "drives", "recorder_drives")),
    )  # fmt: skip
    yield _needed(case, [recorder for name, recorder in city.recorders.items() if name in cameras], standby)


def _needed(case: Case, active: list[Recorder], standby: list[Recorder]) -> Result:
    sizing = case.sizing
    name = Counter(recorder.device_type for recorder in active).most_common(1)[0][0] if active else ""
    type_ = case.type(name) if name else None
    value = None
    mbps = peak_mbps([pulled_kbps(camera, sizing) for camera in case.cameras], sizing.recorder_peak)
    usable = disk_tb(case.cameras, sizing)
    if usable is not None and type_ and type_.channels and type_.throughput_mbps and type_.usable_tb:
        value = recorders_needed(
            len(case.cameras), mbps, usable,
            channels_each=type_.channels, mbps_each=type_.throughput_mbps, tb_each=type_.usable_tb,
            playback_share=sizing.recorder_reserve, failover=round(sizing.recorder_failover),
        )  # fmt: skip
    keys = (("channels", "channels"), ("throughput_mbps", "Mb/s"), ("usable_tb", "TB")) if name else ()
    each = tuple(case.catalogue(name, key, unit) for key, unit in keys)
    return Result(
        "recorders", "", value, "recorders",
        f"of type {name}, standbys too" if name else "no recorder is declared for them",
        "max(ceil(cameras / channels), ceil(Σ kbps / 1000 × recorder_peak / (throughput_mbps × "
        "(1 − recorder_reserve))), ceil(storage_usable_tb / usable_tb)) + recorder_failover",
        (
            Input("cameras", len(case.cameras), "cameras", "cameras"),
            Input("at peak", mbps, "Mb/s", "Σ kbps / 1000 × recorder_peak"),
            Input("storage_usable_tb", "unknown" if usable is None else usable, "TB", "storage_usable_tb"),
            *each,
            *case.figure("recorder_peak", "recorder_reserve", "recorder_failover"),
        ),
        len(active) + len(standby), case.city.declared.recorders.document.file,
    )  # fmt: skip


def _streams(case: Case) -> Iterator[Input]:
    """Cameras by their streams and days: the profile's line and the days'."""
    alike: Counter[tuple[str, int, str, int, str]] = Counter()
    for camera in case.cameras:
        days = camera.origins["retention_days"][0]
        for role, stream in camera.streams.items():
            text = f"{role} {stream.name}, {camera.retention_days} days"
            alike[text, stream.bitrate_kbps, str(stream.where), camera.retention_days, str(days)] += 1
    for (text, kbps, at, _, days_at), count in sorted(alike.items()):
        yield Input(f"{count} cameras, {text}", kbps, "kb/s", at, f"days: {days_at}")


def _lines(cameras: Iterable[Camera]) -> str:
    return ", ".join(f"{where} ({count})" for where, count in Counter(str(c.where) for c in cameras).items())
