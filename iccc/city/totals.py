"""What the declaration counts: cameras, sites and call boxes by phase, owner, head and type; and what is published.

A head of third parties' cameras counts by its numbers; a number that is unknown, or that is within another head's,
counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iccc.city.declared import Declared
from iccc.city.devices import Camera, Equipment, Kind, Site
from iccc.city.model.published import Counted
from iccc.city.model.third_party import HeadCount, ThirdPartyFile
from iccc.errors import Mistake


def count(
    counted: Counted,
    declared: Declared,
    cameras: Iterable[Camera],
    sites: Iterable[Site],
    equipment: Iterable[Equipment],
) -> int:
    """How many of that there are."""
    if counted.what == "heads":
        return len(head_counts(declared, counted.phase, counted.head))
    if counted.what == "cameras":
        own = 0
        if counted.owner != "third_party" and counted.head is None:
            types = {site.code: site.type for site in sites}
            own = sum(
                counted.phase in (None, camera.phase) and counted.site_type in (None, types[camera.site])
                for camera in cameras
            )
        if counted.owner == "project" or counted.site_type is not None:
            return own
        return own + sum(
            entry.cameras
            for _, entry in head_counts(declared, counted.phase, counted.head)
            if isinstance(entry.cameras, int)
        )
    if counted.what == "call_boxes":
        return sum(d.kind is Kind.CALL_BOX and counted.phase in (None, d.phase) for d in equipment)
    used = {camera.site for camera in cameras if counted.phase in (None, camera.phase)}
    return sum(site.code in used and counted.site_type in (None, site.type) for site in sites)


def head_counts(
    declared: Declared, phase: str | None = None, head: str | None = None
) -> list[tuple[ThirdPartyFile, HeadCount]]:
    """The counts of third parties' heads, without those that are within another head's."""
    return [
        (file, entry)
        for _, file in declared.third_party
        if head in (None, file.head)
        for entry in file.counts
        if phase in (None, entry.phase) and entry.within is None
    ]


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
