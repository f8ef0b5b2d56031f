"""All that a city needs, in two cases side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from iccc.city.devices import Camera, City, Device
from iccc.city.model.common import Lifecycle
from iccc.sizing import centre, field, network, recording, third_party
from iccc.sizing.result import Case, Result

PARTS = (recording, network, field, centre, third_party)


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
    expected case counts what is declared and the figures' ``expected``. Nothing decommissioned is counted.

    Where days of retention are declared as unknown, what follows from them is None.
    """
    design = design_case(city, devices)
    expected = _results(replace(design, figures=city.expected_figures, kept=False))
    return [Line(result, expected[key]) for key, result in _results(design).items()]  # both have the same results


def design_case(city: City, devices: Iterable[Device]) -> Case:
    """The case by which rules judge, of these devices and their sites."""
    chosen = tuple(device for device in devices if device.status is not Lifecycle.DECOMMISSIONED)
    cameras = tuple(device for device in chosen if isinstance(device, Camera))
    codes = {device.site for device in chosen}
    sites = tuple(sorted((s for s in city.sites.values() if s.code in codes), key=lambda site: site.number))
    return Case(city, chosen, cameras, sites, city.figures, kept=True)


def _results(case: Case) -> dict[tuple[str, str], Result]:
    found: dict[tuple[str, str], Result] = {}
    for part in PARTS:
        for result in part.results(case):
            found[result.key] = result
    return found
