"""Third parties' cameras: what they bring to the centre, and the disk for those that it records."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.city.model.common import Lifecycle
from iccc.sizing.bandwidth import site_mbps
from iccc.sizing.result import Case, Input, Result
from iccc.sizing.storage import net_tb, usable_tb


def results(case: Case) -> Iterator[Result]:
    """Of the city, where all of it is sized: heads belong to no site. Cameras by phase too."""
    standing = sum(device.status is not Lifecycle.DECOMMISSIONED for device in case.city.inventory())
    if not case.city.declared.third_party or len(case.devices) < standing:
        return
    by_phase: dict[str, list[Input]] = {}
    unknown: list[Input] = []
    for document, file in case.city.declared.third_party:
        for index, entry in enumerate(file.counts):
            if entry.within is not None or entry.status is Lifecycle.DECOMMISSIONED:
                continue
            where = str(document.where("counts", index, "cameras"))
            if isinstance(entry.cameras, int):
                by_phase.setdefault(entry.phase, []).append(Input(file.head, entry.cameras, "cameras", where))
            else:
                unknown.append(Input(file.head, "unknown", "cameras", where))
    more = (
        f"; at least: no number is known of {', '.join(dict.fromkeys(head.name for head in unknown))}"
        if unknown
        else ""
    )
    phases = [_cameras(phase, tuple(by_phase[phase])) for phase in case.city.phases if phase in by_phase]
    yield from phases
    count = sum(int(phase.value or 0) for phase in phases) if phases or not unknown else None
    cameras = Result(
        "third_party_cameras", "", count, "cameras", f"of third parties{more}",
        "Σ third_party_cameras of the phases", (*(phase.as_input(phase.scope) for phase in phases), *unknown),
    )  # fmt: skip
    yield cameras
    yield _mbps(case, cameras, count)
    yield _storage(case, cameras, count)


def _cameras(phase: str, heads: tuple[Input, ...]) -> Result:
    count = sum(int(head.value) for head in heads)
    return Result("third_party_cameras", phase, count, "cameras", "of third parties", "Σ cameras of heads", heads)


def _mbps(case: Case, cameras: Result, count: int | None) -> Result:
    sizing = case.sizing
    governance = case.city.declared.governance
    rooms = governance.file.control_rooms if governance else {}
    watching = [name for name, room in rooms.items() if "third_party" in room.watches]
    declared = rooms[watching[0]].uplink_mbps if len(watching) == 1 else None
    where = (
        str(governance.document.where("control_rooms", watching[0], "uplink_mbps")) if governance and watching else ""
    )
    kbps = (count or 0) * sizing.third_party_kbps * sizing.third_party_live
    return Result(
        "third_party_mbps", "", None if count is None else site_mbps([kbps], sizing.protocol_overhead), "Mb/s",
        "that comes to the control room; declared: its uplink",
        "third_party_cameras × third_party_kbps × third_party_live / 1000 × (1 + protocol_overhead)",
        (cameras.as_input(), *case.figure("third_party_kbps", "third_party_live", "protocol_overhead")),
        declared if isinstance(declared, int) else None, where if isinstance(declared, int) else "",
    )  # fmt: skip


def _storage(case: Case, cameras: Result, count: int | None) -> Result:
    sizing = case.sizing
    kbps = (count or 0) * sizing.third_party_kbps * sizing.third_party_recorded
    net = net_tb([kbps], sizing.third_party_days, sizing.duty)
    return Result(
        "third_party_usable_tb", "", None if count is None else usable_tb(net, sizing.fs_overhead, sizing.growth), "TB",
        "disk for those that the centre records; comes on top",
        "third_party_cameras × third_party_kbps × third_party_recorded / 1000 × 0.0108 × third_party_days × duty × "
        "(1 + fs_overhead) × (1 + growth)",
        (
            cameras.as_input(),
            *case.figure(
                "third_party_kbps", "third_party_recorded", "third_party_days", "duty", "fs_overhead", "growth"
            ),
        ),
    )  # fmt: skip
