"""Which findings of a run can be adopted: only these are told so."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from iccc.adopt.case import Case, Refused
from iccc.adopt.table import adoption
from iccc.city.devices import Camera, City, Switch
from iccc.finding import Finding


class Offers:
    """Whether the table of adoption takes a setting of a run, each on its own.

    What the edited files make of it is seen only when it is adopted. Answers are kept, since before a first deploy
    thousands of devices differ alike, and a line that decides for all of them looks at each.
    """

    def __init__(self, city: City, found: Iterable[Finding]) -> None:
        self._city = city
        self._standing = {(one.device, one.path): one for one in found}
        self._answers: dict[Hashable, bool] = {}

    def takes(self, finding: Finding) -> bool:
        alike = (*_line(self._city, finding), finding.path, repr(finding.seen))
        if alike not in self._answers:
            self._answers[alike] = self._asked(finding)
        return self._answers[alike]

    def _asked(self, finding: Finding) -> bool:
        try:
            adoption(Case(self._city, finding, (finding,), self._standing))
        except Refused:
            return False
        return True


def _line(city: City, finding: Finding) -> tuple[Hashable, ...]:
    """What lines of the declaration go by: devices of which this is the same have their values from the same ones."""
    device = city.device(finding.device)
    site = device.site if finding.path.startswith("location") else ""
    if isinstance(device, Camera):
        return device.kind, site, *sorted((role, one.name) for role, one in device.streams.items())
    return device.kind, site, device.role if isinstance(device, Switch) else ""
