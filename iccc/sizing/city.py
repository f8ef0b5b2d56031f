"""All that a city needs, in two cases side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iccc.city.devices import Camera, City, Device
from iccc.city.model.common import Lifecycle
from iccc.errors import UsageError
from iccc.sizing import centre, field, network, recording
from iccc.sizing.result import Case, Result

PARTS = (recording, network, field, centre)


@dataclass(frozen=True)
class Line:
    """One quantity in both cases. ``expected`` has the same formula, name and scope as ``design``."""

    design: Result
    expected: Result

    @property
    def name(self) -> str:
        return self.design.name

    @property
    def scope(self) -> str:
        return self.design.scope


def size(city: City, devices: Iterable[Device]) -> list[Line]:
    """What these devices need: their cameras, and their sites.

    The design maximum counts ports that are kept for growth and the figures' ``value``, by which rules judge too; the
    expected case counts what is declared and the figures' ``expected``. Nothing decommissioned is counted. UsageError
    with what is declared as unknown and nothing can be worked out without.
    """
    chosen = tuple(device for device in devices if device.status is not Lifecycle.DECOMMISSIONED)
    cameras = tuple(device for device in chosen if isinstance(device, Camera))
    _known(city, cameras)
    codes = {device.site for device in chosen}
    sites = tuple(sorted((s for s in city.sites.values() if s.code in codes), key=lambda site: site.number))
    design = _results(Case(city, chosen, cameras, sites, city.figures, kept=True))
    expected = _results(Case(city, chosen, cameras, sites, city.expected_figures, kept=False))
    return [Line(result, expected[key]) for key, result in design.items()]  # both cases have the same results


def _known(city: City, cameras: Iterable[Camera]) -> None:
    unknown: dict[str, str] = {}
    for camera in cameras:
        if not camera.retention_days:
            unknown[str(camera.origins["retention_days"][0])] = f"days of retention {camera.retention}"
        if not camera.recorder:
            unknown[str(camera.origins["recorder"][0])] = f"the recorder of {camera.name}"
    if unknown:
        listed = "\n".join(f"{where}: {what} is declared as unknown" for where, what in sorted(unknown.items())[:20])
        raise UsageError(f"cities/{city.key} cannot be sized yet\n{listed}")


def _results(case: Case) -> dict[tuple[str, str], Result]:
    found: dict[tuple[str, str], Result] = {}
    for part in PARTS:
        for result in part.results(case):
            found[result.key] = result
    return found
