"""All findings of one reading, most severe first."""

from __future__ import annotations

from collections.abc import Iterable

from iccc.drift import (
    addressing,
    call_boxes,
    certificates,
    config,
    inventory,
    observability,
    operational,
    reach,
    recording,
    storage,
    topology,
    ups,
)
from iccc.drift.places import Places
from iccc.drift.view import View
from iccc.finding import Finding, Severity


def findings(view: View) -> list[Finding]:
    """Everything that is not as declared; what follows from something else is under it."""
    silent = reach.silent(view)
    places = Places(view)
    candidates = [
        *config.findings(view),
        *topology.findings(places),
        *inventory.findings(view),
        *operational.findings(view),
        *addressing.findings(places),
        *observability.findings(view, silent),
        *ups.findings(view),
        *call_boxes.findings(view),
        *storage.findings(view),
        *recording.findings(view),
        *certificates.findings(view),
    ]
    return most_severe_first(reach.with_roots(view, silent, candidates))


def most_severe_first(found: Iterable[Finding]) -> list[Finding]:
    """The findings as they are listed."""
    order = list(Severity)
    return sorted(found, key=lambda f: (order.index(f.severity), f.site, f.device, f.path))
