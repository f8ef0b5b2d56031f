"""What the declaration counts: cameras, sites and call boxes by phase, owner, head and type; and what is published.

A head of third parties' cameras counts by its numbers; a number that is unknown, or that is within another head's,
counts nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from iccc.city.declared import Declared
from iccc.city.devices import Camera, Device, Equipment, Kind, Site
from iccc.city.model.common import Lifecycle
from iccc.city.model.published import Counted
from iccc.city.model.third_party import HeadCount, ThirdPartyFile
from iccc.errors import Mistake

OUT = Lifecycle.DECOMMISSIONED


def count(
    counted: Counted,
    declared: Declared,
    cameras: Iterable[Camera],
    sites: Iterable[Site],
    equipment: Iterable[Equipment],
) -> int:
    """How many of that there are. What is decommissioned is not there any more."""
    if counted.what == "heads":
        return len(head_counts(declared, counted.phase, counted.head))
    standing = {site.code: site for site in sites if site.status is not OUT}
    of_type = {code for code, site in standing.items() if counted.site_type in (None, site.type)}

    def fits(device: Device) -> bool:
        there = device.status is not OUT and device.site in of_type
        return there and counted.phase in (None, device.phase)

    if counted.what == "call_boxes":
        return sum(device.kind is Kind.CALL_BOX and fits(device) for device in equipment)
    if counted.what == "sites":
        return len({camera.site for camera in cameras if fits(camera)})
    on_sites = 0
    if counted.head is None:
        ours = {"project": (True,), "third_party": (False,), None: (True, False)}[counted.owner]
        on_sites = sum(camera.ours in ours and fits(camera) for camera in cameras)
    if counted.owner == "project" or counted.site_type is not None:
        return on_sites
    of_heads = head_counts(declared, counted.phase, counted.head)
    return on_sites + sum(entry.cameras for _, entry in of_heads if isinstance(entry.cameras, int))


def head_counts(
    declared: Declared, phase: str | None = None, head: str | None = None
) -> list[tuple[ThirdPartyFile, HeadCount]]:
    """The counts of third parties' heads, without those that are decommissioned or within another head's."""
    return [
        (file, entry)
        for _, file in declared.third_party
        if head in (None, file.head)
        for entry in file.counts
        if phase in (None, entry.phase) and entry.within is None and entry.status is not OUT
    ]


NAMED = 5  # places of one sort that are told one by one


def unknowns(declared: Declared, cameras: Iterable[Camera]) -> tuple[Mistake, ...]:
    """What is declared as unknown, and that disks, recorders and links are reckoned without."""
    document, file = declared.city
    found = [
        Mistake(str(document.where("retention", name, "days")), f"days of retention {name} are declared as unknown")
        for name, profile in file.retention.items()
        if not isinstance(profile.days, int)
    ]
    without: Counter[str] = Counter(str(one.origins["recorder"][0]) for one in cameras if not one.recorder)
    if len(without) > NAMED:
        where, places = next(iter(without)), f"{sum(without.values()):,} cameras at {len(without)} places"
        found.append(Mistake(where, f"the recorder of {places} is declared as unknown, here first"))
        return tuple(found)
    found += [
        Mistake(where, f"the recorder of {count} camera{'s' * (count != 1)} is declared as unknown")
        for where, count in without.items()
    ]
    return tuple(found)


def gaps(
    declared: Declared, cameras: Sequence[Camera], sites: Sequence[Site], equipment: Sequence[Equipment]
) -> tuple[Mistake, ...]:
    """Published figures that the declaration, or the parts in print, do not reach. Approximate ones are not judged."""
    if declared.published is None:
        return ()
    document, file = declared.published
    found: list[Mistake] = []
    for name, figure in file.figures.items():
        if not isinstance(figure.value, int) or figure.approximate:
            continue
        where = str(document.where("figures", name, "value"))
        said = f"{figure.text}: {figure.value} published ({figure.source}, {figure.as_of})"
        if figure.counted is not None:
            counted = count(figure.counted, declared, cameras, sites, equipment)
            if counted != figure.value:
                found.append(Mistake(where, f"{said}, {counted} declared"))
                continue
        values = [file.figures[part].value for part in figure.parts]
        numbers = [value for value in values if isinstance(value, int)]
        if values and len(numbers) == len(values) and sum(numbers) != figure.value:
            found.append(Mistake(where, f"{said}, its {len(values)} parts add up to {sum(numbers)}"))
    return tuple(found)
